"""The four upload pages as data, and what their forms ask for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from source.core.analyses import ANALYSES, Analysis, kind_named, suited
from source.core.errors import AverError, EmptyFile, TooLarge
from source.core.options import Option, Options, drawing_options, form_fields, read_form
from source.settings import Settings
from source.store.names import display_name

SOUND = "WAV, MP3, FLAC, M4A, OGG, Opus, WMA, AIFF, AMR"
PICTURE = "JPEG, PNG, WebP, HEIC, AVIF, BMP, GIF, TIFF, JPEG 2000, PPM"
VIDEO = "MP4, MOV, WebM, MKV, AVI, MPEG, WMV, 3GP, OGV"


@dataclass(frozen=True)
class UploadPage:
    """The upload page of one kind of analysis: its words, and what its chooser offers first."""

    name: str
    path: str
    title: str
    short: str
    line: str
    reads: str
    accept: str
    formats: str
    camera: bool = False

    @property
    def analysis(self) -> Analysis:
        """The analysis that it asks for."""
        return ANALYSES[self.name]

    @property
    def fields(self) -> list[Option]:
        """The options that change how a recording is read."""
        return [option for option in form_fields(self.analysis) if not option.drawing]

    @property
    def drawings(self) -> list[Option]:
        """The drawings that it offers."""
        return [option for option in form_fields(self.analysis) if option.drawing]

    @property
    def endpoint(self) -> str:
        """Name of the page, for `url_for`."""
        return f"pages.upload_{self.name}"


PAGES = {
    page.name: page
    for page in (
        UploadPage(
            "image",
            "/image-analysis",
            "Picture",
            "Faces in a photo",
            "The expression of every face in a photo.",
            "AVER finds the faces and reads each expression. It does not recognise people.",
            "image/*,.heic,.heif,.avif,.jp2,.ppm",
            PICTURE,
            camera=True,
        ),
        UploadPage(
            "audio",
            "/audio-analysis",
            "Audio",
            "How a voice sounds",
            "How a voice sounds, utterance by utterance.",
            "AVER finds speech and reads its tone. It does not understand or write down words.",
            "audio/*,video/*",
            SOUND,
        ),
        UploadPage(
            "video",
            "/video-analysis",
            "Video",
            "Faces over time",
            "The faces in a video, person by person, moment by moment.",
            "AVER follows each face and reads its expression. It ignores the audio track.",
            "video/*",
            VIDEO,
        ),
        UploadPage(
            "combined",
            "/combined-analysis",
            "Voice and face",
            "Both together",
            "The voice and the faces of one video, and where they disagree.",
            "AVER reads the voice and the faces and puts both on one time line. You can also send "
            "a picture and an audio file that belong together.",
            "video/*,audio/*,image/*",
            f"{VIDEO}; or a picture and an audio file",
        ),
    )
}
"""Upload pages by the analysis they ask for."""


def right_page(message: str) -> UploadPage | None:
    """The page that takes a file, where an error says that it is of the wrong kind."""
    kind = kind_named(message)
    return None if kind is None else PAGES[suited(kind).name]


def options(form: Mapping[str, str], analysis: str, settings: Settings) -> Options:
    """The options a form asks for, the rest from the settings.

    Raises
    ------
    OutOfRange
        If a field is no number, or out of its range.
    """
    return settings.options(analysis=analysis, **read_form(form, ANALYSES[analysis], hint=EMPTY))


def drawings(form: Mapping[str, str], analysis: str) -> dict[str, Any]:
    """What a form asks to be drawn beside the result of such an analysis, by option."""
    values = read_form(form, ANALYSES[analysis], hint=EMPTY)
    return {o.name: values.get(o.name, o.default) for o in drawing_options()}


def left_out(texts: Sequence[str], settings: Settings) -> list[tuple[str, AverError]]:
    """Files that our script did not send, since it saw what is wrong with them: why, by name.

    Parameters
    ----------
    texts : sequence of str
        For each a JSON object of `name`, `size` in bytes, and `why`: the code of an error.
    settings : Settings
        For the limits.
    """
    limit = int(settings.number("MAX_UPLOAD_MB") * 1e6)
    refused: list[tuple[str, AverError]] = []
    for text in texts[: int(settings.number("MAX_FILES"))]:
        try:
            entry = json.loads(text)
            name, size, why = display_name(str(entry["name"])), int(entry["size"]), entry["why"]
            if why == EmptyFile.code:
                refused.append((name, EmptyFile(name)))
            elif why == TooLarge.code:
                refused.append((name, TooLarge.file(name, size, limit)))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            continue
    return refused


EMPTY = "Give a value in that range, or leave the field empty."
