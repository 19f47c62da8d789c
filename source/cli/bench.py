"""`make bench`: what an analysis costs, each figure beside something real, all in one run.

Times on a shared machine drift, so every figure is a median with its range, and the ratios are
what should be compared. Nothing here is a test.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from source.cli.bench_faces import faces, talker
from source.cli.bench_sound import ten_minutes
from source.settings import ROOT, Settings

RUNS = 5
HOUR = 3600


def main(arguments: list[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m source.cli.bench", description=__doc__)
    parser.add_argument("--file", type=Path, default=ROOT / "input_files" / "sample.mp4")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--no-hour", action="store_true", help="leave the hour of video out")
    parser.add_argument("--minutes", type=float, default=60.0, help="length of the long video")
    parser.add_argument("--faces", type=Path, help="a recording of a face; RAVDESS by default")
    parser.add_argument("--fer", type=Path, metavar="PYTHON", help="a Python that has fer")
    parser.add_argument("--face-seconds", type=float, default=12.0, help="length of that clip")
    parser.add_argument("--faces-only", action="store_true", help="only what faces cost")
    parser.add_argument("--one-analysis", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one_analysis:
        return _one_analysis(options.one_analysis)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    watched = options.faces or talker()
    if watched is not None:
        faces(watched, options.runs, options.fer, seconds=options.face_seconds)
    if options.faces_only:
        return 0
    _clip(options.file, options.runs)
    _parts(options.file, options.runs)
    sound = options.file.with_name("sample.wav")
    _title(f"Ten minutes of sound, made by repeating {sound.name}")
    ten_minutes(sound, _voices(Settings.load().path("MODELS_DIR")), _row, _decode)
    if not options.no_hour:
        _hour(options.file, options.minutes * 60)
    return 0


# --- a clip ------------------------------------------------------------------------------------


def _clip(file: Path, runs: int) -> None:
    from source.analysis import analyse, probe_files

    settings = Settings.load()

    def whole(analysis: str) -> Callable[[], Any]:
        options = settings.options(analysis=analysis)
        return lambda: analyse(probe_files([file], settings=settings), options, settings=settings)

    def command(*arguments: str) -> Callable[[], Any]:
        line = [sys.executable, str(ROOT / "run.py"), *arguments]
        return lambda: subprocess.run(line, check=True, capture_output=True, cwd=ROOT)

    seconds = whole("combined")().source.seconds
    _title(f"A clip: {file.name}, {seconds:.1f} s")
    decoding = _row("only decoding sound and pictures", lambda: _decode(file), runs)
    _row("combined, warm", whole("combined"), runs, beside=decoding)
    _row("voice alone, warm", whole("audio"), runs, beside=decoding)
    _row("faces alone, warm", whole("video"), runs, beside=decoding)
    _row("run.py -CA from a cold start", command("-CA", str(file), "--json", "--no-save"), runs)
    python = _row("python -c pass", lambda: subprocess.run([sys.executable, "-c", "pass"]), runs)
    _row("run.py --help", command("--help"), runs, beside=python)


def _decode(file: Path) -> None:
    """Decode every frame of sound and picture, and do nothing with them."""
    import av

    with av.open(str(file)) as container:
        for stream in container.streams:
            stream.thread_type = "AUTO"
        for packet in container.demux():
            packet.decode()


REFERENCE = "cnn-transformer"
"""The network that a plain program would call by Keras, on librosa's MFCC."""

SMALL = ("small",)
"""Voices that are meant for weak machines and live use."""


# --- parts -------------------------------------------------------------------------------------


def _parts(file: Path, runs: int) -> None:
    import numpy as np

    from source.runtime import load
    from source.voice import features, inputs
    from source.voice.silero import CHUNK, Silero
    from source.voice.windows import FRAMES

    settings = Settings.load()
    root = settings.path("MODELS_DIR")
    random = np.random.default_rng(0)
    _title("Parts, one core")
    sound = random.normal(0, 0.1, (FRAMES - 1) * features.HOP).astype(np.float32)
    keras_voice = load("voice", REFERENCE, root=root, runtime="tensorflow")

    def window(voice: Any) -> Any:
        return voice.predict(inputs.of(voice.card.input)(sound)[0])

    reference = _row(
        "librosa MFCC + one network by Keras, a window",
        _librosa_window(sound, keras_voice),
        runs * 4,
    )
    for name in _voices(root):
        voice = load("voice", name, root=root, runtime="litert")
        work = partial(window, voice)
        _row(f"{name}, a window of 2.8 s", work, runs * 20, beside=reference)
    chunks = sound[: len(sound) // CHUNK * CHUNK].reshape(-1, CHUNK)
    _row("finding speech, 2.8 s", partial(Silero(), chunks), runs * 20)
    for sense in ("face", "clip"):
        batch = random.random((1, *load(sense, root=root).card.input["shape"]), np.float32)
        ours, theirs = (load(sense, root=root, runtime=r) for r in ("litert", "tensorflow"))
        keras = _row(f"{sense} network by Keras", partial(theirs.predict, batch), runs)
        _row(f"{sense} network by LiteRT", partial(ours.predict, batch), runs * 10, beside=keras)


def _voices(root: Path) -> list[str]:
    """The voice that serves as the default, then those that are smaller."""
    from source.runtime.registry import default_name, names, preferred

    small = [name for name in SMALL if name in names("voice", root=root)]
    others = [*preferred("voice", root=root)[1:], *small]
    return list(dict.fromkeys([default_name("voice", root=root), *others]))


def _librosa_window(sound: Any, model: Any) -> Callable[[], Any]:
    import librosa

    from source.voice import features

    def work() -> Any:
        cepstrum = librosa.feature.mfcc(
            y=sound, sr=features.RATE, n_mfcc=40, n_fft=features.FFT, hop_length=features.HOP
        )
        return model.predict(features.normalise(cepstrum.T)[None])

    return work


# --- an hour -----------------------------------------------------------------------------------


def _hour(file: Path, seconds: float) -> None:
    """Analyse a long 720p video in a process of its own and watch its memory."""
    _title(f"{seconds / 60:.0f} minutes of 720p video, made by repeating {file.name}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.mp4"
        repeat(file, path, seconds)
        _row("only decoding sound and pictures", lambda: _decode(path), 1)
        line = [sys.executable, "-m", "source.cli.bench", "--one-analysis", str(path)]
        subprocess.run(line, check=True, cwd=ROOT)


def repeat(file: Path, path: Path, seconds: float) -> None:
    """Scale a clip to 1280 x 720 once, then copy its packets until it is long enough."""
    import av

    with tempfile.TemporaryDirectory() as folder:
        once = Path(folder) / "once.mp4"
        with av.open(str(file)) as source, av.open(str(once), "w") as out:
            picture = out.add_stream("libx264", rate=30)
            picture.width, picture.height, picture.pix_fmt = 1280, 720, "yuv420p"
            tone = out.add_stream("aac", rate=48000)
            resampler = av.AudioResampler("fltp", "stereo", 48000)
            for frame in source.decode():
                if isinstance(frame, av.VideoFrame):
                    out.mux(picture.encode(frame.reformat(1280, 720, "yuv420p")))
                else:
                    for part in resampler.resample(frame):
                        out.mux(tone.encode(part))
            for stream in (picture, tone):
                out.mux(stream.encode(None))
        with av.open(str(once)) as source, av.open(str(path), "w") as out:
            # A little apart: decoding times of the next turn begin before its presentation.
            length = float(source.duration) / av.time_base + 0.2
            copies = {s.index: out.add_stream_from_template(s) for s in source.streams}
            for turn in range(int(seconds / length) + 1):
                source.seek(0)
                for packet in source.demux():
                    if packet.dts is None:
                        continue
                    shift = round(turn * length / packet.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = copies[packet.stream.index]
                    out.mux(packet)


def _one_analysis(path: Path) -> int:
    """In a process of its own: analyse, and print the memory at every tenth of the way."""
    from source.analysis import analyse, probe_files
    from source.core.progress import Progress

    settings = Settings.load()
    held: list[tuple[float, float]] = []

    def look(progress: Progress) -> None:
        if progress.total and progress.seconds >= progress.total * len(held) / 10:
            held.append((progress.seconds, _resident()))

    began = time.monotonic()
    recordings = probe_files([path], settings=settings)
    result = analyse(recordings, settings.options(), settings=settings, on_progress=look)
    took = time.monotonic() - began
    sizes = ", ".join(f"{seconds / 60:.0f} min {mb:.0f}" for seconds, mb in held)
    print(
        f"  {'combined analysis':44} {took:9.1f} s   {result.source.seconds / took:.0f} x real time"
    )
    print(f"  {'memory on the way, MB':44} {sizes}")
    print(f"  {'peak memory':44} {_peak():9.0f} MB")
    return 0


def _resident() -> float:
    """Memory of this process now, in MB (the peak if the system does not report it)."""
    status = Path("/proc/self/statm")
    if not status.is_file():
        return _peak()
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _peak() -> float:
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


# --- measuring ---------------------------------------------------------------------------------


def _title(text: str) -> None:
    print(f"\n{text}\n  {'':44} {'median':>11} {'range':>22}")


def _row(name: str, work: Callable[[], Any], runs: int, *, beside: float | None = None) -> float:
    """Time `work`, print one row and give back its median in seconds."""
    if runs > 1:
        work()  # warm
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    median = statistics.median(times)
    spread = f"{min(times) * 1e3:.1f} to {max(times) * 1e3:.1f}"
    ratio = f"   x {median / beside:.3f}" if beside else ""
    print(f"  {name:44} {median * 1e3:8.1f} ms {spread:>22}{ratio}", flush=True)
    return median


if __name__ == "__main__":
    sys.exit(main())
