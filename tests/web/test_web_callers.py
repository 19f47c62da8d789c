"""Sessions and tokens are both callers, and a form is guarded where there is a session only."""

import io

import pytest

from source.core.caller import Caller
from source.web.callers import TOKENS, digest
from tests.views import made
from tests.web.test_web_answers import HTML, JSON

TOKEN = "a-token-of-the-test"
GOOD = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def tokens(app):
    app.config[TOKENS] = frozenset({digest(TOKEN), digest("another")})
    yield
    app.config[TOKENS] = frozenset()


def _send(client, **headers):
    data = {"files": (io.BytesIO(b"some video"), "clip.mp4")}
    return client.post(
        "/analyse", data=data, headers=headers, content_type="multipart/form-data", buffered=True
    )


def test_a_token_owns_what_it_sends_without_cookie_or_form_token(app, tokens, jobs):
    client = app.test_client()
    answer = _send(client, **GOOD)
    assert answer.status_code == 303
    (job,) = jobs.jobs.values()
    assert job.session.startswith("token-") and len(job.session) <= 64
    jobs.finish(job.id, made.video())
    address = f"/results/{job.id}/exports/json"
    assert client.get(address, headers=GOOD).status_code == 200
    assert client.get("/analysis/clip.mp4", headers=GOOD).json == made.video().to_dict()
    for other in ({}, {"Authorization": "Bearer another"}):
        assert app.test_client().get(address, headers=other).status_code == 404


def test_a_program_that_follows_a_token_gets_no_cookie(app, tokens):
    answer = app.test_client().get("/analysis/none", headers=GOOD)
    assert answer.status_code == 404 and "Set-Cookie" not in answer.headers


def test_a_token_goes_before_a_session(visitor, tokens, jobs):
    visitor.send()
    assert "clip.mp4" in visitor.get("/history").text
    assert "clip.mp4" not in visitor.get("/history", headers=GOOD).text


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_a_wrong_token_is_refused_and_leaves_nothing(visitor, tokens, jobs, accept):
    answer = _send(visitor.client, Authorization="Bearer wrong", Accept=accept)
    assert answer.status_code == 401 and not jobs.jobs
    assert "not known here" in answer.text and answer.is_json is (accept == JSON)


@pytest.mark.parametrize("header", ["Bearer of-a-proxy", "Basic dTpw", "Bearer", ""])
def test_a_server_without_tokens_leaves_the_header_alone(visitor, jobs, header):
    """Whoever is before it, a proxy say, may have its own use for it."""
    assert visitor.get("/history", headers={"Authorization": header}).status_code == 200
    answer = _send(visitor.client, Authorization=header)
    assert answer.status_code == 400 and not jobs.jobs  # a session, so its form is guarded


def test_a_caller_is_the_same_whenever_it_is_made():
    assert Caller("x") == Caller("x", "session") != Caller("x", "token")


@pytest.mark.parametrize("address", ["/static/nope.css", "/static/../nope"])
def test_a_static_file_that_is_not_there_is_not_found(app, address):
    assert app.test_client().get(address).status_code == 404
