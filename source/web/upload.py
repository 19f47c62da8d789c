"""The four upload pages as data, and what their forms ask for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from source.core.analyses import ANALYSES, Analysis
from source.core.errors import AverError, EmptyFile, TooLarge
from source.core.options import OPTIONS, Option, Options, form_fields, read_form
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
            "Every face in a photo, with what its expression reads as.",
            "We look for faces and read each expression. Nobody is recognised.",
            "image/*,.heic,.heif,.avif,.jp2,.ppm",
            PICTURE,
            camera=True,
        ),
        UploadPage(
            "audio",
            "/audio-analysis",
            "Sound",
            "A voice, how it sounds",
            "How a voice sounds: every stretch of speech on a time line.",
            "We find speech and read its tone. Words are not understood and not written down.",
            "audio/*,video/*",
            SOUND,
        ),
        UploadPage(
            "video",
            "/video-analysis",
            "Video",
            "Faces over time",
            "Faces through a video, person by person, moment by moment.",
            "We follow each face and read its expression. The sound track is left alone.",
            "video/*",
            VIDEO,
        ),
        UploadPage(
            "combined",
            "/combined-analysis",
            "Voice and face",
            "Both senses together",
            "Voice and face of one video side by side, where they agree and where they differ.",
            "We read the voice and the faces, and bring both together on one time line. "
            "You can also send one picture and one sound that belong together.",
            "video/*,audio/*,image/*",
            f"{VIDEO}; or a picture and a sound",
        ),
    )
}
"""Upload pages by the analysis they ask for."""


def options(form: Mapping[str, str], analysis: str, settings: Settings) -> Options:
    """The options a form asks for, the rest from the settings.

    Raises
    ------
    OutOfRange
        If a field is no number, or out of its range.
    """
    return settings.options(analysis=analysis, **read_form(form, ANALYSES[analysis], hint=EMPTY))


def drawings(form: Mapping[str, str]) -> dict[str, Any]:
    """What a form asks to be drawn beside the result, by option."""
    asked = read_form(form, ANALYSES["auto"], hint=EMPTY)
    rows = (option for option in OPTIONS.values() if option.drawing)
    return {option.name: asked.get(option.name, option.default) for option in rows}


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
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            continue
        if why == EmptyFile.code:
            refused.append((name, EmptyFile(name)))
        elif why == TooLarge.code:
            refused.append((name, TooLarge.file(name, size, limit)))
    return refused


EMPTY = "Give a value in that range, or leave the field empty."
