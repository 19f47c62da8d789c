"""Who is asking, and what the browser may do with the answer."""

import secrets

from flask import Flask, Response, current_app, request, session
from flask_wtf.csrf import CSRFProtect

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
"""What a page may load: itself alone, and nothing that stands in the page as text."""

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Protect every POST, and send the headers with every answer."""
    csrf.init_app(app)
    app.after_request(_send)


def visitor() -> str:
    """The random name of this browser session; made at the first need."""
    if "id" not in session:
        session["id"] = secrets.token_hex(16)
        session.permanent = True
    return str(session["id"])


def _send(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:  # pages belong to one session and stay nowhere
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("Accept", "Cookie"))
    return response
