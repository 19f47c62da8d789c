"""Recordings as they are sent: nothing stays open, and a part is found without reading the rest."""

import gc
import logging
import socket
import threading
import warnings
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server
from werkzeug.test import create_environ, run_wsgi_app

from tests.listening import listening
from tests.web.conftest import PNG

LONG = PNG + bytes(1 << 20)


@pytest.fixture
def recording(visitor, jobs):
    """Address of a recording of the visitor's, and the cookie that shows it."""
    visitor.send("/analyse", ("clip.png", PNG))
    job_id = max(jobs.jobs)
    (jobs.folder / jobs.jobs[job_id].files[0]).write_bytes(LONG)
    cookie = next(iter(visitor.client._cookies.values()))
    return f"/results/{job_id}/media", f"{cookie.key}={cookie.value}"


@pytest.fixture
def address(app):
    """Host and port of a real server that serves the pages."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with listening(make_server("127.0.0.1", 0, app, threaded=True)) as server:
        yield server.server_address


@contextmanager
def nothing_left_open():
    """Fails where a file was left to the garbage collector."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(w.message) for w in caught if "uploads" in str(w.message)] == []


@pytest.mark.parametrize("wanted", ["bytes=0-63", "bytes=0-"])
def test_a_browser_that_goes_away_leaves_nothing_open(address, recording, wanted):
    path, cookie = recording
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nRange: {wanted}\r\n\r\n"
    with nothing_left_open():
        for _ in range(10):
            with socket.create_connection(address) as browser:
                browser.sendall(head.encode())
                # What has arrived and was not read makes the server see a reset, not an end.
                while not (got := browser.recv(1 << 16, socket.MSG_PEEK)).partition(b"\r\n\r\n")[2]:
                    pass
                assert got.startswith(b"HTTP/1.1 206")
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(10)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("HEAD", {}, 200),
        ("GET", {"Range": "bytes=8-15"}, 206),
        ("HEAD", {"Range": "bytes=8-15"}, 206),
        ("GET", {"Range": "bytes=99999999-"}, 416),
        ("GET", {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
    ],
)
@pytest.mark.parametrize("closes", [True, False])
def test_an_answer_leaves_nothing_open(visitor, recording, method, headers, status, closes):
    path, _ = recording
    with nothing_left_open():
        answer = visitor.client.open(path, method=method, headers=headers)
        assert answer.status_code == status
        if closes:
            answer.close()
        else:  # as a server that fails between two blocks
            next(iter(answer.response), b"")
        del answer


def test_a_part_is_found_by_seeking_whatever_the_server_wraps_files_in(app, recording):
    path, cookie = recording
    environ = create_environ(path, headers={"Cookie": cookie, "Range": f"bytes={len(LONG) - 8}-"})

    def unable_to_seek(file, size):
        return iter(lambda: pytest.fail("All that is before the part is read."), b"")

    environ["wsgi.file_wrapper"] = unable_to_seek
    blocks, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    assert status.startswith("206") and b"".join(blocks) == bytes(8)
