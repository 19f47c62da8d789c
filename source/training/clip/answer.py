"""Clip networks and the mean of still pictures answer the same clips."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE
from source.face import expression, motion
from source.training.clip.films import Film
from source.training.clip.fit import unit
from source.training.clip.made import Made
from source.training.clip.rows import grey
from source.training.clip.rows import read as read_rows
from source.training.report.clip import MADE, STILLS, Clips

if TYPE_CHECKING:
    from source.runtime.model import Model


def of_films(models: list["Model"], still: "Model | None", sources: dict[str, list[Film]]) -> Clips:
    """Answers to real films; those that show a face too shortly are left out."""
    kept = [(s, f) for s, films in sources.items() for f in films if len(f.crops) >= motion.LEAST]
    films = [film for _, film in kept]
    posteriors = {_reader(m): [by_motion(f, m, still) for f in films] for m in models}
    if still is not None:
        posteriors[STILLS] = [by_still(f.grey, still) for f in films]
    labels = np.array([f.label for f in films], int)
    return Clips(
        source=np.array([source for source, _ in kept], str),
        name=np.array([f.name for f in films], str),
        person=np.array([f.person for f in films], str),
        labels=labels,
        meant=labels,
        posteriors={r: np.array(p).reshape(-1, len(FACE)) for r, p in posteriors.items()},
    )


def of_made(
    models: list["Model"], still: "Model | None", level: Made, *, loose: Made | None, count: int,
    steps: int, chance: Callable[[int], np.random.Generator],
) -> Clips:  # fmt: skip
    """Answers to clips made from stills.

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
    stills: list[int] = []
    posteriors: dict[str, list[NDArray[Any]]] = {}
    for number in range(count):
        clip, row = level.act(chance(number), steps=steps)
        box = loose.act(chance(number), steps=steps)[0] if loose is not None else clip
        stills.append(row)
        inputs = {motion.CROPS: clip, motion.BOXES: box}
        if still is not None:
            rows = read_rows(grey(clip[::3] if steps > 6 else clip), still)
            inputs[motion.ROWS] = rows
            shares = np.exp(rows[:, -len(FACE) :]).mean(axis=0)  # of which none is below a floor
            posteriors.setdefault(STILLS, []).append(shares / shares.sum())
        for model in models:
            pictures = inputs[motion.reads(model)]
            wanted = int(model.card.input["shape"][0])
            taken = unit(pictures[motion.nearest(range(len(pictures)), steps=wanted)])
            posteriors.setdefault(_reader(model), []).append(model.predict(taken[None])[0])
    readers = [*map(_reader, models), STILLS]
    return Clips(
        source=np.full(count, MADE),
        name=np.array([str(number) for number in range(count)]),
        person=np.full(count, ""),
        labels=level.stills.votes[stills].argmax(axis=1),
        meant=level.stills.meant[stills],
        posteriors={r: np.stack(posteriors[r]) for r in readers if r in posteriors},
    )


def by_still(pictures: np.ndarray, still: "Model") -> np.ndarray:
    """Mean posterior of the face network over pictures ``[n, 48, 48]``, in the order of `FACE`."""
    posteriors, _ = expression.read(pictures, still, several=False)  # as of a video
    order = [still.card.labels.index(e) for e in FACE]
    return np.asarray(posteriors.mean(axis=0)[order])


def by_motion(film: Film, model: "Model", still: "Model | None") -> np.ndarray:
    """What serving would say of how a face moves in a film ``[8]``."""
    if motion.reads(model) == motion.ROWS and still is not None:
        pictures = read_rows(film.grey, still)
    else:
        pictures = film.pictures(motion.reads(model))
    reading = motion.read(pictures, film.times.tolist(), model)
    return np.array([reading.emotion.scores[e] if reading else 0.0 for e in FACE])


def _reader(model: "Model") -> str:
    return f"clip/{model.card.name}"
