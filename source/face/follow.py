"""Looks at the pictures of a video in turn, and at as little of each as will do."""

import numpy as np

from source.face.blaze import Found
from source.face.detect import Detector, distinct, has_small, scene_turn
from source.face.pyramid import Pyramid
from source.face.scene import AROUND, HIGH, WIDE, Change, Scene

SCAN = (1.0, 3.0)
"""Seconds after which the whole picture is looked at again although every face is followed: the
first where anything beside the faces has changed, the second where nothing has."""

CHANGE = 16.0
"""Change of one thumbnail cell, in grey levels, that may be a new face."""

PATIENCE = (1.0, 8.0)
"""Seconds between two patient looks where there is no face, or a small one. The first counts
after a new scene or a find; each look in vain doubles it, up to the second."""

SURE = (4.0, 12.0)
"""The same where all faces are large: where anything beside them has changed, and where not."""

GAP = 0.6
"""Seconds between two pictures above which a face cannot be followed by its place."""


class Follower:
    """Detects as seldom as it can and follows in between.

    Parameters
    ----------
    detector : Detector, optional
        The one to use; one of its own by default.

    Attributes
    ----------
    cut : bool
        Whether the last picture began a new scene.
    changes : list of Change
        What is new around each face of the last picture. That may be a new scene while the rest
        of the picture stays, as where a video call shows another speaker.
    """

    def __init__(self, detector: Detector | None = None) -> None:
        self._detector = detector or Detector()
        self._faces: list[Found] = []
        self._time = self._scanned = self._patient = -np.inf
        self._patience = PATIENCE[0]
        self._scene = Scene()
        self._known: np.ndarray | None = None
        self._turn = 0.0
        self._unlike = True  # whether the picture has changed since the last patient look
        self.cut = False
        self.changes: list[Change] = []

    def still(self, image: np.ndarray | Pyramid) -> list[Found]:
        """All faces in a single picture."""
        faces = self._detector.still(image)
        self.changes = [Change(0.0)] * len(faces)
        return faces

    def next(self, time: float, image: np.ndarray | Pyramid) -> list[Found]:
        """All faces of the next picture of a video, from left to right.

        Parameters
        ----------
        time : float
            Seconds; rises from call to call.
        image : np.ndarray [shape=(h, w, 3), uint8] or Pyramid
        """
        pyramid = Pyramid.of(image)
        self._scene.show(time, pyramid)
        self.cut = self._scene.cut
        before = self._faces
        near = before if time - self._time <= GAP and not self.cut else []
        followed = [(self._detector.follow(pyramid, face), face) for face in near]
        faces = distinct(
            [f for f, last in followed if f is not None and not self._scene.is_new(f.box, last.box)]
        )
        lost = len(faces) < len(self._faces)
        since = time - self._scanned
        changed = since >= SCAN[0] and self._has_changed(faces, pyramid)
        self._unlike = self._unlike or changed or lost
        if not faces or lost or changed or since >= SCAN[1]:
            faces = self._found(time, pyramid, faces, new=self.cut or self._time == -np.inf)
            self._scanned, self._known = time, self._scene.small
        self._faces, self._time = sorted(faces, key=lambda f: float(f.box[0])), time
        self.changes = [self._change(face, before) for face in self._faces]
        return self._faces

    def _found(
        self, time: float, image: Pyramid, followed: list[Found], *, new: bool
    ) -> list[Found]:
        """All faces, looked for quickly or, where that is due, with patience."""
        faces = self._detector.scan(image, known=followed, turn=self._turn)
        turn = scene_turn(faces, before=self._turn)
        if turn != self._turn:  # one of them shows how the picture lies: the others lie so too
            self._turn, faces = turn, self._detector.scan(image, known=faces, turn=turn)
        doubtful = has_small(faces, image)
        if new:
            self._patience = PATIENCE[0]
            self._patient = -np.inf if doubtful else time
        sure = SURE[0] if self._unlike else SURE[1]
        if time - self._patient < (self._patience if doubtful else sure):
            return faces
        more = self._detector.still(image, known=faces, thorough=False)
        self._turn = scene_turn(more, before=self._turn)
        vain = len(more) == len(faces)
        self._patience = min(2 * self._patience, PATIENCE[1]) if vain else PATIENCE[0]
        self._patient, self._unlike = time, False
        return more

    def _change(self, face: Found, before: list[Found]) -> Change:
        """What is new around a face since the last one in its place."""
        last = min(before, key=lambda other: away(face, other), default=face)
        share = self._scene.share(face.box, last.box if away(face, last) < 1.5 else face.box)
        return Change(share, self._time if share > AROUND else self._scene.dissolved(face.box))

    def _has_changed(self, faces: list[Found], image: Pyramid) -> bool:
        """Whether the picture has changed since the last look, other than by the faces' moving."""
        small = self._scene.small
        if self._known is None or small is None:
            return True
        # Four cells in one: a smaller change (a hand, a leaf) is not a new face.
        parts = (small - self._known).reshape(HIGH // 2, 2, WIDE // 2, 2, 3).mean(axis=(1, 3))
        change = np.abs(parts).mean(axis=2)
        height, width = change.shape
        scale = np.array([width / image.width, height / image.height])
        for face in faces:
            room = 0.5 * (face.box[2:] - face.box[:2])  # hair and shoulders move along
            left, top = np.maximum((face.box[:2] - room) * scale, 0).astype(int)
            right, bottom = np.ceil((face.box[2:] + 2 * room) * scale).astype(int)
            change[top:bottom, left:right] = 0.0
        return float(change.max()) > CHANGE


def away(one: Found, other: Found) -> float:
    """Distance of two faces' centres, in sides of the larger one."""
    apart = (one.box[:2] + one.box[2:] - other.box[:2] - other.box[2:]) / 2.0
    return float(np.hypot(*apart)) / max(one.side, other.side, 1.0)
