"""RAVDESS video: faces of actors who speak or sing, one emotion a clip, named by code.

``MM-VV-EE-II-SS-RR-AA.mp4``: modality (01 with sound, 02 without), channel (01 speech,
02 song), emotion, intensity, statement, repetition, actor. CC BY-NC-SA 4.0; Livingstone &
Russo (2018), PLoS ONE 13(5).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from source.core.errors import NotFound
from source.training.readers.ravdess import EMOTIONS

NAME = re.compile(r"0[12]-(0[12]-(0[1-8])-0[12]-0[12]-0[12]-(\d\d))")
VIDEO = {".mp4", ".m4v", ".mov", ".mkv", ".avi", ".webm", ".flv"}


@dataclass(frozen=True)
class Acted:
    """One recording: where it lies, who acts, and what; `take` names it in both modalities."""

    path: Path
    take: str
    actor: int
    emotion: str


def recordings(folder: Path) -> list[Acted]:
    """Every recording below `folder` once, by name.

    The corpus holds each recording with sound (01-) and without (02-): the pictures are the
    same, so only the first of both is taken.

    Raises
    ------
    NotFound
        If there is none.
    """
    found: dict[str, Acted] = {}
    for path in sorted(folder.rglob("0[12]-*"), key=lambda p: (p.name, str(p))):
        named = NAME.fullmatch(path.stem)
        if named and path.suffix.lower() in VIDEO:
            take, code, actor = named.groups()
            found.setdefault(take, Acted(path, take, int(actor), EMOTIONS[code]))
    if not found:
        raise NotFound(
            f"There is no RAVDESS video in “{folder}”.",
            hint="Unpack Video_Speech_Actor_*.zip there; names look like 01-01-03-02-01-01-12.mp4.",
        )
    return [found[take] for take in sorted(found)]
