"""Every row of the table of exports, through the page and its address."""

import html
import re

import pytest

from source.views import exports
from tests.views import made

RESULT = made.video()


@pytest.fixture
def done(jobs, sent):
    jobs.finish(sent.id, RESULT)
    return sent


@pytest.mark.parametrize("name", exports.EXPORTS)
def test_every_export_has_its_address(visitor, done, name):
    row = exports.EXPORTS[name]
    answer = visitor.get(f"/results/{done.id}/exports/{name}")
    assert answer.data == exports.export(name, RESULT)
    assert answer.mimetype == row.format.media_type
    assert answer.headers["Content-Disposition"] == f"attachment; filename=clip{row.suffix}"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", exports.EXPORTS)
def test_an_export_is_in_the_words_and_on_the_ground_that_are_asked_for(visitor, done, name):
    answer = visitor.get(f"/results/{done.id}/exports/{name}?labels=five&theme=dark")
    assert answer.data == exports.export(name, RESULT, view="five", theme="dark")


@pytest.mark.parametrize("view", ["native", "ekman7"])
def test_the_page_links_every_export_with_what_opens_it(visitor, done, view):
    page = visitor.get(f"/results/{done.id}?labels={view}").text
    links = [html.unescape(a) for a in re.findall(r'href="([^"]+/exports/[^"]+)"', page)]
    assert [re.search(r"exports/([^?]+)", a)[1] for a in links] == list(exports.EXPORTS)
    assert all(visitor.get(address).status_code == 200 for address in links)
    assert all((f"labels={view}" in address) is (view != "native") for address in links)
    assert all(row.format.opens in page for row in exports.EXPORTS.values())


def test_the_page_links_only_what_there_is(visitor, jobs, sent):
    jobs.finish(sent.id, made.nothing())
    page = visitor.get(f"/results/{sent.id}").text
    assert re.findall(r"/exports/([^?\"]+)", page) == ["json"]


def test_former_addresses_give_the_same(visitor, done):
    for former, name in ((".json", "json"), ("/charts/bar.svg", "bar.svg")):
        old = visitor.get(f"/results/{done.id}{former}")
        assert old.data == visitor.get(f"/results/{done.id}/exports/{name}").data
    assert old.headers["Content-Disposition"] == "inline; filename=clip_bar.svg"


@pytest.mark.parametrize(("name", "status"), [("xlsx", 400), ("JSON", 400), ("bar", 400)])
def test_an_unknown_export_is_refused(visitor, done, name, status):
    assert visitor.get(f"/results/{done.id}/exports/{name}").status_code == status


def test_what_a_result_has_nothing_for_is_not_found(visitor, jobs, sent):
    jobs.finish(sent.id, made.picture())
    answer = visitor.get(f"/results/{sent.id}/exports/trend.svg")
    assert answer.status_code == 404 and "trend.svg" in answer.text


@pytest.mark.parametrize("name", exports.EXPORTS)
def test_nobody_else_gets_it(another, done, name):
    assert another.get(f"/results/{done.id}/exports/{name}").status_code == 404


def test_what_needs_the_recording_gets_it_and_goes_with_it(visitor, jobs, done, monkeypatch):
    monkeypatch.setitem(exports.EXPORTS, "copy", made.COPY)
    address = f"/results/{done.id}/exports/copy"
    assert visitor.get(address).data == b"some video"
    assert address in visitor.get(f"/results/{done.id}").text
    jobs.change(done.id, files=())
    assert visitor.get(address).status_code == 404
    assert address not in visitor.get(f"/results/{done.id}").text
