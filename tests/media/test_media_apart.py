"""Decoding in a process of its own: the same answers, and a file can break only itself."""

import io
import os
import struct
import sys
import tracemalloc
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest

from source.core.errors import Damaged, TooLarge
from source.media import apart, image, pictures, pipe, probe, sound
from source.media.apart import Children
from tests.media import crashing, making, stills


@pytest.fixture
def children(monkeypatch):
    """Decoders apart, as a server has them."""
    with decoding_in(Children(memory=2048), monkeypatch) as own:
        yield own


@contextmanager
def decoding_in(own, monkeypatch):
    monkeypatch.setattr(apart, "_children", own)
    yield own
    own.end()


def everything(path):
    recording = probe(path)
    if recording.kind == "image":
        return recording, image(recording).tolist()
    return (
        recording,
        [(p.index, p.time, p.damaged, p.image.tobytes()) for p in pictures(recording)],
        [(s.start, s.damaged, s.samples.tobytes()) for s in sound(recording)],
    )


@pytest.fixture
def recordings(tmp_path):
    """A film with sound, a sound and a picture."""
    picture = tmp_path / "face.png"
    picture.write_bytes(stills.saved(stills.face(), "PNG"))
    return making.clip(tmp_path / "film.mp4", 1.0), making.clip(tmp_path / "tone.wav"), picture


def test_a_child_gives_the_same_as_this_process(recordings, children, monkeypatch):
    in_children = [everything(path) for path in recordings]
    monkeypatch.setattr(apart, "_children", None)
    assert in_children == [everything(path) for path in recordings]


def test_a_file_that_crashes_its_decoder_is_damaged_and_the_next_is_read(children):
    answers = crashing.crash_after(3)
    assert [next(answers) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Damaged, match="crashed its decoder, or needed too much memory"):
        next(answers)
    assert list(crashing.numbers(3)) == [0, 1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits memory.")
def test_a_file_that_needs_too_much_memory_is_damaged(children):
    assert crashing.take(100) == 1
    with pytest.raises(Damaged, match="needed too much memory"):
        crashing.take(3000)


def test_a_file_that_keeps_its_decoder_busy_for_ever_is_damaged_and_named(monkeypatch):
    with (
        decoding_in(Children(memory=2048, silent=0.2), monkeypatch),
        pytest.raises(Damaged, match=r"“endless\.mp4” .* took too long"),
    ):
        crashing.fall_silent(Path("endless.mp4"))


def test_an_error_comes_back_as_it_was(children):
    with pytest.raises(TooLarge) as here:
        raise TooLarge.pixels("wide.png", 9000, 9000, 1)
    with pytest.raises(TooLarge) as there:
        crashing.refuse("wide.png")
    assert there.value.to_dict() == here.value.to_dict()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit.")
def test_a_decoder_can_write_no_file(children, tmp_path):
    with pytest.raises(OSError):
        crashing.write(tmp_path / "left-behind")
    assert (tmp_path / "left-behind").stat().st_size == 0


def test_what_a_decoder_says_cannot_run_a_command_here(children):
    with pytest.raises(Damaged):
        crashing.name_a_command()
    assert not Path("taken-over").exists()


def test_a_child_serves_again_unless_its_answers_were_not_wanted_to_the_end(children):
    assert list(crashing.numbers(2)) == [0, 1]
    (first,) = children.processes()
    assert list(crashing.numbers(2)) == [0, 1]
    assert [p.pid for p in children.processes()] == [first.pid]
    unread = crashing.numbers(1000)
    assert list(islice(unread, 2)) == [0, 1]
    unread.close()
    assert first.poll() is not None and children.processes() == []


@pytest.mark.parametrize(
    "message",
    [
        struct.pack("<QI", 1 << 40, 0),
        struct.pack("<QI", 10, 1_000_000),
        struct.pack("<QIQQ", 10, 2, 3 << 30, 3 << 30),
    ],
    ids=["long", "many arrays", "long arrays"],
)
def test_a_message_that_promises_too_much_is_not_waited_for(message):
    with pytest.raises(pipe.UnreadableError, match="too"):
        pipe.receive(io.BytesIO(message))


def test_room_is_made_only_for_what_is_sent():
    tracemalloc.start()
    with pytest.raises(EOFError):
        pipe.receive(io.BytesIO(struct.pack("<QI", 3 << 30, 0) + b"little"))
    assert tracemalloc.get_traced_memory()[1] < 200_000_000
    tracemalloc.stop()
