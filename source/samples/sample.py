"""The sample clip, picture and sound: what is said and shown in them, and how they are written.

They show nobody: a drawn bust with the mean faces of `source.samples.mean_faces`, and a voice
that a program spoke (eSpeak NG). The same code and libraries write the same bytes.
"""

import io
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from source.samples.mean_faces import MeanFaces
from source.samples.portrait import Portrait, Pose

RATE = 16000
"""Sampling rate of the voice, hertz."""

FPS = 25
SECONDS = 9.2


@dataclass(frozen=True)
class Line:
    """What is said from `start` (seconds), in which mood and how.

    `pitch` is 0 to 99, `speed` words a minute, `spread` and `volume` as SSML names them,
    `level` the root mean square it is set to.
    """

    start: float
    emotion: str
    text: str
    pitch: int
    speed: int
    spread: str
    volume: str
    level: float


LINES = (
    Line(0.5, "neutral", "This is a sample. Nobody said these words.",
         45, 150, "medium", "medium", 0.06),
    Line(4.15, "happy", "What a lovely day to be an average!", 68, 165, "x-high", "loud", 0.09),
    Line(6.6, "angry", "But nobody asked me to keep still!", 36, 160, "x-high", "x-loud", 0.12),
)  # fmt: skip
"""What the sample sound says, in three moods."""

SMILING = (
    LINES[0],
    Line(4.6, "neutral", "This is a sample of nobody, and this is all that a sample says.",
         45, 165, "medium", "medium", 0.06),
)  # fmt: skip
"""What the sample clip says: the voice stays as it is, so that it disagrees with a smile."""

VOICES = {"voice": LINES, "smiling": SMILING}
"""The voices that are kept, as FLAC, by the name of their file."""

# When each face of the clip begins, in seconds; it is reached 0.5 s later.
_FACES = ((0.0, "neutral"), (3.6, "happy"))
_BLINKS = (1.3, 3.5, 5.4, 8.75)


def speak(lines: Sequence[Line]) -> np.ndarray:
    """Lines by eSpeak NG, mono at `RATE`.

    Raises
    ------
    FileNotFoundError
        If ``espeak-ng`` is not installed.
    """
    import soundfile
    import soxr

    voice = np.zeros(int(SECONDS * RATE), np.float32)
    for line in lines:
        marked = (
            f'<speak><prosody range="{line.spread}" volume="{line.volume}">'
            f"{line.text}</prosody></speak>"
        )
        command = ["espeak-ng", "-m", "-v", "en-us+m3", "-p", str(line.pitch)]
        command += ["-s", str(line.speed), "--stdout", marked]
        speech = subprocess.run(command, capture_output=True, check=True).stdout
        samples, rate = soundfile.read(io.BytesIO(speech), dtype="float32")
        samples = soxr.resample(samples, rate, RATE)
        samples *= line.level / np.sqrt(np.mean(samples**2))
        begin = round(line.start * RATE)
        samples = samples[: len(voice) - begin]
        voice[begin : begin + len(samples)] += samples
    return np.asarray(np.clip(voice, -0.98, 0.98))


def pose(time: float, loudness: np.ndarray) -> Pose:
    """How the bust holds itself at `time` seconds; `loudness` is one value (0 to 1) a frame."""
    shares = np.ones(len(_FACES))
    for i, (start, _) in enumerate(_FACES[1:], start=1):
        come = _ease((time - start) / 0.5)
        shares[:i] *= 1.0 - come
        shares[i] = come
    mix: dict[str, float] = {}
    for share, (_, emotion) in zip(shares, _FACES, strict=True):
        mix[emotion] = mix.get(emotion, 0.0) + float(share)
    closed = max(1.0 - abs(time - t - 0.1) / 0.1 for t in _BLINKS)
    frame = min(len(loudness) - 1, round(time * FPS))
    stirred = 1.0 + 0.8 * mix.get("happy", 0.0)
    return Pose(
        mix={e: share for e, share in mix.items() if share > 1e-6},
        mouth=float(loudness[frame]),
        blink=float(np.clip(closed, 0.0, 1.0)),
        shift=(2.5 * _sway(time, 0.31, 0.3), 1.5 * _sway(time, 0.43, 1.0)),
        tilt=stirred * (1.6 * _sway(time, 0.27, 0.0) + 0.8 * _sway(time, 0.71, 2.0)),
        turn=0.45 * stirred * _sway(time, 0.22, 0.8),
        breath=1.2 * _sway(time, 0.25, 0.0),
    )


def frames(faces: MeanFaces, voice: np.ndarray, *, width: int, height: int) -> Iterator[np.ndarray]:
    """The clip's pictures, ``[height, width, 3]`` uint8 RGB, `FPS` a second."""
    drawn, loud = Portrait(faces, width=width, height=height), loudness(voice)
    for frame in range(len(loud)):
        yield drawn.draw(pose(frame / FPS, loud))


def loudness(voice: np.ndarray) -> np.ndarray:
    """How loud the voice is around each frame, 0 to 1 of its own loud parts."""
    step = RATE // FPS
    power = np.sqrt(np.mean(voice[: len(voice) // step * step].reshape(-1, step) ** 2, axis=1))
    smooth = np.convolve(power, [0.25, 0.5, 0.25], mode="same")
    return np.asarray(np.clip(smooth / np.percentile(smooth, 97), 0.0, 1.0))


def write_clip(path: Path, pictures: Iterator[np.ndarray], voice: np.ndarray) -> None:
    """H.264 and AAC in MP4, playable in any browser."""
    import av

    with av.open(str(path), "w", options={"movflags": "+faststart"}) as file:
        # One thread: with several, the encoder's bytes depend on the machine.
        video = file.add_stream(
            "libx264", rate=FPS, options={"crf": "24", "preset": "slow", "threads": "1"}
        )
        video.pix_fmt = "yuv420p"
        sound = file.add_stream("aac", rate=RATE)
        sound.layout, sound.bit_rate = "mono", 48000
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if not number:
                video.width, video.height = frame.width, frame.height
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            file.mux(video.encode(frame))
            begin = number * RATE // FPS
            block = av.AudioFrame.from_ndarray(
                voice[None, begin : begin + RATE // FPS].astype(np.float32), format="fltp",
                layout="mono",
            )  # fmt: skip
            block.sample_rate, block.pts, block.time_base = RATE, begin, Fraction(1, RATE)
            file.mux(sound.encode(block))
        file.mux(video.encode())
        file.mux(sound.encode())


def picture(faces: MeanFaces) -> np.ndarray:
    """The sample picture, ``[720, 960, 3]`` uint8 RGB: a smile."""
    pose = Pose({"happy": 1.0}, mouth=0.2, tilt=2.0, turn=0.3)
    return Portrait(faces, width=960, height=720).draw(pose)


def write(folder: Path, assets: Path) -> list[Path]:
    """Write ``sample.mp4``, ``sample.jpg`` and ``sample.wav``; give their paths."""
    import cv2
    import soundfile

    voice, smiling = (
        soundfile.read(assets / f"{name}.flac", dtype="float32")[0] for name in VOICES
    )
    faces = MeanFaces.load(assets)
    folder.mkdir(parents=True, exist_ok=True)
    clip, still, sound = (folder / f"sample.{kind}" for kind in ("mp4", "jpg", "wav"))
    write_clip(clip, frames(faces, smiling, width=640, height=360), smiling)
    cv2.imwrite(str(still), picture(faces)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    soundfile.write(sound, voice, RATE, subtype="PCM_16")
    return [clip, still, sound]


def _ease(value: float) -> float:
    t = float(np.clip(value, 0.0, 1.0))
    return t * t * (3.0 - 2.0 * t)


def _sway(time: float, often: float, phase: float) -> float:
    return float(np.sin(2.0 * np.pi * (often * time + phase)))
