"""A browser has one name from its first page on, however many tabs it has."""

import http.cookiejar
import io
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.serving import make_server

from source.jobs import Jobs
from source.web import create_app
from source.web.security import FORMER_COOKIE
from tests.listening import listening
from tests.web.conftest import Visitor
from tests.web.test_web_names import grey

PAGES = [
    "/",
    "/about",
    "/history",
    "/image-analysis",
    "/nope",
    "/jobs/01JNONE",
    "/results/x",
    "/results/x.json",
    "/theme",
    "/analyse",
]


def name_of(client):
    with client.session_transaction() as kept:
        return kept.get("id")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("address", PAGES)
def test_the_first_page_gives_a_name_whatever_page_that_is(app, address, method):
    client = app.test_client()
    answer = client.open(address, method=method)
    assert f"{app.config['SESSION_COOKIE_NAME']}=" in answer.headers["Set-Cookie"]
    first = name_of(client)
    assert re.fullmatch("[0-9a-f]{32}", first)
    client.get("/")
    assert name_of(client) == first


def test_the_example_as_the_first_page_gives_a_name(app, jobs, samples):
    if not (samples / "sample.mp4").is_file():
        pytest.skip("There is no sample clip; make it with: make samples.")
    client = app.test_client()
    assert client.get("/example").status_code == 303
    assert name_of(client)


@pytest.mark.parametrize("address", ["/static/base.css", "/static/nope.css"])
def test_a_static_file_sets_no_cookie(app, visitor, address):
    for client in (app.test_client(), visitor.client):
        answer = client.get(address, buffered=True)
        assert "Set-Cookie" not in answer.headers
        found = answer.status_code == 200
        assert ("immutable" in answer.headers["Cache-Control"]) is found
        assert not found or "Cookie" not in answer.headers.get("Vary", "")
        visitor.get("/")  # and none to one who has a name already


@pytest.mark.parametrize(
    "cookie", ["garbled", "", "a.b.c", "eyJpZCI6ImV2aWwifQ.aaaa.bbbb", "x" * 4000]
)
def test_a_cookie_that_is_not_ours_gives_a_new_name(app, cookie):
    client = app.test_client()
    for name in (app.config["SESSION_COOKIE_NAME"], FORMER_COOKIE):
        client.set_cookie(name, cookie)
    assert client.get("/").status_code == 200
    assert re.fullmatch("[0-9a-f]{32}", name_of(client))


def test_a_cookie_of_a_former_secret_gives_a_new_name_and_its_form_is_refused(settings, jobs):
    before = create_app(settings.with_values(SECRET_KEY="one"), jobs=jobs)
    after = create_app(settings.with_values(SECRET_KEY="two"), jobs=jobs)
    old, new = Visitor(before), Visitor(after)
    token = old.token()
    kept = old.client.get_cookie(before.config["SESSION_COOKIE_NAME"]).value
    for name in (after.config["SESSION_COOKIE_NAME"], FORMER_COOKIE):
        new.client.set_cookie(name, kept)
    answer = new.client.post(
        "/analyse", data={"csrf_token": token}, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code == 400 and "has expired" in answer.text
    assert new.send().status_code == 303 and len(jobs.jobs) == 1


def test_two_instances_on_one_host_leave_each_other_their_visitors(settings, tmp_path, jobs):
    """Browsers send a cookie to every port of a host."""
    one, two = (
        create_app(settings.with_values(DATA_DIR=str(tmp_path / name)), jobs=jobs)
        for name in ("one", "two")
    )
    browser = http.cookiejar.CookieJar()
    names = []
    for app in (one, two, one, two):
        client = app.test_client()
        for cookie in browser:
            client.set_cookie(cookie.name, cookie.value)
        client.get("/history")
        names.append(name_of(client))
        own = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        browser.set_cookie(_cookie(own.key, own.value))
    assert names[:2] == names[2:] and names[0] != names[1]
    assert len(list(browser)) == 2


def _cookie(name, value):
    return http.cookiejar.Cookie(
        0, name, value, None, False, "localhost.local", False, False, "/", True,
        False, None, False, None, None, {},
    )  # fmt: skip


def test_a_visitor_of_the_former_release_keeps_their_name(app):
    client = app.test_client()
    client.get("/")
    first = name_of(client)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    returning = app.test_client()
    returning.set_cookie(FORMER_COOKIE, cookie.value)
    answer = returning.get("/")
    assert name_of(returning) == first
    assert answer.headers["Set-Cookie"].startswith(cookie.key)


def test_an_expired_cookie_gives_a_new_name(settings, jobs):
    app = create_app(settings.with_values(SECRET_KEY="one"), jobs=jobs)
    client = app.test_client()
    client.get("/")
    first = name_of(client)
    app.config["PERMANENT_SESSION_LIFETIME"] = -1
    client.get("/")
    app.config["PERMANENT_SESSION_LIFETIME"] = 3600
    assert client.get("/").status_code == 200 and name_of(client) != first


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Aver-Upload": "1"},
        {"Accept": "application/json"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_an_upload_without_a_cookie_is_told_why_and_leaves_nothing(app, visitor, jobs, headers):
    """Where cookies are blocked the form has a good token, and nobody could see its job."""
    data = {"csrf_token": visitor.token(), "files": (io.BytesIO(b"x"), "a.mp4")}
    answer = app.test_client().post(
        "/analyse", data=data, headers=headers, content_type="multipart/form-data"
    )
    assert answer.status_code == 400 and not jobs.jobs
    assert "no cookie" in answer.text and "Cookies must be allowed" in answer.text
    assert answer.is_json is not (set(headers) <= {"Origin", "Sec-Fetch-Site"})


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://localhost:81"}, False),
        ({"Origin": "http://[::1"}, False),
        ({}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
    ],
)
def test_a_form_of_a_name_that_was_replaced_counts_only_from_our_own_page(
    visitor, another, jobs, headers, taken
):
    data = {"csrf_token": another.token(), "files": (io.BytesIO(b"x"), "a.mp4")}
    visitor.get("/")
    answer = visitor.client.post(
        "/analyse", data=data, headers=headers, content_type="multipart/form-data"
    )
    assert answer.status_code == (303 if taken else 400)
    assert [job.session for job in jobs.jobs.values()] == [name_of(visitor.client)] * taken


def test_a_forged_token_counts_from_nowhere(visitor, jobs):
    visitor.get("/")
    answer = visitor.client.post(
        "/analyse",
        headers={"Sec-Fetch-Site": "same-origin"},
        data={"csrf_token": "IjEi.aaaaaa.bbbbbb", "files": (io.BytesIO(b"x"), "a.mp4")},
    )
    assert answer.status_code == 400 and not jobs.jobs


# --- two tabs, really at once -------------------------------------------------------------------


@pytest.fixture
def served(settings):
    jobs = Jobs(settings)
    app = create_app(settings, jobs=jobs)
    with listening(make_server("127.0.0.1", 0, app, threaded=True)) as server:
        yield f"http://127.0.0.1:{server.server_port}", jobs
    jobs.close()


class Browser:
    """Tabs that share one cookie jar."""

    def __init__(self, site):
        self.site = site
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, address):
        with self.opener.open(self.site + address) as answer:
            return answer.read().decode()

    def token(self, address="/"):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.get(address))[1]

    def upload(self, token, name, content):
        parts = [("csrf_token", "", token.encode()), ("files", f'; filename="{name}"', content)]
        body = (
            b"".join(
                f'--x\r\nContent-Disposition: form-data; name="{field}"{more}\r\n\r\n'.encode()
                + value
                + b"\r\n"
                for field, more, value in parts
            )
            + b"--x--\r\n"
        )
        request = urllib.request.Request(
            self.site + "/analyse",
            body,
            {"Content-Type": "multipart/form-data; boundary=x", "Origin": self.site},
        )
        with self.opener.open(request) as answer:
            return answer.url


@pytest.mark.parametrize("opened", ["one page in two tabs", "two pages at once"])
def test_tabs_of_a_fresh_browser_that_upload_at_once_share_their_history(served, opened):
    site, jobs = served
    browser = Browser(site)
    with ThreadPoolExecutor(6) as tabs:
        if opened == "one page in two tabs":
            tokens = [browser.token()] * 6
        else:
            tokens = list(tabs.map(browser.token, ["/", "/history", "/image-analysis"] * 2))
        places = list(
            tabs.map(browser.upload, tokens, [f"tab-{i}.png" for i in range(6)], [grey()] * 6)
        )
    assert all("/jobs/" in place for place in places)
    history = browser.get("/history")
    assert all(f"tab-{i}.png" in history for i in range(6))
    assert len(jobs._table.ids()) == 6  # and none belongs to anybody else
