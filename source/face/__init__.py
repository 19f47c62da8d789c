"""Finds, follows and reads faces."""

from source.face.watch import Seen, watch

__all__ = ["Seen", "watch"]
