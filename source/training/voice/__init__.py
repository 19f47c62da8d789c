"""Training the voice: corpora, augmentation, networks, classic models, figures."""

from source.training.voice.commands import evaluate, search, train

__all__ = ["evaluate", "search", "train"]
