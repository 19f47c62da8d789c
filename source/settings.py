"""Every setting once: name, default, meaning, unit.

The command line, `.env.example`, the settings page and docs/settings.md all read this one
tuple. A setting comes from the environment, else from `.env` in the project's folder, else
from its default.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from source.core.errors import BadRequest

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder."""


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: its default also gives its type."""

    name: str
    default: str | int | float | bool
    help: str
    unit: str = ""


SETTINGS = (
    Setting("HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("PORT", 5000, "Port the web server listens on."),
    Setting(
        "SECRET_KEY", "", "Key that signs session cookies; made and kept in DATA_DIR when empty."
    ),
    Setting("HTTPS", False, "Send cookies over HTTPS only. Set it behind a TLS proxy."),
    Setting("DATA_DIR", "instance", "Folder of the database, uploads and the job queue."),
    Setting("INPUT_DIR", "input_files", "Folder in which the command line looks names up."),
    Setting("RESULTS_DIR", "AnalysisResults", "Folder the command line writes results to."),
    Setting("MODELS_DIR", "models", "Folder of the models."),
    Setting("DATABASE_URL", "", "SQLAlchemy URL; SQLite in DATA_DIR when empty."),
    Setting("RUNTIME", "auto", "What runs the networks: auto, litert or tensorflow."),
    Setting("MAX_UPLOAD_MB", 500, "Largest file that is taken.", "MB"),
    Setting("MAX_MINUTES", 180, "Longest recording that is taken.", "minutes"),
    Setting("MAX_MEGAPIXELS", 80, "Largest picture or video frame that is taken.", "megapixels"),
    Setting("MAX_FILES", 20, "Most files in one upload."),
    Setting("MAX_QUEUE", 200, "Jobs that may wait; more are asked to come back."),
    Setting("FPS", 4.0, "Pictures of a video that are read.", "a second"),
    Setting("MAX_FRAMES", 0, "Most pictures of a video that are read; 0 for no limit."),
    Setting(
        "VOICE_MODEL",
        "default",
        "Voice model, by the name of its folder; names joined by + answer together.",
    ),
    Setting("FACE_MODEL", "default", "Face model, by the name of its folder."),
    Setting("VIDEO_MODEL", "default", "Clip model, by the name of its folder."),
    Setting("DENOISE", False, "Take steady noise out of the voice before it is read."),
    Setting("MIN_FACE", 24, "Smallest face that votes.", "pixels"),
    Setting("MAX_BLUR", 0.9, "Most blurred face that votes, 0 (sharp) to 1."),
    Setting("MIN_LIGHT", 0.08, "Darkest face that votes, 0 (black) to 1."),
    Setting("LABELS", "native", "Label view results are shown in."),
    Setting("RETENTION_HOURS", 24, "Uploads and results are deleted after this time.", "hours"),
    Setting("JOB_MINUTES", 60, "Longest an analysis may take.", "minutes"),
    Setting("WORKERS", 1, "Threads of the worker process, each running one job at a time."),
)


@dataclass(frozen=True)
class Settings:
    """The values in force, by name: ``settings["MAX_UPLOAD_MB"]``."""

    values: dict[str, str | int | float | bool]

    @classmethod
    def load(cls, environ: dict[str, str] | None = None, *, root: Path = ROOT) -> "Settings":
        """Read the environment and `.env`.

        Raises
        ------
        BadRequest
            If a value is not of its setting's type.
        """
        given = {**_dotenv(root / ".env"), **(dict(os.environ) if environ is None else environ)}
        return cls({s.name: _convert(s, given.get(s.name, "")) for s in SETTINGS})

    def __getitem__(self, name: str) -> str | int | float | bool:
        return self.values[name]

    def text(self, name: str) -> str:
        """A setting's value as text."""
        return str(self.values[name])

    def number(self, name: str) -> float:
        """A setting's value as a number."""
        return float(self.values[name])

    def path(self, name: str) -> Path:
        """A folder setting's absolute path; relative ones count from the project's folder."""
        return ROOT / str(self.values[name])

    def with_values(self, **values: str | int | float | bool) -> "Settings":
        """The same settings with some replaced."""
        unknown = set(values) - {s.name for s in SETTINGS}
        if unknown:
            raise KeyError(f"There is no setting {', '.join(sorted(unknown))}.")
        return Settings({**self.values, **values})


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def _convert(setting: Setting, text: str) -> str | int | float | bool:
    if text == "":
        return setting.default
    try:
        if isinstance(setting.default, bool):
            return {
                "1": True,
                "true": True,
                "yes": True,
                "on": True,
                "0": False,
                "false": False,
                "no": False,
                "off": False,
            }[text.lower()]
        return type(setting.default)(text)
    except (KeyError, ValueError):
        kind = {bool: "yes or no", int: "a whole number", float: "a number"}[type(setting.default)]
        raise BadRequest(
            f"The setting {setting.name} is “{text}”.", hint=f"It must be {kind}."
        ) from None
