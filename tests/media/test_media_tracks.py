"""Which of several channels and tracks are read: those that carry something."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from source.media import Recording, pictures, probe, sound
from source.media.mix import Mixer
from source.media.redraw import redraw
from tests.media.making import CODECS, clip, heard, mux, pitch, resampled, scene, tone

RATE = 48000


def voice(seconds: float = 4.0, rate: int = RATE, *, high: float = 440.0) -> np.ndarray:
    """A tone that comes and goes twice a second, as syllables do."""
    loud = np.sin(2 * np.pi * 2 * np.arange(round(seconds * rate)) / rate) > 0
    return tone(seconds, rate, pitch=high) * loud


def hum(seconds: float = 4.0, rate: int = RATE) -> np.ndarray:
    return 0.2 * tone(seconds, rate, pitch=50.0)


def tracks(
    path: Path,
    sounds: Sequence[np.ndarray] = (),
    films: Sequence[Sequence[np.ndarray]] = (),
    *,
    codec: str | None = None,
) -> Path:
    """A file with a sound track of each of `sounds` and a picture track of each of `films`."""
    shown, track_codec = CODECS[path.suffix]
    packets: list[Any] = []
    with av.open(str(path), "w") as out:
        shows = []
        for film in films:
            stream: Any = out.add_stream(shown, rate=25)
            stream.width, stream.height = film[0].shape[1], film[0].shape[0]
            stream.pix_fmt = "yuv420p"
            shows.append(stream)
        plays: list[Any] = [
            out.add_stream(codec or track_codec, rate=RATE, layout="mono") for _ in sounds
        ]
        for stream, film in zip(shows, films, strict=True):
            for number, picture in enumerate(film):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                packets += stream.encode(frame)
            packets += stream.encode(None)
        for stream, samples in zip(plays, sounds, strict=True):
            for piece in resampled(samples[None], stream, RATE):
                packets += stream.encode(piece)
            packets += stream.encode(None)
        mux(out, packets)
    return path


def codes(recording: Recording) -> list[str]:
    return [note.code for note in recording.notes]


def loudest(samples: np.ndarray) -> float:
    return float(np.abs(samples[1600:-1600]).max())


PHASES = {
    "wholly": lambda v, h: (v, -v),
    "with hum": lambda v, h: (v + h, -v + h),
    "in part": lambda v, h: (v, -0.7 * v),
    "the other way": lambda v, h: (-v + h, v + h),
    "with hum on one side": lambda v, h: (v + h, -v),
}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("rate", [16000, 44100])
def test_channels_in_opposite_phase_are_heard(wav, phase: str, rate: int) -> None:
    channels = np.stack(PHASES[phase](voice(rate=rate), hum(rate=rate)), axis=1)
    samples = heard(wav(channels, rate=rate))
    assert loudest(samples) > 0.38
    assert pitch(samples[:32000]) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("kind", ["s16", "s32", "flt", "u8", "s16p"])
def test_opposite_phase_in_every_form_of_samples(kind: str) -> None:
    from source.media.mix import Mixer, mono

    stored = av.AudioFormat(kind)
    frame = av.AudioFrame.from_ndarray(
        np.stack([tone(1, RATE), -tone(1, RATE)]).astype(np.float32), format="fltp", layout="stereo"
    )
    frame.rate = RATE
    made = av.AudioResampler(format=stored.name, layout="stereo", rate=RATE).resample(frame)[0]
    assert np.abs(mono(made)).max() < 0.02
    assert np.abs(Mixer(RATE).mono(made)).max() == pytest.approx(0.5, abs=0.02)


def test_opposite_phase_for_a_while_does_not_click(wav) -> None:
    left = tone(4, RATE, pitch=100.0)
    right = left.copy()
    right[RATE : 3 * RATE] *= -1
    samples = heard(wav(np.stack([left, right], axis=1), rate=RATE))
    # a tone of 100 Hz changes by 2 % of full scale from one sample to the next
    assert np.abs(np.diff(samples)).max() < 0.04
    for second in range(4):
        part = samples[second * 16000 + 2400 : second * 16000 + 14400]
        assert np.abs(part).max() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_of_ordinary_channels_the_mean_is_taken_bit_for_bit(wav, seed: int) -> None:
    random = np.random.default_rng(seed)
    both, left, right = 0.2 * random.standard_normal((3, 4 * 16000))
    share = (0.0, 0.3, 1.0)[seed]  # from two voices that have nothing in common to one
    channels = np.clip(np.stack([share * both + left, share * both + right], axis=1), -0.9, 0.9)
    path = wav(channels, rate=16000)
    stored = np.round(channels * 32767).astype(np.float32) * np.float32(2.0**-16)
    expected = stored[:, 0] + stored[:, 1]
    assert np.array_equal(heard(path), expected)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.m4a"])
def test_a_voice_in_the_centre_alone_is_heard(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    codec = {"a.wav": "pcm_s16le", "a.flac": "flac", "a.m4a": "aac"}[name]
    with av.open(str(path), "w") as out:
        track: Any = out.add_stream(codec, rate=RATE, layout="5.1")
        samples = np.zeros((6, 4 * RATE), np.float32)
        samples[2] = voice()
        for piece in resampled(samples, track, RATE):
            out.mux(track.encode(piece))
        out.mux(track.encode(None))
    samples = heard(path)
    assert loudest(samples) == pytest.approx(0.5 / 6, abs=0.01)
    assert pitch(samples[:32000]) == pytest.approx(440, abs=2)


def test_of_many_channels_that_cancel_the_loudest_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    with av.open(str(path), "w") as out:
        track: Any = out.add_stream("flac", rate=RATE, layout="5.1")
        samples = np.zeros((6, 4 * RATE), np.float32)
        samples[0], samples[1] = voice(), -voice()
        for piece in resampled(samples, track, RATE):
            out.mux(track.encode(piece))
        out.mux(track.encode(None))
    assert loudest(heard(path)) == pytest.approx(0.5, abs=0.02)


SILENT = {
    "silent": lambda: np.zeros(4 * RATE),
    "almost silent": lambda: 1e-4 * np.random.default_rng(0).standard_normal(4 * RATE),
    "hum": hum,
    "far below": lambda: 0.01 * voice(high=1000.0),
}


@pytest.mark.parametrize("name", [".mp4", ".mkv", ".m4a", ".mov", ".ts", ".mka"])
@pytest.mark.parametrize("first", SILENT)
def test_a_sound_track_that_carries_something_is_read(
    tmp_path: Path, name: str, first: str
) -> None:
    path = tracks(tmp_path / f"a{name}", [SILENT[first](), voice()])
    recording = probe(path)
    samples = heard(recording)
    assert loudest(samples) > 0.4
    assert pitch(samples[:32000]) == pytest.approx(440, abs=2)
    assert codes(recording) == ["several_tracks"]
    assert "2 audio tracks" in recording.notes[0].text and "number 2" in recording.notes[0].text


@pytest.mark.parametrize("name", [".mp4", ".mkv", ".ts"])
def test_the_first_track_is_read_where_it_carries_something(tmp_path: Path, name: str) -> None:
    louder = voice(high=1000.0)
    recording = probe(tracks(tmp_path / f"a{name}", [0.3 * voice(), louder, louder]))
    assert pitch(heard(recording)[:32000]) == pytest.approx(440, abs=2)
    assert "3 audio tracks" in recording.notes[0].text and "number 1" in recording.notes[0].text


def test_a_track_that_begins_to_speak_late_is_read(tmp_path: Path) -> None:
    late = np.concatenate([np.zeros(40 * RATE), voice(20.0)])
    recording = probe(tracks(tmp_path / "a.mka", [np.zeros(60 * RATE), late], codec="pcm_s16le"))
    assert loudest(heard(recording)) > 0.4


def test_all_tracks_silent(tmp_path: Path) -> None:
    recording = probe(tracks(tmp_path / "a.mkv", [np.zeros(RATE), np.zeros(RATE)]))
    assert recording.audio is not None and "number 1" in recording.notes[0].text


def film(count: int = 50, size: tuple[int, int] = (160, 96)) -> list[np.ndarray]:
    import cv2

    return [cv2.resize(scene(number / 25), size) for number in range(count)]


EMPTY = {
    "black": lambda: [np.zeros((96, 160, 3), np.uint8)] * 50,
    "small and black": lambda: [np.zeros((32, 32, 3), np.uint8)] * 50,
    "grey": lambda: [np.full((96, 160, 3), 128, np.uint8)] * 50,
    "tiny": lambda: film(size=(48, 32)),
    "one picture": lambda: film(1, (320, 192)),
}


@pytest.mark.parametrize("name", [".mp4", ".mkv", ".mov", ".ts", ".webm"])
@pytest.mark.parametrize("first", EMPTY)
def test_a_picture_track_that_carries_something_is_read(
    tmp_path: Path, name: str, first: str
) -> None:
    recording = probe(tracks(tmp_path / f"a{name}", [voice(2.0)], [EMPTY[first](), film()]))
    assert (recording.video.width, recording.video.height) == (160, 96)
    found = list(pictures(recording, fps=1000))
    assert len(found) == 50 and found[0].image.std() > 10
    assert codes(recording) == ["several_tracks"]
    assert "2 video tracks" in recording.notes[0].text and "number 2" in recording.notes[0].text
    assert recording.seconds == pytest.approx(2.0, abs=0.1)


def test_a_film_that_begins_black_is_read(tmp_path: Path) -> None:
    begins = [np.zeros((96, 160, 3), np.uint8)] * 50 + film()
    black = [np.zeros((64, 64, 3), np.uint8)] * 100
    recording = probe(tracks(tmp_path / "a.mkv", [], [black, begins]))
    assert recording.video.width == 160


def test_the_first_of_two_films_is_read(tmp_path: Path) -> None:
    recording = probe(tracks(tmp_path / "a.mp4", [], [film(size=(128, 96)), film(size=(320, 192))]))
    assert recording.video.width == 128
    assert "number 1" in recording.notes[0].text


def test_the_same_track_every_time(tmp_path: Path) -> None:
    path = tracks(tmp_path / "a.mkv", [hum(), voice()], [EMPTY["black"](), film()])
    one, two = probe(path), probe(path)
    assert one == two
    assert all(
        np.array_equal(a.samples, b.samples) for a, b in zip(sound(one), sound(two), strict=True)
    )


def test_channels_may_change_on_the_way():
    """As broadcasts do: from six channels, of which two cancel each other, to two."""
    samples = tone(0.5, RATE).astype(np.float32)
    surround = np.zeros((6, len(samples)), np.float32)
    surround[4], surround[5] = samples, -samples
    frames = []
    for layout, planes in (("5.1", surround), ("stereo", np.stack([samples, samples]))):
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate = RATE
        frames.append(frame)
    mixer = Mixer(RATE)
    first, second = (mixer.mono(frame) for frame in frames)
    assert np.abs(first).max() > 0.3
    assert second == pytest.approx(samples, abs=1e-6)


@pytest.mark.parametrize(
    ("one", "other"),
    [({"layout": "mono"}, {"layout": "stereo"}), ({"rate": 48000}, {"rate": 32000})],
    ids=["channels", "rate"],
)
def test_a_film_whose_sound_changes_on_the_way_can_be_drawn_anew(tmp_path, one, other):
    parts = [clip(tmp_path / "a.ts", **one), clip(tmp_path / "b.ts", pitch=880.0, **other)]
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    drawn = redraw(probe(path), tmp_path / "drawn", lambda pixels, _: pixels)
    sound_of = heard(drawn)
    assert pitch(sound_of[8000:24000]) == pytest.approx(440, abs=5)
    assert pitch(sound_of[-24000:-8000]) == pytest.approx(880, abs=5)


@pytest.mark.parametrize("minutes", [1, 10])
@pytest.mark.parametrize("at", [22.1, 41.2, 51.1])
def test_a_few_words_in_a_long_second_track_are_found(tmp_path, minutes, at):
    rate = 8000
    silent = np.zeros(60 * minutes * rate, np.float32)
    words = silent.copy()
    spoken = voice(3.0, rate)
    words[int(at * rate) : int(at * rate) + len(spoken)] = spoken
    path = tmp_path / "two.mka"
    with av.open(str(path), "w", format="matroska") as out:
        plays = [out.add_stream("pcm_s16le", rate=rate, layout="mono") for _ in range(2)]
        for begin in range(0, len(silent), rate):
            for stream, samples in zip(plays, (silent, words), strict=True):
                for piece in resampled(samples[None, begin : begin + rate], stream, rate):
                    piece.pts += begin
                    out.mux(stream.encode(piece))
        for stream in plays:
            out.mux(stream.encode(None))
    recording = probe(path)
    assert "number 2 was read" in recording.notes[0].text
    assert np.abs(heard(recording)).max() > 0.1


def test_a_track_that_damage_made_up_is_no_track(tmp_path):
    path = clip(tmp_path / "film.flv", 4.0)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = np.random.default_rng(3).bytes(3000)
    path.write_bytes(data)
    assert "several_tracks" not in {note.code for note in probe(path).notes}


@pytest.mark.parametrize(
    ("name", "first"),
    [(".m4a", "a chime"), (".ts", "a chime"), (".mka", "clicks"), (".m4a", "hum")],
)
def test_what_sounds_now_and_then_does_not_hide_a_voice(tmp_path, name, first):
    """Sound of a program that says once that something came, beside a microphone."""
    other, speaks = np.zeros((2, 60 * RATE))
    if first == "a chime":
        other[20 * RATE : 21 * RATE] = tone(1.0, RATE, pitch=880.0)
    elif first == "clicks":
        other[:: 10 * RATE] = 0.9
    else:
        other = hum(60.0)
    speaks[41 * RATE : 44 * RATE] = voice(3.0)
    recording = probe(tracks(tmp_path / f"a{name}", [other, speaks]))
    assert "number 2" in recording.notes[0].text
