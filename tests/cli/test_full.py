"""Output and results that cannot be written: one sentence, the right status, nothing halved."""

import errno
import os
import subprocess
import sys

import pytest

from source.settings import ROOT
from tests.cli.test_process import MANY

needs_full = pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="This system has no device that is always full."
)
FULL = "The output could not be written: no space left on device. "


@pytest.fixture
def start(here, clip):
    """Start the command line with an analysis that only pretends, on 50 files."""
    for number in range(50):
        clip(f"f/{number}.mp4", bytes([number]))

    def start(*words, program=MANY, buffered=True, **streams):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONUNBUFFERED", None)
        if not buffered:
            environment["PYTHONUNBUFFERED"] = "1"
        return subprocess.run(
            [sys.executable, "-c", program, *(words or [str(here / "f")])],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
            text=True, env=environment, timeout=60, check=False,
        )  # fmt: skip

    return start


TABLES = MANY.replace('"--json", ', "")
HELP = "import sys; from source.cli import main; sys.exit(main(['--help']))"


@needs_full
@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("program", [MANY, TABLES, HELP], ids=["json", "tables", "help"])
def test_a_full_device_is_one_sentence_and_status_1(start, program, buffered):
    with open("/dev/full", "w") as full:
        ended = start(program=program, buffered=buffered, stdout=full)
    assert ended.returncode == 1
    assert ended.stderr.startswith(FULL)
    assert len(ended.stderr.splitlines()) == 1


@needs_full
def test_where_there_is_nobody_to_tell_the_status_tells(start):
    with open("/dev/full", "w") as full:
        assert start(stdout=full, stderr=full).returncode == 1
        ended = start("gone.mp4", stderr=full)
    assert (ended.returncode, ended.stdout) == (1, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such streams.")
def test_closed_streams_are_no_traceback(start):
    closed = start(preexec_fn=lambda: os.close(1), stdout=None)
    assert (closed.returncode, closed.stderr.count("\n")) == (1, 1)
    assert closed.stderr.startswith("The output could not be written: it is closed.")
    silent = start(preexec_fn=lambda: os.close(2), stderr=None)
    assert (silent.returncode, len(silent.stdout.splitlines())) == (0, 50)


@pytest.mark.parametrize(
    ("code", "why"),
    [(errno.ENOSPC, "no space left on device"), (errno.EROFS, "read-only file system"),
     (errno.EACCES, "permission denied")],
    ids=["full", "read-only", "locked"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["fsync", "replace", "mkdir"])
def test_results_that_cannot_be_written_are_told_once_and_all_print(
    run, quick, clip, here, lines, monkeypatch, where, code, why
):
    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    for name in "ab":
        clip(f"{name}.mp4", name.encode())
    monkeypatch.setattr(os, where, refuse)
    if where == "replace":
        monkeypatch.setattr(os, "link", refuse)
    status, out, err = run("a.mp4", "b.mp4", "--json")
    assert status == 1
    assert [r["source"]["name"] for r in lines(out)] == ["a.mp4", "b.mp4"]
    folder = here / "results_dir"
    assert err.startswith(f"The result could not be written to {folder}: {why}. ")
    assert len(err.splitlines()) == 1
    assert not folder.exists() or os.listdir(folder) == []


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_results_folder_that_is_a_file_is_told_so(run, quick, clip, here, place):
    (here / "file").write_text("kept")
    status, out, err = run(clip(), "--results", place)
    assert status == 1 and "clip.mp4" in out
    assert err.startswith(f"The result could not be written to {place}: it is not a folder. ")
    assert (here / "file").read_text() == "kept"


def test_drawings_that_cannot_be_written_cost_no_result(run, samples, here, monkeypatch):
    monkeypatch.setenv("MODELS_DIR", str(ROOT / "models"))
    (here / "file").write_text("")
    status, out, err = run(samples / "sample.jpg", "--annotate", "--results", "file")
    assert status == 1
    assert "happy" in out
    assert len(err.splitlines()) == 1
    assert "it is not a folder" in err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit.")
@pytest.mark.parametrize(
    ("flag", "what"),
    [
        ("--annotate", "The annotated recording"),
        ("--explain", "The drawing of where the network looked"),
    ],
)
def test_a_drawing_for_which_there_is_no_room_is_told_as_that(
    run, samples, here, monkeypatch, flag, what
):
    import resource

    monkeypatch.setenv("MODELS_DIR", str(ROOT / "models"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, before[1]))
    try:
        status, out, err = run("-VA", samples / "sample.mp4", "--seconds", 1, flag)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert status == 1 and "sample_analysis.json" in out
    assert err == f"{what} could not be written: file too large.\n"
    assert os.listdir(here / "results_dir") == ["sample_analysis.json"]
