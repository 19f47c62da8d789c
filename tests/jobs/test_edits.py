"""What is changed in a result is stored with its job: for its owner alone, until it is deleted."""

import io
import json

import pytest

from source.core.edits import Edits, Exclude, Mark, Rename
from source.core.errors import ImpossibleEdit, NotFound, NotReady, UnreadableRecord
from source.core.options import Options
from source.jobs import Jobs
from source.views import words
from tests.jobs.fakes import ME, YOU
from tests.jobs.test_deletion import traces
from tests.views import timed

SECRET = "Zanzibar-7391"


@pytest.fixture
def done(jobs, runner, tone):
    """A job whose result has two people, a voice and a time line."""
    job = jobs.submit([("talk.wav", io.BytesIO(tone))], Options(), ME)
    runner(lambda *_, **__: timed.talk()).work(job.id)
    return jobs.get(job.id, ME)


def add(*edits):
    def change(before):
        for edit in edits:
            before = before.add(edit)
        return before

    return change


def test_changes_are_kept_and_the_measured_result_is_not_touched(jobs, settings, done, data):
    file = data / "results" / f"{done.id}.json"
    before = file.read_bytes()
    edits = jobs.edit(done.id, ME, add(Mark(1.0, SECRET), Rename(1, "Ann")))
    assert edits.done == (Mark(1.0, SECRET), Rename(1, "Ann"))
    again = Jobs(settings)
    assert again.edits(done.id, ME) == edits
    again.close()
    assert jobs.edit(done.id, ME, Edits.undo).undone == (Rename(1, "Ann"),)
    assert file.read_bytes() == before


def test_the_list_of_jobs_has_the_headline_of_the_changed_result(jobs, done):
    assert done.headline["text"] == words.headline(timed.talk()).text
    jobs.edit(done.id, ME, add(Exclude(0.0, 6.0)))
    changed = jobs.list(ME)[0].headline
    assert changed != done.headline and changed["label"] == "happy"
    jobs.edit(done.id, ME, add(Exclude(0.0, 12.0)))
    assert jobs.get(done.id, ME).headline is None
    jobs.edit(done.id, ME, lambda _: Edits())
    assert jobs.get(done.id, ME).headline == done.headline


def test_a_change_that_makes_no_sense_changes_nothing(jobs, done):
    jobs.edit(done.id, ME, add(Mark(1.0)))
    with pytest.raises(ImpossibleEdit):
        jobs.edit(done.id, ME, add(Mark(2.0), Rename(9, "Ann")))
    assert jobs.edits(done.id, ME) == Edits((Mark(1.0),))


def test_two_windows_change_it_at_once_and_both_changes_are_kept(jobs, done):
    calls = []

    def slow(before):
        if not calls:
            jobs.edit(done.id, ME, add(Mark(1.0, "first")))  # another window was faster
        calls.append(before)
        return before.add(Mark(2.0, "second"))

    assert jobs.edit(done.id, ME, slow).done == (Mark(1.0, "first"), Mark(2.0, "second"))
    assert calls == [Edits(), Edits((Mark(1.0, "first"),))]


def test_nobody_else_sees_or_changes_them(jobs, done):
    for call in (jobs.edits, lambda job_id, who: jobs.edit(job_id, who, add(Mark(1.0)))):
        with pytest.raises(NotFound):
            call(done.id, YOU)
    assert jobs.edits(done.id, ME) == Edits()


def test_what_has_no_result_yet_cannot_be_changed(jobs, tone):
    job = jobs.submit([("talk.wav", io.BytesIO(tone))], Options(), ME)
    with pytest.raises(NotReady):
        jobs.edit(job.id, ME, add(Mark(1.0)))


def test_they_are_deleted_with_the_job(jobs, done, data):
    jobs.edit(done.id, ME, add(Mark(1.0, f"Interview-{SECRET}")))
    assert traces(data)
    jobs.delete(done.id, ME)
    assert traces(data) == []


def test_a_new_analysis_of_the_same_recording_begins_without_them(jobs, done):
    jobs.edit(done.id, ME, add(Mark(1.0)))
    assert jobs.edits(jobs.again(done.id, ME).id, ME) == Edits()


@pytest.mark.parametrize("stored", ['{"version": 2}', "[1]", "{", '"x"'])
def test_changes_of_a_newer_release_or_damaged_ones_are_one_error(jobs, done, data, stored):
    from tests.store.test_old_data import change

    change(data, "UPDATE jobs SET edits = ? WHERE id = ?", stored, done.id)
    with pytest.raises(UnreadableRecord, match="list of changes"):
        jobs.edits(done.id, ME)
    with pytest.raises(UnreadableRecord, match="list of changes"):
        jobs.edit(done.id, ME, add(Mark(1.0)))
    assert json.loads(json.dumps(jobs.result(done.id, ME).to_dict()))  # it can still be read
