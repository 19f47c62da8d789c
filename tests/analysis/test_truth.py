"""What a Result says of time and of sureness is so: through the pipeline, on made recordings."""

from pathlib import Path

import numpy as np
import pytest

from source import media
from source.analysis import analyse, probe_files
from source.core.invariants import violations
from source.views import charts, words
from tests.making.films import RATE, every
from tests.making.films import film as encoded


@pytest.fixture(scope="module")
def face(samples) -> np.ndarray:
    """A picture with one face."""
    return media.image(media.probe(samples / "sample.jpg"), max_side=360)


def film(path: Path, times: list[float], picture: np.ndarray, **sound) -> Path:
    """A recording that shows one picture at these times, over sound or none."""
    return encoded(path, [picture] * len(times), times=times, **sound)


@pytest.fixture
def read(settings):
    """Analyse one recording; every Result holds the invariants."""

    def read(path, **asked):
        result = analyse(
            probe_files([path], settings=settings),
            settings.options(**asked),
            settings=settings,
        )
        assert violations(result) == []
        return result

    return read


def seen(result) -> list[tuple[float, float]]:
    """Where the time line rests on a face, joined."""
    from source.core.timeline import merge

    return merge([(m.start, m.end) for m in result.timeline if "face" in m.senses], gap=0.03)


# --- time that is not there ----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_face_ends_with_its_pictures(read, face, speech, tmp_path, suffix):
    """Two seconds of pictures under half a minute of sound."""
    sound = np.tile(speech, 4)[: 30 * RATE]
    result = read(film(tmp_path / f"short{suffix}", every(0, 2), face, sound=sound))
    assert result.source.seconds == pytest.approx(30.0, abs=0.3)
    assert seen(result)[-1][1] == pytest.approx(2.0, abs=0.25)
    assert result.timeline[-1].senses == ("voice",)
    lanes = {lane.name: lane for lane in charts.data.lanes(result)}
    assert lanes["Person 1"].spans[-1][1] <= 2.25


@pytest.mark.parametrize(
    "asked", [{"fps": 1.0}, {"fps": 25.0}, {"max_frames": 3}, {"seconds": 12.0}],
    ids=["one a second", "every picture", "three in all", "the first twelve seconds"],
)  # fmt: skip
def test_it_ends_with_them_however_often_one_looks(read, face, speech, tmp_path, asked):
    sound = np.tile(speech, 4)[: 30 * RATE]
    result = read(film(tmp_path / "short.mp4", every(0, 2), face, sound=sound), **asked)
    assert seen(result)[-1][1] <= 3.0


def test_pictures_that_come_late_and_end_early_are_told_where_they_are(
    read, face, speech, tmp_path
):
    sound = np.tile(speech, 2)[: 16 * RATE]
    result = read(film(tmp_path / "middle.mp4", every(6, 9), face, sound=sound))
    assert seen(result) == [(pytest.approx(6.0, abs=0.3), pytest.approx(9.0, abs=0.3))]


@pytest.mark.parametrize("gap", [20.0, 3600.0], ids=["20 seconds", "an hour"])
@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_gap_in_the_stamps_stays_a_gap(read, face, tmp_path, suffix, gap):
    times = [*every(0, 2), *every(2 + gap, 4 + gap)]
    result = read(film(tmp_path / f"gap{suffix}", times, face), analysis="video")
    assert result.source.seconds == pytest.approx(4 + gap, abs=0.3)
    assert seen(result) == [
        (0.0, pytest.approx(2.0, abs=0.3)),
        (pytest.approx(2 + gap, abs=0.3), pytest.approx(4 + gap, abs=0.3)),
    ]
    told = sum(m.end - m.start for m in result.timeline)
    assert told == pytest.approx(4.0, abs=0.5)
    assert result.basis.seconds == pytest.approx(4.0, abs=0.5)
    assert words.base_of(result) in ("the 3.9 s with a face", "the 4 s with a face")


def test_few_pictures_a_second_still_stand_for_their_time(read, face, tmp_path):
    """A film of one picture every two seconds, evenly, has no gaps."""
    result = read(film(tmp_path / "slow.mkv", every(0, 20, fps=0.5), face), analysis="video")
    assert seen(result) == [(0.0, pytest.approx(20.0, abs=2.1))]


# --- one verdict of sureness ---------------------------------------------------------------------


def test_a_sound_alone_and_under_a_picture_is_read_alike(read, face, speech, tmp_path):
    alone = read(film(tmp_path / "alone.mkv", [0.0], face * 0, sound=speech), analysis="audio")
    under = read(film(tmp_path / "under.mkv", every(0, 9), face, sound=speech))
    assert alone.voice == under.voice
    assert alone.emotion.label == alone.voice.emotion.label


def test_headline_note_and_basis_say_the_same(read, samples):
    for name in ("sample.mp4", "sample.wav", "sample.jpg"):
        result = read(samples / name)
        headline = words.headline(result)
        noted = any(note.code == "not_sure" for note in result.notes)
        assert headline.sure == ("not sure" if noted else "sure")
        assert result.emotion.certain is not noted
        assert headline.label == result.emotion.label


def test_one_person_alone_reads_as_the_whole_does(read, face, samples, tmp_path):
    """Of a film without voice: headline, face and person give one answer."""
    dim = face // 3 + 60
    times = every(0, 4)
    for path in (
        samples / "sample.mp4",
        film(tmp_path / "one.mkv", times, face),
        film(tmp_path / "dim.mkv", times, dim.astype(np.uint8)),
    ):
        result = read(path, analysis="video")
        assert len(result.face.people) == 1
        assert result.face.people[0].emotion == result.face.emotion
        assert result.emotion == result.face.emotion


def test_where_a_doubtful_recording_is_said_to_be_sure_it_is(read, samples):
    for name in ("sample.mp4", "sample.wav"):
        result = read(samples / name)
        sure = [m.start for m in result.timeline if m.emotion.certain]
        for mark in words.marks(result):
            if mark.text.startswith("reads as"):
                assert mark.time in sure


def test_a_picture_of_several_people_with_a_sound_names_both(settings, face, samples, tmp_path):
    from PIL import Image

    from source.media import probe

    two = tmp_path / "two.png"
    Image.fromarray(np.concatenate([face, face[:, ::-1]], axis=1)).save(two)
    assert probe(two).kind == "image"
    result = analyse(
        probe_files([two, samples / "sample.wav"], settings=settings),
        settings.options(),
        settings=settings,
    )
    assert len(result.face.people) == 2 and result.voice.emotion
    assert words.summary(result).startswith("The pair ")


def test_a_pair_tells_that_its_sound_was_cut_off(settings, samples, tmp_path):
    whole = (samples / "sample.wav").read_bytes()
    cut = tmp_path / "cut.wav"
    cut.write_bytes(whole[: len(whole) // 3])
    result = analyse(
        probe_files([samples / "sample.jpg", cut], settings=settings),
        settings.options(),
        settings=settings,
    )
    assert "ended_early" in {note.code for note in result.notes}


# --- sure only where enough was heard -----------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("start", [0.5, 2.2, 4.4, 6.8])
def test_less_than_a_second_of_speech_is_never_sure(read, speech, tmp_path, seconds, start):
    import soundfile

    cut = speech[int(start * RATE) : int((start + seconds) * RATE)]
    path = tmp_path / "cut.wav"
    soundfile.write(path, cut, RATE)
    result = read(path)
    assert not any(s.emotion.certain for s in result.voice.segments)
    assert result.emotion is None or not result.emotion.certain
