"""Films and Results to draw: the samples, and some made on the spot."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from source.analysis import analyse, probe_files
from source.settings import ROOT, Settings


def film(path: Path, times, *, size=(320, 240), rate=25):
    """Write a film of a wandering square, whose pictures stand at `times`; no sound."""
    import av

    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        for number, time in enumerate(times):
            image = np.full((size[1], size[0], 3), 90, np.uint8)
            image[:, :, 0] = np.linspace(0, 255, size[0])
            place = 10 + number % 100
            image[place : place + 30, place : place + 30] = 220
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def frames(path: Path):
    """Times and RGB pictures of a film."""
    import av

    with av.open(str(path)) as container:
        return [(float(f.time), f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


def streams(path: Path):
    """Names of the codecs, and the length in seconds."""
    import av

    with av.open(str(path)) as container:
        video = container.streams.video[0]
        sound = [s.codec_context.name for s in container.streams.audio]
        context = video.codec_context
        return context.name, context.pix_fmt, sound, container.duration / 1e6


@pytest.fixture(scope="session")
def read():
    """Analyse files with the real models."""
    settings = Settings.load({}, root=ROOT)

    def read(*paths, **asked):
        return analyse(
            probe_files(paths, settings=settings),
            settings.options(**asked),
            settings=settings,
        )

    return read


@pytest.fixture(scope="session")
def models():
    return ROOT / "models"


def sample(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        pytest.skip(f"There is no {name}; make it with: make samples.")
    return folder / name


@pytest.fixture(scope="session")
def clip(samples):
    return sample(samples, "sample.mp4")


@pytest.fixture(scope="session")
def photo(samples):
    return sample(samples, "sample.jpg")


@pytest.fixture(scope="session")
def clip_read(clip, read):
    return read(clip, seconds=4.0)


@pytest.fixture(scope="session")
def photo_read(photo, read):
    return read(photo)


@pytest.fixture(scope="session")
def couple(photo, tmp_path_factory):
    """The sample's face twice, side by side."""
    from PIL import Image

    one = np.asarray(Image.open(photo).convert("RGB"))
    path = tmp_path_factory.mktemp("couple") / "couple.png"
    Image.fromarray(np.hstack([one, one[:, ::-1]])).save(path)
    return path
