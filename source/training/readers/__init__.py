"""What a data set on disk holds, one module per data set; `CORPORA` names those of the voice."""

from source.training.readers.corpora import CORPORA, Corpus

__all__ = ["CORPORA", "Corpus"]
