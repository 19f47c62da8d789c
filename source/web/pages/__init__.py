"""The pages a person sees."""

from flask import Blueprint

pages = Blueprint("pages", __name__)

from source.web.pages import drawings, home, jobs, results, send  # noqa: E402, F401 - they add routes
