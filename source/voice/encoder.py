"""What a network that learnt to write speech down makes of an utterance.

The encoder of Whisper tiny.en (Radford et al. 2022, "Robust Speech Recognition via Large-Scale
Weak Supervision"; weights MIT), computed in numpy from the weights alone. Its first layers
know much about how something is said; the later ones know what is said. It is run on the
utterance as it is, never filled up to 30 seconds as for writing down.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import ModelChanged
from source.runtime.ctranslate import arrays
from source.runtime.foreign import FOREIGN
from source.voice.features import HOP, RATE, framed, mel_filters, powers

Floats = NDArray[np.float32]

WEIGHTS = "encoder"
"""Name of the weights in `source.runtime.foreign.FOREIGN`."""

FFT = 400
"""Samples of one frame of the mel spectrum (25 ms)."""

BANDS = 80
"""Mel bands, 0 Hz to 8 kHz."""

FLOOR = 1e-20
"""Smallest power of a band: far below `DEPTH` under any recording that can be heard, or a
quiet one would be cut off higher than a loud one."""

DEPTH = 8.0
"""Powers of ten below the loudest band at which a band is cut off."""

TOP = 1.5
"""Logarithm of the power that the loudest band is brought to, so that a recording's level
does not matter; that of speech as Whisper was trained on it."""

SILENCE = RATE // 2
"""Samples of silence behind an utterance. Half a second is as good as 30."""

WIDTH, HEADS, LAYERS = 384, 6, 4
"""Numbers in one frame of a layer, attention heads, layers there are."""

STRIDE = 2 * HOP
"""Samples for one frame of a layer (20 ms)."""

LONGEST = 30 * RATE - SILENCE
"""Most samples of an utterance: the encoder knows no later position."""

BLOCK = 64
"""Frames whose inner layer is computed together, so that it stays in the processor's cache."""

CURVE = (
    0.7978281364978193, 0.036468786882684234, -0.00012485863137470964,
    -3.0581643651544915e-05, 1.1191207768493242e-06,
)  # fmt: skip
"""``erf(x / sqrt(2))`` is ``tanh(x * (c0 + c1 x^2 + ...))``, which moves no activation by more
than 3e-6 and takes a fifth of the time of scipy's."""


def mel(samples: Floats) -> Floats:
    """The mel spectrum Whisper reads, at a level of its own.

    Parameters
    ----------
    samples : float32 [n]
        Mono sound at 16 kHz, -1 to 1.

    Returns
    -------
    float32 [(n + SILENCE) // HOP, BANDS]
    """
    frames = framed(np.pad(samples, (0, SILENCE)), FFT, HOP)[:-1]
    bands = np.empty((len(frames), BANDS), dtype=np.float32)
    for place, power in powers(frames):
        np.matmul(power, mel_filters(FFT, BANDS), out=bands[place])
    np.log10(np.maximum(bands, FLOOR, out=bands), out=bands)
    top = float(bands.max())
    np.maximum(bands, top - DEPTH, out=bands)
    return np.asarray((bands + np.float32(TOP - top + 4.0)) / np.float32(4.0))


class Encoder:
    """The network; keeps no state, so threads may share it.

    Parameters
    ----------
    weights : mapping of str to np.ndarray
        As `runtime.ctranslate.arrays` reads them under ``encoder/``.
    layers : int
        How many are computed.

    Raises
    ------
    KeyError, ValueError
        If an array is missing or has another shape.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]], *, layers: int = 3) -> None:
        def read(name: str, *shape: int) -> Floats:
            array = weights[f"encoder/{name}"]
            if array.shape != shape:
                raise ValueError(f"{name} has the shape {array.shape}, not {shape}.")
            return array.astype(np.float32)

        self._conv1 = _flat(read("conv1/weight", WIDTH, BANDS, 3))
        self._bias1 = read("conv1/bias", WIDTH)
        self._conv2 = _flat(read("conv2/weight", WIDTH, WIDTH, 3))
        self._bias2 = read("conv2/bias", WIDTH)
        positions = (LONGEST + SILENCE) // STRIDE
        self._positions = read("position_encodings/encodings", positions, WIDTH)
        self._layers = [_Layer(read, f"layer_{i}") for i in range(layers)]

    def __call__(self, samples: Floats) -> Floats:
        """Every layer's frames over an utterance.

        Parameters
        ----------
        samples : float32 [n]
            Mono sound at 16 kHz, -1 to 1, at most `LONGEST` samples.

        Returns
        -------
        float32 [layers, max(1, round(n / STRIDE)), WIDTH]
            The frames of the silence behind the utterance are left out.

        Raises
        ------
        ValueError
            If the utterance is longer.
        """
        if len(samples) > LONGEST:
            raise ValueError(f"An utterance has at most {LONGEST} samples, not {len(samples)}.")
        frames = max(1, round(len(samples) / STRIDE))
        return np.stack([layer[:frames] for layer in self.layers(mel(samples))])

    def layers(self, bands: Floats) -> Iterator[Floats]:
        """Frames ``[frames // 2, WIDTH]`` of each layer, for a `mel` spectrum of any length."""
        x = _gelu(_neighbours(bands, 1) @ self._conv1 + self._bias1)
        x = _gelu(_neighbours(x, 2) @ self._conv2 + self._bias2)
        x += self._positions[: len(x)]
        for layer in self._layers:
            x = layer(x)
            yield x


class _Layer:
    """Self-attention and an inner layer, each added to what goes in, each normed before."""

    def __init__(self, read: Any, name: str) -> None:
        attention, inner = f"{name}/self_attention", f"{name}/ffn"
        self._qkv, self._qkv_bias = _normed(read, attention, 3 * WIDTH)
        scale = np.float32((WIDTH // HEADS) ** -0.5)
        self._qkv[:, :WIDTH] *= scale
        self._qkv_bias[:WIDTH] *= scale
        self._out = read(f"{attention}/linear_1/weight", WIDTH, WIDTH).T.copy()
        self._out_bias = read(f"{attention}/linear_1/bias", WIDTH)
        self._in, self._in_bias = _normed(read, inner, 4 * WIDTH)
        self._back = read(f"{inner}/linear_1/weight", WIDTH, 4 * WIDTH).T.copy()
        self._back_bias = read(f"{inner}/linear_1/bias", WIDTH)

    def __call__(self, x: Floats) -> Floats:
        x = x + self._attend(_norm(x))
        for start in range(0, len(x), BLOCK):
            part = x[start : start + BLOCK]
            part += _gelu(_norm(part) @ self._in + self._in_bias) @ self._back
            part += self._back_bias
        return x

    def _attend(self, x: Floats) -> Floats:
        parts = (x @ self._qkv + self._qkv_bias).reshape(len(x), 3, HEADS, -1)
        query, key, value = np.ascontiguousarray(parts.transpose(1, 2, 0, 3))
        weights = query @ key.transpose(0, 2, 1)
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)
        attended = weights @ value
        attended /= weights.sum(axis=-1, keepdims=True)
        joined = attended.transpose(1, 0, 2).reshape(len(x), WIDTH)
        return np.asarray(joined @ self._out + self._out_bias)


def load(*, layers: int = 3) -> Encoder:
    """The encoder from the weights of the installed extra, read once.

    Raises
    ------
    ModelMissing, ModelChanged
        If they are not installed, or are not those we know.
    """
    return _load(layers)


@cache
def _load(layers: int) -> Encoder:
    weights = FOREIGN[WEIGHTS]
    content = weights.verified()
    try:
        return Encoder(arrays(content, under="encoder/"), layers=layers)
    except (KeyError, ValueError) as error:  # the digest of another network was pinned
        raise ModelChanged(weights.name, weights.path) from error


def _flat(kernel: Floats) -> Floats:
    """A convolution's kernel [out, in, 3] as a matrix for `_neighbours`, [3 * in, out]."""
    return np.ascontiguousarray(kernel.transpose(2, 1, 0).reshape(-1, len(kernel)))


def _neighbours(x: Floats, step: int) -> Floats:
    """Every `step`-th frame between the one before and the one behind, silence at the ends."""
    padded = np.pad(x, ((1, 1), (0, 0)))
    count = (len(x) - 1) // step + 1
    return np.concatenate([padded[i::step][:count] for i in range(3)], axis=1)


def _normed(read: Any, name: str, width: int) -> tuple[Floats, Floats]:
    """The first matrix of a part and its bias, with the scale and shift of the norm before it."""
    scale, shift = read(f"{name}/layer_norm/gamma", WIDTH), read(f"{name}/layer_norm/beta", WIDTH)
    matrix = read(f"{name}/linear_0/weight", width, WIDTH)
    bias = read(f"{name}/linear_0/bias", width) + matrix @ shift
    return np.ascontiguousarray((matrix * scale).T), bias


def _norm(x: Floats) -> Floats:
    """Each frame with mean 0 and variance 1."""
    centred = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred) / np.float32(x.shape[1])
    centred /= np.sqrt(variance + np.float32(1e-5))[:, None]
    return np.asarray(centred)


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear unit, in blocks that stay in the cache; changes `x`."""
    for start in range(0, len(x), BLOCK):
        part = x[start : start + BLOCK]
        square = part * part
        curve = np.full_like(part, CURVE[-1])
        for factor in CURVE[-2::-1]:
            curve *= square
            curve += np.float32(factor)
        curve *= part
        np.tanh(curve, out=curve)
        curve += np.float32(1.0)
        part *= curve
        part *= np.float32(0.5)
    return x
