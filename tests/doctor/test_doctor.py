"""What the doctor finds: one thing broken at a time, and the cure it names."""

import json
import os
import shutil
import socket
import sqlite3
from dataclasses import replace

import pytest

from source.cli import main
from source.doctor import (
    OK,
    WARNING,
    WRONG,
    decoders,
    examine,
    installation,
    machine,
    models,
    serving,
    storage,
)
from source.settings import ROOT, SETTINGS, Settings
from source.store.database import Database


def only(look, settings):
    """The findings of one look, by name."""
    return {finding.name: finding for finding in look(settings)}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Everything, on an installation that was never started."""
    folder = tmp_path_factory.mktemp("whole")
    settings = Settings.load({}, root=folder).with_values(
        DATA_DIR=str(folder / "data"), RESULTS_DIR=str(folder / "results")
    )
    before = sorted(folder.rglob("*"))
    findings = list(examine(settings, strict=True))
    assert sorted(folder.rglob("*")) == before, "It changed something."
    return findings


def test_nothing_is_wrong_with_this_installation(found):
    assert [f for f in found if f.state == WRONG] == []
    assert {f.group for f in found} == {
        "Installation", "Models", "Decoders", "Storage", "Machine", "Web server"
    }  # fmt: skip


def test_every_finding_that_is_not_well_names_a_cure(found):
    assert [f for f in found if bool(f.cure) == (f.state == OK)] == []
    assert all(f.text for f in found)


def test_every_family_of_recordings_is_read(found):
    read = {f.name: f.text.split(", ") for f in found if f.group == "Decoders"}
    assert set(read["sound"]) == set(decoders.SOUNDS)
    assert set(read["pictures"]) == set(decoders.PICTURES)
    assert set(read["films"]) == set(decoders.FILMS)


def test_it_says_what_really_ran_a_network(found):
    (ran,) = [f for f in found if f.name == "what runs"]
    assert "LiteRT 2" in ran.text or "TensorFlow 2" in ran.text


def test_a_decoder_that_reads_something_else_is_wrong(settings, monkeypatch):
    monkeypatch.setattr(decoders, "_as_written", lambda _: False)
    finding = only(decoders.pictures, settings)["pictures"]
    assert finding.state == WRONG and "JPEG" in finding.text and "install" in finding.cure


def test_a_family_without_an_encoder_is_said_not_to_be_tried(settings, monkeypatch):
    monkeypatch.setitem(decoders.SOUNDS, "MP3", (".mp3", "no such encoder"))
    (first, second) = decoders.sounds(settings)
    assert (first.state, second.state) == (WARNING, OK)
    assert "MP3" in first.text and "MP3" not in second.text


def test_a_model_file_that_was_changed_is_named(settings, tmp_path):
    shutil.copytree(ROOT / "models", tmp_path / "models", ignore=shutil.ignore_patterns("samples"))
    settings = settings.with_values(MODELS_DIR=str(tmp_path / "models"))
    with (tmp_path / "models/face/residual/model.tflite").open("ab") as file:
        file.write(b"x")
    findings = only(models.own, settings)
    assert findings["face/residual"].state == WRONG and findings["face/residual"].cure
    assert findings["voice"].state == OK
    (tmp_path / "models/index.json").unlink()
    assert only(models.own, settings)["voice"].state == WRONG


def test_without_the_speech_encoder_it_says_what_answers_worse(settings, without_encoder):
    finding = only(models.foreign, settings)["speech encoder"]
    assert finding.state == WARNING and "setup.py install" in finding.cure
    off = only(models.foreign, settings.with_values(SPEECH_ENCODER=False))["speech encoder"]
    assert "SPEECH_ENCODER=1" in off.cure


def test_packages_that_are_missing_or_of_another_version(settings, tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text(
        "# pins\nnumpy==0.1\nno-such-thing==1.0\nnobody==1 ; sys_platform == 'never'\n"
    )
    monkeypatch.setattr(installation, "ROOT", tmp_path)
    missing, other = installation.packages(settings)
    assert (missing.state, other.state) == (WRONG, WARNING)
    assert "no-such-thing" in missing.text and "numpy" in other.text


def test_a_python_it_was_not_made_for(settings, monkeypatch):
    monkeypatch.setattr(installation, "VERSIONS", ((2, 7),))
    (finding,) = installation.python(settings)
    assert finding.state == WRONG and "3.13" in finding.cure


# --- storage --------------------------------------------------------------------------------------


def test_a_file_in_place_of_a_folder(settings, tmp_path):
    (tmp_path / "data").write_text("")
    finding = only(storage.folders, settings)["DATA_DIR"]
    assert finding.state == WRONG and "DATA_DIR" in finding.cure


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "data").mkdir(mode=0o500)
    assert only(storage.folders, settings)["DATA_DIR"].state == WRONG


@pytest.mark.parametrize(("free", "state"), [(9e9, OK), (1e9, WARNING), (1e8, WRONG)])
def test_how_much_room_there_is(settings, monkeypatch, free, state):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(storage.shutil, "disk_usage", lambda _: usage._replace(free=int(free)))
    assert only(storage.folders, settings)["DATA_DIR"].state == state


@pytest.fixture
def file(settings):
    folder = settings.path("DATA_DIR")
    folder.mkdir()
    Database("", folder=folder).close()
    return folder / "aver.db"


def test_a_database_of_this_release_is_well(settings, file):
    (finding,) = storage.database(settings)
    assert finding.state == OK and "this release" in finding.text


@pytest.mark.parametrize(("version", "state"), [("0001", WARNING), ("9999", WRONG)])
def test_tables_of_another_release(settings, file, version, state):
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
    connection.close()
    (finding,) = storage.database(settings)
    assert finding.state == state and version in finding.text


def test_a_damaged_database_and_queue(settings, file):
    for name, look in (("aver.db", storage.database), ("queue.db", storage.queue)):
        (file.parent / name).write_bytes(b"no database at all" * 500)
        (finding,) = look(settings)
        assert finding.state == WRONG and "damaged" in finding.text


def test_a_server_that_does_not_answer_and_its_password(settings):
    url = "postgresql://aver:hunter22@127.0.0.1:1/aver"
    (finding,) = storage.database(settings.with_values(DATABASE_URL=url))
    assert finding.state == WRONG and "hunter22" not in f"{finding.text} {finding.cure}"


def test_a_full_queue(settings):
    from source.jobs.queue import Queue

    data = settings.path("DATA_DIR")
    data.mkdir()
    queue = Queue(data)
    queue.put("01J")
    queue.close()
    (finding,) = storage.queue(settings)
    assert finding.state == OK and " 1 of at most 200" in finding.text
    (finding,) = storage.queue(settings.with_values(MAX_QUEUE=1))
    assert finding.state == WARNING


def elsewhere(settings, **values):
    """Settings of several machines."""
    return Settings({**settings.values, **values})


def test_a_queue_that_does_not_answer_and_its_password(settings):
    (finding,) = storage.queue(elsewhere(settings, QUEUE_URL="redis://:hunter22@127.0.0.1:1/0"))
    assert finding.state == WRONG and "hunter22" not in f"{finding.text} {finding.cure}"


def test_a_store_is_written_and_read_and_left_as_it_was(settings, tmp_path):
    pytest.importorskip("fsspec")
    assert list(storage.store(settings)) == []
    (tmp_path / "store").mkdir()
    (finding,) = storage.store(elsewhere(settings, STORAGE_URL=f"file://{tmp_path}/store"))
    assert finding.state == OK and list((tmp_path / "store").iterdir()) == []
    (finding,) = storage.store(elsewhere(settings, STORAGE_URL=f"file://{tmp_path}/none"))
    assert finding.state == WRONG and finding.cure
    (finding,) = storage.store(elsewhere(settings, STORAGE_URL="nothing://x"))
    assert finding.state == WRONG


def test_a_worker_that_is_away(settings):
    from source.store.lock import FileLock

    data = settings.path("DATA_DIR")
    data.mkdir()
    lock = FileLock(data / "worker.lock")
    lock.take()
    lock.touch()
    (finding,) = storage.worker(settings)
    assert finding.state == OK
    lock.give_back()
    os.utime(data / "worker.lock", (0, 0))
    (finding,) = storage.worker(settings)
    assert finding.state == WARNING and "days" in finding.text and "make worker" in finding.cure


# --- machine and server ---------------------------------------------------------------------------


def test_more_threads_than_cores(settings):
    (finding,) = machine.processor(settings.with_values(WORKERS=64))
    assert finding.state == WARNING and "WORKERS" in finding.cure


@pytest.mark.parametrize(("free", "state"), [(3e9, OK), (1e9, WARNING), (None, OK)])
def test_how_much_memory_there_is(settings, monkeypatch, free, state):
    monkeypatch.setattr(machine, "_available", lambda: free)
    (finding,) = machine.memory(settings)
    assert finding.state == state


@pytest.mark.parametrize(("sees", "state"), [(True, OK), (False, WARNING)])
def test_a_graphics_card_that_tensorflow_cannot_use(settings, tmp_path, monkeypatch, sees, state):
    from source.runtime import device, tensorflow

    monkeypatch.setattr(machine, "CARDS", (str(tmp_path),))
    monkeypatch.setattr(tensorflow, "sees_gpu", lambda: sees)
    monkeypatch.setattr(device, "gpu_name", lambda: "Card 5")
    (finding,) = machine.graphics(settings)
    assert finding.state == state
    (finding,) = machine.graphics(settings.with_values(RUNTIME="litert"))
    assert finding.state == OK


def test_a_font_that_is_not_there(settings, tmp_path, monkeypatch):
    import matplotlib

    monkeypatch.setattr(matplotlib, "get_data_path", lambda: str(tmp_path))
    (finding,) = machine.fonts(settings)
    assert finding.state == WRONG


def test_an_address_that_another_program_has(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (finding,) = serving.address(settings.with_values(PORT=port))
    assert finding.state == WRONG and "PORT" in finding.cure


@pytest.mark.parametrize(
    ("values", "state"),
    [({}, OK), ({"HOST": "0.0.0.0"}, WARNING), ({"HOST": "0.0.0.0", "HTTPS": True}, OK)],
)
def test_what_others_reach_has_to_be_protected(settings, values, state):
    assert only(serving.safety, settings.with_values(**values))["safety"].state == state
    values = {**values, "METRICS": "open"}
    findings = only(serving.safety, settings.with_values(**values))
    assert ("metrics" in findings) is (values.get("HOST") == "0.0.0.0")


def test_a_look_that_breaks_is_a_finding_and_the_others_go_on(settings, monkeypatch):
    def broken(_):
        raise RuntimeError("unforeseen")

    def missing(_):
        raise ModuleNotFoundError("No module named 'av'", name="av")

    looks = [("A", "one", broken), ("A", "two", missing), ("B", "Python", installation.python)]
    monkeypatch.setattr("source.doctor.looks.LOOKS", looks)
    one, two, three = examine(settings)
    assert "unforeseen" in one.text and "--traceback" in one.cure
    assert "“av”" in two.text and "setup.py install" in two.cure
    assert three.state == OK
    with pytest.raises(RuntimeError):
        list(examine(settings, strict=True))


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def called(tmp_path, monkeypatch, capsys):
    """Call ``--doctor`` with given findings: (exit status, stdout)."""

    def call(*findings, flags=()):
        monkeypatch.setattr("source.cli.doctor.examine", lambda *_, **__: iter(findings))
        status = main(["--doctor", *flags])
        return status, capsys.readouterr().out

    return call


def test_people_get_a_list_with_cures_and_programs_get_json(called, found):
    (good,) = [f for f in found if f.name == "Python"]
    bad = replace(good, name="disk", state=WRONG, text="full", cure="Make room.", group="Storage")
    status, text = called(good, bad)
    assert status == 1 and "Make room." in text and "1 thing is wrong" in text
    status, text = called(good)
    assert status == 0 and "All is well." in text
    status, text = called(good, replace(bad, state=WARNING))
    assert status == 0 and "1 could be better" in text
    status, text = called(good, bad, flags=["--json"])
    told = json.loads(text)
    assert status == 1 and told["good"] is False and told["version"] == 1
    assert told["findings"][1] == {
        "name": "disk", "state": "wrong", "text": "full", "cure": "Make room.", "group": "Storage"
    }  # fmt: skip


def test_long_texts_stay_within_the_terminal(called, found, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    _, text = called(replace(found[0], text="words " * 40, state=WRONG, cure="do this " * 20))
    assert max(map(len, text.splitlines())) <= 60


@pytest.mark.parametrize("words", [["a.wav"], ["--worker"], ["--fps", "3"]])
def test_it_goes_with_nothing_else(words, capsys):
    assert main(["--doctor", *words]) == 2
    assert "--doctor" in capsys.readouterr().err


def test_settings_named_in_cures_exist(found):
    names = {s.name for s in SETTINGS}
    import re

    for finding in found:
        for name in re.findall(r"\b([A-Z]+_(?:DIR|URL|ENCODER|QUEUE|HOURS))\b", finding.cure):
            assert name in names
