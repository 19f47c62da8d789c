"""Getting a whole corpus: every file fetched once, checked, unpacked, and written down."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from source.core.errors import AverError, Unavailable
from source.training.fetch import listing
from source.training.fetch.transfer import Item, checked, fetch
from source.training.fetch.unpack import contents, inside, unpack
from source.training.readers.sources import Dataverse, GitLfs, Source
from source.training.readers.spoken import SOUND

LOCK = "downloads.json"
"""What was fetched, beside the data: names, sizes, checksums."""

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
        Told, a sentence at a time, what happens.
    again : bool
        Fetch archives that were unpacked before, too.

    Raises
    ------
    Unavailable
        If something cannot be had, or is not what it should be.
    """
    lock = _Lock(folder / LOCK)
    if not lock.known and any(p.suffix.lower() in SOUND for p in folder.rglob("*")):
        raise Unavailable(
            f"“{folder}” holds sound that was not downloaded by this command.",
            hint="Choose another folder with --to, or use what is there.",
        )
    if isinstance(source, Dataverse):
        _loose(listing.dataverse(source), folder, lock)
        return
    for item in listing.archives(source):
        if lock.unpacked(item.path) and not again:
            say(f"{item.path} was downloaded and unpacked before; --again fetches it anew.")
            continue
        archive = inside(folder, item.path)
        _archive(item, archive, lock, say)
        if isinstance(source, GitLfs):
            for name in source.plain:
                for path, content in contents(archive, name):
                    inside(folder, path).parent.mkdir(parents=True, exist_ok=True)
                    inside(folder, path).write_bytes(content)
            _loose(listing.lfs(source, archive), folder, lock)
        else:
            say(f"{unpack(archive, folder)} files are in {folder}.")
        lock.note(item.path, unpacked=True)
        archive.unlink()


def _archive(item: Item, path: Path, lock: "_Lock", say: Say) -> None:
    if not path.is_file():
        with _bar(item.size, path.name) as bar:
            found = fetch(item, path, on_bytes=bar.update)
    else:
        found = checked(item, path)
    before = lock.known.get(item.path, {}).get("sha256")
    if before and before != found:
        path.unlink()
        raise Unavailable(
            f"“{item.path}” is another file than at its first download (see {lock.path.name}).",
            hint="It was deleted. If its publisher changed it on purpose, delete that entry.",
        )
    if not item.checksum and not before:
        say(f"No checksum of {item.path} is published: that of this first download is kept in "
            f"{lock.path.name} and compared from now on.")  # fmt: skip
    lock.note(item.path, url=item.url, sha256=found, published=item.checksum or None)


def _loose(items: Sequence[Item], folder: Path, lock: "_Lock") -> None:
    """Fetch many small files, a few at a time, those that are there and right left alone."""
    lock.note("", files=len(items))
    total = sum(item.size or 0 for item in items)

    def one(item: Item) -> None:
        path = inside(folder, item.path)
        if path.is_file() and item.checksum:
            try:
                checked(item, path)
            except AverError:  # damaged since: it is deleted, and fetched again
                pass
            else:
                bar.update(path.stat().st_size)
                return
        fetch(item, path, on_bytes=bar.update)

    with _bar(total or None, folder.name) as bar, ThreadPoolExecutor(TOGETHER) as pool:
        waiting = [pool.submit(one, item) for item in items]
        try:
            for job in waiting:
                job.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _bar(total: int | None, name: str) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, desc=name, unit="B", unit_scale=True, mininterval=0.5)


class _Lock:
    """The file that says what was fetched."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.known: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            self.known = {}
        except ValueError as error:
            raise Unavailable(
                f"“{path}” cannot be read.", hint="Delete it, then what it names is fetched anew."
            ) from error

    def unpacked(self, name: str) -> bool:
        return bool(self.known.get(name, {}).get("unpacked"))

    def note(self, name: str, **facts: Any) -> None:
        """Write facts about a file (or, without a name, about the whole) down at once."""
        self.known.setdefault(name, {}).update(facts)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half = self.path.with_suffix(".part")
        half.write_text(json.dumps(self.known, indent=1) + "\n", "utf-8")
        half.replace(self.path)
