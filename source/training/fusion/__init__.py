"""Fusion: learned from voice and face of the same recordings, judged on people not learned from."""

from source.training.fusion.commands import evaluate, train

__all__ = ["evaluate", "train"]
