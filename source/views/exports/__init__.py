"""Files a Result can be taken along as: one table, read by every door.

The result page lists them, ``/results/<id>/exports/<name>`` and ``--export NAME`` write them,
docs/exports.md describes them. A format is a row here and its function in a module beside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from source.core.errors import NotFound
from source.core.result import Result
from source.views.exports import as_sound, asked
from source.views.exports.as_chart import chart_exports
from source.views.exports.as_drawing import drawing_exports, found
from source.views.exports.as_elan import EAF, ELAN_ZIP, eaf, with_tracks
from source.views.exports.as_engagement import (
    engagement_csv,
    has_people,
    has_samples,
    people_csv,
)
from source.views.exports.as_json import json_file, result_json
from source.views.exports.as_long_csv import has_readings, long_csv
from source.views.exports.as_pack import pack
from source.views.exports.as_report import PDF, report
from source.views.exports.as_sound import WAV, has_sound, sound
from source.views.exports.as_subtitles import SRT, VTT, has_cues, srt, vtt
from source.views.exports.as_textgrid import TEXTGRID, textgrid
from source.views.exports.as_wide_csv import has_faces, wide_csv
from source.views.exports.asked import Asked, between
from source.views.exports.package import ZIP
from source.views.exports.row import Excerpts, Export, File, Format, Subject
from source.views.exports.table import CSV
from source.views.exports.tiers import has_tiers, has_time_line

__all__ = [
    "EXPORTS",
    "Asked",
    "Excerpts",
    "Export",
    "File",
    "Format",
    "Subject",
    "available",
    "between",
    "by_format",
    "check",
    "export",
    "exported",
    "result_json",
]

JSON = Format("JSON", "application/json", "any program; a text editor")


def _packed(subject: Subject) -> list[Export]:
    """What goes into the package: all there is, but neither itself nor what was not asked for."""
    recorded = bool(subject.recordings)
    there = available(subject.result, recorded=recorded, drawn=subject.drawings)
    twice = {"zip"} | ({"eaf"} if EXPORTS["elan.zip"] in there else set())
    return [
        row for row in there if row.name not in twice and (subject.stretch or not row.takes_stretch)
    ]


EXPORTS = {
    row.name: row
    for row in (
        Export("json", JSON, "Everything", "_analysis.json", json_file),
        Export("report.pdf", PDF, "Report", "_report.pdf", report),
        Export("csv", CSV, "Readings", "_readings.csv", long_csv, has_readings),
        Export("frames.csv", CSV, "Faces by frame", "_frames.csv", wide_csv, has_faces),
        Export(
            "engagement.csv",
            CSV,
            "Engagement",
            "_engagement.csv",
            engagement_csv,
            offered=has_samples,
        ),
        Export(
            "engagement-people.csv",
            CSV,
            "Engagement by person",
            "_engagement_people.csv",
            people_csv,
            offered=has_people,
        ),
        *chart_exports(),
        Export("vtt", VTT, "Subtitles", ".vtt", vtt, has_cues),
        Export("srt", SRT, "Subtitles", ".srt", srt, has_cues),
        Export("eaf", EAF, "Tiers", ".eaf", eaf, has_tiers),
        Export("elan.zip", ELAN_ZIP, "Tiers and tracks", "_elan.zip", with_tracks, has_time_line),
        Export("textgrid", TEXTGRID, "Tiers", ".TextGrid", textgrid, has_tiers),
        Export(
            "sound", WAV, "Sound", "_sound.wav", sound, has_sound,
            needs_recording=True, takes_stretch=True, ending=as_sound.ending,
        ),
        *drawing_exports(),
        Export(
            "zip", ZIP, "All files", "_all.zip", partial(pack, _packed), takes_stretch=True,
        ),
    )
}  # fmt: skip
"""Every export by its name, in the order of the page; those of a format stand together."""


def check(names: Iterable[str]) -> tuple[Asked, ...]:
    """Read what is asked for, each once.

    Parameters
    ----------
    names : iterable of str
        ``json``, ``bar.png``, ``sound:12.5-30``.

    Raises
    ------
    UnknownOption
        If one is no export; the hint lists those there are.
    BadRequest
        If there are times behind one that takes none, or they are none.
    """
    return tuple(dict.fromkeys(asked.read(name, EXPORTS) for name in names))


def available(
    result: Result, *, recorded: bool = True, drawn: Sequence[Path] | None = None
) -> list[Export]:
    """The exports this Result has something for.

    Parameters
    ----------
    result : Result
        In any label view.
    recorded : bool
        Whether the recording is still there.
    drawn : sequence of Path, optional
        What was drawn beside it; everything there is if it is not given.
    """
    return [r for r in EXPORTS.values() if _is_there(r, result, recorded=recorded, drawn=drawn)]


def _is_there(row: Export, result: Result, *, recorded: bool, drawn: Sequence[Path] | None) -> bool:
    if row.needs_recording and not recorded:
        return False
    if row.needs_drawing and drawn is not None and found(row.needs_drawing, drawn) is None:
        return False
    return row.offered(result)


def by_format(rows: Iterable[Export]) -> list[tuple[Format, list[Export]]]:
    """Exports that stand next to each other and are of one format, together."""
    return [(form, list(group)) for form, group in groupby(rows, key=lambda row: row.format)]


def exported(name: str, subject: Subject) -> File:
    """One export as a file, which may be large; the caller closes it.

    Parameters
    ----------
    name : str
        One of `EXPORTS`.
    subject : Subject
        The Result, and what is asked for.

    Raises
    ------
    UnknownOption
        If there is no such export or view.
    NotFound
        If the Result has nothing for it, or it needs the recording or a drawing and that is not
        there.
    BadRequest
        If the stretch is too long, or lies outside of the recording.
    """
    (wanted,) = check([name])
    row = EXPORTS[wanted.name]
    recorded = bool(subject.recordings)
    if not _is_there(row, subject.result, recorded=recorded, drawn=subject.drawings):
        raise NotFound(
            f"This result has nothing for the export “{row.name}”.",
            hint="The page of the result lists what there is to save.",
        )
    return File.of(row, replace(subject, stretch=wanted.stretch or subject.stretch))


def export(name: str, result: Result, **facts: Any) -> bytes:
    """One export as the bytes of its file; `facts` are attributes of a `Subject`.

    Raises what `exported` raises.
    """
    facts |= {key: tuple(facts[key]) for key in ("recordings", "drawings") if key in facts}
    with exported(name, Subject(result, **facts)).content as content:
        return content.read()
