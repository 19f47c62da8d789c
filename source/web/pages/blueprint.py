"""The blueprint of the pages, which every module here adds its routes to."""

from flask import Blueprint

pages = Blueprint("pages", __name__)
