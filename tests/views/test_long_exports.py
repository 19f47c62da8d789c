"""Exports of a two-hour recording: each opens, and large ones need little memory."""

import tracemalloc

import pytest

from source.views import exports
from source.views.exports import as_pack, table
from tests.views import made, opened

LONG = made.hours()


@pytest.fixture
def little(monkeypatch):
    """Files are written to the disk from 64 kB on."""
    for module in (as_pack, table):
        monkeypatch.setattr(module, "IN_MEMORY", 1 << 16)


def peak(name, result, **there):
    """Size of an export, and the most memory in use while it is made and read; bytes."""
    with_ = exports.Subject(result, **{k: tuple(v) for k, v in there.items()})
    tracemalloc.start()
    try:
        size = 0
        with exports.exported(name, with_).content as content:
            while block := content.read(1 << 16):
                size += len(block)
        return size, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["csv", "frames.csv", "vtt", "srt", "eaf", "elan.zip", "textgrid"])
def test_two_hours_open(name, tmp_path):
    opened.whole(name, exports.export(name, LONG), tmp_path)


def test_the_report_of_two_hours_has_two_pages(tmp_path):
    text = opened.pdf(exports.export("report.pdf", LONG), tmp_path)
    assert text.count("\f") <= 3 and "2:00:00" in text


def test_the_tables_of_two_hours_are_whole():
    faces = sum(len(person.segments) for person in LONG.face.people)
    wide = opened.table(exports.export("frames.csv", LONG))
    assert len(wide) == faces and wide["time"].is_monotonic_increasing
    assert wide["frame"].iloc[-1] == round(wide["time"].iloc[-1] * 29.97)
    long = opened.table(exports.export("csv", LONG))
    assert len(long) == faces + len(LONG.voice.segments) + len(LONG.timeline)


@pytest.mark.usefixtures("little")
def test_a_large_table_is_written_row_by_row():
    size, most = peak("csv", made.hours(0.2, people=4))
    assert size > 1_000_000 and most < size / 3


@pytest.mark.usefixtures("little")
def test_a_package_with_a_large_film_streams(tmp_path):
    there = made.there(tmp_path)
    with there["drawings"][0].open("wb") as film:
        film.truncate(40 << 20)
    size, most = peak("zip", made.picture(), drawings=there["drawings"])
    assert size > 40 << 20 and most < 20 << 20
