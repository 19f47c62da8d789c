"""gunicorn as it is configured, and the scripts that start and stop all services."""

import os
import subprocess
import sys

import pytest

from source.settings import Settings
from source.web import serving
from tests.listening import free_port
from tests.running.conftest import ROOT, ask, environment, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="gunicorn does not run on Windows"),
]

SENT = {"X_Forwarded_For": "9.9.9.9", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.org"}


@pytest.fixture(scope="module")
def server(served):
    return served(LOG_FORMAT="json", WEB_PROCESSES=2)


def test_the_options_follow_the_settings(tmp_path):
    settings = Settings.load({"HOST": "::1", "PORT": "81", "WEB_THREADS": "9"}, root=tmp_path)
    options = serving.gunicorn_options(settings)
    assert (options["bind"], options["threads"], options["workers"]) == ("[::1]:81", 9, 1)
    assert options["worker_class"] == "gthread"


def test_a_container_finds_it_alive(server, settings):
    from source.cli import alive

    assert alive.main([], settings.with_values(PORT=server.port, HOST="0.0.0.0")) == 0


def test_it_serves_the_pages_without_a_model(server):
    assert "AVER" in server.ask("/").text
    for number in children(server.process.pid):
        with open(f"/proc/{number}/maps") as maps:
            assert not {w for w in ("litert", "tensorflow") if w in maps.read().lower()}


def children(number):
    with open(f"/proc/{number}/task/{number}/children") as file:
        found = file.read().split()
    assert len(found) == 2, "WEB_PROCESSES"
    return found


def test_headers_of_a_proxy_are_not_believed_unless_a_setting_says_so(server, served):
    said = server.ask("/example", **SENT).headers["Location"] or ""
    assert "evil.org" not in said
    trusting = served(PROXIES=1, HTTPS=1)
    for one, trusted in ((server, False), (trusting, True)):
        answer = one.ask("/theme", **SENT)
        assert answer.status == 405
        link = one.ask("/whoami-of-nobody", **SENT)
        assert link.status == 404
        assert one.ask("/health/live", **SENT).json == {"status": "healthy"}
        assert ("Strict-Transport-Security" in link.headers) is trusted


def test_its_log_is_of_one_form_and_tells_requests(server):
    server.ask("/about")
    lines = until(lambda: [x for x in server.lines() if x.get("route") == "/about"])
    assert lines[0]["process"] == "web" and lines[0]["status"] == 200
    other = [x for x in server.log.read_text("utf-8").splitlines() if not x.startswith("{")]
    assert [line for line in other if not line.startswith("AVER is at")] == []


def test_the_metrics_of_all_its_processes_add_up(served):
    server = served(WEB_PROCESSES=2, METRICS="local")
    number = 30
    for _ in range(number):
        server.ask("/about")
    told = server.ask("/metrics").text
    wanted = 'aver_request_seconds_count{method="GET",route="/about",status="200"}'
    (count,) = [line.split()[-1] for line in told.splitlines() if line.startswith(wanted)]
    assert float(count) == number
    (held,) = [line for line in told.splitlines() if line.startswith("aver_memory_bytes{")]
    assert float(held.split()[-1]) > 50e6 and 'process="web"' in held
    assert server.ask("/metrics", X_Forwarded_For="9.9.9.9").status == 404


def test_it_ends_in_good_time_when_told_to(served):
    server = served()
    assert server.stop() == 0


def test_a_wrong_setting_stops_it_with_a_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"],
        cwd=ROOT,
        env=environment(tmp_path, WEB_THREADS="many"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode and "WEB_THREADS" in done.stderr and "Traceback" not in done.stderr


def test_the_scripts_start_and_stop_all_services(tmp_path):
    port = free_port()
    values = environment(tmp_path, PORT=port, PYTHON=sys.executable)

    def script(name):
        command = ["sh", f"deploy/{name}.sh"]
        return subprocess.run(
            command, cwd=ROOT, env=values, capture_output=True, text=True, timeout=90
        )

    try:
        first = script("start")
        assert first.returncode == 0, first.stderr
        assert until(lambda: ask(port, "/health/live").status == 200)
        ready = until(lambda: ask(port, "/health/ready").json["checks"]["worker"] == "ok")
        assert ready
        again = script("start")
        assert again.stdout.count("runs already") == 2
    finally:
        last = script("stop")
    assert last.stdout.count("has ended") == 2
    assert script("stop").stdout == ""
    with pytest.raises(OSError):
        ask(port, "/health/live")
    assert list((tmp_path / "data" / "run").glob("*.pid")) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [({"HOST": "no such host"}, "no such host"), ({"PORT": "many"}, "PORT")],
)
def test_the_script_says_at_once_what_cannot_run(tmp_path, values, said):
    given = environment(tmp_path, **{"PORT": free_port(), "PYTHON": sys.executable, **values})
    done = subprocess.run(
        ["sh", "deploy/start.sh"], cwd=ROOT, env=given, capture_output=True, text=True, timeout=90
    )
    assert done.returncode and said in done.stderr and "Traceback" not in done.stderr
    assert list((tmp_path / "data").glob("run/*.pid")) == []
