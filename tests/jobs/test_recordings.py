"""What is known of a file is found out once, and belongs to the bytes that came in."""

import hashlib
import io
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from source.core.errors import EmptyFile, NotFound
from source.core.options import Options
from source.core.result import Note, VideoStream
from source.media import Limits, Recording, probe
from source.media.clock import Part
from tests.jobs.fakes import ME
from tests.jobs.fakes import analyse as pretended


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """The files that are read through for their SHA-256."""
    read: list[str] = []
    digest = hashlib.file_digest

    def count(file, algorithm):
        read.append(file.name)
        return digest(file, algorithm)

    monkeypatch.setattr(hashlib, "file_digest", count)
    return read


@pytest.fixture
def opens(monkeypatch) -> list[str]:
    """The files that FFmpeg opens to read."""
    import av

    read: list[str] = []
    opened = av.open

    def count(file, mode=None, **values):
        if mode != "w":
            read.append(str(file))
        return opened(file, mode, **values)

    monkeypatch.setattr(av, "open", count)
    return read


def test_a_job_probes_and_hashes_its_file_once(jobs, runner, samples, probes, hashes, opens):
    """Intake, pages, analysis, both drawings and a copy share what was found out."""
    from source.analysis import analyse

    clip = (samples / "sample.mp4").read_bytes()
    asked = Options(annotate=True, explain=(), seconds=1.0)
    job = jobs.submit([("clip.mp4", io.BytesIO(clip))], asked, ME)
    at_intake = len(opens)
    jobs.shown(job.id, ME)
    assert len(opens) == at_intake
    runner(analyse).work(job.id)
    drawings, missing = jobs.drawings(job.id, ME)
    jobs.shown(job.id, ME)
    assert len(drawings) >= 2 and not missing
    assert (probes, len(hashes)) == (["clip.mp4"], 1)
    assert jobs.result(job.id, ME).source.sha256 == hashlib.sha256(clip).hexdigest()
    # a probe opens it three times; voice, face, the pictures of faces, and each drawing once
    assert (at_intake, len(opens)) == (3, 9)


def test_a_pair_keeps_what_is_known_of_both(jobs, runner, tone, picture, probes):
    pair = [("v.wav", io.BytesIO(tone)), ("f.png", io.BytesIO(picture))]
    (job,), _ = jobs.submit_each(pair, Options(analysis="combined"), ME)
    seen = []

    def look(recordings, *_, **values):
        seen.extend(recordings)
        return pretended(recordings, *_, **values)

    runner(look).work(job.id)
    assert [(r.name, r.kind) for r in seen] == [("f.png", "image"), ("v.wav", "audio")]
    assert sorted(probes) == ["f.png", "v.wav"]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_second_try_neither_copies_nor_probes_the_files(
    jobs, runner, data, tone, picture, probes, hashes, links, monkeypatch
):
    if not links:
        monkeypatch.setattr(os, "link", refused)
    pair = [("v.wav", io.BytesIO(tone)), ("f.png", io.BytesIO(picture))]
    (old,), _ = jobs.submit_each(pair, Options(analysis="combined"), ME)
    before = [(jobs.upload_path(old.id, ME, i).read_bytes()) for i in range(2)]
    probes.clear(), hashes.clear()
    new = jobs.again(old.id, ME, blur_faces=True)
    assert (new.names, new.analysis) == (old.names, "combined")
    assert new.options == replace(old.options, blur_faces=True)
    paths = [jobs.upload_path(new.id, ME, i) for i in range(2)]
    if links:
        assert all(path.stat().st_nlink == 2 for path in paths)
    jobs.delete(old.id, ME)
    assert [path.read_bytes() for path in paths] == before
    runner(pretended).work(new.id)
    assert jobs.result(new.id, ME) and (probes, hashes) == ([], [])


def refused(*_: object) -> None:
    raise PermissionError


def test_a_second_try_without_a_recording_leaves_nothing(jobs, data, tone):
    old = jobs.submit([("a.wav", io.BytesIO(tone))], Options(), ME)
    jobs.upload_path(old.id, ME).unlink()
    jobs.refuse([("b.wav", EmptyFile("b.wav"))], Options(), ME)
    for job in jobs.list(ME):
        with pytest.raises(NotFound):
            jobs.again(job.id, ME)
    assert os.listdir(data / "uploads") == [old.id]


def test_the_facts_of_a_pair_are_read_at_once(jobs, runner, table, tone, picture, monkeypatch):
    pair = [("v.wav", io.BytesIO(tone)), ("f.png", io.BytesIO(picture))]
    (job,), _ = jobs.submit_each(pair, Options(analysis="combined"), ME)
    reads = []
    read = table.recordings
    monkeypatch.setattr(table, "recordings", lambda job_id: reads.append(job_id) or read(job_id))
    runner(pretended).work(job.id)
    assert reads == [job.id]


@pytest.mark.parametrize("how", ["other bytes", "other time", "other version", "damaged"])
def test_a_file_is_probed_anew_where_what_is_known_may_not_be_its(
    jobs, runner, table, tone, picture, probes, how
):
    job = jobs.submit([("a.wav", io.BytesIO(tone))], Options(), ME)
    path = jobs.upload_path(job.id, ME)
    if how == "other bytes":
        path.write_bytes(tone[:-2000])
    elif how == "other time":
        os.utime(path, (1, 1))
    else:
        known = table.recordings(job.id)[0]
        facts = known["recording"]
        facts = (
            {**facts, "version": 0} if how == "other version" else {"version": 1, "kind": "audio"}
        )
        table.note_recording(job.id, 0, {**known, "recording": facts})
    probes.clear()
    seen = []

    def look(recordings, *_, **values):
        seen.extend(recordings)
        return pretended(recordings, *_, **values)

    runner(look).work(job.id)
    assert probes == ["a.wav"]
    assert seen[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "stored",
    [
        '{"x": {}}',
        "{",
        '"x"',
        "null",
        "[1]",
        '{"0": {}}',
        '{"0": 1}',
        '{"0": {"file": null}}',
        ("element", "smell"),
        ("element", []),
        ("plays", "yes"),
        ("kind", "smell"),
        ("seconds", "long"),
        ("bytes", None),
        ("audio", {"rate": "fast", "channels": 1, "codec": "pcm"}),
        ("audio", {}),
        ("parts", [{"span": [1], "picture": None, "sound": 0, "shifts": [], "breaks": []}]),
        ("parts", [{"span": None, "picture": "x", "sound": 0, "shifts": [], "breaks": []}]),
        ("notes", [{"code": 1, "text": "x"}]),
    ],
    ids=str,
)
def test_damaged_facts_of_a_file_are_looked_into_again(jobs, settings, table, tone, probes, stored):
    job = jobs.submit([("a.wav", io.BytesIO(tone))], Options(), ME)
    if isinstance(stored, tuple):
        known, (name, value) = table.recordings(job.id)[0], stored
        inside = known if name in known else known["recording"]
        assert name in inside
        inside[name] = value
        stored = json.dumps({"0": known})
    with closing(sqlite3.connect(settings.path("DATA_DIR") / "aver.db")) as database:
        database.execute("UPDATE jobs SET recordings = ?", (stored,))
        database.commit()
    for expected in (["a.wav"], []):  # and what is found out is written down
        probes.clear()
        assert jobs.shown(job.id, ME).sort == "audio"
        assert probes == expected


@pytest.mark.parametrize("name", ["sample.wav", "sample.jpg", "sample.mp4"])
def test_a_recording_is_read_as_it_was_written(samples, name):
    recording = probe(samples / name)
    written = json.loads(json.dumps(recording.to_dict()))
    assert Recording.from_dict(written, path=samples / name, limits=Limits()) == recording


def test_every_field_of_a_recording_survives_json(samples):
    part = Part(
        span=(3, 99),
        picture=0,
        sound=2,
        shifts={0: (0.0, 1.5), 2: (0.25,)},
        breaks=frozenset({(0, 7), (2, 9)}),
    )
    recording = replace(
        probe(samples / "sample.mp4"),
        animated=True,
        promised=9.5,
        start=0.125,
        notes=(Note("damaged", "It is."),),
        parts=(part, Part()),
        video=VideoStream(3, 4, 25.0, 90, "h264"),
    )
    written = json.loads(json.dumps(recording.to_dict()))
    again = Recording.from_dict(written, path=recording.path, limits=Limits())
    assert again == recording and again.source() == recording.source()
