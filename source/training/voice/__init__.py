"""Training the voice: corpora, augmentation, networks, classic models, figures."""

from source.training.voice.commands import arguments, evaluate, train

__all__ = ["arguments", "evaluate", "train"]
