"""Aligned crops, as they are and as training varies them."""

from dataclasses import dataclass

import numpy as np

from source.face.expression import SIDE, prepare
from source.training.face.data import FER2013, Faces

SMOOTHING = 0.1
"""Of the labels of FER2013, of which a third is disputed."""


def crops(faces: Faces) -> np.ndarray:
    """Every face aligned [shape=(n, 48, 48), uint8], as serving would cut it."""
    import cv2

    cut = np.empty((len(faces), SIDE, SIDE), np.uint8)
    for i, (picture, place) in enumerate(zip(faces.pictures, faces.places, strict=True)):
        cut[i] = cv2.warpAffine(
            picture, place, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return cut


@dataclass(frozen=True)
class Batches:
    """All faces in a random order, each varied anew in every epoch.

    Alignment and variation are one transform, so that no picture is resampled twice.
    """

    faces: Faces
    size: int
    side: int
    seed: int

    def __len__(self) -> int:
        return max(1, len(self.faces) // self.size)

    def batch(self, epoch: int, index: int) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        """Input [shape=(size, side, side, 1)], and the votes [shape=(size, 8)] and labels of it.

        Labels [shape=(size, 7)] are smoothed, and -1 where a face has none.
        """
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.faces))
        chosen = order[index * self.size : (index + 1) * self.size]
        rng = np.random.default_rng([self.seed, epoch, index])
        pictures, places = self.faces.pictures[chosen], self.faces.places[chosen]
        varied = np.stack(
            [vary(one, at, rng, side=self.side) for one, at in zip(pictures, places, strict=True)]
        )
        return prepare(varied), (self.faces.votes[chosen], soft_labels(self.faces.labels[chosen]))


def soft_labels(labels: np.ndarray) -> np.ndarray:
    """Smoothed labels of FER2013 [shape=(n, 7)]; -1 in all classes where there is none."""
    count = len(FER2013)
    soft = (1.0 - SMOOTHING) * np.eye(count, dtype=np.float32)[labels] + SMOOTHING / count
    return np.where(labels[:, None] >= 0, soft, -1.0).astype(np.float32)


def vary(
    picture: np.ndarray, place: np.ndarray, rng: np.random.Generator, *, side: int
) -> np.ndarray:
    """One variation of a face [shape=(side, side), float32, 0..255].

    Varied are: mirror, turn, scale, shift, shear, sharpness, gamma, a shadow across the face,
    and a patch that is covered.
    """
    import cv2

    crop = np.asarray(cv2.warpAffine(
        picture, _moved(place, rng, side=side), (side, side), flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ), np.float32)  # fmt: skip
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


def _moved(place: np.ndarray, rng: np.random.Generator, *, side: int) -> np.ndarray:
    """The place of a face, mirrored, turned, scaled, shifted and sheared by chance."""
    turn = np.deg2rad(rng.normal(0.0, 6.0))
    scale = float(np.exp(rng.normal(0.0, 0.07)))
    shift = rng.uniform(-0.06, 0.06, 2) * SIDE
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    stretch = float(np.exp(rng.normal(0.0, 0.04)))
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    centre = (SIDE - 1) / 2.0
    linear = np.array([[cos * mirror * stretch, -sin], [sin * mirror * stretch, cos / stretch]])
    moved = np.asarray(linear @ place)
    moved[:, 2] += centre - linear @ (centre, centre) + shift
    if side != SIDE:
        moved = moved * (side / SIDE)
        moved[:, 2] += 0.5 * side / SIDE - 0.5
    return moved
