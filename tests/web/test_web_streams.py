"""Events of the server: what changes is sent, to its own session, and the threads stay free."""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time

import pytest

from source.core.errors import Unavailable
from source.core.progress import Progress
from source.settings import ROOT
from source.web import create_app
from source.web.streams import Streams
from tests.views import made
from tests.web.test_web_names import grey


def events(text):
    """Name and text of each event of a stream."""
    found = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        name = next((x.removeprefix("event: ") for x in lines if x.startswith("event: ")), None)
        if name:
            data = [x.removeprefix("data: ") for x in lines if x.startswith("data: ")]
            found.append((name, "\n".join(data)))
    return found


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_a_stream_of_what_is_over_tells_it_and_ends(visitor, jobs, sent, state):
    jobs.change(sent.id, state=state)
    answer = visitor.get(f"/jobs/{sent.id}/events")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert "no-store" in answer.headers["Cache-Control"]
    told = events(answer.text)
    assert [name for name, _ in told] == ["part", "end"]
    assert told[0][1].startswith("<section") or "<section" in told[0][1]
    assert ("data-done" in told[0][1]) is (state == "done")
    assert "data-events" not in told[0][1]


def test_what_changes_is_sent_and_what_does_not_is_not(visitor, jobs, sent):
    steps = iter(
        [
            {"state": "running", "progress": Progress("reading", 5.0, 60.0, 1, 0)},
            {},
            {},
            {"progress": Progress("reading", 42.0, 60.0, 31, 2)},
            {},
            {"state": "cancelled"},
        ]
    )
    get = jobs.get

    def changing(job_id, caller):
        get(job_id, caller)
        return jobs.change(job_id, **next(steps, {}))

    jobs.get = changing
    told = events(visitor.get(f"/jobs/{sent.id}/events").text)
    parts = [data for name, data in told if name == "part"]
    assert told[-1][0] == "end" and 2 <= len(parts) <= 4
    assert any("0:42 of 1:00" in part for part in parts) and "cancelled" in parts[-1]
    assert len(set(parts)) == len(parts)


def test_the_history_is_followed_until_nothing_is_under_way(visitor, jobs, sent):
    page = visitor.get("/history").text
    assert 'data-events="/history/events"' in page and 'data-part="/history"' in page
    jobs.finish(sent.id, made.video())
    assert [n for n, _ in events(visitor.get("/history/events").text)] == ["part", "end"]
    assert "data-events" not in visitor.get("/history").text


def test_a_job_that_was_deleted_meanwhile_is_told(visitor, jobs, sent):
    looked = []
    get = jobs.get

    def vanishing(job_id, caller):
        looked.append(job_id)
        if len(looked) == 4:
            jobs.delete(job_id, caller) if job_id in jobs.jobs else None
        return get(job_id, caller)

    jobs.get = vanishing
    assert events(visitor.get(f"/jobs/{sent.id}/events").text)[-1][0] == "gone"


def test_trouble_of_the_database_ends_a_stream_quietly(visitor, jobs, sent, app):
    looked = []
    get = jobs.get

    def failing(job_id, caller):
        looked.append(job_id)
        if len(looked) > 3:
            raise Unavailable("The database does not respond.")
        return get(job_id, caller)

    jobs.get = failing
    answer = visitor.get(f"/jobs/{sent.id}/events")
    assert answer.status_code == 200 and "database" not in answer.text
    assert app.extensions["streams"].count() == 0


def test_a_stream_lasts_only_so_long_and_says_when_to_come_back(visitor, app, sent):
    app.extensions["streams"] = Streams(every=0.001, seconds=0.01)
    text = visitor.get(f"/jobs/{sent.id}/events").text
    assert text.startswith("retry: ")
    assert "end" not in [name for name, _ in events(text)]  # so the browser opens the next


@pytest.mark.parametrize("address", ["/jobs/{}/events", "/history/events"])
def test_where_there_is_no_place_the_browser_is_told_not_to_come_back(
    visitor, app, jobs, sent, address
):
    streams = app.extensions["streams"] = Streams(most=1)
    release = streams.take("somebody")
    assert visitor.get(address.format(sent.id)).status_code == 204
    release()
    jobs.change(sent.id, state="cancelled")
    assert visitor.get(address.format(sent.id)).status_code == 200
    assert streams.count() == 0


def test_a_server_of_one_thread_keeps_it_for_everybody(visitor, sent):
    assert visitor.get(f"/jobs/{sent.id}/events", multithread=False).status_code == 204


def test_a_server_of_which_we_know_nothing_gives_one_thread_at_most(settings, jobs):
    streams = create_app(settings, jobs=jobs).extensions["streams"]
    assert streams.take("me") and not streams.take("you")


def test_one_visitor_does_not_take_all_places():
    streams = Streams(most=8, each=3)
    mine = [streams.take("me") for _ in range(5)]
    assert [place is not None for place in mine] == [True] * 3 + [False] * 2
    others = [streams.take(f"other-{i}") for i in range(6)]
    assert [place is not None for place in others] == [True] * 5 + [False]
    mine[0]()
    mine[0]()  # once is enough
    assert streams.count() == 7 and streams.take("last") is not None


def test_a_head_request_opens_no_stream(visitor, app, sent):
    answer = visitor.client.head(f"/jobs/{sent.id}/events")
    assert answer.status_code in (200, 204) and app.extensions["streams"].count() == 0


def test_a_stream_nobody_reads_gives_its_place_back(visitor, app, sent):
    answer = visitor.get(f"/jobs/{sent.id}/events", buffered=False)
    assert app.extensions["streams"].count() == 1
    answer.close()
    assert app.extensions["streams"].count() == 0


def test_nobody_else_follows_a_job(another, visitor, jobs, sent):
    assert another.get(f"/jobs/{sent.id}/events").status_code == 404
    jobs.change(sent.id, state="cancelled")
    assert "clip.mp4" not in another.get("/history/events").text
    assert "clip.mp4" in visitor.get("/history/events").text


def test_the_forms_in_an_event_can_be_sent(visitor, jobs, sent):
    jobs.change(sent.id, state="cancelled")
    part = events(visitor.get(f"/jobs/{sent.id}/events").text)[0][1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', part)[1]
    answer = visitor.client.post(f"/jobs/{sent.id}/again", data={"csrf_token": token})
    assert answer.status_code == 303


# --- the real server ----------------------------------------------------------------------------

SERVER = """
import types, app
app._started = lambda *_: print("ready", flush=True) or types.SimpleNamespace(stop=lambda: None)
app.main()
"""


class Client:
    """A browser of a session of its own, with a job that waits."""

    def __init__(self, port, picture=None):
        self.port = port
        self.cookie = ""
        page = self.ask("GET", "/")
        if picture:
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
            body = (
                (
                    f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
                    '--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
                ).encode()
                + picture
                + b"\r\n--x--\r\n"
            )
            answer = self.ask(
                "POST", "/analyse", body, {"Content-Type": "multipart/form-data; boundary=x"}
            )
            self.job = answer.getheader("Location")

    def ask(self, method, address, body=None, headers=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request(method, address, body, {"Cookie": self.cookie, **(headers or {})})
        answer = line.getresponse()
        answer.text = answer.read().decode()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        line.close()
        return answer

    def listen(self):
        """Open a stream; gives its status and the open connection."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("GET", f"{self.job}/events", headers={"Cookie": self.cookie})
        answer = line.getresponse()
        return answer.status, line, answer


def until(what, *, seconds):
    """Wait for something the server does."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not what():
        assert time.monotonic() < deadline, "It did not happen in time."
        pause.wait(0.1)


@pytest.fixture
def server(tmp_path):
    """`app.py` as it is started by hand, but without a worker: its jobs wait."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().strip() == "ready"
    yield port, process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="gunicorn is for POSIX")
def test_streams_leave_threads_for_pages_and_go_with_their_browsers_and_the_server(server):
    port, process = server
    clients = [Client(port, grey()) for _ in range(4)]
    opened = [client.listen() for client in clients for _ in range(4)]
    statuses = sorted(status for status, _, _ in opened)
    assert statuses == [200] * 8 + [204] * 8  # three each at most, eight in all
    began = time.monotonic()
    for client in clients:
        assert "a.png" in client.ask("GET", "/history").text
    assert time.monotonic() - began < 5
    first = next(answer for status, _, answer in opened if status == 200)
    told = b"".join(iter(first.readline, b"\n")) + b"".join(iter(first.readline, b"\n"))
    assert b"retry:" in told and b"event: part" in told and b"Waiting in the queue" in told
    for _, line, answer in opened:
        answer.close()
        line.close()

    def free():
        status, line, answer = clients[0].listen()
        answer.close()
        line.close()
        return status == 200

    until(free, seconds=20)
    kept = clients[1].listen()
    process.terminate()
    began = time.monotonic()
    assert process.wait(20) == 0
    assert time.monotonic() - began < 8  # an open stream does not keep the server from ending
    kept[1].close()
