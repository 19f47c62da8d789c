"""Files that were not taken: told until somebody has read it, and kept in the history."""

import html
import io
import json

import pytest

from source.core.errors import DiskFull, QueueFull, WrongKind

SCRIPT = {"X-Aver-Upload": "1"}
EMPTY = "“b.wav” is empty (0 bytes)."


def upload(visitor, files, *, left_out=(), address="/analyse", script=True):
    data = {
        "csrf_token": visitor.token(),
        "files": [(io.BytesIO(content), name) for name, content in files],
        "left_out": [json.dumps(one) if isinstance(one, dict) else one for one in left_out],
    }
    return visitor.client.post(
        address,
        data=data,
        content_type="multipart/form-data",
        headers=SCRIPT if script else {},
        buffered=True,
    )


def dismiss(visitor):
    return visitor.post("/refused/dismiss", {"back": "/about"})


@pytest.mark.parametrize("script", [True, False])
def test_a_reason_stays_until_it_is_dismiss_and_then_in_the_history(visitor, jobs, script):
    upload(visitor, [("a.mp4", b"x"), ("b.wav", b"")], script=script)
    job = next(iter(jobs.jobs))
    for address in (f"/jobs/{job}", "/", "/about", f"/jobs/{job}", "/history", "/nope", "/about"):
        shown = visitor.get(address).text
        assert (EMPTY in shown) is (address != "/nope"), address
        assert ("Check that the recording was finished" in shown) is (address != "/nope")
        assert ("Dismiss" in shown) is (address != "/nope")
    assert dismiss(visitor).location == "/about"
    assert EMPTY not in visitor.get(f"/jobs/{job}").text
    history = visitor.get("/history").text
    assert EMPTY in history and "Not accepted" in history and "Dismiss" not in history


def test_nobody_else_is_told(visitor, another):
    upload(visitor, [("a.mp4", b"x"), ("b.wav", b"")])
    assert EMPTY not in another.get("/").text + another.get("/history").text
    dismiss(another)
    assert EMPTY in visitor.get("/").text


def test_a_refused_file_has_a_page_and_can_be_removed(visitor, another, jobs):
    upload(visitor, [("a.mp4", b"x"), ("b.wav", b"")])
    [refused] = jobs.refused
    page = visitor.get(f"/jobs/{refused}").text
    assert EMPTY in page and "Try again" not in page and "data-events" not in page
    assert another.get(f"/jobs/{refused}").status_code == 404
    assert another.post(f"/jobs/{refused}/delete").status_code == 404
    answer = visitor.get(f"/results/{refused}", headers={"Accept": "application/json"})
    assert answer.status_code in (404, 422)
    assert visitor.post(f"/jobs/{refused}/delete").location == "/history"
    history = visitor.get("/history").text
    assert "was removed from the list" in history and EMPTY not in history
    assert EMPTY not in visitor.get("/about").text


@pytest.mark.parametrize("address", ["/analyse", "/image-analysis"])
def test_all_bad_tells_every_reason(visitor, jobs, address):
    files = [("b.wav", b""), ("c.jpg", b"not media"), ("d.png", b"")]
    answer = upload(visitor, files, address=address)
    assert answer.status_code == 422 and answer.json["error"]["code"] == "none_taken"
    told = answer.json["error"]["message"] + answer.json["error"]["hint"]
    page = upload(visitor, files, address=address, script=False)
    assert page.status_code == 422
    for name in ("b.wav", "c.jpg", "d.png"):
        assert f"“{name}”" in told and f"“{name}”" in page.text
        assert visitor.get("/history").text.count(f"“{name}”") >= 2
    assert not jobs.jobs


def test_one_bad_file_alone_is_told_once_on_its_page(visitor):
    page = upload(visitor, [("b.wav", b"")], address="/audio-analysis", script=False)
    assert page.status_code == 422 and page.text.count(EMPTY) == 1
    assert EMPTY in visitor.get("/history").text


def test_ten_bad_files_among_good_ones_are_all_told_and_fit_no_cookie(visitor, jobs):
    bad = [("語" * 140 + f"{i}.wav", b"") for i in range(10)]
    answer = upload(visitor, [("a.mp4", b"x"), *bad, ("z.mp4", b"y")], script=False)
    assert answer.location == "/history"
    assert len(answer.headers["Set-Cookie"]) < 1000
    shown = visitor.get("/").text
    assert "10 files were not accepted" in shown
    assert all(f"語{i}.wav" in shown for i in range(10))


@pytest.mark.parametrize(
    "error",
    [
        QueueFull(200),
        WrongKind("b.wav", "a sound", "a picture"),
        DiskFull(),
    ],
    ids=["queue full", "wrong kind", "disk full"],
)
def test_every_kind_of_reason_is_kept(visitor, jobs, monkeypatch, error):
    submit = jobs.submit

    def some(files, options, caller, **more):
        if files[0][0] == "b.wav":
            raise error
        return submit(files, options, caller, **more)

    monkeypatch.setattr(jobs, "submit", some)
    upload(visitor, [("a.mp4", b"x"), ("b.wav", b"y")])
    for address in ("/", "/about", "/history"):
        shown = html.unescape(visitor.get(address).text)
        assert error.message in shown and error.hint in shown and "b.wav" in shown


def test_what_could_not_even_be_written_down_is_told_once_at_least(visitor, jobs, monkeypatch):
    monkeypatch.setattr(jobs, "refuse", lambda *_: None)  # no room in the database
    answer = upload(visitor, [("a.mp4", b"x"), ("b.wav", b"")])
    assert EMPTY in visitor.get(answer.json["location"]).text


def test_what_the_script_did_not_send_is_written_down_too(visitor, jobs):
    left_out = [
        {"name": "b.wav", "size": 0, "why": "empty_file"},
        {"name": "../film\u202e.mp4", "size": 9_000_000, "why": "too_large"},
        {"name": "letter.pdf", "size": 5, "why": "not_media"},
    ]
    upload(visitor, [("a.mp4", b"x")], left_out=left_out)
    shown = visitor.get("/").text
    for text in (EMPTY, "“film.mp4” is 9 MB; the limit is 1 MB."):
        assert text in shown
    assert "letter.pdf" not in shown  # what a file is, its content alone can say
    assert len(jobs.jobs) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "1",
        "null",
        '{"name": "x"}',
        '{"name": "x", "size": 1e999, "why": "too_large"}',
        f'{{"name": "x", "size": {"9" * 4000}, "why": "too_large"}}',
        '{"name": "x", "size": 1, "why": "internal"}',
        '{"name": "x", "size": "", "why": "not_media"}',
        '{"name": "x", "size": 1, "why": ["not_media"]}',
        "[" * 100_000,
    ],
)
def test_nonsense_about_files_left_out_is_passed_over(visitor, jobs, text):
    assert upload(visitor, [("a.mp4", b"x")], left_out=[text]).status_code == 200
    assert not jobs.refused


def test_no_more_files_left_out_are_written_down_than_can_be_sent(visitor, jobs, app):
    most = int(app.config["AVER"].number("MAX_FILES"))
    left_out = [{"name": f"{i}.wav", "size": 0, "why": "empty_file"} for i in range(most + 5)]
    upload(visitor, [("a.mp4", b"x")], left_out=left_out)
    assert len(jobs.refused) == most


def test_a_hostile_name_in_a_reason_is_only_text(visitor):
    left_out = [{"name": "<img src=x onerror=alert(1)>", "size": 0, "why": "empty_file"}]
    upload(visitor, [("a.mp4", b"x")], left_out=left_out)
    for address in ("/", "/history"):
        assert "<img src=x" not in visitor.get(address).text


def test_pages_are_shown_where_the_reasons_cannot_be_read(visitor, jobs, monkeypatch):
    from source.core.errors import Unavailable

    def fail(*_):
        raise Unavailable("The database does not respond.")

    monkeypatch.setattr(jobs, "unread", fail)
    assert visitor.get("/about").status_code == 200
    assert visitor.get("/nope").status_code == 404
