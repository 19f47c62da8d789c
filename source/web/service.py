"""Routes for those who run the server: is it alive, can it take recordings.

They are for programs, tell nothing of anybody's recordings, and start no session.
"""

from flask import Response, jsonify

from source.web import work
from source.web.accept import ProgramBlueprint

service = ProgramBlueprint("service", __name__)


@service.get("/health/live")
def live() -> Response:
    """Whether this process answers; nothing else is looked at, so that no restart follows from
    what a restart does not cure."""
    return jsonify(status="healthy")


@service.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Whether a recording that is sent now would be taken: 200, or 503 and what is wrong."""
    checks = work.jobs().service.checks()
    good = not any(check.wrong and check.needed for check in checks)
    answer = jsonify(
        status="ready" if good else "not ready",
        checks={check.name: check.wrong or "ok" for check in checks},
    )
    return answer, 200 if good else 503
