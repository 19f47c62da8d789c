"""Every row of the table of exports, through the page and its address."""

import html
import re

import pytest

from source.core.result_schema import result_schema
from source.views import exports
from tests.views import made, opened

pytestmark = pytest.mark.usefixtures("drawn_once")

RESULT = made.video()


@pytest.fixture
def done(jobs, sent, there):
    jobs.finish(sent.id, RESULT)
    return sent


@pytest.fixture
def there(jobs, sent):
    """The recording and the drawings of that job."""
    return made.there(jobs.folder / f"{sent.id}-drawn")


@pytest.mark.parametrize("name", exports.EXPORTS)
def test_every_export_has_its_address(visitor, done, there, name):
    row = exports.EXPORTS[name]
    answer = visitor.get(f"/results/{done.id}/exports/{name}")
    assert answer.data == exports.export(name, RESULT, **there)
    assert answer.content_length == len(answer.data)
    assert answer.mimetype == row.format.media_type
    assert answer.headers["Content-Disposition"] == f"attachment; filename=clip{row.suffix}"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", exports.EXPORTS)
def test_an_export_is_in_the_words_and_on_the_ground_that_are_asked_for(visitor, done, there, name):
    answer = visitor.get(f"/results/{done.id}/exports/{name}?labels=five&theme=dark")
    assert answer.data == exports.export(name, RESULT, view="five", theme="dark", **there)


@pytest.mark.parametrize("view", ["native", "ekman7"])
def test_the_page_links_every_export_with_what_opens_it(visitor, done, view):
    page = visitor.get(f"/results/{done.id}?labels={view}").text
    links = [html.unescape(a) for a in re.findall(r'href="([^"]+/exports/[^"]+)"', page)]
    linked = [re.search(r"exports/([^?]+)", a)[1] for a in links]
    assert linked == [name for name in exports.EXPORTS if name != "sound"]  # that is a form
    assert f'action="/results/{done.id}/exports/sound"' in page
    assert all(visitor.get(address).status_code == 200 for address in links)
    assert all(f"labels={view}" in address for address in links)
    assert all(row.format.opens in page for row in exports.EXPORTS.values())


def test_the_page_links_only_what_there_is(visitor, jobs, sent):
    jobs.finish(sent.id, made.nothing())
    page = visitor.get(f"/results/{sent.id}").text
    assert re.findall(r"/exports/([^?\"]+)", page) == ["json", "report.pdf", "sound", "zip"]


def test_the_sound_of_a_stretch_is_asked_for_by_a_form(visitor, done, there):
    answer = visitor.get(f"/results/{done.id}/exports/sound?from=0:12&to=15.5")
    assert answer.data == exports.export("sound:12-15.5", RESULT, **there)
    assert "filename=clip_12-15.5.wav" in answer.headers["Content-Disposition"]
    rest = visitor.get(f"/results/{done.id}/exports/sound?from=50&to=")
    assert len(opened.sound(rest.data)[0]) == 10 * made.Taken.rate


@pytest.mark.parametrize("times", ["from=9&to=2", "from=x&to=2", "from=61&to=62", "from=-1&to=5"])
def test_a_stretch_that_is_none_is_refused_with_the_cure(visitor, done, times):
    answer = visitor.get(f"/results/{done.id}/exports/sound?{times}")
    assert answer.status_code == 400 and "times" in answer.text


def test_json_names_its_schema_and_the_server_has_it(visitor, done):
    link = visitor.get(f"/results/{done.id}/exports/json").headers["Link"]
    address = re.fullmatch(r'<(/schemas/result-1\.json)>; rel="describedby"', link)[1]
    answer = visitor.get(address)
    assert answer.mimetype == "application/schema+json" and answer.json == result_schema()
    assert address in visitor.get(f"/results/{done.id}").text
    assert visitor.get("/schemas/result-2.json").status_code == 404


def test_a_drawn_picture_is_no_film(visitor, jobs, done, there):
    there["drawings"][0].rename(there["drawings"][0].with_suffix(".jpg"))
    answer = visitor.get(f"/results/{done.id}/exports/annotated")
    assert answer.mimetype == "image/jpeg" and answer.data == b"an annotated film"
    assert "filename=clip_annotated.jpg" in answer.headers["Content-Disposition"]


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
