"""The command line as a process of its own: signals, pipes, a cold start."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LISTENS = """
import sys, time
from pathlib import Path
import source.analysis
from source.core.errors import Cancelled
def analyse(paths, options, *, cancelled, **_):
    Path(sys.argv[-1]).with_suffix(".began").touch()
    while not cancelled():
        time.sleep(0.02)
    raise Cancelled
source.analysis.probe_files = lambda paths, **_: list(paths)
source.analysis.analyse = analyse
from source.cli import main
sys.exit(main([sys.argv[-1], "--json"]))
"""

DEAF = """
import sys, time
from pathlib import Path
import source.analysis
def analyse(paths, *_, **__):
    Path(sys.argv[-1]).with_suffix(".began").touch()
    time.sleep(60)
source.analysis.probe_files = lambda paths, **_: list(paths)
source.analysis.analyse = analyse
from source.cli import main
sys.exit(main([sys.argv[-1], "--json"]))
"""


def _listen():
    """Hear SIGINT even where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def start(here, clip):
    """Start a program on a clip, wait until its analysis has begun, end it afterwards."""
    started = []

    def start(program):
        path = clip()
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            preexec_fn=_listen,
        )
        started.append(process)
        until = time.monotonic() + 30
        while not path.with_suffix(".began").exists() and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.02)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows.")
@pytest.mark.parametrize("program", [LISTENS, DEAF], ids=["listens", "deaf"])
def test_ctrl_c_ends_with_130_and_one_line(start, program):
    process = start(program)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "Stopped.\n")


MANY = """
import sys
import source.analysis
from tests.cli.conftest import made
source.analysis.probe_files = lambda paths, **_: list(paths)
source.analysis.analyse = lambda paths, options, **_: made(paths, options)
from source.cli import main
sys.exit(main([sys.argv[-1], "--json", "--no-save"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes.")
def test_a_reader_that_has_had_enough_is_no_error(here, clip):
    for number in range(50):
        clip(f"f/{number}.mp4", bytes([number]))
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", MANY, str(here / "f")],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    os.close(writing)
    os.close(reading)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (141, "")


@pytest.fixture
def worker(here):
    """Start `run.py --worker` and wait until it is ready."""
    started = []

    def worker():
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), "--worker"], stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        for line in process.stderr:
            if "ready" in line:
                break
        return process

    yield worker
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without asking.")
def test_a_worker_serves_until_it_is_ended_and_alone(worker, command):
    first = worker()
    second = command("--worker")
    assert second.returncode == 1
    assert "Traceback" not in second.stderr
    first.terminate()
    _, err = first.communicate(timeout=30)
    assert first.returncode == 0, err


def test_help_starts_without_numpy(command):
    found = command("--help", PYTHONPROFILEIMPORTTIME="1")
    assert found.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in found.stderr.splitlines()}
    assert "source.cli.arguments" in imported
    assert not {name.partition(".")[0] for name in imported} & {
        "ai_edge_litert", "av", "flask", "numpy", "PIL", "scipy", "sqlalchemy", "tensorflow",
    }  # fmt: skip


def test_a_clip_is_one_result_with_every_key(command, samples):
    found = command("-CA", samples / "sample.mp4", "--json")
    assert (found.returncode, found.stderr) == (0, "")
    (line,) = found.stdout.splitlines()
    result = json.loads(line)
    assert result["version"] == 1
    assert result["voice"]["segments"]
    assert result["face"]["people"][0]["segments"]
    assert result["source"]["seconds"] > 5


def test_samples_are_tables_for_people(command, samples):
    files = [samples / name for name in ("sample.wav", "sample.jpg", "sample.mp4")]
    found = command(*files, "--workers", 2, "--no-save")
    assert (found.returncode, found.stderr) == (0, "")
    places = [found.stdout.index(file.name) for file in files]
    assert places == sorted(places)
    assert max(map(len, found.stdout.splitlines())) <= 80
    assert "\033" not in found.stdout


def test_a_bad_file_is_a_sentence_and_the_good_one_prints(command, samples, clip):
    found = command(clip("empty.wav", b""), samples / "sample.jpg", "--json")
    assert found.returncode == 1
    assert len(found.stdout.splitlines()) == 1
    assert found.stderr.startswith("“empty.wav” is empty (0 bytes).")
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits memory.")
def test_a_file_that_breaks_its_decoder_ends_with_a_sentence(command, clip):
    path = clip()
    done = command(path, "--no-save", DECODER_MB="1")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith(f"“{path.name}” is damaged: it crashed its decoder")
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_process_that_decodes_gives_the_same_answer(command, samples):
    path = samples / "sample.jpg"
    apart, within = (
        json.loads(command(path, "--json", "--no-save", DECODER_MB=memory).stdout)
        for memory in ("4096", "0")
    )
    varying = ("id", "created", "took", "device")
    assert {k: v for k, v in apart.items() if k not in varying} == {
        k: v for k, v in within.items() if k not in varying
    }
