"""Every row of the table of exports, from the command line."""

import os

import pytest

from source.core.result import Result
from source.views import exports
from tests.views import made, opened

pytestmark = pytest.mark.usefixtures("quick", "drawn_once")


def _saved(here):
    folder = here / "results_dir"
    return {name: (folder / name).read_bytes() for name in sorted(os.listdir(folder))}


NEVER = ("sound", "annotated", "subtitled", "zip")
"""What is asked for in other ways, or has its own test."""


def test_every_export_lies_beside_the_result(run, clip, here, lines):
    names = [name for name in exports.EXPORTS if name not in NEVER]
    status, out, err = run(clip(), "--json", "--export", ",".join(names))
    assert status == 0
    result = Result.from_dict(lines(out)[0])
    there = [row for row in exports.available(result) if row.name in names]
    assert len(there) > 1
    assert _saved(here) == {f"clip{row.suffix}": exports.export(row.name, result) for row in there}
    # what there is nothing for is said, one sentence each
    missing = [name for name in names if exports.EXPORTS[name] not in there]
    assert [name for name in missing if f"nothing for the export “{name}”" in err] == missing
    assert len(err.splitlines()) == len(missing)


def test_the_package_has_what_the_exports_have(run, clip, here):
    run(clip(), "--export", "zip,csv,vtt")
    files = opened.package(_saved(here)["clip_all.zip"])
    assert files["clip_readings.csv"] == _saved(here)["clip_readings.csv"]
    assert files["clip.vtt"] == _saved(here)["clip.vtt"]


def test_what_needs_the_recording_gets_it(run, clip, here, monkeypatch):
    monkeypatch.setitem(exports.EXPORTS, "copy", made.COPY)
    assert run(clip("clip.mp4", b"film"), "--export", "copy")[0] == 0
    assert _saved(here)["clip_copy.mp4"] == b"film"


def test_what_is_printed_names_the_files(run, clip):
    _, out, _ = run(clip(), "--export", "bar.svg, pie.png")
    for name in ("clip_analysis.json", "clip_bar.svg", "clip_pie.png"):
        assert f"saved to {os.path.join('results_dir', name)}" in out


def test_exports_are_in_the_label_view(run, clip, here, lines):
    run(clip(), "--export", "bar.svg")
    native = _saved(here)["clip_bar.svg"]
    _, out, _ = run(clip(), "--export", "bar.svg", "--labels", "five", "--json")
    assert lines(out)[0]["labels"] == "five" and _saved(here)["clip_bar.svg"] != native


def test_another_recording_of_the_name_keeps_its_exports(run, clip, here):
    run(clip(), "--export", "bar.svg")
    run(clip("other/clip.mp4", b"another clip"), "--export", "bar.svg")
    assert list(_saved(here)) == [
        "clip_analysis-2.json",
        "clip_analysis.json",
        "clip_bar-2.svg",
        "clip_bar.svg",
    ]


@pytest.mark.parametrize("names", ["xlsx", "json,xlsx", "JSON"])
def test_an_unknown_export_is_refused_before_anything_is_read(run, clip, here, names):
    status, out, err = run(clip(), "--export", names)
    assert (status, out) == (2, "") and "There is no export" in err and "bar.png" in err
    assert not (here / "results_dir").exists()


def test_exports_and_writing_nothing_go_not_together(run):
    status, _, err = run("a.jpg", "--no-save", "--export", "bar.svg")
    assert status == 2 and "--no-save" in err


def test_what_cannot_be_written_is_one_sentence(run, clip, here):
    run(clip(), "--export", "bar.svg")
    (here / "results_dir" / "clip_bar.svg").unlink()
    (here / "results_dir" / "clip_bar.svg").mkdir()
    status, out, err = run(clip(), "--export", "bar.svg")
    assert status == 1 and "could not be written" in err and "clip_analysis.json" in out
    assert not list((here / "results_dir").glob(".*"))


@pytest.mark.parametrize("names", ["sound:5-2", "csv:1-2", "sound:"])
def test_a_stretch_that_is_none_is_refused_before_anything_is_read(run, clip, here, names):
    status, out, err = run(clip(), "--export", names)
    assert (status, out) == (2, "") and "“" in err
    assert not (here / "results_dir").exists()
