"""Where there is no room, an upload is refused before it is read."""

import io
import socket

import pytest
from werkzeug.serving import make_server

from source.core.errors import DiskFull, QueueFull
from source.web import pressure
from tests.listening import listening


class Body(io.RawIOBase):
    """A body of 100 MB that is being sent, and remembers how much of it was read."""

    read_so_far = place = 0

    def tell(self):
        return self.place

    def seek(self, place, whence=0):
        self.place = 100_000_000 if whence == 2 else place
        return self.place

    def read(self, size=-1):
        self.read_so_far += max(size, 0)
        return b"x" * max(size, 0)


def send(visitor, body, address="/analyse", **headers):
    return visitor.client.post(
        address,
        input_stream=body,
        headers=headers,
        content_type="multipart/form-data; boundary=b",
    )


@pytest.mark.parametrize("address", ["/analyse", "/audio-analysis", "/combined-analysis"])
@pytest.mark.parametrize("full", [QueueFull(200), DiskFull()], ids=["queue", "disk"])
def test_an_upload_without_room_is_refused_before_it_is_read(visitor, jobs, full, address):
    visitor.get("/")
    jobs.full, body = full, Body()
    answer = send(visitor, body, address, **{"X-Aver-Upload": "1"})
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert answer.json["error"]["code"] == full.code
    assert body.read_so_far == 0 and jobs.jobs == {}
    answer.close()  # the sender is listened to for a while, so that it hears the answer
    assert 0 < body.read_so_far <= pressure.DRAINED


@pytest.mark.parametrize(
    ("count", "waiting"),
    [(1, "1 recording is already waiting"), (200, "200 recordings are already waiting")],
)
def test_a_page_says_so_to_a_person(visitor, jobs, count, waiting):
    jobs.full = QueueFull(count)
    answer = send(visitor, Body(), Accept="text/html")
    assert answer.status_code == 503 and waiting in answer.text


def test_what_is_too_large_anyway_is_told_so_whatever_room_there_is(visitor, jobs, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "check_room", lambda size=0: asked.append(size))
    answer = send(visitor, Body(), **{"X-Aver-Upload": "1"})
    assert (asked, answer.status_code, answer.json["error"]["code"]) == ([0], 413, "too_large")


def test_what_brings_no_recording_is_not_refused(visitor, jobs):
    jobs.full = QueueFull(200)
    assert visitor.post("/settings", {}).status_code < 500
    assert visitor.get("/audio-analysis").status_code == 200


def test_a_real_server_answers_while_the_file_is_still_being_sent(app, jobs):
    jobs.full = QueueFull(200)
    with (
        listening(make_server("127.0.0.1", 0, app, threaded=True)) as server,
        socket.create_connection(server.server_address, timeout=20) as sender,
    ):
        sender.sendall(
            b"POST /analyse HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
            b"boundary=b\r\nContent-Length: 100000000\r\n\r\n--b\r\n"
        )
        answer = sender.recv(4096).decode()  # although next to nothing was sent
    assert " 503 " in answer.splitlines()[0] and "Retry-After: 60" in answer
