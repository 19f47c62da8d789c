"""The client and the examples against the program as it is started by hand."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pandas
import pytest

from source.core import signature
from source.settings import ROOT
from source.store.names import display_name
from tests.api.conftest import tone
from tests.browser.conftest import served

EXAMPLES = ROOT / "examples"
SECRET = "a secret of the tests"


@pytest.fixture(scope="module")
def client():
    """The module aver.py, as somebody imports it who has it in their folder."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        import aver

        yield aver
    finally:
        sys.path.remove(str(EXAMPLES))
        sys.modules.pop("aver", None)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server whose worker gives made Results, and sends webhooks to this machine."""
    chosen = {"WEBHOOK_SECRET": SECRET, "WEBHOOK_PRIVATE": 1, "WORKERS": 2}
    folder = tmp_path_factory.mktemp("site")
    with served(folder, "-m", "tests.browser.site", **chosen) as address:
        yield address


@pytest.fixture
def aver(client, site):
    return client.Aver(site)


@pytest.fixture(scope="module")
def clip():
    return ROOT / "input_files" / "sample.mp4"


def test_from_file_to_table_and_report(aver, clip, tmp_path, capfd):
    job = aver.wait(aver.submit(clip, fps=2, explain=[0.5]), progress=True)
    assert job["state"] == "done" and job["options"]["fps"] == 2
    bar = capfd.readouterr().err
    assert "100%" in bar and "sample.mp4" in bar
    table = aver.table(job)
    assert isinstance(table, pandas.DataFrame) and {"start", "emotion"} <= set(table.columns)
    result = aver.result(job, labels="five")
    assert result["id"] == job["id"] and result["labels"] == "five"
    assert "json" in [row["name"] for row in aver.exports(job)]
    report = aver.export(job, "report.pdf", tmp_path)
    assert report.name == "sample_report.pdf" and report.read_bytes().startswith(b"%PDF")
    part = aver.export(job, "sound", tmp_path / "part.wav", start=0, end=0.5)
    assert part.read_bytes().startswith(b"RIFF")
    assert aver.submit(clip, fps=2, explain=[0.5])["id"] == job["id"]
    assert aver.submit(clip, fps=2, explain=[0.5], fresh=True)["id"] != job["id"]


def test_corrections(aver, clip):
    job = aver.wait(aver.submit(clip))
    assert aver.edit(job, "rename", person=1, name="Ann")["people"][0]["name"] == "Ann"
    assert aver.result(job)["face"]["people"][0]["name"] == "Ann"
    assert "name" not in aver.result(job, corrected=False)["face"]["people"][0]
    assert aver.undo(job)["made"] == [] and len(aver.redo(job)["made"]) == 1
    assert aver.edits(job)["people"][0]["name"] == "Ann"
    aver.undo(job)


def test_jobs_models_and_health(aver, tmp_path, client):
    path = tmp_path / "slow.wav"
    path.write_bytes(tone(level=11))
    job = aver.submit(path)
    assert job["id"] in [one["id"] for one in aver.jobs(limit=1)]
    assert aver.cancel(job)["id"] == job["id"]
    with pytest.raises(client.AverError, match="cancelled"):
        aver.wait(job)
    aver.delete(job)
    with pytest.raises(client.AverError) as told:
        aver.job(job)
    assert (told.value.code, told.value.status) == ("not_found", 404) and told.value.hint
    assert aver.models() and aver.health()["status"] == "healthy"


def test_a_folder_goes_on_where_one_file_is_bad(aver, client, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Grüße „x“.wav").write_bytes(tone(level=12))
    (tmp_path / "notes.txt").write_text("no recording")
    found = aver.submit_folder(tmp_path)
    names = {path.name: job for path, job in found.items()}
    assert isinstance(names["notes.txt"], client.AverError)
    assert names["Grüße „x“.wav"]["names"] == [display_name("Grüße „x“.wav")]


def test_a_film_is_read_while_it_is_sent(client, tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(3 * client.BLOCK + 5))
    form = client._Multipart([("fps", "2")], [path])
    blocks = list(form)
    assert sum(map(len, blocks)) == len(form) and max(map(len, blocks)) == client.BLOCK


def test_a_busy_server_is_asked_again_and_the_key_stays_the_same(client, tmp_path):
    seen = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers["Idempotency-Key"])
            body = json.dumps({"jobs": [{"id": "x"}]}).encode()
            self.send_response(503 if len(seen) < 3 else 201)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    path = tmp_path / "a.wav"
    path.write_bytes(b"x")
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        job = client.Aver(f"http://127.0.0.1:{server.server_port}").submit(path)
        server.shutdown()
    assert job == {"id": "x"} and len(seen) == 3 and len(set(seen)) == 1


def test_the_client_checks_what_the_server_signs(client):
    body = json.dumps({"type": "job.done"}).encode()
    now = int(time.time())
    for secret in (SECRET, "whsec_" + "YWJj" * 8):
        headers = signature.headers(secret, "msg", now, body)
        assert client.check_webhook(headers, body, secret) == {"type": "job.done"}
        upper = {name.title(): value for name, value in headers.items()}
        assert client.check_webhook(upper, body, secret)
    good = signature.headers(SECRET, "msg", now, body)
    for headers, sent, secret in (
        (good, body + b" ", SECRET),
        (good, body, "another secret"),
        ({**good, "webhook-id": "other"}, body, SECRET),
        ({**good, "webhook-timestamp": str(now + 1)}, body, SECRET),
        (signature.headers(SECRET, "msg", now - 1000, body), body, SECRET),
        ({}, body, SECRET),
        ({**good, "webhook-signature": "v1,é"}, body, SECRET),
    ):
        with pytest.raises(client.SignatureError):
            client.check_webhook(headers, sent, secret)


def run(script, *arguments, **environment):
    return subprocess.run(
        [sys.executable, str(EXAMPLES / script), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )


def test_the_client_is_a_command_too(site, clip):
    done = run("aver.py", clip, "nothing.wav", "--address", site, "--labels", "ekman7")
    assert done.returncode == 1 and "nothing.wav" in done.stderr
    assert json.loads(done.stdout)["labels"] == "ekman7"


def test_the_example_of_a_researcher(site, clip, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mp4").write_bytes(clip.read_bytes())
    (tmp_path / "in" / "b.wav").write_bytes(tone(level=21))
    (tmp_path / "in" / "c.txt").write_text("no recording")
    done = run("researcher.py", tmp_path / "in", "--address", site, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    table = pandas.read_csv(tmp_path / "readings.csv")
    assert set(table["file"]) == {"a.mp4", "b.wav"} and "c.txt" in done.stderr
    assert (tmp_path / "valence.png").read_bytes().startswith(b"\x89PNG")


def test_the_example_of_a_developer(site, tmp_path):
    path = tmp_path / "called.wav"
    path.write_bytes(tone(level=31))
    done = run("developer.py", path, "--address", site, WEBHOOK_SECRET=SECRET)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("job.done")


def test_the_example_of_a_developer_says_that_it_needs_the_secret(site, tmp_path):
    done = run("developer.py", tmp_path / "called.wav", "--address", site, WEBHOOK_SECRET="")
    assert done.returncode == 2 and "Set WEBHOOK_SECRET" in done.stderr


def test_the_example_of_a_presenter(site, clip, tmp_path):
    film = tmp_path / "talk.mp4"
    film.write_bytes(clip.read_bytes())
    done = run("presenter.py", film, "--address", site)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "talk.pdf").read_bytes().startswith(b"%PDF")


def test_the_lines_of_the_readme_lead_from_file_to_result(tmp_path_factory):
    """With the models: this is what somebody sees who copies the lines."""
    if not (ROOT / "models" / "index.json").is_file():
        pytest.skip("There are no models; restore them, or train them as the README says.")
    text = (ROOT / "README.md").read_text("utf-8")
    (line,) = re.findall(r"^(curl .*/api/v1/analyse)$", text, re.MULTILINE)
    with served(tmp_path_factory.mktemp("readme"), "app.py") as address:
        asked = line.replace("http://127.0.0.1:5000", address)
        assert asked != line
        done = subprocess.run(
            asked, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
        )
    result = json.loads(done.stdout)
    assert result["version"] == 1 and Path(result["source"]["name"]).suffix
    assert result["emotion"]["label"]
