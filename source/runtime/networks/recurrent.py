"""A gated recurrent layer in both directions, written out for export.

Keras unrolls each direction by itself, one step of few numbers after the other. Here both
directions take a step together and what does not depend on the step before is computed at once:
the exported network has a third of the operations and gives the same.
"""

from typing import Any

import keras
from keras import ops


class BothWays(keras.layers.Layer):
    """What ``Bidirectional(GRU(units, return_sequences=True))`` computes, of sequences of a
    known length.

    Its weights are the same, in the same order, so that `set_weights` takes those of the other.
    Cho K et al. (2014), EMNLP, in the form with the reset after the product (Keras' default).
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the six weights: kernel, recurrent kernel and bias of each direction."""
        shapes = ((shape[-1], 3 * self.units), (self.units, 3 * self.units), (2, 3 * self.units))
        self.directions = tuple(
            tuple(
                self.add_weight(name=f"{way}_{name}", shape=each)
                for name, each in zip(("kernel", "recurrent_kernel", "bias"), shapes, strict=True)
            )
            for way in ("forward", "backward")
        )

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``[n, frames, d]`` to ``[n, frames, 2 * units]``."""
        return (*shape[:-1], 2 * self.units)

    def call(self, x: Any) -> Any:
        """Forward states first, then backward states, both in the order of time."""
        (kernel, inner, bias), (back_kernel, back_inner, back_bias) = self.directions
        size = self.units
        ahead = ops.split(ops.matmul(x, kernel) + bias[0], 3, axis=2)
        behind = ops.split(ops.flip(ops.matmul(x, back_kernel) + back_bias[0], axis=1), 3, axis=2)
        update, reset, new = (
            ops.concatenate(pair, axis=2) for pair in zip(ahead, behind, strict=True)
        )
        gates = ops.unstack(ops.concatenate([update, reset], axis=2), axis=1)
        fresh = ops.unstack(new, axis=1)
        parts = [
            _side_by_side(a, b)
            for a, b in zip(ops.split(inner, 3, axis=1), ops.split(back_inner, 3, axis=1),
                            strict=True)
        ]  # fmt: skip
        offsets = [
            ops.concatenate([a, b])
            for a, b in zip(ops.split(bias[1], 3), ops.split(back_bias[1], 3), strict=True)
        ]
        both, last = ops.concatenate(parts[:2], axis=1), parts[2]
        both_bias, last_bias = ops.concatenate(offsets[:2]), offsets[2]
        state = ops.zeros_like(fresh[0])
        states = []
        for gate, candidate in zip(gates, fresh, strict=True):
            opened = ops.sigmoid(gate + ops.matmul(state, both) + both_bias)
            keep, renew = opened[:, : 2 * size], opened[:, 2 * size :]
            candidate = ops.tanh(candidate + renew * (ops.matmul(state, last) + last_bias))
            state = candidate + keep * (state - candidate)
            states.append(state)
        stacked = ops.stack(states, axis=1)
        return ops.concatenate(
            [stacked[:, :, :size], ops.flip(stacked[:, :, size:], axis=1)], axis=2
        )


def _side_by_side(a: Any, b: Any) -> Any:
    """``[[a, 0], [0, b]]``: each direction goes on from its own state."""
    nothing = ops.zeros_like(a)
    return ops.concatenate(
        [ops.concatenate([a, nothing], axis=1), ops.concatenate([nothing, b], axis=1)], axis=0
    )
