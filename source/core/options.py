"""The options of one analysis: one table for the command line, the form, settings and docs.

Flags, form fields, settings, docs/options.md and validation all come from the fields of
`Options`. To add an option, add a field and use it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from source.core.analyses import ANALYSES, Analysis
from source.core.baseline import OWN
from source.core.baseline import Syntax as BaselineSyntax
from source.core.errors import BadRequest, UnknownOption
from source.core.part import part
from source.core.purpose import PurposeSyntax
from source.core.ranges import Range
from source.core.weights import WeightSyntax
from source.core.when import When, written


class Syntax(Protocol):
    """What the text of an option must look like."""

    @property
    def values(self) -> str:
        """Its values, in words."""

    @property
    def examples(self) -> tuple[Any, ...]:
        """Values that it takes."""

    def check(self, value: Any, *, hint: str | None = None) -> Any:
        """The value as it is kept; raises an `AverError` for a wrong one."""

    def read(self, text: str) -> Any:
        """The value that a form sent; raises an `AverError` for a wrong one."""

    def shown(self, value: Any) -> str:
        """The value as a page shows it."""


@dataclass(frozen=True)
class Option:
    """One row of the table.

    Attributes
    ----------
    name : str
        Its name in `Options`, in a Result and in forms.
    default : object
        Its value unless another is given; None for no limit, or for nothing.
    help : str
        What it does, as the command line prints it: no capital, no full stop.
    range : Range or None
        The values of a number.
    choices : tuple of str
        The only texts it accepts, if these are few.
    syntax : Syntax or None
        What its text must look like, if neither every text will do nor few.
    senses : tuple of str
        The senses it affects; empty for all.
    timed : bool
        Whether it depends on the length of a recording, which a picture does not have.
    metavar : str
        The placeholder for its value on the command line.
    setting : bool
        Whether its default is a setting (its name in capitals).
    drawing : bool
        Whether it asks for a drawing beside the Result, which it does not change.
    several : bool
        Whether its value is a series of numbers; an empty one lets AVER choose them, which is
        what a ticked box in a form asks for.
    form : tuple of str
        Words of the upload form before and after its field; empty if the form has no such field.
    still : str
        What replaces the first of these words when a picture is read.
    word : str
        What its flag is called, if that is not its name.
    makes : str
        The export that is the drawing it asks for, if there is one.
    """

    name: str
    default: Any
    help: str
    range: Range | None = None
    choices: tuple[str, ...] = ()
    syntax: Syntax | None = None
    senses: tuple[str, ...] = ()
    timed: bool = False
    metavar: str = "NAME"
    setting: bool = False
    drawing: bool = False
    several: bool = False
    form: tuple[str, ...] = ()
    still: str = ""
    word: str = ""
    makes: str = ""

    @property
    def flag(self) -> str:
        """Its flag on the command line."""
        return f"--{self.word or self.name.replace('_', '-')}"

    @property
    def switch(self) -> bool:
        """Whether it is either on or off."""
        return isinstance(self.default, bool)

    @property
    def values(self) -> str:
        """Its values, in words; nothing where every text will do."""
        if self.syntax is not None:
            return self.syntax.values
        return str(self.range) if self.range is not None else ", ".join(self.choices)

    @property
    def sentence(self) -> str:
        """What it does, as a sentence."""
        return f"{self.help[:1].upper()}{self.help[1:]}."

    def suits(self, analysis: Analysis) -> bool:
        """Whether it has an effect in such an analysis."""
        senses = not self.senses or any(sense in analysis.senses for sense in self.senses)
        return senses and (analysis.timed or not self.timed)

    def check(self, value: Any, *, hint: str | None = None) -> Any:
        """Return a value as `Options` keeps it.

        Parameters
        ----------
        value : object
            A number or the text of one; a list of them for a series.
        hint : str, optional
            The remedy, if the one of the range does not fit the caller.

        Raises
        ------
        OutOfRange, UnknownOption, BadRequest
            If it is out of range, not among the choices, or looks like none of its values.
        """
        if value is None:
            return None
        if self.syntax is not None:
            return self.syntax.check(value)
        if self.choices and value not in self.choices:
            raise UnknownOption(self.name, value, self.choices)
        if self.range is None:
            return value
        if self.several:
            return tuple(self.range.check(part, hint=hint) for part in value)
        return self.range.check(value, hint=hint)

    def read(self, text: str, *, hint: str) -> Any:
        """Read the value from a form, ``on`` for a ticked box; None for an empty field.

        Raises
        ------
        OutOfRange, UnknownOption, BadRequest
            As `check`.
        """
        text = text.strip()
        if self.switch:
            return text == "on"
        if not text:
            return None
        if self.syntax is not None:
            return self.syntax.read(text)
        if self.several:
            return self.check([] if text == "on" else text.split(","), hint=hint)
        return self.check(text if self.range is None else text.replace(",", "."), hint=hint)

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        value: dict[str, Any] = {"type": "boolean" if self.switch else "string"}
        if self.range is not None:
            kind = "integer" if self.range.whole else "number"
            value = {"type": kind, "minimum": self.range.low, "maximum": self.range.high}
        if self.choices:
            value["enum"] = list(self.choices)
        if self.syntax is not None:
            value["type"] = getattr(self.syntax, "type", "string")
            value["examples"] = list(self.syntax.examples)
        if self.several:
            value = {"type": "array", "items": value}
        default = {} if self.default is None else {"default": self.default}
        return {**value, **default, "description": self.sentence}


def _option(default: Any, help: str, **facts: Any) -> Any:
    """A field of `Options`: a row of the table without its name."""
    return field(default=default, metadata={"default": default, "help": help, **facts})


NO_FACES_READ = "Nothing was drawn: this analysis does not look for faces."
"""What is said where a drawing is asked for beside such a Result."""

NO_SUBTITLES = "A picture has no subtitles, so none were burned in."
"""What is said where subtitles are asked for beside the Result of a still."""

VIDEO = {"senses": ("face",), "timed": True}
FACES = {"senses": ("face",)}


@dataclass(frozen=True)
class Options:
    """How one analysis is done.

    `OPTIONS` describes each option and its valid values. `explain` gives times in a video, in
    seconds, for which a Grad-CAM drawing is made; empty lets AVER choose, None makes none.
    """

    analysis: str = _option(
        "auto", "what to read; auto selects what suits the recording", choices=tuple(ANALYSES)
    )
    fps: float = _option(
        4.0,
        "frames to read per second of video",
        range=Range("frame rate", 0.1, 60, "frames per second"),
        **VIDEO,
        metavar="N",
        setting=True,
        form=("Frames read", "per second"),
    )
    max_frames: int | None = _option(
        None,
        "maximum number of frames to read from a video",
        range=Range("maximum number of frames", 1, 1_000_000, whole=True),
        **VIDEO,
        metavar="N",
        setting=True,
        form=("At most", "frames"),
    )
    seconds: float | None = _option(
        None,
        "read only the first S seconds, after --from if that is given",
        range=Range("length to analyse", 0.01, 1_000_000, "seconds"),
        timed=True,
        metavar="S",
        form=("Read only the first", "seconds"),
    )
    start: float | None = _option(
        None,
        "read only from this time on, in seconds or m:ss",
        syntax=When(),
        timed=True,
        metavar="TIME",
        word="from",
        form=("Read only from", "seconds, or 1:05"),
    )
    end: float | None = _option(
        None,
        "read only up to this time, in seconds or m:ss",
        syntax=When(),
        timed=True,
        metavar="TIME",
        word="to",
        form=("Read only up to", "seconds, or 1:05"),
    )
    voice_model: str = _option(
        "default", "voice model (folder name); A+B combines two", setting=True
    )
    face_model: str = _option("default", "face model (folder name)", setting=True)
    video_model: str = _option("default", "video model (folder name)", setting=True)
    denoise: bool = _option(
        False,
        "remove steady noise before reading the voice",
        senses=("voice",),
        timed=True,
        setting=True,
        form=("Noise", "remove steady noise from the voice"),
    )
    baseline: str = _option(
        OWN,
        "what a voice is read against: own, the recording's other utterances; none; FROM-TO, the "
        "seconds in which the speaker sounds as usual (12.5-30); FILE, another recording in "
        "which they do",
        syntax=BaselineSyntax(),
        senses=("voice",),
        timed=True,
        metavar="BASELINE",
        setting=True,
        form=(
            "Speaker's baseline",
            "own, none, or the seconds in which the speaker sounds as usual: 12-30",
        ),
    )
    min_face: int = _option(
        24,
        "ignore faces smaller than this",
        range=Range("minimum face size", 0, 100_000, "pixels", whole=True),
        **FACES,
        metavar="PIXELS",
        setting=True,
    )
    max_blur: float = _option(
        0.9,
        "ignore faces more blurred than this, 0 (sharp) to 1",
        range=Range("maximum blur", 0, 1),
        **FACES,
        metavar="N",
        setting=True,
    )
    min_light: float = _option(
        0.08,
        "ignore faces darker than this, 0 (black) to 1",
        range=Range("minimum brightness", 0, 1),
        **FACES,
        metavar="N",
        setting=True,
    )
    engagement_weights: str | None = _option(
        None,
        "own weights of the emotions for engagement: happy=1.2,sad=0.5; others count once",
        syntax=WeightSyntax(),
        metavar="WEIGHTS",
        setting=True,
        form=("Own engagement weights", "0 to 10 for each emotion; those not named count once"),
    )
    purpose: str | None = _option(
        None,
        "what the analysis is for; it is kept with the result",
        syntax=PurposeSyntax(),
        metavar="WORDS",
        setting=True,
    )
    annotate: bool = _option(
        False,
        "write a copy of the picture or video with the result drawn on it",
        **FACES,
        drawing=True,
        makes="annotated",
        form=("The video with the result drawn on it",),
        still="The picture with the result drawn on it",
    )
    blur_faces: bool = _option(
        False,
        "the same, with every face hidden",
        **FACES,
        drawing=True,
        form=("The same, with every face hidden",),
    )
    subtitles: bool = _option(
        False,
        "write a copy of the video with the result drawn on it and subtitles burned in",
        **VIDEO,
        drawing=True,
        makes="subtitled",
        form=("The video with result and subtitles burned in",),
    )
    explain: tuple[float, ...] | None = _option(
        None,
        "draw where the face network looked, at these seconds of a video (1.2,3.4); without TIMES, "
        "where each face was read most surely",
        range=Range("time to explain", 0, 1_000_000, "seconds"),
        **FACES,
        several=True,
        metavar="TIMES",
        drawing=True,
        form=("Where the face network looked, at the clearest moment of each person",),
        still="Where the face network looked",
    )

    def __post_init__(self) -> None:
        for option in OPTIONS.values():
            checked = option.check(getattr(self, option.name))
            object.__setattr__(self, option.name, checked)
        if self.end is not None and self.end <= (self.start or 0.0):
            raise BadRequest(
                "The part to read must end after it begins, not from "
                f"{written(self.start or 0.0)} to {written(self.end)}.",
                hint="Give the earlier time first.",
            )

    def part(self, seconds: float | None = None) -> tuple[float, float]:
        """The first and the last second that are read; see `core.part`."""
        return part(vars(self), seconds)

    @property
    def drawn(self) -> bool:
        """Whether a drawing is made beside the Result."""
        return any(getattr(self, o.name) not in (None, False) for o in drawing_options())

    def to_dict(self) -> dict[str, Any]:
        """The options as a Result records them.

        Options that are None and drawings that are off are left out.
        """
        values = {name: getattr(self, name) for name in OPTIONS}
        off = {o.name for o in drawing_options() if values[o.name] is False}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None and name not in off
        }


OPTIONS = {f.name: Option(f.name, **f.metadata) for f in fields(Options)}
"""Every option by its name, in the order of listings."""


def drawing_options() -> Iterator[Option]:
    """The options that ask for a drawing."""
    return (option for option in OPTIONS.values() if option.drawing)


def form_fields(analysis: Analysis) -> list[Option]:
    """The options that the form of an analysis offers."""
    return [o for o in OPTIONS.values() if o.form and o.suits(analysis)]


def read_form(form: Mapping[str, str], analysis: Analysis, *, hint: str) -> dict[str, Any]:
    """Read the values of a form, by option; options without a field are left out.

    Parameters
    ----------
    form : mapping of str to str
        The fields as sent.
    analysis : Analysis
        The selected analysis; fields without a meaning for it are ignored.
    hint : str
        The remedy for a value out of range.

    Raises
    ------
    OutOfRange, UnknownOption, BadRequest
        For an invalid value.
    """
    return {
        option.name: option.read(form[option.name], hint=hint)
        for option in form_fields(analysis)
        if option.name in form
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of all options."""
    return {
        "type": "object",
        "properties": {option.name: option.schema() for option in OPTIONS.values()},
        "additionalProperties": False,
    }
