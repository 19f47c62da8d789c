"""What stands in the log, and what must not."""

import io
import json
import logging
import threading

import pytest

from source.core import logs
from source.settings import SETTINGS, Settings

log = logging.getLogger("source.test")


@pytest.fixture
def begin(tmp_path):
    """Log to a text of the test's own; everything is as before when it ends."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, {n: logging.getLogger(n).level for n in logs.QUIET}

    def begin(**values):
        stream = io.StringIO()
        settings = Settings.load({}, root=tmp_path).with_values(**values)
        logs.begin(settings.values, process="worker", stream=stream)
        return stream

    yield begin
    logging.captureWarnings(False)
    root.handlers[:], level, levels = before
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    logs.turn_to()


def test_a_line_of_json_tells_what_it_is_about(begin):
    stream = begin(LOG_FORMAT="json")
    with logs.about(job="01J", request="abc"):
        log.warning("Took %d s.", 3)
    log.info("Nothing in particular.")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["message"] == "Took 3 s." and first["level"] == "warning"
    assert (first["job"], first["request"], first["process"]) == ("01J", "abc", "worker")
    assert first["time"].endswith("Z") and first["logger"] == "source.test"
    assert "job" not in second and "error" not in second


def test_a_line_of_text_tells_it_too_unless_the_message_does(begin):
    stream = begin()
    with logs.about(job="01J"):
        log.info("Reading.")
        log.info("Job 01J is done.")
    first, second = stream.getvalue().splitlines()
    assert first.endswith("INFO worker: Reading. [job=01J]")
    assert second.endswith("INFO worker: Job 01J is done.")


def broken(name):
    try:
        raise ValueError(f"/data/{name} cannot be read")
    except ValueError:
        log.exception("“%s” broke.", name)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", ["Anna Müller.wav", "x.y.mp4", "\N{SNOWMAN}men.png"])
def test_names_of_recordings_are_taken_out_of_messages_and_tracebacks(begin, form, name):
    stream = begin(LOG_FORMAT=form)
    with logs.about(names=[name], job="01J"):
        broken(name)
        log.warning("%a", name)
    text = stream.getvalue()
    assert text.count(logs.NAME) >= 3 and "01J" in text and "ValueError" in text
    for spelling in (name, name.rpartition(".")[0], ascii(name)[1:-1]):
        assert spelling not in text


def test_a_setting_lets_names_stand(begin):
    stream = begin(LOG_NAMES=True)
    with logs.about(names=["Anna.wav"]):
        broken("Anna.wav")
    assert "Anna.wav" in stream.getvalue() and logs.NAME not in stream.getvalue()


def test_secrets_never_stand_in_the_log(begin, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws-secret")
    stream = begin(SECRET_KEY="cookie-secret", LOG_NAMES=True)
    log.warning("postgresql://aver:db-secret@host/aver and cookie-secret and aws-secret")
    log.warning("Authorization: Bearer token-secret")
    broken("redis://:redis-secret@host")
    text = stream.getvalue()
    assert "secret" not in text and "postgresql://aver:…@host/aver" in text


def test_every_secret_setting_is_known_by_its_name():
    """Those that a page hides and that are words, neither folders nor addresses."""
    words = {s.name for s in SETTINGS if s.hidden and isinstance(s.default, str)}
    hidden = {name for name in words if not name.endswith(("_DIR", "_URL"))}
    assert hidden and {name for name in hidden if not logs.SECRET_NAMES.search(name)} == set()


def test_a_message_cannot_pass_for_a_second_line(begin):
    stream = begin()
    log.info("one\n2026-01-01 ERROR web: two\x1b[2J")
    assert stream.getvalue().count("\n") == 1 and "\x1b" not in stream.getvalue()


def test_less_important_lines_are_left_out(begin):
    stream = begin(LOG_LEVEL="warning")
    log.info("Nobody asked.")
    logging.getLogger("huey").info("Nobody asked.")
    log.warning("Listen.")
    assert "Nobody" not in stream.getvalue() and "Listen." in stream.getvalue()


def test_what_a_thread_is_about_is_its_own(begin):
    stream = begin()
    with logs.about(job="01J"):
        thread = threading.Thread(target=log.info, args=("Elsewhere.",))
        thread.start()
        thread.join()
    assert stream.getvalue().strip().endswith("Elsewhere.")
