"""Pictures through the whole pipeline: the same answer however they are stored, and never too
sure."""

from pathlib import Path

import numpy as np
import pytest

from source.analysis import analyse, probe_files
from source.core.options import Options
from source.settings import ROOT, Settings
from tests.media.stills import face, film, hdr, heic, saved, with_hole

FACE = face(480)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    folder = tmp_path_factory.mktemp("read")
    settings = Settings.load({}, root=folder).with_values(MODELS_DIR=str(ROOT / "models"))

    def answer(content: bytes | Path, name: str = "a"):
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
            content = folder / name
        recordings = probe_files([content], settings=settings)
        return analyse(recordings, Options(analysis="auto"), settings=settings)

    return answer


@pytest.fixture(scope="module")
def upright(read):
    return read(saved(FACE, "PNG"))


def codes(result) -> list[str]:
    return [note.code for note in result.notes]


def near(result, other, most: float = 0.12) -> None:
    assert result.emotion.label == other.emotion.label
    gap = max(abs(result.emotion.scores[e] - s) for e, s in other.emotion.scores.items())
    assert gap <= most
    assert len(result.face.people) == len(other.face.people)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("TIFF", {"tiffinfo": {274: 6}, "compression": "tiff_lzw"}),
        ("TIFF", {"tiffinfo": {274: 8}}),
        ("PPM", {}),
        ("JPEG2000", {}),
    ],
    ids=["tiff 6", "tiff 8", "ppm", "jpeg 2000"],
)
def test_same_pixels_give_the_same_answer(read, upright, form: str, options: dict) -> None:
    turned = {6: np.rot90(FACE), 8: np.rot90(FACE, -1)}.get(
        options.get("tiffinfo", {}).get(274), FACE
    )
    result = read(saved(np.ascontiguousarray(turned), form, **options), f"a.{form}")
    assert result.emotion == upright.emotion
    video = result.source.video
    assert (video.width, video.height) == (FACE.shape[1], FACE.shape[0])
    assert "damaged" not in codes(result)


@pytest.mark.parametrize("transfer", [16, 18], ids=["PQ", "HLG"])
def test_hdr_reads_as_the_same_in_ordinary_light(read, upright, transfer: int, tmp_path) -> None:
    coded = hdr(FACE, transfer)
    near(read(heic(coded, transfer=transfer), f"{transfer}.heic"), upright)
    clip = film(tmp_path / "a.mp4", coded, transfer=transfer, primaries=9, space=9, frames=6)
    assert read(clip).face.emotion.label == upright.emotion.label


DAMAGE = {
    "cut.jpg": lambda: cut(saved(FACE, "JPEG", quality=90), 0.8),
    "hole.jpg": lambda: with_hole(saved(FACE, "JPEG", quality=90), at=0.8),
    "cut.png": lambda: cut(saved(FACE, "PNG"), 0.8),
    "cut.tif": lambda: cut(saved(FACE, "TIFF"), 0.8),
    "cut.webp": lambda: cut(saved(FACE, "WEBP", quality=90), 0.8),
    "hole.heic": lambda: with_hole(heic(FACE), at=0.9),
}


def cut(content: bytes, share: float) -> bytes:
    return content[: round(len(content) * share)]


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_picture_is_told_and_never_sure(read, name: str) -> None:
    result = read(DAMAGE[name](), name)
    assert codes(result).count("damaged") == 1
    if result.emotion is not None:
        assert not result.emotion.certain
        assert not any(s.emotion.certain for p in result.face.people for s in p.segments)


def test_whole_picture_may_be_sure(read, upright) -> None:
    assert upright.emotion.certain
    assert "damaged" not in codes(upright)


def test_good_pictures_of_the_media_set_are_whole(shared) -> None:
    from source.core.errors import AverError
    from source.media import probe
    from source.media.image import still

    damaged = []
    for folder in ("image", "odd"):
        for path in sorted((shared / "media" / folder).iterdir()):
            try:
                recording = probe(path)
            except AverError:
                continue
            if recording.kind == "image" and still(recording, max_side=400).damaged:
                damaged.append(path.name)
    # of broken_noise.jpg nothing is missing but its end marker
    assert damaged == ["face_truncated.jpg"]
