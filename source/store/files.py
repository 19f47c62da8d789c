"""Files that are there whole or not at all."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path


def data_folder(path: Path) -> Path:
    """Make the data folder. One that is there already may hold other things, and keeps its rights.

    What we put into it is private whatever its rights are.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can look into; one that is there becomes so."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep_private(path)
    return path


def keep_private(path: Path) -> None:
    """Leave the rights to a file or folder of ours to its owner alone."""
    with contextlib.suppress(OSError):  # it is not there, or not ours
        mode = path.stat().st_mode
        if os.name != "nt" and mode & 0o077:
            path.chmod(mode & 0o700)


def sync_folder(path: Path) -> None:
    """Make sure that a name just written survives a power cut, where the system can tell."""
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_aside(path: Path, data: bytes) -> Path:
    """Write `data` beside `path` under a temporary name and make it durable.

    Returns
    -------
    Path
        The temporary file, in the same folder: `os.replace` puts it in place in one step.

    Raises
    ------
    OSError
        If it could not be written; then nothing is left.
    """
    aside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        with open(aside, "xb", opener=opened_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        forget(aside)
        raise
    return aside


def forget(path: Path) -> None:
    """Delete a file or a folder; one that is gone or still open is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def opened_private(path: str, flags: int) -> int:
    """An `opener` for `open`: the file is made so that only its owner can read it."""
    return os.open(path, flags, 0o600)
