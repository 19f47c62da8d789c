"""The clip network's training: synthetic clips, real films, and one tiny run of it all."""

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import soundfile

from source.core.emotions import FACE
from source.core.errors import NotFound
from source.face import expression, motion
from source.runtime import Card, load
from source.samples import sample
from source.samples.mean_faces import MeanFaces
from source.settings import ROOT
from source.training import export
from source.training.clip import card as clip_card
from source.training.clip import fit as fitting
from source.training.clip import rows
from source.training.clip.acting import blinks, rise, talk
from source.training.clip.films import Drawn, Film, film, of_pictures
from source.training.clip.kinds import KINDS, Stage
from source.training.clip.kinds import tiny as tiny_stages
from source.training.clip.made import Made, Stills, Ways
from source.training.clip.real import films as real_films
from source.training.clip.vary import SIDE, Take, stretch
from source.training.corpora import CORPORA
from source.training.evaluate import main as evaluate
from source.training.face import data as face_data
from source.training.report import answers
from source.training.report.clip import STILLS, Clips, compare
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
    pictures = sample.frames(MeanFaces.load(ASSETS), voice, width=320, height=180)
    shot = folder / "shot.mp4"
    sample.write_clip(shot, islice(pictures, 25), voice)
    for name in TAKES:
        actor = folder / f"Actor_{name[-2:]}"
        actor.mkdir(exist_ok=True)
        # An empty box behind the film tells the recordings apart.
        own = (8 + len(name)).to_bytes(4, "big") + b"free" + name.encode()
        (actor / f"{name}.mp4").write_bytes(shot.read_bytes() + own)
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
    found = CORPORA["ravdess-video"].read(corpus)

    assert [(r.name, r.emotion) for r in found] == sorted(
        (name[3:], emotion) for name, emotion in TAKES.items()
    )
    assert {r.speaker for r in found} == {"2", "3", "10"}
    assert next(r for r in found if r.speaker == "2").path.name.startswith("01-")


def test_a_folder_without_recordings_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no RAVDESS speech, filmed"):
        CORPORA["ravdess-video"].read(tmp_path)


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
    one = Film("a", "b", "sad", crops, crops[:, :48, :48, 0], np.arange(12) / 8, 255 - crops)
    pictures, votes = Drawn([one]).draw(np.random.default_rng(0), steps=30)

    assert pictures.shape == (30, SIDE, SIDE, 3)
    assert votes[FACE.index("sad")] == 1.0


@pytest.mark.slow
def test_real_clips_are_named_with_what_is_acted(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "mead").symlink_to(shared / "clip" / "mead")
    found = real_films(tmp_path, cache=tmp_path / "cache")

    assert list(found) == ["MEAD samples"]
    assert {f.emotion for f in found["MEAD samples"]} == {
        "contempt", "disgust", "fearful", "happy", "sad", "surprised",
    }  # fmt: skip
    assert all(len(f.crops) >= motion.LEAST for f in found["MEAD samples"])


def test_no_real_clips_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no real clips"):
        real_films(tmp_path)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models that knows the face network that ships, and no clip network yet."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "face").symlink_to(ROOT / "models" / "face")
    index = json.loads((ROOT / "models" / "index.json").read_text("utf-8"))
    (folder / "index.json").write_text(json.dumps({**index, "clip": "lrcn"}), "utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(
    corpus: Path,
    models: Path,
    tmp_path_factory: pytest.TempPathFactory,
    step_by_step: Callable[[], AbstractContextManager[None]],
) -> Callable[[str], list[str]]:
    """The arguments of a tiny training of a kind, which is run when it is first asked for."""

    @cache
    def run(name: str) -> list[str]:
        kind, _, films = name.partition(" on ")
        folder = tmp_path_factory.mktemp("tiny")
        argv = ["clip", "--tiny", "--data", str(folder / "none"), "--work", str(folder / "work")]
        argv += ["--models", str(models), "--name", kind + films]
        if films:
            argv += ["--ravdess-video", str(corpus)]
        with step_by_step():
            assert train([*argv, "--model", kind]) == 0
        return argv

    return run


@pytest.fixture(scope="module", params=[*KINDS, "temporal-head on films", "lrcn on films"])
def tiny(request: pytest.FixtureRequest, trained: Callable[[str], list[str]]) -> list[str]:
    """The arguments of a tiny training of each kind that was run."""
    return trained(request.param)


def of(argv: list[str]) -> Path:
    """The model folder that a training wrote."""
    return Path(argv[argv.index("--models") + 1]) / "clip" / argv[argv.index("--name") + 1]


@pytest.mark.slow
def test_a_tiny_training_gives_a_model_that_reads_motion(tiny: list[str], models: Path) -> None:
    folder = of(tiny)
    model = load("clip", folder.name, root=models)
    width = model.card.input["shape"][1:]
    seen = np.zeros((8, *width), np.uint8 if len(width) > 1 else np.float32)
    found = motion.read(seen, (np.arange(8) / 4).tolist(), model)

    assert model.card.labels == FACE
    assert found is not None
    assert found.model == folder.name
    assert sum(found.emotion.scores.values()) == pytest.approx(1.0, abs=1e-4)
    assert export.parity(folder) < export.PARITY


def test_the_card_says_what_it_is_and_is_not(tiny: list[str], models: Path) -> None:
    card = json.loads((of(tiny) / "card.json").read_text("utf-8"))

    assert card["limits"].endswith((clip_card.LIMITS, clip_card.LIMITS_REAL))
    assert "FER2013" in card["licence"]
    assert card["temperature"] > 0
    assert set(card["sha256"]) == {"model.keras", "model.tflite"}
    assert card["input"]["reads"] in motion.READS
    if card["input"]["reads"] == motion.ROWS:
        face = load("face", root=models)
        assert card["input"]["face"]["name"] == face.card.name
        assert motion.fits(load("clip", of(tiny).name, root=models), face)


def test_its_answers_are_kept_and_tell_the_figures_of_its_card(tiny: list[str]) -> None:
    clips = Clips.of_rows(answers.load(of(tiny), "clip"))
    on_card = json.loads((of(tiny) / "card.json").read_text("utf-8"))["figures"]["beside_stills"]

    assert set(clips.posteriors) == {f"clip/{of(tiny).name}", STILLS}
    assert compare(clips) == on_card
    assert all(p.sum(axis=1) == pytest.approx(1.0, abs=1e-4) for p in clips.posteriors.values())


def test_evaluating_one_prints_a_table(tiny: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert evaluate(tiny) == 0
    printed = capsys.readouterr().out

    assert f"clip/{of(tiny).name}" in printed
    assert STILLS in printed
    assert "UAR" in printed


def test_evaluating_prints_every_model_there_is(
    trained: Callable[[str], list[str]],
    models: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for kind in ("lrcn", "temporal-head"):
        trained(kind)
    capsys.readouterr()
    argv = ["clip", "--tiny", "--data", str(tmp_path), "--work", str(tmp_path)]
    assert evaluate([*argv, "--models", str(models)]) == 0
    printed = capsys.readouterr().out

    assert "clip/lrcn" in printed
    assert "clip/temporal-head" in printed
    assert "synthetic clips, by what is seen" in printed


def test_a_network_over_another_face_model_is_left_out(
    trained: Callable[[str], list[str]],
    models: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv = ["clip", "--tiny", "--data", str(tmp_path), "--work", str(tmp_path)]
    argv += ["--models", str(models), "--name", "elsewhere"]
    shutil.copytree(of(trained("temporal-head")), of(argv))
    face = {"name": "another", "sha256": ["0" * 64]}
    card = Card.read(of(argv))
    replace(card, name="elsewhere", input={**card.input, "face": face}).write(of(argv))
    capsys.readouterr()
    assert evaluate(argv) == 0

    assert "elsewhere belongs to another face model" in capsys.readouterr().out


def test_a_kind_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train(["clip", "--tiny", "--model", "lrcm"])

    assert "temporal-head" in capsys.readouterr().err


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("kind", ["conv-lstm", "conv-lstm-norm"])
def test_a_training_goes_on_where_it_stopped(made: Made, tmp_path: Path, kind: str) -> None:
    from source.training.fit import epochs_done

    built = KINDS[kind]
    stages, options = tiny_stages(built), built.options(tiny=True)
    drawn: list[int] = []

    def draw(rng: np.random.Generator, *, steps: int) -> tuple[np.ndarray, np.ndarray]:
        drawn.append(steps)
        return made.draw(rng, steps=steps)

    def fit(stages: tuple[Stage, ...]) -> list[np.ndarray]:
        return fitting.fit_stages(
            built, stages, options, draw, made.draw, folder=tmp_path, seed=0, valid_clips=4
        )

    first = fit(stages[:1])
    assert epochs_done(tmp_path / "stage-0") == stages[0].epochs
    rest = fit(stages)
    drawn.clear()
    again = fit(stages)

    assert len(first) == len(rest)
    assert any(a.shape != b.shape or (a != b).any() for a, b in zip(first, rest, strict=True))
    assert all((a == b).all() for a, b in zip(again, rest, strict=True))
    assert len(drawn) <= sum(2 * s.batch for s in stages)  # to see shapes; nothing is trained


@pytest.mark.parametrize("steps", [4, 12])
def test_weights_of_flat_steps_answer_alike_for_more_and_fewer(steps: int) -> None:
    kind = KINDS["conv-lstm-plain"]
    options = kind.options(tiny=True)
    one = kind.build(**{**options, "steps": 6, "unroll": False})
    other = kind.build(**{**options, "steps": steps, "unroll": False})
    # With only this layer's weights set, every step answers by the same rows.
    weights = one.get_weights()
    weights[-2] = np.tile(weights[-2][: len(weights[-2]) // 6], (6, 1))
    fitting.carry(weights, other)
    short, long = (np.asarray(w) for w in (weights[-2], other.get_weights()[-2]))

    assert long.sum(axis=0) == pytest.approx(short.sum(axis=0), rel=1e-4)


def test_boxes_are_framed_otherwise_than_aligned_crops(made: Made, ways: Ways) -> None:
    loose = Made(made.stills, ways, loose=True)
    one, row = made.act(np.random.default_rng(3), steps=6)
    other, same = loose.act(np.random.default_rng(3), steps=6)

    assert row == same
    assert np.abs(one.astype(int) - other).mean() > 3.0


def test_what_was_meant_is_part_of_the_target(made: Made) -> None:
    count = len(made.stills.votes)
    stills = replace(made.stills, meant=np.arange(count) % (len(FACE) + 1) - 1)
    mixed = stills.targets(0.5)

    assert (stills.targets(0.0) == stills.votes).all()
    assert mixed.sum(axis=1) == pytest.approx(1.0)
    known = stills.meant >= 0
    rows = np.arange(len(mixed))[known]
    assert (mixed[rows, stills.meant[known]] >= 0.5).all()
    assert (mixed[~known] == stills.votes[~known]).all()


def test_rows_are_what_the_face_network_says(made: Made) -> None:
    face = load("face")
    pictures, _ = made.act(np.random.default_rng(1), steps=6)
    told = rows.read(rows.grey(pictures), face)
    posteriors, embeddings = expression.read(rows.grey(pictures), face, several=False)

    assert told.shape == (6, embeddings.shape[1] + len(FACE))
    assert told[:, : embeddings.shape[1]] == pytest.approx(embeddings)
    happy = posteriors[:, face.card.labels.index("happy")]
    assert np.exp(told[:, embeddings.shape[1] + FACE.index("happy")]) == pytest.approx(
        np.maximum(happy, motion.FLOOR), rel=1e-4
    )


def test_rows_are_kept_and_made_once(made: Made, tmp_path: Path) -> None:
    class Few:
        """A face network that counts how often it is asked."""

        sha256 = "few"
        card = type("Card", (), {"labels": FACE, "input": {}})()
        asked = 0

        def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            self.asked += 1
            return np.full((len(batch), 8), 0.125), batch.reshape(len(batch), -1)[:, :4]

    face = Few()
    how = {"count": 3, "seed": (0, 1), "cache": tmp_path}
    first, stills = rows.of_made(made, face, **how)  # type: ignore[arg-type]
    asked = face.asked
    again, same = rows.of_made(made, face, **how)  # type: ignore[arg-type]

    assert len(first) == len(stills) == 3
    assert face.asked == asked
    assert (same == stills).all()
    assert all(a == pytest.approx(b, abs=1e-2) for a, b in zip(first, again, strict=True))


def test_rare_emotions_are_drawn_as_often() -> None:
    targets = np.eye(8, dtype=np.float32)[[0] * 30 + [1] * 2]
    clips = [np.zeros((8, 12), np.float32) for _ in targets]
    bank = rows.Bank(clips, targets)
    rng = np.random.default_rng(0)
    drawn = np.mean([bank.draw(rng, steps=6)[1] for _ in range(400)], axis=0)

    assert drawn[0] == pytest.approx(0.5, abs=0.08)
    assert bank.whole(steps=6).shape == (32, 6, 12)
