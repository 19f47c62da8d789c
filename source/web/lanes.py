"""What a page of a result and its parts both need."""

import math
from typing import Any

from flask import request, url_for

from source.web import work


def asked() -> dict[str, Any]:
    """The part of the time line that an address asks for; what is no time is left out."""
    part = {}
    for name, word in (("start", "from"), ("end", "to")):
        try:
            value = float(request.args.get(word, ""))
        except ValueError:
            continue
        if math.isfinite(value):
            part[name] = value
    return part


def faces(visible: work.VisibleJob) -> dict[int, str]:
    """The address of each person's face, by number."""
    return {
        person: url_for("pages.face", job_id=visible.job.id, person=person)
        for person in work.jobs().faces(visible.job.id, visible.owner)
    }
