"""What results are called: long names are shortened, and no file takes another's place."""

import json
import os
import shutil

import pytest

from source.cli.terminal import printable
from source.settings import ROOT


def written(here):
    """Whose result each file of the results folder is."""
    folder = here / "results_dir"
    return {n: json.loads((folder / n).read_text())["source"]["name"] for n in os.listdir(folder)}


LONG = {
    "235 letters": "a" * 231 + ".mp4",
    "241 letters": "a" * 237 + ".mp4",
    "246 letters": "b" * 242 + ".mp4",
    "255 letters": "c" * 251 + ".mp4",
    "accents": "é" * 125 + ".mp4",
    "accents apart": "e\N{COMBINING ACUTE ACCENT}" * 83 + ".mp4",
    "kana": "か" * 83 + ".mp4",
    "emoji": "👩🏽‍🚀" * 16 + ".mp4",
}


@pytest.mark.skipif(os.name == "nt", reason="Windows counts letters, not bytes.")
@pytest.mark.parametrize("name", LONG.values(), ids=list(LONG))
def test_a_long_name_is_shortened_between_letters_and_told(run, quick, clip, here, name):
    clip(name)
    for _ in range(2):  # the same file again: the same name again
        status, _, err = run(name)
        assert status == 0
        ((saved, source),) = written(here).items()
        assert source == name
        assert len(os.fsencode(saved)) <= 255
        assert saved.endswith("_analysis.json")
        assert printable(saved) in err
        assert err.startswith("The file name is too long, so it was shortened; this result is in ")
        stem = saved.removesuffix("_analysis.json").partition("~")[0]
        assert name.startswith(stem) and len(stem) > 40
    following = name[len(stem)]
    assert following not in "\N{COMBINING ACUTE ACCENT}\N{ZERO WIDTH JOINER}🏽"
    assert not stem.endswith("\N{ZERO WIDTH JOINER}")


@pytest.mark.skipif(os.name == "nt", reason="Windows counts letters, not bytes.")
def test_long_names_that_begin_alike_stay_apart(run, quick, clip, here):
    names = ["x" * 240 + end for end in ("one.mp4", "two.mp4", ".wav")]
    for name in names:
        clip(name, name.encode())
    assert run(*names)[0] == 0
    assert sorted(written(here).values()) == sorted(names)
    assert run(*names)[0] == 0
    assert len(written(here)) == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows counts letters, not bytes.")
def test_a_name_that_fits_is_kept_whole(run, quick, clip, here):
    name = "d" * 225 + ".mp4"
    status, _, err = run(clip(name))
    assert (status, err) == (0, "")
    assert list(written(here)) == ["d" * 225 + "_analysis.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows counts letters, not bytes.")
def test_drawings_of_a_long_name_lie_beside_its_result(run, samples, here, monkeypatch):
    monkeypatch.setenv("MODELS_DIR", str(ROOT / "models"))
    name = "ü" * 120 + ".jpg"
    shutil.copy(samples / "sample.jpg", here / name)
    status, _, _ = run(name, "--annotate", "--explain")
    assert status == 0
    names = sorted(os.listdir(here / "results_dir"))
    (stem,) = {n.rpartition("_")[0] for n in names}
    assert names == [f"{stem}_analysis.json", f"{stem}_annotated.jpg", f"{stem}_explain.png"]


@pytest.mark.parametrize("flags", [[], ["--workers", "3"]], ids=["in turn", "side by side"])
@pytest.mark.parametrize(
    "contents", [(b"1", b"2", b"3"), (b"same", b"same", b"same")], ids=["others", "copies"]
)
def test_files_of_one_stem_keep_a_result_each(run, quick, clip, here, contents, flags):
    names = ("a.wav", "a.mp4", "sub/a.wav")
    for name, content in zip(names, contents, strict=True):
        clip(name, content)
    for _ in range(2):
        status, _, err = run(*names, "--fps", 2, *flags)
        assert status == 0
        assert "a_analysis-2.json" in err and "a_analysis-3.json" in err
        assert written(here) == {
            "a_analysis.json": "a.wav",
            "a_analysis-2.json": "a.mp4",
            "a_analysis-3.json": "a.wav",
        }


def test_an_analysis_of_one_sense_does_not_replace_one_of_both(run, quick, clip, here):
    clip()

    def analyses():
        folder = here / "results_dir"
        return {n: json.loads((folder / n).read_text())["analysis"] for n in os.listdir(folder)}

    assert run("clip.mp4", "-AA")[0] == 0
    assert analyses() == {"clip_analysis.json": "audio"}
    assert run("clip.mp4")[0] == 0  # it has the voice too
    assert analyses() == {"clip_analysis.json": "combined"}
    for _ in range(2):
        status, _, err = run("clip.mp4", "-AA")
        assert status == 0 and err == (
            "clip_analysis.json is of another file or another analysis and was kept; this result "
            "is in results_dir/clip_analysis-2.json.\n"
        )
        assert analyses() == {"clip_analysis.json": "combined", "clip_analysis-2.json": "audio"}
    assert run("clip.mp4", "-VA")[0] == 0
    assert analyses()["clip_analysis-3.json"] == "video"
    assert run("clip.mp4")[0] == 0
    assert sorted(analyses().values()) == ["audio", "combined", "video"]
