"""The real media: how many faces, how many people, expected and found."""

import csv
from pathlib import Path

import pytest

from source import media
from source.core.errors import AverError
from source.face import watch

GAPS: dict[str, str] = {}
"""File and the reason why its count is not met yet. A file that is met may not stand here."""


def rows(shared: Path) -> list[dict[str, str]]:
    with (shared / "media" / "expect.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["faces_min"] != ""]


def within(row: dict[str, str], what: str, count: int) -> bool:
    low, high = row[f"{what}_min"], row[f"{what}_max"]
    return low == "" or int(low) <= count <= int(high)


def found(path: Path, reader) -> tuple[int, int] | None:
    """Most faces at one time, and people; None where the file is refused with a sentence."""
    try:
        face = watch(media.probe(path), model=reader).face
    except AverError:
        return None
    times = [s.time for person in face.people for s in person.segments]
    return max((times.count(t) for t in set(times)), default=0), len(face.people)


@pytest.mark.slow
def test_the_faces_of_every_file(shared: Path, reader, capsys) -> None:
    wrong, lines = {}, [f"{'file':<34}{'faces':>7}{'found':>7}{'people':>8}{'found':>7}"]
    for row in rows(shared):
        counts = found(shared / "media" / row["file"], reader)
        name = row["file"]
        if counts is None:
            lines.append(f"{name:<34} refused")
            if row["outcome"] != "either":
                wrong[name] = "refused"
            continue
        faces, people = counts
        expected = [f"{row[f'{w}_min']}-{row[f'{w}_max']}" for w in ("faces", "people")]
        lines.append(f"{name:<34}{expected[0]:>7}{faces:>7}{expected[1]:>8}{people:>7}")
        if not within(row, "faces", faces) or not within(row, "people", people):
            wrong[name] = lines[-1]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
        for name, why in GAPS.items():
            print(f"not met: {name}: {why}")

    assert set(wrong) == set(GAPS), wrong
