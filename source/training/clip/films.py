"""Real films: their faces cut as in serving, kept on disk, and drawn for training."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.face import motion
from source.samples.warp import linear
from source.training.clip.vary import SIDE, Take, stretch

Parts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_PARTS = ("crops", "grey", "times", "boxes")

FPS = 8.0
"""Pictures read a second: 30 in a film of about four seconds."""


@dataclass(frozen=True)
class Film:
    """One face through one recording.

    Attributes
    ----------
    name : str
        Of the recording.
    person : str
        Who is seen; nobody may be both trained on and tested.
    emotion : str
        What is acted, one of `FACE`.
    crops : np.ndarray [shape=(n, 64, 64, 3), uint8]
        RGB, aligned.
    grey : np.ndarray [shape=(n, 48, 48), uint8]
        The same faces as the still network takes them.
    times : np.ndarray [shape=(n,)]
        When, in seconds.
    boxes : np.ndarray [shape=(n, 64, 64, 3), uint8]
        RGB, the detector's squares.
    """

    name: str
    person: str
    emotion: str
    crops: np.ndarray
    grey: np.ndarray
    times: np.ndarray
    boxes: np.ndarray

    @property
    def label(self) -> int:
        """Place in `FACE`."""
        return FACE.index(self.emotion)

    def pictures(self, reads: str) -> np.ndarray:
        """What a network reads that looks at pictures ``[n, 64, 64, 3]``."""
        return self.boxes if reads == motion.BOXES else self.crops


def film(
    path: Path, *, name: str, person: str, emotion: str, fps: float = FPS, cache: Path | None = None
) -> Film:
    """Find the largest face in each picture of a video, and cut it.

    Parameters
    ----------
    path : Path
        The video.
    name, person, emotion : str
        As in `Film`; calm counts as neutral, which no face network tells from it.
    fps : float
        Pictures read a second.
    cache : Path, optional
        Folder to keep the crops in.
    """
    emotion = "neutral" if emotion == "calm" else emotion
    parts = _kept(cache, _mark(path, fps), lambda: _cut(path, fps))
    return Film(name, person, emotion, *parts)


def of_pictures(
    pictures: Iterable[np.ndarray], *, name: str, person: str, emotion: str, seconds: float = 3.5,
    cache: Path | None = None,
) -> Film | None:  # fmt: skip
    """A film from pictures of one face, evenly spread over `seconds`; None if no face is found."""
    images = list(pictures)
    times = np.linspace(0.0, seconds, len(images))
    shown = hashlib.sha256(b"".join(i.tobytes() for i in images)).hexdigest()[:12]
    parts = _kept(
        cache, f"{name}-{_version()}-{shown}",
        lambda: _follow(zip(times.tolist(), images, strict=True)),
    )  # fmt: skip
    return Film(name, person, emotion, *parts) if len(parts[0]) else None


class Drawn:
    """Draws training clips from films: each emotion as often, each time shot differently."""

    def __init__(self, films: list[Film], *, reads: str = motion.CROPS) -> None:
        self._reads = reads
        self._films = [f for f in films if len(f.crops) >= 4]
        labels = np.array([f.label for f in self._films], int)
        counts = np.bincount(labels, minlength=len(FACE))
        self._chance = 1.0 / np.maximum(1, counts[labels])
        self._chance = self._chance / self._chance.sum()

    def __len__(self) -> int:
        return len(self._films)

    def draw(self, rng: np.random.Generator, *, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """One clip ``[steps, 64, 64, 3]`` uint8 and its target ``[8]``."""
        chosen = self._films[int(rng.choice(len(self._films), p=self._chance))]
        count = len(chosen.crops)
        # Any stretch of at least half the film; most of it when it is the emotion's own.
        length = int(rng.integers(max(4, count // 2), count + 1))
        begin = int(rng.integers(0, count - length + 1))
        frames = min(length, steps if steps < 12 else int(rng.integers(8, steps + 1)))
        rows = begin + stretch(length, steps=frames)
        take = Take(rng, frames=frames)
        pictures = chosen.pictures(self._reads)
        shot = np.stack([
            linear(pictures[row].astype(np.float32), take.places(i)) for i, row in enumerate(rows)
        ])  # fmt: skip
        target = np.eye(len(FACE), dtype=np.float32)[chosen.label]
        return take.develop(shot)[stretch(frames, steps=steps)], target


def _cut(path: Path, fps: float) -> Parts:
    from source import media

    pictures = media.pictures(media.probe(path), fps=fps, max_side=1280)
    return _follow((picture.time, picture.image) for picture in pictures)


def _follow(pictures: Iterable[tuple[float, np.ndarray]]) -> Parts:
    """What `_PARTS` names, of the largest face in each picture that has one."""
    from source.face import expression
    from source.face.align import align, square
    from source.face.follow import Follower

    follower = Follower()
    crops, grey, times, boxes = [], [], [], []
    for time, image in pictures:
        faces = follower.next(time, image)
        if faces:
            face = max(faces, key=lambda f: f.score * f.side)
            crops.append(align(image, face.landmarks, size=SIDE))
            grey.append(expression.crop(image, face.landmarks))
            boxes.append(square(image, face.box, size=SIDE))
            times.append(time)
    return (
        np.array(crops, np.uint8).reshape(-1, SIDE, SIDE, 3),
        np.array(grey, np.uint8).reshape(-1, 48, 48),
        np.array(times, np.float64),
        np.array(boxes, np.uint8).reshape(-1, SIDE, SIDE, 3),
    )


def _kept(cache: Path | None, mark: str, make: Callable[[], Parts]) -> Parts:
    """What `make` gives, from the cache where it is there already."""
    file = cache / f"{mark}.npz" if cache else None
    if file and file.is_file():
        with np.load(file) as stored:
            crops, grey, times, boxes = (stored[k] for k in _PARTS)
            return crops, grey, times, boxes
    parts = make()
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        columns: dict[str, Any] = dict(zip(_PARTS, parts, strict=True))
        np.savez_compressed(file, **columns)
    return parts


def _mark(path: Path, fps: float) -> str:
    content = f"{path.stat().st_size} {path.name} {fps} {_version()}"
    return f"{path.stem}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _version() -> str:
    from source.face import align

    content = f"2 {align.EYE_LEFT} {align.EYE_LINE} {align.MOUTH_SHARE}"
    return hashlib.sha256(content.encode()).hexdigest()[:6]
