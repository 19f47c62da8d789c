"""An application over jobs that a test finishes by hand."""

import io
import re

import pytest

from source.settings import Settings
from source.web import create_app
from source.web.drawn import DrawnCharts
from source.web.streams import Streams
from tests.web.fakes import FakeJobs

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)

PAGES = [
    "/",
    "/about",
    "/contact",
    "/privacy",
    "/settings",
    "/notice",
    "/purpose",
    "/models",
    "/docs",
    "/docs/try",
    "/history",
    "/image-analysis",
    "/audio-analysis",
    "/video-analysis",
    "/combined-analysis",
]
"""The pages that are there whatever was analysed."""


class Visitor:
    """A browser without JavaScript: keeps cookies, sends the token of the form it saw."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, address, **values):
        values = {"multithread": True, "buffered": True, **values}
        return self.client.get(address, **values)

    def token(self, address="/"):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.get(address).text)[1]

    def post(self, address, data=None, **values):
        data = {"csrf_token": self.token(), **(data or {})}
        return self.client.post(address, data=data, buffered=True, **values)

    def send(self, address="/analyse", *files, **fields):
        files = files or (("clip.mp4", b"some video"),)
        sent = [(io.BytesIO(content), name) for name, content in files]
        return self.post(address, {"files": sent, **fields}, content_type="multipart/form-data")


@pytest.fixture
def jobs(tmp_path):
    return FakeJobs(tmp_path / "uploads")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """One application, whose templates are compiled once."""
    folder = tmp_path_factory.mktemp("web")
    settings = Settings.load({}, root=folder)
    settings = settings.with_values(
        DATA_DIR=str(folder / "data"), MAX_UPLOAD_MB=1, UPLOADS_PER_MINUTE=0, REQUESTS_PER_MINUTE=0
    )
    app = create_app(settings, jobs=object())
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def app(made_once, jobs):
    made_once.extensions["jobs"] = jobs
    made_once.extensions["drawn"] = DrawnCharts()
    made_once.extensions["streams"] = Streams(most=8, every=0.01)
    return made_once


@pytest.fixture
def visitor(app):
    return Visitor(app)


@pytest.fixture
def another(app):
    """Somebody else's browser."""
    return Visitor(app)


@pytest.fixture
def sent(visitor, jobs):
    """A job of the visitor's, waiting."""
    visitor.send()
    return next(iter(jobs.jobs.values()))
