"""Files that are made to harm: each is refused with a sentence, and nothing of it is kept."""

import pytest

from tests.api import hostile
from tests.media import making

NO_MEDIA = {
    "playlist of a file": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "playlist"),
    "playlist of the net": (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n", "playlist"),
    "list of files": (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "list of other files"),
    "session": (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n", "plain text"),
    "manifest": (b'<?xml version="1.0"?><MPD><BaseURL>http://x/</BaseURL></MPD>', "XML"),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
    "page": (b"<!doctype html><script>alert(1)</script>", "web page"),
    "entities": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "XML"),
    "archive": (b"PK\x03\x04" + bytes(100), "zip archive"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run\n", "plain text"),
    "picture of commands": (b"push graphic-context\nimage over 0,0 0,0 'https://x/'\n", "plain"),
}


@pytest.fixture
def chosen():
    return {"MAX_MINUTES": 1}


@pytest.fixture
def left(app, api_settings):
    """What is stored of uploads."""
    return lambda: [*(api_settings.path("DATA_DIR") / "uploads").iterdir()]


def refused(program, content, name):
    answer = program.send((name, content))
    assert answer.status_code in (413, 422), answer.text
    return answer.json["error"]


@pytest.mark.parametrize("name", ["a.mp4", "a.wav", "a.jpg", "a.m3u8"])
@pytest.mark.parametrize(("content", "said"), NO_MEDIA.values(), ids=NO_MEDIA)
def test_what_names_other_files_is_no_recording_whatever_it_is_called(
    program, left, content, said, name
):
    error = refused(program, content, name)
    assert error["code"] == "not_media" and said in error["message"]
    assert left() == []


BOMBS = {
    "boxes within boxes": (hostile.nested_boxes, "a.mp4", "damaged"),
    "elements within elements": (hostile.nested_elements, "a.webm", "damaged"),
    "a chain of tags": (hostile.chained_tags, "a.mp3", "damaged"),
    "a comment that unpacks to 100 MB": (hostile.text_bomb, "a.png", "damaged"),
    "gigapixels in a kilobyte": (hostile.pixel_flood, "a.png", "too_large"),
    "minutes in a few kilobytes": (lambda: hostile.silence(600), "a.flac", "too_large"),
    "silence that says it is short": (lambda: hostile.silence(90, claimed=1), "a", "too_large"),
    "silence that does not say": (lambda: hostile.silence(90, claimed=0), "a", "too_large"),
}


@pytest.mark.parametrize(("make", "name", "code"), BOMBS.values(), ids=BOMBS)
def test_what_is_more_than_it_seems_is_refused_before_it_is_a_job(program, left, make, name, code):
    error = refused(program, make(), name)
    assert error["code"] == code and error["hint"]
    assert left() == [] and [j["state"] for j in program.get("/jobs").json["jobs"]] == ["refused"]


@pytest.mark.parametrize("scheme", ["file://", "", "http://127.0.0.1:1"])
def test_a_film_whose_content_is_another_file_is_not_followed(program, left, tmp_path, scheme):
    """With the other file it would be whole: so who is refused has not read it."""
    making.clip(tmp_path / "secret.mov", 0.5)
    content = hostile.reference(tmp_path, f"{scheme}{tmp_path / 'secret.mov'}")
    assert refused(program, content, "a.mov")["code"] in ("damaged", "no_samples")
    assert left() == []
