"""Proper recordings from which damaged ones are made: the samples, and made ones."""

import wave
from pathlib import Path

from tests.media import making, stills

ROOT = Path(__file__).resolve().parents[2]

PICTURES = ("PNG", "JPEG", "WEBP", "AVIF", "BMP", "GIF", "TIFF", "JPEG2000", "PPM")
"""Pillow's names of the formats."""

SECONDS = 0.6
"""Length of a made recording: damage is found at its ends and in between, whatever it is."""


def seeds(folder: Path) -> dict[str, bytes]:
    """The files by the format they are of; what is made meanwhile lies in `folder`."""
    found = {
        "mp4 (sample)": (ROOT / "input_files" / "sample.mp4").read_bytes(),
        "jpeg (sample)": (ROOT / "input_files" / "sample.jpg").read_bytes(),
        "wav (speech)": _speech(folder / "speech.wav"),
    }
    for ending in making.CODECS:
        path = making.clip(folder / f"made{ending}", SECONDS)
        found[ending[1:]] = path.read_bytes()
    face = stills.face(160)
    for name in PICTURES:
        found[f"{name.lower()} (face)"] = stills.saved(face, name)
    found["heic (face)"] = stills.heic(face[: face.shape[0] // 2 * 2, :160])
    return found


def _speech(path: Path) -> bytes:
    """Two seconds of the sample's voice."""
    with wave.open(str(ROOT / "input_files" / "sample.wav")) as sample:
        parameters, content = sample.getparams(), sample.readframes(2 * sample.getframerate())
    with wave.open(str(path), "wb") as out:
        out.setparams(parameters)
        out.writeframes(content)
    return path.read_bytes()
