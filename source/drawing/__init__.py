"""A Result drawn over its recording: annotated pictures and films, faces hidden, where it looked.

This room opens recordings, as views never do, and writes files; it analyses nothing.
"""

from source.drawing.annotate import annotate
from source.drawing.draw import Drawn, draw
from source.drawing.explain import explain

__all__ = ["Drawn", "annotate", "draw", "explain"]
