"""Which files are meant by what stands on the command line."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from source.core.errors import BadRecording, NoFile

SOUND = "aac aif aiff amr au caf flac m4a mka mp2 mp3 oga ogg opus w64 wav wma wv"
PICTURE = "avif bmp gif heic heif jfif jpe jpeg jpg png tif tiff webp"
VIDEO = "3g2 3gp asf avi flv m2ts m4v mkv mov mp4 mpe mpeg mpg mts ogv ts vob webm wmv"
MEDIA = frozenset(f"{SOUND} {PICTURE} {VIDEO}".split())
"""Endings of names that are taken from a folder. A file that is named itself is always taken:
what it is, its content says."""


class NoMedia(BadRecording):
    """A folder in which nothing is named like a recording."""

    code = "no_media"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no recording or picture in the folder “{name}”.",
            hint="Name the files themselves if they have unusual endings.",
        )


def find(names: Sequence[str], *, inputs: Path) -> tuple[list[Path], list[BadRecording]]:
    """The files that `names` mean, each once, in order, and what is wrong with the others.

    Parameters
    ----------
    names : sequence of str
        Files, folders (searched to the bottom), or names of either in `inputs`.
    inputs : Path
        Where a name that is not here is looked up.
    """
    found: dict[Path, Path] = {}
    wrong: list[BadRecording] = []
    for name in names:
        path = _look_up(name, inputs)
        if path is None:
            wrong.append(NoFile(name))
            continue
        files = list(_walk(path)) if path.is_dir() else [path]
        if not files:
            wrong.append(NoMedia(name))
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values()), wrong


def _look_up(name: str, inputs: Path) -> Path | None:
    for path in (Path(name), inputs / name):
        try:
            if name and path.exists():
                return path
        except (OSError, ValueError):  # a name too long, or with a NUL in it
            return None
    return None


def _walk(folder: Path) -> Iterator[Path]:
    """Media files of a folder and those below it, by name; hidden ones are left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix[1:].lower() in MEDIA and not hidden and path.is_file():
            yield path
