"""One file of a batch as the closed service described it."""

import hashlib
from functools import lru_cache
from pathlib import Path

from source.core.errors import NotFound
from source.jobs import Job
from source.web import work
from source.web.callers import caller

BLOCK = 1 << 20


def described(job: Job, index: int, *, digests: bool) -> dict[str, str]:
    """Name, media type and MD5 of a file; what is not known, or not stored any more, is empty.

    A list leaves the digests out: they are worked out by reading the files.
    """
    try:
        kind = work.jobs().shown(job.id, caller(), index).type
        path = work.jobs().upload_path(job.id, caller(), index)
        md5 = _md5(path, path.stat().st_mtime_ns) if digests else ""
    except (NotFound, OSError):  # a refused file, or one that was deleted meanwhile
        kind, md5 = "", ""
    return {"filename": job.names[index], "content_type": kind, "md5sum": md5}


@lru_cache(maxsize=256)
def _md5(path: Path, changed: int) -> str:
    """The MD5 of a file, which does not protect anything: programs compare it with their own."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
