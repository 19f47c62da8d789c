"""What the senses say together."""

from source.fusion.anomaly import Forest, load_forest
from source.fusion.combine import Combined, combine
from source.fusion.late import agreement, fuse

__all__ = ["Combined", "Forest", "agreement", "combine", "fuse", "load_forest"]
