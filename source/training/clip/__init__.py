"""Training clips: made and real ones, the networks that read them, figures."""

from source.training.clip.commands import evaluate, train

__all__ = ["evaluate", "train"]
