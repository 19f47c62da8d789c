"""What is counted, and that no user's data stand in it."""

import os
import subprocess
import sys
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from source.core.errors import EmptyFile
from source.core.options import Options
from source.core.progress import Progress
from source.jobs import metrics
from tests.jobs import fakes
from tests.jobs.fakes import ME, ROOT
from tests.listening import free_port


@pytest.fixture
def counted(settings):
    """Settings under which everything is counted, in a folder of the test's own."""
    from prometheus_client import values

    settings = settings.with_values(METRICS="local")
    kept, before = values.ValueClass, os.environ.get(metrics.VARIABLE)
    metrics.begin(settings, process="worker")
    yield settings
    metrics.end()
    values.ValueClass = kept
    os.environ.pop(metrics.VARIABLE, None)
    if before is not None:
        os.environ[metrics.VARIABLE] = before


def samples(service=None):
    """Every value told, by name and labels."""
    text = metrics.told(service)[0].decode()
    families = text_string_to_metric_families(text)
    return {
        (one.name, *sorted(one.labels.items())): one.value for f in families for one in f.samples
    }


def test_jobs_are_counted_with_their_stages_errors_and_length(counted, jobs, table, runner, tone):
    import io

    def analyse(recordings, *_, on_progress, **__):
        on_progress(Progress("reading", 0.0, 1.0))
        on_progress(Progress("fusing", 1.0, 1.0))
        on_progress(Progress("done", 1.0, 1.0))
        if recordings[0].name == "Anna.wav":
            raise EmptyFile(recordings[0].name)
        return fakes.result((recordings[0].name,))

    runner = runner(analyse)
    for name in ("tone.wav", "other.wav", "Anna.wav"):
        runner.work(jobs.submit([(name, io.BytesIO(tone))], Options(), ME).id)
    jobs.submit([("later.wav", io.BytesIO(tone))], Options(), ME)
    told = samples(jobs.service)
    assert told["aver_jobs_ended_total", ("state", "done")] == 2
    assert told["aver_jobs_ended_total", ("state", "failed")] == 1
    assert told["aver_errors_total", ("code", "empty_file"), ("door", "job")] == 1
    assert told["aver_recorded_seconds_total", ("analysis", "audio")] == 2
    for stage in ("waiting", "reading", "fusing"):
        assert told["aver_stage_seconds_count", ("stage", stage)] == 3
        assert 0 <= told["aver_stage_seconds_sum", ("stage", stage)] < 60
    assert ("aver_stage_seconds_count", ("stage", "done")) not in told
    assert (
        told["aver_jobs", ("state", "waiting")] == 1 and told["aver_jobs", ("state", "done")] == 2
    )
    assert told["aver_queue_jobs",] >= 1
    assert told["aver_memory_bytes", ("process", "worker")] > 10e6
    text = metrics.told(jobs.service)[0].decode()
    assert not any(name in text for name in ("Anna", "tone", ME.owner + '"'))


CHILD = """
from source.jobs import metrics
from source.settings import Settings
metrics.begin(Settings.load(), process="web")
metrics.ended("done")
metrics.memory()
"""


def test_processes_add_up_and_a_dead_one_holds_no_memory(counted):
    metrics.ended("done")
    values = {name: str(value) for name, value in counted.values.items()}
    subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, env={**os.environ, **values}, check=True
    )
    told = samples()
    assert told["aver_jobs_ended_total", ("state", "done")] == 2
    assert ("aver_memory_bytes", ("process", "web")) not in told


def test_what_was_counted_before_every_process_died_is_forgotten(counted):
    folder = metrics._counted.folder
    for file in list(folder.iterdir()):
        file.unlink()
    (folder / "counter_999999999.db").write_bytes(b"old")
    (folder / "histogram_999999998.db").write_bytes(b"old")
    metrics.tidy(folder)
    assert list(folder.iterdir()) == []


def test_nothing_is_counted_or_written_unless_a_setting_says_so(settings):
    metrics.begin(settings, process="web")
    metrics.ended("done")
    metrics.stage("reading", 1.0)
    assert not (settings.path("DATA_DIR") / metrics.FOLDER).exists()


def test_counting_never_costs_a_job(counted, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(metrics._counted.ended, "labels", full)
    metrics.ended("done")


def test_a_database_that_does_not_answer_leaves_the_rest_told(counted):
    class Silent:
        def __getattr__(self, name):
            def broken():
                raise RuntimeError("gone")

            return broken

    metrics.ended("done")
    told = samples(Silent())
    assert told["aver_jobs_ended_total", ("state", "done")] == 1
    assert not any(key[0] == "aver_jobs" for key in told)


def test_a_worker_alone_tells_them_on_a_port_of_its_own(counted, jobs):
    port = free_port()
    settings = counted.with_values(METRICS_PORT=port)
    stop = metrics.serve(settings, jobs.service)
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert b"aver_jobs" in answer.read()
        metrics.serve(settings, jobs.service)()  # the port is taken: said, and no more
    finally:
        stop()
    metrics.serve(settings.with_values(METRICS="off"), jobs.service)()
