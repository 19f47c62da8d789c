"""Drawings beside a job's result: made by its worker, stored beside its recording."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from source.core.errors import AverError, Cancelled, DiskFull
from source.core.options import Options
from source.core.progress import Cancelled as Asked
from source.core.progress import OnProgress, Progress
from source.core.result import Result
from source.jobs.run import TIMED_OUT, JobRun
from source.settings import Settings
from source.store.files import forget
from source.store.job import Job
from source.store.uploads import Uploads

if TYPE_CHECKING:
    from source.media import Recording

log = logging.getLogger(__name__)

TOO_LONG = "Nothing was drawn: analysis and drawing together exceeded the time limit."


class Draw(Protocol):
    """What draws beside a Result: `source.drawing.draw`, or something that stands in for it."""

    def __call__(
        self,
        recordings: "Sequence[Recording]",
        result: Result,
        options: Options,
        place: Path,
        *,
        models: Path,
        labels: str,
        on_progress: OnProgress,
        cancelled: Asked,
    ) -> Any:
        """Write files whose names begin with `place`; give `files`, `missing` and `failed`."""


def draw_beside(
    job: Job,
    run: JobRun,
    recordings: "Sequence[Recording]",
    result: Result,
    *,
    settings: Settings,
    uploads: Uploads,
    draw: Draw | None = None,
) -> None:
    """Draw beside a recording what its job asks for; where that fails, the Result is as good.

    Raises
    ------
    Cancelled
        If the job has to stop for another reason than the time limit: then its Result stands.
    """
    if draw is None:
        from source.drawing.draw import draw as pictures

        draw = pictures
    try:
        try:
            with _aside(uploads.drawing_folder(job.id)) as folder:
                drawn = draw(
                    recordings,
                    result,
                    job.options,
                    folder / "drawing",
                    models=settings.path("MODELS_DIR"),
                    labels=settings.text("LABELS"),
                    on_progress=run.report,
                    cancelled=run.cancelled,
                )
                uploads.publish_drawings(job.id, folder, [*drawn.missing, *drawn.failed])
        except Cancelled:
            if run.why != TIMED_OUT:
                raise
            with _aside(uploads.drawing_folder(job.id)) as folder:
                uploads.publish_drawings(job.id, folder, [TOO_LONG])
    except DiskFull:
        log.warning("There was no room for the drawings of job %s.", job.id)


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Where to draw; gone at the end unless it was published."""
    try:
        yield folder
    finally:
        forget(folder)


def cut_out_faces(
    job: Job, run: JobRun, recordings: "Sequence[Recording]", result: Result, *, uploads: Uploads
) -> None:
    """Cut out the face of each person for the page; where that fails, the Result is as good."""
    if result.face is None or not result.face.people:
        return
    from source.drawing.portraits import portraits

    try:
        with _aside(uploads.faces_folder(job.id)) as folder:
            portraits(recordings, result, folder, cancelled=run.cancelled)
            uploads.publish_faces(job.id, folder)
    except AverError:
        log.warning("No faces were cut out for job %s.", job.id, exc_info=True)
    except Exception:
        log.error("The faces of job %s broke.", job.id, exc_info=True)


def until_drawn(report: OnProgress) -> OnProgress:
    """Reports of an analysis after which something is still to be drawn."""

    def passed(progress: Progress) -> None:
        if progress.stage != "done":
            report(progress)

    return passed
