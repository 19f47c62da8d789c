"""The one place where an error becomes an answer."""

import logging
from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from source.core.errors import (
    DISK_FULL,
    AverError,
    BadRecording,
    BadRequest,
    DiskFull,
    NotFound,
    TooLarge,
)
from source.core.logs import about
from source.jobs import metrics
from source.web import requests
from source.web.accept import asks_api, error_body, wants_json
from source.web.headers import upload_by_script
from source.web.pressure import drain
from source.web.security import NO_COOKIE
from source.web.upload import right_page

log = logging.getLogger(__name__)


HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "60"}}
"""What an answer of a status says beside its text."""


class WrongMethod(BadRequest):
    """The address exists, but not for this HTTP method (GET, POST, …)."""

    code = "method_not_allowed"
    status = 405
    hint = "Go back to the page you came from. The “Allow” header of the answer names the methods."


class StaleForm(BadRequest):
    """The form has no valid token of this session."""

    code = "stale_form"
    hint = "Reload the page and try again. Cookies must be allowed."


class NoneTaken(BadRecording):
    """None of the files that were sent was accepted. The hint gives the reason for each."""

    code = "none_taken"

    def __init__(self, refused: Sequence[tuple[str, AverError]]) -> None:
        why = " ".join(dict.fromkeys(error.message for _, error in refused))
        super().__init__(f"None of the {len(refused)} files was accepted.", hint=why)
        statuses = {error.status for _, error in refused}
        self.status = statuses.pop() if len(statuses) == 1 else self.status


def none_taken(refused: Sequence[tuple[str, AverError]]) -> AverError:
    """The error of a request whose files were all refused: of one file, its own."""
    return refused[0][1] if len(refused) == 1 else NoneTaken(refused)


class InternalError(AverError):
    """An unexpected server error."""

    code = "internal"
    status = 500
    hint = "Try again; the details are in the server's log."


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AverError, _answer)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _answer(error: AverError) -> ResponseReturnValue:
    metrics.error("web", error.code)
    headers = dict(HEADERS.get(error.status, {}))
    page = right_page(error.message)
    if page is not None:  # our script shows it beside the sentence
        headers["Link"] = f'<{url_for(page.endpoint)}>; rel="alternate"; title="{page.title}"'
    if upload_by_script() or wants_json():
        body = error_body(error)
        if asks_api():
            body["error"] = {**body["error"], **requests.about()}
        return jsonify(body), error.status, headers
    return render_template("error.html", error=error), error.status, headers


def _stale(error: CSRFError) -> ResponseReturnValue:
    if error.description == NO_COOKIE:
        return _answer(StaleForm(
            "The form has expired, or the browser sent no cookie. Without a cookie you could not "
            "open the result."
        ))  # fmt: skip
    return _answer(StaleForm("The form has expired or was not sent from this site."))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code and error.code < 400:
        return error
    if error.code == 404:
        return _answer(
            NotFound("This page does not exist.", hint="Check the address, or go to the home page.")
        )
    if error.code == 405:
        answer = current_app.make_response(
            _answer(WrongMethod("This address does not support that request."))
        )
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return answer
    if error.code == 413:
        drain(request.environ)
        limit = current_app.config["AVER"].number("MAX_UPLOAD_MB")
        return _answer(
            TooLarge(
                f"The upload exceeds the limit of {limit:g} MB.",
                hint="Send fewer or smaller recordings, or raise the limit in the settings.",
            )
        )
    if error.code == 416:
        return error
    failure: Any = BadRequest("The request is invalid.")
    failure.status = error.code or 400
    return _answer(failure)


def _broken(error: Exception) -> ResponseReturnValue:
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return _answer(DiskFull())  # an upload waits in a temporary file while it arrives
    with about(names=requests.names()):
        log.error("%s %s failed.", request.method, requests.route(), exc_info=error)
    told = f"{InternalError.hint[:-1]}, request {requests.current()}."
    return _answer(InternalError("Something went wrong on our side.", hint=told))
