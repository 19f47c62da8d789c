"""Files a Result can be taken along as: one table, read by every door.

The result page lists them, ``/results/<id>/exports/<name>`` and ``--export NAME`` write them,
docs/exports.md describes them. A format is a row here and its function in a module beside.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from source.core.errors import NotFound, UnknownOption
from source.core.result import Result
from source.views.exports.as_chart import chart_exports
from source.views.exports.as_engagement import (
    CSV,
    engagement_csv,
    has_people,
    has_samples,
    people_csv,
)
from source.views.exports.as_json import json_file, result_json
from source.views.exports.row import Export, Format, Subject

__all__ = [
    "EXPORTS",
    "Export",
    "Format",
    "Subject",
    "available",
    "by_format",
    "check",
    "export",
    "result_json",
]

JSON = Format("JSON", "application/json", "any program; a text editor")

EXPORTS = {
    row.name: row
    for row in (
        Export("json", JSON, "Everything", "_analysis.json", json_file),
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
    )
}
"""Every export by its name, in the order of the page; those of a format stand together."""


def check(names: Iterable[str]) -> tuple[str, ...]:
    """Return `names`, each once, where all are exports.

    Raises
    ------
    UnknownOption
        If one is none; the hint lists those there are.
    """
    once = tuple(dict.fromkeys(names))
    for name in once:
        if name not in EXPORTS:
            raise UnknownOption("export", name, tuple(EXPORTS))
    return once


def available(result: Result, *, recorded: bool = True) -> list[Export]:
    """The exports this Result has something for.

    Parameters
    ----------
    result : Result
        In any label view.
    recorded : bool
        Whether the recording is still there.
    """
    return [
        row
        for row in EXPORTS.values()
        if row.offered(result) and (recorded or not row.needs_recording)
    ]


def by_format(rows: Iterable[Export]) -> list[tuple[Format, list[Export]]]:
    """Exports that stand next to each other and are of one format, together."""
    return [(form, list(group)) for form, group in groupby(rows, key=lambda row: row.format)]


def export(
    name: str,
    result: Result,
    *,
    view: str = "native",
    theme: str = "light",
    recordings: Sequence[Path] = (),
) -> bytes:
    """One export, as the bytes of its file.

    Parameters
    ----------
    name : str
        One of `EXPORTS`.
    result : Result
        As it was measured.
    view : str
        The label view it is to be in.
    theme : {"light", "dark"}
        The ground of pictures.
    recordings : sequence of Path
        What was analysed; for exports that need it.

    Raises
    ------
    UnknownOption
        If there is no such export or view.
    NotFound
        If the Result has nothing for it, or it needs the recording and that is not there.
    """
    (name,) = check([name])
    row = EXPORTS[name]
    if row not in available(result, recorded=bool(recordings)):
        raise NotFound(
            f"This result has nothing for the export “{name}”.",
            hint="The page of the result lists what there is to save.",
        )
    return row.write(Subject(result, view, theme, tuple(recordings)))
