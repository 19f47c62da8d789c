"""The field `webhook` of a job: where it may lead, and what the job says of it."""

import pytest

from tests.api.conftest import tone

HOOK = "https://example.org/hook"


@pytest.fixture
def chosen():
    return {"WEBHOOK_SECRET": "a secret of the tests"}


def test_a_job_says_how_its_webhook_is(program):
    job = program.job(webhook=HOOK)
    assert job["webhooks"] == [{"url": HOOK, "state": "waiting", "attempts": 0}]
    again = program.send(webhook="https://example.org/other").json
    urls = [one["url"] for one in again["jobs"][0]["webhooks"]]
    assert again["reused"] == [job["id"]] and urls == [HOOK, "https://example.org/other"]
    assert "webhooks" not in program.send(("b.wav", tone(level=3))).json["jobs"][0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "ftp://a.example", "nowhere"])
def test_an_address_to_which_nothing_is_sent_is_refused_before_anything_is_stored(program, url):
    answer = program.send(webhook=url)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_webhook")
    assert program.get("/jobs").json == {"jobs": []}


class TestWithoutASecret:
    @pytest.fixture
    def chosen(self):
        return {}

    def test_no_webhook_is_taken(self, program):
        answer = program.send(webhook=HOOK)
        assert answer.status_code == 400 and "WEBHOOK_SECRET" in answer.json["error"]["hint"]
