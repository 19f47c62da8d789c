"""No face gets out by any export where faces are to be hidden."""

import io
import zipfile
from functools import partial

import numpy as np
import pytest
from PIL import Image

from source import media
from source.core.options import Options
from source.drawing import draw
from source.drawing.excerpts import Excerpts
from source.drawing.hide import Hidden
from source.face.detect import Detector
from source.media.redraw import every_picture
from source.views import exports
from tests.making.films import film
from tests.making.people import portrait
from tests.views import made


@pytest.fixture(scope="module")
def detector():
    return Detector()


def pictures(name, content, folder, known=()):
    """Every picture in an exported file: of a package (unless `known`), a film, a report."""
    ending = name.rpartition(".")[2].lower()
    if ending == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                if inner.endswith(".png"):
                    continue  # a chart
                if (packed := archive.read(inner)) not in known:
                    yield from pictures(inner, packed, folder)
    elif ending in ("mp4", "webm"):
        path = folder / f"out.{ending}"
        path.write_bytes(content)
        yield from (image for _, image in every_picture(media.probe(path)))
    elif ending in ("jpg", "png"):
        yield np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    elif ending == "pdf":
        yield from within(content)


def within(content):
    """JPEG pictures that lie in a file as they are."""
    start = content.find(b"\xff\xd8\xff")
    while start >= 0:
        end = content.find(b"\xff\xd9", start) + 2
        yield np.asarray(Image.open(io.BytesIO(content[start:end])).convert("RGB"))
        start = content.find(b"\xff\xd8\xff", end)


def everything(path, result, folder, models, **options):
    """Every export of a recording with its drawings, by the name of its file."""
    recording = media.probe(path)
    drawn = draw([recording], result, Options(**options), folder / "drawing", models=models)
    assert not drawn.failed
    subject = exports.Subject(
        result,
        recordings=(path,),
        excerpts=Excerpts(partial(list, [recording]), blur_faces=options["blur_faces"]),
        drawings=drawn.files,
    )
    files = {}
    for row in exports.available(result, drawn=drawn.files):
        if row.format.name in ("PNG", "SVG") or row.name == "sound":
            continue  # charts are drawn from numbers
        file = exports.exported(row.name, subject)
        with file.content as content:
            files[f"{row.name}{file.suffix}"] = content.read()
    return files


def faces(files, folder, detector):
    """How many pictures there are in files, and the files in which one shows a face."""
    known = set(files.values())
    every = [(n, image) for n, c in files.items() for image in pictures(n, c, folder, known)]
    return len(every), sorted({n for n, image in every if detector.still(image)})


@pytest.fixture(scope="module")
def moving(tmp_path_factory):
    """A second of a face that crosses the picture, read twice a second only."""
    wall = np.full((270, 480, 3), 120, np.uint8)
    wall += (np.indices(wall.shape[:2]).sum(axis=0) // 8 % 9).astype(np.uint8)[..., None]
    head = portrait("anna happy", side=150)
    images = []
    for left in np.linspace(10, 170, 8).astype(int):
        image = wall.copy()
        image[60 : 60 + head.shape[0], left : left + head.shape[1]] = head[:, :150]
        images.append(image)
    path = tmp_path_factory.mktemp("moving") / "walk.mp4"
    return film(path, images, fps=8, options={"crf": "18"})


def test_a_film_shows_no_face_in_any_export(moving, read, models, tmp_path, detector):
    result = read(moving, fps=2, analysis="video", blur_faces=True)
    assert len(result.face.people) and len(result.face.people[0].segments) <= 3
    shown = everything(moving, result, tmp_path, models, annotate=True, blur_faces=False)
    count, open_ = faces(shown, tmp_path, detector)
    assert count == 8 and open_ == ["annotated_annotated.mp4"]  # the check sees what is there
    options = {"annotate": True, "blur_faces": True, "subtitles": True}
    hidden = everything(moving, result, tmp_path, models, **options)
    assert {"annotated_annotated.mp4", "subtitled_subtitled.mp4", "zip_all.zip"} <= set(hidden)
    assert faces(hidden, tmp_path, detector) == (2 * 8, [])


def test_a_photo_shows_no_face_in_any_export(photo, read, models, tmp_path, detector):
    result = read(photo, blur_faces=True)
    shown = everything(photo, result, tmp_path, models, annotate=True, blur_faces=False)
    names = [name for name in shown if name.startswith(("annotated", "report"))]
    assert faces(shown, tmp_path, detector)[1] == sorted(names) and len(names) == 2
    hidden = everything(photo, result, tmp_path, models, blur_faces=True)
    assert faces(hidden, tmp_path, detector) == (2, [])


def test_a_face_is_covered_between_two_readings_too():
    result = made.video()
    hidden = Hidden(result)
    person = result.face.people[0]
    for one, after in zip(person.segments, person.segments[1:], strict=False):
        middle = (one.time + after.time) / 2
        if after.time - one.time <= 0.5:
            left, top, width, height = one.box
            centre = (left + width / 2, top + height / 2)
            assert any(
                a <= centre[0] <= c and b <= centre[1] <= d for a, b, c, d in hidden.at(middle)
            )
