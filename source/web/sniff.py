"""Which files a browser can be given to play, by their content and never by their name."""

from pathlib import Path

from source.jobs import media_type

UNSHOWN = ("image/heic", "image/tiff", "image/jp2", "image/x-portable-anymap")
"""Media types that few browsers show; a copy replaces them."""


def playable(path: Path) -> str | None:
    """Media type of a file that browsers can show or play; None for any other."""
    kind = media_type(path)
    return None if kind in UNSHOWN else kind
