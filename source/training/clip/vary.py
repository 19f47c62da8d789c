"""What a camera and a moving head do to a clip: one random draw of it, for training."""

from typing import Any

import numpy as np

SIDE = 64

BOX = (0.869, 6.1)
"""The detector's square beside the aligned crop: its side as a share, and how many pixels its
centre lies lower. It varies by `_LOOSE`; both measured on ten faces of pictures."""

_LOOSE = {"shift": (3.3, 2.6), "turn": 5.6, "sway": 3.0}
_LEVEL = {"shift": (1.6, 1.6), "turn": 4.0, "sway": 1.5}


class Take:
    """One shooting of one clip: its framing, shake, light, colour, sharpness and noise.

    Parameters
    ----------
    rng : np.random.Generator
        All chance of the draw.
    frames : int > 0
        Different pictures in the clip.
    loose : bool
        Whether pictures are framed as the detector's square is, not aligned by the eyes.
    """

    def __init__(self, rng: np.random.Generator, *, frames: int, loose: bool = False) -> None:
        self._rng, self.frames = rng, frames
        by: dict[str, Any] = _LOOSE if loose else _LEVEL
        self._mirror = -1.0 if rng.random() < 0.5 else 1.0
        self._turn = np.deg2rad(rng.normal(0.0, by["turn"]) + by["sway"] * wander(rng, frames))
        self._scale = np.exp(rng.normal(0.0, 0.06) + 0.02 * wander(rng, frames))
        self._stretch = float(np.exp(rng.normal(0.0, 0.04)))
        still = rng.normal(0.0, by["shift"], 2)[:, None]
        # The eyes are levelled in each picture by itself: what remains is a small tremble.
        tremble = rng.normal(0.0, rng.uniform(0.1, 0.5), (2, frames))
        if loose:
            self._scale *= BOX[0]
            still[1] += BOX[1]
        self._shift = still + tremble + np.stack([wander(rng, frames), wander(rng, frames)])

    def places(self, frame: int) -> np.ndarray:
        """Where each pixel of a picture comes from in the clip's own frame ``[64, 64, 2]``."""
        centre = (SIDE - 1) / 2.0
        y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) - centre
        cos, sin = np.cos(self._turn[frame]), np.sin(self._turn[frame])
        scale = self._scale[frame]
        across = self._mirror * (cos * x - sin * y) * scale * self._stretch
        down = (sin * x + cos * y) * scale / self._stretch
        shift = self._shift[:, frame] + centre
        return np.stack([across + shift[0], down + shift[1]], axis=-1).astype(np.float32)

    def develop(self, pictures: np.ndarray) -> np.ndarray:
        """Light, colour, sharpness, noise and compression.

        Parameters
        ----------
        pictures : np.ndarray [shape=(frames, 64, 64) or (frames, 64, 64, 3), float32, 0..255]

        Returns
        -------
        np.ndarray [shape=(frames, 64, 64, 3), uint8]
        """
        import cv2

        rng, count = self._rng, len(pictures)
        film = np.asarray(pictures, np.float32)
        film = film if film.ndim == 4 else np.repeat(film[..., None], 3, axis=3)
        kind = rng.random()
        if kind < 0.6:
            soft = np.stack([cv2.GaussianBlur(p, (0, 0), 1.0) for p in film])
            film = film + (rng.uniform(0.2, 1.5) if kind < 0.4 else -0.8) * (film - soft)
        film = 255.0 * np.clip(film / 255.0, 0.0, 1.0) ** float(np.exp(rng.normal(0.0, 0.2)))
        middle = film.mean()
        film = middle + (film - middle) * float(np.exp(rng.normal(0.0, 0.2)))
        film = film + rng.normal(0.0, 12.0)
        drift = 1.0 + rng.uniform(0.0, 0.05) * wander(rng, count)
        film = film * drift[:, None, None, None].astype(np.float32)
        if rng.random() < 0.4:
            ramp = np.linspace(-1.0, 1.0, SIDE, dtype=np.float32) * rng.uniform(-45.0, 45.0)
            film = film + (ramp[:, None, None] if rng.random() < 0.5 else ramp[:, None])
        if rng.random() < 0.7:
            # From a neutral grey to the warm tones of skin under a lamp.
            warm = rng.uniform(-0.04, 0.3)
            film = film * np.array([1.0 + warm * 0.6, 1.0 - warm * 0.1, 1.0 - warm], np.float32)
        if rng.random() < 0.15:
            size = rng.integers(8, 22, 2)
            top, left = (int(rng.integers(0, SIDE - n)) for n in size)
            film[:, top : top + size[0], left : left + size[1]] = rng.uniform(0, 255)
        noise = rng.uniform(0.0, 5.0)
        film = film + noise * rng.standard_normal((count, SIDE, SIDE, 1), dtype=np.float32)
        done = np.clip(film, 0, 255).astype(np.uint8)
        if rng.random() < 0.4:
            quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))]
            for i, picture in enumerate(done):
                _, packed = cv2.imencode(".jpg", picture[..., ::-1], quality)
                done[i] = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1]
        return np.asarray(done)


def wander(rng: np.random.Generator, frames: int) -> np.ndarray:
    """A slow smooth walk around 0, deviation about 1 ``[frames]``."""
    at = np.linspace(0.0, 2.0 * np.pi, frames)
    often = rng.uniform(0.3, 2.5, 2)
    phase = rng.uniform(0.0, 2.0 * np.pi, 2)
    return np.asarray(np.sin(often[0] * at + phase[0]) + 0.6 * np.sin(often[1] * at + phase[1]))


def stretch(frames: int, *, steps: int) -> np.ndarray:
    """Which of `frames` pictures is seen at each of `steps` times."""
    return np.round(np.linspace(0, frames - 1, steps)).astype(int)
