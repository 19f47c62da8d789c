"""The server itself: its models, how it is, and the document that describes it."""

from datetime import UTC, datetime, timedelta

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from msgspec import UNSET

from source import __version__
from source.core.errors import NotFound
from source.web.api import openapi
from source.web.api.answers import sent
from source.web.api.blueprint import api
from source.web.api.operation import JSON, Answer, Asked
from source.web.api.schemas import Health, Model, Models, json_of
from source.web.cards import own_cards
from source.web.work import jobs

TAG = "Server"

QUIET = timedelta(seconds=30)
"""A worker says every few seconds that it works; after so long without a word none does."""


@api.operation("GET", "/models", tag=TAG, answers=(Answer("The models.", json_of(Models)),))
def list_models(asked: Asked) -> ResponseReturnValue:
    """List the installed models with their cards."""
    return sent(Models(_models()))


@api.operation(
    "GET",
    "/models/<sense>/<name>",
    tag=TAG,
    answers=(Answer("The model.", json_of(Model)),),
    errors=(NotFound,),
)
def get_model(asked: Asked, sense: str, name: str) -> ResponseReturnValue:
    """Get the card of one model."""
    found = next((one for one in _models() if (one.sense, one.name) == (sense, name)), None)
    if found is None:
        raise NotFound(f"There is no model “{name[:60]}” of {sense[:60]}.", hint="List /models.")
    return sent(found)


@api.operation(
    "GET", "/health", tag=TAG, answers=(Answer("How it is.", json_of(Health)),), open=True
)
def get_health(asked: Asked) -> ResponseReturnValue:
    """Ask whether the server is there: database and worker. It needs no token."""
    seen = jobs().worker_seen()
    fine = seen is not None and datetime.now(UTC) - seen < QUIET
    return sent(
        Health(
            "healthy" if fine else "degraded",
            __version__,
            jobs().waiting(),
            UNSET if seen is None else seen,
        )
    )


@api.operation(
    "GET",
    "/openapi.json",
    tag=TAG,
    answers=(Answer("An OpenAPI 3.1 document.", {JSON: {"type": "object"}}),),
    open=True,
)
def get_openapi(asked: Asked) -> ResponseReturnValue:
    """Get this document. It needs no token."""
    return jsonify(openapi.document())


def _models() -> list[Model]:
    return [Model(**one) for one in own_cards(current_app.config["AVER"])]
