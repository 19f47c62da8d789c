"""A file on the wrong page: the sentence leads to the page that takes it. A pair says so."""

import io
import wave

import pytest

from source.core.caller import Caller
from source.jobs import Jobs
from source.web import create_app
from tests.web.conftest import Visitor
from tests.web.test_web_names import grey

SCRIPT = {"X-Aver-Upload": "1", "Accept": "application/json"}
LINK = '<a href="/audio-analysis">The page “Audio” takes it.</a>'


def sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(16000)
        written.writeframes(bytes(32000))
    return file.getvalue()


@pytest.fixture
def real(settings):
    """A browser before real jobs."""
    jobs = Jobs(settings)
    app = create_app(settings, jobs=jobs)
    app.config.update(TESTING=True)
    visitor = Visitor(app)
    visitor.jobs = jobs
    yield visitor
    jobs.close()


def test_a_sound_on_the_picture_page_leads_to_the_audio_page(real):
    answer = real.send("/image-analysis", ("voice.wav", sound()))
    assert answer.status_code == 422 and "“voice.wav” is" in answer.text
    assert LINK in answer.text
    assert LINK in real.get("/history").text
    assert LINK in real.get("/about").text  # the notice that stays until it is dismissed


def test_the_script_learns_the_page_too(real):
    data = {"csrf_token": real.token(), "files": (io.BytesIO(grey()), "face.png")}
    answer = real.client.post("/audio-analysis", data=data, headers=SCRIPT)
    assert answer.status_code == 422
    assert answer.headers["Link"] == '</image-analysis>; rel="alternate"; title="Picture"'


def test_other_errors_lead_nowhere(real):
    answer = real.send("/image-analysis", ("voice.wav", b""))
    assert "takes it" not in answer.text and "Link" not in answer.headers


@pytest.mark.parametrize(("said", "jobs"), [("yes", 1), ("no", 2), (None, 2)])
def test_a_picture_and_a_sound_are_a_pair_if_their_owner_says_so(real, said, jobs):
    fields = {} if said is None else {"pair": said}
    real.send("/analyse", ("face.png", grey()), ("voice.wav", sound()), **fields)
    with real.client.session_transaction() as kept:
        owner = Caller(kept["id"])
    made = real.jobs.list(owner)
    assert len(made) == jobs
    assert {job.analysis for job in made} == ({"combined"} if jobs == 1 else {"image", "audio"})


def test_home_asks_whether_they_belong_together(real):
    page = real.get("/").text
    assert "Do the picture and the audio file belong together?" in page
