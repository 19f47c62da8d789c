"""The table of jobs: what their owners and the sweeper do to them, beside what workers do."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from source.core.errors import QueueFull
from source.store.base import Base
from source.store.claims import Claims, count
from source.store.job import Job
from source.store.row import LONG_AGO, JobRow

MOST_REFUSED = 100
"""Refused files of one owner that are kept: each is a row, and anybody can send bad files."""

SOON = timedelta(minutes=1)
"""A job that expires so soon is no substitute for a new one."""

BASELINE = "baseline"
"""Where a row keeps what is known of a baseline, beside what is known of its files by number."""

VARIABLES = "variables"
"""Where it keeps the variables of its recording: participant, condition, and so on."""


class JobTable(Claims):
    """What can be asked of and done to jobs."""

    # --- for their owner ---------------------------------------------------------------------

    def add(
        self,
        job: Job,
        *,
        most_waiting: int,
        recordings: Mapping[int, dict[str, Any]] | None = None,
        baseline: dict[str, Any] | None = None,
        fingerprint: str | None = None,
        reuse: bool = False,
        beside: Iterable[Base] = (),
    ) -> Job | None:
        """Write down a new job, and what is known of its files by their number.

        Parameters
        ----------
        job : Job
            The job.
        most_waiting : int
            So many may wait.
        recordings, baseline : mapping, optional
            What is known of its files, and of the recording that it is to be read against.
        fingerprint : str, optional
            What it has in common with a job that would find the same.
        reuse : bool
            Whether such a job of the same owner will do, if it is done or under way: then that
            one is given and nothing is written.
        beside : iterable of row
            What is written together with it.

        Returns
        -------
        Job or None
            The job that will do; None where a new one was written down.

        Raises
        ------
        QueueFull
            If `most_waiting` wait already.
        """
        with self._database.write() as session:
            if reuse and (twin := session.scalar(self._twin(job.session, fingerprint))):
                return twin.job()
            waiting = session.scalar(count(JobRow.state == "waiting")) or 0
            if waiting >= most_waiting:
                raise QueueFull(waiting)
            row = _row(job)
            row.fingerprint = fingerprint
            row.recordings = {str(index): facts for index, facts in (recordings or {}).items()}
            if baseline is not None:
                row.recordings = {**row.recordings, BASELINE: baseline}
            session.add_all([row, *beside])
            return None

    def _twin(self, owner: str, fingerprint: str | None) -> Select[JobRow]:
        """The newest job of an owner that has found or will find the same, and stays a while."""
        lasting = or_(JobRow.expires > self._clock() + SOON, JobRow.state == "running")
        return (
            select(JobRow)
            .where(
                JobRow.session == owner,
                JobRow.fingerprint == fingerprint,
                JobRow.state.in_(("waiting", "running", "done")),
                JobRow.stopping.is_(False),
                lasting,
            )
            .order_by(JobRow.id.desc())
            .limit(1)
        )

    def waiting(self) -> int:
        """How many jobs wait."""
        with self._database.read() as session:
            return session.scalar(count(JobRow.state == "waiting")) or 0

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each state that there is one of, whoever owns them."""
        query = select(JobRow.state, func.count()).group_by(JobRow.state)
        with self._database.read() as session:
            return {str(state): int(number) for state, number in session.execute(query)}

    def get(self, job_id: str, *, owner: str | None = None) -> Job | None:
        """A job, or None where there is none, it has expired or is not `owner`'s."""
        query = select(JobRow).where(JobRow.id == job_id, self._shown())
        if owner is not None:
            query = query.where(JobRow.session == owner)
        with self._database.read() as session:
            row = session.scalar(query)
            return None if row is None else row.job()

    def page(
        self,
        owner: str,
        *,
        limit: int,
        before: str | None = None,
        state: str | None = None,
        kind: str | None = None,
        analysis: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Job]:
        """An owner's jobs, newest first, older than the job `before`.

        `state`, `kind` and `analysis` must be those of the job; it was created from `since` on,
        and before `until`.
        """
        query = select(JobRow).where(JobRow.session == owner, self._shown())
        if before is not None:
            query = query.where(JobRow.id < before)
        for column, value in (
            (JobRow.state, state),
            (JobRow.kind, kind),
            (JobRow.analysis, analysis),
        ):
            if value is not None:
                query = query.where(column == value)
        if since is not None:
            query = query.where(JobRow.created >= since)
        if until is not None:
            query = query.where(JobRow.created < until)
        with self._database.read() as session:
            rows = session.scalars(query.order_by(JobRow.id.desc()).limit(limit))
            return [row.job() for row in rows]

    def recordings(self, job_id: str) -> dict[int, dict[str, Any]]:
        """What is known of a job's files, by their number; those that nobody knows are absent."""
        with self._database.read() as session:
            known = session.scalar(select(JobRow.recordings).where(JobRow.id == job_id))
            return {int(k): v for k, v in _facts(known).items() if k.isdecimal()}

    def baseline(self, job_id: str) -> dict[str, Any] | None:
        """What is known of the recording that a job's voice is read against, if one was sent."""
        with self._database.read() as session:
            known = session.scalar(select(JobRow.recordings).where(JobRow.id == job_id))
            return _facts(known).get(BASELINE)

    def variables(self, owner: str, job_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """What an owner's jobs have as variables, by job; those without any are absent."""
        query = select(JobRow.id, JobRow.recordings).where(
            JobRow.session == owner, JobRow.id.in_(list(job_ids)), self._shown()
        )
        with self._database.read() as session:
            rows = [
                (job_id, _facts(known).get(VARIABLES)) for job_id, known in session.execute(query)
            ]
        return {
            job_id: {str(name): str(value) for name, value in found.items()}
            for job_id, found in rows
            if found
        }

    def note_variables(self, owner: str, of: Mapping[str, Mapping[str, str]]) -> None:
        """Write down the variables of an owner's jobs, in place of those they had."""
        with self._database.write() as session:
            rows = select(JobRow).where(JobRow.session == owner, JobRow.id.in_(list(of)))
            for row in session.scalars(rows):
                row.recordings = {**_facts(row.recordings), VARIABLES: dict(of[row.id])}

    def note_recording(self, job_id: str, index: int, facts: dict[str, Any]) -> None:
        """Write down what is known of one file of a job."""
        with self._database.write() as session:
            row = session.get(JobRow, job_id)
            if row is not None:
                row.recordings = {**_facts(row.recordings), str(index): facts}

    def edits(self, job_id: str) -> Any:
        """What its owner changed in a job's result, as it is stored; None where nothing was."""
        with self._database.read() as session:
            return session.scalar(select(JobRow.edits).where(JobRow.id == job_id))

    def change_edits(
        self, job_id: str, old: Any, new: dict[str, Any], *, headline: dict[str, Any] | None
    ) -> bool:
        """Store other edits and the headline they lead to, unless the old ones are others by now.

        Two windows may change the same result at once; whoever comes second has to look again.
        """
        with self._database.write() as session:
            row = session.get(JobRow, job_id)
            if row is None or row.edits != old:
                return False
            row.edits, row.headline = new, headline
            return True

    def ask_to_stop(self, job_id: str) -> None:
        """Cancel a job that waits; flag one that runs. One that is over stays as it is."""
        with self._database.write() as session:
            moment = self._clock()
            session.execute(
                update(JobRow)
                .where(JobRow.id == job_id, JobRow.state == "waiting")
                .values(state="cancelled", ended=moment)
            )
            session.execute(
                update(JobRow)
                .where(JobRow.id == job_id, JobRow.state == "running")
                .values(stopping=True)
            )

    def ahead(self, job_id: str) -> int:
        """How many jobs wait that were handed in before this one."""
        with self._database.read() as session:
            query = count(JobRow.state == "waiting", JobRow.id < job_id)
            return session.scalar(query) or 0

    def remove(self, job_ids: Iterable[str]) -> None:
        """Delete jobs, whatever their state."""
        left = iter(job_ids)
        while ids := list(islice(left, 500)):  # a statement takes only so many parameters
            with self._database.write() as session:
                session.execute(delete(JobRow).where(JobRow.id.in_(ids)))

    def put_away(self, job_id: str, *, until: datetime) -> bool:
        """Hide a job that is over, and let it expire at `until`; gives whether that was done.

        What it was is kept beside it, for `put_back`.
        """
        with self._database.write() as session:
            row = session.get(JobRow, job_id)
            if row is None or row.state not in ("done", "failed", "cancelled"):
                return False
            expires = row.expires.isoformat() if isinstance(row.expires, datetime) else None
            row.was = {"state": row.state, "expires": expires}
            row.state, row.expires = "deleted", until
            return True

    def put_back(self, owner: str, job_id: str | None = None) -> list[str]:
        """Undo `put_away` of one job, or of all of an owner's, unless it is too late."""
        with self._database.write() as session:
            rows = session.scalars(self._away(owner).where(JobRow.expires > self._clock())).all()
            back = [row for row in rows if job_id in (None, row.id) and _before(row)]
            for row in back:
                row.state, row.expires = _before(row) or (row.state, row.expires)
                row.was = None
            return [row.id for row in back]

    def away(self, owner: str) -> list[Job]:
        """An owner's jobs that are put away, newest first; some may be due to be erased."""
        with self._database.read() as session:
            return [row.job() for row in session.scalars(self._away(owner))]

    def _away(self, owner: str) -> Select[JobRow]:
        mine = (JobRow.session == owner, JobRow.state == "deleted")
        return select(JobRow).where(*mine).order_by(JobRow.id.desc())

    def scrub(self) -> bool:
        """Leave nothing of removed jobs in the database's files; gives whether that is so now."""
        return self._database.scrub()

    def ids_of(self, owner: str) -> list[str]:
        """Every job of an owner."""
        with self._database.read() as session:
            return list(session.scalars(select(JobRow.id).where(JobRow.session == owner)))

    # --- files no job was made of ----------------------------------------------------------------

    def refuse(self, job: Job) -> None:
        """Write down a file that was refused; of an owner's the newest `MOST_REFUSED` are kept."""
        mine = (JobRow.session == job.session, JobRow.state == "refused")
        with self._database.write() as session:
            session.add(_row(job))
            newest = select(JobRow.id).where(*mine).order_by(JobRow.id.desc())
            session.execute(delete(JobRow).where(*mine, JobRow.id.in_(
                session.scalars(newest.offset(MOST_REFUSED)).all()
            )))  # fmt: skip

    def unread(self, owner: str) -> list[Job]:
        """An owner's refused files whose reason nobody has dismissed yet, oldest first."""
        query = select(JobRow).where(
            JobRow.session == owner,
            JobRow.state == "refused",
            JobRow.ended.is_(None),
            self._shown(),
        )
        with self._database.read() as session:
            return [row.job() for row in session.scalars(query.order_by(JobRow.id))]

    def dismiss(self, owner: str) -> None:
        """Mark an owner's refused files as read; they stay in the list."""
        with self._database.write() as session:
            session.execute(
                update(JobRow)
                .where(JobRow.session == owner, JobRow.state == "refused", JobRow.ended.is_(None))
                .values(ended=self._clock())
            )

    # --- for the sweeper ---------------------------------------------------------------------

    def expired(self, kept: timedelta) -> list[str]:
        """Jobs whose time is up. One that runs is left until it has ended.

        Where that time is damaged, `kept` counts from when the job ended or came in. Where it was
        set by a clock that went ahead, it is set anew, `kept` from now.
        """
        moment = self._clock()
        times = (JobRow.expires, JobRow.ended, JobRow.created)
        # A damaged time is text that may sort behind every date.
        near = or_(JobRow.expires <= moment, JobRow.expires > moment + kept)
        with self._database.read() as session:
            rows = session.execute(select(JobRow.id, *times).where(near, JobRow.state != "running"))
            due = {job_id: _expiry(*stored, kept=kept, now=moment) for job_id, *stored in rows}
        if ahead := [job_id for job_id, expires in due.items() if expires is None]:
            with self._database.write() as session:
                session.execute(
                    update(JobRow).where(JobRow.id.in_(ahead)).values(expires=moment + kept)
                )
        return [job_id for job_id, expires in due.items() if expires and expires <= moment]

    def ids(self) -> set[str]:
        """Every job there is."""
        with self._database.read() as session:
            return set(session.scalars(select(JobRow.id)))

    def _shown(self) -> ColumnElement[bool]:
        kept = or_(JobRow.expires > self._clock(), JobRow.state == "running")
        return and_(kept, JobRow.state != "deleted")


def _expiry(expires: Any, *since: Any, kept: timedelta, now: datetime) -> datetime | None:
    """When a job is to be deleted, also where that was damaged; None where a clock was ahead."""
    known = [time for time in since if isinstance(time, datetime)]
    if isinstance(expires, datetime):
        ahead = expires > now + kept and any(time > now for time in known)
        return None if ahead else expires
    return max(known) + kept if known else LONG_AGO


def _before(row: JobRow) -> tuple[str, datetime] | None:
    """State and expiry of a job before it was put away; None where that is damaged."""
    was = row.was if isinstance(row.was, dict) else {}
    try:
        expires = was["expires"]
        return was["state"], row.expires if expires is None else datetime.fromisoformat(expires)
    except (TypeError, KeyError, ValueError):
        return None


def _row(job: Job) -> JobRow:
    row = JobRow(**{name: value for name, value in vars(job).items() if name != "readable"})
    row.names, row.files = list(job.names), list(job.files)
    row.progress, row.options = dict(vars(job.progress)), dict(vars(job.options))
    return row


def _facts(stored: Any) -> dict[str, dict[str, Any]]:
    """What is known of files, without what is damaged: that is found out anew."""
    stored = stored if isinstance(stored, dict) else {}
    return {index: facts for index, facts in stored.items() if isinstance(facts, dict)}
