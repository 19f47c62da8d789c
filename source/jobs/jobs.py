"""The one door to jobs: hand in, look, cancel, read, delete."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from source.core.caller import Caller
from source.core.edits import Edits
from source.core.errors import (
    AverError,
    BadRequest,
    Cancelled,
    DiskFull,
    NotFound,
    NotReady,
    UnreadableRecord,
)
from source.core.names import stem
from source.core.options import Options
from source.core.result import Result
from source.jobs.deletions import Deletions
from source.jobs.files import JobFiles
from source.jobs.terms import Handed, Refused, Terms
from source.store.job import Job
from source.store.names import display_name

if TYPE_CHECKING:
    from source.store.delivery import Delivery
    from source.store.requests import Known

JobList = list[Job]
DeliveryList = list["Delivery"]

TRIES = 5
"""How often a change of a result is tried where others change it at the same moment."""


class Jobs(Deletions, JobFiles):
    """Jobs of every caller; each method sees those of one.

    Parameters
    ----------
    settings : Settings
        DATA_DIR, DATABASE_URL and the limits.
    clock : callable
        Tells the time in UTC; given by tests of what time does.

    Attributes
    ----------
    service : Service
        What those who run the server ask: whether it can take jobs, how many there are.

    Notes
    -----
    May be shared by threads. No model is loaded here.
    """

    # --- in ----------------------------------------------------------------------------------

    def check_room(self, size: int = 0) -> None:
        """Refuse before anything is read; `submit` and `submit_each` decide.

        Parameters
        ----------
        size : int
            Bytes that are about to be sent.

        Raises
        ------
        QueueFull
            If no more jobs may wait.
        DiskFull
            If the disk has no room for so much.
        """
        from source.store.trouble import storage_errors

        self._submission.check_room()
        with storage_errors():
            if shutil.disk_usage(self._data).free < size:
                raise DiskFull()

    def submit(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        options: Options,
        caller: Caller,
        *,
        baseline: tuple[str, BinaryIO] | None = None,
    ) -> Job:
        """Hand in one recording, or one picture and one audio file that belong together.

        `baseline` is another recording, in which the speaker sounds as usual. It is stored and
        deleted with the job, and read by its analysis alone.

        Raises
        ------
        BadRecording, TooLarge
            If a file cannot be analysed (so).
        BadRequest
            If there are several files that are no pair.
        Unavailable
            If the queue or the disk is full. Whatever is raised, nothing is left on disk.
        """
        return self._submission.one(files, options, caller.owner, baseline).jobs[0]

    def submit_each(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        options: Options,
        caller: Caller,
        *,
        baseline: tuple[str, BinaryIO] | None = None,
    ) -> tuple[JobList, Refused]:
        """Hand in several recordings, each a job of its own; good ones go on without bad ones.

        Where `options` ask for a combined analysis of exactly one picture and one audio file, the
        two become one job. Each job has a `baseline` of its own, as `submit` has.

        Returns
        -------
        jobs : list of Job
            In the order of the files.
        refused : list of (str, AverError)
            Files of which no job was made, by the name to show, and why. Each is also written
            down as a job that is refused, without its content.

        Raises
        ------
        NoFile
            If there is none.
        TooLarge
            If there are more than MAX_FILES.
        BadRecording, TooLarge
            If the baseline is none (so): then no job is made.
        """
        handed = self._submission.each(files, options, caller.owner, baseline)
        return handed.jobs, handed.refused

    def hand_in(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        options: Options,
        caller: Caller,
        terms: Terms,
        *,
        baseline: tuple[str, BinaryIO] | None = None,
        together: bool = False,
    ) -> Handed:
        """Hand in several recordings as `submit_each` does, on terms: a program's door.

        With `together` they are one job, as in `submit`. Raises what the other two raise.
        """
        make = self._submission.one if together else self._submission.each
        handed = make(files, options, caller.owner, baseline, terms)
        for job_id in handed.reused if terms.webhook else ():
            self._deliveries.add(job_id, terms.webhook)
        return handed

    def again(self, job_id: str, caller: Caller, **changes: Any) -> Job:
        """Hand the recording of a job in once more, with the same options but `changes`.

        It is neither copied nor probed anew.

        Raises
        ------
        NotFound
            If there is no such job, or its recording is no longer stored.
        UnreadableRecord
            If the job is damaged, or another release wrote its options.
        Unavailable
            If the queue or the disk is full.
        """
        job = self.get(job_id, caller)
        if not job.readable:
            raise UnreadableRecord("entry")
        if not job.files:
            raise NotFound(f"There is no recording in job {job_id}.")
        return self._submission.again(job, replace(job.options, **changes), caller.owner)

    # --- out ---------------------------------------------------------------------------------

    def list(
        self, caller: Caller, *, limit: int = 50, before: str | None = None, **facts: Any
    ) -> JobList:
        """A caller's jobs, newest first; `before` is the last one of the page before.

        Parameters
        ----------
        facts : object
            Only those with these: `state`, `kind`, `analysis`; created `since` or `until` a time.
        """
        self._erase_due(caller)
        return self._table.page(caller.owner, limit=limit, before=before, **facts)

    def result(self, job_id: str, caller: Caller) -> Result:
        """What a job found.

        Raises
        ------
        NotFound
            If there is no such job; `NotReady` if it waits or runs.
        AverError
            What it failed with or was refused for; `Cancelled` if it was.
        """
        job = self.get(job_id, caller)
        if job.state in ("failed", "refused") and job.error:
            raise AverError.from_dict(job.error)
        if job.state == "cancelled":
            raise Cancelled()
        if not job.over:
            raise NotReady(f"“{job.names[0]}” is still being analysed.")
        return self._results.read(job.id)

    def variables(self, job_ids: Iterable[str], caller: Caller) -> dict[str, dict[str, str]]:
        """The variables of a caller's jobs, by job: participant, condition, and so on."""
        return self._table.variables(caller.owner, job_ids)

    def set_variables(self, of: Mapping[str, Mapping[str, str]], caller: Caller) -> None:
        """Write down the variables of a caller's jobs, in place of those they had.

        They are kept and deleted with the job. Another caller's jobs are left alone.
        """
        self._table.note_variables(caller.owner, of)

    # --- what its owner changes in a result ------------------------------------------------------

    def edits(self, job_id: str, caller: Caller) -> Edits:
        """What was changed in a job's result by hand.

        Raises
        ------
        NotFound
            If there is no such job.
        UnreadableRecord
            If a newer release wrote it, or it is damaged.
        """
        return Edits.from_dict(self._table.edits(self.get(job_id, caller).id))

    def edit(self, job_id: str, caller: Caller, change: Callable[[Edits], Edits]) -> Edits:
        """Change the edits of a job's result, and the headline in the list of jobs with them.

        `change` takes the edits and gives others; it is called again where another request
        changed them meanwhile.

        Raises
        ------
        NotFound
            If there is no such job, or it has no result.
        ImpossibleEdit
            If a change makes no sense; then nothing is changed.
        UnreadableRecord
            If a newer release wrote the edits, or they are damaged.
        """
        from source.core.edited import applied
        from source.jobs.headline import headline

        measured = self.result(job_id, caller)
        for _ in range(TRIES):
            stored = self._table.edits(job_id)
            edits = change(Edits.from_dict(stored))
            shown = headline(applied(measured, edits.done))
            if self._table.change_edits(job_id, stored, edits.to_dict(), headline=shown):
                return edits
        self.get(job_id, caller)  # it may be deleted by now
        raise BadRequest(
            "This result was changed from several places at once.", hint="Reload the page."
        )

    def find(self, file_name: str, caller: Caller) -> Job:
        """The newest done job of a file of that name, with or without its ending.

        Raises
        ------
        NotFound
            If there is none.
        """
        before = None
        wanted = {file_name, display_name(file_name)}  # as it was sent, and as it was kept
        while page := self._table.page(caller.owner, limit=200, before=before, state="done"):
            for job in page:
                if any(wanted & {name, stem(name)} for name in job.names):
                    return job
            before = page[-1].id
        raise NotFound(
            f"“{file_name[:150]}” has not been analysed.",
            hint="Upload it first. Results are deleted after some time.",
        )

    def webhooks(self, job_ids: Iterable[str], caller: Caller) -> "dict[str, DeliveryList]":
        """The webhooks of a caller's jobs, by job; those without any are absent."""
        mine = [job_id for job_id in job_ids if self._table.get(job_id, owner=caller.owner)]
        return self._deliveries.of(mine) if mine else {}

    def begin_request(self, caller: Caller, key: str, payload: str) -> "Known | None":
        """Write down that a request with a key is worked on; the one before, if there was one.

        `key` and `payload` are digests, of the key and of all that was sent.
        """
        return self._requests.begin(caller.owner, key, payload)

    def end_request(self, caller: Caller, key: str, answer: dict[str, Any] | None) -> None:
        """Keep what was answered; nothing where the request failed, so that it can come again."""
        self._requests.end(caller.owner, key, answer)

    def waiting(self) -> int:
        """How many jobs wait, of all callers.

        Raises
        ------
        Unavailable
            If the database does not answer.
        """
        return self._table.waiting()

    def ahead(self, job: Job) -> int:
        """How many jobs, of any caller, are done before a waiting one; 0 if it does not wait."""
        return self._table.ahead(job.id) if job.state == "waiting" else 0

    # --- away, beside what `Deletions` does ------------------------------------------------------

    def cancel(self, job_id: str, caller: Caller) -> Job:
        """Stop a job: at once while it waits, within moments while it runs.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        job = self.get(job_id, caller)
        self._table.ask_to_stop(job.id)
        return self.get(job_id, caller)

    # --- files no job was made of ---------------------------------------------------------------

    def refuse(self, refused: Refused, options: Options, caller: Caller) -> None:
        """Write down files that were not even handed in: each is a refused job with its reason."""
        self._submission.refuse(refused, options, caller.owner)

    def unread(self, caller: Caller) -> JobList:
        """A caller's refused files whose reason was not dismissed yet, oldest first."""
        return self._table.unread(caller.owner)

    def dismiss(self, caller: Caller) -> None:
        """Mark a caller's refused files as read; they stay in the list of its jobs."""
        self._table.dismiss(caller.owner)
