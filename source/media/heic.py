"""The pictures of phones: HEIC, a grid of HEVC tiles whose plan is read here (ISO 23008-12).

FFmpeg decodes the tiles, each as a stream whose id is the tile's item; where a tile
belongs, and how the whole is turned, stands in the file's `meta` box.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.media import container as containers
from source.media import tone
from source.media.boxes import number, walk
from source.media.recording import Recording
from source.media.sniff import MOV
from source.media.whole import ZEROS

MOST_META = 4_000_000
"""Bytes of the `meta` box beyond which no honest picture goes."""


@dataclass(frozen=True)
class Plan:
    """How a picture is put together.

    Attributes
    ----------
    width, height : int
        In pixels, as stored.
    columns : int
        Tiles in a row.
    tiles : tuple of int
        Items of the tiles, row by row.
    turns : tuple of str
        What sets it upright, in order: "left" (a quarter turn), "rows" or "columns"
        (mirrored top to bottom, or left to right).
    transfer : int
        Transfer characteristic (ITU-T H.273) the file names; 0 where it names none.
    """

    width: int
    height: int
    columns: int
    tiles: tuple[int, ...]
    turns: tuple[str, ...]
    transfer: int = 0

    @property
    def rotation(self) -> int:
        """Degrees clockwise that set it upright."""
        return -90 * self.turns.count("left") % 360


def plan(path: Path) -> Plan:
    """Read how the main picture of a file is put together.

    Raises
    ------
    ValueError
        If the file does not say.
    """
    with path.open("rb") as file:
        meta = _meta(file.read(MOST_META))
    boxes = dict(walk(meta[4:]))
    main = number(boxes[b"pitm"], 4, 2 if boxes[b"pitm"][0] == 0 else 4)
    properties = _properties(boxes[b"iprp"], main)
    sizes = [p for kind, p in properties if kind == b"ispe"]
    if not sizes:
        raise ValueError("The picture does not tell its size.")
    width, height = number(sizes[0], 4, 4), number(sizes[0], 8, 4)
    turns: list[str] = []
    transfer = 0
    for kind, payload in properties:
        if kind == b"irot":
            turns += ["left"] * (payload[0] & 3)
        elif kind == b"imir":
            turns.append("columns" if payload[0] & 1 else "rows")
        elif kind == b"colr" and payload[:4] == b"nclx":
            transfer = number(payload, 6, 2)
    tiles = _tiles(boxes.get(b"iref", b""), main)
    columns = 1
    if tiles:  # the grid is as regular as its tiles are large
        tile = [p for kind, p in _properties(boxes[b"iprp"], tiles[0]) if kind == b"ispe"]
        columns = -(-width // max(1, number(tile[0], 4, 4))) if tile else len(tiles)
    return Plan(width, height, columns, tiles or (main,), tuple(turns), transfer)


def decode(recording: Recording, plan: Plan) -> tuple[NDArray[np.uint8], bool]:
    """The upright picture, uint8 RGB [h, w, 3], and whether a part of it is missing.

    Raises
    ------
    ValueError
        If no tile can be decoded.
    """
    import av

    recording.limits.check_pixels(recording.name, plan.width, plan.height)
    canvas = np.full((plan.height, plan.width, 3), 255, np.uint8)
    places = {item: divmod(i, plan.columns) for i, item in enumerate(plan.tiles)}
    missing = set(places)
    damaged = False
    with containers.opened(
        recording.path, MOV, max_pixels=recording.limits.max_pixels
    ) as container:
        streams = [s for s in container.streams.video if s.id in places]
        for stream in streams:
            stream.codec_context.thread_count = 1
        for packet in containers.packets(container, *streams):
            item = packet.stream.id
            if item not in missing:
                continue
            damaged |= packet.is_corrupt or ZEROS in bytes(packet)
            try:
                frames = _frames(packet)
            except (av.FFmpegError, ValueError):
                damaged = True
                continue
            for frame in frames:
                damaged |= frame.is_corrupt
                tile = _tile(frame, plan)
                row, column = places[item]
                top, left = row * tile.shape[0], column * tile.shape[1]
                space = canvas[top : top + tile.shape[0], left : left + tile.shape[1]]
                space[:] = tile[: space.shape[0], : space.shape[1]]
                missing.discard(item)
    if len(missing) == len(places):
        raise ValueError("No tile can be decoded.")
    for turn in plan.turns:
        if turn == "left":
            canvas = np.rot90(canvas)
        else:
            canvas = canvas[::-1] if turn == "rows" else canvas[:, ::-1]
    return np.ascontiguousarray(canvas), damaged or bool(missing)


def _frames(packet: Any) -> list[Any]:
    """The frames of a packet; one that is cut off is decoded as far as it goes."""
    import av

    if not packet.is_corrupt:
        return list(packet.decode())
    content, at = bytearray(packet), 0
    while at + 4 <= len(content):  # units follow each other, each behind its length
        size = min(number(content, at, 4), len(content) - at - 4)
        content[at : at + 4] = size.to_bytes(4, "big")
        at += 4 + size
    context = packet.stream.codec_context
    return [*context.decode(av.Packet(bytes(content[:at]))), *context.decode(None)]


def _tile(frame: Any, plan: Plan) -> NDArray[np.uint8]:
    transfer = plan.transfer or int(frame.color_trc)
    if tone.is_hdr(transfer):
        return tone.sdr(frame.to_ndarray(format="rgb48le"), transfer)
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _meta(data: bytes) -> bytes:
    for kind, content in walk(data):
        if kind == b"meta":
            return content
    raise ValueError("There is no description of the picture.")


def _tiles(iref: bytes, main: int) -> tuple[int, ...]:
    """The items the main one is derived from, in order."""
    if not iref:
        return ()
    size = 2 if iref[0] == 0 else 4
    for kind, content in walk(iref[4:]):
        if kind == b"dimg" and number(content, 0, size) == main:
            count = number(content, size, 2)
            return tuple(number(content, size + 2 + i * size, size) for i in range(count))
    return ()


def _properties(iprp: bytes, item: int) -> list[tuple[bytes, bytes]]:
    """Kind and content of the properties of an item, in the order they apply."""
    boxes = dict(walk(iprp))
    known = list(walk(boxes[b"ipco"]))
    data = boxes[b"ipma"]
    wide, large = data[3] & 1, data[0] >= 1
    at = 8
    for _ in range(number(data, 4, 4)):
        identity = number(data, at, 4 if large else 2)
        at += 4 if large else 2
        count = number(data, at, 1)
        at += 1
        size = 2 if wide else 1
        indices = [number(data, at + i * size, size) for i in range(count)]
        at += count * size
        if identity == item:
            mask = 0x7FFF if wide else 0x7F
            return [known[(i & mask) - 1] for i in indices if 0 < i & mask <= len(known)]
    return []
