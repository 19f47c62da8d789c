"""What the senses say together."""

from source.fusion.combine import Combined, SenseAnswer, combine
from source.fusion.late import Evidence, Fusion, LateFusion, agreement
from source.fusion.load import load_fusion
from source.fusion.network import NetworkFusion

__all__ = [
    "Combined",
    "Evidence",
    "Fusion",
    "LateFusion",
    "NetworkFusion",
    "SenseAnswer",
    "agreement",
    "combine",
    "load_fusion",
]
