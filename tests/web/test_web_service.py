"""Whether a server is alive and ready, asked by an orchestrator."""

import pytest

from source.jobs import Jobs
from source.jobs.service import Service
from source.settings import Settings
from source.store.lock import FileLock
from source.web.proxies import trust


@pytest.fixture
def real(app, tmp_path):
    """The application over jobs of a folder of its own."""
    settings = Settings.load({}, root=tmp_path).with_values(DATA_DIR=str(tmp_path / "own"))
    jobs = Jobs(settings)
    app.extensions["jobs"] = jobs
    yield jobs
    jobs.close()


def test_alive_is_told_without_looking_at_anything(visitor, app):
    app.extensions["jobs"] = None
    answer = visitor.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "healthy"})
    assert "Set-Cookie" not in answer.headers


def test_ready_is_told_with_what_was_looked_at(visitor, real, tmp_path):
    answer = visitor.get("/health/ready")
    assert answer.status_code == 200 and answer.json["status"] == "ready"
    checks = answer.json["checks"]
    assert {k for k, v in checks.items() if v == "ok"} == {"database", "queue", "folder"}
    assert checks["worker"] == "No worker gives a sign."
    assert "Set-Cookie" not in answer.headers
    lock = FileLock(tmp_path / "own" / "worker.lock")
    lock.take(), lock.touch()
    assert visitor.get("/health/ready").json["checks"]["worker"] == "ok"
    lock.give_back()
    assert list((tmp_path / "own").glob("probe*")) == []


def test_not_ready_where_recordings_would_be_refused(visitor, real, monkeypatch, tmp_path):
    monkeypatch.setattr("source.jobs.service.LEAST_FREE", 1 << 62)
    answer = visitor.get("/health/ready")
    assert answer.status_code == 503 and answer.json["status"] == "not ready"
    assert answer.json["checks"]["folder"] == "The disk is almost full."
    assert str(tmp_path) not in answer.text


def test_a_driver_that_breaks_is_told_by_its_kind_alone(tmp_path):
    def broken():
        raise RuntimeError("redis://:secret@host does not answer")

    class Broken:
        waiting = staticmethod(broken)
        ids = staticmethod(broken)

    service = Service(tmp_path, table=Broken(), queue=Broken(), worker_seen=broken)
    wrong = {check.name: check.wrong for check in service.checks()}
    assert wrong["database"] == wrong["queue"] == "It failed (RuntimeError)."
    assert wrong["folder"] == "" and wrong["worker"]


@pytest.mark.parametrize(
    ("proxies", "host", "address"),
    [(0, "localhost", "127.0.0.1"), (1, "two.org", "2.2.2.2"), (2, "one.org", "1.1.1.1")],
)
def test_as_many_proxies_are_believed_as_the_setting_says(proxies, host, address):
    from flask import Flask, jsonify, request

    def seen():
        return jsonify(request.host, request.remote_addr)

    app = Flask("proxied")
    app.add_url_rule("/", view_func=seen, endpoint="x")
    trust(app, proxies=proxies)
    sent = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2", "X-Forwarded-Host": "one.org, two.org",
            "X-Forwarded-Proto": "https, https"}  # fmt: skip
    assert app.test_client().get("/", headers=sent).json == [host, address]


@pytest.fixture
def metered(real, app, monkeypatch):
    """Say who may read the metrics."""

    def set_to(value):
        settings = app.config["AVER"].with_values(METRICS=value)
        monkeypatch.setitem(app.config, "AVER", settings)

    return set_to


HERE, ELSEWHERE = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.parametrize(
    ("value", "environ", "headers", "status"),
    [
        ("off", HERE, {}, 404),
        ("local", HERE, {}, 200),
        ("local", {"REMOTE_ADDR": "::1"}, {}, 200),
        ("local", {"REMOTE_ADDR": "::ffff:127.0.0.1"}, {}, 200),
        ("local", ELSEWHERE, {}, 404),
        ("local", {"REMOTE_ADDR": ""}, {}, 404),
        ("local", HERE, {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("local", HERE, {"Via": "1.1 proxy"}, 404),
        ("open", ELSEWHERE, {}, 200),
    ],
)
def test_who_may_read_the_metrics(visitor, metered, value, environ, headers, status):
    metered(value)
    answer = visitor.get("/metrics", environ_overrides=environ, headers=headers)
    assert answer.status_code == status and "Set-Cookie" not in answer.headers
    assert ("aver_jobs" in answer.text) is (status == 200)
