"""Finds, follows and reads faces."""

from source.face.people import Seen
from source.face.watch import watch

__all__ = ["Seen", "watch"]
