"""Every row of the table of older routes, with real recordings and the real pipeline."""

import json
import shlex

import pytest

from source.core.errors import NotFound
from source.core.older import ROUTES, SYSTEMS
from source.jobs import Jobs
from source.settings import Settings
from source.store.database import Database
from source.store.table import JobTable
from source.web import create_app
from source.web.callers import TOKENS, digest
from tests.jobs import fakes
from tests.web.compat.conftest import ONE, TWO
from tests.web.compat.programs import Program, check, has_value

POSTS = [row for row in ROUTES if row.method == "POST"]
GETS = [row for row in ROUTES if row.method == "GET"]
OWN = [row for row in GETS if row.name != "health"]
"""Rows that answer with what is somebody's."""

FILES = {"clip.mp4": "sample.mp4", "face.jpg": "sample.jpg", "voice.wav": "sample.wav"}


def name(row):
    return row.name


class AtOnce(Jobs):
    """Real jobs that are done within the request, without a worker process.

    The pipeline reads a recording once for each kind of analysis: what it found is kept.
    """

    def __init__(self, settings):
        super().__init__(settings)
        self._base = Database("", folder=settings.path("DATA_DIR"))
        self._runner = fakes.runner(settings, JobTable(self._base), self._analyse)
        self._known = {}

    def _analyse(self, recordings, options, **values):
        from source.analysis import analyse

        key = (tuple(one.name for one in recordings), options.analysis)
        if key not in self._known:
            self._known[key] = analyse(recordings, options, **values)
        return self._known[key]

    def submit(self, files, options, caller, *, baseline=None):
        job = super().submit(files, options, caller, baseline=baseline)
        self._runner.work(job.id)
        return job

    def close(self):
        self._base.close()
        super().close()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compat")
    settings = Settings.load({}, root=folder).with_values(
        DATA_DIR=str(folder / "data"), RESULTS_DIR=str(folder / "results")
    )
    jobs = AtOnce(settings)
    app = create_app(settings, jobs=jobs)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.config[TOKENS] = frozenset({digest(ONE), digest(TWO)})
    yield app
    jobs.close()


@pytest.fixture(scope="module")
def media(samples):
    missing = [file for file in FILES.values() if not (samples / file).is_file()]
    if missing:
        pytest.skip(f"There is no {missing[0]}; make samples.")
    return {sent: (samples / file).read_bytes() for sent, file in FILES.items()}


@pytest.fixture(scope="module")
def owner(real, media):
    """Who sent every example of the table, with what was answered."""
    program = Program(real, media)
    program.sent = {row.name: program.ask(row) for row in POSTS}
    program.varying = {
        "JOB_ID": program.sent["batch_start"].json["job_id"],
        "clip_annotated.mp4": program.sent["process_video"].json["download_url"].split("/")[-1],
    }
    return program


def fits(row, answer):
    assert answer.status_code == 200, answer.text
    if isinstance(row.answers, str):
        assert answer.data
        return
    check(row.answers, answer.json, row.view)
    assert has_value(answer.json)


@pytest.mark.parametrize("row", POSTS, ids=name)
def test_a_recording_is_answered_with_the_keys_of_the_table(owner, row):
    fits(row, owner.sent[row.name])


@pytest.mark.parametrize("row", GETS, ids=name)
def test_the_owner_gets_what_was_made(owner, row):
    fits(row, owner.ask(row, **owner.varying))


@pytest.mark.parametrize("who", [{}, {"Authorization": f"Bearer {ONE}"}, {"X-Hume-Api-Key": TWO}])
@pytest.mark.parametrize("row", OWN, ids=name)
def test_nobody_else_gets_it(real, owner, row, who):
    answer = Program(real, **who).ask(row, **owner.varying)
    if row.name == "batch_jobs":
        assert answer.json == []
        return
    assert answer.status_code == 404
    code = answer.json["error"]["code"] if row.own_errors else answer.json["code"]
    assert code == NotFound.code


@pytest.mark.parametrize("row", POSTS, ids=name)
def test_bad_input_has_one_shape(real, row):
    files = dict.fromkeys(FILES, b"this is a text, and no recording of anything")
    answer = Program(real, files).ask(row)
    assert answer.status_code == 422
    told = answer.json["error"] if row.own_errors else answer.json
    shape = {"code", "message", "hint", "status"} if row.own_errors else {"error", "code"}
    assert set(told) == shape and told["code"] == "not_media"


@pytest.mark.parametrize("row", POSTS, ids=name)
def test_nothing_at_all_is_refused(real, row):
    answer = Program(real).send(row.path, ("nothing", ""))
    assert 400 <= answer.status_code < 500 and answer.is_json and answer.json["error"]


def test_both_doors_find_the_same(owner):
    """The table is a view of the Result: the overall emotion is that of the Result itself."""
    result = owner.get("/analysis/voice.wav?labels=ekman7").json
    answer = owner.sent["upload"].json
    assert answer["probabilities"] == result["emotion"]["scores"]
    assert answer["predicted_emotion"] == result["emotion"]["label"]


def test_every_face_of_a_batch_has_the_probability_that_it_is_one(owner):
    job = owner.sent["batch_start"].json["job_id"]
    (source,) = owner.get(f"/v0/batch/jobs/{job}/predictions").json
    groups = source["results"]["predictions"][0]["models"]["face"]["grouped_predictions"]
    assert groups and all(0.5 < one["prob"] <= 1 for g in groups for one in g["predictions"])


def test_the_annotated_film_is_one(owner):
    answer = owner.get(owner.sent["process"].json["processed_video"])
    assert answer.mimetype.startswith("video/") and len(answer.data) > 10_000


def test_names_are_unique_and_every_system_has_a_route():
    assert len({row.name for row in ROUTES}) == len({(r.method, r.path) for r in ROUTES})
    assert {row.system for row in ROUTES} == set(SYSTEMS)


@pytest.mark.parametrize("row", ROUTES, ids=name)
def test_the_curl_line_sends_what_the_row_says(row):
    words = shlex.split(row.curl)
    assert words[0] == "curl" and words[-1].endswith(row.example)
    sent = [words[i + 1] for i, word in enumerate(words) if word == "-F"]
    assert sent == [f"{field}={value}" for field, value in row.sends]
    for field, value in row.sends:
        assert field != "json" or json.loads(value)
