"""Whose word about the sender of a request is taken."""

from flask import Flask


def trust(app: Flask, *, proxies: int) -> None:
    """Take address, scheme and host of a request from the headers of so many proxies, or of none.

    Each proxy appends to the headers, so that the last ones are those of the proxies in front of
    us and all before them can be invented by anybody.
    """
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        vars(app)["wsgi_app"] = fixed  # to a type checker it is a method, and not assigned to
