"""The table of webhooks that are owed: a try is claimed by one conditional statement."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from source.core.ids import new_id
from source.store.claims import hit
from source.store.database import Table
from source.store.delivery import DELIVERED, FAILED, WAITING, Delivery, DeliveryRow
from source.store.row import JobRow

TOLD = ("done", "failed", "cancelled")
"""States of a job that are told."""

LEASE = timedelta(minutes=2)
"""How long one that tries has for it. If its process dies meanwhile, another one tries then."""


def owed(job_id: str, webhook: str, backend: str, due: datetime) -> list[DeliveryRow]:
    """The rows that say whom the end of a new job is told: its own webhook, and the server's.

    Parameters
    ----------
    job_id : str
        The job.
    webhook, backend : str
        Addresses; empty for none. The second one is from the settings, and so trusted.
    due : datetime
        The time, in UTC.
    """
    return [
        DeliveryRow(
            id=new_id(), job_id=job_id, url=url, trusted=trusted, state=WAITING, attempts=0, due=due
        )
        for url, trusted in ((webhook, False), (backend, True))
        if url
    ]


class DeliveryTable(Table):
    """What can be asked of and done to deliveries."""

    def add(self, job_id: str, url: str) -> None:
        """Write down that the end of a job is to be told to one more address."""
        with self._database.write() as session:
            session.add_all(owed(job_id, url, "", self._clock()))

    def of(self, job_ids: Iterable[str]) -> dict[str, list[Delivery]]:
        """The deliveries of jobs, by job, oldest first; jobs without any are absent."""
        query = select(DeliveryRow).where(DeliveryRow.job_id.in_(list(job_ids)))
        found: dict[str, list[Delivery]] = {}
        with self._database.read() as session:
            for row in session.scalars(query.order_by(DeliveryRow.id)):
                found.setdefault(row.job_id, []).append(row.delivery())
        return found

    def claim(self, most: int) -> list[Delivery]:
        """Take deliveries whose job has ended and whose time has come, for one try each."""
        moment = self._clock()
        query = (
            select(DeliveryRow)
            .join(JobRow, JobRow.id == DeliveryRow.job_id)
            .where(DeliveryRow.state == WAITING, DeliveryRow.due <= moment, JobRow.state.in_(TOLD))
            .order_by(DeliveryRow.due)
            .limit(most)
        )
        with self._database.read() as session:
            ready = [row.delivery() for row in session.scalars(query)]
        return [one for one in ready if self._take(one, moment)]

    def delivered(self, one: Delivery) -> None:
        """Write down that it arrived."""
        self._change(one, state=DELIVERED, error=None)

    def failed(self, one: Delivery, error: str, *, again: timedelta | None) -> None:
        """Write down why it did not arrive, and whether it is tried again after a time."""
        if again is None:
            self._change(one, state=FAILED, error=error)
        else:
            self._change(one, due=self._clock() + again, error=error)

    def forget(self) -> None:
        """Drop the deliveries of jobs that are gone."""
        with self._database.write() as session:
            gone = DeliveryRow.job_id.not_in(select(JobRow.id))
            session.execute(delete(DeliveryRow).where(gone))

    def _take(self, one: Delivery, moment: datetime) -> bool:
        with self._database.write() as session:
            taken = session.execute(
                update(DeliveryRow)
                .where(
                    DeliveryRow.id == one.id,
                    DeliveryRow.state == WAITING,
                    DeliveryRow.attempts == one.attempts,
                )
                .values(due=moment + LEASE, attempts=one.attempts + 1)
            )
            return hit(taken)

    def _change(self, one: Delivery, **values: object) -> None:
        with self._database.write() as session:
            session.execute(update(DeliveryRow).where(DeliveryRow.id == one.id).values(**values))
