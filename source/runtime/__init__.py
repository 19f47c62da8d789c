"""A model folder becomes a callable: cards, checksums and the two runtimes."""

from source.runtime.card import Card
from source.runtime.model import Model
from source.runtime.registry import check_all, default_name, load, names

__all__ = ["Card", "Model", "check_all", "default_name", "load", "names"]
