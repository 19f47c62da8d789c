"""What a form must bring along, and what the browser may do with the answer."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer

from source.core.errors import BadRequest
from source.web.accept import by_program, programs
from source.web.callers import caller, has_cookie
from source.web.secret import HOST_ONLY

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

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
"""Methods by which something is changed."""

NO_COOKIE = "no cookie"
"""Why a form without a session cookie is refused."""

FORMER_COOKIE = "aver"
"""The name of the cookie in release 0.1, where every instance on a host had the same. It is
still read, so that nobody loses their history; the next release may forget it."""

csrf = CSRFProtect()


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, which a static file never sets: those are for everybody."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of this instance's cookie, else of the former one where we signed it.

        Not over HTTPS: a neighbour of the host could give a visitor one with the former name.
        """
        opened = super().open_session(app, request)
        signer = self.get_signing_serializer(app)
        if opened or self.get_cookie_name(app).startswith(HOST_ONLY):
            return opened
        if signer is None or FORMER_COOKIE not in request.cookies:
            return opened
        age = int(app.permanent_session_lifetime.total_seconds())
        try:
            return self.session_class(signer.loads(request.cookies[FORMER_COOKIE], max_age=age))
        except BadData:  # another instance's
            return opened

    def should_set_cookie(self, app: Flask, session: Any) -> bool:
        """Whether this answer carries the cookie."""
        return request.endpoint != "static" and super().should_set_cookie(app, session)


def init_app(app: Flask) -> None:
    """Protect every form, and send the headers with every answer; callers are known before."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `_protect` does it, once the caller is known
    app.session_interface = Sessions()
    csrf.init_app(app)
    app.before_request(_protect)
    app.after_request(_send)


def _protect() -> None:
    """Refuse a form that was not sent from our page, or by a browser that keeps no cookie."""
    if not request.endpoint or request.method not in CHANGING:
        return
    sent = request.mimetype == "multipart/form-data" and (request.content_length or 0) > 0
    if sent and not request.form and not request.files:
        raise BadRequest(
            "The form could not be read.",
            hint="If the file name has unusual characters, rename the file and try again.",
        )
    if caller().kind != "session":
        return  # no page of another site can make a browser send a token
    if by_program() and not _strict():  # it has no form; browsers say which site a request is of
        if _sent_from_elsewhere():
            raise CSRFError("another site")
        return
    try:
        csrf.protect()
    except CSRFError:
        if has_cookie() and not (_sent_from_here() and _signed_here()):
            raise
    if not has_cookie():  # without a cookie, nobody could open what is uploaded
        raise CSRFError(NO_COOKIE)


def _strict() -> bool:
    """Whether the routes ask a session for the token of a form: those of the API do."""
    made_for = programs()
    return made_for is not None and made_for.strict


def _sent_from_here() -> bool:
    """Whether the browser itself says that a form of this very site was sent."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc == request.host
    except ValueError:  # no address, as “http://[::1”
        return False


def _sent_from_elsewhere() -> bool:
    """Whether a browser says that a page of another site sent the request."""
    if request.headers.get("Sec-Fetch-Site") == "none":
        return False
    tells = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return tells and not _sent_from_here()


def _signed_here() -> bool:
    """Whether a form's token is ours, though of another session.

    Two pages that a fresh browser opens at the same moment are of two sessions, of which it
    keeps the later one; the form of the other page is as good.
    """
    key = current_app.secret_key
    try:
        URLSafeTimedSerializer(str(key), salt="wtf-csrf-token").loads(
            request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")
        )
    except BadData:
        return False
    return True


def _send(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static" and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:  # pages belong to one session and stay nowhere
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("Accept", "Cookie"))
    return response
