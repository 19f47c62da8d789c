"""What another release left behind is opened: its database, its results, its recordings."""

import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from source.core.caller import Caller
from source.core.errors import DamagedDatabase, NewerDatabase, UnreadableRecord
from source.core.result import Result
from source.jobs import Jobs
from source.jobs.queue import Queue
from source.jobs.recovery import Watch, recover
from source.store import schema
from source.store.database import Database
from source.store.row import JobRow
from source.store.schema import REVISIONS
from source.store.table import JobTable
from source.web import create_app
from tests.jobs.fakes import runner
from tests.web.conftest import Visitor

ROOT = Path(__file__).resolve().parents[2]
OLD = Path(__file__).with_name("old")
OWNER = "0123456789abcdef0123456789abcdef"
DONE, REFUSED, CANCELLED, WAITING = (
    "01M8CHS4PYGM6R13Y8A3QQF14S",
    "01M8CHS4VXM8X69GPMQWMQBFFM",
    "01M8CHSBMMZSKN5AANHZS12375",
    "01M8CHSBPTS5B3ARPV33QGM0T5",
)


def then() -> datetime:
    """A moment at which none of the old jobs had expired."""
    return datetime(2026, 11, 26, 20, tzinfo=UTC)


def made_old(folder: Path, samples: Path) -> Path:
    """A data folder as the first release left it."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "aver.db")) as database:
        database.executescript((OLD / "aver.sql").read_text("utf-8"))
        for job_id, files in database.execute("SELECT id, files FROM jobs").fetchall():
            for name in json.loads(files):
                (folder / "uploads" / job_id).mkdir(parents=True)
                shutil.copy(samples / "sample.jpg", folder / "uploads" / job_id / name)
    (folder / "results").mkdir()
    for result in OLD.glob("*.json"):
        shutil.copy(result, folder / "results")
    return folder


def change(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "aver.db")) as database:
        database.execute(statement, values)
        database.commit()


@pytest.fixture
def data(settings, samples) -> Path:
    return made_old(settings.path("DATA_DIR"), samples)


@pytest.fixture
def jobs(settings, data):
    jobs = Jobs(settings, clock=then)
    yield jobs
    jobs.close()


@pytest.fixture
def owner(settings, jobs):
    """The browser that sent the old jobs."""
    app = create_app(settings.with_values(RETENTION_HOURS=24), jobs=jobs)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    visitor = Visitor(app)
    with visitor.client.session_transaction() as session:
        session["id"] = OWNER
    return visitor


def test_old_jobs_are_listed_and_shown(owner):
    history = owner.get("/history")
    assert history.status_code == 200
    assert "sample.jpg" in history.text and "notes.txt" in history.text
    page = owner.get(f"/results/{DONE}")
    assert page.status_code == 200 and "happy" in page.text
    for job_id in (REFUSED, CANCELLED, WAITING):
        assert owner.get(f"/jobs/{job_id}").status_code == 200


def test_an_old_result_is_written_as_it_was_read(owner, data):
    stored = json.loads((data / "results" / f"{DONE}.json").read_text("utf-8"))
    assert owner.get(f"/results/{DONE}.json").json == stored


def test_an_old_result_can_be_corrected(owner, data):
    file = data / "results" / f"{DONE}.json"
    before = file.read_bytes()
    fields = {"kind": "rename", "person": "1", "name": "Ann"}
    assert owner.post(f"/results/{DONE}/edits", fields).status_code == 303
    changed = owner.get(f"/results/{DONE}.json").json
    assert changed["face"]["people"][0]["name"] == "Ann"
    owner.post(f"/results/{DONE}/edits/undo")
    assert owner.get(f"/results/{DONE}.json").json == json.loads(before)
    assert file.read_bytes() == before


def test_an_old_recording_is_shown_and_what_it_is_is_kept(owner, data, samples):
    answer = owner.get(f"/results/{DONE}/media")
    assert (answer.data, answer.mimetype) == ((samples / "sample.jpg").read_bytes(), "image/jpeg")
    with closing(sqlite3.connect(data / "aver.db")) as database:
        query = "SELECT recordings FROM jobs WHERE id = ?"
        (known,) = database.execute(query, (DONE,)).fetchone()
    assert json.loads(known)["0"]["recording"]["video"]["width"] == 960


def test_an_old_job_is_deleted_with_its_files(jobs, data):
    jobs.delete(DONE, Caller(OWNER))
    assert not (data / "uploads" / DONE).exists()
    assert not (data / "results" / f"{DONE}.json").exists()
    assert DONE not in {job.id for job in jobs.list(Caller(OWNER))}


def test_an_old_job_that_waits_is_done(settings, jobs, data):
    database = Database("", folder=data)
    table = JobTable(database, clock=then)

    def analyse(recordings, options, **_):
        (recording,) = recordings
        assert (recording.name, recording.kind, options.annotate) == ("sample.jpg", "image", True)
        return Result.from_dict(json.loads((OLD / f"{DONE}.json").read_text("utf-8")))

    nothing = type("Drawn", (), {"missing": (), "failed": ()})
    runner(settings, table, analyse, draw=lambda *_, **__: nothing).work(WAITING)
    database.close()
    assert jobs.result(WAITING, Caller(OWNER)).emotion.label == "happy"


def test_an_old_job_is_sent_again(owner, jobs):
    place = owner.post(f"/jobs/{CANCELLED}/again").headers["Location"]
    again = jobs.get(place.rpartition("/")[2], Caller(OWNER))
    old = jobs.get(CANCELLED, Caller(OWNER))
    assert (again.state, again.names, again.options) == ("waiting", old.names, old.options)


def test_what_a_release_does_not_know_of_a_result_is_written_back(owner, data):
    path = data / "results" / f"{DONE}.json"
    stored = json.loads(path.read_text("utf-8"))
    stored["weather"] = {"sky": ["blue"]}
    stored["source"]["codec"] = "new"
    stored["face"]["people"][0]["segments"][0]["gaze"] = 0.5
    path.write_text(json.dumps(stored), "utf-8")
    assert owner.get(f"/results/{DONE}").status_code == 200
    assert owner.get(f"/results/{DONE}.json").json == stored
    fewer = owner.get(f"/results/{DONE}.json?labels=ekman7").json
    assert fewer["face"]["people"][0]["segments"][0]["gaze"] == 0.5


@pytest.mark.parametrize(
    "options",
    [{"mood": "bright"}, {"analysis": "smell"}, {"fps": "fast"}],
    ids=["unknown name", "unknown analysis", "no number"],
)
def test_options_of_another_release_break_no_page(owner, jobs, data, options):
    stored = json.dumps({"analysis": "image", **options})
    change(data, "UPDATE jobs SET options = ? WHERE id = ?", stored, CANCELLED)
    change(data, "UPDATE jobs SET progress = ? WHERE id = ?", '{"mood": 1}', CANCELLED)
    assert owner.get("/history").status_code == 200
    assert owner.get(f"/jobs/{CANCELLED}").status_code == 200
    answer = owner.post(f"/jobs/{CANCELLED}/again")
    if "mood" in options:
        assert answer.status_code == 303
    else:
        assert answer.status_code == UnreadableRecord.status
        assert "cannot be read by this release" in answer.text and "Traceback" not in answer.text


DAMAGE = [
    ("options", "[]"),
    ("options", "null"),
    ("options", "{"),
    ("progress", "[]"),
    ("progress", "null"),
    ("progress", '{"seconds": "x"}'),
    ("files", "null"),
    ("files", '["a", "b"]'),
    ("names", "[]"),
    ("names", "[1]"),
    ("names", '"x"'),
    ("created", "yesterday"),
    ("ended", "yesterday"),
    ("expires", "yesterday"),
    ("headline", '{"label": "joy", "score": 0.9, "certain": true}'),
    ("headline", '{"label": "happy", "score": "x", "certain": true}'),
    ("headline", "[" * 100_000),
    ("seconds", "x"),
    ("error", "{}"),
    ("state", "asleep"),
]


@pytest.mark.parametrize(("column", "value"), DAMAGE)
def test_a_damaged_job_hides_no_other_and_can_be_deleted(owner, jobs, data, column, value):
    for damaged in (DONE, CANCELLED, REFUSED):
        change(data, f"UPDATE jobs SET {column} = ? WHERE id = ?", value, damaged)
    history = owner.get("/history")
    assert history.status_code == 200
    for job_id in (DONE, REFUSED, CANCELLED, WAITING):
        assert job_id in history.text
    assert history.text.count("Part of this entry cannot be read") == 3
    for damaged in (DONE, CANCELLED, REFUSED):
        assert not jobs.get(damaged, Caller(OWNER)).readable
        for address in (f"/jobs/{damaged}", f"/results/{damaged}", "/"):
            assert owner.get(address).status_code < 500
        assert owner.post(f"/jobs/{damaged}/again").status_code == UnreadableRecord.status
        assert owner.get(f"/jobs/{damaged}/delete").status_code == 200
        assert owner.post(f"/jobs/{damaged}/delete").status_code == 303
        assert damaged not in owner.get("/history").text
    assert jobs.get(WAITING, Caller(OWNER)).readable


def analysed_with_defaults(*_, **__):
    pytest.fail("It was analysed with defaults.")


def test_a_damaged_job_that_waits_fails_with_a_sentence(settings, jobs, data):
    change(data, "UPDATE jobs SET names = '[]', seconds = 'x' WHERE id = ?", WAITING)
    change(data, "UPDATE jobs SET heartbeat = 'yesterday', state = 'running' WHERE id = ?", DONE)
    database = Database("", folder=data)
    table = JobTable(database, clock=then)
    ((running, _, beat),) = table.running()
    assert (running.id, beat) == (DONE, running.created) and table.last_beat() is None
    runner(settings, table, analysed_with_defaults).work(WAITING)
    database.close()
    failed = jobs.get(WAITING, Caller(OWNER))
    assert (failed.state, failed.error["code"]) == ("failed", UnreadableRecord.code)


@pytest.mark.parametrize(
    "text",
    ['{"version": 99}', "[1, 2]", "no JSON", '{"version": 1, "source": 3}', '{"version": 1}'],
    ids=["newer", "a list", "damaged", "other types", "too little"],
)
def test_a_result_that_cannot_be_read_is_one_sentence(owner, data, text):
    (data / "results" / f"{DONE}.json").write_text(text, "utf-8")
    for address in (f"/results/{DONE}", f"/results/{DONE}.json"):
        answer = owner.get(address)
        assert answer.status_code == UnreadableRecord.status
        assert "The stored result of this recording cannot be read" in answer.text
        assert "Traceback" not in answer.text
    assert owner.get("/history").status_code == 200


HAPPY = {"label": "happy", "score": 1.0, "certain": True, "scores": {"happy": 1.0}}
MOMENT = {"start": 0.0, "end": 1.0, "emotion": HAPPY, "senses": ["face"]}
WRONG = [
    ("analysis", "api"),
    ("analysis", "auto"),
    ("analysis", ["image"]),
    ("created", "yesterday"),
    ("created", 5),
    ("took", "long"),
    ("took", True),
    ("took", float("nan")),
    ("source.kind", "smell"),
    ("source.bytes", 1.5),
    ("source.video.fps", "fast"),
    ("timeline", {}),
    ("timeline", [{**MOMENT, "start": "x"}]),
    ("timeline", [{**MOMENT, "senses": "face"}]),
    ("engagement", "x"),
    ("engagement", {"visual": "x"}),
    ("anomaly.score", "x"),
    ("emotion.scores", {}),
    ("emotion.scores", {"joy": 1.0}),
    ("emotion.scores", {"happy": "x"}),
    ("emotion.label", "joy"),
    ("emotion.certain", "yes"),
    ("face.people.0.segments.0.box", [0, 0, 1]),
    ("face.people.0.segments.0.emotion.scores", {}),
    ("notes", [{"code": 1, "text": "x"}]),
    ("options", []),
]


@pytest.mark.parametrize(("place", "value"), WRONG)
def test_a_result_with_a_wrong_value_is_one_sentence(owner, data, place, value):
    path = data / "results" / f"{DONE}.json"
    stored = json.loads(path.read_text("utf-8"))
    *way, last = place.split(".")
    inside = stored
    for key in way:
        inside = inside[int(key) if key.isdecimal() else key]
    inside[last] = value
    path.write_text(json.dumps(stored), "utf-8")
    for address in (f"/results/{DONE}", f"/results/{DONE}.json"):
        answer = owner.get(address)
        assert "The stored result of this recording cannot be read" in answer.text, address
        assert answer.status_code == UnreadableRecord.status


# --- versions of the database --------------------------------------------------------------------


def version(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "aver.db")) as database:
        return database.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_an_old_database_is_brought_up_to_date_once(data):
    for _ in range(2):
        Database("", folder=data).close()
        assert version(data) == REVISIONS[-1]


def test_a_new_database_is_as_an_upgraded_one(tmp_path):
    """The scripts from the first one on make the tables that the code has."""
    from alembic import command
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from source.store.migrations import configuration

    engine = create_engine(f"sqlite:///{tmp_path / 'scripts.db'}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "head")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, JobRow.metadata) == []
        assert context.get_current_heads() == (REVISIONS[-1],)
        command.downgrade(configuration(connection), "base")
    engine.dispose()
    Database("", folder=tmp_path).close()
    assert version(tmp_path) == REVISIONS[-1]


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_database_of_a_newer_release_is_refused(settings, samples, tmp_path, first):
    folder = tmp_path / "d"
    if first == "old":
        made_old(folder, samples)
    else:
        folder.mkdir()
    Database("", folder=folder).close()
    change(folder, "UPDATE alembic_version SET version_num = ?", "9001")
    before = (folder / "aver.db").read_bytes()
    with pytest.raises(NewerDatabase, match=r"newer release.*9001.*Install"):
        Database("", folder=folder)
    assert (folder / "aver.db").read_bytes() == before


@pytest.mark.parametrize("made", ["old", "new"])
@pytest.mark.parametrize("lost", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_a_database_that_lost_its_version_is_known_by_its_columns(samples, tmp_path, made, lost):
    folder = tmp_path / "d"
    made_old(folder, samples)
    if made == "new":
        Database("", folder=folder).close()
    else:
        change(folder, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    change(folder, lost)
    database = Database("", folder=folder)
    assert JobTable(database, clock=then).get(DONE) is not None
    database.close()
    assert version(folder) == REVISIONS[-1]


@pytest.mark.parametrize("damaged", [False, True])
def test_a_job_deleted_just_before_an_upgrade_can_be_brought_back(data, damaged):
    """Up to version 0003 a deleted job kept what it was in its progress."""
    expires = "2030-01-01T00:00:00+00:00"
    progress = {"stage": "done", "was": {"state": "done", "expires": expires}}
    written = "{" if damaged else json.dumps(progress)
    deleted = "UPDATE jobs SET state = 'deleted', progress = ? WHERE id = ?"
    change(data, deleted, written, DONE)
    database = Database("", folder=data)
    table = JobTable(database, clock=then)
    assert table.put_back(OWNER, DONE) == ([] if damaged else [DONE])
    if not damaged:
        back = table.get(DONE)
        assert (back.state, back.expires.year, back.readable) == ("done", 2030, True)
    database.close()


def test_every_version_is_known_by_a_column():
    assert tuple(schema.ADDED) == REVISIONS[1:]
    assert set(schema.ADDED.values()) <= set(JobRow.__table__.columns.keys())


def test_a_database_without_its_jobs_is_damaged(tmp_path):
    Database("", folder=tmp_path).close()
    change(tmp_path, "DROP TABLE jobs")
    with pytest.raises(DamagedDatabase, match=r"aver\.db"):
        Database("", folder=tmp_path)


@pytest.mark.parametrize(
    ("file", "how"),
    [
        *(("aver.db", how) for how in ("text", "random", "folder", "cut off", "no jobs")),
        ("queue.db", "folder"),
    ],
)
def test_a_damaged_database_is_one_sentence_when_the_server_starts(settings, data, how, file):
    Jobs(settings).close()
    place = data / file
    if how == "no jobs":
        change(data, "DROP TABLE jobs")
    else:
        whole = place.read_bytes()
        for old in data.glob(f"{file}*"):
            old.unlink()
        if how == "folder":
            place.mkdir()
        else:
            made = {"text": b"hello " * 900, "cut off": whole[:5000]}
            place.write_bytes(made.get(how) or random.Random(0).randbytes(8192))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    ended = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(data), "DATABASE_URL": "", "PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert str(place) in ended.stderr and DamagedDatabase.hint in ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr


@pytest.mark.parametrize("how", ["text", "random", "cut off"])
def test_a_damaged_queue_is_made_anew_and_its_jobs_are_done(settings, jobs, data, how):
    """It names jobs and nothing else: the table knows which of them wait."""
    place = data / "queue.db"
    whole = place.read_bytes()
    jobs.close()
    for old in data.glob("queue.db*"):
        old.unlink()
    made = {"text": b"hello " * 900, "cut off": whole[:5000]}
    place.write_bytes(made.get(how) or random.Random(0).randbytes(8192))
    queue, database = Queue(data), Database("", folder=data)
    recover(
        JobTable(database, clock=then), queue, worker="home:new", active=set, watch=Watch(60),
        alone=True, attempts=2, tidy=lambda _: None,
    )  # fmt: skip
    assert WAITING in queue.ids()
    queue.close()
    database.close()


def test_an_upgrade_says_nothing_on_the_console(data):
    code = (
        "import logging, sys; from pathlib import Path; logging.basicConfig(level=logging.INFO); "
        "from source.store.database import Database; Database('', folder=Path(sys.argv[1])).close()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(data)], cwd=ROOT, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")
    assert version(data) == REVISIONS[-1]


def test_processes_that_start_at_once_upgrade_a_database_once(data):
    code = (
        "import sys; from pathlib import Path; from source.store.database import Database; "
        "Database('', folder=Path(sys.argv[1])).close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(data)], cwd=ROOT) for _ in range(4)
    ]
    assert [process.wait(60) for process in started] == [0] * 4
    assert version(data) == REVISIONS[-1]


def test_a_database_that_is_up_to_date_needs_no_alembic(tmp_path):
    code = (
        "import sys; from pathlib import Path; from source.store.database import Database; "
        "Database('', folder=Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    )
    for _ in ("made", "opened"):
        assert subprocess.call([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT) == 0


def test_the_next_script_is_written_from_the_tables(tmp_path, monkeypatch):
    """`make migration` names it by the next number; here nothing has changed."""
    from source.store.migrations import __main__ as command

    folder = shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    monkeypatch.setattr("source.store.migrations.__file__", str(folder / "__init__.py"))
    assert command.main("keep the weather") == 0
    following = f"{int(REVISIONS[-1]) + 1:04}"
    written = (folder / "versions" / f"v{following}_keep_the_weather.py").read_text("utf-8")
    assert f'revision = "{following}"' in written.replace("'", '"') and "pass" in written
