"""Routes for those who run the server: is it alive, can it take recordings.

They are for programs, tell nothing of anybody's recordings, and start no session.
"""

from flask import Response, current_app, jsonify, request

from source.core.errors import NotFound
from source.jobs import metrics
from source.web import work
from source.web.accept import ProgramBlueprint
from source.web.access import FORWARDED, is_loopback

service = ProgramBlueprint("service", __name__)


@service.get("/health")
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


@service.get("/metrics")
def told() -> Response:
    """What Prometheus reads, for those whom the setting METRICS allows to.

    Raises
    ------
    NotFound
        For everybody else.
    """
    allowed = current_app.config["AVER"].text("METRICS")
    if allowed == "off" or (allowed == "local" and not _from_here()):
        raise NotFound("This page does not exist.", hint="METRICS says who may read the metrics.")
    text, kind = metrics.told(work.jobs().service)
    return Response(text, content_type=kind)


def _from_here() -> bool:
    """Whether a program on this machine asks, and not a proxy for somebody else."""
    original = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    here = is_loopback(original.get("REMOTE_ADDR") or "")
    return here and not any(name in request.headers for name in FORWARDED)
