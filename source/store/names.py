"""Names people gave their files: for showing and for keeping, never for finding a place here."""

import unicodedata

from source.core.names import short_stem

LONGEST = 150
"""Characters of a name that are kept."""

NAME_BYTES = 240
"""Bytes of a name to keep something under. File systems take 255; the rest is for what a
browser or a copy adds."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


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
    visible = "".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN)
    short = " ".join(visible.split())
    if len(short) > LONGEST:
        stem, dot, ending = short.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        short = short[: LONGEST - len(ending) - 1] + "…" + ending
    return short if short.strip(". ") else "recording"


def stem(name: str) -> str:
    """A name without its last ending.

    Examples
    --------
    >>> stem("a.b.wav"), stem("a"), stem(".wav")
    ('a.b', 'a', '.wav')
    """
    before, _, _ = name.rpartition(".")
    return before or name


def kept_name(name: str, ending: str = "") -> str:
    r"""A name under which any system can keep what is made of a recording.

    Characters that cannot be seen, that turn the writing direction or that part folders become
    ``_``; dots and spaces at both ends go; a name of a device is changed; a long name is cut.

    Parameters
    ----------
    name : str
        What the recording is called: any characters, of any length.
    ending : str
        Takes the place of the ending of `name`, which stays where this is empty.

    Examples
    --------
    >>> kept_name("a/b:c?.wav"), kept_name("CON.wav", "_analysis.json"), kept_name(" .. ", ".svg")
    ('a_b_c_.wav', '_CON_analysis.json', 'recording.svg')
    """
    safe = "".join(
        "_" if c in _FORBIDDEN or unicodedata.category(c) in _UNSEEN else c
        for c in unicodedata.normalize("NFC", name)
    ).strip(" .")
    if safe.partition(".")[0].rstrip().lower() in _DEVICES:
        safe = f"_{safe}"
    before = stem(safe or "recording")
    ending = ending or safe.removeprefix(before)
    if len(ending) > 40:  # that is no ending
        before, ending = before + ending, ""
    return short_stem(before, most=NAME_BYTES - len(ending.encode())) + ending
