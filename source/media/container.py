"""Opening a recording with FFmpeg, so that it can neither reach out nor leak.

The format is the one its content showed, never guessed by FFmpeg (which also looks at the
name), and only the protocol `file` is allowed, so that nothing named inside is opened.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from source.core.errors import DISK_FULL, AverError, BadRecording, Damaged, NoFile

if TYPE_CHECKING:
    from av.container import InputContainer

NO_ROOM = DISK_FULL | {errno.EFBIG, errno.EROFS}
"""What the system says only to those who write."""

BAD_IN_A_ROW = 500
"""Reading errors in a row after which the rest of a file is given up."""


@contextmanager
def guarded(name: str, why: str = "it cannot be decoded") -> Iterator[None]:
    """Turn whatever a decoder raises into an error that can be shown.

    Raises
    ------
    Damaged
        For everything else than an `AverError`, a missing file and a forbidden one.
    ImportError
        As it came: a package is missing, and the file is not to blame.
    OSError
        As it came where a disk is full: that is no fault of what is read, but of what is written
        meanwhile.
    """
    try:
        yield
    except (AverError, ImportError, GeneratorExit, KeyboardInterrupt):  # a package is missing
        raise
    except FileNotFoundError as error:
        raise NoFile(name) from error
    except PermissionError as error:
        raise BadRecording(
            f"“{name}” could not be opened: permission denied.",
            hint="Check the permissions of the file.",
        ) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise
        raise Damaged(name, why) from error


class _Window:
    """A stretch of a file, as a file of its own."""

    def __init__(self, file: BinaryIO, begin: int, end: int) -> None:
        self._file, self._begin, self._size = file, begin, end - begin
        self._at = 0

    def read(self, size: int) -> bytes:
        self._file.seek(self._begin + self._at)
        content = self._file.read(max(0, min(size, self._size - self._at)))
        self._at += len(content)
        return content

    def seek(self, at: int, whence: int = 0) -> int:
        self._at = max(0, at + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def seekable(self) -> bool:
        return True


@contextmanager
def opened(
    path: Path,
    format_name: str,
    *,
    span: tuple[int, int] | None = None,
    max_pixels: int | None = None,
) -> "Iterator[InputContainer]":
    """The container of `path`, or of the bytes `span` of it, closed in the end.

    Its video decoders refuse frames of much more than `max_pixels` before they take memory;
    they count what they store, which is a little more than what is seen.
    """
    import av

    # "file:" keeps a name with a colon or a leading dash from meaning anything
    pixels = (
        {}
        if max_pixels is None
        else {"max_pixels": str(min(2 * max_pixels + 1_000_000, 2**31 - 1))}
    )
    with ExitStack() as closing:
        where: Any = f"file:{path.absolute()}"
        if span is not None:
            where = _Window(closing.enter_context(path.open("rb")), *span)
        container = av.open(
            where,
            format=format_name,
            metadata_errors="replace",
            options={"protocol_whitelist": "file", **pixels},
        )
        closing.callback(container.close)
        for stream in container.streams.video:
            if stream.codec_context is not None:
                stream.codec_context.options = dict(pixels)
        yield container


def only(container: "InputContainer", stream: Any) -> None:
    """Let the reader pass over every stream but `stream`."""
    from av.stream import Discard

    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all


def enter(container: "InputContainer", stream: Any, time: float) -> None:
    """Go to the last place at or before a time stamp, in seconds, from which decoding can begin.

    Where there is none (a file without an index, say), it goes on from the beginning.
    """
    import av

    with suppress(av.FFmpegError):
        container.seek(round(time / stream.time_base), stream=stream)


ZEROS = bytes(256)
"""Zero bytes in a row that no encoder writes within a packet."""

PACKED = frozenset(
    (
        *("h264", "hevc", "vp8", "vp9", "av1", "theora", "mpeg4", "h263", "flv1", "wmv2", "wmv3"),
        *("opus", "vorbis", "aac", "amr_nb", "amr_wb", "wmav2", "flac"),
    )
)
"""Codecs whose packets have no room for them."""


def holed(packet: Any, codec: str) -> bool:
    """Whether zeros lie where data of a codec should: a hole that was filled when copied."""
    if codec not in PACKED or packet.size < 8:
        return False
    content = bytes(packet).rstrip(b"\x00")  # some fill up a packet behind its data
    return not content or (packet.size > len(ZEROS) and ZEROS in content)


def packets(
    container: "InputContainer", *streams: Any, on_error: Callable[[], None] = lambda: None
) -> Iterator[Any]:
    """Packets of the streams in file order, going on past damage; the last one flushes.

    `on_error` is called for damage that was skipped.
    """
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
            on_error()


def picture_streams(container: "InputContainer") -> list[Any]:
    """The video streams that have a decoder, without cover art."""
    return [
        stream
        for stream in container.streams.video
        if stream.codec_context is not None
        and not stream.disposition & stream.disposition.attached_pic
    ]


def sound_streams(container: "InputContainer") -> list[Any]:
    """The sound streams that have a decoder."""
    return [stream for stream in container.streams.audio if stream.codec_context is not None]


def turn(frame: Any) -> tuple[bool, bool, bool]:
    """What sets a frame upright: swap its axes, then mirror left to right, top to bottom.

    Phones store a picture as the sensor saw it, with a matrix beside it that says how it
    was held; selfie cameras also mirror.
    """
    from av.sidedata.sidedata import Type

    matrix = frame.side_data.get(Type.DISPLAYMATRIX)
    if matrix is None:
        return False, False, False
    values = np.frombuffer(bytes(matrix), np.int32)
    # x' = a x + c y, y' = b x + d y
    a, b, c, d = (int(values[i]) for i in (0, 1, 3, 4))
    if abs(b) + abs(c) > abs(a) + abs(d):
        return True, c < 0, b < 0
    return False, a < 0, d < 0


def rotation(frame: Any) -> int:
    """The turn in degrees clockwise (0, 90, 180, 270), mirroring left aside."""
    swap, across, down = turn(frame)
    if swap:
        return 90 if across else 270
    return 180 if down else 0
