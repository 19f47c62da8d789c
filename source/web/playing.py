"""Which files of a job a browser is given, and where."""

from typing import Any

from flask import url_for

from source.core.errors import NotFound
from source.jobs import Shown
from source.web.work import VisibleJob, jobs

SANDBOX = "default-src 'none'; sandbox"
"""What a recording may do if somebody opens it as a page: nothing."""


def playable_files(visible: VisibleJob) -> list[dict[str, Any]]:
    """How each file of a job is shown: its address, whether it is a sound, …, its copy."""
    shown = []
    for index, name in enumerate(visible.job.names):
        try:
            how = jobs().shown(visible.job.id, visible.owner, index)
        except NotFound:
            continue
        shown.append({**described(visible.job.id, index, how), "name": name})
    return shown


def described(job_id: str, index: int, how: Shown) -> dict[str, Any]:
    """How one file is shown, for a page or a script. Its address is "" where it cannot be."""
    address = url_for("pages.media", job_id=job_id, index=index)
    return {
        "url": address if how.path is not None else "",
        "sort": how.sort,
        "state": how.copy,
        "why": how.why,
        "ask": url_for("pages.preview", job_id=job_id, index=index),
    }
