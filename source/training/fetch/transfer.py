"""Fetching one file over HTTP: resumed where it stopped, checked before it counts."""

import errno
import hashlib
import http.client
import os
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from source.core.errors import AverError, Unavailable

AGENT = "AVER training (Python urllib)"
TRIES = 4
"""Times a broken connection is taken up again without getting any further."""

PAUSE = 2.0
"""Seconds before the second try; doubled before each further one."""

TIMEOUT = 60.0
"""Seconds without a byte after which a connection counts as broken."""

MOST_TEXT = 100_000_000
"""Bytes of a listing that are read."""

AGAIN = "Run the same command again: it goes on where it stopped."
_BLOCK = 1 << 18


@dataclass(frozen=True)
class Item:
    """One file to fetch.

    Attributes
    ----------
    url : str
    path : str
        Where it belongs, below the corpus's folder.
    size : int or None
        Bytes, where known.
    checksum : str
        ``md5:…`` or ``sha256:…``, empty where none is published.
    """

    url: str
    path: str
    size: int | None = None
    checksum: str = ""


class _BrokenError(Exception):
    """The connection ended before the file did."""


def fetch(item: Item, target: Path, *, on_bytes: Callable[[int], None] = lambda n: None) -> str:
    """Fetch `item` to `target`; the SHA-256 of what came.

    What has come so far lies in ``<target>.part``. `on_bytes` is called with the number of
    bytes that were added, which is negative where a part had to be thrown away.

    Raises
    ------
    Unavailable
        If it cannot be had, or is not what its publisher put there.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        on_bytes(_size(part))
        _transfer(item, part, on_bytes)
        found = checked(item, part)
        part.replace(target)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(f"“{target}” cannot be written ({error.strerror}).") from error
        raise Unavailable(
            f"The disk is full: there is no room left for “{target.name}”.",
            hint=f"Make room, or choose another folder with --to. {AGAIN}",
        ) from error
    _tag(part).unlink(missing_ok=True)
    return found


def text(url: str) -> bytes:
    """The whole answer of a small address (a listing).

    Raises
    ------
    Unavailable
        If it cannot be had.
    """
    for turn in range(TRIES):
        try:
            with _open(url, {}) as answer:
                return _read(answer, MOST_TEXT)
        except _BrokenError:
            _wait(turn)
    raise Unavailable(f"The connection to {_host(url)} breaks again and again.", hint=AGAIN)


def checked(item: Item, path: Path) -> str:
    """The SHA-256 of a fetched file, once it is what it should be.

    Raises
    ------
    Unavailable
        If size or checksum differ; the file is deleted then, as nothing can be made of it.
    """
    kind, _, wanted = item.checksum.partition(":")
    plain, published = hashlib.sha256(), hashlib.new(kind or "sha256", usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            plain.update(block)
            published.update(block)
    size = path.stat().st_size
    if item.size is not None and size != item.size:
        path.unlink()
        raise Unavailable(
            f"“{Path(item.path).name}” has {size} bytes where its publisher says {item.size}.",
            hint="It was deleted; run the same command again.",
        )
    if wanted and published.hexdigest() != wanted.lower():
        path.unlink()
        raise Unavailable(
            f"“{Path(item.path).name}” is not what its publisher put there: its {kind} is "
            f"{published.hexdigest()}, not {wanted}.",
            hint="It was deleted; run the same command again, and if it happens twice, tell us.",
        )
    return plain.hexdigest()


def _transfer(item: Item, part: Path, on_bytes: Callable[[int], None]) -> None:
    stuck, turn = _size(part), 0
    while True:
        if item.size is not None and _size(part) == item.size:
            return
        try:
            _once(item, part, on_bytes)
            return
        except _BrokenError as error:
            here = _size(part)
            turn, stuck = (turn + 1, stuck) if here == stuck else (0, here)
            if turn >= TRIES:
                raise Unavailable(
                    f"The connection to {_host(item.url)} broke at {here / 1e6:.1f} MB of "
                    f"“{Path(item.path).name}”, again and again.",
                    hint=AGAIN,
                ) from error
            _wait(turn)


def _once(item: Item, part: Path, on_bytes: Callable[[int], None]) -> None:
    """Fetch what is missing in `part`; all of it where the server cannot do less."""
    have, tag = _size(part), _tag(part)
    asked = {}
    if have and tag.is_file():
        asked = {"Range": f"bytes={have}-", "If-Range": tag.read_text("utf-8")}
    elif have:
        # Without a mark of the version it may be another file by now; a checksum would tell.
        asked = {"Range": f"bytes={have}-"} if item.checksum else {}
    with _open(item.url, asked) as answer:
        start = _start(answer)
        if start not in (0, have):
            raise _BrokenError
        if start == 0 and have:
            on_bytes(-have)
        _mark(tag, answer)
        left = answer.length  # None where the server does not say
        whole = item.size if left is None else start + left
        _room(part, (whole or 0) - start)
        with part.open("ab" if start else "wb") as file:
            while block := _read(answer, _BLOCK):
                file.write(block)
                on_bytes(len(block))
    if whole is not None and _size(part) < whole:
        raise _BrokenError


def _read(answer: Any, most: int) -> bytes:
    try:
        return bytes(answer.read(most))
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenError from error


def _open(url: str, headers: dict[str, str]) -> Any:
    """The open answer; errors that a second try may mend are told as a broken connection."""
    request = urllib.request.Request(
        url, headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
    )
    try:
        # An opener of our own reads the proxies now; the shared one read them at its first use.
        return urllib.request.build_opener().open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and headers:  # nothing is missing, or the file became shorter
            return _open(url, {})
        if error.code in (429, 500, 502, 503, 504):
            raise _BrokenError from error
        raise _refused(url, error.code) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError | ConnectionResetError | ConnectionAbortedError):
            raise _BrokenError from error
        raise Unavailable(
            f"{_host(url)} cannot be reached ({error.reason}).",
            hint="Check the connection; behind a proxy, set HTTPS_PROXY and HTTP_PROXY.",
        ) from error
    except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
        raise _BrokenError from error


def _refused(url: str, code: int) -> AverError:
    if code in (404, 410):
        return Unavailable(
            f"There is nothing at {url} any more ({code}).",
            hint="The corpus has moved: see its page, and tell us its new place.",
        )
    return Unavailable(
        f"{_host(url)} refuses {url} ({code}).",
        hint="See the page of the corpus whether it must be asked for.",
    )


def _start(answer: Any) -> int:
    """The byte of the file at which an answer begins."""
    if answer.status != 206:
        return 0
    told = answer.headers.get("Content-Range", "")  # bytes 100-199/200
    first = told.removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else -1


def _mark(tag: Path, answer: Any) -> None:
    """Keep what tells this version of the file from others, for If-Range."""
    known = answer.headers.get("ETag", "")
    if not known or known.startswith("W/"):
        known = answer.headers.get("Last-Modified", "")
    if known:
        tag.write_text(known, "utf-8")
    else:
        tag.unlink(missing_ok=True)


def _room(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if needed > free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _wait(turn: int) -> None:
    time.sleep(PAUSE * 2**turn)


def _tag(part: Path) -> Path:
    return part.with_name(part.name + ".tag")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc
