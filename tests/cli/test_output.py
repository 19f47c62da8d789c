"""What is printed and what is written."""

import json
import os
import sys

import pytest

from source.cli.table import table
from source.cli.terminal import StatusLine, Style
from source.settings import ROOT


def test_json_is_one_object_a_line_and_nothing_else(run, quick, clip, lines):
    clip("a.mp4")
    clip("b.mp4")
    status, out, err = run("a.mp4", "b.mp4", "--json")
    assert (status, err) == (0, "")
    assert [r["version"] for r in lines(out)] == [1, 1]


def test_the_result_is_written_beside(run, quick, clip, here, lines):
    _, out, _ = run(clip("my clip.mp4"), "--json")
    written = here / "results_dir" / "my clip_analysis.json"
    assert json.loads(written.read_text("utf-8")) == lines(out)[0]
    assert os.listdir(written.parent) == [written.name]


def test_no_save_writes_nothing(run, quick, clip, here):
    assert run(clip(), "--no-save")[0] == 0
    assert not (here / "results_dir").exists()


def test_results_go_where_asked(run, quick, clip, here):
    status, out, _ = run(clip(), "--results", "there/below")
    assert status == 0
    assert (here / "there/below/clip_analysis.json").is_file()
    assert os.path.join("there", "below", "clip_analysis.json") in out


def test_another_recording_of_that_stem_is_not_overwritten(run, quick, clip, here):
    run(clip("clip.mp4", b"one"))
    first = (here / "results_dir/clip_analysis.json").read_bytes()
    status, _, err = run(clip("sub/clip.mp4", b"other"))
    assert status == 0
    assert "clip_analysis-2.json" in err
    assert (here / "results_dir/clip_analysis.json").read_bytes() == first
    assert (here / "results_dir/clip_analysis-2.json").is_file()


def test_the_same_recording_is_written_anew(run, quick, clip, here):
    run(clip("clip.mp4", b"one"))
    run(clip("sub/clip.mp4", b"other"))
    _, _, err = run(clip("sub/clip.mp4", b"other"), "--fps", 1)
    assert len(os.listdir(here / "results_dir")) == 2
    second = json.loads((here / "results_dir/clip_analysis-2.json").read_text("utf-8"))
    assert second["options"]["fps"] == 1.0
    assert "clip_analysis-2.json" in err


@pytest.mark.parametrize("there", ["", "{", "[]", '{"source": 1}'])
def test_a_file_that_is_no_result_is_not_overwritten(run, quick, clip, here, there):
    kept = here / "results_dir" / "clip_analysis.json"
    kept.parent.mkdir()
    kept.write_text(there)
    assert run(clip())[0] == 0
    assert kept.read_text() == there
    assert len(os.listdir(kept.parent)) == 2


def test_a_folder_that_cannot_be_written_is_a_sentence_and_the_result_prints(
    run, quick, clip, here, lines
):
    (here / "file").write_text("")
    status, out, err = run(clip(), "--results", "file", "--json")
    assert status == 1
    assert len(lines(out)) == 1
    assert "could not be written" in err
    assert len(err.splitlines()) == 1


def test_a_label_view_renames_everything(run, quick, clip, lines):
    _, out, _ = run(clip(), "--labels", "ekman7", "--json")
    result = lines(out)[0]
    assert result["labels"] == "ekman7"
    assert set(result["emotion"]["scores"]) == {
        "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise",
    }  # fmt: skip


def test_the_table_says_notes_scores_and_times(run, quick, clip, no_escapes):
    status, out, err = run(clip())
    assert (status, err) == (0, "")
    no_escapes(out)
    assert out.index("! The recording has no audio") < out.index("happy     ")
    assert "40 %" in out
    assert "0:00.0 – 0:02.0" in out
    assert "clip_analysis.json" in out
    assert max(len(line) for line in out.splitlines()) <= 80


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_table_keeps_to_the_width(quick, clip, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = _result(quick, clip)
    widest = max(len(line) for line in table(result, (), Style()).splitlines())
    assert widest <= max(64, min(columns, 100))


class Terminal:
    """A stream that says it is a terminal."""

    def __init__(self, encoding="utf-8", tty=True):
        self.encoding = encoding
        self.tty = tty
        self.text = ""

    def isatty(self):
        return self.tty

    def write(self, text):
        self.text += text

    def flush(self):
        pass


@pytest.mark.parametrize(
    ("environment", "tty", "colours"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colours_only_where_they_are_seen_and_wanted(
    monkeypatch, quick, clip, environment, tty, colours
):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = table(_result(quick, clip), (), Style(Terminal(tty=tty)))
    assert ("\033[" in text) is colours


def test_a_stream_without_blocks_gets_plain_signs(quick, clip):
    text = table(_result(quick, clip), (), Style(Terminal("ascii", tty=False)))
    text.encode("ascii")
    assert "####" in text


def test_progress_is_one_line_that_is_taken_away():
    stream = Terminal()
    line = StatusLine(stream)
    line.show("reading 0:01 of 0:02")
    line.clear()
    line.clear()
    assert stream.text == "\r\033[Kreading 0:01 of 0:02\r\033[K"


def test_no_progress_where_nobody_looks():
    stream = Terminal(tty=False)
    StatusLine(stream).show("reading")
    assert stream.text == ""


def test_a_missing_package_is_a_sentence_with_the_cure(run, clip, monkeypatch):
    monkeypatch.setattr("source.cli.work.Batch._analyse", _without_av)
    status, out, err = run(clip())
    assert (status, out) == (1, "")
    assert "“av” is missing" in err
    assert "setup.py install" in err


@pytest.mark.parametrize(
    ("package", "name"),
    [("av", "sample.wav"), ("av", "sample.mp4"), ("PIL", "sample.jpg")],
)
def test_a_file_is_not_called_damaged_where_a_package_is_missing(run, monkeypatch, package, name):
    monkeypatch.setitem(sys.modules, package, None)  # so that importing it raises ImportError
    status, out, err = run(ROOT / "input_files" / name, "--no-save")
    assert (status, out) == (1, "")
    assert f"The package “{package}” is missing. Run" in err and "damaged" not in err


def _without_av(self, paths):
    raise ModuleNotFoundError("No module named 'av'", name="av")


def _result(quick, clip):
    from source.analysis import analyse, probe_files
    from source.settings import Settings

    settings = Settings.load({})
    nothing = {"on_progress": lambda _: None, "cancelled": lambda: False}
    return analyse(
        probe_files([clip()], settings=settings),
        settings.options(),
        settings=settings,
        **nothing,
    )
