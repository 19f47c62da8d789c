"""Who may use the API: holders of tokens, else programs on this machine that ask for themselves."""

import pytest

from source.core.errors import BadRequest
from source.web import create_app
from tests.api.conftest import Program
from tests.web.conftest import Visitor

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def guarded(api_settings, tokens):
    from source.core.tokens import digest

    first, second = tokens
    values = {"API_TOKENS": f"{first}, sha256:{digest(second)}"}
    app = create_app(api_settings.with_values(**values))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.extensions["jobs"].close()


def refused(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.json["error"]["code"] == code
    assert "Set-Cookie" not in answer.headers
    return answer.json["error"]


def test_a_program_on_this_machine_needs_no_token_and_is_one_caller(program, app):
    job = program.job()
    assert Program(app).get(f"/jobs/{job['id']}").json["id"] == job["id"]
    for mapped in ("::1", "::ffff:127.0.0.1", "127.9.9.9"):
        assert Program(app, REMOTE_ADDR=mapped).get("/jobs").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"Via": "1.1 proxy"},
        {"X-Real-Ip": "203.0.113.7"},
        {"Host": "aver.example.org"},
        {"Host": "rebound.example:5000"},
    ],
    ids=str,
)
def test_who_comes_through_a_proxy_or_under_another_name_is_not_of_this_machine(program, headers):
    said = refused(program.get("/jobs", headers=headers), 401, "needs_token")
    assert "own machine" in said["message"] and "--make-token" in said["hint"]


def test_another_machine_is_refused_with_a_sentence(app):
    away = Program(app, **ELSEWHERE)
    answer = away.send()
    said = refused(answer, 401, "needs_token")
    assert "no tokens" in said["message"] and answer.headers["WWW-Authenticate"] == "Bearer"
    assert Program(app).get("/jobs").json == {"jobs": []}


def test_behind_a_tls_proxy_everybody_needs_a_token(app):
    app.config["SESSION_COOKIE_SECURE"] = True
    refused(Program(app).get("/jobs"), 401, "needs_token")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:5173"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://[::1"},
    ],
    ids=str,
)
def test_the_page_of_another_site_gets_nothing_done_on_this_machine(program, headers):
    refused(program.send(headers=headers), 403, "foreign_site")
    assert program.get("/jobs").json == {"jobs": []}


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "none"}])
def test_an_own_page_may_ask(program, headers):
    assert program.get("/jobs", headers=headers).status_code == 200


def test_a_session_sees_in_the_api_what_it_sees_on_the_pages(app, program):
    visitor = Visitor(app)
    token = visitor.token()
    answer = visitor.client.post("/api/v1/jobs/none/cancel")
    assert answer.status_code == 400 and answer.json["error"]["code"] == "stale_form"
    answer = visitor.client.post("/api/v1/jobs/none/cancel", headers={"X-CSRFToken": token})
    assert answer.status_code == 404
    program.job()
    assert visitor.client.get("/api/v1/jobs").json == {"jobs": []}


def test_each_token_sees_its_own_things_alone(guarded, tokens):
    first, second = (Program(guarded, token) for token in tokens)
    job = first.job()
    assert job["id"] in first.get("/jobs").text
    assert second.get("/jobs").json == {"jobs": []}
    for method, path in (
        ("GET", f"/jobs/{job['id']}"),
        ("DELETE", f"/jobs/{job['id']}"),
        ("POST", f"/jobs/{job['id']}/cancel"),
        ("GET", f"/jobs/{job['id']}/events"),
        ("GET", f"/results/{job['id']}"),
        ("GET", f"/results/{job['id']}/edits"),
        ("POST", f"/results/{job['id']}/edits/undo"),
        ("GET", f"/results/{job['id']}/exports/json"),
    ):
        said = refused(second.call(method, path), 404, "not_found")
        assert said["job"] == job["id"]
    assert first.get(f"/jobs/{job['id']}").json["state"] == "waiting"


def test_a_token_is_demanded_when_there_are_some(guarded, tokens):
    refused(Program(guarded).get("/jobs"), 401, "needs_token")
    refused(Program(guarded, "wrong").get("/jobs"), 401, "wrong_token")
    visitor = Visitor(guarded)
    visitor.get("/")
    assert visitor.client.get("/api/v1/jobs").status_code == 401
    away = Program(guarded, tokens[0], **ELSEWHERE)
    headers = {"Origin": "https://any.example", "X-Forwarded-For": "203.0.113.7"}
    assert away.get("/jobs", headers=headers).status_code == 200


def test_health_and_the_document_are_open(guarded):
    away = Program(guarded, **ELSEWHERE)
    assert away.get("/health").json["status"] == "degraded"
    assert away.get("/openapi.json").json["openapi"] == "3.1.0"


def test_what_is_not_there_is_said_in_json_without_a_cookie(guarded):
    refused(Program(guarded).get("/nothing"), 404, "not_found")


def test_a_token_that_could_be_guessed_stops_the_server(api_settings):
    with pytest.raises(BadRequest, match="could be guessed"):
        create_app(api_settings.with_values(API_TOKENS="secret"))


# --- pages of other sites ---------------------------------------------------------------------

SITE = "https://app.example.org"
ASKING = {"Origin": SITE, "Access-Control-Request-Method": "POST"}


@pytest.fixture
def open_to_site(api_settings, tokens):
    app = create_app(
        api_settings.with_values(
            CORS_ORIGINS=f"{SITE}/, http://localhost:5173", API_TOKENS=tokens[0]
        )
    )
    yield app
    app.extensions["jobs"].close()


def test_a_listed_site_may_ask_and_read(open_to_site, tokens):
    program = Program(open_to_site, tokens[0])
    before = Program(open_to_site).call("OPTIONS", "/jobs", headers=ASKING)
    assert before.status_code == 204
    assert before.headers["Access-Control-Allow-Origin"] == SITE
    for header in ("Authorization", "X-Hume-Api-Key"):
        assert header in before.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in before.headers
    answer = program.get("/jobs", headers={"Origin": SITE})
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in answer.headers["Vary"] and "X-Request-Id" in answer.headers
    wrong = Program(open_to_site, "x").get("/jobs", headers={"Origin": SITE})
    assert wrong.status_code == 401
    assert wrong.headers["Access-Control-Allow-Origin"] == SITE  # so that the page can read why


def test_another_site_may_not_read(open_to_site, tokens):
    program = Program(open_to_site, tokens[0])
    for origin in ("https://evil.example", "http://app.example.org", f"{SITE}.evil.example"):
        for method, more in (("GET", {}), ("OPTIONS", ASKING)):
            answer = program.call(method, "/jobs", headers={**more, "Origin": origin})
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_are_never_shared(open_to_site):
    answer = open_to_site.test_client().get("/", headers={"Origin": SITE})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_listed_site_may_use_this_machine_but_every_site_may_not(api_settings):
    for listed, status in ((SITE, 200), ("*", 403)):
        app = create_app(api_settings.with_values(CORS_ORIGINS=listed))
        answer = Program(app).get("/jobs", headers={"Origin": SITE, "Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == status
        app.extensions["jobs"].close()


@pytest.mark.parametrize(
    "text", ["app.example.org", "https://a.example/path", "ftp://a", "http://["]
)
def test_what_is_no_site_stops_the_server(api_settings, text):
    with pytest.raises(BadRequest, match="CORS_ORIGINS"):
        create_app(api_settings.with_values(CORS_ORIGINS=text))
