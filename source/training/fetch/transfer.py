"""Fetching one file over HTTP, resumed where it stopped.

pooch checks, moves into place and leaves alone what is there and right, but begins a broken
download anew: with archives of hundreds of megabytes that is not good enough, so the transfer
itself is a downloader of our own, which pooch calls.
"""

import errno
import os
import shutil
import time
import urllib.parse
from pathlib import Path
from typing import Any

from source.core.errors import DISK_FULL, AverError, Unavailable
from source.training.fetch.sources import TIMEOUT, File

TRIES = 4
"""Times a broken connection is taken up again without getting any further."""

PAUSE = 2.0
"""Seconds before the second try; doubled before each further one."""

BUSY = frozenset({429, 500, 502, 503, 504})
"""Answers of a server that may answer better a moment later."""

AGAIN = "Run the same command again: it goes on where it stopped."
BLOCK = 1 << 15
"""Bytes that are written at a time; of a block that breaks off nothing is kept."""


class Resumed:
    """A downloader for pooch that keeps what came of a file in a part of its own.

    Parameters
    ----------
    part : Path
        Where the bytes that came so far are kept.
    checked : bool
        Whether a checksum will be compared: only then is a part of an earlier run gone on
        with, since nothing else says that it belongs to the same file.
    progress : bool
        Whether a progress bar is shown.
    """

    def __init__(self, part: Path, *, checked: bool, progress: bool = True) -> None:
        self._part, self._checked, self._progress = part, checked, progress
        self._version = ""  # what the server tells this version of the file from others by
        self._reached = False

    def __call__(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        """Fetch `url` to `output_file`, as pooch asks for it."""
        import requests

        if not self._checked:
            self._part.unlink(missing_ok=True)
        failures = 0
        while failures <= TRIES:
            before = _size(self._part)
            try:
                self._request(url)
                break
            except requests.HTTPError:
                raise
            except requests.RequestException:
                failures = 0 if _size(self._part) > before else failures + 1
                if not self._reached or failures > TRIES:
                    raise
                time.sleep(PAUSE * 2 ** max(0, failures - 1))
        self._part.replace(output_file)

    def _request(self, url: str) -> None:
        """Fetch what is missing of the part; all of it where the server cannot do less."""
        import requests
        from tqdm import tqdm

        have = _size(self._part)
        headers = {"Accept-Encoding": "identity"}
        if have and (self._checked or self._version):
            headers["Range"] = f"bytes={have}-"
        if have and self._version:
            headers["If-Range"] = self._version
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
            self._reached = True
            if answer.headers.get("Content-Range") == f"bytes */{have}":  # nothing is missing
                return
            start = self._start(answer, have)
            self._version = _version(answer.headers)
            left = int(answer.headers.get("Content-Length", 0))
            _check_room(self._part.parent, left)
            bar = tqdm(
                desc=self._part.stem, initial=start, total=start + left or None, unit="B",
                unit_scale=True, mininterval=0.5, disable=not self._progress,
            )  # fmt: skip
            with bar, self._part.open("ab" if start else "wb") as file:
                for block in answer.iter_content(BLOCK):
                    file.write(block)
                    bar.update(len(block))

    def _start(self, answer: Any, have: int) -> int:
        """The byte of the file at which an answer begins: `have`, or 0 where it is the whole.

        Raises
        ------
        ConnectionError
            Of requests, if it is worth asking again.
        HTTPError
            Of requests, if it is not.
        """
        import requests

        place = answer.headers.get("Content-Range", "")
        if answer.status_code in BUSY:
            raise requests.ConnectionError(f"it answers {answer.status_code}")
        if answer.status_code == 416 and have:
            self._part.unlink()
            raise requests.ConnectionError("the file became shorter")
        answer.raise_for_status()
        if answer.status_code != 206:
            return 0
        if not place.startswith(f"bytes {have}-"):
            raise requests.ConnectionError(f"it answers with {place}")
        return have


def fetch(file: File, target: Path, *, known: str = "", progress: bool = True) -> None:
    """Fetch a file, unless it is there with the right checksum.

    Parameters
    ----------
    file : File
    target : Path
        Where it goes.
    known : str
        The checksum of its first download, where none is published.

    Raises
    ------
    Unavailable
        If it cannot be had, or is not what its publisher put there; it is deleted then.
    """
    import pooch
    import requests

    checksum = file.checksum or known
    part = target.with_name(target.name + ".part")
    pooch.get_logger().setLevel("WARNING")
    try:
        pooch.retrieve(
            file.url,
            known_hash=checksum or None,
            fname=target.name,
            path=target.parent,
            downloader=Resumed(part, checked=bool(checksum), progress=progress),
        )
    except requests.RequestException as error:
        raise _refused(file, error) from error
    except ValueError as error:
        raise _other(target.name, checksum, published=bool(file.checksum)) from error
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise Unavailable(f"“{target}” cannot be written ({error.strerror}).") from error
        raise Unavailable(
            f"The disk is full: there is no room left for “{target.name}”.",
            hint=f"Make room, or choose another folder with --to. {AGAIN}",
        ) from error


def _other(name: str, checksum: str, *, published: bool) -> AverError:
    """One sentence about a file whose checksum is not the known one."""
    if published:
        return Unavailable(
            f"“{name}” is not what its publisher put there: its checksum is not {checksum}.",
            hint="It was deleted; run the same command again, and if it happens twice, tell us.",
        )
    return Unavailable(
        f"“{name}” is another file than at its first download: its checksum is not {checksum}.",
        hint="It was deleted. If its publisher changed it on purpose, delete its entry in "
        "downloads.json.",
    )


def _refused(file: File, error: Any) -> AverError:
    """One sentence about an answer that was none."""
    host = urllib.parse.urlsplit(file.url).netloc
    status = error.response.status_code if error.response is not None else None
    if status is None:
        return Unavailable(
            f"{host} cannot be reached, or breaks off again and again ({error}).",
            hint=f"Check the connection; HTTPS_PROXY and HTTP_PROXY name a proxy. {AGAIN}",
        )
    if status in (404, 410):
        return Unavailable(
            f"There is nothing at {file.url} any more ({status}).",
            hint="The corpus has moved: see its page, and tell us its new place.",
        )
    return Unavailable(
        f"{host} refuses {file.url} ({status}).",
        hint="See the page of the corpus whether it must be asked for.",
    )


def _version(headers: Any) -> str:
    tag = str(headers.get("ETag", ""))
    return tag if tag and not tag.startswith("W/") else str(headers.get("Last-Modified", ""))


def _check_room(folder: Path, needed: int) -> None:
    if needed > shutil.disk_usage(folder).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
