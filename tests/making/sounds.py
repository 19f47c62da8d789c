"""Sounds that are no speech, and recordings of samples."""

import wave
from pathlib import Path

import numpy as np

RATE = 16_000


def wav(path: Path, samples: np.ndarray, *, rate: int = RATE) -> Path:
    """Write samples in -1 to 1, mono, as 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


def room(seconds: float) -> np.ndarray:
    """Soft noise."""
    noise = np.random.default_rng(0).normal(0, 0.003, round(seconds * RATE))
    return noise.astype(np.float32)


def note(seconds: float, pitch: float = 440.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def music(seconds: float) -> np.ndarray:
    """Struck chords, two a second."""
    time = np.arange(RATE // 2) / RATE
    chords = [(220, 277, 330), (196, 247, 294), (175, 220, 262), (165, 208, 247)]
    bars = [
        sum(np.sin(2 * np.pi * p * k * time) / k for p in chord for k in (1, 2, 3, 4))
        * np.exp(-4 * time)
        for chord in chords
    ]
    whole = np.tile(np.concatenate(bars), int(seconds / 2) + 1)[: round(seconds * RATE)]
    return (0.1 * whole).astype(np.float32)


def crackle(seconds: float) -> np.ndarray:
    """Clicks at random moments."""
    rng = np.random.default_rng(1)
    samples = np.zeros(round(seconds * RATE), np.float32)
    samples[rng.integers(0, len(samples), round(20 * seconds))] = rng.uniform(-0.5, 0.5)
    return samples
