"""Senses that are fed: what a file gives at once, a camera and a microphone give piece by piece."""

import numpy as np
import pytest

from source import media
from source.face import Watcher, watch
from source.face.watcher import Models
from source.runtime import load
from source.voice import Listener, listen

RATE = 16_000


@pytest.fixture(scope="module")
def clip(samples):
    return media.probe(samples / "sample.mp4")


@pytest.fixture(scope="module")
def voice_model():
    return load("voice", "ensemble", runtime="litert")


@pytest.fixture(scope="module")
def models():
    return Models(load("face", runtime="litert"), load("clip", runtime="litert"))


def blocks(clip, sizes):
    """The sound of a clip with its times, in blocks of these sizes in turn."""
    whole = np.concatenate([block.samples for block in media.sound(clip, rate=RATE)])
    at = number = 0
    while at < len(whole):
        size = sizes[number % len(sizes)]
        yield whole[at : at + size], at / RATE
        at, number = at + size, number + 1


@pytest.mark.parametrize(
    "sizes", [(1600,), (37, 5000, 480, 1), (160_000,)],
    ids=["a tenth of a second", "any sizes", "all at once"],
)  # fmt: skip
def test_a_listener_that_is_fed_block_by_block_hears_what_the_file_gives(clip, voice_model, sizes):
    listener = Listener(voice_model)
    fresh = [s for samples, time in blocks(clip, sizes) for s in listener.hear(samples, time)]
    assert listener.so_far() == tuple(fresh)
    heard, whole = listener.finish(), listen(clip, model=voice_model)
    assert heard.voice == whole.voice
    assert np.array_equal(heard.embeddings, whole.embeddings)
    assert heard.voice.segments[: len(fresh)] == tuple(fresh)


def test_utterances_keep_their_times_and_where_asked_their_sound(clip, voice_model):
    heard = listen(clip, model=voice_model, keep_samples=True)
    sound = np.concatenate([block.samples for block in media.sound(clip, rate=RATE)])
    assert sum(u.end - u.start for u in heard.utterances) == pytest.approx(
        heard.voice.speech_seconds, abs=0.001
    )
    for utterance in heard.utterances:
        first = round(utterance.start * RATE)
        assert np.array_equal(utterance.samples, sound[first : first + len(utterance.samples)])
        assert 0.0 < utterance.speech <= utterance.end - utterance.start
        assert any(
            s.start == pytest.approx(utterance.start, abs=0.001) for s in heard.voice.segments
        )
    (spoken, *_) = listen(clip, model=voice_model).utterances
    assert spoken.samples is None


def test_segments_come_while_somebody_still_speaks_later(samples, voice_model):
    listener = Listener(voice_model)
    times = [
        (time, segment.end)
        for block, time in blocks(media.probe(samples / "sample.wav"), (1600,))
        for segment in listener.hear(block, time)
    ]
    assert len(times) >= 3
    assert all(end <= time + 0.1 for time, end in times)
    assert times[0][0] < 6.0  # not all at the end


def test_what_was_not_fed_is_silence_and_what_comes_twice_counts_once(clip, voice_model):
    plain = Listener(voice_model)
    doubled = Listener(voice_model, start=0.0)
    for samples, time in blocks(clip, (8000,)):
        plain.hear(samples, time)
        doubled.hear(samples, time)
        doubled.hear(samples[-400:], time + (len(samples) - 400) / RATE)
    assert plain.finish().voice == doubled.finish().voice
    late = Listener(voice_model)
    for samples, time in blocks(clip, (8000,)):
        late.hear(samples, time + 10.0)
    moved = late.finish().voice
    assert moved.segments[0].start > 10.0


def test_a_watcher_that_is_fed_picture_by_picture_sees_what_the_file_gives(clip, models):
    step = media.step(clip, 4.0, None, None)
    with Watcher(models, width=clip.video.width) as watcher:
        for picture in media.pictures(clip, fps=4.0, max_side=1280):
            watcher.look(picture.image, picture.time)
        seen = watcher.finish(step=step, shown=[(0.0, clip.seconds)])
    whole = watch(clip, model=models.face, clip_model=models.clip)
    assert seen.face == whole.face
    assert np.array_equal(seen.embeddings, whole.embeddings)


def test_the_newest_faces_are_known_while_the_film_goes_on(clip, models):
    with Watcher(models, width=clip.video.width) as watcher:
        for number, picture in enumerate(media.pictures(clip, fps=4.0, max_side=1280)):
            watcher.look(picture.image, picture.time)
            if number % 5 == 0:
                ((track, face),) = watcher.so_far()
                assert track == 0
                assert face.time == pytest.approx(picture.time, abs=0.001)
                assert face.emotion is not None
