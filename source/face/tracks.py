"""Who is who through a clip: one track per person, from place and looks.

Looks are a thumbnail of the aligned face, light and contrast taken out. They live as long as
the clip is being read and are then forgotten; they tell apart the few faces of one clip and
would identify nobody.
"""

from dataclasses import dataclass, field

import numpy as np

from source.face.blaze import Found, overlap

NEAR = 0.75
"""Seconds after which a face that was not seen must be recognised by its looks."""

SPARSE = 2.5
"""Where pictures lie further apart than that, the face of the picture before still counts as
near, up to these many seconds."""

ALIKE = 0.72
"""Least likeness for a face to be taken for one that was away."""

UNLIKE = 0.1
"""Below this likeness even a face in the same place is another one."""

SETTLED = 0.72
"""Least mean likeness for two tracks that never meet to be joined at the end."""

LOOKS = 8
"""Most thumbnails kept of one person; only looks that add something are kept."""

_SIDE = 16
_NEW_LOOK = 0.9

# What all faces share says nothing about who it is: the mean of FER2013's training faces (left
# half, tenths of a deviation) and the usual colour of skin and hair (a and b of CIELAB).
_MEAN_LIGHT = (
    (-4, -5, -5, -3, 0, 2, 4, 4),
    (-4, -5, -4, -1, 2, 4, 5, 6),
    (-5, -5, -4, 0, 3, 5, 6, 7),
    (-5, -5, -3, 0, 2, 4, 6, 7),
    (-4, -5, -2, -1, -1, -2, 1, 5),
    (-4, -4, -2, -3, -6, -7, -3, 3),
    (-3, -2, 0, -2, -5, -5, -1, 4),
    (-2, -1, 2, 5, 4, 4, 5, 7),
    (-1, -1, 2, 6, 8, 7, 6, 7),
    (-1, -1, 1, 5, 7, 5, 3, 4),
    (-2, -1, 0, 3, 4, 4, 2, 1),
    (-2, -2, -1, 1, 2, 1, 1, 1),
    (-2, -2, -2, 0, 1, -1, -2, -2),
    (-2, -3, -3, -2, 0, 0, -2, -2),
    (-3, -3, -3, -3, -2, 0, 0, 0),
    (-3, -3, -4, -4, -3, -1, 0, 1),
)
_MEAN_COLOUR = (10.0, 15.0)


def looks(crop: np.ndarray) -> np.ndarray:
    """What a face looks like, as a vector of length 1.

    Parameters
    ----------
    crop : np.ndarray [shape=(side, side, 3), uint8]
        RGB, aligned.

    Returns
    -------
    np.ndarray [shape=(768,), float32]
    """
    import cv2

    lab = cv2.cvtColor(crop, cv2.COLOR_RGB2LAB)
    small = cv2.resize(lab, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    light, colour = small[..., :1], small[..., 1:]
    half = np.array(_MEAN_LIGHT, np.float32) / 10.0
    mean = np.concatenate([half, half[:, ::-1]], axis=1)[..., None]
    light = (light - light.mean()) / max(float(light.std()), 1.0) - mean
    # Colour differences keep their size: skin and hair differ by some 10 to 20 units.
    colour = (colour - 128.0 - np.array(_MEAN_COLOUR, np.float32)) / 12.0
    vector = np.concatenate([light, colour], axis=2).ravel()
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


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
    """

    first: float
    last: float
    face: Found
    seen: int = 0
    score: float = 0.0
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))
    _looks: list[np.ndarray] = field(default_factory=list)

    def add(self, time: float, face: Found, look: np.ndarray) -> None:
        """Take a sighting in."""
        step = time - self.last
        if self.seen and 0.0 < step <= NEAR:
            moved = (_centre(face) - _centre(self.face)) / step
            self.speed = 0.5 * self.speed + 0.5 * moved
        else:
            self.speed = np.zeros(2)
        self.last, self.face, self.seen = time, face, self.seen + 1
        self.score = max(self.score, face.score)
        if self.likeness(look) < _NEW_LOOK:
            if len(self._looks) == LOOKS:  # the first look stays, the oldest of the others goes
                del self._looks[1]
            self._looks.append(look)

    def likeness(self, look: np.ndarray) -> float:
        """Likeness to the nearest known look, -1 to 1."""
        return max((float(look @ known) for known in self._looks), default=-1.0)

    def known(self) -> np.ndarray:
        """Its looks [shape=(1 to LOOKS, d)]."""
        return np.stack(self._looks)

    def expected(self, time: float) -> np.ndarray:
        """Where the centre should be by now."""
        return np.asarray(_centre(self.face) + self.speed * min(time - self.last, NEAR))


class Tracks:
    """Gives every sighting the number of its person, from 0 by first appearance."""

    def __init__(self) -> None:
        self.all: list[Track] = []
        self._time = 0.0
        self._near = NEAR

    def update(
        self, time: float, faces: list[Found], seen: list[np.ndarray], *, cut: bool = False
    ) -> list[int]:
        """Number of the person of each face of one picture.

        Parameters
        ----------
        time : float
            Seconds; rises from call to call.
        faces : list of Found
        seen : list of np.ndarray
            `looks` of each face.
        cut : bool
            Whether the scene has changed, so that place means nothing.
        """
        self._near = max(NEAR, min(1.05 * (time - self._time), SPARSE))
        self._time = time
        covered = [_covered(face, faces) for face in faces]
        pairs = sorted(
            (
                (self._fit(time, track, face, look, cut=cut, covered=hidden), number, index)
                for number, track in enumerate(self.all)
                for index, (face, look, hidden) in enumerate(zip(faces, seen, covered, strict=True))
            ),
            reverse=True,
        )
        answer: dict[int, int] = {}
        taken: set[int] = set()
        for fit, number, index in pairs:
            if fit > 0.0 and number not in taken and index not in answer:
                answer[index] = number
                taken.add(number)
        for index in range(len(faces)):
            if index not in answer:
                answer[index] = len(self.all)
                self.all.append(Track(time, time, faces[index]))
        for index, (face, look) in enumerate(zip(faces, seen, strict=True)):
            self.all[answer[index]].add(time, face, look)
        return [answer[index] for index in range(len(faces))]

    def _fit(
        self,
        time: float,
        track: Track,
        face: Found,
        look: np.ndarray,
        *,
        cut: bool,
        covered: bool,
    ) -> float:
        """How well a face continues a track; above 0 where it may."""
        alike = track.likeness(look)
        if cut or time - track.last > self._near:
            return alike - ALIKE if alike >= ALIKE else -1.0
        size = max(face.side, track.face.side, 1.0)
        away = float(np.hypot(*(_centre(face) - track.expected(time)))) / size
        near = away < 1.5 or overlap(face.box, track.face.box) > 0.2
        # A face half behind another looks like neither: then place decides.
        if (alike < UNLIKE and not (covered and near)) or (not near and alike < ALIKE):
            return -1.0
        # Where two faces cross, both are near: then looks decide.
        return 2.0 + 2.0 * alike - min(away, 2.0)

    def joined(self) -> list[int]:
        """For every track the track it belongs to, once all is seen.

        A person whose looks changed while away (turned, lit anew) began a new track; tracks
        that were never seen at the same time and whose nearest looks are alike are joined.
        """
        owner = list(range(len(self.all)))
        if len(owner) < 2:
            return owner
        known = [track.known() for track in self.all]
        everything = np.concatenate(known)
        starts = np.cumsum([0, *(len(k) for k in known[:-1])])
        members: dict[int, list[int]] = {}
        for number, track in enumerate(self.all):
            alike = np.maximum.reduceat((known[number] @ everything.T).max(axis=0), starts)
            best, place = SETTLED, None
            for other in np.flatnonzero(alike[:number] > SETTLED):
                root, likeness = owner[other], float(alike[other])
                if likeness > best and all(_apart(self.all[n], track) for n in members[root]):
                    best, place = likeness, root
            if place is not None:
                owner[number] = place
            members.setdefault(owner[number], []).append(number)
        return owner


def _centre(face: Found) -> np.ndarray:
    return np.asarray((face.box[:2] + face.box[2:]) / 2.0)


def _covered(face: Found, faces: list[Found]) -> bool:
    """Whether another face of the picture reaches into this one."""
    return any(overlap(face.box, other.box) > 0.02 for other in faces if other is not face)


def _apart(one: Track, other: Track) -> bool:
    """Whether two tracks were never seen at the same time."""
    return one.last < other.first or other.last < one.first
