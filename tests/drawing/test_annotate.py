"""Annotated recordings, decoded again."""

from itertools import pairwise

import numpy as np
import pytest

from source import media
from source.core.errors import Cancelled
from source.core.options import Options
from source.drawing import annotate, draw
from source.drawing.moments import Moments
from source.views.palette import colour
from tests.drawing.conftest import film, frames, sample, streams
from tests.media.making import clip


@pytest.fixture(scope="module")
def drawn(clip, clip_read, tmp_path_factory):
    return annotate(
        media.probe(clip), clip_read, tmp_path_factory.mktemp("drawn") / "clip_annotated"
    )


@pytest.fixture(scope="module")
def hidden(clip, clip_read, tmp_path_factory):
    place = tmp_path_factory.mktemp("hidden") / "clip_annotated"
    return annotate(media.probe(clip), clip_read, place, blur_faces=True)


@pytest.fixture(scope="module")
def before(clip):
    return [(time, image) for time, image in frames(clip) if time < 4.0]


def corners(box, image, *, inset=0.0):
    """A box in pixels, taken in by a share of its size."""
    height, width = image.shape[:2]
    left, top, wide, high = box
    left, top = left + inset * wide, top + inset * high
    wide, high = wide * (1 - 2 * inset), high * (1 - 2 * inset)
    return (
        round(left * width),
        round(top * height),
        round((left + wide) * width),
        round((top + high) * height),
    )


def detail(image):
    """Variance of the Laplacian at 64 pixels a side: how much structure there is."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(float)
    small = cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(small, cv2.CV_64F).var())


def test_a_film_keeps_its_pictures_its_times_and_its_sound(drawn, before, clip):
    video, pixels, sound, length = streams(drawn)
    assert (video, pixels, sound) == ("h264", "yuv420p", ["aac"])
    assert [t for t, _ in frames(drawn)] == pytest.approx([t for t, _ in before], abs=0.001)
    assert length == pytest.approx(4.0, abs=0.06)
    assert drawn.name == "clip_annotated.mp4"


def test_a_film_can_play_while_it_loads(drawn):
    content = drawn.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_sound_is_that_of_the_recording(drawn, clip):
    def heard(path):
        blocks = media.sound(media.probe(path), rate=8000, seconds=3.5)
        return np.concatenate([block.samples for block in blocks])

    one, other = heard(clip), heard(drawn)
    length = min(len(one), len(other))
    assert length >= 3.4 * 8000
    assert np.abs(one[:length] - other[:length]).mean() < 0.02 * np.abs(one).max()


def test_a_box_is_drawn_where_the_result_says(drawn, before, clip_read):
    moments = Moments(clip_read)
    seen = 0
    for (time, old), (_, new) in zip(before, frames(drawn), strict=True):
        for face in moments.at(time):
            left, top, _, bottom = corners(face.box, old)
            change = np.abs(new.astype(int) - old).sum(axis=2)
            lines = change[(top + bottom) // 2 - 20 : (top + bottom) // 2 + 20]
            inside = corners(face.box, old, inset=0.15)
            assert lines[:, left : left + 3].mean() > 40 or not face.certain
            assert change[inside[1] : inside[3], inside[0] : inside[2]].mean() < 25
            seen += 1
    assert seen > 90


def test_a_box_has_the_colour_of_its_emotion(drawn, clip_read):
    moments = Moments(clip_read)
    for time, new in frames(drawn):
        for face in moments.at(time):
            if not face.certain:
                continue
            left, top, _, bottom = corners(face.box, new)
            middle = (top + bottom) // 2
            wanted = np.array([int(colour(face.label)[i : i + 2], 16) for i in (1, 3, 5)])
            found = new[middle - 20 : middle + 20, left : left + 3].reshape(-1, 3).astype(int)
            assert np.abs(np.median(found, axis=0) - wanted).max() < 45


def test_hidden_faces_lose_their_detail_in_every_picture(hidden, before, clip_read):
    moments = Moments(clip_read)
    shown = 0
    for (time, old), (_, new) in zip(before, frames(hidden), strict=True):
        for face in moments.at(time):
            left, top, right, bottom = corners(face.box, old, inset=0.06)
            assert detail(new[top:bottom, left:right]) < 0.1 * detail(old[top:bottom, left:right])
            shown += 1
    assert shown > 90


def test_no_detector_finds_a_hidden_face(clip, clip_read, tmp_path):
    from source.drawing.hide import Hidden
    from source.face.detect import Detector
    from source.media.redraw import every_picture

    recording = media.probe(clip)
    hidden = Hidden(clip_read)
    hidden.look(every_picture(recording, seconds=1.5))
    detector = Detector()
    for number, (time, image) in enumerate(every_picture(recording, seconds=1.5)):
        if number % 6 == 0:
            assert detector.still(image)
            assert detector.still(hidden(image, time)) == []


def test_a_face_that_one_look_missed_stays_hidden(clip, clip_read):
    from source.drawing.hide import Hidden

    hidden = Hidden(clip_read.__class__(**{**vars(clip_read), "face": None}))
    image = np.zeros((100, 100, 3), np.uint8)
    hidden.add(1.0, [np.array([20, 20, 40, 40])], image)
    hidden.add(2.5, [np.array([60, 20, 80, 40])], image)
    for time in (0.4, 1.0, 1.5, 2.0, 2.5, 3.1):
        assert hidden.at(time), time
    assert not hidden.at(0.0) and not hidden.at(4.0)


def test_a_picture_keeps_its_kind(photo, photo_read, tmp_path):
    path = annotate(media.probe(photo), photo_read, tmp_path / "a_annotated")
    again = media.probe(path)
    old = media.image(media.probe(photo))
    assert path.name == "a_annotated.jpg"
    assert (again.video.width, again.video.height) == old.shape[1::-1]
    changed = np.abs(media.image(again).astype(int) - old).sum(axis=2) > 60
    assert 0.005 < changed.mean() < 0.3


def test_two_faces_are_both_drawn_and_both_hidden(couple, read, tmp_path):
    result = read(couple)
    assert [p.id for p in result.face.people] == [1, 2]
    old = media.image(media.probe(couple))
    plain = media.image(media.probe(annotate(media.probe(couple), result, tmp_path / "a")))
    blurred = annotate(media.probe(couple), result, tmp_path / "b", blur_faces=True)
    assert blurred.suffix == ".png"
    for person in result.face.people:
        left, top, right, bottom = corners(person.segments[0].box, old)
        change = np.abs(plain.astype(int) - old).sum(axis=2)
        assert change[top:bottom, left : left + 2].mean() > 40
        left, top, right, bottom = corners(person.segments[0].box, old, inset=0.06)
        hidden = media.image(media.probe(blurred))[top:bottom, left:right]
        assert detail(hidden) < 0.1 * detail(old[top:bottom, left:right])


def test_a_film_without_a_face_or_sound_comes_out_as_it_was(read, tmp_path):
    path = film(tmp_path / "square.mp4", [n / 25 for n in range(50)])
    result = read(path)
    out = annotate(media.probe(path), result, tmp_path / "out")
    assert streams(out)[2] == []
    pairs = list(zip(frames(path), frames(out), strict=True))
    assert len(pairs) == 50
    for (time, old), (again, new) in pairs[::10]:
        assert again == pytest.approx(time, abs=0.001)
        doubled = old.repeat(2, axis=0).repeat(2, axis=1)  # small films are drawn larger
        assert np.abs(new.astype(int) - doubled).mean() < 6


def test_uneven_times_stay_uneven(read, tmp_path):
    times = [0.0, 0.04, 0.3, 0.34, 0.38, 1.2, 1.21, 1.9]
    path = film(tmp_path / "uneven.mp4", times)
    out = annotate(media.probe(path), read(path), tmp_path / "out", blur_faces=True)
    assert [t for t, _ in frames(out)] == pytest.approx(times, abs=0.002)


def test_odd_sizes_lose_at_most_a_line(read, tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    stills = [Image.fromarray(rng.integers(0, 255, (481, 641, 3), np.uint8)) for _ in range(4)]
    path = tmp_path / "odd.gif"
    stills[0].save(path, save_all=True, append_images=stills[1:], duration=100)
    out = annotate(media.probe(path), read(path), tmp_path / "out")
    assert frames(out)[0][1].shape == (480, 640, 3)


NOT_LOOKED_FOR = "Nothing was drawn: this analysis does not look for faces."


def annotated(path, result, folder):
    """The files that are drawn, and what is missing."""
    drawn = draw([media.probe(path)], result, Options(annotate=True), folder / "out", models=folder)
    return drawn.files, drawn.missing


def test_sound_alone_is_not_drawn(samples, read, tmp_path):
    path = sample(samples, "sample.wav")
    assert annotated(path, read(path), tmp_path) == ((), (NOT_LOOKED_FOR,))
    assert not list(tmp_path.iterdir())


def test_a_film_whose_faces_were_not_looked_for_is_not_written(clip, read, tmp_path):
    result = read(clip, analysis="audio", seconds=1.0)
    assert annotated(clip, result, tmp_path) == ((), (NOT_LOOKED_FOR,))


def test_another_file_than_the_results_is_not_drawn(photo_read, couple, tmp_path):
    assert annotated(couple, photo_read, tmp_path) == ((), (NOT_LOOKED_FOR,))


def test_cancelling_leaves_nothing(clip, clip_read, tmp_path):
    told = []
    with pytest.raises(Cancelled):
        annotate(
            media.probe(clip),
            clip_read,
            tmp_path / "out",
            cancelled=lambda: len(told) > 5,
            on_progress=lambda seconds, total: told.append((seconds, total)),
        )
    assert not list(tmp_path.iterdir())
    assert told[0] == (0.0, 4.0)


@pytest.mark.parametrize("blur", [False, True])
def test_progress_rises_to_the_end(clip, clip_read, tmp_path, blur):
    told = []
    result = clip_read.__class__(**{**vars(clip_read), "options": {"fps": 4.0, "seconds": 1.0}})
    annotate(
        media.probe(clip),
        result,
        tmp_path / "out",
        blur_faces=blur,
        on_progress=lambda seconds, total: told.append(seconds),
    )
    assert all(b >= a for a, b in pairwise(told))
    assert 0.9 < told[-1] <= 1.0


def test_without_h264_it_is_vp9(clip, clip_read, tmp_path, monkeypatch):
    from source.media import encode

    has = encode.encodes
    monkeypatch.setattr(encode, "encodes", lambda name: "264" not in name and has(name))
    result = clip_read.__class__(**{**vars(clip_read), "options": {"fps": 4.0, "seconds": 0.5}})
    out = annotate(media.probe(clip), result, tmp_path / "out")
    assert out.suffix == ".webm"
    assert streams(out)[0] == "vp9" and streams(out)[2] == ["opus"]
    assert [t for t, _ in frames(out)] == pytest.approx([n / 25 for n in range(13)], abs=0.002)


def test_places_and_cameras_are_not_taken_over(read, tmp_path):
    import av

    plain = film(tmp_path / "plain.mp4", [n / 25 for n in range(10)])
    path = tmp_path / "tagged.mp4"
    with (
        av.open(str(plain)) as old,
        av.open(str(path), "w", container_options={"movflags": "use_metadata_tags"}) as new,
    ):
        new.metadata["location"] = "+48.8577+002.295/"
        new.metadata["comment"] = "who was there"
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    assert b"who was there" in path.read_bytes()
    out = annotate(media.probe(path), read(path), tmp_path / "out", blur_faces=True)
    assert b"who was there" not in out.read_bytes() and b"+48.85" not in out.read_bytes()


REAL_FILMS = [
    ("portrait_rotated.mp4", (908, 480), ["aac"]),
    ("variable_rate.mp4", (360, 480), ["aac"]),
    ("talk.ts", (576, 720), ["aac"]),
    ("talk.wmv", None, ["aac"]),
    ("recorder_vp8_opus.webm", None, ["aac"]),
    ("talk_10bit_hevc.mkv", None, None),
    ("no_audio_night.mp4", None, []),
    ("one_frame_2x2.mp4", None, None),
    ("size_changes.mp4", None, None),
    ("no_face_plant.mp4", None, None),
]


def is_drawn(path, read, folder):
    """Every picture of a film is drawn at its time; the film that comes out."""
    from source.media.redraw import every_picture

    out = annotate(media.probe(path), read(path, seconds=1.5), folder)
    times = [t for t, _ in every_picture(media.probe(path), seconds=1.5)]
    assert [t for t, _ in frames(out)] == pytest.approx(times, abs=0.002)
    return out


def test_every_kind_of_real_film_is_drawn(shared, read, tmp_path, subtests):
    for name, shape, sound in REAL_FILMS:
        with subtests.test(name):
            out = is_drawn(shared / "media" / "video" / name, read, tmp_path / name)
            assert shape is None or frames(out)[0][1].shape[:2] == shape
            assert sound is None or streams(out)[2] == sound


@pytest.mark.parametrize("name", [".3gp", ".avi", ".mkv", ".mpg", ".ts", ".webm", ".wmv"])
def test_every_kind_of_film_is_drawn(read, tmp_path, name):
    out = is_drawn(clip(tmp_path / f"film{name}", 1.5), read, tmp_path / "out")
    assert streams(out)[2] == ["aac"]
