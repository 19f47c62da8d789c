"""Anomaly: a forest grown on what is normal, and tested on what is not."""

from source.training.anomaly.commands import evaluate, train

__all__ = ["evaluate", "train"]
