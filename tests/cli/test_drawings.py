"""Drawings from the command line."""

import json
import shutil

import pytest

from source.settings import ROOT


@pytest.fixture
def photo(here, samples, monkeypatch):
    if not (samples / "sample.jpg").is_file():
        pytest.skip("There is no sample.jpg; make it with: make samples.")
    monkeypatch.setenv("MODELS_DIR", str(ROOT / "models"))
    shutil.copy(samples / "sample.jpg", here / "me.jpg")
    return here / "me.jpg"


def test_drawings_lie_beside_the_result(run, photo, tmp_path):
    out = tmp_path / "out"
    status, printed, _ = run("-IA", photo, "--annotate", "--explain", "--results", out)
    assert status == 0
    assert sorted(p.name for p in out.iterdir()) == [
        "me_analysis.json",
        "me_annotated.jpg",
        "me_explain.png",
    ]
    assert "me_annotated.jpg" in printed and "me_explain.png" in printed
    options = json.loads((out / "me_analysis.json").read_text())["options"]
    assert options["annotate"] is True and options["explain"] == []


def test_another_recording_of_the_name_keeps_its_drawing(run, photo, couple, tmp_path):
    out = tmp_path / "out"
    run("-IA", photo, "--blur-faces", "--results", out)
    first = (out / "me_annotated.jpg").read_bytes()
    other = tmp_path / "other" / "me.jpg"
    other.parent.mkdir()
    shutil.copy(couple, other)
    run("-IA", other, "--blur-faces", "--results", out)
    assert (out / "me_annotated.jpg").read_bytes() == first
    assert (out / "me_annotated-2.jpg").is_file()


@pytest.fixture
def couple(photo, tmp_path):
    import numpy as np
    from PIL import Image

    one = np.asarray(Image.open(photo).convert("RGB"))
    Image.fromarray(np.hstack([one, one])).save(tmp_path / "couple.jpg")
    return tmp_path / "couple.jpg"


@pytest.mark.parametrize("flag", ["--annotate", "--blur-faces", "--explain"])
def test_drawing_and_writing_nothing_go_not_together(run, flag):
    status, _, said = run("a.jpg", "--no-save", flag)
    assert status == 2 and "--no-save" in said


def test_a_file_may_follow_explain():
    from source.cli.arguments import parse

    assert parse(["--explain", "a.jpg"]).files == ["a.jpg"]
    assert parse(["--explain", "a.jpg"]).explain == ()
    assert parse(["a.mp4", "--explain", "1.2,3.4"]).explain == (1.2, 3.4)
    assert parse(["a.mp4"]).explain is None


def test_a_moment_before_the_start_is_refused(run, photo, tmp_path):
    status, _, said = run(photo, "--explain=-1", "--results", tmp_path / "out")
    assert status == 2 and "must lie between 0 and 1,000,000 seconds; it is -1." in said


@pytest.fixture
def film(here, samples, monkeypatch):
    if not (samples / "sample.mp4").is_file():
        pytest.skip("There is no sample.mp4; make it with: make samples.")
    monkeypatch.setenv("MODELS_DIR", str(ROOT / "models"))
    return samples / "sample.mp4"


@pytest.mark.parametrize(
    ("times", "drawn", "said"),
    [
        ("99", 0, "Second 99 cannot be explained: the analysed part ends at 2.0 s."),
        ("1,99", 1, "Second 99 cannot be explained: the analysed part ends at 2.0 s."),
        ("2.5", 0, "Second 2.5 cannot be explained: the analysed part ends at 2.0 s."),
        ("1", 1, ""),
    ],
)
def test_a_moment_after_the_end_is_one_sentence(run, film, tmp_path, times, drawn, said):
    out = tmp_path / "out"
    words = ("-VA", film, "--seconds", 2, "--explain", times, "--results", out)
    status, _, err = run(*words)
    assert status == 0
    assert err.strip() == said
    assert len(list(out.glob("*_explain_*.png"))) == drawn


def test_sound_alone_is_analysed_and_not_drawn(run, samples, here, monkeypatch, tmp_path):
    monkeypatch.setenv("MODELS_DIR", str(ROOT / "models"))
    out = tmp_path / "out"
    status, _, said = run(samples / "sample.wav", "--annotate", "--results", out)
    assert status == 0 and "Nothing was drawn: this analysis does not look for faces." in said
    assert [p.name for p in out.iterdir()] == ["sample_analysis.json"]


@pytest.mark.parametrize("asked", [("--export", "bar.png"), ("--annotate",)])
def test_a_file_of_somebody_elses_is_never_written_over(run, photo, tmp_path, asked):
    picture = shutil.copy(photo, tmp_path / "clip.jpg")
    own = tmp_path / ("clip_bar.png" if "--export" in asked else "clip_annotated.jpg")
    own.write_bytes(b"somebody's own")
    for _ in range(2):  # what is repeated is written once
        status, out, _ = run(picture, *asked, "--results", tmp_path)
        assert status == 0
        assert f"{own.stem}-2{own.suffix}" in out
    assert own.read_bytes() == b"somebody's own"
    assert not own.with_name(f"{own.stem}-3{own.suffix}").exists()
