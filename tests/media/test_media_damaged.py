"""A picture of which a part is missing is read as far as it goes, and told to be damaged."""

from pathlib import Path

import numpy as np
import pytest

from source.core.errors import Damaged
from source.media import pictures, probe
from source.media.image import still
from tests.media.stills import face, heic, saved, with_hole

NOISE = np.random.default_rng(1).integers(-12, 12, (240, 320, 3))
FACE = np.clip(face().astype(int) + NOISE, 0, 255).astype(np.uint8)
FORMS = {
    "jpg": ("JPEG", {"quality": 90}),
    "optimised.jpg": ("JPEG", {"quality": 75, "optimize": True}),
    "progressive.jpg": ("JPEG", {"quality": 90, "progressive": True}),
    "restarts.jpg": ("JPEG", {"quality": 90, "restart_marker_rows": 1}),
    "grey.jpg": ("JPEG", {"quality": 90}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"quality": 90}),
    "gif": ("GIF", {}),
    "bmp": ("BMP", {}),
    "tif": ("TIFF", {}),
    "lzw.tif": ("TIFF", {"compression": "tiff_lzw"}),
    "deflate.tif": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    "jpeg.tif": ("TIFF", {"compression": "jpeg"}),
    "avif": ("AVIF", {"quality": 90}),
    "jp2": ("JPEG2000", {"irreversible": True, "quality_mode": "dB", "quality_layers": [40]}),
    "ppm": ("PPM", {}),
    "heic": ("HEIC", {}),
}
RAW = ("bmp", "tif", "ppm")
"""Formats of bare pixels, in which zeros are black and nothing says otherwise."""

UPPER_HALF_FIRST = set(FORMS) - {"bmp", "jp2", "progressive.jpg"}


def made(name: str) -> bytes:
    form, options = FORMS[name]
    if form == "HEIC":
        return heic(FACE)
    return saved(FACE[..., 1] if name.startswith("grey") else FACE, form, **options)


def read(path: Path, content: bytes):
    path.write_bytes(content)
    return still(probe(path))


@pytest.mark.parametrize("name", FORMS)
def test_whole_picture_is_not_damaged(tmp_path: Path, name: str) -> None:
    found = read(tmp_path / name, made(name))
    assert not found.damaged
    assert found.image.shape == FACE.shape


@pytest.mark.parametrize("name", FORMS)
def test_lower_half_is_missing(tmp_path: Path, name: str) -> None:
    content = made(name)
    try:
        found = read(tmp_path / name, content[: len(content) * 55 // 100])
    except Damaged:
        # nothing of it can be decoded, or what says where things are stood at the end
        assert name in ("avif", "jp2", "lzw.tif", "deflate.tif", "jpeg.tif")
        return
    assert found.damaged
    assert found.image.shape == FACE.shape
    if name in UPPER_HALF_FIRST:
        upper = np.abs(found.image[:90].astype(int) - FACE[:90]).mean()
        assert upper < (45 if name == "gif" else 30 if name.startswith("grey") else 14)
    (picture,) = pictures(probe(tmp_path / name))
    assert picture.damaged


@pytest.mark.parametrize("at", [0.35, 0.6, 0.85])
@pytest.mark.parametrize("name", [n for n in FORMS if n not in RAW])
def test_hole_in_the_middle(tmp_path: Path, name: str, at: float) -> None:
    try:
        found = read(tmp_path / name, with_hole(made(name), at=at, size=700))
    except Damaged:
        assert name in ("avif", "jp2", "heic", "webp")
        return
    assert found.damaged
    assert found.image.shape == FACE.shape


@pytest.mark.parametrize("name", [n for n in FORMS if n.endswith("jpg")])
def test_jpeg_that_was_cut_and_given_an_end(tmp_path: Path, name: str) -> None:
    content = made(name)
    cut = content[: len(content) * 55 // 100] + b"\xff\xd9"
    assert read(tmp_path / name, cut).damaged
    zeros = content[: len(content) * 55 // 100].ljust(len(content), b"\0")
    assert read(tmp_path / name, zeros).damaged


@pytest.mark.parametrize("name", [n for n in FORMS if n.endswith("jpg")])
def test_jpeg_without_its_end_marker_is_whole(tmp_path: Path, name: str) -> None:
    content = made(name)
    whole = read(tmp_path / name, content)
    found = read(tmp_path / f"less-{name}", content[:-2])
    assert not found.damaged
    assert np.array_equal(found.image, whole.image)


@pytest.mark.parametrize("name", FORMS)
def test_what_hangs_on_behind_is_no_damage(tmp_path: Path, name: str) -> None:
    found = read(tmp_path / name, made(name) + b"motion photo" + bytes(500))
    assert not found.damaged


def test_png_whose_checksums_are_wrong(tmp_path: Path) -> None:
    content = made("png")
    whole = read(tmp_path / "whole.png", content)
    at = content.find(b"IDAT")
    size = int.from_bytes(content[at - 4 : at], "big")
    place = at + 4 + size
    wrong = content[:place] + bytes(4) + content[place + 4 :]
    found = read(tmp_path / "a.png", wrong)
    assert found.damaged and np.array_equal(found.image, whole.image)
    text = b"\0\0\0\x05tEXta\0bcd" + b"\1\2\3\4"
    found = read(tmp_path / "b.png", content[:33] + text + content[33:])
    assert not found.damaged and np.array_equal(found.image, whole.image)
    header = content[:29] + bytes(4) + content[33:]
    assert read(tmp_path / "c.png", header).damaged
    assert not read(tmp_path / "d.png", content[:-12]).damaged


def test_flat_pictures_are_whole(tmp_path: Path) -> None:
    for value in (0, 128, 255):
        flat = np.full((600, 800, 3), value, np.uint8)
        for name, (form, options) in FORMS.items():
            if form != "HEIC":
                assert not read(tmp_path / name, saved(flat, form, **options)).damaged, name
        assert not read(tmp_path / "flat.heic", heic(flat)).damaged
