"""An application over real jobs; a test does the work of the worker when it wants it done."""

import io
import wave

import pytest

from source.core.tokens import make
from source.store.database import Database
from source.store.table import JobTable
from source.web import create_app
from source.web.streams import Streams
from tests.jobs.fakes import runner
from tests.views import made

API = "/api/v1"


def tone(seconds=1, rate=8000, level=0):
    """A small WAV file; `level` tells one from another."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(level.to_bytes(2, "little") * (rate * seconds))
    return file.getvalue()


class Program:
    """A program that calls the API; it keeps no cookies."""

    def __init__(self, app, token=None, **environ):
        self.app = app
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.environ = environ

    def call(self, method, path, *, headers=None, **values):
        answer = self.client.open(
            path if path.startswith("/") and path.startswith(("/api", "/client")) else API + path,
            method=method,
            headers={**self.headers, **(headers or {})},
            multithread=True,
            buffered=True,
            environ_overrides=self.environ,
            **values,
        )
        answer.request.environ["wsgi.input"].close()  # a file, if much was sent
        return answer

    def get(self, path, **values):
        return self.call("GET", path, **values)

    def post(self, path, json=None, **values):
        return self.call("POST", path, json=json, **values)

    def send(self, *files, path="/jobs", field="files", headers=None, **form):
        files = files or (("tone.wav", tone()),)
        sent = [(io.BytesIO(content), name) for name, content in files]
        data = {field: sent, **form}
        kind = "multipart/form-data"
        return self.call("POST", path, data=data, content_type=kind, headers=headers)

    def job(self, **form):
        """Hand one recording in; gives the job."""
        answer = self.send(**form)
        assert answer.status_code == 201, answer.text
        (job,) = answer.json["jobs"]
        return job


class Worker:
    """Does what waits, with a Result that is given."""

    def __init__(self, settings):
        self.settings = settings
        self.done = []

    def work(self, result=None, error=None):
        """Do every job that waits."""

        def analyse(recordings, options, **_):
            self.done.append([recording.name for recording in recordings])
            if error is not None:
                raise error
            return result or made.sound()

        database = Database("", folder=self.settings.path("DATA_DIR"))
        table = JobTable(database)
        doing = runner(self.settings, table, analyse)
        for job_id in table.waiting_ids():
            doing.work(job_id)
        database.close()


@pytest.fixture
def chosen():
    """Settings that a test module wants otherwise."""
    return {}


@pytest.fixture
def api_settings(settings, chosen):
    unlimited = {"UPLOADS_PER_MINUTE": 0, "REQUESTS_PER_MINUTE": 0}
    return settings.with_values(MAX_UPLOAD_MB=8, **{**unlimited, **chosen})


@pytest.fixture
def app(api_settings):
    app = create_app(api_settings)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.extensions["streams"] = Streams(most=8, every=0.01)
    yield app
    app.extensions["jobs"].close()


@pytest.fixture
def program(app):
    return Program(app)


@pytest.fixture
def worker(app, api_settings):
    return Worker(api_settings)


@pytest.fixture(scope="session")
def tokens():
    return make(), make()
