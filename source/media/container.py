"""Opening a recording with FFmpeg, so that it can neither reach out nor leak.

The format is the one its content showed, never guessed by FFmpeg (which also looks at the
name), and only the protocol `file` is allowed, so that nothing named inside is opened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from source.core.errors import AverError, BadRecording, Damaged, NoFile

if TYPE_CHECKING:
    from av.container import InputContainer

BAD_IN_A_ROW = 500
"""Reading errors in a row after which the rest of a file is given up."""


@contextmanager
def guarded(name: str, why: str = "it cannot be decoded") -> Iterator[None]:
    """Turn whatever a decoder raises into an error that can be shown.

    Raises
    ------
    Damaged
        For everything else than an `AverError`, a missing file and a forbidden one.
    """
    try:
        yield
    except (AverError, GeneratorExit, KeyboardInterrupt):
        raise
    except FileNotFoundError as error:
        raise NoFile(name) from error
    except PermissionError as error:
        raise BadRecording(
            f"“{name}” could not be opened: we are not allowed to read it.",
            hint="Check the permissions of the file.",
        ) from error
    except Exception as error:
        raise Damaged(name, why) from error


@contextmanager
def opened(path: Path, format_name: str) -> "Iterator[InputContainer]":
    """The container of `path`, closed in the end."""
    import av

    # "file:" keeps a name with a colon or a leading dash from meaning anything
    container = av.open(
        f"file:{path.absolute()}",
        format=format_name,
        metadata_errors="replace",
        options={"protocol_whitelist": "file", "max_streams": "200"},
    )
    try:
        yield container
    finally:
        container.close()


def only(container: "InputContainer", stream: Any) -> None:
    """Let the reader pass over every stream but `stream`."""
    from av.stream import Discard

    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all


def packets(container: "InputContainer", *streams: Any) -> Iterator[Any]:
    """Packets of the streams in file order, going on past damage; the last one flushes."""
    import av

    bad = 0
    while bad < BAD_IN_A_ROW:
        try:
            for packet in container.demux(*streams):
                yield packet
                bad = 0
            return
        except (av.FFmpegError, OSError, ValueError):
            bad += 1


def picture_stream(container: "InputContainer") -> Any | None:
    """The first stream of moving pictures; cover art is none."""
    for stream in container.streams.video:
        cover = bool(stream.disposition & stream.disposition.attached_pic)
        if not cover and stream.codec_context is not None:
            return stream
    return None


def sound_stream(container: "InputContainer") -> Any | None:
    """The first sound stream that has a decoder."""
    for stream in container.streams.audio:
        if stream.codec_context is not None:
            return stream
    return None


def rotation(frame: Any) -> int:
    """Quarter turns, in degrees clockwise (0, 90, 180, 270), that set a frame upright."""
    return round(-frame.rotation / 90) % 4 * 90
