"""A drawn bust whose face is a blend of mean faces: it moves, blinks, speaks, and is nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from source.samples.mean_faces import SIZE, MeanFaces
from source.samples.warp import Onto, triangles, with_border

_SKIN = (
    (0, (46, 27, 27)), (60, (112, 70, 60)), (120, (190, 137, 114)),
    (170, (225, 178, 152)), (255, (252, 228, 209)),
)  # fmt: skip
_HAIR, _HAIR_LIGHT = (46, 35, 36), (88, 68, 64)
_TOP, _BOTTOM, _HALO = (201, 216, 221), (156, 182, 190), (228, 234, 232)
_COAT, _COAT_DARK = (47, 84, 101), (36, 67, 83)
_NECK_SKIN, _NECK_SHADE = (186, 134, 112), (118, 77, 65)
# Right halves of what is drawn, x from the middle, in pixels of a mean face.
_SHOULDERS = np.array(
    [(0, 196), (34, 196), (70, 206), (104, 220), (128, 246), (140, 300), (0, 300)]
)
_COLLAR = np.array([(0, 224), (24, 217), (38, 200), (35, 189), (0, 196)])
_NECK = np.array([(0, 148), (31, 150), (31, 176), (32, 190), (34, 199), (20, 211), (0, 217)])
_CHIN_SHADE = np.array([(0, 158), (26, 158), (27, 172), (16, 181), (0, 184)])
_HAIR_OUTLINE = np.array(
    [(0, 14), (28, 17), (52, 31), (67, 58), (72, 92), (73, 126), (70, 152), (56, 163), (40, 158),
     (32, 140), (0, 130)]
)  # fmt: skip
_HAIR_SHEEN = np.array([(0, 22), (26, 25), (46, 38), (44, 42), (24, 32), (0, 30)])
LIDS = (
    (246, 7), (161, 163), (160, 144), (159, 145), (158, 153), (157, 154), (173, 155),
    (466, 249), (388, 390), (387, 373), (386, 374), (385, 380), (384, 381), (398, 382),
)  # fmt: skip
"""Points of the face mesh: of the upper lid, and the lower lid's point beneath; both eyes."""


@dataclass(frozen=True)
class Pose:
    """How the bust holds itself at one moment.

    Attributes
    ----------
    mix : mapping of str to float
        Share of each mean face; sums to 1.
    mouth : float
        How far the mouth is opened by speaking, 0 to 1.
    blink : float
        How far the lids are closed, 0 to 1.
    shift : tuple of float
        The head's place aside and down, in pixels of a mean face.
    tilt : float
        The head's tilt in degrees.
    turn : float
        The head's turn aside, -1 to 1.
    breath : float
        How far the shoulders are raised, in pixels of a mean face.
    """

    mix: Mapping[str, float]
    mouth: float = 0.0
    blink: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    tilt: float = 0.0
    turn: float = 0.0
    breath: float = 0.0


class Portrait:
    """Draws `Pose` after `Pose` into pictures of one size.

    Parameters
    ----------
    faces : MeanFaces
        What to blend.
    width, height : int > 0
        Of the picture, in pixels.
    """

    def __init__(self, faces: MeanFaces, *, width: int, height: int) -> None:
        self._faces, self._width, self._height = faces, width, height
        self._triangles = triangles(faces.common, size=SIZE)
        self._common = with_border(faces.common, size=SIZE)
        self._scale = 2 * height / 246.0  # drawn at twice the size, then averaged down
        self._background = self._draw_background()
        rows = np.arange(SIZE, dtype=np.float64)[:, None]
        self._lower = _smooth((rows - 116.0) / 16.0)
        stops, colours = np.array([at for at, _ in _SKIN]), np.array([rgb for _, rgb in _SKIN])
        self._skin = np.stack(
            [np.interp(np.arange(256), stops, channel) for channel in colours.T], axis=1
        )

    def draw(self, pose: Pose) -> np.ndarray:
        """One picture, ``[height, width, 3]`` uint8 RGB."""
        import cv2

        canvas = self._background.copy()
        body = self._place(Pose({}, shift=(pose.shift[0] * 0.25, -pose.breath)))
        head = self._place(pose)
        self._draw_hair(canvas, head)
        self._draw_body(canvas, body, head)
        self._draw_face(canvas, pose, head)
        small = cv2.resize(canvas, (self._width, self._height), interpolation=cv2.INTER_AREA)
        return np.asarray(np.clip(np.round(small), 0, 255).astype(np.uint8))

    def _place(self, pose: Pose) -> np.ndarray:
        """Maps pixels of a mean face to pixels of the canvas ``[2, 3]``."""
        angle = np.deg2rad(pose.tilt)
        turn = self._scale * np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )
        # The head tilts about the neck.
        neck = np.array([SIZE / 2.0, 185.0])
        at = np.array([self._width, 2 * self._height * 0.785])
        at = at + self._scale * np.array(pose.shift)
        return np.hstack([turn, (at - turn @ neck)[:, None]])

    def _shape(self, pose: Pose) -> np.ndarray:
        shapes = self._faces.shapes
        points = sum(w * shapes[e] for e, w in pose.mix.items())
        points = np.array(points)
        lower = _smooth((points[:, 1:] - 116.0) / 16.0)
        points += 0.36 * pose.mouth * lower * (shapes["surprised"] - points)
        for upper, below in LIDS:
            points[upper] += 0.74 * pose.blink * (points[below] - points[upper])
        across = (points[:, 0] - SIZE / 2.0) / 62.0
        points[:, 0] += 7.0 * pose.turn * (1.0 - across**2)
        return points

    def _draw_face(self, canvas: np.ndarray, pose: Pose, place: np.ndarray) -> None:
        import cv2

        grey = sum(w * self._faces.textures[e].astype(np.float32) for e, w in pose.mix.items())
        grey = np.asarray(grey, np.float32)
        speak = np.float32(0.36 * pose.mouth) * self._lower.astype(np.float32)
        grey = grey + speak * (self._faces.textures["surprised"] - grey)
        points = self._shape(pose)
        onto = Onto(points, self._triangles, size=SIZE)
        grey = onto.draw(grey, self._common)
        # A mean is soft; what it has of fine lines is brought out a little.
        grey = grey + 0.9 * (grey - cv2.GaussianBlur(grey, (0, 0), 2.0))
        hull = cv2.convexHull(np.round(points * 16).astype(np.int32))
        mask = np.zeros((SIZE, SIZE), np.float32)
        cv2.fillConvexPoly(mask, hull, 1.0, lineType=cv2.LINE_AA, shift=4)
        mask = _smooth((np.asarray(cv2.GaussianBlur(mask, (0, 0), 2.6)) - 0.35) / 0.6)
        table = self._skin.astype(np.float32)
        level = np.clip(grey, 0, 255)
        colour = np.stack(
            [np.interp(level, np.arange(256), table[:, c]) for c in range(3)], axis=-1
        ).astype(np.float32)
        layer = np.dstack([colour, mask.astype(np.float32)])
        square = np.array([(0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)])
        corners = square @ place[:, :2].T + place[:, 2]
        low = np.maximum(0, np.floor(corners.min(axis=0)).astype(int))
        high = np.ceil(corners.max(axis=0)).astype(int)
        part = canvas[low[1] : high[1], low[0] : high[0]]
        moved = np.hstack([place[:, :2], (place[:, 2] - low)[:, None]])
        layer = cv2.warpAffine(layer, moved, part.shape[1::-1], flags=cv2.INTER_CUBIC)
        # Cubic sampling overshoots a little at sharp edges.
        part += (np.clip(layer[..., :3], 0, 255) - part) * np.clip(layer[..., 3:], 0, 1)

    def _draw_background(self) -> np.ndarray:
        height, width = 2 * self._height, 2 * self._width
        y, x = np.mgrid[:height, :width].astype(np.float32)
        down = (y / height)[..., None]
        picture = (1 - down) * np.array(_TOP, np.float32) + down * np.array(_BOTTOM, np.float32)
        away = np.hypot(x - width / 2, (y - height * 0.45) * 1.0) / (height * 0.62)
        halo = _smooth(1.15 - away)[..., None].astype(np.float32) * 0.8
        return np.asarray(picture * (1 - halo) + np.array(_HALO, np.float32) * halo, np.float32)

    def _fill(
        self, canvas: np.ndarray, outline: np.ndarray, place: np.ndarray,
        colour: tuple[int, int, int], soft: float = 0.0, strength: float = 1.0,
    ) -> None:  # fmt: skip
        """Paint a closed curve through `outline`, given in pixels of a mean face."""
        import cv2

        curve = _curve(np.asarray(outline, np.float64))
        points = curve @ place[:, :2].T + place[:, 2]
        # Only the part of the canvas that the curve touches is worked on.
        room = 3.0 * soft * self._scale + 2.0
        low = np.maximum(0, np.floor(points.min(axis=0) - room).astype(int))
        high = np.ceil(points.max(axis=0) + room).astype(int)
        part = canvas[low[1] : high[1], low[0] : high[0]]
        mask = np.zeros(part.shape[:2], np.float32)
        corners = np.round((points - low) * 16).astype(np.int32)
        cv2.fillPoly(mask, [corners], strength, cv2.LINE_AA, shift=4)
        if soft:
            mask[:] = cv2.GaussianBlur(mask, (0, 0), soft * self._scale)
        part += (np.array(colour, np.float32) - part) * mask[..., None]

    def _draw_body(self, canvas: np.ndarray, body: np.ndarray, head: np.ndarray) -> None:
        self._fill(canvas, _both(_SHOULDERS), body, _COAT, soft=0.3)
        self._fill(canvas, _both(_COLLAR), body, _COAT_DARK, soft=0.3)
        middle = 0.5 * (body + head)
        self._fill(canvas, _both(_NECK), middle, _NECK_SKIN, soft=0.5)
        self._fill(canvas, _both(_CHIN_SHADE), middle, _NECK_SHADE, soft=4.0, strength=0.8)

    def _draw_hair(self, canvas: np.ndarray, place: np.ndarray) -> None:
        self._fill(canvas, _both(_HAIR_OUTLINE), place, _HAIR, soft=0.5)
        self._fill(canvas, _both(_HAIR_SHEEN), place, _HAIR_LIGHT, soft=4.0, strength=0.8)


def _both(right: np.ndarray) -> np.ndarray:
    """An outline from its right half, whose x counts from the middle of a mean face."""
    left = right[::-1] * (-1, 1)
    return np.asarray(np.concatenate([right, left]) + np.array([SIZE / 2.0, 0.0]))


def _curve(points: np.ndarray, *, steps: int = 8) -> np.ndarray:
    """A closed smooth curve through points (Catmull-Rom)."""
    before, after, later = np.roll(points, 1, 0), np.roll(points, -1, 0), np.roll(points, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (p[:, None] for p in (before, points, after, later))
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )  # fmt: skip
    return np.asarray(curve.reshape(-1, 2))


def _smooth(value: np.ndarray) -> np.ndarray:
    """0 below 0, 1 above 1, and a smooth step between."""
    t = np.clip(value, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))
