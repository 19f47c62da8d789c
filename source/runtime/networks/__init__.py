"""The architectures, in code. Weights are loaded into them; no model file is ever executed.

Each builder returns a Keras model with one input and two outputs: logits and embedding.
"""

import importlib
from typing import Any

from source.runtime.natives import before_tensorflow

BUILDERS: dict[str, str] = {
    "voice/cnn-transformer": "voice.cnn_transformer",
    "voice/melody": "voice.melody",
    "voice/parallel-cnn-transformer": "published.parallel_cnn_transformer",
    "voice/log-mel-embedding": "voice_embedding.log_mel_embedding",
    "face/residual": "face.residual",
    "clip/conv-lstm": "clip.conv_lstm",
    "clip/conv-lstm-published": "clip.conv_lstm_published",
    "clip/lrcn": "clip.lrcn",
    "clip/temporal-head": "clip_head.temporal_head",
}
"""Name on the card, then module and function in this package."""


def build(name: str, **args: Any) -> Any:
    """Build an untrained network by the name on its card.

    Raises
    ------
    KeyError
        If no such architecture is registered.
    """
    before_tensorflow()
    module, function = BUILDERS[name].split(".")
    return getattr(importlib.import_module(f"{__name__}.{module}"), function)(**args)
