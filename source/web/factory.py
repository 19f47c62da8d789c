"""The application factory."""

from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from source.core import tokens
from source.jobs import Jobs
from source.jobs.courier import check_settings
from source.settings import ROOT, Settings
from source.web import (
    callers,
    cors,
    errors,
    hosts,
    pressure,
    rates,
    requests,
    security,
    templating,
)
from source.web.drawn import DrawnCharts
from source.web.proxies import trust
from source.web.secret import cookie_name, secret_key
from source.web.streams import Streams
from source.web.waiting import Waits

OVERHEAD = 1_000_000
"""Bytes a form may have beside its files."""

WAIT = 7200
"""Seconds that a recording may wait and be analysed before its time of keeping begins."""


def create_app(settings: Settings | None = None, *, jobs: Any = None) -> Flask:
    """Make the application.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment where absent.
    jobs : Jobs, optional
        What does the work; made from the settings where absent.
    """
    settings = settings or Settings.load()
    check_settings(settings)
    secret = secret_key(settings)
    app = Flask(
        "source.web",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.update(
        DEBUG=False,
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=int(settings.number("MAX_UPLOAD_MB") * 1e6) + OVERHEAD,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # every address of a static file names its version
        SESSION_COOKIE_NAME=cookie_name(secret, https=bool(settings["HTTPS"])),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(settings["HTTPS"]),
        # Longer than any recording is kept after it was analysed: its owner can delete it.
        PERMANENT_SESSION_LIFETIME=int(settings.number("RETENTION_HOURS") * 3600) + WAIT,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        AVER=settings,
    )
    provider = DefaultJSONProvider(app)
    provider.sort_keys = False
    app.json = provider
    app.extensions["jobs"] = jobs if jobs is not None else Jobs(settings)
    app.extensions["drawn"] = DrawnCharts()
    app.extensions["streams"] = Streams()
    app.extensions["waits"] = Waits()
    requests.init_app(app)  # first: whatever is logged later is about a request
    hosts.init_app(app)
    cors.init_app(app, settings.text("CORS_ORIGINS"))
    rates.init_app(app, settings)  # these two before the others, which read what is sent
    pressure.init_app(app)
    callers.init_app(app, tokens.read(settings.text("API_TOKENS")))
    security.init_app(app)
    errors.init_app(app)
    templating.init_app(app)

    from source.web.api import api
    from source.web.compat import compat, older
    from source.web.pages import pages
    from source.web.served import served
    from source.web.service import service

    app.register_blueprint(pages)
    app.register_blueprint(api)
    app.register_blueprint(served)
    app.register_blueprint(compat)
    app.register_blueprint(older)
    app.register_blueprint(service)
    trust(app, proxies=int(settings.number("PROXIES")))
    return app
