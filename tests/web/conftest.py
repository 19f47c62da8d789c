"""An application over jobs that a test finishes by hand."""

import io
import re

import pytest

from source.web import create_app
from tests.web.fakes import FakeJobs

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Visitor:
    """A browser without JavaScript: keeps cookies, sends the token of the form it saw."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, address, **values):
        return self.client.get(address, buffered=True, **values)

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


@pytest.fixture
def app(settings, jobs):
    app = create_app(settings.with_values(MAX_UPLOAD_MB=1), jobs=jobs)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


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
