"""What the senses say together."""

from source.fusion.anomaly import Forest, load_forest
from source.fusion.combine import Combined, SenseAnswer, combine
from source.fusion.late import Fusion, LateFusion, agreement, load_fusion

__all__ = [
    "Combined",
    "Forest",
    "Fusion",
    "LateFusion",
    "SenseAnswer",
    "agreement",
    "combine",
    "load_forest",
    "load_fusion",
]
