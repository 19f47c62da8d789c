"""Results: in every label view, as every export; and from file to Result in one request."""

from flask import url_for
from flask.typing import ResponseReturnValue

from source.core.errors import (
    BadRecording,
    BadRequest,
    Cancelled,
    NotFound,
    NotReady,
    TooLarge,
    Unavailable,
    UnknownOption,
    UnreadableRecord,
)
from source.jobs.public import PublicJob
from source.jobs.terms import Handed
from source.views import exports
from source.web import work
from source.web.accept import result_as_json
from source.web.api import form, parameters
from source.web.api.answers import sent, shown
from source.web.api.blueprint import api
from source.web.api.idempotency import KEY, once
from source.web.api.jobs import FORM, REPLAYED, SENDING
from source.web.api.operation import JSON, Answer, Asked, Schema
from source.web.api.schemas import RESULT, ExportRow, Exports, json_of
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.exporting import available, exported
from source.web.waiting import spare, wait_for_all

TAG = "Results"

READING = (
    NotFound,
    NotReady,
    Cancelled,
    BadRecording,
    TooLarge,
    UnreadableRecord,
    UnknownOption,
    Unavailable,
)
"""Errors of what reads a Result; of a job that failed, its own."""

WHOLE = {JSON: RESULT}

FILES: dict[str, Schema] = {
    **{row.format.media_type: {} for row in exports.EXPORTS.values()},
    **{drawn: {} for drawn in ("video/webm", "image/jpeg", "image/png")},
}
"""Media types of the exports; that of a drawing depends on the recording."""


@api.operation(
    "POST",
    "/analyse",
    tag=TAG,
    parameters=(parameters.wait(60), parameters.LABELS, parameters.FRESH, KEY),
    body=FORM,
    answers=(
        Answer("The Result.", WHOLE, headers=REPLAYED),
        Answer(
            "The analysis takes longer: this is its job.",
            json_of(PublicJob),
            202,
            {"Location": "Where the job is.", **REPLAYED},
        ),
    ),
    errors=(*SENDING, Cancelled, UnreadableRecord),
)
def analyse(asked: Asked) -> ResponseReturnValue:
    """Analyse one recording, or a picture and its sound, and get the Result.

    If the analysis takes longer than `wait`, the answer is 202 with its job. Apart from that it is
    as handing in a job: the same recording with the same options is analysed once.
    """
    sending = form.read(fresh=asked["fresh"])

    def do() -> Handed:
        return work.jobs().hand_in(
            sending.files,
            sending.options,
            caller(),
            sending.terms,
            baseline=sending.baseline,
            together=True,
        )

    outcome = once(asked[KEY.name], do)
    (job,) = wait_for_all(outcome.handed.jobs, caller(), seconds=spare(asked["wait"]))
    headers = {"Idempotent-Replayed": "true"} if outcome.replayed else {}
    if not job.over:
        headers["Location"] = url_for("api.get_job", job_id=job.id)
        return sent(shown(job)[0], 202, headers)
    answer = result_as_json(
        shown_result(work.VisibleJob(job, caller())).result, asked["labels"] or "native"
    )
    answer.headers.update(headers)
    return answer


@api.operation(
    "GET",
    "/results/<job_id>",
    tag=TAG,
    parameters=(parameters.LABELS, parameters.EDITS),
    answers=(Answer("The Result, as corrected.", WHOLE),),
    errors=READING,
)
def get_result(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Get the Result of a job; of one that failed, its error."""
    visible = _mine(job_id)
    return result_as_json(shown_result(visible).result, asked["labels"] or "native")


@api.operation(
    "GET",
    "/results/<job_id>/exports",
    tag=TAG,
    answers=(Answer("The exports.", json_of(Exports)),),
    errors=READING,
)
def list_exports(asked: Asked, job_id: str) -> ResponseReturnValue:
    """List the exports that a result has."""
    rows = [
        ExportRow(
            row.name,
            row.title,
            row.format.name,
            row.format.media_type,
            url_for("api.get_export", job_id=job_id, name=row.name),
        )
        for row in available(_mine(job_id))
    ]
    return sent(Exports(rows))


@api.operation(
    "GET",
    "/results/<job_id>/exports/<name>",
    tag=TAG,
    parameters=(
        parameters.LABELS,
        parameters.EDITS,
        parameters.choice("theme", "Ground of pictures.", ("light", "dark"), "light"),
        parameters.text("from", "Begin of the stretch, in seconds or m:ss, where one is taken."),
        parameters.text("to", "End of the stretch."),
    ),
    answers=(Answer("The file.", FILES, headers={"Content-Disposition": "Its name."}),),
    errors=(*READING, BadRequest),
)
def get_export(asked: Asked, job_id: str, name: str) -> ResponseReturnValue:
    """Get a result as a file."""
    return exported(
        _mine(job_id),
        name,
        view=asked["labels"] or "native",
        theme=asked["theme"],
        start=asked["from"] or "",
        end=asked["to"] or "",
    )


def _mine(job_id: str) -> work.VisibleJob:
    return work.VisibleJob(work.jobs().get(job_id, caller()), caller())
