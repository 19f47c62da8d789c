"""Clips that readers were asked about and what each answered: measured once, told everywhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE
from source.face import expression, motion
from source.training.clip.films import Film
from source.training.clip.fit import unit
from source.training.clip.made import Made
from source.training.clip.rows import grey
from source.training.clip.rows import read as rows_of

if TYPE_CHECKING:
    from source.runtime.model import Model

FILE = "answers.npz"
"""Where a model's folder keeps what it answered."""

STILLS = "mean of stills"
"""The reader that looks at each picture by itself."""

MADE = "made clips"
"""Source of clips made from stills; others are films."""

Answers = dict[str, NDArray[np.floating]]


@dataclass(frozen=True, eq=False)
class Asked:
    """Clips, what is right about them, and what readers answered.

    Attributes
    ----------
    source, name, person : np.ndarray [shape=(n,), str]
        Where each clip is from, which it is, and who is seen; nobody where it was made.
    seen : np.ndarray [shape=(n,), int]
        Place in `FACE` of what is acted or, of made clips, of what most people saw.
    meant : np.ndarray [shape=(n,), int]
        The same of what was meant; -1 where not known.
    answers : dict of str to np.ndarray [shape=(n, 8)]
        Posteriors of each reader, in the order of `FACE`.
    """

    source: NDArray[Any]
    name: NDArray[Any]
    person: NDArray[Any]
    seen: NDArray[Any]
    meant: NDArray[Any]
    answers: Answers

    def __len__(self) -> int:
        return len(self.seen)

    def once(self) -> NDArray[np.intp]:
        """Rows of films, a recording that is there in two forms counted once."""
        films = np.flatnonzero(self.source != MADE)
        return np.array(list({(self.person[i], self.name[i]): i for i in films}.values()), np.intp)

    def save(self, path: Path) -> None:
        """Write the file that `load` reads."""
        readers = list(self.answers)
        np.savez_compressed(
            path, source=self.source, name=self.name, person=self.person,
            seen=self.seen.astype(np.int8), meant=self.meant.astype(np.int8), readers=readers,
            posteriors=np.array([self.answers[r] for r in readers], np.float32),
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> "Asked":
        """What `save` wrote."""
        with np.load(path) as kept:
            answers = dict(zip(kept["readers"].tolist(), kept["posteriors"], strict=True))
            seen, meant = (kept[key].astype(int) for key in ("seen", "meant"))
            return cls(kept["source"], kept["name"], kept["person"], seen, meant, answers)


def joined(parts: Sequence[Asked]) -> Asked:
    """All clips of several, which were put to the same readers."""
    some = [p for p in parts if len(p)] or list(parts[:1])
    columns: dict[str, NDArray[Any]] = {
        key: np.concatenate([getattr(p, key) for p in some])
        for key in ("source", "name", "person", "seen", "meant")
    }
    answers = {r: np.concatenate([p.answers[r] for p in some]) for r in some[0].answers}
    return Asked(**columns, answers=answers)


def of_films(models: list["Model"], still: "Model | None", sources: dict[str, list[Film]]) -> Asked:
    """What is said of real films; those that show a face too shortly are left out."""
    kept = [(s, f) for s, films in sources.items() for f in films if len(f.crops) >= motion.LEAST]
    films = [f for _, f in kept]
    labels = np.array([f.label for f in films], int)
    answers: Answers = {
        _reader(m): _of(films, partial(by_motion, model=m, still=still)) for m in models
    }
    if still is not None:
        answers[STILLS] = _of(films, lambda f: by_still(f.grey, still))
    source, name, person = (
        np.array(column, dtype=str)
        for column in ([s for s, _ in kept], [f.name for f in films], [f.person for f in films])
    )
    return Asked(source, name, person, labels, labels, answers)


def of_made(
    models: list["Model"], still: "Model | None", level: Made, *, loose: Made | None, count: int,
    steps: int, chance: Callable[[int], np.random.Generator],
) -> Asked:  # fmt: skip
    """What is said of clips made from stills.

    Parameters
    ----------
    level : Made
        Frames faces as alignment does.
    loose : Made, optional
        The same acts as the detector's square frames them, where a model wants those.
    count, steps : int > 0
        How many clips, of how many pictures.
    chance : callable
        The generator of each clip, by its number.
    """
    drawn: list[int] = []
    answers: dict[str, list[NDArray[Any]]] = {}
    for number in range(count):
        clip, row = level.act(chance(number), steps=steps)
        box = loose.act(chance(number), steps=steps)[0] if loose is not None else clip
        drawn.append(row)
        pictures = grey(clip[::3] if steps > 6 else clip)
        said = rows_of(pictures, still) if still is not None else None
        seen = {motion.CROPS: clip, motion.BOXES: box}
        seen |= {} if said is None else {motion.ROWS: said}
        for model in models:
            some = seen[motion.reads(model)]
            wanted = int(model.card.input["shape"][0])
            taken = unit(some[motion.nearest(range(len(some)), steps=wanted)])
            answers.setdefault(_reader(model), []).append(model.predict(taken[None])[0])
        if said is not None:
            shares = np.exp(said[:, -len(FACE) :]).mean(axis=0)  # of which none is below a floor
            answers.setdefault(STILLS, []).append(shares / shares.sum())
    name = np.array([str(n) for n in range(count)])
    return Asked(
        np.full(count, MADE), name, np.full(count, ""), level.stills.votes[drawn].argmax(axis=1),
        level.stills.meant[drawn], {r: np.stack(told) for r, told in answers.items()},
    )  # fmt: skip


def by_still(pictures: np.ndarray, still: "Model") -> np.ndarray:
    """Mean posterior of the face network over pictures ``[n, 48, 48]``, in the order of `FACE`."""
    posteriors, _ = expression.read(pictures, still, several=False)  # as of a video
    order = [still.card.labels.index(e) for e in FACE]
    return np.asarray(posteriors.mean(axis=0)[order])


def by_motion(film: Film, model: "Model", still: "Model | None") -> np.ndarray:
    """What serving would say of how a face moves in a film ``[8]``."""
    if motion.reads(model) == motion.ROWS and still is not None:
        seen = rows_of(film.grey, still)
    else:
        seen = film.pictures(motion.reads(model))
    found = motion.read(seen, film.times.tolist(), model)
    return np.array([found.emotion.scores[e] if found else 0.0 for e in FACE])


def _reader(model: "Model") -> str:
    return f"clip/{model.card.name}"


def _of(films: list[Film], said: Callable[[Film], np.ndarray]) -> np.ndarray:
    return np.array([said(f) for f in films]).reshape(len(films), len(FACE))
