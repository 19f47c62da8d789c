"""The pages: a Flask application over jobs, results and views. A page never computes."""

from source.web.factory import create_app

__all__ = ["create_app"]
