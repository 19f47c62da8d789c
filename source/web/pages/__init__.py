"""The pages a person sees."""

from flask import Blueprint

pages = Blueprint("pages", __name__)

from source.web.pages import (  # noqa: E402 - they add routes
    drawings,  # noqa: F401
    exports,  # noqa: F401
    history,  # noqa: F401
    home,  # noqa: F401
    jobs,  # noqa: F401
    results,  # noqa: F401
    send,  # noqa: F401
)
