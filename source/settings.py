"""All settings in one table: name, default, meaning, unit.

The command line, `.env.example`, the settings page and docs/settings.md read this tuple. A
setting comes from the environment, else from `.env` in the project's folder, else from its
default.

``python -m source.settings NAME`` prints one, for scripts.
"""

import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from source.core.emotions import VIEWS
from source.core.errors import BadRequest
from source.core.figures import shortened
from source.core.limits import Limits
from source.core.options import OPTIONS, Option, Options
from source.core.ranges import Range

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder."""


@dataclass(frozen=True)
class Setting:
    """One setting; its default also gives its type.

    Attributes
    ----------
    range : Range or None
        The valid values of a number.
    choices : tuple of str
        The only texts it accepts, if these are few.
    own : bool
        Whether a visitor may choose it for their own analyses and pages.
    hidden : bool
        Whether no page shows its value: a secret, or where something lies on the machine.
    """

    name: str
    default: str | int | float | bool
    help: str
    unit: str = ""
    range: Range | None = None
    choices: tuple[str, ...] = ()
    own: bool = False
    hidden: bool = False


def _whole(high: int, unit: str = "", *, low: int = 1) -> Range:
    return Range("setting", low, high, unit, whole=True)


def _of_option(option: Option) -> Setting:
    """The setting that an option's default comes from; 0 stands for no limit."""
    ends = option.range
    if option.default is None and ends is None:
        help = f"{option.sentence[:-1]}; empty for none."
        return Setting(option.name.upper(), "", help, own=True)
    if option.default is None:
        assert ends is not None, "a limit is a number"
        return Setting(
            option.name.upper(),
            0,
            f"{option.sentence[:-1]}; 0 for no limit.",
            ends.unit,
            replace(ends, low=0),
            own=True,
        )
    return Setting(
        option.name.upper(),
        option.default,
        option.sentence,
        ends.unit if ends else "",
        ends,
        own=ends is not None or option.switch or option.syntax is not None,
    )


SETTINGS = (
    Setting("HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("PORT", 5000, "Port the web server listens on.", range=_whole(65_535)),
    Setting(
        "SECRET_KEY",
        "",
        "Key that signs session cookies. If empty, one is created and kept in DATA_DIR.",
        hidden=True,
    ),
    Setting("HTTPS", False, "Send cookies over HTTPS only. Set this behind a TLS proxy."),
    Setting(
        "API_TOKENS",
        "",
        "Tokens that programs need for the API, separated by commas: as they are, or as "
        "sha256:DIGEST (python run.py --make-token makes both). If empty, programs on this "
        "machine need none, and those of other machines are refused.",
        hidden=True,
    ),
    Setting(
        "CORS_ORIGINS",
        "",
        "Web sites whose pages may use the API, separated by commas: https://app.example.org; * "
        "for all, who then need a token.",
    ),
    Setting(
        "BACKEND_URL",
        "",
        "Address to which every job that ends is sent with its Result, as a signed webhook. "
        "Needs WEBHOOK_SECRET.",
        hidden=True,
    ),
    Setting(
        "WEBHOOK_SECRET",
        "",
        "Secret that signs webhooks, at least 20 characters. If empty, the API takes no webhooks.",
        hidden=True,
    ),
    Setting(
        "WEBHOOK_PRIVATE",
        False,
        "Let webhooks of the API reach private addresses, such as this machine and its network. "
        "BACKEND_URL may always be one.",
    ),
    Setting(
        "DATA_DIR",
        "instance",
        "Folder for the database, the uploads and the job queue.",
        hidden=True,
    ),
    Setting(
        "INPUT_DIR",
        "input_files",
        "Folder in which the command line looks up file names.",
        hidden=True,
    ),
    Setting(
        "RESULTS_DIR",
        "AnalysisResults",
        "Folder to which the command line writes results.",
        hidden=True,
    ),
    Setting("MODELS_DIR", "models", "Folder of the models.", hidden=True),
    Setting(
        "DATABASE_URL",
        "",
        "SQLAlchemy URL of the database, such as postgresql://… If empty, SQLite in DATA_DIR.",
        hidden=True,
    ),
    Setting(
        "QUEUE_URL",
        "",
        "URL of a Redis for the queue, redis://… If empty, the queue is a file in DATA_DIR.",
        hidden=True,
    ),
    Setting(
        "STORAGE_URL",
        "",
        "Store of the uploads and results, such as s3://BUCKET/FOLDER?endpoint=https://… If "
        "empty, DATA_DIR.",
        hidden=True,
    ),
    Setting(
        "RUNTIME",
        "auto",
        "Library that runs the networks: auto, litert or tensorflow.",
        choices=("auto", "litert", "tensorflow"),
    ),
    Setting(
        "SPEECH_ENCODER",
        True,
        "Let set-up install the weights of the speech encoder (a download of 70 MB), which the "
        "most accurate voice model needs. Without them another one reads the voice.",
    ),
    Setting("MAX_UPLOAD_MB", 500, "Largest upload accepted.", "MB", _whole(1_000_000, "MB")),
    Setting(
        "MAX_MINUTES",
        180,
        "Longest recording accepted.",
        "minutes",
        _whole(16_666, "minutes"),
    ),
    Setting(
        "MAX_MEGAPIXELS",
        80,
        "Largest picture or video frame accepted.",
        "megapixels",
        _whole(10_000, "megapixels"),
    ),
    Setting("MAX_FILES", 20, "Maximum number of files in one upload.", range=_whole(10_000)),
    Setting(
        "MAX_QUEUE",
        200,
        "Maximum number of waiting jobs. Further uploads are refused until there is room.",
        range=_whole(1_000_000),
    ),
    Setting(
        "UPLOADS_PER_MINUTE",
        600,
        "Most uploads a minute from one sender: the holder of a token, else an address. If 0, "
        "there is no limit.",
        range=_whole(1_000_000, low=0),
    ),
    Setting(
        "REQUESTS_PER_MINUTE",
        6000,
        "Most requests of programs a minute (the API and the routes of older systems) from one "
        "sender. If 0, there is no limit.",
        range=_whole(1_000_000, low=0),
    ),
    Setting(
        "DECODER_MB",
        4096,
        "Memory that decoding one recording may take in a process of its own (enforced on Linux "
        "only). If 0, no process of its own is used, and a damaged file may end the worker.",
        "MB",
        _whole(1_000_000, "MB", low=0),
        hidden=True,
    ),
    *(_of_option(option) for option in OPTIONS.values() if option.setting),
    Setting(
        "LABELS",
        "native",
        "Emotion vocabulary in which results are shown.",
        choices=tuple(VIEWS),
        own=True,
    ),
    Setting(
        "RETENTION_HOURS",
        24,
        "Hours after which uploads and results are deleted.",
        "hours",
        _whole(876_000, "hours"),
    ),
    Setting(
        "JOB_MINUTES",
        60,
        "Longest time one analysis may take.",
        "minutes",
        _whole(100_000, "minutes"),
    ),
    Setting(
        "PROGRAM_WAIT",
        120,
        "Longest time that a route of an older system waits for its analysis; after it, the "
        "answer is 202 and says where to ask. Keep it below the time limit of a proxy.",
        "seconds",
        _whole(86_400, "seconds", low=0),
    ),
    Setting(
        "JOB_ATTEMPTS",
        3,
        "How often an analysis is started again after its process died, the first time included.",
        range=_whole(100),
    ),
    Setting(
        "LEASE_SECONDS",
        60,
        "Time without a sign of life from a worker after which another one takes up its jobs. "
        "Only used with a DATABASE_URL, that is where there may be several workers.",
        "seconds",
        _whole(3_600, "seconds", low=2),
    ),
    Setting(
        "WORKERS",
        1,
        "Threads of the worker process. Each runs one job at a time.",
        range=_whole(64),
    ),
    Setting(
        "WEB_PROCESSES",
        1,
        "Processes that serve the pages under gunicorn.",
        range=_whole(64),
    ),
    Setting(
        "WEB_THREADS",
        16,
        "Threads of each web process. Each answers one request at a time.",
        range=_whole(1000, low=2),
    ),
    Setting(
        "PROXIES",
        0,
        "Number of proxies in front of the web server whose X-Forwarded headers are believed; 0 "
        "believes none.",
        range=_whole(10, low=0),
    ),
    Setting(
        "LOG_FORMAT",
        "text",
        "Form of the log: text, or json with one object per line and a line for each request.",
        choices=("text", "json"),
    ),
    Setting(
        "LOG_LEVEL",
        "info",
        "Least important lines that are logged.",
        choices=("debug", "info", "warning", "error"),
    ),
    Setting("LOG_NAMES", False, "Let names of recordings stand in the log."),
    Setting(
        "METRICS",
        "off",
        "Who may read the Prometheus metrics at /metrics: nobody (off), programs on the same "
        "machine (local), or whoever reaches the server (open).",
        choices=("off", "local", "open"),
    ),
    Setting(
        "METRICS_PORT",
        0,
        "Port on which a worker without a web server beside it tells its metrics; 0 for none.",
        range=_whole(65_535, low=0),
    ),
)


@dataclass(frozen=True)
class Settings:
    """The values in force, by name: ``settings["MAX_UPLOAD_MB"]``."""

    values: dict[str, str | int | float | bool] = field(repr=False)  # some are secret

    @classmethod
    def load(cls, environ: dict[str, str] | None = None, *, root: Path = ROOT) -> "Settings":
        """Read the environment and `.env`.

        Raises
        ------
        BadRequest
            If a value is not of its setting's type, outside its range or none of its choices,
            or if `.env` cannot be read.
        """
        given = {**_dotenv(root / ".env"), **(dict(os.environ) if environ is None else environ)}
        return cls({s.name: convert(s, given.get(s.name, "")) for s in SETTINGS})

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

    def limits(self) -> Limits:
        """The limits that recordings are held to."""
        return Limits(
            max_bytes=int(self.number("MAX_UPLOAD_MB") * 1e6),
            max_seconds=self.number("MAX_MINUTES") * 60,
            max_pixels=int(self.number("MAX_MEGAPIXELS") * 1e6),
        )

    def options(self, **values: Any) -> Options:
        """The options of these settings, replaced by the given values that are not None.

        Raises
        ------
        OutOfRange, UnknownOption
            For an invalid value.
        """
        options = [o for o in OPTIONS.values() if o.setting]
        defaults = {
            o.name: self[o.name.upper()]
            for o in options
            if o.default is not None or self[o.name.upper()]  # 0 stands for no limit
        }
        given = {name: value for name, value in values.items() if value is not None}
        return Options(**{**defaults, **given})

    def with_values(self, **values: str | int | float | bool) -> "Settings":
        """The same settings with some replaced."""
        unknown = set(values) - {s.name for s in SETTINGS}
        if unknown:
            raise KeyError(f"There is no setting {', '.join(sorted(unknown))}.")
        return Settings({**self.values, **values})


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        why = "it is not UTF-8 text"
        if isinstance(error, OSError):
            why = (error.strerror or str(error)).lower()
        raise BadRequest(
            f"The settings in {path} could not be read: {why}.",
            hint="Replace it with a copy of .env.example, or delete it.",
        ) from None
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


SWITCH = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
"""Accepted spellings of yes and no."""


def convert(setting: Setting, text: str, *, hint: str | None = None) -> str | int | float | bool:
    """The value that a text gives a setting; its default for an empty one.

    Raises
    ------
    BadRequest, OutOfRange
        If it is none of the setting's values.
    """
    if text == "":
        return setting.default
    if isinstance(setting.default, bool):
        if text.lower() not in SWITCH:
            raise _wrong(setting, text, "It must be yes or no.")
        return SWITCH[text.lower()]
    if setting.choices and text not in setting.choices:
        raise _wrong(setting, text, f"Use one of: {', '.join(setting.choices)}.")
    if isinstance(setting.default, str):
        return text
    assert setting.range is not None, "every number has a range"
    number = setting.range.check(text, name=f"setting {setting.name}", hint=hint or CHANGE)
    return type(setting.default)(number)


CHANGE = "Change it in the environment or in .env."


def _wrong(setting: Setting, text: str, hint: str) -> BadRequest:
    return BadRequest(f"The setting {setting.name} is “{shortened(text)}”.", hint=hint)


def main(names: list[str]) -> int:
    """Print the settings of these names, one a line; folders as they are found."""
    try:
        settings = Settings.load()
    except BadRequest as error:
        print(error, file=sys.stderr)
        return 2
    for name in names:
        print(settings.path(name) if name.endswith("_DIR") else settings[name])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
