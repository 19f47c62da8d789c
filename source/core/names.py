"""Names of files that are made of other names, and have to fit where they are written."""

import hashlib
import unicodedata

MOST_BYTES = 255
"""Longest name of a file on the file systems in use, in bytes."""

ENDINGS = 30
"""Bytes kept free for what is put behind a stem: ``_explain_12345.678-12.png`` is among the
longest."""

_MARK = 9
"""Bytes of the suffix that keeps shortened names unique: a tilde and eight digits."""

NAME_BYTES = 240
"""Bytes of a name to keep something under. File systems take 255; the rest is for what a
browser or a copy adds."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories of what cannot be seen or turns the writing direction."""

_JOINERS = "\u200c\u200d"
"""Not seen either, but words of some languages and some emoji are written with them."""


def one_line(text: str) -> str:
    r"""What somebody typed as one line that can be drawn and written in any file.

    Examples
    --------
    >>> one_line(" door\x00 \n slams\u202e ")
    'door slams'
    """
    spaced = (" " if c.isspace() else c for c in text)
    seen = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in UNSEEN)
    return " ".join(seen.split())


def short_stem(stem: str, *, most: int = MOST_BYTES - ENDINGS) -> str:
    r"""A stem as it is, or cut to `most` bytes and marked where it is longer.

    It is cut between characters as people see them: no letter loses its accent, no emoji its
    colour. The mark is made of the whole stem, so that names that begin alike stay apart and
    the same name always gets the same.

    Examples
    --------
    >>> short_stem("talk")
    'talk'
    >>> short_stem("é" * 200)[-12:], len(short_stem("é" * 200).encode())
    ('ééé~df20b2aa', 225)
    """
    if len(_bytes(stem)) <= most:
        return stem
    mark = "~" + hashlib.sha256(_bytes(stem)).hexdigest()[: _MARK - 1]
    end, room = 0, most - _MARK
    for place, letter in enumerate(stem):
        room -= len(_bytes(letter))
        if room < 0:
            break
        end = place + 1
    while end and _belongs(stem, end):
        end -= 1
    return stem[:end].rstrip() + mark


def readable(name: str) -> str:
    r"""A name as it can be written anywhere: bytes that are no UTF-8 become marks that say so.

    Examples
    --------
    >>> readable("gr\udcfc\udcdf.jpg")
    'gr��.jpg'
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
        "_" if c in _FORBIDDEN or unicodedata.category(c) in UNSEEN else c
        for c in unicodedata.normalize("NFC", name)
    ).strip(" .")
    if safe.partition(".")[0].rstrip().lower() in _DEVICES:
        safe = f"_{safe}"
    before = stem(safe or "recording")
    ending = ending or safe.removeprefix(before)
    if len(ending) > 40:  # that is no ending
        before, ending = before + ending, ""
    return short_stem(before, most=NAME_BYTES - len(ending.encode())) + ending


def _belongs(text: str, place: int) -> bool:
    """Whether the character at a place belongs to the one before it."""
    if place >= len(text):
        return False
    here, before = text[place], text[place - 1]
    joined = "\N{ZERO WIDTH JOINER}" in (here, before)
    return joined or unicodedata.category(here) in ("Mn", "Mc", "Me") or "🏻" <= here <= "🏿"


def _bytes(text: str) -> bytes:
    """A name in the bytes used on disk, including names that are not UTF-8."""
    return text.encode("utf-8", "surrogatepass")
