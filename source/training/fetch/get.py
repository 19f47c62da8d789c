"""Getting a whole corpus: every file fetched once, checked, unpacked, and written down."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from source.core.errors import Unavailable
from source.training.fetch.sources import SOUND, File, GitLfs, Source
from source.training.fetch.transfer import fetch
from source.training.fetch.unpack import contents, inside, unpack

LOCK = "downloads.json"
"""What was fetched, beside the data: names and checksums."""

TOGETHER = 4
"""Small files fetched at the same time."""

Say = Callable[[str], None]


def get(source: Source, folder: Path, *, say: Say = print, again: bool = False) -> None:
    """Fetch and unpack everything of `source` into `folder`; what is there already stays.

    Parameters
    ----------
    source : Source
    folder : Path
        Of the corpus.
    say : callable
        Called with a sentence for each thing that happens.
    again : bool
        Fetch archives that were unpacked before, too.

    Raises
    ------
    Unavailable
        If something cannot be had, or is not what it should be.
    """
    lock = _Lock(folder / LOCK)
    if not lock.path.is_file() and any(p.suffix.lower() in SOUND for p in folder.rglob("*")):
        raise Unavailable(
            f"“{folder}” holds sound that was not downloaded by this command.",
            hint="Choose another folder with --to, or use what is there.",
        )
    files = source.files()
    loose = [file for file in files if Path(file.path).suffix.lower() in SOUND]
    for file in files:
        if file not in loose:
            _archive(source, file, folder, lock, say, again=again)
    _loose(loose, folder, lock)


def _archive(
    source: Source, file: File, folder: Path, lock: "_Lock", say: Say, *, again: bool
) -> None:
    import pooch

    before = lock.files.get(file.path, {})
    if before.get("unpacked") and not again:
        say(f"{file.path} was downloaded and unpacked before; --again fetches it anew.")
        return
    path = inside(folder, file.path)
    fetch(file, path, known=f"sha256:{before['sha256']}" if before else "")
    lock.note(file, sha256=pooch.file_hash(str(path)))
    if not file.checksum and not before:
        say(f"No checksum of {file.path} is published: that of this first download is kept in "
            f"{lock.path.name} and compared from now on.")  # fmt: skip
    if isinstance(source, GitLfs):
        for plain in source.plain:
            for name, content in contents(path, plain):
                inside(folder, name).parent.mkdir(parents=True, exist_ok=True)
                inside(folder, name).write_bytes(content)
        _loose(source.pointed(path), folder, lock)
    else:
        say(f"{unpack(path, folder)} files are in {folder}.")
    lock.note(file, unpacked=True)
    path.unlink()


def _loose(files: Sequence[File], folder: Path, lock: "_Lock") -> None:
    """Fetch many small files, a few at a time; those that are there and right stay."""
    from tqdm import tqdm

    if not files:
        return
    lock.write()
    with ThreadPoolExecutor(TOGETHER) as pool:
        jobs = [
            pool.submit(fetch, file, inside(folder, file.path), progress=False) for file in files
        ]
        try:
            for job in tqdm(jobs, desc=folder.name, unit="file", mininterval=0.5):
                job.result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Lock:
    """The file that says what was fetched."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.files: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            self.files = {}
        except ValueError as error:
            raise Unavailable(
                f"“{path}” cannot be read.", hint="Delete it, then what it names is fetched anew."
            ) from error

    def note(self, file: File, **facts: Any) -> None:
        """Write facts about an archive down at once."""
        published = {"url": file.url, "published": file.checksum or None}
        self.files.setdefault(file.path, {}).update(published, **facts)
        self.write()

    def write(self) -> None:
        """Write the file, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half = self.path.with_suffix(".part")
        half.write_text(json.dumps(self.files, indent=1) + "\n", "utf-8")
        half.replace(self.path)
