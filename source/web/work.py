"""A caller's jobs, and the finished example that everybody may look at."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from flask import current_app

from source.core.caller import EXAMPLE as EXAMPLE_OWNER
from source.core.caller import Caller
from source.core.errors import AverError, NotFound
from source.core.figures import shortened
from source.jobs import Job, Jobs
from source.settings import ROOT, Settings
from source.web.upload import options

EXAMPLE = Caller(EXAMPLE_OWNER, "local")
"""Owns the sample clip; no session and no token can be called so."""

PAUSE = timedelta(seconds=30)
"""An example that failed is not tried again sooner."""

PAGE = 200
"""Jobs that are read at a time where all are wanted."""

SAMPLES = ("sample.mp4", "sample.wav", "sample.jpg")


@dataclass(frozen=True)
class VisibleJob:
    """A job and whose it is. The example can be looked at, but not touched."""

    job: Job
    owner: Caller

    @property
    def example(self) -> bool:
        """Whether it is everybody's example."""
        return self.owner == EXAMPLE


def jobs() -> Jobs:
    """The door to all work."""
    return cast(Jobs, current_app.extensions["jobs"])


def every_job(caller: Caller) -> Iterator[Job]:
    """All jobs of a caller, newest first; read page by page, so that one may stop early."""
    before = None
    while page := jobs().list(caller, limit=PAGE, before=before):
        yield from page
        before = page[-1].id


def visible_job(job_id: str, caller: Caller, *, what: str = "result") -> VisibleJob:
    """A job this caller may look at: an own one, or the example.

    `what` is the word for it in the sentence that there is none.

    Raises
    ------
    NotFound
        If there is none of that name, or it is somebody else's.
    """
    try:
        return VisibleJob(jobs().get(job_id, caller), caller)
    except NotFound:
        pass
    try:
        return VisibleJob(jobs().get(job_id, EXAMPLE), EXAMPLE)
    except NotFound as error:
        raise NotFound(f"There is no {what} “{shortened(job_id)}”.") from error


def example(door: Jobs, settings: Settings) -> Job:
    """The job of the sample clip: the newest that has not failed long ago, else a new one.

    Raises
    ------
    NotFound
        If there is no sample.
    """
    for job in door.list(EXAMPLE, limit=5):
        recent = job.ended and datetime.now(UTC) - job.ended < PAUSE
        if job.state in ("waiting", "running", "done") or recent:
            return job
    clip = next((p for name in SAMPLES if (p := ROOT / "input_files" / name).is_file()), None)
    if clip is None:
        raise NotFound("The sample recording is missing.", hint="Create it with: make samples.")
    stream = io.BytesIO(clip.read_bytes())
    return door.submit([(clip.name, stream)], options({}, "auto", settings), EXAMPLE)


def prepare_example(door: Jobs, settings: Settings) -> str | None:
    """Hand the sample clip in, so that the example is there at once; says why not, if not."""
    try:
        example(door, settings)
    except AverError as error:
        return str(error)
    return None
