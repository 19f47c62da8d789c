"""Where a corpus can be had: what `source.training.download` asks for, as data.

A checksum stands here only where its publisher, or many who checked against the publisher,
state it. Records of Zenodo and Dataverse, and Git LFS, publish checksums with the files:
these are asked for when the download begins.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Archive:
    """One zip file.

    Attributes
    ----------
    url : str
    name : str
        Of the file.
    size : int or None
        Bytes, where published.
    checksum : str
        ``md5:…`` or ``sha256:…``, empty where none is published.
    """

    url: str
    name: str
    size: int | None = None
    checksum: str = ""


@dataclass(frozen=True)
class Zenodo:
    """Files of a Zenodo record, with the sizes and checksums that the record publishes."""

    record: str
    names: tuple[str, ...]
    api: str = "https://zenodo.org/api"


@dataclass(frozen=True)
class Dataverse:
    """All sound of a Dataverse dataset, file by file, with the checksums it publishes."""

    doi: str
    api: str


@dataclass(frozen=True)
class GitLfs:
    """Files of a GitHub repository that lie in Git LFS.

    The small archive of the repository holds, in place of each, a pointer with size and
    SHA-256; `plain` are files of the archive that are taken as they are.
    """

    archive: Archive
    media: str
    folder: str
    plain: tuple[str, ...] = ()


Source = Archive | Zenodo | Dataverse | GitLfs
