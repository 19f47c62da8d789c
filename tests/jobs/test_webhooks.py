"""Webhooks: signed, tried again after a restart too, and never a way into our own network."""

import base64
import hashlib
import hmac
import io
import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from source.core.caller import EXAMPLE, Caller
from source.core.errors import BadRequest
from source.core.options import Options
from source.jobs import Jobs, outbound
from source.jobs.courier import PAUSES, Courier, check_settings
from source.jobs.terms import Terms
from source.store.database import Database
from source.store.deliveries import LEASE, DeliveryTable
from source.store.results import Results
from source.store.table import JobTable
from tests.api.conftest import tone
from tests.jobs.fakes import ME, runner
from tests.views import made

SECRET = "a secret of the tests"


class Receiver:
    """A server that keeps what it is sent, and answers what it is told to."""

    def __init__(self):
        self.got, self.status, self.headers = [], 200, {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?of=me"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def messages(self):
        return [json.loads(body) for _, _, body in self.got]


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def office(settings):
    """Jobs, their worker and their courier, all on one clock."""
    made = Office(settings.with_values(WEBHOOK_SECRET=SECRET, WEBHOOK_PRIVATE=True))
    yield made
    made.close()


class Office:
    def __init__(self, settings):
        self.settings, self.ahead = settings, timedelta(0)
        self.jobs = Jobs(settings)
        self.restart()

    def restart(self):
        """A new worker process on the same data."""
        folder = self.settings.path("DATA_DIR")
        if hasattr(self, "database"):
            self.database.close()
        self.database = Database("", folder=folder)
        self.table = JobTable(self.database)
        self.deliveries = DeliveryTable(self.database, clock=self.clock)
        self.courier = Courier(
            self.settings,
            deliveries=self.deliveries,
            table=self.table,
            results=Results(folder),
        )

    def clock(self):
        return datetime.now(UTC) + self.ahead

    def hand_in(self, url="", caller=ME):
        sent = [("tone.wav", io.BytesIO(tone()))]
        (job,) = self.jobs.hand_in(sent, Options(), caller, Terms(webhook=url)).jobs
        return job

    def work(self, error=None):
        def analyse(*_, **__):
            if error:
                raise error
            return made.sound()

        for job_id in self.table.waiting_ids():
            runner(self.settings, self.table, analyse).work(job_id)

    def owed(self, job):
        return self.jobs.webhooks([job.id], ME).get(job.id, [])

    def close(self):
        self.database.close()
        self.jobs.close()


def test_the_end_of_a_job_is_told_once_with_its_result_and_a_signature(office, receiver):
    job = office.hand_in(receiver.url)
    assert office.courier.deliver_due() == 0  # not before it has ended
    office.work()
    assert office.courier.deliver_due() == 1 and office.courier.deliver_due() == 0
    ((path, headers, body),) = receiver.got
    told = json.loads(body)
    assert path == "/hook?of=me" and told["type"] == "job.done"
    assert told["data"]["job"]["id"] == job.id and told["data"]["job"]["state"] == "done"
    assert told["data"]["result"] == office.jobs.result(job.id, ME).to_dict()
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = hmac.digest(SECRET.encode(), signed, hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(mark).decode()}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    (owed,) = office.owed(job)
    assert (owed.state, owed.attempts) == ("delivered", 1)


def test_a_failed_and_a_cancelled_job_are_told_without_a_result(office, receiver):
    office.hand_in(receiver.url)
    office.work(error=BadRequest("It is none."))
    second = office.hand_in(receiver.url)
    office.jobs.cancel(second.id, ME)
    assert office.courier.deliver_due() == 2
    told = {one["type"]: one["data"] for one in receiver.messages()}
    assert set(told) == {"job.failed", "job.cancelled"}
    assert told["job.failed"]["job"]["error"]["message"] == "It is none."
    assert all("result" not in data for data in told.values())


def test_what_did_not_arrive_is_tried_again_also_after_a_restart(office, receiver):
    job = office.hand_in(receiver.url)
    office.work()
    receiver.status = 500
    for tries, pause in enumerate(PAUSES, start=1):
        assert office.courier.deliver_due() == 1
        (owed,) = office.owed(job)
        assert (owed.state, owed.attempts, owed.error) == ("waiting", tries, "The answer was 500.")
        assert office.courier.deliver_due() == 0  # not at once
        office.restart()
        office.ahead += pause
    receiver.status = 204
    assert office.courier.deliver_due() == 1
    (owed,) = office.owed(job)
    assert (owed.state, owed.error) == ("delivered", None)
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1


def test_a_delivery_is_given_up_after_the_last_try_or_where_the_receiver_wants_none(
    office, receiver
):
    receiver.status = 500
    job = office.hand_in(receiver.url)
    office.work()
    for pause in (*PAUSES, timedelta(0)):
        office.courier.deliver_due()
        office.ahead += pause
    assert office.owed(job)[0].state == "failed" and len(receiver.got) == len(PAUSES) + 1
    receiver.status = 410
    other = office.hand_in(receiver.url + "&2")
    office.work()
    office.courier.deliver_due()
    assert office.owed(other)[0].state == "failed"


def test_a_try_whose_process_died_is_made_by_another(office, receiver):
    office.hand_in(receiver.url)
    office.work()
    (claimed,) = office.deliveries.claim(4)  # and then nothing more is heard of it
    office.restart()
    assert office.courier.deliver_due() == 0
    office.ahead += LEASE
    assert office.courier.deliver_due() == 1 and claimed.attempts == 0


def test_two_couriers_do_not_tell_the_same(office, receiver):
    office.hand_in(receiver.url)
    office.work()
    other = DeliveryTable(office.database, clock=office.clock)
    ready = office.deliveries.claim(4)
    assert len(ready) == 1 and other.claim(4) == []


def test_of_a_deleted_job_nothing_is_told_and_nothing_is_kept(office, receiver):
    job = office.hand_in(receiver.url)
    office.work()
    office.jobs.delete(job.id, ME)
    assert office.courier.deliver_due() == 0
    office.deliveries.forget()
    assert office.deliveries.of([job.id]) == {} and receiver.got == []


def test_a_redirect_is_not_followed(office, receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url.replace("hook", "inner")}
    job = office.hand_in(receiver.url)
    office.work()
    office.courier.deliver_due()
    assert [path for path, _, _ in receiver.got] == ["/hook?of=me"]
    assert office.owed(job)[0].error == "The answer was 302."


def test_the_backend_is_told_of_every_job_but_the_example(settings, receiver):
    """Its address is from the settings, so it may be one of our own network."""
    settings = settings.with_values(WEBHOOK_SECRET=SECRET, BACKEND_URL=receiver.url)
    office = Office(settings)
    for caller in (ME, Caller("you"), Caller(EXAMPLE, "local")):
        office.hand_in(caller=caller)
    office.jobs.submit([("again.wav", io.BytesIO(tone()))], Options(), ME)
    office.work()
    while office.courier.deliver_due():
        pass
    assert len(receiver.got) == 3
    office.close()


# --- where nothing is sent -----------------------------------------------------------------------

INSIDE = [
    "http://127.0.0.1/",
    "http://localhost:8000/",
    "http://LOCALHOST/",
    "http://printer.local/",
    "http://10.1.2.3/",
    "http://192.168.0.1/",
    "http://172.16.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
]

NONE = [
    "",
    "example.org",
    "ftp://example.org/",
    "file:///etc/passwd",
    "http://",
    "http:///path",
    "http://[::1",
    "http://example.org:99999/",
    "http://example.org:0/",
    "http://exa mple.org/",
    "http://example.org/\r\nX: y",
    "http://user:pass@example.org/",
    "http://example.org/" + "x" * 2000,
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused_unless_a_setting_allows_it(url):
    with pytest.raises(outbound.BadWebhook, match="not on the open net"):
        outbound.check(url, private=False)
    assert outbound.check(url, private=True).port in (80, 8000)


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_address_is_refused(url):
    for private in (False, True):
        with pytest.raises(outbound.BadWebhook):
            outbound.check(url, private=private)


@pytest.fixture
def resolved(monkeypatch):
    """Has a name lead to addresses."""
    ask = socket.getaddrinfo

    def lead(name, *addresses):
        def answer(host, port, *rest, **values):
            if host != name:
                return ask(host, port, *rest, **values)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", answer)

    return lead


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]])
def test_a_name_that_leads_inside_gets_nothing(resolved, receiver, addresses):
    port = receiver.server.server_port
    resolved("hook.example.org", *addresses)
    target = outbound.check(f"http://hook.example.org:{port}/", private=False)
    with pytest.raises(outbound.Undelivered, match="not on the open net"):
        outbound.post(target, b"{}", {}, private=False)
    assert receiver.got == []


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch, resolved, receiver):
    """A name that means another address a moment later leads nowhere else."""
    asked = []
    create = socket.create_connection

    def connect(place, **values):
        asked.append(place)
        if place[0] == "93.184.216.35":
            raise ConnectionRefusedError
        return create(("127.0.0.1", receiver.server.server_port), **values)

    resolved("hook.example.org", "93.184.216.35", "93.184.216.34")
    target = outbound.check("http://hook.example.org/", private=False)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert outbound.post(target, b"{}", {}, private=False) == 200
    assert asked == [("93.184.216.35", 80), ("93.184.216.34", 80)]
    assert receiver.got[0][1]["Host"] == "hook.example.org"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_a_receiver_that_drips_is_cut_off(head):
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip():
            with server.accept()[0] as place:
                place.sendall(head)
                while not over.wait(0.02):
                    try:
                        place.sendall(b"X: y\r\n" if head else b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        begin = time.monotonic()
        with pytest.raises(outbound.Undelivered, match="no answer"):
            outbound.post(outbound.check(url, private=True), b"{}", {}, private=True, seconds=0.3)
        assert time.monotonic() - begin < 5
        over.set()
        thread.join()


def test_nobody_there_and_no_such_name_are_said(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    target = outbound.check(f"http://127.0.0.1:{port}/", private=True)
    with pytest.raises(outbound.Undelivered, match="There was no answer"):
        outbound.post(target, b"{}", {}, private=True)

    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(outbound.Undelivered, match=r"hook\.example\.org was not found"):
        outbound.post(
            outbound.check("http://hook.example.org/", private=False), b"", {}, private=False
        )


def test_which_addresses_are_public():
    public = ("93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34")
    assert all(outbound.is_public(ip_address(one)) for one in public)
    inside = ("::ffff:169.254.169.254", "2001:0:7f00:1::1", "240.0.0.1", "ff02::1")
    assert not any(outbound.is_public(ip_address(one)) for one in inside)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"BACKEND_URL": "http://backend:8000/"}, "WEBHOOK_SECRET"),
        ({"BACKEND_URL": "backend", "WEBHOOK_SECRET": SECRET}, "no address"),
        ({"WEBHOOK_SECRET": "short"}, "could be guessed"),
        ({"WEBHOOK_SECRET": "whsec_not/base64/at/all!"}, "no base64"),
    ],
)
def test_settings_that_make_no_sense_are_told_when_the_server_starts(settings, values, said):
    with pytest.raises(BadRequest, match=said):
        check_settings(settings.with_values(**values))
    check_settings(settings.with_values(WEBHOOK_SECRET="whsec_" + "YWJj" * 8))
