"""Training the face: FER2013 with the votes of FER+, the network, figures."""

from source.training.face.commands import evaluate, train

__all__ = ["evaluate", "train"]
