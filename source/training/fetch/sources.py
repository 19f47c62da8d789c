"""Where a corpus can be had, as data, and which files that are.

pooch (https://www.fatiando.org/pooch) asks Zenodo and Dataverse for files and checksums.
"""

import re
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from source.core.errors import Unavailable
from source.training.fetch.unpack import contents

SOUND = frozenset({".opus", ".wav", ".flac", ".ogg", ".mp3", ".m4a", ".aiff"})
"""Endings that are taken for sound."""

TIMEOUT = 60.0
"""Seconds without a byte after which a connection counts as broken."""

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize \d+\n"
)


@dataclass(frozen=True)
class File:
    """One file to fetch: its address, its place below the folder, its published checksum.

    Checksums are written as pooch writes them, ``md5:…`` or ``sha256:…``; empty for none.
    """

    url: str
    path: str
    checksum: str = ""


@dataclass(frozen=True)
class Archive:
    """One zip file at an address of its own."""

    url: str
    name: str
    checksum: str = ""

    def files(self) -> list[File]:
        """The archive."""
        return [File(self.url, self.name, self.checksum)]


@dataclass(frozen=True)
class Repository:
    """Files of a record that has a DOI, on Zenodo or a Dataverse.

    `names` are the files that are wanted; without any, all that are sound.
    """

    doi: str
    names: tuple[str, ...] = ()

    def files(self) -> list[File]:
        """The wanted files, with the checksums that the repository publishes.

        Raises
        ------
        Unavailable
            If the record does not answer as it used to, or lacks a file.
        """
        import pooch
        import requests
        from pooch.downloaders import doi_to_repository

        listing = pooch.create(path="", base_url="")
        try:
            record = doi_to_repository(self.doi, timeout=TIMEOUT)
            record.populate_registry(listing)
            published = dict(listing.registry)
            names = self.names or sorted(n for n in published if Path(n).suffix.lower() in SOUND)
            wanted = [File(record.download_url(name), name, published[name]) for name in names]
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise Unavailable(
                f"The record doi:{self.doi} does not answer as it used to ({error}).",
                hint="Check the connection (HTTPS_PROXY names a proxy) and the corpus's page.",
            ) from error
        if not wanted:
            raise Unavailable(f"doi:{self.doi} holds no sound that is free to fetch.")
        return wanted


@dataclass(frozen=True)
class GitLfs:
    """Files of a GitHub repository that lie in Git LFS.

    The small archive of the repository holds, in place of each, a pointer with its SHA-256;
    `plain` are files of the archive that are taken as they are.
    """

    archive: Archive
    media: str
    folder: str
    plain: tuple[str, ...] = ()

    def files(self) -> list[File]:
        """The repository's archive."""
        return self.archive.files()

    def pointed(self, archive: Path) -> list[File]:
        """Every sound file that the fetched archive points to.

        Raises
        ------
        Unavailable
            If there is none.
        """
        sounds = [
            File(f"{self.media}/{urllib.parse.quote(name)}", name, f"sha256:{match[1].decode()}")
            for name, content in contents(archive, f"{self.folder}/")
            if (match := _POINTER.match(content)) and Path(name).suffix.lower() in SOUND
        ]
        if not sounds:
            raise Unavailable(f"“{archive.name}” holds no pointers to sound in {self.folder}.")
        return sounds


Source = Archive | Repository | GitLfs
