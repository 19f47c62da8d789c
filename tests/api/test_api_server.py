"""The document describes the API as it is; models and health are answered."""

import json
import re

import jsonschema
import pytest

from source.core.options import OPTIONS
from source.settings import ROOT
from source.views.exports import EXPORTS
from source.web.api import api, openapi
from tests.api.conftest import API


@pytest.fixture(scope="module")
def document():
    return json.loads(json.dumps(openapi.document()))


def test_every_route_is_described(app, document):
    described = {
        (method.upper(), API + path) for path, of in document["paths"].items() for method in of
    }
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == routes and len(routes) == len(api.operations)


def test_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert named <= set(schemas)
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("description"), name


def test_the_form_has_every_option_with_its_schema(document):
    body = document["paths"]["/jobs"]["post"]["requestBody"]["content"]["multipart/form-data"]
    fields = body["schema"]["properties"]
    assert set(OPTIONS) <= set(fields) and {"files", "webhook", "fresh"} <= set(fields)
    for name, option in OPTIONS.items():
        if not option.several:
            assert fields[name] == json.loads(json.dumps(option.schema()))


def test_every_export_is_named(document):
    answer = document["paths"]["/results/{job_id}/exports/{name}"]["get"]
    (name,) = [one for one in answer["parameters"] if one["name"] == "name"]
    assert name["schema"]["enum"] == list(EXPORTS)
    kinds = answer["responses"]["200"]["content"]
    assert {row.format.media_type for row in EXPORTS.values()} <= set(kinds)


def test_every_operation_says_what_goes_wrong(document):
    for path, of in document["paths"].items():
        for method, operation in of.items():
            assert operation["summary"] and not operation["summary"].endswith(".")
            wrong = {s: r for s, r in operation["responses"].items() if s >= "400"}
            assert {"400", "500", "503"} <= set(wrong), (method, path)
            for answer in wrong.values():
                assert answer["description"].startswith("`")
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Error"}


def test_the_served_document_is_the_one_of_the_operations(program, document):
    answer = program.get("/openapi.json")
    assert answer.mimetype == "application/json" and answer.json == document


def test_the_models_are_their_cards(program):
    models = program.get("/models").json["models"]
    cards = {(p.parent.parent.name, p.parent.name) for p in ROOT.glob("models/*/*/card.json")}
    assert {(one["sense"], one["name"]) for one in models} <= cards and models
    assert {one["sense"] for one in models if one["default"]} >= {"voice", "face"}
    first = models[0]
    one = program.get(f"/models/{first['sense']}/{first['name']}").json
    path = ROOT / "models" / first["sense"] / first["name"] / "card.json"
    assert one == first and one["card"] == json.loads(path.read_text("utf-8"))
    assert program.get("/models/voice/none").status_code == 404


def test_health_says_whether_jobs_are_done(program, app):
    job = program.job()
    found = program.get("/health").json
    assert (found["status"], found["waiting"]) == ("degraded", 1) and job["state"] == "waiting"
    from datetime import UTC, datetime

    app.extensions["jobs"].worker_seen = lambda: datetime.now(UTC)
    found = program.get("/health").json
    assert found["status"] == "healthy" and found["worker_seen"].startswith("20")
