"""Files of jobs in a store of objects that several machines share: S3, and what speaks it."""

import contextlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from source.core.errors import AverError, BadRequest, Unavailable
from source.store.files import forget, private_folder
from source.store.storage import Stamp
from source.store.trouble import kind_of, storage_errors

log = logging.getLogger(__name__)

UNUSED_SECONDS = 600.0
"""How long a web process keeps a copy that nobody asks for."""

FRESH_SECONDS = 2.0
"""How long a list of a job's files is believed."""

Opened = tuple[Callable[[], Any], str]
"""What makes a file system of fsspec, and the folder in it."""


def opened(url: str) -> Opened:
    """What STORAGE_URL names: ``s3://BUCKET/FOLDER?endpoint=https://…``, or another of fsspec.

    The key may stand in it (``s3://KEY:SECRET@BUCKET``); else it is looked for as Amazon's own
    tools do: environment, file, role of the machine.

    Raises
    ------
    BadRequest
        If it makes no sense, or its driver is not installed; nothing but its kind is told.
    """
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        kind, bucket = parts.scheme, parts.netloc.rpartition("@")[2]
        place = f"{bucket}{parts.path}".rstrip("/")
    except ValueError:
        raise _wrong(url, "it is not a URL") from None
    if not kind or not place or set(asked) - {"endpoint"}:
        raise _wrong(url, "it must be kind://BUCKET/FOLDER, and may have ?endpoint=URL")
    options: dict[str, Any] = {}
    if kind == "s3":
        options = _s3(asked.get("endpoint"), parts.username, parts.password)
    try:
        import fsspec

        make = fsspec.get_filesystem_class(kind)
    except ImportError as error:
        raise _wrong(url, f"{error.name or 'its driver'} is not installed") from None
    except ValueError:
        raise _wrong(url, "there is no such kind") from None
    return lambda: make(**options, skip_instance_cache=True, use_listings_cache=False), place


def _s3(endpoint: str | None, key: str | None, secret: str | None) -> dict[str, Any]:
    # Stores of others answer an error to the checksums that botocore adds since 2025.
    when_required = {
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
        "retries": {"mode": "standard", "max_attempts": 2},  # s3fs tries again itself
        "connect_timeout": 10,
        "read_timeout": 60,
    }
    options: dict[str, Any] = {"config_kwargs": when_required}
    if endpoint:
        options["endpoint_url"] = endpoint
    if key and secret:
        options |= {"key": unquote(key), "secret": unquote(secret)}
    return options


def _wrong(url: str, why: str) -> BadRequest:
    return BadRequest(
        f"The setting STORAGE_URL, which begins with “{kind_of(url)}”, cannot be used: {why}.",
        hint="Install requirements-scale.txt and see docs/scaling.md, or leave it empty.",
    )


class Objects:
    """A folder of a store; what is worked with lies on this machine as a copy.

    Parameters
    ----------
    opened : Opened
        The store.
    folder : Path
        Where the copies lie.
    keeps : bool
        Whether copies stay while they are asked for; else `leave` deletes them.
    """

    shared = True

    def __init__(self, opened: Opened, folder: Path, *, keeps: bool) -> None:
        self.folder = folder
        self._make, self._place = opened
        self._keeps = keeps
        self._made: tuple[int, Any] | None = None
        self._lists: dict[str, tuple[float, dict[str, Stamp]]] = {}
        self._trimmed = time.monotonic()
        self._lock = threading.Lock()

    def keep(self, path: Path) -> None:
        """Put a file into the store; a put is there whole or not at all."""
        with _errors():
            self._files().put_file(str(path), self._key(path))
            self._lists.pop(self._job(path), None)
            os.utime(path, ns=(time.time_ns(), self._look(path)[1]))

    def fetch(self, path: Path) -> Path:
        """Get a file, unless this machine has it as it is in the store."""
        with _errors():
            size, changed = self._look(path)
            self._use(path)
            try:
                here = path.stat()
            except FileNotFoundError:
                here = None
            if here is None or (here.st_size, here.st_mtime_ns) != (size, changed):
                aside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.tmp")
                try:
                    self._files().get_file(self._key(path), str(aside))
                    aside.chmod(0o600)
                    os.utime(aside, ns=(time.time_ns(), changed))
                    os.replace(aside, path)
                finally:
                    forget(aside)
        return path

    def stamp(self, path: Path) -> Stamp:
        """Size and time of change in the store."""
        with _errors():
            job, key = self._job(path), self._key(path)
            if job:
                found = self._listed(job).get(key)
                if found is None:
                    raise FileNotFoundError(path)
                return found
            return self._look(path)

    def names(self, folder: Path) -> list[str]:
        """The files of a folder, sorted."""
        with _errors():
            before = f"{self._key(folder)}/"
            keys = [key for key in self._listed(self._job(folder)) if key.startswith(before)]
            rest = [key.removeprefix(before) for key in keys]
            return sorted(name for name in rest if "/" not in name)

    def find(self, folder: Path, pattern: str) -> Iterator[Path]:
        """The files of that pattern below a folder; looks through all of it."""
        with _errors():
            keys = self._files().glob(f"{self._key(folder)}/{pattern}")
        for key in sorted(keys):
            yield self.folder / key.removeprefix(f"{self._place}/")

    def forget(self, path: Path) -> None:
        """Delete a file or a folder, in the store and here; one that is gone is no error."""
        forget(path)
        with _errors():
            self._lists.pop(self._job(path), None)
            keys = list(self._files().find(self._key(path)))  # of a file: the file itself
            if keys:
                with contextlib.suppress(FileNotFoundError):
                    self._files().rm(keys)

    def leave(self, folder: Path) -> None:
        """Delete the copies of a job's files, unless this process keeps what is asked for."""
        if not self._keeps:
            forget(folder)

    def entries(self, folder: Path) -> list[tuple[Path, float | None]]:
        """What lies in a folder of the store; of a folder in it no time is known."""
        with _errors():
            try:
                found = self._files().ls(self._key(folder), detail=True)
            except FileNotFoundError:
                return []
        return [
            (folder / Path(entry["name"]).name, None if entry["type"] == "directory"
             else _stamp(entry)[1] / 1e9)
            for entry in found
        ]  # fmt: skip

    # --- inside --------------------------------------------------------------------------------

    def _files(self) -> Any:
        """The file system. It has threads of its own, which a forked process has to make anew."""
        with self._lock:
            if self._made is None or self._made[0] != os.getpid():
                self._made = (os.getpid(), self._make())
            return self._made[1]

    def _key(self, path: Path) -> str:
        return f"{self._place}/{path.relative_to(self.folder).as_posix()}"

    def _job(self, path: Path) -> str:
        """The key of the folder of a job that a path lies in; "" where it lies in none."""
        parts = path.relative_to(self.folder).parts
        return f"{self._place}/uploads/{parts[1]}" if parts[0] == "uploads" and parts[1:] else ""

    def _look(self, path: Path) -> Stamp:
        return _stamp(self._files().info(self._key(path)))

    def _listed(self, job: str) -> dict[str, Stamp]:
        """The files of a job by key."""
        moment = time.monotonic()
        since, files = self._lists.get(job, (-FRESH_SECONDS, {}))
        if moment - since >= FRESH_SECONDS:
            found = self._files().find(job, detail=True)
            files = {key: _stamp(entry) for key, entry in found.items()}
            self._lists = {
                key: kept for key, kept in self._lists.items() if moment - kept[0] < FRESH_SECONDS
            }
            self._lists[job] = (moment, files)
        return files

    def _use(self, path: Path) -> None:
        """Make the folder of a copy, say that it is used, and drop those that are not."""
        private_folder(path.parent)
        top = self.folder.joinpath(*path.relative_to(self.folder).parts[:2])
        if top != path:
            os.utime(top)
        moment = time.monotonic()
        with self._lock:
            due = self._keeps and moment - self._trimmed > UNUSED_SECONDS / 10
            if due:
                self._trimmed = moment
        if due:
            self.trim()

    def trim(self) -> None:
        """Delete the copies that nobody asked for in the last minutes."""
        unused = time.time() - UNUSED_SECONDS
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                if max(status.st_mtime if path.is_dir() else 0, status.st_atime) < unused:
                    forget(path)


def _stamp(entry: dict[str, Any]) -> Stamp:
    """Size and time of change of what a file system says of a file."""
    changed = entry.get("LastModified") or entry.get("mtime") or entry.get("created") or 0
    seconds = changed.timestamp() if isinstance(changed, datetime) else float(changed)
    return int(entry["size"] or 0), int(seconds) * 1_000_000_000  # lists tell less than looks


@contextmanager
def _errors() -> Iterator[None]:
    """What the store answers, as what a person may see."""
    try:
        with storage_errors():
            yield
    except (AverError, FileNotFoundError):
        raise
    except Exception as error:
        log.error("The store of files failed.", exc_info=True)
        raise Unavailable("The store of recordings does not respond.") from error
