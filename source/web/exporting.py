"""An export of a job as an answer, for the pages and for the API."""

from pathlib import Path

from flask import Response, url_for

from source.core import result_schema
from source.core.errors import NotFound
from source.jobs import made_type
from source.views import exports
from source.web import work
from source.web.edited import shown_result
from source.web.naming import name_it
from source.web.sending import content_sent


def exported(
    visible: work.VisibleJob,
    name: str,
    *,
    view: str,
    theme: str = "light",
    start: str = "",
    end: str = "",
    inline: bool = False,
) -> Response:
    """One export as a file to keep, or to be shown `inline`.

    Parameters
    ----------
    visible : VisibleJob
        Whose result it is.
    name : str
        A row of the table of exports.
    view, theme : str
        Label view; ground of pictures.
    start, end : str
        The stretch that is asked for; empty for none.

    Raises
    ------
    UnknownOption, NotFound, BadRequest
        If there is no such export, the result has nothing for it, or the stretch is none.
    """
    result = shown_result(visible).result
    (wanted,) = exports.check([name])
    row = exports.EXPORTS[wanted.name]
    stretch = exports.between(start, end, result)
    jobs, recordings = work.jobs(), stored_recordings(visible)
    drawings = jobs.drawings(visible.job.id, visible.owner)[0]
    if row.needs_recording:
        recordings = tuple(map(jobs.local, recordings))
    if row.needs_drawing:
        drawings = [jobs.local(path) for path in drawings]
    subject = exports.Subject(
        result,
        view=view,
        theme=theme,
        recordings=recordings,
        excerpts=jobs.excerpts(visible.job.id, visible.owner) if recordings else None,
        stretch=stretch if row.takes_stretch else None,
        drawings=tuple(drawings),
    )
    file = exports.exported(name, subject)
    drawn = made_type(Path(file.suffix)) if row.needs_drawing else ""
    answer = content_sent(file.content, drawn or row.format.media_type)
    name_it(answer, visible.job.names[0], file.suffix, inline=inline)
    if row.name == "json":
        address = url_for("pages.schema", name=result_schema.NAME)
        answer.headers["Link"] = f'<{address}>; rel="describedby"'
    return answer


def available(visible: work.VisibleJob) -> list[exports.Export]:
    """The exports that a result has."""
    files, _ = work.jobs().drawings(visible.job.id, visible.owner)
    return exports.available(
        shown_result(visible).result,
        recorded=bool(stored_recordings(visible)),
        drawn=files,
    )


def stored_recordings(visible: work.VisibleJob) -> tuple[Path, ...]:
    """What was analysed; empty where it is no longer stored."""
    files = range(len(visible.job.files))
    try:
        return tuple(
            work.jobs().upload_path(visible.job.id, visible.owner, index) for index in files
        )
    except NotFound:
        return ()
