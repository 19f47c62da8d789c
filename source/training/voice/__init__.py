"""Training the voice: corpora, augmentation, networks, classic models, figures."""

from source.training.voice.commands import arguments, evaluate, search, train

__all__ = ["arguments", "evaluate", "search", "train"]
