"""What ``--doctor`` prints: a list for people, or one JSON object for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from textwrap import wrap

from source import __version__
from source.cli.terminal import StatusLine, Style, printable
from source.core.figures import number_of
from source.core.output import write
from source.doctor import OK, WARNING, WRONG, Finding, examine
from source.settings import Settings

VERSION = 1
"""Version of the JSON form."""

SIGNS = {OK: ("✓", "ok", "#2e9f5b"), WARNING: ("!", "!", "#c98a1b"), WRONG: ("✗", "x", "#d64541")}
"""Of each state: its sign, the sign for terminals without such letters, its colour."""

NAMES = 17
"""Columns for the names of what was looked at."""


def run(settings: Settings, *, as_json: bool, strict: bool = False) -> int:
    """Look at everything and print it; 0 where nothing is wrong, else 1."""
    status, style = StatusLine(), Style()
    findings: list[Finding] = []
    for finding in examine(
        settings, on_look=lambda name: status.show(f"Looking at: {name}"), strict=strict
    ):
        if not as_json:
            status.clear()
            write("\n".join(_lines(finding, findings[-1:], style)))
        findings.append(finding)
    status.clear()
    write(_json(findings) if as_json else "\n".join(_summary(findings, style)))
    return 1 if any(finding.state == WRONG for finding in findings) else 0


def _json(findings: Sequence[Finding]) -> str:
    whole = {
        "version": VERSION,
        "app": __version__,
        "good": all(finding.state != WRONG for finding in findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _lines(finding: Finding, before: Sequence[Finding], style: Style) -> Iterable[str]:
    """One finding, under the heading of its group where that begins."""
    if not before:
        yield f"{style.bold('AVER ' + __version__)}  {style.dim('how this installation is')}"
    if not before or before[0].group != finding.group:
        yield ""
        yield f"  {style.bold(finding.group)}"
    sign, plain, colour = SIGNS[finding.state]
    mark = style.coloured(sign if style.blocks else plain.ljust(2), colour)
    indent = " " * (7 + NAMES)
    text = _set(finding.text, style, indent)
    yield f"    {mark} {finding.name.ljust(NAMES)} {text[0]}"
    yield from (indent + line for line in text[1:])
    if finding.cure:
        arrow = "→" if style.blocks else "->"
        cure = _set(f"{arrow} {finding.cure}", style, indent)
        yield from (indent + style.coloured(line, colour) for line in cure)


def _set(text: str, style: Style, indent: str) -> list[str]:
    """A text in lines that fit behind the indent; no word is broken, so that it can be copied."""
    width = max(30, style.width - len(indent) - 1)
    shown = style.plain(printable(text))
    return wrap(shown, width, break_long_words=False, break_on_hyphens=False) or [""]


def _summary(findings: Sequence[Finding], style: Style) -> Iterable[str]:
    count = Counter(finding.state for finding in findings)
    yield ""
    if not count[WRONG] and not count[WARNING]:
        yield f"  {style.coloured(style.bold('All is well.'), SIGNS[OK][2])}"
        return
    parts = []
    if count[WRONG]:
        things = number_of(count[WRONG], "thing is", "things are")
        parts.append(style.coloured(f"{things} wrong", SIGNS[WRONG][2]))
    if count[WARNING]:
        parts.append(style.coloured(f"{count[WARNING]} could be better", SIGNS[WARNING][2]))
    yield f"  {', '.join(parts)}; {count[OK]} well."
