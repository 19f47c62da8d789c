"""The number of a request, and its line in the log."""

import json
import logging

import pytest

from source.core import logs


@pytest.fixture
def lines(app, monkeypatch):
    """What is logged while a test runs, as JSON."""
    settings = app.config["AVER"].with_values(LOG_FORMAT="json")
    monkeypatch.setitem(app.config, "AVER", settings)
    written = []
    form = logs.Json(logs.Scrub(settings.values), "web")

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(json.loads(form.format(record)))

    keep, root = Keep(), logging.getLogger("source")
    before = root.level
    root.addHandler(keep)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(keep)
    root.setLevel(before)


def test_every_answer_has_a_number_of_its_own(visitor):
    numbers = {visitor.get("/about").headers["X-Request-ID"] for _ in range(3)}
    assert len(numbers) == 3
    assert visitor.get("/nowhere").headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [(0, "0123456789abcdef", False), (1, "0123456789abcdef", True), (1, "a b\t<script>", False)],
)
def test_the_number_of_a_trusted_proxy_is_kept(visitor, app, monkeypatch, proxies, given, taken):
    monkeypatch.setitem(app.config, "AVER", app.config["AVER"].with_values(PROXIES=proxies))
    answer = visitor.get("/about", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is taken


def test_a_request_is_a_line_with_its_route_and_no_name(visitor, lines):
    answer = visitor.get("/analysis/Anna.wav")
    (line,) = [one for one in lines if one["logger"] == "source.web.requests"]
    assert line["route"] == "/analysis/<file_name>"
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert line["request"] == answer.headers["X-Request-ID"] and line["seconds"] >= 0
    assert "Anna" not in json.dumps(lines)


def test_an_unexpected_error_is_logged_without_the_name_and_found_by_its_number(
    visitor, jobs, lines, monkeypatch
):
    def find(name, caller):
        raise RuntimeError(f"{name} broke")

    monkeypatch.setattr(jobs, "find", find)
    answer = visitor.get("/analysis/Anna.wav", headers={"Accept": "application/json"})
    assert answer.status_code == 500
    (line,) = [one for one in lines if one["logger"] == "source.web.errors"]
    assert line["request"] in answer.json["error"]["hint"]
    assert line["error"] == "RuntimeError" and "[name] broke" in line["traceback"]
    assert "Anna" not in json.dumps(lines)
