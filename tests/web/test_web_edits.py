"""A person's own work on a result: forms that need no script, and the view they lead to."""

import html
import json
import re

import pytest

from source.core.edited import applied
from source.core.edits import Exclude, Mark, Rename
from source.views import exports, words
from tests.views import made
from tests.views.timed import talk

PART = {"X-Aver-Part": "1"}


@pytest.fixture(scope="module")
def talked():
    return talk()


@pytest.fixture
def done(jobs, sent, talked):
    jobs.finish(sent.id, talked)
    return sent


def edit(visitor, job, kind, **fields):
    return visitor.post(f"/results/{job.id}/edits", {"kind": kind, **fields})


def shown(visitor, job, query=""):
    answer = visitor.get(f"/results/{job.id}{query}", headers={"Accept": "application/json"})
    return json.loads(answer.data)


def section(visitor, job):
    """The section of the page that shows and takes the changes; nothing is changed by it."""
    return visitor.post(f"/results/{job.id}/edits/redo", headers=PART).text


def page(visitor, job, query=""):
    return visitor.get(f"/results/{job.id}{query}").text


CHANGES = {
    "rename": ({"person": "1", "name": "Ann"}, "Ann"),
    "mark": ({"at": "0:02,5", "note": "laughs"}, "0:02.5"),
    "exclude": ({"start": "4", "end": "0:06", "note": "door"}, "0:04 to 0:06"),
    "split": ({"person": "1", "at": "3"}, "Person 3"),
    "merge": ({"person": "2", "into": "1"}, "merged into"),
    "neutral": ({"person": "1", "start": "0", "end": "3"}, "Read relative to 0:00 to 0:03"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_form_changes_the_result_and_leads_back_to_it(visitor, done, kind):
    fields, seen = CHANGES[kind]
    answer = edit(visitor, done, kind, **fields)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/results/{done.id}#work"
    assert seen in section(visitor, done)
    (change,) = shown(visitor, done)["edits"]["made"]
    assert change["kind"] == kind


@pytest.mark.parametrize("kind", CHANGES)
def test_undo_and_redo(visitor, done, kind):
    before = shown(visitor, done)
    edit(visitor, done, kind, **CHANGES[kind][0])
    changed = shown(visitor, done)
    visitor.post(f"/results/{done.id}/edits/undo")
    assert shown(visitor, done) == before
    visitor.post(f"/results/{done.id}/edits/redo")
    assert shown(visitor, done) == changed


def test_the_page_says_the_overall_answer_without_what_is_excluded(visitor, done, talked):
    edit(visitor, done, "exclude", start="4", end="6")
    edited = applied(talked, [Exclude(4.0, 6.0)])
    text = page(visitor, done)
    assert words.headline(edited).text in text and "2.0 s in one stretch" in text
    measured = page(visitor, done, "?edits=off")
    assert words.headline(talked).text in measured and "2.0 s in one stretch" not in measured
    assert "as it was measured" in measured


@pytest.mark.usefixtures("drawn_once")
def test_every_door_shows_the_edited_view_and_the_measured_one_if_asked(visitor, done, talked):
    edits = [Rename(1, "Ann"), Mark(2.5, "laughs"), Exclude(4.0, 6.0)]
    edit(visitor, done, "rename", person="1", name="Ann")
    edit(visitor, done, "mark", at="2.5", note="laughs")
    edit(visitor, done, "exclude", start="4", end="6")
    edited = applied(talked, edits)
    assert shown(visitor, done) == json.loads(exports.result_json(edited))
    assert shown(visitor, done, "?edits=off") == json.loads(exports.result_json(talked))
    by_name = visitor.get("/analysis/clip.mp4", headers={"Accept": "application/json"})
    assert json.loads(by_name.data) == shown(visitor, done)
    for row in exports.available(edited, recorded=False, drawn=()):
        address = f"/results/{done.id}/exports/{row.name}"
        assert visitor.get(address).data == exports.export(row.name, edited), row.name
        off = visitor.get(f"{address}?edits=off").data
        assert off == exports.export(row.name, talked), row.name
    lanes = visitor.get(f"/results/{done.id}/exports/lanes.svg").text
    assert "Ann" in lanes and "Person 2" in lanes


def test_the_history_shows_the_headline_of_the_edited_result(visitor, jobs, done, talked):
    edit(visitor, done, "exclude", start="0", end="5")
    edited = applied(talked, [Exclude(0.0, 5.0)])
    assert jobs.jobs[done.id].headline["text"] == words.headline(edited).text
    assert words.headline(edited).text in visitor.get("/history").text


def test_tables_of_many_recordings_show_the_edited_result(visitor, done):
    before = visitor.get("/batch.csv").data
    edit(visitor, done, "exclude", start="0", end="5")
    assert visitor.get("/batch.csv").data != before
    visitor.post(f"/results/{done.id}/edits/undo")
    assert visitor.get("/batch.csv").data == before


def test_the_chart_of_a_page_is_drawn_anew_after_a_change(visitor, done):
    before = page(visitor, done)
    edit(visitor, done, "rename", person="1", name="Ann")
    after = page(visitor, done)
    assert "Ann" not in before and after.count("Ann") > 3
    visitor.post(f"/results/{done.id}/edits/undo")
    assert "Ann" not in re.sub(r"(?s)<section[^>]*data-work.*?</section>", "", page(visitor, done))


def test_what_is_kept_after_one_change_is_not_shown_after_another_of_the_same_values(visitor, done):
    edit(visitor, done, "merge", person="1", into="2")
    merged = visitor.get(f"/results/{done.id}/moments").data
    visitor.post(f"/results/{done.id}/edits/undo")
    edit(visitor, done, "split", person="1", at="2")
    assert visitor.get(f"/results/{done.id}/moments").data != merged


IMPOSSIBLE = {
    "no time": ("mark", {"at": "soon"}, "There is no time “soon”"),
    "behind the end": ("mark", {"at": "9:00"}, "behind the end"),
    "backwards": ("exclude", {"start": "5", "end": "4"}, "must end after it begins"),
    "nobody": ("rename", {"person": "9", "name": "Ann"}, "no person 9"),
    "no number": ("merge", {"person": "1", "into": "x"}, "no number"),
    "no kind": ("paint", {}, "no change “paint”"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_makes_no_sense_is_one_sentence_and_changes_nothing(visitor, done, name):
    kind, fields, sentence = IMPOSSIBLE[name]
    assert edit(visitor, done, kind, **fields).status_code == 303
    assert sentence in visitor.get("/about").text  # the next page says it, whichever that is
    assert "edits" not in shown(visitor, done)
    answer = visitor.post(f"/results/{done.id}/edits", {"kind": kind, **fields}, headers=PART)
    assert answer.status_code == 400 and sentence in answer.json["error"]


def test_markers_and_exclusions_are_in_the_lanes_without_a_script(visitor, done):
    edit(visitor, done, "mark", at="2.5", note="laughs")
    edit(visitor, done, "exclude", start="4", end="6")
    lanes = visitor.get(f"/results/{done.id}/lanes", headers=PART).text
    assert "<title>marker by hand: laughs</title>" in lanes
    assert "<title>excluded by hand</title>" in lanes


def test_a_note_is_text_and_no_markup(visitor, done):
    edit(visitor, done, "mark", at="1", note="<b>&\"'</b>")
    text = section(visitor, done)
    assert "<b>&" not in text and "&lt;b&gt;" in text


def test_our_script_gets_the_section_anew(visitor, done):
    answer = visitor.post(f"/results/{done.id}/edits", {"kind": "mark", "at": "2.5"}, headers=PART)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<section") and 'data-markers="2.5 "' in answer.text
    assert "<html" not in answer.text


def test_a_marker_is_removed_by_its_own_button(visitor, done):
    edit(visitor, done, "mark", at="2.5")
    (number,) = re.findall(r'name="edit" value="(\d+)"', section(visitor, done))
    edit(visitor, done, "remove", edit=number)
    assert (
        "markers" not in shown(visitor, done)["edits"]
        or not shown(visitor, done)["edits"]["markers"]
    )


def test_the_label_view_is_kept(visitor, done):
    answer = visitor.post(f"/results/{done.id}/edits?labels=five", {"kind": "mark", "at": "1"})
    assert answer.headers["Location"] == f"/results/{done.id}?labels=five#work"


def test_a_picture_offers_names_alone(visitor, jobs, sent):
    jobs.finish(sent.id, made.picture())
    text = page(visitor, sent)
    assert 'value="rename"' in text
    assert not any(f'value="{kind}"' in text for kind in ("mark", "exclude", "split", "neutral"))


@pytest.mark.parametrize("what", ["edits", "edits/undo", "edits/redo"])
def test_nobody_else_changes_it(another, visitor, done, what):
    answer = another.post(f"/results/{done.id}/{what}", {"kind": "mark", "at": "1"})
    assert answer.status_code == 404
    assert "edits" not in shown(visitor, done)


@pytest.mark.parametrize("what", ["edits", "edits/undo", "edits/redo"])
def test_a_form_without_its_token_is_refused(visitor, done, what):
    answer = visitor.client.post(f"/results/{done.id}/{what}", data={"kind": "mark", "at": "1"})
    assert answer.status_code == 400


def test_a_result_that_is_not_there_yet_cannot_be_changed(visitor, sent):
    answer = edit(visitor, sent, "mark", at="1")
    assert answer.status_code == 404 and "still being analysed" in answer.text


def test_the_page_says_how_the_recording_was_made(visitor, done):
    text = page(visitor, done)
    assert "How it was recorded" in text and "Pictures with a face" in text
    edit(visitor, done, "exclude", start="0", end="5")
    section = r'(?s)<section[^>]*aria-labelledby="collection".*?</section>'
    assert re.search(section, page(visitor, done))[0] == re.search(section, text)[0]


def test_downloads_and_parts_of_a_page_show_what_the_page_shows(visitor, done):
    edit(visitor, done, "rename", person="1", name="Ann")
    query = "?labels=five&edits=off"
    text = page(visitor, done, query)
    addresses = re.findall(r'(?:href|data-lanes|data-result)="(/results/[^"#?]+/[^"]+)"', text)
    views = {html.unescape(a) for a in addresses if not re.search("media|faces|delete", a)}
    assert len(views) > 20
    assert {a.partition("?")[2] for a in views} == {"labels=five&edits=off"}
    assert '"Ann"' not in visitor.get(f"/results/{done.id}/exports/json{query}").text
    for form in re.findall(r'(?s)<form[^>]*method="get".*?</form>', text):
        if "delete" not in form:
            assert 'name="edits" value="off"' in form and form.count('name="labels"') == 1, form
    for part in ("engagement", "tone"):
        drawn = visitor.get(f"/results/{done.id}/{part}{query}").text
        assert f'href="/results/{done.id}?labels=five&amp;edits=off"' in drawn
        saved = re.findall(r'href="[^"]*/exports/[^"]*"', drawn)
        assert all("edits=off" in address for address in saved)
    assert "edits=off" not in page(visitor, done, "?edits=none").replace("edits=off#work", "")


def seen_on(text, form):
    """What a form of the page tells of the changes that the page showed."""
    return re.search(rf'{form}.*?name="seen" value="(\w+)"', text, re.DOTALL)[1]


def test_a_page_undoes_only_what_it_shows(visitor, done):
    edit(visitor, done, "mark", at="3")
    stale = seen_on(section(visitor, done), "data-undo")
    edit(visitor, done, "mark", at="5")
    refused = visitor.post(f"/results/{done.id}/edits/undo", {"seen": stale}, headers=PART)
    assert refused.status_code == 400 and "changed on another page" in refused.json["error"]
    assert [m["time"] for m in shown(visitor, done)["edits"]["markers"]] == [3.0, 5.0]
    fresh = seen_on(section(visitor, done), "data-undo")
    visitor.post(f"/results/{done.id}/edits/undo", {"seen": fresh}, headers=PART)
    assert [m["time"] for m in shown(visitor, done)["edits"]["markers"]] == [3.0]


@pytest.mark.parametrize("kind", ["rename", "merge", "split", "neutral"])
def test_a_change_of_people_is_made_only_of_those_that_the_page_shows(visitor, done, kind):
    stale = seen_on(section(visitor, done), 'data-part="markers"')
    edit(visitor, done, "split", person="1", at="2")
    before = shown(visitor, done)
    edit(visitor, done, kind, **CHANGES[kind][0], seen=stale)
    assert shown(visitor, done) == before
    assert "changed on another page" in page(visitor, done)


def test_a_marker_is_set_whatever_another_page_did(visitor, done):
    stale = seen_on(section(visitor, done), 'data-part="markers"')
    edit(visitor, done, "rename", person="1", name="Ann")
    edit(visitor, done, "mark", at="5", seen=stale)
    assert [m["time"] for m in shown(visitor, done)["edits"]["markers"]] == [5.0]
