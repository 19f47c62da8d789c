"""Covers part of a face: a mask, a scarf, a hand, dark glasses, a bar, a phone before one half.

Drawn by chance, for `source.training.whole_face`; the shapes and their darkness matter, not
that they look real.
"""

import numpy as np

SIDE = 48
"""Side of the crops, in pixels."""

KINDS = ("lower", "lower", "lower", *("mouth",) * 3, "half", "half", "eyes", "eyes", "bar", "upper")
"""What is covered, as often as it is drawn: mouths most, since masks are met most."""

_Y, _X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
_MIDDLE, _EYES = 24.0, 19.0


def cover(rng: np.random.Generator, face: np.ndarray) -> np.ndarray:
    """A copy of a face with something before it.

    Parameters
    ----------
    rng : np.random.Generator
    face : np.ndarray [shape=(48, 48), uint8]
        Grey, aligned.
    """
    import cv2

    kind = KINDS[int(rng.integers(len(KINDS)))]
    mask = cv2.GaussianBlur(_SHAPES[kind](rng).astype(np.float32), (0, 0), rng.uniform(0.3, 0.9))
    drawn = _glass(rng) if kind == "eyes" else _stuff(rng, face, kind)
    mixed = np.clip(face * (1.0 - mask) + drawn * mask, 0, 255)
    return np.asarray(mixed, np.uint8)


def _stuff(rng: np.random.Generator, face: np.ndarray, kind: str) -> np.ndarray:
    """Cloth, paper or skin: a tone with a slope of light, folds or fingers, stains, grain."""
    import cv2

    skin = kind in ("lower", "mouth", "half") and rng.random() < 0.65
    tone = np.median(face[24:34, 12:36]) * rng.uniform(0.7, 1.15) if skin else rng.uniform(0, 255)
    angle = rng.uniform(0, 2 * np.pi)
    slope = ((_X - _MIDDLE) * np.cos(angle) + (_Y - _MIDDLE) * np.sin(angle)) / _MIDDLE
    drawn = tone + rng.uniform(-40, 40) * slope
    if rng.random() < 0.5:
        angle = rng.uniform(-0.5, 0.5) if skin else rng.uniform(0, np.pi)
        wave = (_X * np.cos(angle) + _Y * np.sin(angle)) * 2 * np.pi / rng.uniform(4, 12)
        folds = np.sign(np.sin(wave + rng.uniform(0, 6)))
        drawn = drawn + rng.uniform(5, 25 if skin else 60) * folds
    if rng.random() < 0.5:
        coarse = rng.normal(0, 1, (8, 8)).astype(np.float32)
        stains = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        drawn = drawn + stains * rng.uniform(3, 30)
    return np.asarray(drawn + rng.normal(0, rng.uniform(0, 4), (SIDE, SIDE)))


def _glass(rng: np.random.Generator) -> np.ndarray:
    """Dark glass, with or without a reflection."""
    shine = rng.uniform(0, 50) * (rng.random() < 0.5)
    return np.asarray(rng.uniform(0, 70) + shine * (_X + _Y) / (2 * SIDE))


def _lower(rng: np.random.Generator) -> np.ndarray:
    bow, slant = rng.uniform(-4, 6), rng.uniform(-0.12, 0.12)
    away = _X - _MIDDLE
    return np.asarray(rng.uniform(24, 30) + bow * (away / _MIDDLE) ** 2 + slant * away < _Y)


def _mouth(rng: np.random.Generator) -> np.ndarray:
    across = (_X - _MIDDLE - rng.uniform(-4, 4)) / rng.uniform(9, 20)
    return np.asarray(across**2 + ((_Y - rng.uniform(34, 40)) / rng.uniform(7, 13)) ** 2 < 1)


def _half(rng: np.random.Generator) -> np.ndarray:
    one = _X + rng.uniform(-0.4, 0.4) * (_Y - _MIDDLE) < rng.uniform(18, 28)
    return np.asarray(one if rng.random() < 0.5 else one[:, ::-1])


def _eyes(rng: np.random.Generator) -> np.ndarray:
    middle, apart = _EYES + rng.uniform(-1.5, 2), rng.uniform(8.2, 10)
    wide, high, power = rng.uniform(6.5, 10), rng.uniform(4.5, 8), rng.choice([2, 4])
    mask = np.abs(_Y - middle + 2) < 1.2
    mask &= np.abs(_X - _MIDDLE) < (_MIDDLE if rng.random() < 0.5 else 8)
    for eye in (_MIDDLE - apart, _MIDDLE + apart):
        mask |= np.abs((_X - eye) / wide) ** power + np.abs((_Y - middle) / high) ** power < 1
    return np.asarray(mask)


def _bar(rng: np.random.Generator) -> np.ndarray:
    slant = rng.uniform(-0.15, 0.15) * (_X - _MIDDLE)
    return np.asarray(np.abs(_Y - _EYES - rng.uniform(-2, 2) + slant) < rng.uniform(5, 9))


def _upper(rng: np.random.Generator) -> np.ndarray:
    return np.asarray(rng.uniform(20, 26) + rng.uniform(-0.2, 0.2) * (_X - _MIDDLE) > _Y)


_SHAPES = {
    "lower": _lower, "mouth": _mouth, "half": _half, "eyes": _eyes, "bar": _bar, "upper": _upper,
}  # fmt: skip
