"""However a picture says how it was held, it is read, and its size told, as it stands upright."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from source.media import image, probe
from tests.media.making import scene
from tests.media.stills import heic, saved

PLAIN = scene(1)
TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
STORED = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: np.rot90(p),
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: np.rot90(p, -1),
}
"""How upright pixels are stored under each orientation."""


def reads_upright(path: Path, orientation: int, *, near: float = 0.0) -> None:
    recording = probe(path)
    pixels = image(recording)
    assert pixels.shape == PLAIN.shape
    assert np.abs(pixels.astype(int) - PLAIN).mean() <= near
    video = recording.video
    assert (video.width, video.height, video.rotation) == (160, 96, TURNS[orientation])


def tiff(pixels: np.ndarray, orientation: object, kind: int = 3, **options) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[274] = orientation
    tags.tagtype[274] = kind
    return saved(np.ascontiguousarray(pixels), "TIFF", tiffinfo=tags, **options)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("packed", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_tiff_is_turned_once(tmp_path: Path, orientation: int, packed: str) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(STORED[orientation](PLAIN), orientation, compression=packed))
    reads_upright(path, orientation, near=12 if packed == "jpeg" else 0)


@pytest.mark.parametrize(("kind", "value"), [(4, 6), (5, 6.0), (2, "6"), (1, b"\x06")])
def test_tag_of_an_odd_type_counts(tmp_path: Path, kind: int, value: object) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(STORED[6](PLAIN), value, kind))
    reads_upright(path, 6)


def test_tiff_of_several_pages_in_both_byte_orders(tmp_path: Path) -> None:
    pixels = np.ascontiguousarray(STORED[6](PLAIN))
    first, second = Image.fromarray(pixels), Image.new("RGB", (40, 30))
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[274] = 8
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out, True) as writer:
        for page, turned in ((first, 6), (second, 8)):
            tags[274] = turned
            page.save(writer, "TIFF", tiffinfo=tags)
            writer.newFrame()
    (tmp_path / "pages.tif").write_bytes(out.getvalue())
    reads_upright(tmp_path / "pages.tif", 6)
    big = np.ascontiguousarray(STORED[6](PLAIN))
    entries = [
        (256, 4, big.shape[1]),
        (257, 4, big.shape[0]),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 2),
        (273, 4, 200),
        (274, 3, 6),
        (277, 3, 3),
        (278, 4, big.shape[0]),
        (279, 4, big.size),
    ]
    body = struct.pack(">2sHIH", b"MM", 42, 8, len(entries))
    for tag, kind, value in entries:
        body += struct.pack(">HHI", tag, kind, 1)
        body += struct.pack(">HH", value, 0) if kind == 3 else struct.pack(">I", value)
    (tmp_path / "big.tif").write_bytes(body.ljust(200, b"\0") + big.tobytes())
    reads_upright(tmp_path / "big.tif", 6)


@pytest.mark.parametrize("mode", ["I;16", "CMYK", "L", "LAB"])
def test_tiff_of_other_colours_is_turned_once(tmp_path: Path, mode: str) -> None:
    stored = np.ascontiguousarray(STORED[6](PLAIN))
    if mode == "I;16":
        picture = Image.fromarray(stored[..., 1].astype(np.uint16) * 257)
    elif mode == "LAB":
        picture = Image.merge("LAB", Image.fromarray(stored).split())
    else:
        picture = Image.fromarray(stored).convert(mode)
    picture.save(tmp_path / "a.tif", tiffinfo={274: 6})
    recording = probe(tmp_path / "a.tif")
    upright = tmp_path / "upright.tif"
    picture.transpose(Image.Transpose.ROTATE_270).save(upright)
    assert np.array_equal(image(recording), image(probe(upright)))
    assert (recording.video.width, recording.video.height) == (160, 96)


@pytest.mark.parametrize("orientation", [2, 3, 5, 6, 8])
@pytest.mark.parametrize(
    ("form", "options", "near"),
    [("PNG", {}, 0), ("WEBP", {"lossless": True}, 0), ("AVIF", {"quality": 95}, 6),
     ("JPEG", {"quality": 95}, 6), ("MPO", {"quality": 95}, 6)],
)  # fmt: skip
def test_exif_of_every_format(
    tmp_path: Path, form: str, options: dict, near: float, orientation: int
) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    if form == "MPO":
        options = {**options, "save_all": True, "append_images": [Image.new("RGB", (50, 40))]}
    path = tmp_path / "a"
    stored = np.ascontiguousarray(STORED[orientation](PLAIN))
    path.write_bytes(saved(stored, form, exif=exif, **options))
    reads_upright(path, orientation, near=near)


@pytest.mark.parametrize(
    ("kind", "value"), [(3, 6), (4, 6), (2, "6"), (5, (6, 1)), (1, 6)],
    ids=["short", "long", "text", "rational", "byte"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["first", "behind others"])
def test_exif_of_a_jpeg_in_odd_places(tmp_path: Path, kind: int, value, where: str) -> None:
    data = {2: b"6\0\0\0", 5: struct.pack(">I", 26)}.get(kind) or struct.pack(
        {3: ">HH", 4: ">I", 1: ">BBH"}[kind], *((6, 0), (6,), (6, 0, 0))[{3: 0, 4: 1, 1: 2}[kind]]
    )
    tiff = struct.pack(">2sHIHHHI", b"MM", 42, 8, 1, 274, kind, 2 if kind == 2 else 1)
    tiff += data + struct.pack(">III", 0, 6, 1)
    segment = b"Exif\0\0" + tiff
    app1 = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    plain = saved(np.ascontiguousarray(STORED[6](PLAIN)), "JPEG", quality=95)
    other = b"\xff\xe1" + struct.pack(">H", 31) + b"http://ns.adobe.com/xap/1.0/\0"
    other += b"\xff\xed\x00\x10Photoshop 3.0\0"
    path = tmp_path / "a.jpg"
    path.write_bytes(plain[:2] + (app1 if where == "first" else other + app1) + plain[2:])
    reads_upright(path, 6, near=6)


@pytest.mark.parametrize(
    ("turns", "mirror", "orientation"),
    [(0, None, 1), (1, None, 8), (2, None, 3), (3, None, 6), (0, 1, 2), (0, 0, 4)],
)
def test_heic_is_turned_by_its_own_boxes(tmp_path, turns, mirror, orientation) -> None:
    path = tmp_path / "a.heic"
    stored = np.ascontiguousarray(STORED[orientation](PLAIN))
    path.write_bytes(heic(stored, turns=turns, mirror=mirror))
    recording = probe(path)
    pixels = image(recording)
    assert pixels.shape == PLAIN.shape
    assert np.abs(pixels.astype(int) - PLAIN).mean() < 6
    assert (recording.video.width, recording.video.height) == (160, 96)


def test_cut_tiff_is_turned_all_the_same(tmp_path: Path) -> None:
    content = tiff(STORED[6](PLAIN), 6)
    (tmp_path / "a.tif").write_bytes(content[: len(content) * 3 // 4])
    recording = probe(tmp_path / "a.tif")
    pixels = image(recording)
    assert pixels.shape == (recording.video.height, recording.video.width, 3) == PLAIN.shape
    assert np.array_equal(pixels[:, 100:], PLAIN[:, 100:])
