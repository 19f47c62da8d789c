"""Names people gave their files: for showing, never for finding a place here."""

import unicodedata

from source.core.names import UNSEEN

LONGEST = 150
"""Characters of a name that are kept."""


def display_name(name: str | None) -> str:
    r"""Reduce what a browser sent to a name that is safe to show.

    Folders before the name go (of any system), and so do characters that cannot be seen or
    that turn the writing direction, which could make one name look like another. The ending
    of a long name is kept.

    Examples
    --------
    >>> display_name("../../x.mp4"), display_name("C:\\fakepath\\a\tb.wav"), display_name("..")
    ('x.mp4', 'a b.wav', 'recording')
    """
    last = (name or "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", last))
    visible = "".join(c for c in spaced if unicodedata.category(c) not in UNSEEN)
    short = " ".join(visible.split())
    if len(short) > LONGEST:
        stem, dot, ending = short.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        short = short[: LONGEST - len(ending) - 1] + "…" + ending
    return short if short.strip(". ") else "recording"
