"""The part of `make bench` that watches faces in a 720p video, stage by stage."""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from source.settings import ROOT, Settings

RATES = {"what x264 finds enough": None, "8 Mbit/s, as cameras write it": 8_000_000}
FPS = 4.0

FER = """
import json, sys, time
import cv2
from fer import FER
film = cv2.VideoCapture(sys.argv[1])
step = round(film.get(cv2.CAP_PROP_FPS) / float(sys.argv[2]))
detector = FER()
ok, image = film.read()
detector.detect_emotions(image)  # warm
film.set(cv2.CAP_PROP_POS_FRAMES, 0)
began, number, pictures, faces = time.perf_counter(), 0, 0, 0
while film.grab():
    if number % step == 0:
        pictures += 1
        faces += len(detector.detect_emotions(film.retrieve()[1]))
    number += 1
print(json.dumps({"seconds": time.perf_counter() - began, "pictures": pictures, "faces": faces}))
"""


def talker() -> Path | None:
    """A recording of a person talking, if the research data is available."""
    folder = Path(os.environ.get("AVER_DATA", ROOT.parent / "shared" / "data"))
    return next(iter(sorted(folder.glob("clip/ravdess_video/*.mp4"))), None)


def faces(file: Path, runs: int, fer: Path | None, *, seconds: float = 12.0) -> None:
    """Print the tables for one recording, repeated for so many seconds."""
    from source.runtime import load

    settings = Settings.load()
    root = settings.path("MODELS_DIR")
    model, clip_model = load("face", root=root), load("clip", root=root)
    with tempfile.TemporaryDirectory() as folder:
        for number, (what, rate) in enumerate(RATES.items()):
            path = Path(folder) / f"{number}.mp4"
            encode(file, path, rate, seconds)
            size = path.stat().st_size * 8e-6 / seconds
            _title(f"Faces: {seconds:.0f} s of 720p from {file.name}, {what} ({size:.1f} Mbit/s)")
            watching = _paths(path, runs, model, clip_model)
            if number == 0:
                first = path
                ours = watching
        _stages(first, model, clip_model)
        _beside_fer(first, fer, ours)


def _paths(path: Path, runs: int, model: Any, clip_model: Any) -> float:
    """Only decoding and the whole face path, in turn, so that both meet the same machine."""
    from source import media
    from source.face import watch

    recording = media.probe(path)
    work: dict[str, Callable[[], Any]] = {
        "only decoding, every frame": lambda: _decode(path),
        f"only decoding, {FPS:g} pictures a second": lambda: _count(
            media.pictures(recording, fps=FPS)
        ),
        "faces without the clip network": lambda: watch(recording, model=model, fps=FPS),
        "whole face path": lambda: watch(recording, model=model, clip_model=clip_model, fps=FPS),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in work}
    for turn in range(runs + 1):
        for name, each in work.items():
            began, spent = time.perf_counter(), time.process_time()
            each()
            if turn:  # the first is to get warm
                took = time.perf_counter() - began, time.process_time() - spent
                times[name].append(took)
    frames = _decode(path)
    base: tuple[float, float] | None = None
    for name, timings in times.items():
        walls, spent_all = [w * 1e3 for w, _ in timings], [c * 1e3 for _, c in timings]
        wall, cpu = statistics.median(walls), statistics.median(spent_all)
        base = base or (wall, cpu)
        spread = f"{min(walls):.0f} to {max(walls):.0f}"
        print(
            f"  {name:38} {wall:8.1f} ms {spread:>14}   x {wall / base[0]:.2f}"
            f"   processor {cpu:7.1f} ms   x {cpu / base[1]:.2f}"
            f"   {frames / wall * 1e3:6.0f} frames/s",
            flush=True,
        )
    return wall / 1e3


def _stages(path: Path, model: Any, clip_model: Any) -> None:
    """Milliseconds of one thread for each part, by picture, face or window."""
    import numpy as np

    from source import media
    from source.face import expression, quality
    from source.face.align import align
    from source.face.detect import lent
    from source.face.pyramid import Pyramid
    from source.face.tracks import looks

    _title("Stages, milliseconds of one thread")
    recording = media.probe(path)
    began = time.perf_counter()
    pictures = list(media.pictures(recording, fps=FPS))
    decoding = (time.perf_counter() - began) / len(pictures)
    spent: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.thread_time()
        result = work()
        spent.setdefault(name, []).append(time.thread_time() - began)
        return result

    crops, moving, face = [], [], None
    with lent() as detector:
        for picture in pictures:
            pyramid = Pyramid(picture.image)
            timed("halving, a picture", lambda p=pyramid: p.level(4))
            faces = timed("detecting, a look (once a second)", lambda p=pyramid: detector.scan(p))
            if not faces:
                continue
            if face is not None:
                timed("following, a face", lambda p=pyramid, f=face: detector.follow(p, f))
            face = faces[0]
            marks = face.landmarks
            colour = timed("aligning, both crops", lambda p=pyramid, m=marks: _both(p, m))
            timed("looks (who is who)", lambda c=colour[0]: looks(c))
            gate = {"size": 100.0, "min_face": 24, "max_blur": 0.9, "min_light": 0.08}
            timed("quality", lambda c=colour[1], g=gate: quality.judge(c, **g))
            moving.append(align(pyramid, marks, size=64))
            crops.append(expression.crop(pyramid, marks))
    batch = np.stack(crops)
    for crop in batch:
        ready = expression.prepare(crop[None])
        timed("face network, a crop, batch 1", lambda r=ready: model.run(r))
        timed("the same in all views of a photo", lambda c=crop: _read(c[None], model))
    shape = tuple(clip_model.card.input["shape"])
    for _ in range(5):
        window = np.zeros((1, *shape), np.float32)
        timed("clip network, a window of 4 s", lambda w=window: clip_model.predict(w))
    print(f"  {'decoding and colour, a picture (all cores)':44} {decoding * 1e3:8.2f}")
    for name, times in spent.items():
        low, high = min(times) * 1e3, max(times) * 1e3
        print(f"  {name:44} {statistics.median(times) * 1e3:8.2f}   {low:.2f} to {high:.2f}")


def _both(pyramid: Any, marks: Any) -> tuple[Any, Any]:
    from source.face import expression
    from source.face.align import align

    return align(pyramid, marks, size=64), expression.crop(pyramid, marks)


def _read(crops: Any, model: Any) -> Any:
    from source.face import expression

    return expression.read(crops, model)


def _beside_fer(path: Path, fer: Path | None, ours: float) -> None:
    """The same clip through the `fer` package, in a process of its own."""
    _title("The same clip through the package fer")
    if fer is None:
        print("  Left out: --fer names no Python that has the package.")
        return
    line = [str(fer), "-c", FER, str(path), str(FPS)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(line, capture_output=True, text=True, env=quiet)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        print(f"  Left out: {fer} could not run it and said: {reason}")
        return
    theirs = json.loads(done.stdout.strip().splitlines()[-1])
    print(
        f"  fer: {theirs['seconds'] * 1e3:.0f} ms for {theirs['pictures']} pictures, "
        f"{theirs['faces']} faces; ours {ours * 1e3:.0f} ms, "
        f"{theirs['seconds'] / ours:.1f} x faster"
    )


def encode(file: Path, path: Path, rate: int | None, seconds: float) -> None:
    """Write the pictures of a recording again and again, at 1280 x 720, for so many seconds."""
    import av

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        if rate:
            stream.bit_rate = rate
        number = 0
        while number < seconds * 30:
            with av.open(str(file)) as source:
                for frame in source.decode(source.streams.video[0]):
                    large = frame.reformat(1280, 720, "yuv420p", interpolation="BICUBIC")
                    large.pts, large.time_base = number, Fraction(1, 30)
                    out.mux(stream.encode(large))
                    number += 1
                    if number >= seconds * 30:
                        break
        out.mux(stream.encode(None))


def _decode(path: Path) -> int:
    """Decode every frame of the picture; how many there were."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        return _count(container.decode(stream))


def _count(items: Iterable[Any]) -> int:
    return sum(1 for _ in items)


def _title(text: str) -> None:
    print(f"\n{text}")
