"""The name under which a browser keeps what it is sent."""

import re
import unicodedata
from urllib.parse import quote

from flask import Response

from source.core.names import kept_name

_UNRESERVED = "!#$&+-.^_`|~"
"""What an extended value may hold beside letters and digits (RFC 8187, attr-char)."""


def name_it(response: Response, name: str, ending: str = "", *, inline: bool = False) -> None:
    """Set the Content-Disposition of an answer.

    Parameters
    ----------
    response : Response
        What is sent.
    name : str
        What the recording is called: any characters, of any length.
    ending : str
        Takes the place of the ending of `name`, which stays where this is empty.
    inline : bool
        Whether the browser shows it, and needs the name only if somebody keeps it.
    """
    sort = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{sort}; {parameters(kept_name(name, ending))}"


def parameters(name: str) -> str:
    """`filename` in ASCII for everybody and `filename*` in UTF-8 (RFC 6266, RFC 8187).

    Examples
    --------
    >>> parameters("clip.json")
    'filename=clip.json'
    >>> print(parameters("Grüße 100%.json"))
    filename="Gru_e 100_.json"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20100%25.json
    """
    if re.fullmatch(r"[\w.+-]+", name, re.ASCII):
        return f"filename={name}"
    extended = quote(name, safe=_UNRESERVED, encoding="utf-8", errors="replace")
    return f"filename=\"{_plain(name)}\"; filename*=UTF-8''{extended}"


def _plain(name: str) -> str:
    """The name as a quoted ASCII string that all browsers read in the same way."""
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = "".join(c if c in " !#$&'()+,-.=@[]^_`{}~" or _simple(c) else "_" for c in letters)
    return re.sub("__+", "_", plain)


def _simple(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
