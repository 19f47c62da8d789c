"""HDR pictures and films are read as what they show, not as grey and dark ones."""

from pathlib import Path

import numpy as np
import pytest

from source.media import image, pictures, probe
from source.media.tone import sdr
from tests.media.stills import face, film, hdr, heic, saved

FACE = face()
RAMP = np.repeat(np.tile(np.arange(256, dtype=np.uint8), (64, 1))[..., None], 3, axis=2)
NAMES = {16: "PQ", 18: "HLG"}


def first(path: Path) -> np.ndarray:
    return next(iter(pictures(probe(path)))).image


@pytest.mark.parametrize("transfer", [16, 18], ids=NAMES.get)
@pytest.mark.parametrize(
    ("codec", "pix_fmt", "full", "ending"),
    [
        ("libx265", "yuv420p10le", False, "mp4"),
        ("libx265", "yuv444p10le", True, "mov"),
        ("libx265", "gbrp10le", True, "mkv"),
        ("libx264", "yuv420p10le", False, "ts"),
        ("libsvtav1", "yuv420p10le", False, "webm"),
        ("prores_ks", "yuv422p10le", False, "mov"),
    ],
)
def test_film_has_the_light_it_was_made_with(
    tmp_path: Path, codec: str, pix_fmt: str, full: bool, ending: str, transfer: int
) -> None:
    space = 0 if pix_fmt.startswith("gbr") else 9
    path = film(
        tmp_path / f"a.{ending}", hdr(FACE, transfer), codec=codec, pix_fmt=pix_fmt,
        transfer=transfer, primaries=9, space=space, full=full,
    )  # fmt: skip
    pixels = first(path)
    assert pixels.dtype == np.uint8
    assert pixels.mean() == pytest.approx(FACE.mean(), rel=0.02)
    assert np.abs(pixels.astype(int) - FACE).mean() < 3


@pytest.mark.parametrize("transfer", [16, 18], ids=NAMES.get)
def test_heic_has_the_light_it_was_made_with(tmp_path: Path, transfer: int) -> None:
    (tmp_path / "a.heic").write_bytes(heic(hdr(FACE, transfer), transfer=transfer))
    pixels = image(probe(tmp_path / "a.heic"))
    assert np.abs(pixels.astype(int) - FACE).mean() < 3


@pytest.mark.parametrize("transfer", [16, 18], ids=NAMES.get)
def test_avif_and_png_say_it_in_their_own_way(tmp_path: Path, transfer: int) -> None:
    coded = np.round(hdr(FACE, transfer) / 257).astype(np.uint8)
    avif = saved(coded, "AVIF", quality=95, subsampling="4:4:4")
    at = avif.find(b"nclx")
    told = avif[: at + 4] + bytes([0, 9, 0, transfer]) + avif[at + 8 :]
    (tmp_path / "a.avif").write_bytes(told)
    assert np.abs(image(probe(tmp_path / "a.avif")).astype(int) - FACE).mean() < 4
    import struct
    import zlib

    png = saved(coded, "PNG")
    body = b"cICP" + bytes([9, transfer, 0, 1])
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    (tmp_path / "a.png").write_bytes(png[:33] + chunk + png[33:])
    assert np.abs(image(probe(tmp_path / "a.png")).astype(int) - FACE).mean() < 4


@pytest.mark.parametrize("transfer", [16, 18], ids=NAMES.get)
def test_ramp_rises_and_only_the_brightest_are_pressed(transfer: int) -> None:
    seen = sdr(hdr(RAMP, transfer), transfer)
    assert (np.diff(seen[0, :, 0].astype(int)) >= 0).all()
    assert np.abs(seen[:, :220].astype(int) - RAMP[:, :220]).max() <= 3
    assert 235 <= seen[0, 255, 0] <= 250
    glare = np.full((2, 2, 3), 65535, np.uint16)
    assert (sdr(glare, transfer) >= 250).all()
    assert (sdr(np.zeros((2, 2, 3), np.uint16), transfer) == 0).all()


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "transfer", "primaries", "space", "full"),
    [
        ("libx264", "yuv420p", 1, 1, 1, False),
        ("libx264", "yuv420p", 1, 1, 1, True),
        ("libx264", "yuvj420p", 1, 1, 1, True),
        ("libx265", "yuv420p10le", 14, 9, 9, False),
        ("libx264rgb", "rgb24", 1, 1, 0, True),
    ],
    ids=["709", "709 full", "yuvj", "2020", "rgb"],
)
def test_ordinary_film_is_not_touched(
    tmp_path: Path, codec, pix_fmt, transfer, primaries, space, full, monkeypatch
) -> None:
    path = film(
        tmp_path / "a.mkv", FACE, codec=codec, pix_fmt=pix_fmt, transfer=transfer,
        primaries=primaries, space=space, full=full, options={},
    )  # fmt: skip
    seen = first(path)
    assert np.abs(seen.astype(int) - FACE).mean() < 6
    monkeypatch.setattr("source.media.tone.is_hdr", lambda transfer: False)
    assert np.array_equal(first(path), seen)


@pytest.mark.parametrize("transfer", [16, 18], ids=NAMES.get)
def test_drawn_film_has_the_same_light(tmp_path: Path, transfer: int) -> None:
    from source.media.redraw import redraw

    path = film(tmp_path / "a.mp4", hdr(FACE, transfer), transfer=transfer, primaries=9, space=9)
    made = redraw(probe(path), tmp_path / "drawn", lambda pixels, _: pixels)
    assert first(made).mean() == pytest.approx(FACE.mean(), rel=0.03)
