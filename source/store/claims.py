"""What workers do to jobs: claim one, say that they work on it, end it or let it go.

A job is claimed, ended or let go only by an UPDATE that names the state and the worker it
expects, so that whoever comes second changes nothing and learns that from the return value.
Heartbeats are in the time of the database, which all machines share; nobody compares them with
a clock of their own (`source.jobs.recovery.Watch`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from source.core.progress import Progress
from source.store.base import database_time
from source.store.database import Table
from source.store.job import Job
from source.store.row import JobRow


class Claims(Table):
    """The part of the table of jobs that workers use; `JobTable` is the whole."""

    def take_up(self, job_id: str, *, worker: str) -> Job | None:
        """Make a waiting job this worker's; None where it does not wait (any more)."""
        with self._database.write() as session:
            taken = session.execute(
                update(JobRow)
                .where(JobRow.id == job_id, JobRow.state == "waiting")
                .values(
                    state="running",
                    worker=worker,
                    started=self._clock(),
                    heartbeat=database_time(),
                    attempts=JobRow.attempts + 1,
                )
            )
            if not hit(taken):
                return None
            row = session.get_one(JobRow, job_id)
            row.progress = dict(vars(Progress(total=row.seconds)))
            return row.job()

    def wanted(self, job_id: str, *, worker: str) -> bool:
        """Whether this worker should go on with it: still its own, not asked to stop."""
        query = count(*_of(job_id, worker), JobRow.stopping.is_(False))
        with self._database.read() as session:
            return bool(session.scalar(query))

    def report(self, job_id: str, progress: Progress, *, worker: str) -> None:
        """Write down how far a job is."""
        self._change(job_id, worker, progress=dict(vars(progress)), heartbeat=database_time())

    def beat(self, *, worker: str) -> None:
        """Say that this worker still works on its jobs."""
        with self._database.write() as session:
            session.execute(
                update(JobRow)
                .where(JobRow.worker == worker, JobRow.state == "running")
                .values(heartbeat=database_time())
            )

    def finish(
        self,
        job_id: str,
        *,
        worker: str,
        publish: Callable[[], None],
        kept: timedelta,
        **results: Any,
    ) -> bool:
        """End a job well, unless it was asked to stop, deleted or given to another meanwhile.

        The result is put in its place by `publish` while the row is held, so that a job
        that is deleted never leaves a result behind, and one that is done always has one.
        """
        moment = self._clock()
        with self._database.write() as session:
            ended = session.execute(
                update(JobRow)
                .where(*_of(job_id, worker), JobRow.stopping.is_(False))
                .values(state="done", ended=moment, expires=moment + kept, error=None, **results)
            )
            if hit(ended):
                publish()
            return hit(ended)

    def end(
        self, job_id: str, *, worker: str, state: str, error: dict[str, Any] | None = None
    ) -> bool:
        """End a job without a result."""
        return self._change(job_id, worker, state=state, ended=self._clock(), error=error)

    def release(self, job_id: str, *, worker: str, count: bool) -> bool:
        """Let a job wait again; `count` says whether this attempt counts."""
        changes: dict[str, Any] = {} if count else {"attempts": JobRow.attempts - 1}
        return self._change(job_id, worker, state="waiting", worker=None, **changes)

    def adopt(self, job_id: str, *, of: str, worker: str) -> bool:
        """Make a job that runs this worker's, if it still is that of another, which is gone."""
        return self._change(job_id, of, worker=worker, heartbeat=database_time())

    def running(self) -> list[tuple[Job, str, datetime]]:
        """Jobs that run or seem to, with their worker and its last heartbeat."""
        with self._database.read() as session:
            rows = session.scalars(select(JobRow).where(JobRow.state == "running"))
            jobs = [(row.job(), row.worker or "", row.heartbeat) for row in rows]
            return [
                (job, worker, beat if isinstance(beat, datetime) else job.created)
                for job, worker, beat in jobs
            ]

    def last_beat(self) -> datetime | None:
        """When a worker, wherever it is, last said that it works on a job, by our clock."""
        with self._database.read() as session:
            beat, moment = session.execute(
                select(func.max(JobRow.heartbeat), database_time())
            ).one()
        return self._clock() - (moment - beat) if isinstance(beat, datetime) else None

    def waiting_ids(self) -> list[str]:
        """Jobs that wait, oldest first."""
        with self._database.read() as session:
            query = select(JobRow.id).where(JobRow.state == "waiting").order_by(JobRow.id)
            return list(session.scalars(query))

    def exists(self, job_id: str) -> bool:
        """Whether there is such a job at all, be it hidden, expired or put away."""
        with self._database.read() as session:
            return bool(session.scalar(count(JobRow.id == job_id)))

    def _change(self, job_id: str, owner: str, /, **values: Any) -> bool:
        with self._database.write() as session:
            statement = update(JobRow).where(*_of(job_id, owner)).values(**values)
            return hit(session.execute(statement))


def _of(job_id: str, worker: str) -> tuple[ColumnElement[bool], ...]:
    return JobRow.id == job_id, JobRow.state == "running", JobRow.worker == worker


def count(*conditions: ColumnElement[bool]) -> Any:
    """A query for the number of jobs of which all this is so."""
    return select(func.count()).select_from(JobRow).where(*conditions)


def hit(done: Any) -> bool:
    """Whether a statement changed something."""
    return bool(done.rowcount)
