"""Jobs: hand in, list, look at, follow, cancel, delete."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from source.core.analyses import ANALYSES, KINDS
from source.core.errors import (
    BadRecording,
    BadRequest,
    NotFound,
    OutOfRange,
    TooLarge,
    Unavailable,
    UnknownOption,
)
from source.core.ranges import Range
from source.jobs import Job
from source.jobs.public import SHOWN, PublicJob
from source.jobs.terms import Handed
from source.web.api import form, parameters
from source.web.api.answers import sent, shown
from source.web.api.blueprint import api
from source.web.api.idempotency import KEY, KeyReused, StillWorking, once
from source.web.api.operation import Answer, Asked
from source.web.api.schemas import JobPage, Submitted, json_of
from source.web.callers import caller
from source.web.errors import NoneTaken, none_taken
from source.web.pressure import takes_recordings
from source.web.streams import stream
from source.web.waiting import spare, wait_for_all
from source.web.work import jobs

TAG = "Jobs"

FORM = {form.MULTIPART: form.schema()}

SENDING = (
    BadRequest,
    OutOfRange,
    UnknownOption,
    BadRecording,
    NoneTaken,
    KeyReused,
    StillWorking,
    NotFound,
    TooLarge,
    Unavailable,
)
"""Errors of what hands files in."""

ONE = (Answer("The job.", json_of(PublicJob)),)
PLACE = {"Location": "Where the job is, if there is only one."}
REPLAYED = {"Idempotent-Replayed": "`true` if a request with the same key did the work before."}

MOST = 200
"""Jobs on one page."""


@api.operation(
    "POST",
    "/jobs",
    tag=TAG,
    parameters=(parameters.wait(0), parameters.FRESH, KEY),
    body=FORM,
    answers=(
        Answer("Jobs were made.", json_of(Submitted), 201, {**PLACE, **REPLAYED}),
        Answer(
            "All of the files were analysed before with the same options: these are the jobs.",
            json_of(Submitted),
            200,
            {**PLACE, **REPLAYED},
        ),
    ),
    errors=SENDING,
)
@takes_recordings
def submit_jobs(asked: Asked) -> ResponseReturnValue:
    """Hand in one recording or several.

    Each file is a job of its own; a picture and an audio file are one job with
    `analysis=combined`. Files that cannot be analysed stand under `refused`, the others go on; if
    there is no other, the answer is the error. If you sent the same bytes with the same options
    before, you get the job of then, done or under way, unless you ask for `fresh`. With `wait`,
    the answer comes when all are done.
    """
    sending = form.read(fresh=asked["fresh"])

    def work() -> Handed:
        handed = jobs().hand_in(
            sending.files, sending.options, caller(), sending.terms, baseline=sending.baseline
        )
        if not handed.jobs:
            raise none_taken(handed.refused)
        return handed

    outcome = once(asked[KEY.name], work)
    handed = outcome.handed
    current = wait_for_all(handed.jobs, caller(), seconds=spare(asked["wait"]))
    made = [job for job in current if job.id not in handed.reused]
    headers = {"Idempotent-Replayed": "true"} if outcome.replayed else {}
    if len(current) == 1:
        headers["Location"] = url_for("api.get_job", job_id=current[0].id)
    answer = Submitted(
        shown(*current),
        [job.id for job in current if job.id in handed.reused],
        shown(*handed.refusals),
    )
    return sent(answer, 201 if made else 200, headers)


@api.operation(
    "GET",
    "/jobs",
    tag=TAG,
    parameters=(
        parameters.number("limit", "Jobs on a page.", Range("limit", 1, MOST, whole=True), 50),
        parameters.text("cursor", "The `next` of the page before.", maxLength=26),
        parameters.choice("state", "Only jobs in this state.", SHOWN),
        parameters.choice("kind", "Only recordings of this kind.", tuple(KINDS)),
        parameters.choice("analysis", "Only jobs with this analysis.", tuple(ANALYSES)),
        parameters.moment("since", "Only jobs that were handed in at this time or later."),
        parameters.moment("until", "Only jobs that were handed in before this time."),
    ),
    answers=(
        Answer("One page.", json_of(JobPage), headers={"Link": "The next page, if there is one."}),
    ),
    errors=(UnknownOption, OutOfRange),
)
def list_jobs(asked: Asked) -> ResponseReturnValue:
    """List your jobs, newest first.

    Jobs that were made meanwhile do not move the pages: each begins behind the last job of the
    page before.
    """
    limit = int(asked["limit"])
    filters = ("state", "kind", "analysis", "since", "until")
    found = jobs().list(
        caller(),
        limit=limit + 1,
        before=asked["cursor"],
        **{name: asked[name] for name in filters if asked[name] is not None},
    )
    page = JobPage(shown(*found[:limit]))
    if len(found) <= limit:
        return sent(page)
    page.next = found[limit - 1].id
    given = {name: asked[name] for name in filters if asked[name] is not None}
    address = url_for("api.list_jobs", limit=limit, cursor=page.next, **given)
    return sent(page, headers={"Link": f'<{address}>; rel="next"'})


@api.operation(
    "GET",
    "/jobs/<job_id>",
    tag=TAG,
    parameters=(parameters.wait(0),),
    answers=ONE,
    errors=(NotFound, OutOfRange),
)
def get_job(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Look at a job: its state, how far it is, how it ended.

    With `wait`, the answer comes when the job is over, or after so many seconds.
    """
    (job,) = wait_for_all([jobs().get(job_id, caller())], caller(), seconds=spare(asked["wait"]))
    return _job(job)


@api.operation(
    "GET",
    "/jobs/<job_id>/events",
    tag=TAG,
    answers=(
        Answer(
            "Events named `progress`, each with a job as its data, then `end`; `gone` if it was "
            "deleted. A stream lasts half a minute at most: open the next one then.",
            {"text/event-stream": {"type": "string"}},
        ),
        Answer("The server has no place for a stream now: look at the job instead.", status=204),
    ),
    errors=(NotFound,),
)
def follow_job(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Follow a job by server-sent events."""
    mine = caller()
    jobs().get(job_id, mine)

    def look() -> tuple[str, bool]:
        job = jobs().get(job_id, mine)
        return sent(shown(job)[0]).get_data(as_text=True).strip(), job.over

    return stream(look, who=mine.owner, name="progress")


@api.operation(
    "POST", "/jobs/<job_id>/cancel", tag=TAG, answers=ONE, errors=(NotFound, Unavailable)
)
def cancel_job(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Stop a job, at once while it waits, within moments while it runs.

    One that is over stays as it is.
    """
    return _job(jobs().cancel(job_id, caller()))


@api.operation(
    "DELETE",
    "/jobs/<job_id>",
    tag=TAG,
    answers=(Answer("It is deleted.", status=204),),
    errors=(NotFound, Unavailable),
)
def delete_job(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Delete a job for good, with its recording and its result; one that runs is stopped."""
    jobs().delete(job_id, caller())
    return Response(status=204)


def _job(job: Job) -> Response:
    return sent(shown(job)[0])
