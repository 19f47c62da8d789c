"""What there is to fetch of a source: asked of its publisher, with sizes and checksums."""

import json
import re
import urllib.parse
from pathlib import Path
from typing import Any

from source.core.errors import Unavailable
from source.training.fetch.transfer import Item, text
from source.training.fetch.unpack import contents
from source.training.readers.sources import Archive, Dataverse, GitLfs, Zenodo
from source.training.readers.spoken import SOUND

POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)


def archives(source: Archive | Zenodo | GitLfs) -> list[Item]:
    """The zip files of a source.

    Raises
    ------
    Unavailable
        If a record does not answer, or does not hold them.
    """
    if isinstance(source, Zenodo):
        return _zenodo(source)
    one = source.archive if isinstance(source, GitLfs) else source
    return [Item(one.url, one.name, one.size, one.checksum)]


def dataverse(source: Dataverse) -> list[Item]:
    """Every sound file of a Dataverse dataset."""
    doi = urllib.parse.quote(source.doi, safe=":/")
    url = f"{source.api}/datasets/:persistentId/?persistentId={doi}"
    found = []
    for row in _rows(url, "data", "latestVersion", "files"):
        file = row.get("dataFile", {})
        name = str(file.get("filename", ""))
        if Path(name).suffix.lower() not in SOUND or row.get("restricted"):
            continue
        told = file.get("checksum") or {"type": "MD5", "value": file.get("md5", "")}
        found.append(Item(
            url=f"{source.api}/access/datafile/{file['id']}",
            path="/".join(part for part in (row.get("directoryLabel"), name) if part),
            size=file.get("filesize"),
            checksum=_checksum(str(told.get("type", "")), str(told.get("value", ""))),
        ))  # fmt: skip
    if not found:
        raise Unavailable(f"{source.doi} holds no sound that is free to fetch.")
    return found


def lfs(source: GitLfs, archive: Path) -> list[Item]:
    """Every file of the Git LFS folder, from the pointers in the repository's archive."""
    found = []
    for name, content in contents(archive, f"{source.folder}/"):
        pointer = POINTER.match(content)
        if pointer and Path(name).suffix.lower() in SOUND:
            found.append(Item(
                url=f"{source.media}/{urllib.parse.quote(name)}",
                path=name,
                size=int(pointer[2]),
                checksum=f"sha256:{pointer[1].decode()}",
            ))  # fmt: skip
    if not found:
        raise Unavailable(f"“{archive.name}” holds no pointers to sound in {source.folder}.")
    return found


def _zenodo(source: Zenodo) -> list[Item]:
    url = f"{source.api}/records/{source.record}"
    rows = {str(row.get("key")): row for row in _rows(url, "files")}
    missing = [name for name in source.names if name not in rows]
    if missing:
        raise Unavailable(f"Record {source.record} of Zenodo holds no “{missing[0]}” any more.")
    return [
        Item(
            url=f"{url}/files/{urllib.parse.quote(name)}/content",
            path=name,
            size=rows[name].get("size"),
            checksum=_checksum(*str(rows[name].get("checksum", "")).split(":", 1)),
        )
        for name in source.names
    ]


def _rows(url: str, *keys: str) -> list[dict[str, Any]]:
    try:
        found: Any = json.loads(text(url))
        for key in keys:
            found = found[key]
        return [dict(row) for row in found]
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(
            f"{url} does not answer as it used to.", hint="See the page of the corpus; tell us."
        ) from error


def _checksum(kind: str = "", value: str = "") -> str:
    """``md5:…`` or ``sha256:…`` as publishers write it; empty for kinds that we do not know."""
    known = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
    kind, value = kind.lower().replace("-", ""), value.lower()
    return f"{kind}:{value}" if known.get(kind) == len(value) else ""
