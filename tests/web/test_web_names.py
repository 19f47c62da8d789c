"""Names with any characters, of any length, in headers, addresses, logs and on disk."""

import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from PIL import Image

from source.core.caller import Caller
from source.core.ids import new_id
from source.core.names import NAME_BYTES
from source.core.options import Options
from source.jobs import Jobs
from source.store.database import Database
from source.store.job import Job
from source.store.names import display_name
from source.store.table import JobTable
from source.web import create_app
from tests.views import made
from tests.web.conftest import PNG, Visitor

NAMES = {
    "other alphabet": "音声 и голос.wav",
    "emoji": "party 🎉😀.mp4",
    "long": "x" * 300 + ".wav",
    "long and wide": "語" * 300 + ".mp4",
    "255 bytes": "ü" * 125 + "a.mp4",
    "long emoji": "👩\u200d👧" * 60 + ".mp4",
    "turned": "a\u202e4pm.exe",
    "lines": "a\r\nX-Evil: 1.wav",
    "quote": "a\"b'c.wav",
    "semicolon": "a; filename=evil.exe;.wav",
    "backslash": "C:\\a\\b.wav",
    "per cent": "100%25 %0d%0a.wav",
    "slashes": "../../etc/passwd.wav",
    "only dots": "....",
    "device": "CON.wav",
    "nothing": "NUL",
    "dash": "-rf.wav",
    "empty": "",
    "combining": "e\u0301" * 100 + ".wav",
    "lone surrogate": "a\ud83d.wav",
    "hidden": ".wav",
    "no ending": "Überraschung",
    "long ending": "a." + "b" * 300,
    "controls": "a\0\x7f\x1b[31mb.wav",
    "latin": "Grüße.wav",
    "spaces": "  a   b .wav ",
}
ADDRESSES = [
    "/results/{}.json",
    "/results/{}/drawings/drawing_annotated.mp4?download=1",
    "/results/{}/charts/bar.svg",
    "/results/{}/media",
    "/results/{}",
    "/jobs/{}",
    "/history",
    "/jobs/{}/progress",
]
MP4 = b"\0\0\0\x18ftypisom" + bytes(500)


def grey():
    """A grey picture as a PNG file."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), (90, 90, 90)).save(buffer, "png")
    return buffer.getvalue()


def kept_as(answer):
    """The name a client reads from an answer's Content-Disposition: extended and plain."""
    header = answer.headers["Content-Disposition"]
    assert header.isascii() and "\r" not in header and "\n" not in header
    sort, plain, extended = re.fullmatch(
        r"(attachment|inline); filename=([\w.+-]+|\"[^\"\\%\r\n]+\")(?:; filename\*=UTF-8''(\S+))?",
        header,
        re.ASCII,
    ).groups()
    assert sort
    return unquote(extended, errors="strict") if extended else plain


def _safe(name):
    assert 0 < len(name.encode()) <= NAME_BYTES
    assert not set(name) & set('/\\:*?"<>|\r\n\0\u202e') and not name.startswith(".")
    return True


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_breaks_no_answer(visitor, jobs, sent, name):
    """As an older release might have stored it: nothing is cleaned on the way in."""
    folder = jobs.folder / f"{sent.id}-drawn"
    folder.mkdir()
    (folder / "drawing_annotated.mp4").write_bytes(MP4)
    (jobs.folder / sent.files[0]).write_bytes(PNG)
    writable = name.encode("utf-8", "replace").decode()  # HTML and JSON hold no lone surrogates
    jobs.change(sent.id, names=(name if "{" not in name else writable,))
    jobs.finish(sent.id, made.video())
    for address in ADDRESSES[:4]:
        answer = visitor.get(address.format(sent.id))
        assert answer.status_code == 200, address
        assert _safe(kept_as(answer))
    jobs.change(sent.id, names=(writable,))
    for address in ADDRESSES[4:]:
        assert visitor.get(address.format(sent.id)).status_code in (200, 303), address


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("clip.mp4", "clip_analysis.json"),
        ("音声.wav", "音声_analysis.json"),
        ("a b.wav", "a b_analysis.json"),
        ("CON.wav", "_CON_analysis.json"),
        ("party 🎉.mp4", "party 🎉_analysis.json"),
        ('a"b;c%d.wav', "a_b;c%d_analysis.json"),
        ("-rf.wav", "-rf_analysis.json"),
        ("...", "recording_analysis.json"),
    ],
)
def test_a_result_is_kept_under_the_recordings_own_name(visitor, jobs, sent, name, kept):
    jobs.change(sent.id, names=(name,))
    jobs.finish(sent.id, made.video())
    assert kept_as(visitor.get(f"/results/{sent.id}.json")) == kept


def test_a_browser_that_knows_no_utf8_gets_ascii(visitor, jobs, sent):
    jobs.change(sent.id, names=("Grüße; 100%.mp4",))
    jobs.finish(sent.id, made.video())
    header = visitor.get(f"/results/{sent.id}.json").headers["Content-Disposition"]
    plain, _, extended = header.partition("; filename*=")
    assert plain == 'attachment; filename="Gru_e_ 100_analysis.json"'
    assert extended == "UTF-8''Gr%C3%BC%C3%9Fe%3B%20100%25_analysis.json"


def test_the_recording_is_kept_with_its_own_ending(visitor, jobs):
    visitor.send("/analyse", ("音" * 200 + ".png", PNG))
    name = kept_as(visitor.get(f"/results/{max(jobs.jobs)}/media"))
    assert name.startswith("音") and name.endswith(".png") and _safe(name)


def test_names_that_were_sent_are_shown_kept_and_deleted(settings):
    """Through the real doors."""
    jobs = Jobs(settings.with_values(MAX_FILES=len(NAMES)))
    app = create_app(settings, jobs=jobs)
    app.config.update(TESTING=True)
    visitor = Visitor(app)
    visitor.get("/")
    with visitor.client.session_transaction() as kept:
        owner = Caller(kept["id"])
    sent = [(name, io.BytesIO(grey())) for name in NAMES.values()]
    done, refused = jobs.submit_each(sent, Options(), owner)
    assert len(done) == len(NAMES) and not refused
    assert visitor.get("/history").status_code == 200
    for job in done:
        assert _safe(kept_as(visitor.get(f"/results/{job.id}/media")))
        assert visitor.get(f"/jobs/{job.id}").status_code == 200
        assert visitor.post(f"/jobs/{job.id}/delete").status_code == 303
    assert jobs.list(owner) == []
    jobs.close()


def test_a_result_is_found_by_a_name_too_long_to_keep(settings):
    jobs = Jobs(settings)
    database = Database("", folder=settings.path("DATA_DIR"))
    now = datetime.now(UTC)
    for name in ("x" * 300 + ".wav", "cafe\u0301.wav"):
        JobTable(database).add(
            Job(
                new_id(),
                "me",
                (display_name(name),),
                "audio",
                "done",
                now,
                now + timedelta(hours=1),
            ),
            most_waiting=9,
        )
        assert jobs.find(name, Caller("me")).names == (display_name(name),)
    database.close()
    jobs.close()


def test_a_line_break_in_an_address_breaks_no_line_of_the_log(visitor, jobs, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "get", fail)
    assert visitor.get("/jobs/a%0AERROR%20forged%E2%80%AE").status_code == 500
    assert caplog.messages[-1] == "GET /jobs/<job_id> failed."  # the address is not told


@pytest.mark.parametrize(
    "back", ["/history?before=%0d%0aSet-Cookie:x", "/%ff", "/ä?ö=\r\nX: 1", "/a\udc80"]
)
def test_an_address_to_go_back_to_breaks_no_header(visitor, back):
    answer = visitor.post("/theme", {"theme": "dark", "back": back.encode("utf-8", "replace")})
    assert answer.status_code == 303 and answer.location.startswith("/")
    assert "\n" not in answer.location and answer.location.isascii()


def test_a_name_that_is_no_utf_8_gets_a_sentence_that_is_true(visitor):
    page = visitor.get("/").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + token.encode()
        + b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="gr\xfc\xdf.jpg"'
        + b"\r\nContent-Type: image/jpeg\r\n\r\nabc\r\n--x--\r\n"
    )
    answer = visitor.client.post(
        "/analyse",
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "application/json"},
    )
    error = answer.json["error"]
    assert answer.status_code == 400
    assert "could not be read" in error["message"] and "rename the file" in error["hint"]
