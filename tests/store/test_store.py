"""Names, files, locks and the database, each by itself."""

import errno
import io
import os
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from source.core.errors import BadRequest, DiskFull, NotFound, TooLarge, Unavailable, Unwritable
from source.core.ids import new_id
from source.core.names import NAME_BYTES, kept_name, stem
from source.core.options import Options
from source.jobs import Jobs
from source.settings import Settings
from source.store.database import Database
from source.store.erase import erase
from source.store.files import write_aside
from source.store.job import Job
from source.store.lock import FileLock
from source.store.names import LONGEST, display_name
from source.store.results import Results
from source.store.table import JobTable
from source.store.trouble import storage_errors
from source.store.uploads import Uploads
from tests.jobs.fakes import ME, result

ROOT = Path(__file__).resolve().parents[2]
READ = replace(result(("ä.wav",)), emotion=None)


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_shown(name):
    shown = display_name(name)
    assert 0 < len(shown) <= LONGEST
    assert "/" not in shown and "\\" not in shown and shown.strip(". ")
    assert not any(unicodedata.category(c)[0] == "C" for c in shown)
    assert display_name(shown) == shown
    assert stem(shown)


@given(st.text(max_size=300), st.sampled_from(["", "_analysis.json", "_annotated.mp4"]))
def test_any_name_becomes_one_that_can_be_kept(name, ending):
    kept = kept_name(name, ending)
    assert 0 < len(kept.encode()) <= NAME_BYTES and kept.endswith(ending)
    assert not set(kept) & set('<>:"/\\|?*\r\n\0') and not kept.startswith(".")


LONG = {
    "ascii": "x" * 255,
    "two bytes": "ü" * 127,
    "three bytes": "音" * 85,
    "emoji": "😀" * 63,
    "combining": "e\u0301" * 85,
    "joined": "👩\u200d👧" * 23,
    "ending": "a." + "b" * 300,
}


@pytest.mark.parametrize("name", LONG.values(), ids=LONG)
def test_a_long_name_can_be_written_and_told_from_others(tmp_path, name):
    kept = kept_name(name + ".wav", "_analysis.json")
    (tmp_path / kept).write_text("")
    assert kept != kept_name(name + "2.wav", "_analysis.json")


@pytest.mark.parametrize("name", ["CON", "nul.wav", "Com1.mp4", "LPT9", "aux .png"])
def test_no_name_to_keep_is_a_device(name):
    assert kept_name(name).startswith("_") and kept_name(name, "_x.json").startswith("_")


@pytest.fixture
def database(tmp_path):
    database = Database("", folder=tmp_path)
    yield database
    database.close()


@pytest.fixture
def table(database):
    return JobTable(database)


def job(**values):
    moment = datetime.now(UTC)
    return Job(
        **{
            "id": new_id(),
            "session": "me",
            "names": ("a.wav",),
            "analysis": "audio",
            "state": "waiting",
            "created": moment,
            "expires": moment + timedelta(hours=1),
            "files": ("f",),
            **values,
        }
    )


def test_a_job_is_read_as_it_was_written_whatever_the_zone(table):
    elsewhere = datetime(2030, 6, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    written = job(expires=elsewhere, names=("ä.wav", "b.png"), kind="audio", seconds=1.5)
    table.add(written, most_waiting=9)
    read = table.get(written.id)
    assert read == written and read.expires.tzinfo is UTC


def test_only_one_worker_takes_a_job_up(table):
    one = job()
    table.add(one, most_waiting=9)
    assert table.take_up(one.id, worker="a").attempts == 1
    assert table.take_up(one.id, worker="b") is None
    assert not table.end(one.id, worker="b", state="failed")
    assert not table.finish(
        one.id, worker="b", publish=pytest.fail, kept=timedelta(0), analysis="audio"
    )
    assert table.wanted(one.id, worker="a") and not table.wanted(one.id, worker="b")


def test_a_result_that_cannot_be_put_in_place_leaves_the_job_as_it_was(table):
    one = job()
    table.add(one, most_waiting=9)
    table.take_up(one.id, worker="a")

    def fail():
        raise PermissionError

    with pytest.raises(PermissionError):
        table.finish(one.id, worker="a", publish=fail, kept=timedelta(0))
    assert table.get(one.id).state == "running"


def test_readers_go_on_while_one_writes(database, table):
    one = job()
    table.add(one, most_waiting=9)
    with database.write():
        assert table.get(one.id) == one


def test_two_processes_may_make_the_tables_at_once(tmp_path):
    code = (
        "import sys; from pathlib import Path; from source.store.database import Database; "
        "import source.store.table; Database('', folder=Path(sys.argv[1])).close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT) for _ in range(4)
    ]
    assert [process.wait(60) for process in started] == [0] * 4


def test_a_database_that_does_not_answer_is_unavailable(tmp_path):
    (tmp_path / "aver.db").mkdir()
    with pytest.raises(Unavailable, match="database"):
        Database("", folder=tmp_path)


@pytest.mark.parametrize("url", ["nonsense", "no-such-kind://me:secret@host/name"])
def test_a_database_nobody_knows_is_told_without_its_password(tmp_path, url):
    with pytest.raises(BadRequest, match="DATABASE_URL") as told_as:
        Database(url, folder=tmp_path)
    assert "secret" not in str(told_as.value)


@pytest.mark.parametrize("code", ["ENOSPC", "EDQUOT"])
def test_a_full_disk_has_a_sentence_of_its_own(code):
    with pytest.raises(DiskFull) as full, storage_errors():
        raise OSError(getattr(errno, code, errno.ENOSPC), "x")
    assert full.value.status == 503
    with pytest.raises(KeyError), storage_errors():
        raise KeyError


@pytest.mark.parametrize("code", ["EACCES", "EROFS", "EIO", "ENOTDIR"])
def test_a_folder_that_cannot_be_used_has_a_sentence_that_names_it_at_the_start_only(code):
    for place, named in ((Path("/data"), True), (None, False)):
        with pytest.raises(Unwritable) as told, storage_errors(place):
            raise OSError(getattr(errno, code), "Permission denied")
        assert told.value.status == 503 and ("/data" in str(told.value)) is named


def test_deleting_makes_room_on_a_full_disk(table, tmp_path, monkeypatch):
    """Where the database can only forget once the files are gone."""
    one = job()
    table.add(one, most_waiting=9)
    uploads, results = Uploads(tmp_path), Results(tmp_path)
    (uploads.folder / one.id).mkdir()
    remove = table.remove

    def full(ids):
        if (uploads.folder / one.id).exists():
            raise DiskFull()
        remove(ids)

    monkeypatch.setattr(table, "remove", full)
    erase([one.id], table=table, uploads=uploads, results=results)
    assert table.get(one.id) is None and not list(uploads.folder.iterdir())


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    aside = write_aside(tmp_path / "a.json", b"{}")
    assert aside.parent == tmp_path and not (tmp_path / "a.json").exists()
    with pytest.raises(TypeError):
        write_aside(tmp_path / "b.json", "text")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == [aside]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_the_owner_can_read_what_is_stored(tmp_path):
    results, uploads = Results(tmp_path / "d"), Uploads(tmp_path / "d")
    publish, _ = results.prepare("x", READ)
    publish()
    for path in (results.folder, uploads.folder, results.path("x")):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_what_was_open_to_everybody_becomes_its_owners(tmp_path):
    """Older releases made databases with the rights of the moment; DATA_DIR is the owner's own."""
    tmp_path.chmod(0o755)
    for name in ("uploads", "results"):
        (tmp_path / name).mkdir(mode=0o755)
    for name in ("aver.db", "aver.db-wal", "queue.db"):
        (tmp_path / name).touch(mode=0o644)
    settings = Settings.load({"DATA_DIR": str(tmp_path)}, root=tmp_path)
    mask = os.umask(0o022)
    try:
        jobs = Jobs(settings)
        job = jobs.submit([("a.png", io.BytesIO(png()))], Options(), ME)
    finally:
        os.umask(mask)
    stored = [jobs.upload_path(job.id, ME), *tmp_path.iterdir()]
    assert {path.name for path in stored} >= {"aver.db", "queue.db", "uploads", "results"}
    assert [path.name for path in stored if path.stat().st_mode & 0o077] == []
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    jobs.close()


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (128, 128, 128)).save(file, "png")
    return file.getvalue()


def test_a_result_is_read_as_it_was_written(tmp_path):
    results = Results(tmp_path)
    publish, discard = results.prepare("x", READ)
    with pytest.raises(NotFound):
        results.read("x")
    publish()
    discard()
    assert results.read("x") == READ
    results.delete("x")
    assert list(results.folder.iterdir()) == []


def test_an_upload_over_the_limit_is_read_no_further(tmp_path):
    class Endless:
        read_so_far = 0

        def read(self, size):
            self.read_so_far += size
            return b"x" * size

    stream = Endless()
    uploads = Uploads(tmp_path)
    with pytest.raises(TooLarge):
        uploads.save("a", stream, name="x", limit=3_000_000)
    assert stream.read_so_far < 6_000_000
    assert [p for p in uploads.folder.rglob("*") if p.is_file()] == []


def test_a_lock_is_given_back_when_its_process_dies(tmp_path):
    path = tmp_path / "lock"
    code = (
        "import sys; from pathlib import Path; from source.store.lock import FileLock; "
        "lock = FileLock(Path(sys.argv[1])); print(lock.take(), flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout.readline().strip() == b"True"
    mine = FileLock(path)
    assert not mine.take()
    other.kill()
    other.wait()
    other.stdin.close()
    other.stdout.close()
    assert mine.take() and len(mine.text) == 16
    name = mine.text
    mine.give_back()
    again = FileLock(path)
    assert again.take() and again.text == name
    again.give_back()
