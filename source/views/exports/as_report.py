"""The report: one or two pages for people, as a tagged PDF."""

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from source.core.result import Person, Result
from source.views import charts, words
from source.views.charts import letters
from source.views.exports.row import Format, Subject
from source.views.exports.series import MOOD
from source.views.exports.tiers import excluded, marked
from source.views.models import MODEL_WORDS
from source.views.units import instant, span

PDF = Format("PDF", "application/pdf", "any reader, printers, e-mail")

TEMPLATE = Path(__file__).with_name("report.typ")

FONT = "DejaVu Sans"
"""It comes with matplotlib, so that the same report has the same bytes on every machine."""

MOST_PEOPLE, MOST_MOMENTS, MOST_MARKS = 12, 8, 24
"""Most rows of the tables of people, of moments, and of what was marked by hand."""

CHARTS = ("lanes", "trend")
"""The charts over the whole width, in the order of the report."""

LIMITS = (
    "A score estimates how likely an expression is, as people would name it. It says nothing of "
    "what somebody feels, thinks or means to do.",
    "“Sure” means that the score reaches the threshold at which the model was right often "
    "enough in tests; the cards of the models give the figures.",
    "What was not measured is left out. Valence, arousal and dominance are derived from the "
    "scores by published ratings.",
)


def report(subject: Subject) -> bytes:
    """Headline, picture, charts, tables, models and limits.

    Pictures have alternative texts. The date of the file is that of the analysis.
    """
    import typst

    result = subject.shown
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        data = _data(subject, root)
        text = json.dumps(data, ensure_ascii=False)
        (root / "data.json").write_bytes(text.encode("utf-8", "replace"))
        document = root / "report.typ"
        document.write_bytes(TEMPLATE.read_bytes())
        common = _has_letters(text)
        content = typst.compile(
            document,
            root=root,
            format="pdf",
            font_paths=[letters.fonts()],
            ignore_system_fonts=common,
            timestamp=int(datetime.fromisoformat(result.created).timestamp()),
            # The standard forbids letters that no font has; such a name is not worth the report.
            pdf_standards=["ua-1"] if common else [],
        )
    assert isinstance(content, bytes)
    return content


def _data(subject: Subject, root: Path) -> dict[str, Any]:
    """What the template says, with its pictures written into a folder."""
    result = subject.shown
    headline = words.headline(result)
    when = datetime.fromisoformat(result.created)
    names = " + ".join(source.name for source in result.sources or (result.source,))
    about = [names, words.KINDS[result.source.kind] if not result.sources else "pair"]
    if result.source.seconds:
        about.append(words.duration(result.source.seconds))
    summary = words.summary(result)
    how = ", ".join(part for part in (headline.share, headline.sure) if part)
    return {
        "title": f"{headline.text}: {names}",
        "author": f"AVER {result.app}",
        "date": {"year": when.year, "month": when.month, "day": when.day},
        "fonts": [letters.FONT],
        "footer": f"AVER {result.app}, analysed {when:%Y-%m-%d %H:%M} UTC, {result.id}",
        "about": ", ".join(about),
        "headline": headline.text,
        "how": how if headline.label else "",
        "summary": summary,
        "notes": [note.text for note in result.notes],
        "picture": _picture(subject, root),
        "charts": [
            _chart(name, result, root, summary)
            for name in CHARTS
            if name in charts.available(result)
        ],
        "bars": _bars(result, root) if result.emotion else None,
        "tables": [table for table in _tables(result) if table["rows"]],
        "facts": [table for table in _facts(result) if table["rows"]],
        "limits": [*LIMITS, *_distrust(result)],
    }


def _chart(name: str, result: Result, root: Path, alt: str) -> dict[str, str]:
    """A chart over the whole width."""
    drawing = charts.draw(name, result, theme="light")
    (root / f"{name}.svg").write_text(drawing, "utf-8")
    title = charts.CHARTS[name].title_of(result)
    return {"title": title, "file": f"{name}.svg", "alt": f"{title}. {alt}"}


def _bars(result: Result, root: Path) -> dict[str, Any]:
    """The mean scores as a chart, with the table of all senses beside it."""
    assert result.emotion is not None
    scores = sorted(result.emotion.scores.items(), key=lambda pair: -pair[1])
    spoken = words.listing([f"{e} {words.percent(p)}" for e, p in scores])
    table = charts.table("bar", result)
    rows = [list(row) for row in table.rows]
    return {**_chart("bar", result, root, f"{spoken}."), "head": table.head, "rows": rows}


def _picture(subject: Subject, root: Path) -> dict[str, str] | None:
    result = subject.shown
    content = subject.excerpts.picture(result) if subject.excerpts else None
    if content is None:
        return None
    (root / "picture.jpg").write_bytes(content)
    people = result.face.people if result.face else ()
    read = [f"{p.called} reads as {p.emotion.label}" for p in people if p.emotion]
    more = [f"{len(read) - 6} more"] if len(read) > 6 else []
    said = words.listing([*read[:6], *more]) if read else "no face was read"
    return {"file": "picture.jpg", "alt": f"The picture with a box around each face: {said}."}


def _tables(result: Result) -> list[dict[str, Any]]:
    people = result.face.people if result.face else ()
    longest = sorted(people, key=lambda p: -len(p.segments))[:MOST_PEOPLE]
    rest = len(people) - len(longest)
    marks = _marked(result)
    more = len(marks) - MOST_MARKS
    return [
        _table(
            "Moments to look at",
            ("At", "What"),
            [[words.clock(m.time), m.text] for m in words.marks(result, most=MOST_MOMENTS)],
        ),
        _table(
            "Marked by hand",
            ("When", "What", "Note"),
            marks[:MOST_MARKS],
            f"{more} more are in the tables and tiers of this result." if more > 0 else "",
        ),
        _table(
            "Person by person",
            ("Person", "Seen", "Reads as", "Score", "Sure", "Faces read"),
            [_person(p, result) for p in sorted(longest, key=lambda p: p.id)],
            f"{rest} more people, seen more briefly, are not listed." if rest else "",
        ),
    ]


def _marked(result: Result) -> list[list[str]]:
    """Markers and excluded stretches in order of time."""
    rows = [(time, instant(time), "marker", note) for time, note in marked(result)]
    rows += [(a, span(a, b), "excluded", note) for a, b, note in excluded(result)]
    return [[when, what, "" if note == what else note] for _, when, what, note in sorted(rows)]


def _facts(result: Result) -> list[dict[str, Any]]:
    """Two tables that stand side by side."""
    return [
        _table("What was measured", ("What", "How much"), _measured(result)),
        _table(
            "Models",
            ("Sense", "Model", "SHA-256"),
            [[sense, used.name, used.sha256[:12]] for sense, used in result.models.items()],
        ),
    ]


def _table(
    title: str, head: tuple[str, ...], rows: list[list[str]], after: str = ""
) -> dict[str, Any]:
    return {"title": title, "head": head, "rows": rows, "after": after}


def _person(person: Person, result: Result) -> list[str]:
    still = result.source.kind == "image"
    seen = "–" if still else f"{words.clock(person.first)} to {words.clock(person.last)}"
    read = str(sum(1 for face in person.segments if face.emotion))
    emotion = person.emotion
    if emotion is None:
        return [person.called, seen, "not read", "–", "–", read]
    score, sure = words.percent(emotion.score), words.certainty(emotion)
    return [person.called, seen, emotion.label, score, sure, read]


def _measured(result: Result) -> list[list[str]]:
    rows: list[list[str]] = []
    if result.voice:
        rows.append(["Speech", words.duration(result.voice.speech_seconds)])
        rows.append(["Utterances", str(len(result.voice.segments))])
    if result.face:
        frames = result.face.frames
        rows.append(["Pictures read", str(frames.read)])
        rows.append(["Pictures with a face", str(frames.with_face)])
        refused = [f"{count} too {reason}" for reason, count in frames.refused.items() if count]
        rows += [["Faces not read", ", ".join(refused)]] if refused else []
    for name in MOOD if result.affect else ():
        rows.append([name.capitalize(), f"{getattr(result.affect, name):+.2f}"])
    if result.anomaly:
        unlike = f"{words.percent(result.anomaly.score)}, {result.anomaly.flag}"
        rows.append(["Unlike the training data", unlike])
    return rows


def _distrust(result: Result) -> list[str]:
    """When not to trust the models that answered."""
    known = [(s, MODEL_WORDS[s]) for s in result.models if s in MODEL_WORDS]
    return [f"{said.title}: do not trust it with: {said.distrust}." for _, said in known]


def _has_letters(text: str) -> bool:
    """Whether the font has every letter of a text."""
    return not letters.missing(text)
