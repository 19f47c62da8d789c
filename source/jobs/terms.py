"""How jobs are handed in, and what became of the files."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from source.core.errors import AverError
from source.store.job import Job

Refused = list[tuple[str, AverError]]
"""Files no job was made of, by the name to show, and why."""


@dataclass(frozen=True)
class Terms:
    """What is asked for beside the analysis itself.

    Attributes
    ----------
    reuse : bool
        Whether a job of the same caller with the same bytes and options will do, if it is done
        or under way.
    webhook : str
        Address that is told when the job has ended; empty for none.
    """

    reuse: bool = False
    webhook: str = ""


@dataclass
class Handed:
    """What became of the files.

    Attributes
    ----------
    jobs : list of Job
        In the order of the files; one that was reused stands there once.
    reused : set of str
        The names of those that were there before.
    refused : list of (str, AverError)
        Files of which no job was made.
    refusals : list of Job
        The same as they were written down.
    """

    jobs: list[Job] = field(default_factory=list)
    reused: set[str] = field(default_factory=set)
    refused: Refused = field(default_factory=list)
    refusals: list[Job] = field(default_factory=list)

    def take(self, job: Job, *, new: Iterable[str]) -> None:
        """Take in one job; `new` are the names under which its files were stored."""
        if job.id not in new:
            self.reused.add(job.id)
        if all(job.id != known.id for known in self.jobs):
            self.jobs.append(job)
