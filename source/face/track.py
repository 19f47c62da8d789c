"""The track of one person, or of a part of a person's appearance, through a clip."""

from dataclasses import dataclass, field

import numpy as np

from source.face.blaze import Found
from source.face.looks import LENGTH

NEAR = 0.75
"""Seconds after which a face that was not seen must be recognised by its looks."""

SPARSE = 2.5
"""Where pictures lie further apart than that, the face of the picture before still counts as
near, up to these many seconds."""

STEP = (0.3, 0.66)
"""Least likeness from one picture to the next of a face that stays in its place: the first in a
track that changes much, the second in a quiet one, which 999 of 1000 pairs of two people do
not reach."""

DOUBTFUL = 0.1
"""If more than this share of a face's surroundings is new, its identity is in doubt."""

FALL = 0.25
"""How far a similarity may fall below the usual value of its track."""

LOOKS = 8
"""Most looks kept of one person; only looks that add something are kept."""

_NEW_LOOK = 0.85


@dataclass
class Track:
    """One person.

    Attributes
    ----------
    first, last : float
        When the face was seen first and last, seconds.
    seen : int
        In how many pictures.
    score : float
        Best score of the detector.
    usual : float
        Likeness from one picture to the next, a mean over the last few.
    nobody : bool
        Whether it was seen during a dissolve only, or as a flicker over somebody's face.
    cut : bool
        Whether it began with a cut.
    """

    first: float
    last: float
    face: Found
    seen: int = 0
    score: float = 0.0
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))
    usual: float = 0.7
    nobody: bool = False
    cut: bool = False
    _looks: list[tuple[float, np.ndarray]] = field(default_factory=list)
    _look: np.ndarray | None = None

    def add(self, time: float, face: Found, look: np.ndarray) -> None:
        """Take a sighting in."""
        step = time - self.last
        if self.seen and 0.0 < step <= NEAR:
            moved = (face.middle - self.face.middle) / step
            self.speed = 0.5 * self.speed + 0.5 * moved
        else:
            self.speed = np.zeros(2)
        self.last, self.face, self.seen = time, face, self.seen + 1
        self.score = max(self.score, face.score)
        if not look.any():
            return
        if self._look is not None and 0.0 < step <= SPARSE:
            self.usual += 0.3 * (self.step(look) - self.usual)
        self._look = look
        if self.likeness(look) < _NEW_LOOK:
            if len(self._looks) == LOOKS:  # the first look stays, the oldest of the others goes
                del self._looks[1]
            self._looks.append((time, look))

    def likeness(self, look: np.ndarray) -> float:
        """Likeness to the nearest known look, -1 to 1."""
        return max((float(look @ known) for _, known in self._looks), default=-1.0)

    def step(self, look: np.ndarray) -> float:
        """Likeness to the last look, -1 to 1."""
        return -1.0 if self._look is None else float(look @ self._look)

    def stays(self, look: np.ndarray, share: float) -> bool:
        """Whether a face in the same place has changed no more than this track's does.

        `share` is how much around it is new, 0 to 1: where next to nothing is, nobody has come.
        """
        if self._look is None or not look.any():
            return True  # too dark to say
        least = min(max(self.usual - FALL, STEP[0]), STEP[1]) if share >= DOUBTFUL else STEP[0]
        return self.step(look) >= least

    def known(self) -> np.ndarray:
        """Its looks [shape=(1 to LOOKS, d)]; one of zeros, like nobody's, where it has none."""
        looks = [look for _, look in self._looks]
        return np.stack(looks or [np.zeros(LENGTH, np.float32)])

    def forget(self, since: float) -> None:
        """Take back the looks of after a moment, in seconds."""
        self.nobody = self.first > since
        kept = [known for known in self._looks if known[0] <= since]
        self._looks = kept or ([] if self.nobody else self._looks[:1])

    def expected(self, time: float) -> np.ndarray:
        """Where the centre should be by now."""
        return np.asarray(self.face.middle + self.speed * min(time - self.last, NEAR))
