"""What media made in a test show, and how to read it back."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from source.media import Recording, probe, sound

WIDTH, HEIGHT = 160, 96


def tone(seconds: float, rate: int, *, pitch: float = 440.0) -> np.ndarray:
    """A sine of half the full scale."""
    return 0.5 * np.sin(2 * math.pi * pitch * np.arange(round(seconds * rate)) / rate)


def scene(time: float) -> np.ndarray:
    """A grey picture with a white square 20 pixels further right each second, red above."""
    pixels = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    pixels[:16] = (200, 30, 30)
    left = round(20 * time)
    pixels[40:72, left : left + 32] = 255
    return pixels


def shown(image: np.ndarray) -> float:
    """The time a scene was made for, read from its square."""
    bright = np.flatnonzero(image[56, :, 1] > 160)
    return float(bright.min()) / 20 if bright.size else -1.0


def heard(recording: Recording | Path, **options: Any) -> np.ndarray:
    """All samples of a recording, after a check that its blocks follow each other."""
    if isinstance(recording, Path):
        recording = probe(recording)
    rate = options.get("rate", 16000)
    blocks, at = [np.zeros(0, np.float32)], 0
    for block in sound(recording, **options):
        assert block.start == pytest.approx(at / rate)
        assert block.samples.dtype == np.float32 and block.samples.ndim == 1
        assert 0 < len(block.samples) <= 10 * rate
        at += len(block.samples)
        blocks.append(block.samples)
    samples = np.concatenate(blocks)
    assert np.isfinite(samples).all() and np.abs(samples).max(initial=0.0) <= 1.0
    return samples
