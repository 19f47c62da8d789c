"""Names of files that every system can store: of at most so many bytes, and of no device."""

import hashlib
import unicodedata

NAME_BYTES = 240
"""Bytes of a name. File systems take 255; the rest is for what a browser or a copy adds."""

DIGEST = 8
"""Hexadecimal digits that tell shortened names apart."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f")


def fit(stem: str, ending: str = "", *, most: int = NAME_BYTES) -> str:
    """A name of at most `most` bytes in UTF-8: `stem` and `ending`, the stem shortened if need be.

    It is cut between two characters, never within one, and ends in a few digits of its
    checksum then: names that begin alike stay different.

    Parameters
    ----------
    stem : str
        Beginning of the name.
    ending : str
        What has to stay, such as ``_analysis.json``; one longer than half the limit is none.
    most : int
        Limit in bytes.

    Examples
    --------
    >>> fit("talk", "_analysis.json"), fit("é" * 200, ".wav", most=20)
    ('talk_analysis.json', 'ééé-df20b2aa.wav')
    """
    if _bytes(stem + ending) <= most:
        return stem + ending
    if _bytes(ending) > most // 2:
        stem, ending = stem + ending, ""
    digest = hashlib.sha256(stem.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]
    tail = f"-{digest}{ending}"
    kept = stem
    room = max(0, most - _bytes(tail))
    while _bytes(kept) > room:
        kept = kept[: min(len(kept) - 1, room)]
    kept = kept[: _boundary(stem, len(kept))]
    return kept.rstrip(" .") + tail


def portable(name: str, *, otherwise: str = "recording") -> str:
    r"""A name without what some system cannot store or takes for something else.

    Characters that cannot be seen, that turn the writing direction or that separate folders
    become ``_``; dots and spaces at both ends go; names of devices are changed.

    Examples
    --------
    >>> portable("a/b:c?.wav"), portable("CON.txt"), portable(" .. "), portable("x\u202ey")
    ('a_b_c_.wav', '_CON.txt', 'recording', 'x_y')
    """
    seen = "".join(
        "_" if c in _FORBIDDEN or unicodedata.category(c) in _UNSEEN else c
        for c in unicodedata.normalize("NFC", name)
    ).strip(" .")
    if seen.partition(".")[0].rstrip().lower() in _DEVICES:
        seen = f"_{seen}"
    return seen or otherwise


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _boundary(text: str, place: int) -> int:
    """The last place at or before `place` that parts no letter from its marks."""
    while 0 < place < len(text) and (
        unicodedata.combining(text[place])
        or unicodedata.category(text[place]) in ("Mn", "Mc", "Me")
        or text[place] in _JOINERS
        or text[place - 1] == "\u200d"
    ):
        place -= 1
    return place
