"""Routes of older systems, answered as they answered.

`source.core.older` has the table of these routes; a module here is thin: it hands a recording in
like every other door, and writes the Result in the form of one system.
"""

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from source.core.older import ROUTES
from source.web.compat import backend, batch, engage, meeting, sent, speech, upload_pages
from source.web.compat.blueprint import compat, older
from source.web.pressure import takes_recordings

__all__ = ["compat", "older"]

VIEWS: dict[str, Callable[..., ResponseReturnValue]] = {
    "get_analysis_result": upload_pages.get_analysis_result,
    "analysis": upload_pages.analysis,
    "upload": speech.upload,
    "analyze_media": backend.analyze,
    "analyze": meeting.analyze,
    "process": engage.process,
    "process_video": engage.process_video,
    "download": engage.download,
    "analytics": engage.analytics,
    "content_analysis": engage.content_analysis,
    "scholarly_results": engage.scholarly_results,
    "batch_start": batch.start,
    "batch_jobs": batch.jobs,
    "batch_job": batch.job,
    "batch_predictions": batch.job_predictions,
}
"""The function of each route; the upload pages (`web.pages.send`) and ``/health``
(`web.service`) have their own."""


def _register() -> None:
    for row in ROUTES:
        if not row.page:
            place: Any = compat if row.own_errors else older
            if row.method == "POST":
                takes_recordings(VIEWS[row.name])
            place.add_url_rule(
                row.path, endpoint=row.name, view_func=VIEWS[row.name], methods=[row.method]
            )
    older.register_error_handler(sent.Pending, sent.pending)


_register()
