"""What the document promises, asked by schemathesis: no server error, no undocumented answer.

`AVER_FUZZ` is how many examples each operation gets; `make fuzz` sets many.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of

from source.core.tokens import make
from source.settings import ROOT, Settings
from source.web import create_app
from source.web.api import api
from tests.api.conftest import API, Program, Worker, tone
from tests.views.timed import talk

EXAMPLES = int(os.environ.get("AVER_FUZZ", "6"))

TOKEN = make()
HOLDER = {"Authorization": f"Bearer {TOKEN}"}

RARE = ("get_model", "delete_job")
"""Operations that no guess makes succeed."""

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The application, a job with a Result that corrections may change, and the document."""
    schemathesis = pytest.importorskip(
        "schemathesis", reason="schemathesis is not installed: pip install schemathesis."
    )
    folder = tmp_path_factory.mktemp("fuzz")
    chosen = Settings.load({}, root=folder).with_values(
        DATA_DIR=str(folder / "data"),
        MAX_UPLOAD_MB=1,
        MAX_QUEUE=1_000_000,
        UPLOADS_PER_MINUTE=0,
        REQUESTS_PER_MINUTE=0,
        WEBHOOK_SECRET="a secret of the tests",
        API_TOKENS=TOKEN,
    )
    app = create_app(chosen)
    sample = (ROOT / "input_files" / "sample.mp4").read_bytes()
    (job,) = Program(app, TOKEN).send(("talk.mp4", sample)).json["jobs"]
    Worker(chosen).work(talk())
    document = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", app)
    checks = [schemathesis.checks.CHECKS.get_one(name) for name in CHECKS]
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    yield document, checks, job["id"], modes
    app.extensions["jobs"].close()


@pytest.mark.parametrize("operation", api.operations, ids=lambda one: one.name)
def test_the_api_keeps_what_its_document_promises(served, operation):
    document, checks, known, modes = served
    described = document[operation.path][operation.method]
    asked, statuses = 0, set()
    wrong = operation.names or operation.parameters or operation.body
    cases = [described.as_strategy(generation_mode=m) for m in (modes if wrong else modes[:1])]

    @given(case=one_of(cases))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="AVER_FUZZ" not in os.environ,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        nonlocal asked
        asked += 1
        if "job_id" in (case.path_parameters or {}) and asked % 3 and operation.method != "DELETE":
            case.path_parameters["job_id"] = known
        if isinstance(case.body, dict) and "files" in case.body and asked % 2:
            case.body["files"] = [tone(level=asked)]  # else no form would get past its files
        answer = case.call_and_validate(checks=checks, headers=HOLDER)
        statuses.add(answer.status_code)

    ask()
    assert 401 not in statuses and (EXAMPLES < 50 or min(statuses) < 300 or operation.name in RARE)
