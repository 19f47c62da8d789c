"""Recorded emotion: one table of corpora, and one reader for all of them."""

from source.training.corpora.clips import Clip, Clips
from source.training.corpora.corpus import Corpus
from source.training.corpora.table import CORPORA, about

__all__ = ["CORPORA", "Clip", "Clips", "Corpus", "about"]
