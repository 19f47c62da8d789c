"""The whole product on real files of every kind: what is expected, and what is found.

``pytest tests/analysis/test_media_set.py -s`` prints the table.
"""

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from source.analysis import analyse, probe_files
from source.core.errors import AverError
from source.core.result import Result
from source.core.timeline import check_segments

GAPS: dict[str, str] = {}
"""Files whose answer is not as it should be yet, each with its reason."""


@dataclass
class Row:
    """One file: what `expect.csv` says of it, and what came out."""

    expected: dict[str, str]
    result: Result | None = None
    error: AverError | None = None

    def misses(self) -> list[str]:
        """What is not as expected."""
        outcome = self.expected["outcome"]
        if self.result is None:
            return [] if outcome in ("error", "either") else [f"error: {self.error}"]
        if outcome == "error":
            return ["a result where an error was due"]
        return [*self._speech(), *self._faces(), *self._people(), *self._seconds()]

    def _speech(self) -> list[str]:
        heard = self.result.voice is not None and self.result.voice.emotion is not None
        return {
            "yes": [] if heard else ["no speech found"],
            "no": ["speech found where there is none"] if heard else [],
        }.get(self.expected["speech"], [])

    def _faces(self) -> list[str]:
        return self._between("faces", _most_at_once(self.result))

    def _people(self) -> list[str]:
        return self._between("people", len(self.result.face.people) if self.result.face else 0)

    def _seconds(self) -> list[str]:
        return self._between("seconds", self.result.source.seconds or 0.0)

    def _between(self, what: str, found: float) -> list[str]:
        low, high = self.expected[f"{what}_min"], self.expected[f"{what}_max"]
        if (low and found < float(low)) or (high and found > float(high)):
            return [f"{found} {what}, not {low} to {high}"]
        return []


def _most_at_once(result: Result) -> int:
    times: dict[float, int] = {}
    for person in result.face.people if result.face else ():
        for segment in person.segments:
            times[segment.time] = times.get(segment.time, 0) + 1
    return max(times.values(), default=0)


@pytest.fixture(scope="module")
def rows(shared: Path, tmp_path_factory) -> list[Row]:
    from source.settings import Settings

    folder = shared / "media"
    settings = Settings.load({}, root=tmp_path_factory.mktemp("root"))
    table = (folder / "expect.csv").read_text("utf-8")

    def answer(expected: dict[str, str]) -> Row:
        row = Row(expected)
        try:
            row.result = analyse(
                probe_files([folder / expected["file"]], settings=settings),
                settings.options(),
                settings=settings,
            )
        except AverError as error:  # anything else is a fault and ends the test
            row.error = error
        return row

    # the core that one file leaves idle reads the next
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(answer, csv.DictReader(table.splitlines())))
    return rows


def test_every_file_ends_as_a_good_system_should_answer(rows):
    print(f"\n{'file':36} {'due':7} {'speech':7} {'faces':6} {'people':7} {'seconds':8} found")
    for row in rows:
        e = row.expected
        print(
            f"{Path(e['file']).name[:36]:36} {e['outcome']:7} {e['speech']:7} "
            f"{e['faces_min']:>2}-{e['faces_max']:<3} {e['people_min']:>2}-{e['people_max']:<4} "
            f"{e['seconds_min']:>8} {_found(row)}"
        )
    missed = {row.expected["file"]: row.misses() for row in rows if row.misses()}
    assert set(missed) == set(GAPS), missed


def _found(row: Row) -> str:
    if row.result is None:
        return f"{row.error.code}: {row.error.message}"
    result = row.result
    label = f"{result.emotion.label} {result.emotion.score:.2f}" if result.emotion else "no emotion"
    speech = f"{result.voice.speech_seconds:.1f} s speech" if result.voice else "no voice"
    people = len(result.face.people) if result.face else 0
    seconds = result.source.seconds or 0.0
    faces = f"{_most_at_once(result)} faces, {people} people"
    missed = "  !! " + "; ".join(row.misses()) if row.misses() else ""
    return f"{seconds:.2f} s, {speech}, {faces}, {label}{missed}"


def test_every_result_keeps_the_contracts(rows):
    for row in rows:
        if row.result is None:
            continue
        result = row.result
        assert Result.from_dict(result.to_dict()) == result
        seconds = result.source.seconds
        check_segments(result.timeline, seconds=seconds)
        if result.voice:
            check_segments(result.voice.segments, seconds=seconds)
            assert (result.voice.emotion is None) == (not result.voice.segments)
        for person in result.face.people if result.face else ():
            times = [s.time for s in person.segments]
            assert times == sorted(times)
            assert all(
                (s.emotion is None) == (s.quality.refused is not None) for s in person.segments
            )
            assert all(0 <= v <= 1 for s in person.segments for v in s.box)


def test_an_error_leaves_one_sentence_with_a_cure(rows):
    for row in rows:
        if row.error is not None:
            assert row.error.status in (413, 422), row.expected["file"]
            assert row.error.message.endswith(".")
            assert row.error.hint
            assert Path(row.expected["file"]).name in row.error.message
