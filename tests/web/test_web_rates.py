"""How often a sender may ask: told beforehand, the same over several processes, off by 0."""

import io
import shutil
import socket
import subprocess
import threading

import pytest

from source.core.tokens import digest, make
from source.settings import Settings
from source.web import create_app
from tests.web.conftest import Visitor
from tests.web.fakes import FakeJobs

OPEN = "/api/v1/openapi.json"


@pytest.fixture
def limited(settings, jobs):
    """Makes an application with such limits."""

    def made(**values):
        return create_app(settings.with_values(**values), jobs=jobs)

    return made


def post(client, address="/analyse", **values):
    data = {"files": [(io.BytesIO(b"x"), "a.mp4")]}
    return client.post(address, data=data, content_type="multipart/form-data", **values)


def asked(app, times, **values):
    client = app.test_client(use_cookies=False)
    return [client.get(OPEN, **values).status_code for _ in range(times)]


def test_a_program_that_asks_too_often_is_told_when_to_come_back(limited):
    app = limited(REQUESTS_PER_MINUTE=2)
    assert asked(app, 2) == [200, 200]
    answer = app.test_client().get(OPEN)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    error = answer.json["error"]
    assert error["code"] == "too_many_requests" and error["status"] == 429 and error["request"]
    assert "at most 2 requests a minute" in error["message"] and "Try again in" in error["hint"]


def test_an_upload_too_many_is_refused_before_it_is_read(limited, jobs):
    visitor = Visitor(limited(UPLOADS_PER_MINUTE=2))
    assert [visitor.send().status_code for _ in range(2)] == [303, 303]

    class Sent(io.BytesIO):
        reads = 0

        def read(self, size=-1):
            self.reads += 1
            return super().read(size)

        readinto = None

    content = Sent(bytes(10_000))
    answer = visitor.client.post(
        "/analyse", input_stream=content, content_type="multipart/form-data; boundary=x",
        content_length=10_000, headers={"Accept": "text/html"},
    )  # fmt: skip
    assert (answer.status_code, content.reads) == (429, 0)
    assert answer.headers["Connection"] == "close" and len(jobs.jobs) == 2
    assert "at most 2 uploads a minute" in answer.text


def test_a_new_session_gives_no_new_count(limited):
    app = limited(UPLOADS_PER_MINUTE=1)
    assert [post(app.test_client()).status_code == 429 for _ in range(3)] == [False, True, True]


def test_each_token_and_each_address_is_counted_by_itself(limited):
    one, two = make(), make()
    app = limited(REQUESTS_PER_MINUTE=1, API_TOKENS=f"{one},{two}")
    for sender in (
        {"headers": {"Authorization": f"Bearer {one}"}},
        {"headers": {"Authorization": f"Bearer {two}"}},
        {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}},
        {"environ_overrides": {"REMOTE_ADDR": "198.51.100.8"}},
    ):
        assert asked(app, 2, **sender) == [200, 429]


def test_who_guesses_tokens_is_counted_by_address(limited):
    app = limited(REQUESTS_PER_MINUTE=3, API_TOKENS=f"sha256:{digest(make())}")
    client = app.test_client()
    guesses = [
        client.get("/api/v1/jobs", headers={"Authorization": f"Bearer {make()}"}).status_code
        for _ in range(5)
    ]
    assert guesses == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_an_address_is_counted_as_what_its_owner_has(limited, first, second, same):
    app = limited(REQUESTS_PER_MINUTE=1)
    asked(app, 1, environ_overrides={"REMOTE_ADDR": first})
    answer = asked(app, 1, environ_overrides={"REMOTE_ADDR": second})
    assert answer == [429 if same else 200]


def test_an_address_that_a_sender_invents_does_not_count(limited):
    app = limited(REQUESTS_PER_MINUTE=1)
    assert asked(app, 1, headers={"X-Forwarded-For": "203.0.113.1"}) == [200]
    assert asked(app, 1, headers={"X-Forwarded-For": "203.0.113.2"}) == [429]


def test_pages_and_the_probes_of_machines_are_not_counted(limited):
    client = limited(REQUESTS_PER_MINUTE=1, UPLOADS_PER_MINUTE=1).test_client()
    for address in ("/", "/history", "/health", "/health/live"):
        assert [client.get(address).status_code for _ in range(3)] == [200] * 3


def test_without_a_limit_nothing_is_counted(limited):
    assert set(asked(limited(REQUESTS_PER_MINUTE=0), 20)) == {200}


def test_the_usual_limits_are_far_from_what_people_do():
    usual = Settings.load({})
    assert usual.number("UPLOADS_PER_MINUTE") >= 300
    assert usual.number("REQUESTS_PER_MINUTE") >= 3000


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("There is no redis-server here: apt-get install redis-server.")
    pytest.importorskip("redis", reason="The Python package redis is not installed.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
        cwd=tmp_path_factory.mktemp("redis"),
    )
    pause = threading.Event()
    for _ in range(200):
        with socket.socket() as ours:
            if ours.connect_ex(("127.0.0.1", port)) == 0:
                break
        pause.wait(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


def several(settings, folder, url):
    """Two web processes, as far as a test has them: they share nothing but the Redis."""
    chosen = settings.with_values(QUEUE_URL=url, REQUESTS_PER_MINUTE=3)
    return [create_app(chosen, jobs=FakeJobs(folder / str(n))) for n in range(2)]


def test_several_processes_count_together(settings, tmp_path, redis_url):
    one, two = several(settings, tmp_path, redis_url)
    assert asked(one, 2) == [200, 200]
    assert asked(two, 2) == [200, 429]
    assert asked(one, 1) == [429]


def test_where_the_redis_is_away_each_process_counts_alone(settings, tmp_path):
    one, two = several(settings, tmp_path, "redis://127.0.0.1:9/0")
    assert asked(one, 4) == [200, 200, 200, 429]
    assert asked(two, 1) == [200]
