"""Addresses that a form brings along."""

from urllib.parse import urlsplit

from flask import url_for


def own_path(address: str) -> str:
    """The path of an address on this site, otherwise the home page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return url_for("pages.home")
    ours = not (parts.scheme or parts.netloc) and parts.path.startswith("/")
    if not ours or parts.path.startswith("//") or "\\" in address:
        return url_for("pages.home")
    return parts.path + (f"?{parts.query}" if parts.query else "")
