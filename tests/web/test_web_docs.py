"""The page of the API: every operation without a script, and files that are for everybody."""

import re

import pytest

from source.settings import ROOT
from source.web import served
from source.web.api import api
from tests.web.conftest import Visitor


def test_the_page_shows_every_operation_and_is_linked_from_every_page(visitor):
    assert 'href="/docs"' in visitor.get("/about").text
    page = visitor.get("/docs").text
    for operation in api.operations:
        assert f'id="{operation.name}"' in page and f"/api/v1{operation.path}" in page
    assert "{{" not in page and "`" not in page.partition("<pre")[0]


def test_the_page_gives_the_client_away(app, visitor):
    (address,) = re.findall(r'href="(/client/[^"]+)"', visitor.get("/docs").text)
    answer = app.test_client().get(address, buffered=True)
    assert answer.data == (ROOT / "examples" / "aver.py").read_bytes()
    assert "Set-Cookie" not in answer.headers and answer.mimetype == "text/x-python"


def test_what_tries_the_api_comes_from_the_package_and_from_nowhere_else(app, visitor):
    pytest.importorskip("flask_openapi_swagger", reason="flask-openapi-swagger is not installed.")
    page = visitor.get("/docs/try").text
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert {f"/docs/swagger/{name}" for name in served.SWAGGER} <= set(named)
    assert not [one for one in named if "//" in one]
    for name in served.SWAGGER:
        answer = app.test_client().get(f"/docs/swagger/{name}", buffered=True)
        assert answer.status_code == 200 and len(answer.data) > 50_000
        assert "Set-Cookie" not in answer.headers and "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["plugins.py", "..%2F..%2Fplugins.py", "index.html", "none"])
def test_nothing_else_of_the_package_is_served(app, name):
    assert app.test_client().get(f"/docs/swagger/{name}").status_code == 404


def test_without_the_package_the_page_says_so(visitor, monkeypatch):
    from source.web.pages import docs

    monkeypatch.setattr(docs, "swagger_folder", lambda: None)
    assert "Try it here" not in visitor.get("/docs").text
    page = visitor.get("/docs/try").text
    assert "not installed" in page and 'id="swagger"' not in page


def test_a_page_may_use_the_api_with_the_token_of_its_forms(app):
    visitor = Visitor(app)
    page = visitor.get("/docs/try").text
    (token,) = re.findall(r'data-token="([^"]+)"', page)
    answer = visitor.client.post("/api/v1/jobs", headers={"X-CSRFToken": token})
    assert answer.status_code == 422  # there is no file, but the request was let in
