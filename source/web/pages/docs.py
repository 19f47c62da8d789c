"""The API for people: what it can do, and a page to try it."""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from source.web.pages.blueprint import pages
from source.web.served import swagger_folder


@pages.get("/docs")
def docs() -> ResponseReturnValue:
    """Every operation of the API, with a few lines to begin with."""
    from source.web.api import openapi, reference

    return render_template(
        "docs.html",
        about=openapi.ABOUT.split("\n\n"),
        chapters=reference.chapters(),
        edits=reference.edits(),
        marked=marked,
        here=request.url_root.rstrip("/"),
        tried=swagger_folder() is not None,
    )


@pages.get("/docs/try")
def docs_try() -> ResponseReturnValue:
    """Swagger UI over the API's own document."""
    return render_template("docs_try.html", tried=swagger_folder() is not None)


def marked(text: str) -> Markup:
    """A text with its `code` and **strong** parts as HTML.

    Examples
    --------
    >>> marked("Ask **for** `a < b`.")
    Markup('Ask <strong>for</strong> <code>a &lt; b</code>.')
    """
    safe = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", str(escape(text)))
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", safe))
