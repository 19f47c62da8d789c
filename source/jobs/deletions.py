"""What is deleted: at once, or so that it can be undone for a moment."""

import logging
from datetime import timedelta

from source.core.caller import Caller
from source.core.errors import AverError, NotFound
from source.jobs.opened import Opened
from source.store.job import Job

log = logging.getLogger(__name__)

UNDO = timedelta(minutes=1)
"""How long a deleted job can be brought back before it is erased."""


class Deletions(Opened):
    """The part of the door by which jobs are deleted and brought back."""

    def delete(self, job_id: str, caller: Caller) -> None:
        """Delete a job with its recording and its result; one that runs is stopped.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        from source.store.erase import erase

        job = self.get(job_id, caller)
        erase([job.id], table=self._table, uploads=self._uploads, results=self._results)

    def delete_all(self, caller: Caller) -> list[str]:
        """Delete every job of a caller, as `delete` does; gives their names."""
        from source.store.erase import erase

        ids = self._table.ids_of(caller.owner)
        erase(ids, table=self._table, uploads=self._uploads, results=self._results)
        return ids

    def put_away(self, job_id: str, caller: Caller) -> bool:
        """Delete a job so that it can be undone: it is hidden at once and erased after `UNDO`.

        A job that is not over, or was refused, is erased at once. Gives whether it can be undone.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        job = self.get(job_id, caller)
        if self._table.put_away(job.id, until=self._clock() + UNDO):
            return True
        self.delete(job_id, caller)
        return False

    def put_all_away(self, caller: Caller) -> list[str]:
        """Delete every job of a caller, as `put_away` does; gives their names."""
        from source.store.erase import erase

        ids, until = self._table.ids_of(caller.owner), self._clock() + UNDO
        already = {job.id for job in self._table.away(caller.owner)}
        at_once = [i for i in ids if i not in already and not self._table.put_away(i, until=until)]
        erase(at_once, table=self._table, uploads=self._uploads, results=self._results)
        return ids

    def put_back(self, caller: Caller, job_id: str | None = None) -> list[str]:
        """Undo the deletion of one job, or of all that can still be undone; gives their names.

        One that is back already, as after a second click, is there too.

        Raises
        ------
        NotFound
            If there is nothing to bring back.
        """
        back = self._table.put_back(caller.owner, job_id)
        if back:
            return back
        try:
            return [self.get(job_id or "", caller).id]
        except NotFound:
            raise NotFound("It was erased already.", hint="Send the recording again.") from None

    def away(self, caller: Caller) -> list[Job]:
        """A caller's deleted jobs that can be brought back until they expire, newest first."""
        self._erase_due(caller)
        return [job for job in self._table.away(caller.owner) if job.expires > self._clock()]

    def erase_away(self, caller: Caller) -> None:
        """Erase now what could still be brought back."""
        from source.store.erase import erase

        ids = [job.id for job in self._table.away(caller.owner)]
        erase(ids, table=self._table, uploads=self._uploads, results=self._results)

    def _erase_due(self, caller: Caller) -> None:
        """Erase what can no longer be brought back; the worker's sweeper does so for everybody."""
        from source.store.erase import erase

        due = [j.id for j in self._table.away(caller.owner) if j.expires <= self._clock()]
        try:
            erase(due, table=self._table, uploads=self._uploads, results=self._results)
        except AverError:  # the database is busy, say: the list is shown all the same
            log.warning("What was deleted could not be erased yet.", exc_info=True)
