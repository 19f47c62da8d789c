"""Answers of the API as they are sent."""

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Response

from source.jobs import Job
from source.jobs.public import PublicJob, public
from source.web.api.operation import JSON
from source.web.callers import caller
from source.web.work import jobs


def sent(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    body = msgspec.json.encode(data) + b"\n"
    return Response(body, status, headers, mimetype=JSON)


def shown(*some: Job) -> list[PublicJob]:
    """Jobs of this caller as they are answered."""
    owed = jobs().webhooks([job.id for job in some], caller())
    return [public(job, ahead=jobs().ahead(job), deliveries=owed.get(job.id)) for job in some]
