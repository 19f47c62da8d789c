"""Finds, follows and reads faces."""

from source.face.people import Seen
from source.face.watch import watch
from source.face.watcher import Watcher

__all__ = ["Seen", "Watcher", "watch"]
