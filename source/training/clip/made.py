"""Clips made from stills that move like faces.

An apex still is moved back, point by point, towards the shape its emotion has when it is
weak, and blends into a neutral still of a similar face; so it can rise, hold and fade. The
points' ways are those between the mean faces of `source.samples.mean_faces`.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from source.core.emotions import FACE
from source.face.align import matrix
from source.samples.mean_faces import LEFT_EYE, RIGHT_EYE, MeanFaces
from source.samples.portrait import LIDS
from source.samples.warp import Onto, linear, triangles, with_border
from source.training.clip.acting import Acting, blinks, rise, talk
from source.training.clip.vary import SIDE, Take, stretch
from source.training.face.data import FER2013, Faces

NEUTRAL = FACE.index("neutral")
_NOSE, _LIPS = 1, (13, 14)


@dataclass(frozen=True)
class Stills:
    """Aligned faces and what people see in them.

    Attributes
    ----------
    pictures : np.ndarray [shape=(n, 64, 64), uint8]
        Grey.
    votes : np.ndarray [shape=(n, 8), float32]
        Shares of the votes, in the order of `FACE`.
    meant : np.ndarray [shape=(n,), int]
        Place in `FACE` of the word the picture was found by (FER2013's label); -1 where there
        is none. Of acted emotion it says more than what people see: the weak ones count too.
    """

    pictures: np.ndarray
    votes: np.ndarray
    meant: np.ndarray

    @classmethod
    def of(cls, faces: Faces) -> "Stills":
        """Cut every face in which the detector found the eyes, or all where it found none."""
        import cv2

        kept = faces.where(faces.scored & (faces.found | (not faces.found.any())))
        scale = SIDE / kept.pictures.shape[1] if len(kept) else 1.0
        cut = np.empty((len(kept), SIDE, SIDE), np.uint8)
        for i, (picture, place) in enumerate(zip(kept.pictures, kept.places, strict=True)):
            larger = place * scale
            larger[:, 2] += 0.5 * scale - 0.5
            cut[i] = cv2.warpAffine(
                picture, larger, (SIDE, SIDE), flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
        places = np.array([*(FACE.index(e) for e in FER2013), -1])
        return cls(cut, kept.votes, places[kept.labels])

    @property
    def labels(self) -> np.ndarray:
        """Place in `FACE` of the most voted emotion ``[n]``."""
        return np.asarray(self.votes.argmax(axis=1))

    def targets(self, meant: float) -> np.ndarray:
        """What is to be learned ``[n, 8]``: the votes, mixed with what was meant where known."""
        known = (self.meant >= 0)[:, None]
        mixed = (1.0 - meant) * self.votes + meant * np.eye(len(FACE), dtype=np.float32)[self.meant]
        return np.where(known, mixed, self.votes).astype(np.float32)


@dataclass(frozen=True)
class Ways:
    """Where the points of an aligned face go, in pixels of the crop ``[64, 64, 2]`` each.

    `emotions` has one field per emotion of `FACE`: added to a neutral face's pixel it gives
    where that point is when the emotion is fully there. `mouth` opens the mouth and `lids`
    close the eyes.
    """

    emotions: np.ndarray
    mouth: np.ndarray
    lids: np.ndarray

    @classmethod
    def of(cls, faces: MeanFaces) -> "Ways":
        """Lay the mean faces' points over a crop."""
        rest = faces.shapes["neutral"]
        eyes = [rest[list(e)].mean(axis=0) for e in (RIGHT_EYE, LEFT_EYE)]
        marks = np.array([*eyes, rest[_NOSE], rest[list(_LIPS)].mean(axis=0)])
        place = matrix(marks, size=SIDE)

        def laid(points: np.ndarray) -> np.ndarray:
            return np.asarray(points @ place[:, :2].T + place[:, 2])

        start = laid(rest)
        corners = triangles(start, size=SIDE)
        onto = Onto(start, corners, size=SIDE)
        y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
        here = np.stack([x, y], axis=-1)

        def way(points: np.ndarray) -> np.ndarray:
            return np.asarray(onto.places(with_border(points, size=SIDE)) - here)

        emotions = np.stack([way(laid(faces.shapes[e])) for e in FACE])
        lower = np.clip((y - start[_NOSE, 1]) / 6.0, 0.0, 1.0)[..., None]
        closed = start.copy()
        for upper, below in LIDS:
            closed[upper] += 0.8 * (closed[below] - closed[upper])
        mouth = emotions[FACE.index("surprised")] * lower
        return cls(emotions, mouth.astype(np.float32), way(closed))


class Made:
    """Draws clips from stills, as many as are wanted.

    Parameters
    ----------
    stills : Stills
        Apexes and neutral faces.
    ways : Ways
        How they move.
    acting : Acting
        How much.
    loose : bool
        Whether pictures are framed as the face detector's square is.

    """

    def __init__(
        self, stills: Stills, ways: Ways, *, acting: Acting | None = None, loose: bool = False
    ) -> None:
        import cv2

        self.stills, self._ways, self._loose = stills, ways, loose
        self._acting = acting or Acting()
        labels, agreed = stills.labels, stills.votes.max(axis=1)
        counts = np.bincount(labels, minlength=len(FACE))
        # Rare emotions come more often than they are, yet less than evenly: there are too few
        # different faces of them. Faces on which people agree come more often.
        weight = agreed / np.sqrt(np.maximum(1, counts[labels]))
        self._chance = np.cumsum(weight / weight.sum())
        calm = np.flatnonzero((labels == NEUTRAL) & (agreed >= min(0.7, float(agreed.max()))))
        self._calm = calm if len(calm) else np.arange(len(labels))
        # What a person looks like without what the face does: coarse, and mouth left out.
        small = np.stack([
            cv2.resize(p, (8, 8), interpolation=cv2.INTER_AREA)[:5].ravel()
            for p in stills.pictures
        ]).astype(np.float32)  # fmt: skip
        self._looks = (small - small.mean(axis=1, keepdims=True)) / (
            small.std(axis=1, keepdims=True) + 1.0
        )

    @property
    def mark(self) -> str:
        """Told apart by what its clips show."""
        return hashlib.sha256(
            self.stills.pictures.tobytes() + f"{self._acting} {self._loose}".encode()
        ).hexdigest()

    def draw(self, rng: np.random.Generator, *, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """One clip ``[steps, 64, 64, 3]`` uint8 and its target ``[8]``."""
        pictures, row = self.act(rng, steps=steps)
        return pictures, self.stills.votes[row]

    def act(self, rng: np.random.Generator, *, steps: int) -> tuple[np.ndarray, int]:
        """One clip ``[steps, 64, 64, 3]`` uint8, and which still it was made from."""
        row = int(np.searchsorted(self._chance, rng.random()).clip(0, len(self._chance) - 1))
        votes = self.stills.votes[row]
        frames = steps if steps < 12 else int(rng.integers(8, steps + 1))
        take = Take(rng, frames=frames, loose=self._loose)
        strength = rise(rng, frames, weakest=self._acting.weakest)
        emotion = int(votes.argmax())
        pictures = self._moved(rng, take, row, emotion, strength)
        return take.develop(pictures)[stretch(frames, steps=steps)], row

    def _moved(
        self, rng: np.random.Generator, take: Take, row: int, emotion: int, strength: np.ndarray
    ) -> np.ndarray:
        apex = self.stills.pictures[row].astype(np.float32)
        calm = self._partner(rng, row).astype(np.float32)
        calm = (calm - calm.mean()) / (calm.std() + 1.0) * apex.std() + apex.mean()
        acting = self._acting
        speech = talk(rng, take.frames, silent=acting.silent, loudest=acting.loudest)
        blink = blinks(rng, take.frames)
        ways = self._ways
        fields = np.concatenate([ways.emotions[emotion], ways.mouth, ways.lids], axis=2)
        made = np.empty((take.frames, SIDE, SIDE), np.float32)
        for i, share in enumerate(strength):
            places = take.places(i)
            moved = linear(fields[..., :4], places, repeated=False)
            shut = linear(fields[..., 4:], places, repeated=False)
            own = places - speech[i] * moved[..., 2:] - blink[i] * shut
            picture = linear(apex, own + (1.0 - share) * moved[..., :2])
            if emotion != NEUTRAL and share < 1.0:
                before = linear(calm, own - share * moved[..., :2])
                picture = share * picture + (1.0 - share) * before
            made[i] = picture
        return made

    def _partner(self, rng: np.random.Generator, row: int) -> np.ndarray:
        """A neutral face that looks like that of `row`."""
        some = self._calm[rng.integers(0, len(self._calm), 200)]
        away = ((self._looks[some] - self._looks[row]) ** 2).sum(axis=1)
        return np.asarray(self.stills.pictures[some[int(away.argmin())]])
