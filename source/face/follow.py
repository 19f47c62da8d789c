"""Looks at the pictures of a video in turn, and at as little of each as will do."""

import numpy as np

from source.face.blaze import Found
from source.face.detect import Detector, distinct, has_small, scene_turn
from source.face.pyramid import Pyramid

SCAN = (1.0, 3.0)
"""Seconds after which the whole picture is looked at again although every face is followed: the
first where anything beside the faces has changed, the second where nothing has."""

CHANGE = 16.0
"""Change of one cell of a thumbnail, in grey levels, that may be somebody who came."""

PATIENCE = (1.0, 8.0)
"""Seconds between two patient looks where there is no face, or a small one. The first counts
after a new scene or a find; each look in vain doubles it, up to the second."""

SURE = (4.0, 12.0)
"""The same where all faces are large: where anything beside them has changed, and where not."""

GAP = 0.6
"""Seconds between two pictures above which a face cannot be followed by its place."""

CUT = 0.22
"""Mean change of a thumbnail's luminance (0 to 1) that counts as a new scene."""


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
    """

    def __init__(self, detector: Detector | None = None) -> None:
        self._detector = detector or Detector()
        self._faces: list[Found] = []
        self._time = self._scanned = self._patient = -np.inf
        self._patience = PATIENCE[0]
        self._thumbnail: np.ndarray | None = None
        self._known: np.ndarray | None = None
        self._turn = 0.0
        self._unlike = True  # whether the picture has changed since the last patient look
        self.cut = False

    def still(self, image: np.ndarray | Pyramid) -> list[Found]:
        """All faces of a picture that stands alone."""
        return self._detector.still(image)

    def next(self, time: float, image: np.ndarray | Pyramid) -> list[Found]:
        """All faces of the next picture of a video, from left to right.

        Parameters
        ----------
        time : float
            Seconds; rises from call to call.
        image : np.ndarray [shape=(h, w, 3), uint8] or Pyramid
        """
        pyramid = Pyramid.of(image)
        self.cut = self._is_cut(pyramid)
        fresh = time - self._time <= GAP and not self.cut
        followed = [self._detector.follow(pyramid, f) for f in self._faces] if fresh else []
        faces = distinct([f for f in followed if f is not None])
        lost = len(faces) < len(self._faces)
        since = time - self._scanned
        changed = since >= SCAN[0] and self._has_changed(faces, pyramid)
        self._unlike = self._unlike or changed or lost
        if not faces or lost or changed or since >= SCAN[1]:
            faces = self._found(time, pyramid, faces, new=self.cut or self._time == -np.inf)
            self._scanned, self._known = time, self._thumbnail
        self._faces, self._time = sorted(faces, key=lambda f: float(f.box[0])), time
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

    def _is_cut(self, image: Pyramid) -> bool:
        import cv2

        level = image.level(max(0, (max(image.width, image.height) // 128).bit_length()))
        small = cv2.resize(level, (32, 18), interpolation=cv2.INTER_AREA).astype(np.float32)
        before, self._thumbnail = self._thumbnail, small
        return before is not None and float(np.abs(small - before).mean()) / 255.0 > CUT

    def _has_changed(self, faces: list[Found], image: Pyramid) -> bool:
        """Whether the picture has changed since the last look, other than by the faces' moving."""
        if self._known is None or self._thumbnail is None:
            return True
        change = np.abs(self._thumbnail - self._known).mean(axis=2)
        height, width = change.shape
        scale = np.array([width / image.width, height / image.height])
        for face in faces:
            room = 0.5 * (face.box[2:] - face.box[:2])  # hair and shoulders move along
            left, top = np.maximum((face.box[:2] - room) * scale, 0).astype(int)
            right, bottom = np.ceil((face.box[2:] + 2 * room) * scale).astype(int)
            change[top:bottom, left:right] = 0.0
        return float(change.max()) > CHANGE
