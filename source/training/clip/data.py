"""What a clip network is trained and validated on: synthetic clips, real films, or rows of both."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from source.core.errors import NotFound
from source.face import motion
from source.samples.mean_faces import MeanFaces
from source.settings import ROOT
from source.training.clip import rows
from source.training.clip.films import Drawn, Film, film
from source.training.clip.fit import VALID_CLIPS, Draw, several
from source.training.clip.kinds import ClipNetwork
from source.training.clip.made import Made, Stills, Ways
from source.training.clip.runs import ClipRun, Training
from source.training.corpora import CORPORA
from source.training.face.commands import faces_of, parts
from source.training.protocols import RAVDESS_FOLDS, check_apart, fold_of
from source.training.run import Run

if TYPE_CHECKING:
    from source.runtime.model import Model

CLIPS = 4_000
"""Synthetic clips whose pictures the face network reads, once, for a network over embeddings."""

VALID_ROWS = 500

Films = dict[str, list[Film]]


@dataclass(frozen=True)
class ClipData:
    """Clips to train on and to validate with.

    Attributes
    ----------
    draw, valid : Draw
        Training and validation clips, one at a time.
    options : dict
        Arguments of the network that follow from what it reads.
    input : dict
        For the card.
    protocol : str
        For the card.
    validation : callable
        Takes ``steps=``; gives labels and inputs of the validation clips.
    """

    draw: Draw
    valid: Draw
    options: dict[str, Any]
    input: dict[str, Any]
    protocol: str
    validation: Callable[..., tuple[np.ndarray, np.ndarray]]


def clip_data(kind: ClipNetwork, run: Training, parts: Films) -> ClipData:
    """The data of one kind of network.

    Raises
    ------
    AverError
        If there are no faces, or no face model for a network that reads what it says.
    """
    return (_of_rows if kind.reads == motion.ROWS else _of_pictures)(kind, run, parts)


def made(run: Run, **how: Any) -> tuple[Made, Made]:
    """Clips made from the training faces, and from those of PublicTest."""
    chosen, valid = parts(faces_of(run))
    ways = Ways.of(MeanFaces.load(ROOT / "models" / "samples"))
    return Made(Stills.of(chosen), ways, **how), Made(Stills.of(valid), ways, **how)


def split(run: ClipRun, folder: Path) -> Films:
    """RAVDESS films to train on, to calibrate with and to test, nobody in two of them."""
    from tqdm import tqdm

    cache = run.work / "clip" / "films"
    parts: Films = {"train": [], "valid": [], "test": []}
    next_fold = (run.fold + 1) % len(RAVDESS_FOLDS)
    for one in tqdm(CORPORA["ravdess-video"].read(folder), desc="faces", unit="film"):
        fold = fold_of(int(one.speaker))
        part = "test" if fold == run.fold else "valid" if fold == next_fold else "train"
        clip = film(one.path, name=one.name, person=f"RAVDESS {one.speaker}", emotion=one.emotion,
                     cache=cache)  # fmt: skip
        if len(clip.crops) >= motion.LEAST:
            parts[part].append(clip)
    check_apart((f.person for f in parts["train"]), (f.person for f in parts["test"]))
    for part, films in parts.items():
        if not films:
            raise NotFound(
                f"No actor of “{folder}” is in the {part} part of fold {run.fold}.",
                hint="Give the whole set, or another --fold.",
            )
    return parts


def face_model(run: Run) -> "Model":
    """The face network that ships, whose answers are read."""
    from source.runtime.registry import load

    return load("face", "default", root=run.models, runtime="litert")


def _of_pictures(kind: ClipNetwork, run: Training, parts: Films) -> ClipData:
    training, valid = made(run, loose=kind.reads == motion.BOXES)
    draw: Draw = training.draw
    if parts:
        draw = _mixed(draw, Drawn(parts["train"], reads=kind.reads).draw)

    def clips(*, steps: int) -> tuple[np.ndarray, np.ndarray]:
        if parts:
            films = parts["valid"]
            inputs = [
                motion.clip_input(f.pictures(kind.reads), f.times.tolist(), steps=steps)
                for f in films
            ]
            return np.array([f.label for f in films]), np.stack(inputs)
        count = 8 if run.tiny else VALID_CLIPS
        made, votes = several(valid.draw, [(run.seed, 8, i) for i in range(count)], steps)
        return votes.argmax(axis=1), made

    colours = {"colour": "RGB, 0 to 1"}
    return ClipData(draw, valid.draw, {}, colours, f"each generated once, seed {run.seed}", clips)


def _of_rows(kind: ClipNetwork, run: Training, parts: Films) -> ClipData:
    face = face_model(run)
    sources = made(run, acting=rows.ACTING)
    cache = None if run.tiny else run.work / "clip"
    counts = (12, 8) if run.tiny else (round(CLIPS * run.scale), VALID_ROWS)
    banks = []
    for source, count, salt in zip(sources, counts, (20, 21), strict=True):
        clips, stills = rows.of_made(source, face, count=count, seed=(run.seed, salt),
                                     cache=cache)  # fmt: skip
        banks.append(rows.Bank(clips, source.stills.targets(rows.MEANT)[stills]))
    draw: Draw = banks[0].draw
    valid = banks[1]
    if parts:
        draw = _mixed(draw, rows.Bank(*rows.of_films(parts["train"], face)).draw)
        valid = rows.Bank(*rows.of_films(parts["valid"], face))

    def clips_of(*, steps: int) -> tuple[np.ndarray, np.ndarray]:
        return valid.targets.argmax(axis=1), valid.whole(steps=steps)

    length = valid.clips[0].shape[1] - valid.targets.shape[1]
    belongs = {"name": face.card.name, "sha256": sorted(face.card.sha256.values())}
    protocol = (
        f"drawn from {counts[0]} synthetic clips read by the face model {face.card.name}, with "
        "all emotions equally often. Half of the target is the votes, half FER2013's label; "
        f"seed {run.seed}"
    )
    return ClipData(draw, valid.draw, {"embedding": length}, {"face": belongs}, protocol, clips_of)


def _mixed(made: Draw, real: Draw) -> Draw:
    """Half synthetic clips, half real ones; single pictures are all synthetic."""

    def draw(rng: np.random.Generator, *, steps: int) -> tuple[np.ndarray, np.ndarray]:
        return (real if steps > 1 and rng.random() < 0.5 else made)(rng, steps=steps)

    return draw
