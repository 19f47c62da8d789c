"""A recording of the normal voice, sent beside others: shared, read, deleted with them."""

import io

import pytest

from source import analysis
from source.core.errors import EmptyFile, NotFound, NotMedia, TooLarge, WrongKind
from source.core.options import Options
from source.settings import ROOT
from tests.jobs.fakes import ME, YOU, result

AUTO = Options()


@pytest.fixture
def reading(runner):
    """Does jobs with an analysis that only notes what it was given to read them against."""
    given = []

    def analyse(recordings, options, *, settings, normal=None, **_):
        given.append((normal and (normal.name, normal.path.read_bytes()), options.baseline))
        return result()

    runner = runner(analyse)

    def work(*jobs):
        for job in jobs:
            runner.work(job.id)
        return given

    return work


def files(*names, content):
    return [(name, io.BytesIO(content)) for name in names]


def stored(data):
    return [path for path in (data / "uploads").rglob("*") if path.is_file()]


def test_it_is_read_for_every_recording_sent_with_it(jobs, data, reading, tone):
    normal = tone[:-8000]
    made, refused = jobs.submit_each(
        [*files("a.wav", "b.wav", content=tone), *files("empty.wav", content=b"")],
        AUTO,
        ME,
        baseline=("../normal.wav", io.BytesIO(normal)),
    )
    assert [name for name, _ in refused] == ["empty.wav"]
    assert [job.names for job in made] == [("a.wav",), ("b.wav",)]
    assert len(stored(data)) == 4 and len(list((data / "uploads").iterdir())) == 2
    assert reading(*made) == [(("normal.wav", normal), "normal.wav")] * 2


def test_it_is_deleted_with_its_recording_and_nobody_is_shown_it(jobs, data, tone):
    job = jobs.submit(files("a.wav", content=tone), AUTO, ME, baseline=("n.wav", io.BytesIO(tone)))
    assert job.files == job.files[:1] and job.names == ("a.wav",)
    for caller in (ME, YOU):
        with pytest.raises(NotFound):
            jobs.upload_path(job.id, caller, 1)
    jobs.delete(job.id, ME)
    assert stored(data) == []


def test_the_same_recording_handed_in_again_has_it_still(jobs, reading, tone):
    first = jobs.submit(
        files("a.wav", content=tone), AUTO, ME, baseline=("n.wav", io.BytesIO(tone))
    )
    again = jobs.again(first.id, ME, annotate=True)
    jobs.delete(first.id, ME)
    assert reading(again) == [(("n.wav", tone), "n.wav")]
    without = jobs.again(again.id, ME, baseline="none")
    assert reading(without)[1:] == [(None, "none")]


@pytest.mark.parametrize(
    ("name", "sample", "error", "says"),
    [
        ("n.wav", None, EmptyFile, "“n.wav” is empty"),
        ("n.wav", b"some words", NotMedia, "“n.wav”"),
        (
            "n.jpg",
            "sample.jpg",
            WrongKind,
            "“n.jpg” is a picture, but this analysis needs audio as",
        ),
    ],
)
def test_one_that_is_no_voice_ends_the_upload_with_its_sentence(
    jobs, data, tone, name, sample, error, says
):
    content = sample or b""
    if isinstance(sample, str):
        content = (ROOT / "input_files" / sample).read_bytes()
    with pytest.raises(error, match=says):
        jobs.submit_each(
            files("a.wav", content=tone), AUTO, ME, baseline=(name, io.BytesIO(content))
        )
    assert stored(data) == [] and jobs.list(ME) == []


def test_one_that_is_too_large_is_refused_under_its_name(settings, tone):
    from source.jobs import Jobs

    jobs = Jobs(settings.with_values(MAX_UPLOAD_MB=1))
    big = io.BytesIO(bytes(2_000_000))
    with pytest.raises(TooLarge, match=r"“n\.wav”"):
        jobs.submit_each(files("a.wav", content=tone), AUTO, ME, baseline=("n.wav", big))
    jobs.close()


@pytest.mark.parametrize("name", ["own", "12-30", "none", "12"])
def test_a_name_that_looks_like_a_word_of_the_option_is_a_file_all_the_same(
    jobs, reading, tone, name
):
    job = jobs.submit(files("a.wav", content=tone), AUTO, ME, baseline=(name, io.BytesIO(tone)))
    assert reading(job) == [((name, tone), f"file {name}")]


def test_where_it_is_lost_the_job_says_so_and_no_file_of_this_machine_is_read(
    jobs, data, reading, tone
):
    job = jobs.submit(files("a.wav", content=tone), AUTO, ME, baseline=("run.py", io.BytesIO(tone)))
    kept = jobs.upload_path(job.id, ME)
    for path in stored(data):
        if path != kept:
            path.unlink()
    assert reading(job) == []
    assert jobs.get(job.id, ME).error["message"] == "The recording is no longer stored."


def test_the_pipeline_reads_the_voice_against_it(jobs, runner, preferring, samples, with_encoder):
    sample = (samples / "sample.wav").read_bytes()
    job = jobs.submit(
        [("sample.wav", io.BytesIO(sample))], AUTO, ME, baseline=("calm.wav", io.BytesIO(sample))
    )
    runner(analysis.analyse, MODELS_DIR=str(preferring)).work(job.id)
    read = jobs.result(job.id, ME)
    assert (read.voice.baseline.source, read.voice.baseline.utterances) == ("file", 4)
    assert read.options["baseline"] == "calm.wav"


def test_one_without_speech_is_noted_in_the_result(
    jobs, runner, preferring, samples, tone, with_encoder
):
    sample = (samples / "sample.wav").read_bytes()
    job = jobs.submit(
        [("sample.wav", io.BytesIO(sample))], AUTO, ME, baseline=("tone.wav", io.BytesIO(tone))
    )
    runner(analysis.analyse, MODELS_DIR=str(preferring)).work(job.id)
    read = jobs.result(job.id, ME)
    (said,) = [note.text for note in read.notes if note.code == "no_baseline"]
    assert said.startswith("There is no speech in the recording that was given as the baseline")
