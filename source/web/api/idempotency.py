"""A request that is sent again under the same key is answered as it was, and nothing is done."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from source.core.errors import BadRequest, NotFound
from source.jobs.terms import Handed
from source.web.api import form
from source.web.api.operation import Parameter
from source.web.callers import caller
from source.web.work import jobs

HEADER = "Idempotency-Key"
LONGEST = 255

KEY = Parameter(
    HEADER,
    "Names this request, so that it can be sent again without harm after a broken connection: "
    "for a day, the same key gives the same jobs.",
    {"type": "string", "minLength": 1, "maxLength": LONGEST},
    where="header",
)


class KeyReused(BadRequest):
    """The same Idempotency-Key came with another request before."""

    code = "key_reused"
    status = 422
    hint = "Use a new key for each request, and the same one only to send it again."


class StillWorking(BadRequest):
    """The request with this Idempotency-Key is being worked on."""

    code = "still_working"
    status = 409
    hint = "Send it again in a moment."


@dataclass(frozen=True)
class Outcome:
    """What became of a request, now or when it came first."""

    handed: Handed
    replayed: bool = False


def once(key: str | None, work: Callable[[], Handed]) -> Outcome:
    """Do the work, unless a request of this caller with the same key did it before.

    Raises
    ------
    KeyReused, StillWorking
        If that request was another one, or is not answered yet.
    BadRequest
        If the key is too long.
    NotFound
        If its jobs were deleted since.
    """
    if key is None:
        return Outcome(work())
    if not 0 < len(key) <= LONGEST:
        raise BadRequest(f"The {HEADER} has {len(key)} characters; it may have 1 to {LONGEST}.")
    name = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    payload = form.digest()
    known = jobs().begin_request(caller(), name, payload)
    if known is not None:
        if known.payload != payload:
            raise KeyReused(f"Another request came with the {HEADER} of this one.")
        if known.answer is None:
            raise StillWorking("The first request with this key is not answered yet.")
        return Outcome(_again(known.answer), replayed=True)
    handed = None
    try:
        handed = work()
        return Outcome(handed)
    finally:
        done = handed is not None and bool(handed.jobs)
        jobs().end_request(caller(), name, _written(handed) if done and handed else None)


def _written(handed: Handed) -> dict[str, list[str]]:
    """What is kept: names of jobs alone, so that nothing of a deleted one stays."""
    return {
        "jobs": [job.id for job in handed.jobs],
        "reused": sorted(handed.reused),
        "refusals": [job.id for job in handed.refusals],
    }


def _again(answer: dict[str, list[str]]) -> Handed:
    found = {}
    for job_id in (*answer["jobs"], *answer["refusals"]):
        try:
            found[job_id] = jobs().get(job_id, caller())
        except NotFound:
            continue
    handed = Handed(
        jobs=[found[i] for i in answer["jobs"] if i in found],
        reused=set(answer["reused"]),
        refusals=[found[i] for i in answer["refusals"] if i in found],
    )
    if not handed.jobs:
        raise NotFound("The jobs of this request were deleted.")
    return handed
