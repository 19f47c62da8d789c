"""A job as programs see it: in the API, and in webhooks.

These classes are also the schemas of the API's document: msgspec makes JSON Schema of them.
"""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from source.core.analyses import ANALYSES, KINDS
from source.core.errors import AverError
from source.core.progress import STAGES
from source.store.delivery import DELIVERED, FAILED, WAITING, Delivery
from source.store.job import STATES, Job

T = TypeVar("T")

FUSING = 0.96
"""How full the bar is when everything has been read."""

SHOWN = tuple(state for state in STATES if state != "deleted")
"""States that anybody sees."""

Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0)]
Moment = Annotated[datetime, Meta(tz=True)]


class PublicProgress(Struct, omit_defaults=True):
    """How far a job has come."""

    stage: Annotated[str, Meta(extra_json_schema={"enum": list(STAGES)})]
    seconds: Annotated[Seconds, Meta(description="Seconds of the recording that were read.")]
    faces: Annotated[int, Meta(ge=0, description="Faces read so far.")]
    utterances: Annotated[int, Meta(ge=0, description="Stretches of speech read so far.")]
    total: Annotated[Seconds, Meta(description="Length of the recording.")] | UnsetType = UNSET
    share: (
        Annotated[Share, Meta(description="How much is done; absent where that is not known.")]
        | UnsetType
    ) = UNSET


class PublicProblem(Struct):
    """What went wrong: a stable code, what happened, what to do, and the HTTP status."""

    code: str
    message: str
    hint: str
    status: Annotated[int, Meta(ge=400, le=599)]


class PublicHeadline(Struct, omit_defaults=True):
    """The overall answer in short, with the corrections of its owner; native labels."""

    label: str
    score: Share
    certain: bool
    text: Annotated[str, Meta(description="The headline of the page.")] | UnsetType = UNSET


class PublicWebhook(Struct, omit_defaults=True):
    """How far the webhook of a job is."""

    url: str
    state: Annotated[str, Meta(extra_json_schema={"enum": [WAITING, DELIVERED, FAILED]})]
    attempts: Annotated[int, Meta(ge=0)]
    error: Annotated[str, Meta(description="Why the last try failed.")] | UnsetType = UNSET


class PublicJob(Struct, omit_defaults=True):
    """A job: one recording, or a picture and its sound, on its way to a Result. Times are UTC."""

    id: str
    state: Annotated[str, Meta(extra_json_schema={"enum": list(SHOWN)})]
    names: Annotated[list[str], Meta(description="What the files are called.", min_length=1)]
    analysis: Annotated[str, Meta(extra_json_schema={"enum": list(ANALYSES)})]
    options: Annotated[dict[str, Any], Meta(description="What was asked for.")]
    created: Moment
    expires: Annotated[Moment, Meta(description="When it is deleted with its files.")]
    progress: PublicProgress
    kind: (
        Annotated[
            str,
            Meta(
                description="Kind of the first file; absent of a refused one.",
                extra_json_schema={"enum": list(KINDS)},
            ),
        ]
        | UnsetType
    ) = UNSET
    seconds: Annotated[Seconds, Meta(description="Length of the recording.")] | UnsetType = UNSET
    started: Moment | UnsetType = UNSET
    ended: Moment | UnsetType = UNSET
    ahead: Annotated[int, Meta(ge=0, description="Jobs before it, while it waits.")] | UnsetType = (
        UNSET
    )
    stopping: Annotated[bool, Meta(description="Whether it runs, but was cancelled.")] = False
    headline: PublicHeadline | UnsetType = UNSET
    error: PublicProblem | UnsetType = UNSET
    webhooks: list[PublicWebhook] | UnsetType = UNSET


def share(job: Job) -> float | None:
    """How much of a job is done, 0 to 1; None where that is not known."""
    progress = job.progress
    if job.state == "done" or progress.stage == "done":
        return 1.0
    if progress.stage in ("fusing", "drawing"):
        return FUSING
    if progress.stage == "reading" and progress.total:
        return min(FUSING, FUSING * progress.seconds / progress.total)
    return None if progress.stage == "reading" else 0.0


def public(job: Job, *, ahead: int = 0, deliveries: list[Delivery] | None = None) -> PublicJob:
    """A job as programs see it.

    Parameters
    ----------
    job : Job
        The job.
    ahead : int
        Jobs that are done before it, while it waits.
    deliveries : list of Delivery, optional
        Its webhooks; those of the server's own settings are nobody's business.
    """
    progress = job.progress
    own = [one for one in deliveries or () if not one.trusted]
    return PublicJob(
        id=job.id,
        state=job.state,
        names=list(job.names),
        analysis=job.analysis,
        options=job.options.to_dict(),
        created=job.created,
        expires=job.expires,
        progress=PublicProgress(
            progress.stage,
            max(0.0, progress.seconds),
            progress.faces,
            progress.utterances,
            _known(progress.total),
            _known(share(job)),
        ),
        kind=job.kind or UNSET,
        seconds=_known(job.seconds),
        started=_known(job.started),
        ended=_known(job.ended if job.state != "refused" else job.created),
        ahead=ahead if job.state == "waiting" else UNSET,
        stopping=job.stopping and job.state == "running",
        headline=_headline(job),
        error=_error(job),
        webhooks=[PublicWebhook(one.url, one.state, one.attempts, _known(one.error)) for one in own]
        or UNSET,
    )


def _known(value: T | None) -> T | UnsetType:
    return UNSET if value is None else value


def _headline(job: Job) -> PublicHeadline | UnsetType:
    if job.headline is None:
        return UNSET
    said = job.headline
    text = said.get("text")
    return PublicHeadline(said["label"], said["score"], said["certain"], text or UNSET)


def _error(job: Job) -> PublicProblem | UnsetType:
    if job.error is None:
        return UNSET
    error = AverError.from_dict(job.error)
    return PublicProblem(error.code, error.message, error.hint, error.status)
