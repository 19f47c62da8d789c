"""Still pictures of every kind become the same RGB."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from source.core.errors import Damaged
from source.media import image, pictures, probe
from tests.media.making import scene

PLAIN = scene(1)


@pytest.fixture
def still(tmp_path: Path):
    def make(picture: Image.Image, name: str, **options) -> Path:
        path = tmp_path / name
        picture.save(path, **options)
        return path

    return make


@pytest.mark.parametrize(
    ("name", "options", "most"),
    [
        ("a.png", {}, 0),
        ("a.bmp", {}, 0),
        ("a.tif", {}, 0),
        ("a.tiff", {"compression": "tiff_lzw"}, 0),
        ("a.webp", {"lossless": True}, 0),
        ("a.webp", {}, 12),
        ("a.jpg", {"quality": 95}, 6),
        ("a.avif", {"quality": 95}, 6),
        ("a.gif", {}, 12),
        ("a.ppm", {}, 0),
        ("a.jp2", {}, 0),
        ("a.j2k", {}, 0),
    ],
)
def test_format_is_seen(still, name: str, options: dict, most: int) -> None:
    recording = probe(still(Image.fromarray(PLAIN), name, **options))
    assert (recording.kind, recording.seconds, recording.audio) == ("image", None, None)
    assert (recording.video.width, recording.video.height) == (160, 96)
    pixels = image(recording)
    assert pixels.dtype == np.uint8 and pixels.shape == PLAIN.shape
    assert np.abs(pixels.astype(int) - PLAIN).mean() <= most
    (only,) = pictures(recording)
    assert (only.index, only.time) == (0, 0.0) and np.array_equal(only.image, pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_is_set_upright(still, orientation: int) -> None:
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    path = still(Image.fromarray(PLAIN), "a.png", exif=exif)
    with Image.open(path) as stored:
        expected = np.asarray(ImageOps.exif_transpose(stored))
    recording = probe(path)
    assert np.array_equal(image(recording), expected)
    assert (recording.video.height, recording.video.width) == expected.shape[:2]


GREY = np.tile(np.arange(160, dtype=np.uint8), (96, 1))


@pytest.mark.parametrize(
    ("picture", "name"),
    [
        (Image.fromarray(GREY), "a.png"),
        (Image.fromarray(GREY.astype(np.uint16) * 257), "a.png"),
        (Image.fromarray(GREY.astype(np.uint16) * 257), "a.tif"),
        (Image.fromarray(GREY.astype(np.uint16) * 257), "a.pgm"),
        (Image.fromarray(GREY.astype(np.uint16) * 257), "a.jp2"),
        (Image.fromarray(GREY), "a.pgm"),
        (Image.fromarray(GREY.astype(np.float32) / 255), "a.tif"),
        (Image.fromarray(GREY.astype(np.int32)), "a.tif"),
        (Image.merge("LA", [Image.fromarray(GREY), Image.new("L", (160, 96), 255)]), "a.png"),
        (Image.fromarray(GREY).convert("P"), "a.png"),
    ],
    ids=[
        "8 bit",
        "16 bit",
        "16 bit tif",
        "16 bit pgm",
        "16 bit jp2",
        "pgm",
        "float",
        "32 bit",
        "with alpha",
        "palette",
    ],
)
def test_grey_of_any_depth(still, picture: Image.Image, name: str) -> None:
    pixels = image(probe(still(picture, name)))
    assert pixels.shape == (96, 160, 3)
    assert np.abs(pixels.astype(int) - GREY[..., None]).max() <= 1


def test_clear_parts_are_white(still) -> None:
    layer = np.dstack([PLAIN, np.full(PLAIN.shape[:2], 255, np.uint8)])
    layer[50:, :, 3] = 0
    for name in ("a.png", "a.webp"):
        pixels = image(probe(still(Image.fromarray(layer), name, lossless=True)))
        assert (pixels[50:] == 255).all() and np.array_equal(pixels[:50], PLAIN[:50])


def test_ink_becomes_light(still) -> None:
    path = still(Image.fromarray(PLAIN).convert("CMYK"), "a.jpg", quality=95)
    assert np.abs(image(probe(path)).astype(int) - PLAIN).mean() < 12


def test_black_and_white(still) -> None:
    pixels = image(probe(still(Image.new("1", (9, 5), 1), "a.png")))
    assert pixels.shape == (5, 9, 3) and (pixels == 255).all()


@pytest.mark.parametrize("name", ["a.webp", "a.png"])
def test_animated_picture_gives_its_first(still, name: str) -> None:
    frames = [Image.fromarray(scene(t)) for t in (0, 1, 2)]
    path = still(frames[0], name, save_all=True, append_images=frames[1:], lossless=True)
    recording = probe(path)
    assert (recording.kind, recording.animated) == ("image", True)
    assert np.array_equal(image(recording), scene(0))


def test_animated_gif_is_a_video(still) -> None:
    frames = [Image.fromarray(scene(t)) for t in (0, 1, 2, 3)]
    path = still(frames[0], "a.gif", save_all=True, append_images=frames[1:], duration=500)
    recording = probe(path)
    assert recording.kind == "video"
    assert recording.seconds == pytest.approx(2.0)
    assert [p.time for p in pictures(recording)] == pytest.approx([0, 0.5, 1.0, 1.5])
    assert probe(still(frames[0], "b.gif")).kind == "image"


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.bmp", "a.webp", "a.gif", "a.avif"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.95])
def test_cut_picture_gives_what_there_is_or_is_told(still, name: str, share: float) -> None:
    from source.core.errors import BadRecording

    noise = np.random.default_rng(1).integers(0, 255, (96, 160, 3), dtype=np.uint8)
    path = still(Image.fromarray(noise), name)
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * share)])
    try:
        assert image(probe(path)).shape == (96, 160, 3)
    except BadRecording as error:
        assert isinstance(error, Damaged)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
@pytest.mark.parametrize("side", [1, 50, 160, 500])
def test_longer_side_is_kept_small(still, name: str, side: int) -> None:
    pixels = image(probe(still(Image.fromarray(PLAIN), name)), max_side=side)
    assert max(pixels.shape[:2]) == min(side, 160)


def test_odd_metadata_cost_nothing_and_print_nothing(still) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = bytearray(still(Image.fromarray(PLAIN), "a.jpg", exif=exif).read_bytes())
    at = content.find(b"MM\x00*") if b"MM\x00*" in content else content.find(b"II*\x00")
    content[at + 8 : at + 10] = b"\xff\xff"  # so many tags are not there
    path = still(Image.fromarray(PLAIN), "b.jpg")
    path.write_bytes(content)
    assert image(probe(path)).shape in ((96, 160, 3), (160, 96, 3))


@pytest.mark.parametrize(
    "content",
    [
        b"P1\n# drawn by hand\n3 2\n0 1 0\n1 0 1\n",
        b"P2 3 2 7\n7 0 7\n0 7 0\n",
        b"P3\n3 2\n255\n" + b"255 255 255 0 0 0 255 255 255\n0 0 0 255 255 255 0 0 0\n",
        b"P4\n3 2\n\x40\xa0",
        b"P5\n#a\n#b\n3 2\n255\n\xff\0\xff\0\xff\0",
        b"P6 3 2 255\n" + (b"\xff\xff\xff\0\0\0" * 3)[:9] + (b"\0\0\0\xff\xff\xff" * 2)[:9],
    ],
    ids=["P1", "P2", "P3", "P4", "P5", "P6"],
)
def test_every_kind_of_pnm(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pnm"
    path.write_bytes(content)
    recording = probe(path)
    assert (recording.kind, recording.format) == ("image", "PPM")
    assert image(recording)[..., 0].tolist() == [[255, 0, 255], [0, 255, 0]]


@pytest.mark.parametrize(
    "content",
    [
        b"P6 60000 60000 255\n" + bytes(99),
        b"P4\n60000 60000\n" + bytes(99),
        bytes.fromhex("ff4fff51002f0000 0000ea600000ea60"),
    ],
    ids=["ppm", "pbm", "jpeg 2000"],
)
def test_bomb_is_refused_before_it_is_decoded(tmp_path: Path, content: bytes) -> None:
    from source.core.errors import TooLarge

    path = tmp_path / "a"
    if content.startswith(b"\xff\x4f"):
        Image.fromarray(PLAIN).save(tmp_path / "a.j2k")
        content += (tmp_path / "a.j2k").read_bytes()[len(content) :]
    path.write_bytes(content)
    with pytest.raises(TooLarge, match="pixels"):
        probe(path)


def test_text_that_begins_like_a_pnm_is_none(tmp_path: Path) -> None:
    from source.core.errors import NotMedia

    for text in (b"P5 of the report says 12 and 13", b"P6", b"P1\n", b"P7\nWIDTH 3\n"):
        (tmp_path / "a.txt").write_bytes(text)
        with pytest.raises(NotMedia):
            probe(tmp_path / "a.txt")


def test_heic_of_any_brand_is_a_picture(tmp_path: Path) -> None:
    from tests.media.stills import heic

    for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"):
        (tmp_path / "a").write_bytes(heic(PLAIN, brand=brand))
        recording = probe(tmp_path / "a")
        assert (recording.kind, recording.notes) == ("image", ())
        assert np.abs(image(recording).astype(int) - PLAIN).mean() < 6


@pytest.mark.parametrize("brand", ["hevc", "msf1", "heic"])
def test_sequence_of_pictures_is_a_film_and_is_told(video, brand: str) -> None:
    path = video("a.mp4", codec="libx265", with_sound=False, options={"brand": brand})
    recording = probe(path)
    assert recording.kind == "video"
    assert recording.seconds == pytest.approx(3.0, abs=0.1)
    assert [note.code for note in recording.notes] == ["picture_sequence"]
