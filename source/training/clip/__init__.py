"""Training clips: made and real ones, the networks that read them, figures."""

from source.training.clip.commands import arguments, evaluate, train

__all__ = ["arguments", "evaluate", "train"]
