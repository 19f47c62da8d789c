"""Real servers, as an operator starts them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.listening import free_port

ROOT = Path(__file__).resolve().parents[2]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.text)


def ask(port, path, **headers):
    """GET an address of a server on this machine; a redirect is not followed."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={k.replace("_", "-"): v for k, v in headers.items()},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def until(what, *, seconds=60.0):
    """Wait for something another process does."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while True:
        try:
            if found := what():
                return found
        except OSError:
            pass
        assert time.monotonic() < deadline, "It did not happen in time."
        pause.wait(0.05)


def environment(folder, **values):
    """An environment whose folders lie in the test's own."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    own = {"DATA_DIR": str(folder / "data"), "RESULTS_DIR": str(folder / "results")}
    return {**kept, **own, **{k: str(v) for k, v in values.items()}}


class Server:
    """gunicorn with the configuration of `deploy/`."""

    def __init__(self, folder, **values):
        self.port = free_port()
        self.log = folder / "web.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"],
                cwd=ROOT,
                env=environment(folder, PORT=self.port, **values),
                stdout=log,
                stderr=log,
            )
        until(lambda: self.process.poll() is not None or self.ask("/health/live").status == 200)

    def ask(self, path, **headers):
        return ask(self.port, path, **headers)

    def lines(self):
        text = self.log.read_text("utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Starts servers; none outlives its module."""
    started = []

    def serve(**values):
        server = Server(tmp_path_factory.mktemp("served"), **values)
        started.append(server)
        return server

    yield serve
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()
