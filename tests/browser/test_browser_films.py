"""Annotated films in a real browser: with sound, and every picture at its time."""

import numpy as np
import pytest

from source import media
from source.drawing import annotate
from source.media.redraw import every_picture
from tests.making.films import film
from tests.making.sounds import note
from tests.views import made

UNEVEN = [0.0, 0.1, 0.5, 0.55, 1.2, 1.9]

PLAYED = """async () => {
    const film = document.querySelector("video");
    const times = [];
    const seen = (_, about) => {
        times.push(about.mediaTime);
        film.requestVideoFrameCallback(seen);
    };
    film.requestVideoFrameCallback(seen);
    const ended = new Promise(done => film.addEventListener("ended", done));
    film.playbackRate = 0.5;
    await film.play();
    await ended;
    return {times, seconds: film.duration, size: [film.videoWidth, film.videoHeight],
            heard: film.webkitAudioDecodedByteCount, error: film.error};
}"""


def pictures(count, *, size=(160, 240)):
    """Pictures that become brighter."""
    return [np.full((*size, 3), 20 + 200 * n // count, np.uint8) for n in range(count)]


def late(path, times, by):
    """The same film, all of whose stamps begin later."""
    import av

    moved = path.with_name(f"late{path.suffix}")
    with av.open(str(path)) as old, av.open(str(moved), "w") as new:
        streams = {s.index: new.add_stream_from_template(s) for s in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                shift = round(by / packet.time_base)
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                packet.stream = streams[packet.stream.index]
                new.mux(packet)
    return moved


def turned(path):
    """The same film with a note that it has to be turned by 90 degrees, as phones write it."""
    content = bytearray(path.read_bytes())
    straight = b"".join(n.to_bytes(4, "big") for n in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    turn = b"".join(
        (n % (1 << 32)).to_bytes(4, "big") for n in (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    )
    place = content.index(straight, content.index(b"tkhd"))
    content[place : place + 36] = turn
    path.write_bytes(content)
    return path


@pytest.fixture
def played(chromium, tmp_path):
    """What a browser sees of a film that was annotated."""

    def play(path):
        out = annotate(media.probe(path), made.video(), tmp_path / "out")
        page = chromium.new_page()
        place = tmp_path / "page.html"
        place.write_text(f'<video src="{out.name}" muted></video>')
        page.goto(place.as_uri())
        try:
            return page.evaluate(PLAYED)
        finally:
            page.close()

    return play


FILMS = {
    "uneven": (lambda path: path, 2.0, [480, 320]),
    "begins late": (lambda path: late(path, UNEVEN, 3.0), 2.0, [480, 320]),
    "turned": (turned, 2.0, [320, 480]),
    "longer sound": (lambda path: path, 3.5, [480, 320]),
}


@pytest.mark.parametrize(("change", "sound", "size"), FILMS.values(), ids=FILMS)
def test_a_film_plays_with_sound_and_at_its_times(played, tmp_path, change, sound, size):
    path = film(tmp_path / "film.mp4", pictures(len(UNEVEN)), times=UNEVEN, sound=note(sound))
    path = change(path)
    wanted = [time for time, _ in every_picture(media.probe(path))]  # as the Result counts
    assert np.diff(wanted) == pytest.approx(np.diff(UNEVEN), abs=0.002) and wanted[0] < 0.1
    found = played(path)
    assert found["error"] is None and found["size"] == size and found["heard"] > 0
    assert found["seconds"] == pytest.approx(max(sound, UNEVEN[-1]), abs=0.2)
    # a busy machine drops pictures; those that are shown are shown at their times
    assert len(found["times"]) >= 3
    for time in found["times"]:
        assert min(abs(time - known) for known in wanted) < 0.005, found["times"]
