"""Aligned crops, as they are and as training varies them."""

import numpy as np

from source.face.expression import SIDE, prepare
from source.training.face.data import Faces


def crops(faces: Faces) -> np.ndarray:
    """Every face aligned [shape=(n, 48, 48), uint8], as serving would cut it."""
    import cv2

    cut = np.empty((len(faces), SIDE, SIDE), np.uint8)
    for i, (picture, place) in enumerate(zip(faces.pictures, faces.places, strict=True)):
        cut[i] = cv2.warpAffine(
            picture, place, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return cut


class Batches:
    """One round through all faces in a random order, each face varied anew.

    Alignment and variation are one transform, so that no picture is resampled twice. Varied
    are: mirror, turn, scale, shift, shear, gamma, a shadow across the face, sharpness, and a
    patch that is covered.
    """

    def __init__(self, faces: Faces, *, size: int, seed: int) -> None:
        self._faces, self._size = faces, size
        self._rng = np.random.default_rng(seed)
        self._order = self._rng.permutation(len(faces))
        self.steps = range(max(1, len(faces) // size))

    def take(self, step: int, *, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Input [shape=(size, side, side, 1)], votes [shape=(size, 8)] and labels of one step."""
        chosen = self._order[step * self._size : (step + 1) * self._size]
        varied = np.stack(
            [self._vary(self._faces.pictures[i], self._faces.places[i], side) for i in chosen]
        )
        return prepare(varied), self._faces.votes[chosen], self._faces.labels[chosen]

    def _vary(self, picture: np.ndarray, place: np.ndarray, side: int) -> np.ndarray:
        import cv2

        rng = self._rng
        turn = np.deg2rad(rng.normal(0.0, 6.0))
        scale = float(np.exp(rng.normal(0.0, 0.07)))
        shift = rng.uniform(-0.06, 0.06, 2) * SIDE
        mirror = -1.0 if rng.random() < 0.5 else 1.0
        stretch = float(np.exp(rng.normal(0.0, 0.04)))
        cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
        centre = (SIDE - 1) / 2.0
        linear = np.array([[cos * mirror * stretch, -sin], [sin * mirror * stretch, cos / stretch]])
        varied = linear @ place
        varied[:, 2] += centre - linear @ (centre, centre) + shift
        if side != SIDE:
            varied = varied * (side / SIDE)
            varied[:, 2] += 0.5 * side / SIDE - 0.5
        drawn = cv2.warpAffine(
            picture,
            varied,
            (side, side),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        crop = np.asarray(drawn, np.float32)
        if rng.random() < 0.15:
            crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), float(rng.uniform(0.4, 1.0))))
        if rng.random() < 0.5:
            crop = 255.0 * (crop / 255.0) ** float(np.exp(rng.normal(0.0, 0.25)))
        if rng.random() < 0.3:
            ramp = np.linspace(-1.0, 1.0, side, dtype=np.float32) * float(rng.uniform(-40, 40))
            crop = np.clip(crop + (ramp[None] if rng.random() < 0.5 else ramp[:, None]), 0, 255)
        if rng.random() < 0.3:
            height, width = (int(n) for n in rng.integers(side // 6, side // 3, 2))
            top, left = int(rng.integers(0, side - height)), int(rng.integers(0, side - width))
            crop[top : top + height, left : left + width] = rng.uniform(0, 255)
        return crop
