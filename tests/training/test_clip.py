"""The clip network's training: made clips, real films, and one tiny run of it all."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import soundfile

from source.core.emotions import FACE
from source.core.errors import NotFound
from source.face import motion
from source.settings import ROOT
from source.training import face_data, samples
from source.training.clip import commands, report
from source.training.clip import fit as fitting
from source.training.clip.films import Drawn, Film, film, of_pictures
from source.training.clip.made import Made, Stills, Ways, blinks, rise, talk
from source.training.clip.vary import SIDE, Take, stretch
from source.training.evaluate import main as evaluate
from source.training.mean_faces import MeanFaces
from source.training.readers import clip_samples, ravdess_video
from source.training.train import main as train

ASSETS = ROOT / "models" / "samples"
TAKES = {
    "01-01-03-01-01-01-02": "happy",  # actor 2 is tested in fold 0
    "01-01-05-01-01-01-03": "angry",  # actor 3 is tested in fold 1
    "01-01-01-01-01-01-10": "neutral",
    "02-01-02-01-01-01-10": "calm",
}


@pytest.fixture(scope="module")
def ways() -> Ways:
    return Ways.of(MeanFaces.load(ASSETS))


@pytest.fixture(scope="module")
def made(ways: Ways) -> Made:
    return Made(Stills.of(face_data.made_up(30, seed=1)), ways)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of four short recordings, named and laid out as RAVDESS is."""
    folder = tmp_path_factory.mktemp("ravdess")
    voice, _ = soundfile.read(ASSETS / "voice.flac", dtype="float32")
    pictures = samples.frames(MeanFaces.load(ASSETS), voice, width=320, height=180)
    shot = folder / "shot.mp4"
    samples.write_clip(shot, islice(pictures, 25), voice)
    for name in TAKES:
        actor = folder / f"Actor_{name[-2:]}"
        actor.mkdir(exist_ok=True)
        (actor / f"{name}.mp4").write_bytes(shot.read_bytes())
    # The same recording without sound, and things that are no recordings.
    twin = folder / "Actor_02" / "02-01-03-01-01-01-02.mp4"
    twin.write_bytes(shot.read_bytes())
    (folder / "Actor_02" / "01-01-03-01-01-01-02.txt").write_text("notes")
    shot.unlink()
    return folder


@pytest.mark.parametrize("steps", [1, 8, 30])
def test_a_made_clip_has_the_steps_asked_for(made: Made, steps: int) -> None:
    pictures, votes = made.draw(np.random.default_rng(0), steps=steps)

    assert pictures.shape == (steps, SIDE, SIDE, 3)
    assert pictures.dtype == np.uint8
    assert votes.shape == (len(FACE),)
    assert votes.sum() == pytest.approx(1.0)


def test_the_same_chance_makes_the_same_clip(made: Made) -> None:
    one, same, other = (made.draw(np.random.default_rng(s), steps=6)[0] for s in (4, 4, 5))

    assert (one == same).all()
    assert (one != other).any()


def test_a_made_clip_moves(made: Made) -> None:
    pictures, _ = made.draw(np.random.default_rng(2), steps=30)

    assert np.abs(np.diff(pictures.astype(int), axis=0)).mean() > 0.1


def test_a_neutral_face_has_nowhere_to_go(ways: Ways) -> None:
    away = np.abs(ways.emotions).max(axis=(1, 2, 3))

    assert away[FACE.index("neutral")] < 0.01
    assert (np.delete(away, FACE.index("neutral")) > 1.0).all()


def test_speaking_moves_the_mouth_and_not_the_eyes(ways: Ways) -> None:
    assert np.abs(ways.mouth[: SIDE // 2]).max() < 0.01
    assert np.abs(ways.mouth[SIDE // 2 :]).max() > 1.0


@pytest.mark.parametrize("course", [rise, talk, blinks])
@pytest.mark.parametrize("frames", [1, 9, 30])
def test_courses_stay_between_nothing_and_all(course, frames: int) -> None:  # type: ignore[no-untyped-def]
    for seed in range(20):
        drawn = course(np.random.default_rng(seed), frames)
        assert drawn.shape == (frames,)
        assert drawn.min() >= 0.0
        assert drawn.max() <= 1.0


def test_grey_pictures_develop_to_colour() -> None:
    take = Take(np.random.default_rng(0), frames=3)
    pictures = np.full((3, SIDE, SIDE), 128.0, np.float32)

    assert take.develop(pictures).shape == (3, SIDE, SIDE, 3)


def test_stretching_keeps_first_and_last() -> None:
    assert stretch(5, steps=30)[[0, -1]].tolist() == [0, 4]


def test_every_recording_is_read_once(corpus: Path) -> None:
    found = ravdess_video.recordings(corpus)

    assert [(r.take, r.emotion) for r in found] == sorted(
        (name[3:], emotion) for name, emotion in TAKES.items()
    )
    assert {r.actor for r in found} == {2, 3, 10}
    assert next(r for r in found if r.actor == 2).path.name.startswith("01-")


def test_a_folder_without_recordings_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no RAVDESS video"):
        ravdess_video.recordings(tmp_path)


def test_a_film_is_cut_and_kept(corpus: Path, tmp_path: Path) -> None:
    path = corpus / "Actor_10" / "02-01-02-01-01-01-10.mp4"
    told = {"name": "a", "person": "b", "emotion": "calm", "cache": tmp_path}
    first = film(path, **told)
    kept = list(tmp_path.iterdir())
    again = film(path, **told)

    assert first.emotion == "neutral"
    assert first.crops.shape == (len(first.times), SIDE, SIDE, 3)
    assert first.grey.shape == (len(first.times), 48, 48)
    assert 7 <= len(first.times) <= 9
    assert len(kept) == 1
    assert (again.crops == first.crops).all()


def test_pictures_without_a_face_are_no_film() -> None:
    blank = np.full((160, 160, 3), 200, np.uint8)

    assert of_pictures([blank] * 3, name="a", person="b", emotion="happy") is None


def test_films_are_drawn_with_their_emotion() -> None:
    crops = np.random.default_rng(0).integers(0, 255, (12, SIDE, SIDE, 3), dtype=np.uint8)
    one = Film("a", "b", "sad", crops, crops[:, :48, :48, 0], np.arange(12) / 8)
    pictures, votes = Drawn([one]).draw(np.random.default_rng(0), steps=30)

    assert pictures.shape == (30, SIDE, SIDE, 3)
    assert votes[FACE.index("sad")] == 1.0


@pytest.mark.slow
def test_real_clips_are_named_with_what_is_acted(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "mead").symlink_to(shared / "clip" / "mead")
    found = clip_samples.films(tmp_path, cache=tmp_path / "cache")

    assert list(found) == ["MEAD samples"]
    assert {f.emotion for f in found["MEAD samples"]} == {
        "contempt", "disgust", "fearful", "happy", "sad", "surprised",
    }  # fmt: skip
    assert all(len(f.crops) >= motion.LEAST for f in found["MEAD samples"])


def test_no_real_clips_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no real clips"):
        clip_samples.films(tmp_path)


@pytest.fixture(scope="module", params=["made", "ravdess"])
def tiny(request, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:  # type: ignore[no-untyped-def]
    """The arguments of a tiny training that was run."""
    folder = tmp_path_factory.mktemp("tiny")
    argv = ["clip", "--tiny", "--data", str(folder / "none"), "--work", str(folder / "work")]
    argv += ["--models", str(folder / "models"), "--name", "tiny"]
    if request.param == "ravdess":
        argv += ["--ravdess-video", str(corpus)]
    assert train(argv) == 0
    yield argv


@pytest.mark.slow
def test_a_tiny_training_gives_a_model_that_reads_motion(tiny: list[str]) -> None:
    from source.runtime.registry import load

    root = Path(tiny[tiny.index("--models") + 1])
    model = load("clip", "tiny", root=root)
    crops = np.zeros((8, SIDE, SIDE, 3), np.uint8)
    found = motion.read(crops, (np.arange(8) / 4).tolist(), model)

    assert model.card.labels == FACE
    assert found is not None
    assert found.model == "tiny"
    assert sum(found.emotion.scores.values()) == pytest.approx(1.0, abs=1e-4)


def test_the_card_says_what_it_is_and_is_not(tiny: list[str]) -> None:
    root = Path(tiny[tiny.index("--models") + 1])
    card = json.loads((root / "clip" / "tiny" / "card.json").read_text("utf-8"))

    assert card["limits"] in (report.LIMITS, report.LIMITS_REAL)
    assert "FER2013" in card["licence"]
    assert card["temperature"] > 0
    assert set(card["sha256"]) == {"model.keras", "model.tflite"}


def test_evaluating_prints_a_table(tiny: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert evaluate(tiny) == 0
    printed = capsys.readouterr().out

    assert "clip/tiny" in printed
    assert "UAR" in printed


def test_a_training_goes_on_where_it_stopped(made: Made, tmp_path: Path) -> None:
    parser_args = type("Args", (), {"tiny": True, "seed": 0, "scale": 1.0})()
    small = {key: value for key, value in commands.TINY_NET.items() if key != "steps"}
    first = fitting.fit(commands.TINY[:1], small, made.draw, made.draw, tmp_path, parser_args)
    begun = fitting.stage_of(tmp_path)
    rest = fitting.fit(commands.TINY, small, made.draw, made.draw, tmp_path, parser_args)

    assert begun == (1, 0)
    assert len(first) == len(rest)
    assert any((a != b).any() for a, b in zip(first, rest, strict=True))
