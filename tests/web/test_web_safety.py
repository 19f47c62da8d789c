"""Who may see and send what, and what a browser may do with it."""

import csv
import io
import re
import stat

import pytest

from source.core.older import ROUTES
from source.web import create_app
from source.web.security import FORMER_COOKIE, HEADERS
from tests.views import made
from tests.web.conftest import PAGES, PNG, Visitor

POSTS = [
    "/analyse",
    "/image-analysis",
    "/audio-analysis",
    "/video-analysis",
    "/combined-analysis",
    "/theme",
    "/jobs/x/cancel",
    "/jobs/x/again",
    "/jobs/x/delete",
    "/jobs/x/put-away",
    "/results/x/drawings",
    "/results/x/preview/0",
    "/history/delete",
    "/history/put-away",
    "/history/put-back",
    "/history/erase",
    "/purpose",
    "/settings",
    "/batch/variables",
    "/results/x/edits",
    "/results/x/edits/undo",
    "/results/x/edits/redo",
    "/refused/dismiss",
]


PROGRAM_POSTS = [row.path for row in ROUTES if row.method == "POST"]
"""Routes of programs, which have no form of ours."""

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""What a browser says with a form."""


def test_every_route_that_changes_something_is_known_here(app):
    rules = {
        r.rule.replace("<job_id>", "x").replace("<int:index>", "0")
        for r in app.url_map.iter_rules()
        if "POST" in r.methods and not r.endpoint.startswith("api.")  # tests/api has those
    }
    assert rules == {*POSTS, *PROGRAM_POSTS}


def post(client, address, **headers):
    data = {"files": [(io.BytesIO(b"x"), "a.mp4")]}
    return client.post(address, data=data, headers=headers, content_type="multipart/form-data")


@pytest.mark.parametrize("address", POSTS)
def test_no_form_is_taken_without_a_token(visitor, jobs, address):
    answer = post(visitor.client, address, Accept=HTML)
    assert answer.status_code == 400 and "has expired" in answer.text
    assert not jobs.jobs


@pytest.mark.parametrize(
    "told",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:81"},
    ],
    ids=lambda told: " ".join(told.values()),
)
@pytest.mark.parametrize("address", PROGRAM_POSTS)
@pytest.mark.parametrize("known", [True, False])
def test_no_page_of_another_site_sends_as_a_program(app, visitor, jobs, address, told, known):
    client = visitor.client if known else app.test_client()
    if known:
        visitor.get("/")
    answer = post(client, address, **told)
    assert answer.status_code == 400 and "not sent from this site" in answer.text
    assert answer.is_json and not jobs.jobs


def test_a_token_of_another_session_is_refused(visitor, another):
    answer = visitor.client.post("/theme", data={"csrf_token": another.token(), "theme": "dark"})
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["/", "/history", "/nope", "/static/base.css"])
def test_every_answer_has_the_headers(visitor, address):
    headers = visitor.get(address).headers
    for name, value in HEADERS.items():
        assert headers[name] == value


def test_the_policy_allows_no_inline_code(visitor):
    policy = visitor.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "http" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")


@pytest.mark.parametrize("address", [*PAGES, "RESULT", "JOB"])
def test_no_page_has_inline_code_or_reaches_elsewhere(visitor, jobs, sent, address):
    address = address.replace("JOB", f"/jobs/{sent.id}")
    if address == "RESULT":
        jobs.finish(sent.id, made.video())
        address = f"/results/{sent.id}"
    text = visitor.get(address).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


def test_pages_of_a_session_are_kept_nowhere_and_static_files_are(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    assert visitor.get(f"/results/{sent.id}").headers["Cache-Control"] == "no-store"
    asset = re.search(r'href="(/static/base\.css\?v=\w+)"', visitor.get("/").text)[1]
    assert "immutable" in visitor.get(asset).headers["Cache-Control"]


def test_the_cookie_cannot_be_read_by_a_script_or_sent_across_sites(visitor):
    cookie = visitor.get("/history").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_over_https_cookies_are_secure(settings, jobs):
    app = create_app(settings.with_values(HTTPS=True), jobs=jobs)
    answer = app.test_client().get("/history", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_over_https_nobody_else_can_choose_the_session_of_a_visitor(settings, jobs):
    """A neighbour (another.example.org) can set cookies for all of example.org."""
    app = create_app(settings.with_values(HTTPS=True), jobs=jobs)
    attacker, victim = app.test_client(), app.test_client()
    attacker.get("/history", base_url="https://localhost")
    with attacker.session_transaction(base_url="https://localhost") as known:
        chosen = dict(known)
    signed = app.session_interface.get_signing_serializer(app).dumps(chosen)
    name = app.config["SESSION_COOKIE_NAME"]
    for planted in (FORMER_COOKIE, name.removeprefix("__Host-")):
        victim.set_cookie(planted, signed)
    answer = victim.get("/history", base_url="https://localhost")
    with victim.session_transaction(base_url="https://localhost") as own:
        assert own["id"] != chosen["id"]
    cookie = answer.headers["Set-Cookie"]  # what a browser asks of a name that begins so
    assert cookie.startswith("__Host-") and "Secure" in cookie
    assert "Path=/;" in cookie and "Domain" not in cookie


SEEN = [
    "/jobs/{}",
    "/jobs/{}/progress",
    "/jobs/{}/events",
    "/results/{}",
    "/results/{}.json",
    "/results/{}/media",
    "/results/{}/media/0",
    "/results/{}/charts/bar.svg",
]


@pytest.mark.parametrize("address", SEEN)
@pytest.mark.parametrize("state", ["waiting", "done"])
def test_another_session_sees_nothing(another, jobs, sent, address, state):
    if state == "done":
        jobs.finish(sent.id, made.video())
    assert another.get(address.format(sent.id)).status_code == 404


@pytest.mark.parametrize("what", ["cancel", "again", "delete"])
def test_another_session_changes_nothing(another, jobs, sent, what):
    assert another.post(f"/jobs/{sent.id}/{what}").status_code == 404
    assert jobs.jobs[sent.id].state == "waiting"


def test_another_session_finds_nothing_by_name(another, jobs, sent):
    jobs.finish(sent.id, made.video())
    assert another.get("/analysis/clip.mp4").status_code == 404
    assert "clip.mp4" not in another.get("/history").text


@pytest.mark.parametrize(
    "job_id",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "a" * 500,
        "<script>",
        "'; DROP TABLE jobs; --",
    ],
)
def test_an_id_from_outside_leads_nowhere(visitor, job_id):
    for address in SEEN:
        assert visitor.get(address.format(job_id)).status_code == 404


HOSTILE = "<img src=x onerror=alert(1)>\"'.mp4"


def test_a_hostile_name_is_only_text(visitor, jobs):
    # a browser escapes quotes in the name of a part; what arrives is what we have to stand
    visitor.send("/analyse", (HOSTILE, b"x"))
    job = next(iter(jobs.jobs.values()))
    jobs.change(job.id, names=(HOSTILE,))
    for address in (f"/jobs/{job.id}", "/history"):
        assert "<img src=x" not in visitor.get(address).text
    jobs.finish(job.id, made.video())
    page = visitor.get(f"/results/{job.id}").text
    assert "<img src=x" not in page and "&lt;img src=x" in page
    assert "\n" not in visitor.get(f"/results/{job.id}.json").headers["Content-Disposition"]
    visitor.post(f"/jobs/{job.id}/delete")
    assert "<img src=x" not in visitor.get("/history").text


@pytest.mark.parametrize("address", ["/batch.csv", "/batch/groups.csv?by=a;%3D1%2B1"])
def test_no_table_computes_what_a_visitor_wrote(visitor, jobs, sent, address):
    """A spreadsheet takes a cell for a formula, also in the head, and behind the semicolon that
    parts cells in half of Europe."""
    jobs.change(sent.id, names=("=HYPERLINK(1).mp4",))
    jobs.finish(sent.id, made.video())
    words = {"a;=1+1": "x\t@SUM(1)", "＝1": " -2+3", "plain": "-0.5", "semi": "last;first"}
    jobs.known[sent.id] = words
    table = visitor.get(address).get_data(as_text=True)
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert [c for c in cells if re.search(r"(^|[;\t\r\n])\s*[=+@＝＋＠]", c)] == []
    if address == "/batch.csv":
        assert {"-0.5", "last;first", "'=HYPERLINK(1).mp4", "' -2+3"} <= set(cells)


def too_much():
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="big.mp4"\r\n\r\n'
    return {
        "data": head + bytes(2_500_000) + b"\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }


def testtoo_much_is_refused_and_leaves_no_file(visitor, jobs):
    answer = visitor.client.post("/analyse", **too_much())
    assert answer.status_code == 413
    assert "exceeds the limit of 1 MB" in answer.text
    assert not jobs.jobs and not jobs.folder.exists()


def testtoo_much_is_told_to_a_script_as_json(visitor):
    answer = visitor.client.post("/analyse", headers={"X-Aver-Upload": "1"}, **too_much())
    assert answer.status_code == 413 and answer.json["error"]["code"] == "too_large"


# --- the recording itself -------------------------------------------------------------------------


def _media(visitor, jobs, content, name="clip.png"):
    visitor.send("/analyse", (name, content))
    return f"/results/{max(jobs.jobs)}/media"


def test_a_recording_is_sent_in_parts(visitor, jobs):
    address = _media(visitor, jobs, PNG)
    answer = visitor.get(address, headers={"Range": "bytes=8-15"})
    assert answer.status_code == 206 and len(answer.data) == 8
    assert answer.headers["Content-Range"] == f"bytes 8-15/{len(PNG)}"
    assert answer.mimetype == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert visitor.get(address).data == PNG


def test_a_range_beyond_the_end_is_refused(visitor, jobs):
    address = _media(visitor, jobs, PNG)
    assert visitor.get(address, headers={"Range": "bytes=9999-"}).status_code == 416


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"<svg onload=alert(1)>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"x",
    ],
)
def test_what_is_no_recording_is_never_sent(visitor, jobs, content):
    assert visitor.get(_media(visitor, jobs, content, "x.png")).status_code == 404


# --- the key -------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_only_ours_to_read(settings, jobs):
    one, two = create_app(settings, jobs=jobs), create_app(settings, jobs=jobs)
    path = settings.path("DATA_DIR") / "secret_key"
    assert one.secret_key == two.secret_key == path.read_text() and len(one.secret_key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret_key"]


def test_a_key_from_the_settings_is_kept_nowhere(settings, jobs):
    app = create_app(settings.with_values(SECRET_KEY="given"), jobs=jobs)
    assert app.secret_key == "given"
    assert not (settings.path("DATA_DIR") / "secret_key").exists()


def test_debug_is_off(app):
    assert app.debug is False


def test_the_host_header_is_in_no_address(visitor, jobs):
    answer = visitor.get("/", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.text
    visitor.send()
    gone = visitor.get("/example", headers={"Host": "evil.example"})
    assert "evil.example" not in gone.headers.get("Location", "")


NO_HOSTS = [
    "a" * 64,
    ".".join(["a" * 60] * 6),
    "a..b",
    "evil.example:port",
    "a b",
    "\xff",
    "[::1",
    "<x>",
]


@pytest.mark.parametrize("host", NO_HOSTS)
@pytest.mark.parametrize("address", ["/", "/nope", "/api/v1/openapi.json", "/health", "/docs/"])
def test_a_host_that_is_none_is_refused_with_a_sentence(app, jobs, host, address):
    answer = app.test_client().get(address, headers={"Host": host})
    assert answer.status_code == 400 and "no name of a server" in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1:5000",
        "[::1]:5000",
        "web_1:80",
        "aver.example.org.",
        "xn--bcher-kva.example",
    ],
)
def test_a_host_by_any_proper_name_is_served(app, jobs, host):
    assert app.test_client().get("/about", headers={"Host": host}).status_code == 200


def test_a_visitor_has_the_same_name_until_the_cookie_goes(app):
    one = Visitor(app)
    one.get("/history")
    with one.client.session_transaction() as kept:
        first = kept["id"]
    one.get("/history")
    with one.client.session_transaction() as kept:
        assert kept["id"] == first and re.fullmatch("[0-9a-f]{32}", first)
