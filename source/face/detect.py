"""Finds the faces of a picture, and finds them again in the next one.

Three BlazeFace networks look, each good at its own distance; a fourth network says of each
find whether it is a face at all; then the short-range network looks once more at each face
alone, because its eye places are the best and training's crops were cut by them.

The networks know faces that stand more or less upright. A camera may be held on its side or
upside down and say nothing of it, and people lie down; so the picture is looked at in all four
turns, and each face is kept as it stands in the turn in which the short-range network knows it
best. On 50 faces of the media set that score is 0.76 to 0.95 in the right turn and 0.36 to
0.87 in the three others, in each case below that of the right one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from source.face.blaze import Blaze, Found, overlap
from source.face.evidence import is_face, is_phantom, is_sure
from source.face.presence import Mesh, Presence
from source.face.pyramid import Pyramid

CANDIDATE = 0.35
"""Least score of a detector for a find to be looked at further."""

PRESENT = 0.5
"""Least certainty of the landmark network for a find to be called a face."""

FOLLOWED = 0.5
"""Least score of the short-range network for a followed face to be still there."""

STRAIGHT = 0.88
"""A face with at least this score is accepted; below it, other rotations are tried."""

BETTER = 0.02
"""By how much another turn must score higher to be believed."""

TURNED = (0.75, 0.8)
"""Least score of a face that only another turn of the picture shows, where it is the only one and
where there are others: three more looks must not bring three times as many false finds."""

TURNED_PRESENT = 0.9
"""Least certainty of the landmark network for the same."""

TILT = 30.0
"""Degrees of roll above which a face is looked at again turned upright."""

QUARTERS = (90.0, 180.0, -90.0)
"""The turns of a picture beside the upright one, degrees clockwise."""

WEAK = 0.6
"""A find below this score may hardly overlap another."""

WITHIN = 0.4
"""Share of a doubtful find, or of a sure face, that may not lie in the other: they are one face."""

SMALL = 0.12
"""A face smaller than this share of the picture's longer side is a reason to look closer."""

_ROOM = 2.0
_SLANTED = float(np.sqrt(2.0))
_DARK = 50.0
_TILES = 2
_TILE_SHARE = 0.6
_LONG = 480


class Detector:
    """Finds faces. Holds its own interpreters: one thread at a time; see `lent`."""

    def __init__(self) -> None:
        self._short, self._full = Blaze("short"), Blaze("full")

    @cached_property
    def _back(self) -> Blaze:
        return Blaze("back")

    @cached_property
    def _presence(self) -> Presence:
        return Presence()

    def still(
        self, image: np.ndarray | Pyramid, *, known: Sequence[Found] = (), thorough: bool = True
    ) -> list[Found]:
        """All faces of a picture, looked for with patience.

        A picture is looked at whole and in all turns; where it is large and shows nothing, or
        small faces, in overlapping parts as well; where it is dark and shows nothing, brightened.

        Parameters
        ----------
        image : np.ndarray [shape=(h, w, 3), uint8] or Pyramid
        known : sequence of Found
            Faces of this picture that need not be looked at again.
        thorough : bool
            Whether the parts are looked at in all turns too, and by all networks; False of a
            film's pictures, of which there are many.

        Returns
        -------
        list of Found
            From left to right.
        """
        pyramid, faces = Pyramid.of(image), list(known)
        faces = self._more(pyramid, faces, self._whole(pyramid))
        areas = tiles(pyramid.width, pyramid.height)
        if has_small(faces, pyramid) and max(pyramid.width, pyramid.height) >= _LONG:
            candidates = [f for area in areas for f in self._whole(pyramid, area)]
            faces = self._more(pyramid, faces, distinct(candidates))
        faces = self._turned(pyramid, faces, all_networks=thorough)
        turn = scene_turn(faces)
        if turn:  # the whole picture lies so: what else is in it lies so too
            faces = self._more(pyramid, faces, self._whole(pyramid, turn=turn))
            if has_small(faces, pyramid) and max(pyramid.width, pyramid.height) >= _LONG:
                candidates = [f for area in areas for f in self._whole(pyramid, area, turn)]
                faces = self._more(pyramid, faces, distinct(candidates))
        if not faces and thorough and max(pyramid.width, pyramid.height) >= _LONG:
            for area in areas:
                faces = self._turned(pyramid, faces, area=area, all_networks=True)
        bright = None if faces else brightened(pyramid)
        if bright is not None:
            faces = self._more(bright, faces, self._whole(bright))
            faces = self._turned(bright, faces, all_networks=thorough)
        faces = self._real(pyramid if bright is None else bright, faces, known)
        return sorted(faces, key=lambda f: float(f.box[0]))

    def scan(
        self, image: np.ndarray | Pyramid, *, known: Sequence[Found] = (), turn: float = 0.0
    ) -> list[Found]:
        """The faces of a video's picture that a quick look finds.

        Parameters
        ----------
        image : np.ndarray [shape=(h, w, 3), uint8] or Pyramid
        known : sequence of Found
            Faces of this picture that need not be looked at again.
        turn : float
            Degrees by which the scene's faces were turned so far.

        Returns
        -------
        list of Found
            From left to right.
        """
        pyramid = Pyramid.of(image)
        faces = self._more(pyramid, list(known), self._full(pyramid, least=CANDIDATE, turn=turn))
        if not faces:
            candidates = self._short(pyramid, least=CANDIDATE, turn=turn)
            faces = self._more(pyramid, faces, candidates)
        return sorted(faces, key=lambda f: float(f.box[0]))

    def follow(self, image: np.ndarray | Pyramid, face: Found) -> Found | None:
        """The same face in the next picture, looked for around its last place.

        Returns
        -------
        Found or None
            None where it is gone, or has moved so far that it may be another face.
        """
        pyramid = Pyramid.of(image)
        moved = self._refined(pyramid, face)
        if moved is None or moved.score < FOLLOWED or overlap(moved.box, face.box) < 0.2:
            return None
        if moved.score < 0.75 and self._presence(pyramid, moved) < PRESENT:
            return None
        return moved

    def near(self, image: np.ndarray | Pyramid, face: Found) -> Found | None:
        """What looks most like a face where one was, however little it does."""
        nearest = self._refined(Pyramid.of(image), face)
        return nearest if nearest is not None and overlap(nearest.box, face.box) > 0.2 else None

    def _whole(
        self,
        image: Pyramid,
        area: tuple[int, int, int, int] | None = None,
        turn: float = 0.0,
        *,
        all_networks: bool = True,
    ) -> list[Found]:
        """Candidates of all networks; far ones are placed best by the networks for them."""
        far = self._full(image, area=area, least=CANDIDATE, turn=turn)
        if not all_networks:
            return distinct(far)
        far += self._back(image, area=area, least=CANDIDATE, turn=turn)
        near = self._short(image, area=area, least=0.5, turn=turn)
        return distinct(sorted(far, key=lambda f: -f.score) + near)

    def _turned(
        self,
        image: Pyramid,
        faces: list[Found],
        *,
        area: tuple[int, int, int, int] | None = None,
        all_networks: bool,
    ) -> list[Found]:
        """The faces, and those that the other three turns of the picture show."""
        candidates = [
            face
            for turn in QUARTERS
            for face in self._whole(image, area, turn, all_networks=all_networks)
        ]
        least = TURNED[1] if faces else TURNED[0]
        return self._more(image, faces, sorted(candidates, key=lambda f: -f.score), least=least)

    def _more(
        self, image: Pyramid, faces: list[Found], candidates: list[Found], *, least: float = 0.0
    ) -> list[Found]:
        """The faces, and those of the candidates that are others."""
        known = {id(face) for face in faces}
        fresh = [face for face in distinct(faces + candidates) if id(face) not in known]
        if not fresh:
            return faces
        checked = self._checked(image, fresh)
        if least:
            checked = [
                face
                for face in checked
                if face.score >= least and self._presence(image, face) >= TURNED_PRESENT
            ]
        return distinct(faces + checked)

    def _checked(self, image: Pyramid, candidates: list[Found]) -> list[Found]:
        """The candidates that are faces, each refined and in its upright rotation."""
        faces = []
        for face in candidates:
            if self._presence(image, face) < PRESENT:
                continue
            better = self._refined(image, face)
            keep = better is not None and overlap(better.box, face.box) > 0.3
            best = self._upright(image, better if better is not None and keep else face)
            if is_face(best.score, self._presence(image, best)):
                faces.append(best)
        return distinct(sorted(faces, key=lambda f: -f.score))

    def _real(self, image: Pyramid, faces: list[Found], known: Sequence[Found]) -> list[Found]:
        """The faces without finds that a sure one beside them shows to be none."""
        if len(faces) < 2:
            return faces
        given = {id(face) for face in known}
        present = [self._presence(image, face) for face in faces]
        sure = [f for f, p in zip(faces, present, strict=True) if is_sure(f.score, p)]

        def is_real(face: Found, presence: float) -> bool:
            if id(face) in given or not sure or is_sure(face.score, presence):
                return True
            within = max(inside(face.box, other.box) for other in sure)
            size = face.side / max(other.side for other in sure)
            return within < WITHIN and not is_phantom(face.score, presence, size=size)

        return [f for f, p in zip(faces, present, strict=True) if is_real(f, p)]

    def mesh(self, image: np.ndarray | Pyramid, face: Found) -> Mesh:
        """What the landmark network sees in a face of a picture."""
        return self._presence.mesh(image, face)

    def _upright(self, image: Pyramid, face: Found) -> Found:
        """The face in the turn in which the short-range network knows it best."""
        if face.score >= STRAIGHT:
            return face
        best = face
        for turn in QUARTERS:
            other = self._refined(image, face, turn=face.roll + turn)
            if other is not None and other.score > best.score + BETTER:
                best = other
        if best is not face:  # its eyes tell the turn better than quarters do
            again = self._refined(image, best)
            best = again if again is not None and again.score > best.score else best
        return best

    def _refined(self, image: Pyramid, face: Found, *, turn: float | None = None) -> Found | None:
        """The face as the short-range network sees it from near, turned upright."""
        if turn is None:
            quarter = 90.0 * round(face.roll / 90.0)
            turn = quarter if abs(face.roll - quarter) <= TILT else face.roll
        centre = (face.box[:2] + face.box[2:]) / 2.0
        half = _ROOM * float((face.box[2:] - face.box[:2]).max()) / 2.0
        width, height = image.width, image.height
        left, top = np.floor(np.maximum(centre - half, 0)).astype(int)
        right, bottom = np.ceil(np.minimum(centre + half, (width, height))).astype(int)
        if right - left < 4 or bottom - top < 4:
            return None
        area = (int(left), int(top), int(right), int(bottom))
        if turn % 90.0:  # its corners would make the picture of a slanted square small
            area = _square(centre, half / _SLANTED)
        candidates = self._short(image, area=area, least=0.4, turn=turn)
        return max(candidates, key=lambda f: overlap(f.box, face.box), default=None)


def _square(centre: np.ndarray, half: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a square; may reach over the picture's edge."""
    left, top = np.floor(centre - half).astype(int)
    right, bottom = np.ceil(centre + half).astype(int)
    return int(left), int(top), int(right), int(bottom)


def scene_turn(faces: list[Found], *, before: float = 0.0) -> float:
    """The rotation of most faces, in quarter turns; a sideways video usually stays sideways.

    Parameters
    ----------
    faces : list of Found
    before : float
        The answer where there is no face.

    Returns
    -------
    float
        0, 90, 180 or -90 degrees clockwise.
    """
    if not faces:
        return before
    turns = [90.0 * (round(face.roll / 90.0) % 4) for face in faces]
    most = max(sorted(set(turns)), key=turns.count)
    return most - 360.0 if most > 180.0 else most


def has_small(faces: Sequence[Found], image: Pyramid) -> bool:
    """Whether a closer look may find more: there is no face, or a small one."""
    longest = max(image.width, image.height)
    return not faces or min(f.side for f in faces) < SMALL * longest


_idle: list[Detector] = []
"""Unused detectors: creating one takes longer than searching ten pictures."""


@contextmanager
def lent() -> Iterator[Detector]:
    """A detector for the caller alone, until the end of the ``with``."""
    try:
        detector = _idle.pop()  # one step of a list cannot be shared by two threads
    except IndexError:
        detector = Detector()
    try:
        yield detector
    finally:
        _idle.append(detector)


def tiles(width: int, height: int, *, parts: int = _TILES) -> list[tuple[int, int, int, int]]:
    """Parts of a picture that overlap, each left, top, right, bottom.

    Parameters
    ----------
    width, height : int
        Of the picture, in pixels.
    parts : int > 1
        How many there are across, and down.

    Examples
    --------
    >>> tiles(1000, 100)
    [(0, 0, 600, 100), (400, 0, 1000, 100)]
    """
    spans = []
    for length, other in ((width, height), (height, width)):
        if length * 2 < other:  # a strip is cut across only
            spans.append([(0, length)])
            continue
        part = round(length * _TILE_SHARE * _TILES / parts)
        starts = np.linspace(0, length - part, parts).round().astype(int)
        spans.append([(int(s), int(s) + part) for s in starts])
    return [(left, top, right, bottom) for top, bottom in spans[1] for left, right in spans[0]]


def distinct(faces: list[Found]) -> list[Found]:
    """One find per face: the first of those that share most of the smaller one's area.

    Two faces side by side can raise a weak find between them: there less is allowed.
    """
    kept: list[Found] = []
    for face in faces:
        most = 0.5 if face.score >= WEAK else 0.15
        if all(inside(face.box, other.box) < most for other in kept):
            kept.append(face)
    return kept


def inside(a: np.ndarray, b: np.ndarray) -> float:
    """Shared area of two boxes over the area of the smaller one."""
    shared = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    if (shared <= 0).any():
        return 0.0
    smaller = min(float((a[2:] - a[:2]).prod()), float((b[2:] - b[:2]).prod()))
    return float(shared.prod()) / smaller


def brightened(image: Pyramid) -> Pyramid | None:
    """A dark picture stretched to the full range; None of one that is not dark, or black."""
    if not 2.0 < image.level(2).mean() < _DARK:
        return None
    top = max(float(np.percentile(image.image, 99.5)), 1.0)
    table = np.clip(255.0 * (np.arange(256) / top) ** 0.6, 0, 255).astype(np.uint8)
    return Pyramid(np.asarray(table[image.image]))
