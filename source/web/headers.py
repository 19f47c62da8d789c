"""Request headers our own script sets."""

from flask import request


def upload_by_script() -> bool:
    """Whether app.js sends a form itself, to show how far the upload is."""
    return request.headers.get("X-Aver-Upload") == "1"


def fragment_wanted() -> bool:
    """Whether our script asks for a part of a page."""
    return request.headers.get("X-Aver-Part") == "1"
