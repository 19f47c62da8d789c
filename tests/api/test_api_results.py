"""Results of the API: in every label view, as every export, corrected; and in one request."""

import io
import json
import threading

import jsonschema
import pytest

from source.core.edited import applied
from source.core.edits import Edits, Exclude, Mark, Merge, Neutral, Remove, Rename, Split
from source.core.emotions import VIEWS
from source.core.errors import TooLarge
from source.core.result_schema import result_schema
from source.views import exports, labels
from tests.api.conftest import API, tone
from tests.views import made
from tests.views.timed import talk


@pytest.fixture(scope="module")
def talked():
    return talk()


@pytest.fixture
def film(program, worker, samples, talked):
    """A done job with two people and a voice."""
    name, content = "talk.mp4", (samples / "sample.mp4").read_bytes()
    (job,) = program.send((name, content)).json["jobs"]
    worker.work(talked)
    return job["id"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_result_in_every_label_view(program, film, talked, view):
    answer = program.get(f"/results/{film}?labels={view}")
    expected = labels.relabel(talked, view)
    assert answer.json == {**expected, "id": film}
    jsonschema.validate(answer.json, result_schema())


def test_a_result_as_every_export(program, film, app):
    listed = program.get(f"/results/{film}/exports").json["exports"]
    offered = [row["name"] for row in listed]
    read = program.get(f"/results/{film}").json
    assert read["id"] == film and {"json", "report.pdf", "csv", "eaf", "sound"} <= set(offered)
    for name, row in exports.EXPORTS.items():
        stretch = "?from=0&to=0.5" if row.takes_stretch else ""
        answer = program.get(f"/results/{film}/exports/{name}{stretch}")
        assert answer.status_code == (200 if name in offered else 404), (name, answer.text)
        if name in offered:
            assert answer.mimetype == row.format.media_type, name
            assert "talk" in answer.headers["Content-Disposition"] and answer.data
    for row in listed:
        assert row["href"] == f"{API}/results/{film}/exports/{row['name']}"


def test_an_export_is_the_one_of_the_page(program, film, app):
    """Whoever asks, the bytes are the same."""
    from source.web.callers import LOCAL

    jobs = app.extensions["jobs"]
    read = jobs.result(film, LOCAL)
    for query, facts in (("", {}), ("?labels=five&theme=dark", {"view": "five", "theme": "dark"})):
        for name in ("csv", "bar.svg", "json"):
            answer = program.get(f"/results/{film}/exports/{name}{query}")
            assert answer.data == exports.export(name, read, **facts)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("?labels=none", 400, "unknown_option"),
        ("?label=five", 400, "unknown_option"),
        ("?edits=some", 400, "unknown_option"),
        ("/exports/none", 400, "unknown_option"),
        ("/exports/csv?theme=pink", 400, "unknown_option"),
        ("/exports/sound?from=5&to=2", 400, "bad_request"),
        ("/exports/annotated", 404, "not_found"),
    ],
)
def test_what_a_result_has_not_is_refused(program, film, path, status, code):
    answer = program.get(f"/results/{film}{path}")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_a_result_that_is_not_ready_is_not_there_yet(program):
    job = program.job()["id"]
    for path in ("", "/exports", "/exports/csv", "/edits"):
        answer = program.get(f"/results/{job}{path}")
        code = answer.json["error"]["code"]
        assert (answer.status_code, code) == (404, "not_ready") or path == "/edits", path


# --- from file to Result -------------------------------------------------------------------------


def test_one_request_leads_from_file_to_result(program, worker):
    thread = threading.Timer(0.2, worker.work)
    thread.start()
    answer = program.send(path="/analyse?labels=five")
    thread.join()
    assert answer.status_code == 200 and answer.json["labels"] == "five"
    again = program.send(path="/analyse?labels=five&wait=0")
    assert again.json == answer.json and len(worker.done) == 1


def test_an_analysis_that_takes_longer_leads_to_its_job(program):
    answer = program.send(path="/analyse?wait=0")
    assert (answer.status_code, answer.json["state"]) == (202, "waiting")
    assert answer.headers["Location"] == f"{API}/jobs/{answer.json['id']}"


def test_an_analysis_that_fails_is_its_error(program, worker):
    thread = threading.Timer(0.2, worker.work, [None, TooLarge("It is too long.")])
    thread.start()
    answer = program.send(path="/analyse")
    thread.join()
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_one_request_takes_one_recording(program, samples):
    answer = program.send(("a.wav", tone()), ("b.wav", tone(level=3)), path="/analyse?wait=0")
    assert answer.status_code == 422 and answer.json["error"]["code"] == "wrong_kind"
    files = [("a.wav", tone())] * 3
    assert program.send(*files, path="/analyse?wait=0").status_code == 400
    assert program.get("/jobs").json == {"jobs": []}


# --- corrections ---------------------------------------------------------------------------------

CHANGES = [
    (Rename(1, "Ann"), {"kind": "rename", "person": 1, "name": "Ann"}),
    (Merge(2, 1), {"kind": "merge", "person": 2, "into": 1}),
    (Split(1, 3.0), {"kind": "split", "person": 1, "at": 3}),
    (Mark(2.5, "laughs"), {"kind": "mark", "at": 2.5, "note": "laughs"}),
    (Mark(2.5), {"kind": "mark", "at": 2.5}),
    (Exclude(4.0, 6.0, "door"), {"kind": "exclude", "start": 4, "end": 6, "note": "door"}),
    (Neutral(1, 0.0, 3.0), {"kind": "neutral", "person": 1, "start": 0, "end": 3}),
]


@pytest.mark.parametrize(("edit", "sent"), CHANGES, ids=lambda part: str(part)[:24])
def test_every_change_of_the_page_can_be_made_and_undone(program, film, talked, edit, sent):
    answer = program.post(f"/results/{film}/edits", sent)
    assert answer.status_code == 200, answer.text
    expected = {**applied(talked, [edit]).to_dict(), "id": film}
    assert program.get(f"/results/{film}").json == expected
    assert program.get(f"/results/{film}?edits=off").json == {**talked.to_dict(), "id": film}
    assert answer.json["made"] == [{**sent, **({"note": ""} if edit == Mark(2.5) else {})}]
    undone = program.post(f"/results/{film}/edits/undo").json
    assert undone["made"] == [] and len(undone["undone"]) == 1
    assert program.get(f"/results/{film}").json == {**talked.to_dict(), "id": film}
    redone = program.post(f"/results/{film}/edits/redo").json
    assert redone == answer.json == program.get(f"/results/{film}/edits").json


def test_corrections_say_what_they_lead_to(program, film):
    for sent in (
        {"kind": "rename", "person": 1, "name": "Ann"},
        {"kind": "mark", "at": 1, "note": "here"},
        {"kind": "exclude", "start": 4, "end": 6},
        {"kind": "neutral", "person": 1, "start": 0, "end": 3},
    ):
        now = program.post(f"/results/{film}/edits", sent).json
    assert now["people"][0]["name"] == "Ann" and now["people"][0]["neutral"] == [0, 3]
    assert now["markers"] == [{"edit": 2, "at": 1, "note": "here"}]
    assert now["excluded"] == [{"edit": 3, "start": 4, "end": 6, "note": ""}]
    now = program.post(f"/results/{film}/edits", {"kind": "remove", "edit": 2}).json
    assert now["markers"] == [] and Edits((Remove(2),)).done


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "smile"}, "bad_request"),
        ({"kind": "mark"}, "bad_request"),
        ({"kind": "mark", "at": "soon"}, "bad_request"),
        ({"kind": "mark", "at": 1, "colour": "red"}, "bad_request"),
        ({"kind": "rename", "person": 1.5, "name": "x"}, "bad_request"),
        ([], "bad_request"),
        ("mark", "bad_request"),
        ({"kind": "mark", "at": 1e9}, "impossible_edit"),
        ({"kind": "mark", "at": -1}, "impossible_edit"),
        ({"kind": "merge", "person": 1, "into": 1}, "impossible_edit"),
        ({"kind": "rename", "person": 10**30, "name": "x"}, "impossible_edit"),
        ({"kind": "split", "person": 99, "at": 3}, "impossible_edit"),
    ],
    ids=str,
)
def test_a_change_that_makes_no_sense_changes_nothing(program, film, body, code):
    answer = program.post(f"/results/{film}/edits", body)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, code), answer.text
    assert program.get(f"/results/{film}/edits").json["made"] == []


def test_a_change_is_small_json(program, film):
    path = f"/results/{film}/edits"
    for data, kind in ((b"{", "application/json"), (b"kind=mark", "text/plain"), (b"", "")):
        assert program.call("POST", path, data=data, content_type=kind).status_code == 400
    deep = program.call("POST", path, data=b"[" * 60_000, content_type="application/json")
    assert deep.status_code == 400
    large = json.dumps({"kind": "mark", "at": 1, "note": "x" * 70_000})
    answer = program.call("POST", path, data=large, content_type="application/json")
    assert answer.status_code == 413 and "70,0" in answer.json["error"]["message"]
    form = {"files": (io.BytesIO(b"x"), "a.wav")}
    assert program.call("POST", path, data=form).status_code == 400


def test_a_result_of_one_kind_alone(program, worker):
    job = program.job()
    worker.work(made.sound())
    now = program.get(f"/results/{job['id']}/edits").json
    assert now == {"made": [], "undone": [], "people": [], "markers": [], "excluded": []}
