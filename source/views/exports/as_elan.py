"""The time line for ELAN: a tier for each sense and person, and numeric tracks beside it.

ELAN reads numbers from a CSV that the annotation file links, with a configuration that says
which column is what; the three belong into one folder.
"""

import xml.etree.ElementTree as ET
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from source.views.exports.package import ZIP, packed
from source.views.exports.row import Format, Subject
from source.views.exports.series import Column, columns, series
from source.views.exports.tiers import (
    DISAGREEMENT,
    EXCLUDED,
    MARKERS,
    TOGETHER,
    Stretch,
    differing,
    excluded,
    marked,
    tiers,
)
from source.views.timeline import length

EAF = Format("ELAN", "application/xml", "ELAN, pympi, R")
ELAN_ZIP = Format(f"ELAN with tracks ({ZIP.name})", ZIP.media_type, "ELAN, after unpacking")

if TYPE_CHECKING:
    from pympi.Elan import Eaf

_PROVIDER = "mpi.eudico.client.annotator.timeseries.csv.CSVServiceProvider"
_MIME = {".wav": "audio/x-wav", ".mp4": "video/mp4", ".mov": "video/quicktime"}
"""As ELAN calls them; all others it calls unknown."""

MARK = 0.5
"""Seconds of the annotation of a moment, which has none: enough to be seen and clicked."""

LEAST = 0.001
"""Seconds of the shortest annotation."""


def eaf(subject: Subject) -> bytes:
    """The tiers, as EAF 2.8: times in whole milliseconds; a label that is not sure ends in “?”."""
    return _document(subject, {})


def with_tracks(subject: Subject) -> bytes:
    """Tiers, numbers and their configuration, as one package."""
    names = {
        "text/csv": subject.named("_tracks.csv"),
        "text/xml": subject.named("_tsconf.xml"),  # the ending by which ELAN knows it
    }
    described = columns(subject.shown)
    return packed(
        {
            subject.named(".eaf"): _document(subject, names),
            names["text/csv"]: series(subject.shown, described),
            names["text/xml"]: _configuration(subject, described, names["text/csv"]),
        }
    )


def _document(subject: Subject, linked: dict[str, str]) -> bytes:
    from pympi.Elan import Eaf, to_string

    result = subject.shown
    document = Eaf(author=f"AVER {result.app}")
    document.adocument["DATE"] = result.created
    document.header.update(MEDIA_FILE="", TIME_UNITS="milliseconds")
    document.remove_tier("default")
    media = _media(subject)
    for url in media:
        kind = _MIME.get(PurePosixPath(url).suffix.lower(), "unknown")
        document.add_linked_file(url, relpath=url, mimetype=kind)
    for kind, name in linked.items():
        url = _here(name)
        document.add_secondary_linked_file(url, url, kind, assoc_with=media[0])
    for tier in tiers(result):
        document.add_tier(tier.name, part=tier.person or None, ann=tier.sense)
        _fill(document, tier.name, tier.stretches())
    beside = (
        (DISAGREEMENT, TOGETHER, differing(result)),
        (MARKERS, "by hand", _moments(marked(result), length(result))),
        (EXCLUDED, "by hand", excluded(result)),
    )
    for name, annotator, stretches in beside:
        if stretches:
            document.add_tier(name, ann=annotator)
            _fill(document, name, stretches)
    _in_order_of_time(document)
    return _xml(to_string(document, pretty=True))


def _fill(document: "Eaf", name: str, stretches: list[Stretch]) -> None:
    for start, end, text in stretches:
        first, last = round(start * 1000), round(end * 1000)
        if last > first:  # ELAN knows no annotation without a length
            document.add_annotation(name, first, last, text)


def _in_order_of_time(document: "Eaf") -> None:
    """Number the time slots by their times: the format calls their list an order."""
    slots = sorted(document.timeslots.items(), key=lambda slot: (slot[1], int(slot[0][2:])))
    names = {former: f"ts{number}" for number, (former, _) in enumerate(slots, start=1)}
    document.timeslots = {names[former]: time for former, time in slots}
    for annotations, *_ in document.tiers.values():
        for key, (start, end, *rest) in annotations.items():
            annotations[key] = (names[start], names[end], *rest)


def _moments(marks: list[tuple[float, str]], end: float) -> list[Stretch]:
    """Moments as stretches that begin with them and end before the next, within the recording."""
    starts = [min(time, end - LEAST) for time, _ in marks]
    ends = [
        min(start + MARK, after) for start, after in zip(starts, [*starts, end][1:], strict=True)
    ]
    return [(a, b, text) for a, b, (_, text) in zip(starts, ends, marks, strict=True)]


def _media(subject: Subject) -> list[str]:
    """The address of every recording with a time line, in this folder."""
    result = subject.result
    sources = result.sources or (result.source,)
    return [_here(s.name) for s in sources if s.kind != "image"]


def _here(name: str) -> str:
    """The relative address of a file in the same folder: ELAN escapes nothing in it."""
    return f"./{name}"


def _configuration(subject: Subject, described: list[Column], name: str) -> bytes:
    root = ET.Element("timeseries", date=subject.result.created, version="1.0")
    source = ET.SubElement(
        root,
        "tracksource",
        {"source-url": _here(name), "time-column": "0", "sample-type": "Discontinuous Rate"},
    )
    ET.SubElement(source, "property", key="provider", value=_PROVIDER)
    for number, column in enumerate(described, start=1):
        track = ET.SubElement(source, "track", name=column.name, derivative="0")
        ET.SubElement(track, "property", key="detect-range", value="false")
        ET.SubElement(ET.SubElement(track, "sample-position"), "pos", row="0", col=str(number))
        ET.SubElement(track, "description").text = column.meaning
        ET.SubElement(track, "units").text = column.unit
        ET.SubElement(track, "range", min=str(column.low), max=str(column.high))
        ET.SubElement(track, "color").text = column.rgb
    ET.indent(root)
    return _xml(ET.tostring(root, encoding="unicode"))


def _xml(text: str) -> bytes:
    """A whole file; characters that XML cannot hold become marks that say so."""
    allowed = (c if c in "\t\n\r" or _fits(c) else "\N{REPLACEMENT CHARACTER}" for c in text)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{''.join(allowed)}\n".encode()


def _fits(letter: str) -> bool:
    return letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"
