"""A model folder becomes a callable: cards, checksums, runtimes and ensembles."""

from source.runtime.card import Card
from source.runtime.ensemble import Ensemble
from source.runtime.model import Model
from source.runtime.registry import check_all, default_name, load, names, passed_over

__all__ = ["Card", "Ensemble", "Model", "check_all", "default_name", "load", "names", "passed_over"]
