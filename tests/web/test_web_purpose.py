"""What AVER is used for: asked once, kept with the job, said on the result."""

import re
from dataclasses import replace

import pytest

from source.core.purpose import PURPOSES
from source.views import use
from tests.views import made

FORMS = ["/", "/image-analysis", "/audio-analysis", "/video-analysis", "/combined-analysis"]


@pytest.mark.parametrize("address", FORMS)
def test_it_is_asked_before_the_first_job_with_what_is_prohibited(visitor, address):
    page = visitor.get(address).text
    assert "What is this for?" in page and use.FORBIDDEN in page and use.PROHIBITED in page
    choices = re.findall(r'type="radio" name="purpose" value="([^"]*)" required', page)
    assert choices == [*PURPOSES, ""]


def test_it_is_asked_once_and_kept_with_each_job(visitor, jobs):
    visitor.send("/analyse", purpose="research")
    assert [job.options.purpose for job in jobs.jobs.values()] == ["research"]
    for address in FORMS:
        page = visitor.get(address).text
        assert "What is this for?" not in page and "research" in page
    visitor.send("/analyse", ("b.wav", b"sound"))
    assert [job.options.purpose for job in jobs.jobs.values()] == ["research"] * 2


def test_own_words_will_do(visitor, jobs):
    visitor.send("/analyse", purpose="", own_purpose=" a study of   laughter ")
    assert next(iter(jobs.jobs.values())).options.purpose == "a study of laughter"


def test_no_words_are_told(visitor, jobs):
    answer = visitor.send("/audio-analysis", purpose="", own_purpose="  ")
    assert answer.status_code == 400 and "The purpose is empty." in answer.text
    assert not jobs.jobs
    long = visitor.send("/audio-analysis", purpose="", own_purpose="x" * 121)
    assert "the limit is 120" in long.text


def test_everybody_is_asked_for_themselves(visitor, another):
    visitor.send("/analyse", purpose="research")
    assert "What is this for?" in another.get("/").text


def test_it_can_be_changed(visitor, jobs):
    visitor.send("/analyse", purpose="research")
    page = visitor.get("/purpose?back=/history").text
    assert re.search(r'value="research" required checked', page)
    answer = visitor.post("/purpose", {"purpose": "rehearsal", "back": "/history"})
    assert answer.status_code == 303 and answer.location == "/history"
    visitor.send("/analyse", ("b.wav", b"sound"))
    assert [j.options.purpose for j in jobs.jobs.values()] == ["research", "rehearsal"]
    assert visitor.post("/purpose", {"purpose": ""}).status_code == 400
    assert visitor.post("/purpose", {"purpose": "x", "back": "//evil"}).location == "/"


def test_the_result_says_what_it_was_for(visitor, jobs, sent):
    result = made.video()
    options = {**result.options, "purpose": "a <b>study</b>"}
    jobs.finish(sent.id, replace(result, options=options))
    assert "a &lt;b&gt;study&lt;/b&gt;" in visitor.get(f"/results/{sent.id}").text


def test_the_purpose_of_the_server_is_not_asked_for(visitor, app, jobs, monkeypatch):
    monkeypatch.setitem(app.config, "AVER", app.config["AVER"].with_values(PURPOSE="our study"))
    page = visitor.get("/").text
    assert "What is this for?" not in page and "our study" in page
    visitor.send()
    assert next(iter(jobs.jobs.values())).options.purpose == "our study"


def test_the_notice_is_a_sheet_with_blanks(visitor):
    visitor.send("/analyse", purpose="research")
    page = visitor.get("/notice").text
    blanks = re.findall(r'<input type="text" name="(\w+)" value="([^"]*)"', page)
    assert dict(blanks)["why"] == "research" and {"who", "contact", "kept"} <= set(dict(blanks))
    assert "Article 50(3)" in page and use.PROHIBITED in page and "deleted" in page
