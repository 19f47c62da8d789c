"""Every error a user may see, with its message, code, HTTP status and hint.

Views never build error responses by hand. They let these exceptions through, and one handler
turns them into a page, JSON or a line on stderr.
"""

# ruff: noqa: N818  (names say what happened: TooLarge, Cancelled)

import errno

from source.core.figures import figure, number_of, shortened

DISK_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Numbers (`OSError.errno`) with which a system says that there is no room: disk or quota."""


class AverError(Exception):
    """Base class of the errors a user may see.

    Attributes
    ----------
    code : str
        Stable name, for programs.
    status : int
        HTTP status. The command line exits with 2 for status 400 and with 1 otherwise.
    message : str
        What happened, with the offending value.
    hint : str
        What the user can do.
    """

    code = "error"
    status = 500
    hint = "Try again. If it happens again, report what you did."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    @classmethod
    def from_dict(cls, error: "dict[str, str | int]") -> "AverError":
        """Rebuild an error from ``to_dict()["error"]``; its class is not restored."""
        read = AverError(str(error["message"]), hint=str(error["hint"]))
        read.code, read.status = str(error["code"]), int(error["status"])
        return read

    def to_dict(self) -> dict[str, dict[str, str | int]]:
        """The JSON form of every error."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "hint": self.hint,
                "status": self.status,
            }
        }


# --- invalid requests ----------------------------------------------------------------------------


class BadRequest(AverError):
    """The request is invalid."""

    code = "bad_request"
    status = 400
    hint = "Check the request against the documentation."


class ImpossibleEdit(BadRequest):
    """The change to a result makes no sense: there is no such person, or no such time."""

    code = "impossible_edit"
    hint = "Nothing was changed."


class UnknownOption(BadRequest):
    """The option, label view or model does not exist."""

    code = "unknown_option"

    def __init__(self, what: str, value: object, valid: "list[str] | tuple[str, ...]") -> None:
        super().__init__(
            f"There is no {what} “{shortened(value)}”.",
            hint=f"Use one of: {', '.join(map(str, valid))}." if valid else "Leave it out.",
        )


class OutOfRange(BadRequest):
    """An option or setting is outside its range or is not a number.

    Attributes
    ----------
    value : object
        The value that was given.
    low, high : float
        The ends of the range, inclusive.
    unit : str
        Unit of the value; may be empty.
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
    """It does not exist, or it belongs to another session."""

    code = "not_found"
    status = 404
    hint = "It may have been deleted, or it belongs to another session."


class NotReady(NotFound):
    """The result is not finished yet."""

    code = "not_ready"
    hint = "Wait until the analysis has finished."


# --- bad recordings ------------------------------------------------------------------------------


class BadRecording(AverError):
    """The file cannot be analysed."""

    code = "bad_recording"
    status = 422
    hint = "Send another recording."


class NoFile(BadRecording):
    """No file was sent, or there is no file at the path."""

    code = "no_file"

    def __init__(self, name: str = "", *, hint: str = "") -> None:
        super().__init__(
            f"There is no file “{name}”." if name else "No file was chosen.",
            hint=hint
            or ("Check the name and the folder." if name else "Choose a recording first."),
        )


class EmptyFile(BadRecording):
    """The file is empty."""

    code = "empty_file"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” is empty (0 bytes).",
            hint="Check that the recording was finished and copied completely.",
        )


class NotMedia(BadRecording):
    """The content is not audio, a picture or a video, whatever the file name says."""

    code = "not_media"

    def __init__(self, name: str, looks_like: str = "") -> None:
        what = f"it looks like {looks_like}" if looks_like else "its content was not recognised"
        super().__init__(
            f"“{name}” is not a recording or picture we can read: {what}.",
            hint="Send audio (wav, mp3, flac, m4a, ogg, opus), a picture (jpg, png, webp) "
            "or a video (mp4, mov, webm, mkv, avi).",
        )


class Damaged(BadRecording):
    """The file is so damaged that nothing can be decoded."""

    code = "damaged"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"“{name}” is damaged: {why}.",
            hint="Copy it again from the original, or export it again.",
        )


class NoSamples(BadRecording):
    """The audio file has a header but no samples."""

    code = "no_samples"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no audio in “{name}”: it has a header but no samples.",
            hint="Check that the recorder was running, and record again.",
        )


class WrongKind(BadRecording):
    """The file is fine but of the wrong kind for this analysis."""

    code = "wrong_kind"

    def __init__(self, name: str, kind: str, wanted: str, *, hint: str | None = None) -> None:
        super().__init__(
            f"“{name}” is {kind}, but this analysis needs {wanted}.",
            hint=hint or "Choose another file, or use automatic analysis, which takes any kind.",
        )


class NoSuchPart(BadRecording):
    """The part of the recording that is to be read lies behind its end, or it has no length."""

    code = "no_such_part"
    hint = "Give a time within the recording, or leave --from and --to out."

    def __init__(self, name: str, start: float, seconds: float | None) -> None:
        super().__init__(
            f"“{name}” is a picture, so there is no part of it to read."
            if seconds is None
            else f"The part to read begins at {figure(start)} s, but “{name}” lasts "
            f"{figure(round(seconds, 1))} s."
        )


class OutsideRecording(BadRecording):
    """The stretch that was marked as normal speech lies behind the end of the recording."""

    code = "outside_recording"

    def __init__(self, name: str, start: float, seconds: float) -> None:
        super().__init__(
            f"The baseline begins at {figure(start)} s, but only {figure(round(seconds, 1))} s of "
            f"“{name}” are read.",
            hint="Mark a stretch within the recording, or leave the baseline out.",
        )


class TooLarge(AverError):
    """The recording exceeds a limit. It is refused before it is decoded."""

    code = "too_large"
    status = 413
    hint = "Send a shorter or smaller recording, or raise the limit in the settings."

    @classmethod
    def file(cls, name: str, size: int, limit: int) -> "TooLarge":
        """The file has more bytes than allowed."""
        return cls(f"“{name}” is {size / 1e6:.0f} MB; the limit is {limit / 1e6:.0f} MB.")

    @classmethod
    def number(cls, files: int, limit: int) -> "TooLarge":
        """More files than allowed were sent at once."""
        return cls(
            f"{number_of(files, 'file was', 'files were')} sent at once; the limit is {limit}.",
            hint="Send fewer at a time.",
        )

    @classmethod
    def duration(cls, name: str, seconds: float, limit: float) -> "TooLarge":
        """The recording is longer than allowed."""
        return cls(f"“{name}” lasts {_minutes(seconds)}; the limit is {_minutes(limit)}.")

    @classmethod
    def pixels(cls, name: str, width: int, height: int, limit: int) -> "TooLarge":
        """The picture or video has more pixels than allowed."""
        return cls(
            f"“{name}” has {width} x {height} pixels ({width * height / 1e6:.0f} megapixels); "
            f"the limit is {limit / 1e6:.0f} megapixels."
        )


# --- server errors -------------------------------------------------------------------------------


class Unavailable(AverError):
    """The server cannot do this at the moment."""

    code = "unavailable"
    status = 503
    hint = "Try again in a minute."


class QueueFull(Unavailable):
    """The queue is full."""

    code = "queue_full"

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{number_of(waiting, 'recording is', 'recordings are')} already waiting, and no more "
            "can be accepted now.",
            hint="Try again in a few minutes.",
        )


class DiskFull(Unavailable):
    """The disk is full."""

    code = "disk_full"

    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full, so nothing was stored.",
            hint="Delete results you no longer need, or try again later.",
        )


class Unwritable(Unavailable):
    """The server cannot read or write its folder: rights, a read-only disk, a broken one."""

    code = "unwritable"
    hint = "Check who owns the folder DATA_DIR and whether its disk can be written, then try again."

    def __init__(self, place: str = "its folder", why: str = "") -> None:
        super().__init__(f"The server cannot use {place}{why and f': {why}'}.")


class NewerDatabase(Unavailable):
    """A newer release wrote the database."""

    code = "newer_database"

    def __init__(self, version: str) -> None:
        super().__init__(
            f"The database was written by a newer release of AVER (its version is {version}).",
            hint="Install that release or a later one, or set DATA_DIR to an empty folder.",
        )


class DamagedDatabase(Unavailable):
    """The database is damaged, or its path holds something else."""

    code = "damaged_database"
    hint = "Restore it from a backup, or move it away and start again with an empty one."

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} is damaged or is not a database of AVER.")


class UnreadableRecord(AverError):
    """This release cannot read a stored result or entry."""

    code = "unreadable_record"
    hint = "Delete it and send the recording again, or read it with the release that wrote it."

    def __init__(self, what: str) -> None:
        super().__init__(f"The stored {what} of this recording cannot be read by this release.")


class NotWritten(Unavailable):
    """The output cannot be written: the disk is full or the stream is closed."""

    code = "not_written"
    hint = "Free some space, or write the output elsewhere."

    def __init__(self, why: str) -> None:
        super().__init__(f"The output could not be written: {why}.")


class WorkerLost(Unavailable):
    """The worker process died more than once while it ran this job."""

    code = "worker_lost"

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"The analysis was interrupted {number_of(attempts, 'time')} because its process died.",
            hint="Send a shorter or smaller recording; this one may need too much memory.",
        )


class WorkerRunning(Unavailable):
    """Another worker is already using the data folder."""

    code = "worker_running"

    def __init__(self, folder: object) -> None:
        super().__init__(
            f"A worker is already running on {folder}.",
            hint="Stop it first, or raise WORKERS to run more jobs at once.",
        )


class ModelMissing(Unavailable):
    """A model folder or file is missing."""

    code = "model_missing"

    def __init__(self, name: str, path: object, *, hint: str | None = None) -> None:
        super().__init__(
            f"The model “{name}” is missing: {path} does not exist.",
            hint=hint
            or "Restore the models folder (git checkout models), or train the model again.",
        )


class ModelChanged(Unavailable):
    """The SHA-256 of a model file is not the one on its card."""

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


class ModelNeeds(Unavailable):
    """A model needs weights of others that are not installed."""

    code = "model_needs"

    def __init__(self, name: str, weights: str, *, cure: str) -> None:
        super().__init__(
            f"The model “{name}” cannot be used: it needs {weights}, which is not installed.",
            hint=f"Install it with: {cure}; or use another model.",
        )


class Cancelled(AverError):
    """The user cancelled the analysis."""

    code = "cancelled"
    status = 409
    hint = "You can start it again at any time."

    def __init__(self) -> None:
        super().__init__("The analysis was cancelled.")


class TimedOut(AverError):
    """The analysis exceeded the time limit."""

    code = "timed_out"
    status = 503

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The analysis was stopped after {_minutes(seconds)}, the time limit.",
            hint="Send a shorter recording, or raise the limit in the settings.",
        )


def _minutes(seconds: float) -> str:
    return number_of(round(seconds / 60), "minute")
