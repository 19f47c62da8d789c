"""Everything that can go wrong, each with its own sentence, code, status and cure.

A view never builds an error answer by hand: it lets these through, and one handler
turns them into a page, into JSON or into a line on stderr.
"""

# ruff: noqa: N818  (a name says what happened: TooLarge, Cancelled)

import errno

from source.core.figures import figure

DISK_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Numbers (`OSError.errno`) with which a system says that there is no room: disk or quota."""


class AverError(Exception):
    """Base of every error a person may see.

    Attributes
    ----------
    code : str
        Stable name for programs.
    status : int
        HTTP status; the command line exits with 2 for 400 and with 1 for anything else.
    message : str
        One sentence: what happened, with the value.
    hint : str
        One sentence: what to do next.
    """

    code = "error"
    status = 500
    hint = "Try again; if it happens again, tell us what you did."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    @classmethod
    def from_dict(cls, error: "dict[str, str | int]") -> "AverError":
        """The error whose ``to_dict()["error"]`` this is, as far as a reader can tell."""
        read = AverError(str(error["message"]), hint=str(error["hint"]))
        read.code, read.status = str(error["code"]), int(error["status"])
        return read

    def to_dict(self) -> dict[str, dict[str, str | int]]:
        """The one JSON shape of an error."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "hint": self.hint,
                "status": self.status,
            }
        }


# --- asked for wrongly -------------------------------------------------------------------------


class BadRequest(AverError):
    """The request itself makes no sense (400, exit 2)."""

    code = "bad_request"
    status = 400
    hint = "Check the request against the documentation."


class UnknownOption(BadRequest):
    """An option, view or model that does not exist."""

    code = "unknown_option"

    def __init__(self, what: str, value: object, valid: "list[str] | tuple[str, ...]") -> None:
        super().__init__(
            f"There is no {what} “{value}”.", hint=f"Use one of: {', '.join(map(str, valid))}."
        )


class OutOfRange(BadRequest):
    """An option or setting outside the values it may have, or no number at all.

    Attributes
    ----------
    value : object
        What was given.
    low, high : float
        The ends of the range, which belong to it.
    unit : str
        What is counted; may be empty.
    """

    code = "out_of_range"
    hint = "Give a value in that range, or leave it out."

    def __init__(
        self,
        what: str,
        value: object,
        *,
        low: float,
        high: float,
        unit: str = "",
        whole: bool = False,
        hint: str | None = None,
    ) -> None:
        must = "be a whole number" if whole else "lie"
        ends = f"between {figure(low)} and {figure(high)}"
        super().__init__(
            f"The {what} must {must} {ends}{unit and f' {unit}'}; it is {figure(value)}.",
            hint=hint,
        )
        self.value, self.low, self.high, self.unit = value, low, high, unit


class NotFound(AverError):
    """Something that is not there, or not this session's to see."""

    code = "not_found"
    status = 404
    hint = "It may have been deleted, or belong to another session."


class NotReady(NotFound):
    """A result that is still being made."""

    code = "not_ready"
    hint = "Wait until its analysis has ended."


# --- bad recordings ----------------------------------------------------------------------------


class BadRecording(AverError):
    """A file that cannot be analysed (422, exit 1)."""

    code = "bad_recording"
    status = 422
    hint = "Send another recording."


class NoFile(BadRecording):
    """Nothing was sent, or the path names no file."""

    code = "no_file"

    def __init__(self, name: str = "") -> None:
        super().__init__(
            f"There is no file “{name}”." if name else "No file was chosen.",
            hint="Choose a recording first." if not name else "Check the name and the folder.",
        )


class EmptyFile(BadRecording):
    """A file of zero bytes."""

    code = "empty_file"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” is empty (0 bytes).",
            hint="Check that the recording was finished and copied whole.",
        )


class NotMedia(BadRecording):
    """Content that is no sound, picture or video, whatever its name says."""

    code = "not_media"

    def __init__(self, name: str, looks_like: str = "") -> None:
        what = f"it looks like {looks_like}" if looks_like else "its content was not recognised"
        super().__init__(
            f"“{name}” is not a recording or picture we can read: {what}.",
            hint="Send sound (wav, mp3, flac, m4a, ogg, opus), a picture (jpg, png, webp) "
            "or video (mp4, mov, webm, mkv, avi).",
        )


class Damaged(BadRecording):
    """Media that is cut off or broken so that nothing can be decoded."""

    code = "damaged"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"“{name}” is damaged: {why}.",
            hint="Copy it again from where it was recorded, or export it anew.",
        )


class NoSamples(BadRecording):
    """A sound file with a header and nothing behind it."""

    code = "no_samples"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no audio in “{name}”: it has a header but no samples.",
            hint="Check that the recorder was running, and record again.",
        )


class WrongKind(BadRecording):
    """A good file, but not of the kind that was asked for."""

    code = "wrong_kind"

    def __init__(self, name: str, kind: str, wanted: str) -> None:
        super().__init__(
            f"“{name}” is {kind}, and this analysis needs {wanted}.",
            hint="Choose another file, or use automatic analysis, which takes any kind.",
        )


class TooLarge(AverError):
    """Over a limit, and refused before it is decoded (413, exit 1)."""

    code = "too_large"
    status = 413
    hint = "Send a shorter or smaller recording, or raise the limit in the settings."

    @classmethod
    def file(cls, name: str, size: int, limit: int) -> "TooLarge":
        """More bytes than allowed."""
        return cls(f"“{name}” has {size / 1e6:.0f} MB; the limit is {limit / 1e6:.0f} MB.")

    @classmethod
    def duration(cls, name: str, seconds: float, limit: float) -> "TooLarge":
        """Longer than allowed."""
        return cls(
            f"“{name}” lasts {seconds / 60:.0f} minutes; the limit is {limit / 60:.0f} minutes."
        )

    @classmethod
    def pixels(cls, name: str, width: int, height: int, limit: int) -> "TooLarge":
        """More pixels than allowed."""
        return cls(
            f"“{name}” has {width} x {height} pixels ({width * height / 1e6:.0f} megapixels); "
            f"the limit is {limit / 1e6:.0f} megapixels."
        )


# --- our side ----------------------------------------------------------------------------------


class Unavailable(AverError):
    """We cannot do it at the moment (503)."""

    code = "unavailable"
    status = 503
    hint = "Try again in a minute."


class QueueFull(Unavailable):
    """As many jobs wait as may wait."""

    code = "queue_full"

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} recordings are waiting already, and no more are taken just now.",
            hint="Try again in a few minutes.",
        )


class DiskFull(Unavailable):
    """No room for an upload, a result or the database."""

    code = "disk_full"

    def __init__(self) -> None:
        super().__init__(
            "There is no room left on the server's disk, so nothing was stored.",
            hint="Delete results you no longer need, or try again later.",
        )


class NewerDatabase(Unavailable):
    """The database was written by a newer release, which may keep things elsewhere in it."""

    code = "newer_database"

    def __init__(self, version: str) -> None:
        super().__init__(
            f"The database was written by a newer release of AVER (its version is {version}).",
            hint="Install that release or a later one, or set DATA_DIR to an empty folder.",
        )


class UnreadableRecord(AverError):
    """A stored result, or stored options, that this release cannot read."""

    code = "unreadable_record"
    hint = "Delete it and send the recording again, or read it with the release that wrote it."

    def __init__(self, what: str) -> None:
        super().__init__(f"The stored {what} of this recording cannot be read by this release.")


class NotWritten(Unavailable):
    """What was to be printed cannot be written: a full disk, a closed stream."""

    code = "not_written"
    hint = "Make room, or send the output elsewhere."

    def __init__(self, why: str) -> None:
        super().__init__(f"The output could not be written: {why}.")


class WorkerLost(Unavailable):
    """The process that did the work ended in the middle of it, more than once."""

    code = "worker_lost"

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"The analysis was broken off {attempts} times because its process ended.",
            hint="Send a shorter or smaller recording; it may need more memory than there is.",
        )


class WorkerRunning(Unavailable):
    """A second worker on the same data folder."""

    code = "worker_running"

    def __init__(self, folder: object) -> None:
        super().__init__(
            f"A worker is already running on {folder}.",
            hint="Stop that one first, or raise WORKERS to do more at once.",
        )


class ModelMissing(Unavailable):
    """A model folder or file that is not there."""

    code = "model_missing"

    def __init__(self, name: str, path: object, *, hint: str | None = None) -> None:
        super().__init__(
            f"The model “{name}” is missing: there is no {path}.",
            hint=hint or "Restore the models folder (git checkout models), or train it anew.",
        )


class ModelChanged(Unavailable):
    """A model file whose SHA-256 is not the one on its card."""

    code = "model_changed"

    def __init__(
        self,
        name: str,
        path: object,
        *,
        expected: str = "its card describes",
        hint: str | None = None,
    ) -> None:
        super().__init__(
            f"The model “{name}” was not loaded: {path} is not the file {expected}.",
            hint=hint or "Restore the models folder (git checkout models).",
        )


class Cancelled(AverError):
    """The caller asked for the work to stop."""

    code = "cancelled"
    status = 409
    hint = "Start it again whenever you like."

    def __init__(self) -> None:
        super().__init__("The analysis was cancelled.")


class TimedOut(AverError):
    """The work took longer than the time limit."""

    code = "timed_out"
    status = 503

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The analysis was stopped after {seconds / 60:.0f} minutes, the time limit.",
            hint="Send a shorter recording, or raise the limit in the settings.",
        )
