"""What a caller may ask of one analysis: one table, which every door reads.

The command line's flags, the upload form, the settings, docs/options.md and the checks all come
from the fields of `Options`. To add an option is to add a field, and to use it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from source.core.analyses import ANALYSES, Analysis
from source.core.errors import UnknownOption
from source.core.ranges import Range


@dataclass(frozen=True)
class Option:
    """One row of the table.

    Attributes
    ----------
    name : str
        Its name in `Options`, in a Result and in forms.
    default : object
        Its value where nothing is asked; None for no limit, or nothing.
    help : str
        What it does, as the command line says it: no capital, no full stop.
    range : Range or None
        The values of a number.
    choices : tuple of str
        The only texts it may be, where these are few.
    senses : tuple of str
        The senses that it bears on; empty for all.
    timed : bool
        Whether it is about the length of a recording, which a picture does not have.
    metavar : str
        What stands for its value on the command line.
    setting : bool
        Whether its default can be set (by its name in capitals).
    drawing : bool
        Whether it asks for a drawing beside the Result, and changes nothing in it.
    several : bool
        Whether its value is a series of numbers.
    form : tuple of str
        Words of the upload form: before its field and after it; empty where it has none.
    still : str
        What stands in place of the first word where a picture is read.
    """

    name: str
    default: Any
    help: str
    range: Range | None = None
    choices: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    timed: bool = False
    metavar: str = "NAME"
    setting: bool = False
    drawing: bool = False
    several: bool = False
    form: tuple[str, ...] = ()
    still: str = ""

    @property
    def flag(self) -> str:
        """Its flag on the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def switch(self) -> bool:
        """Whether it is either on or off."""
        return isinstance(self.default, bool)

    def suits(self, analysis: Analysis) -> bool:
        """Whether it changes anything in such an analysis."""
        senses = not self.senses or any(sense in analysis.senses for sense in self.senses)
        return senses and (analysis.timed or not self.timed)

    def check(self, value: Any, *, hint: str | None = None) -> Any:
        """Give a value back as `Options` keep it.

        Parameters
        ----------
        value : object
            A number or text that should be one; a list of them where it is a series.
        hint : str, optional
            The cure, where that of the range does not suit the door.

        Raises
        ------
        OutOfRange, UnknownOption
            If it is outside of the range or none of the choices.
        """
        if value is None:
            return None
        if self.choices and value not in self.choices:
            raise UnknownOption(self.name, value, self.choices)
        if self.range is None:
            return value
        if self.several:
            return tuple(self.range.check(part, hint=hint) for part in value)
        return self.range.check(value, hint=hint)

    def read(self, text: str, *, hint: str) -> Any:
        """A value from a form's text; None for an empty field.

        Raises
        ------
        OutOfRange, UnknownOption
            As `check`.
        """
        text = text.strip()
        if self.switch:
            return text == "on"
        if self.several and text in ("on", "off"):  # a box to tick: moments that are chosen
            return () if text == "on" else None
        if not text:
            return None
        value = text.split(",") if self.several else text
        if self.range is not None and isinstance(value, str):
            value = value.replace(",", ".")
        return self.check(value, hint=hint)

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        value: dict[str, Any] = {"type": "boolean" if self.switch else "string"}
        if self.range is not None:
            kind = "integer" if self.range.whole else "number"
            value = {"type": kind, "minimum": self.range.low, "maximum": self.range.high}
        if self.choices:
            value["enum"] = list(self.choices)
        if self.several:
            value = {"type": "array", "items": value}
        default = {} if self.default is None else {"default": self.default}
        return {**value, **default, "description": f"{self.help[:1].upper()}{self.help[1:]}."}


def _option(default: Any, help: str, **facts: Any) -> Any:
    """A field of `Options`: a row of the table without its name."""
    return field(default=default, metadata={"default": default, "help": help, **facts})


VIDEO = {"senses": ("face",), "timed": True}
FACES = {"senses": ("face",)}


@dataclass(frozen=True)
class Options:
    """Everything that can change a result, apart from the recording and the models.

    `OPTIONS` says of each what it means and which values it may have. `explain` names moments of
    a video in seconds; it is empty for moments that are chosen, and None for no such drawing.
    """

    analysis: str = _option(
        "auto", "what is read; auto takes what suits the recording", choices=tuple(ANALYSES)
    )
    fps: float = _option(
        4.0,
        "pictures of a video read per second",
        range=Range("frame rate", 0.1, 60, "pictures a second"),
        **VIDEO,
        metavar="N",
        setting=True,
        form=("Pictures read", "a second"),
    )
    max_frames: int | None = _option(
        None,
        "most pictures of a video read",
        range=Range("limit of pictures", 1, 1_000_000, whole=True),
        **VIDEO,
        metavar="N",
        setting=True,
        form=("At most", "pictures"),
    )
    seconds: float | None = _option(
        None,
        "only the first S seconds",
        range=Range("length to analyse", 0.01, 1_000_000, "seconds"),
        timed=True,
        metavar="S",
        form=("Read only the first", "seconds"),
    )
    voice_model: str = _option(
        "default", "voice model, by its folder; A+B for both together", setting=True
    )
    face_model: str = _option("default", "face model, by its folder", setting=True)
    video_model: str = _option("default", "video model, by its folder", setting=True)
    denoise: bool = _option(
        False,
        "take steady noise out of the voice",
        senses=("voice",),
        timed=True,
        setting=True,
        form=("Noise", "take steady noise out of the voice"),
    )
    min_face: int = _option(
        24,
        "smallest face that votes",
        range=Range("smallest face", 0, 100_000, "pixels", whole=True),
        **FACES,
        metavar="PIXELS",
        setting=True,
    )
    max_blur: float = _option(
        0.9,
        "most blurred face that votes, 0 (sharp) to 1",
        range=Range("largest blur", 0, 1),
        **FACES,
        metavar="N",
        setting=True,
    )
    min_light: float = _option(
        0.08,
        "darkest face that votes, 0 (black) to 1",
        range=Range("least light", 0, 1),
        **FACES,
        metavar="N",
        setting=True,
    )
    annotate: bool = _option(
        False,
        "write the picture or video with boxes, labels and per cent drawn over it",
        **FACES,
        drawing=True,
        form=("The video with boxes, labels and per cent drawn over it",),
        still="The picture with boxes, labels and per cent drawn over it",
    )
    blur_faces: bool = _option(
        False,
        "the same, with every face in it made unrecognisable",
        **FACES,
        drawing=True,
        form=("The same, with every face in it made unrecognisable",),
    )
    explain: tuple[float, ...] | None = _option(
        None,
        "draw where the face network looked, in a video at these seconds (1.2,3.4) or, without "
        "any, where each face was read most surely",
        range=Range("moment to explain", 0, 1_000_000, "seconds"),
        **FACES,
        several=True,
        metavar="TIMES",
        drawing=True,
        form=("Where the face network looked, for the clearest moment of each person",),
        still="Where the face network looked",
    )

    def __post_init__(self) -> None:
        for option in OPTIONS.values():
            checked = option.check(getattr(self, option.name))
            object.__setattr__(self, option.name, checked)

    @property
    def drawn(self) -> bool:
        """Whether anything is to be drawn beside the Result."""
        return any(getattr(self, o.name) not in (None, False) for o in _drawings())

    def to_dict(self) -> dict[str, Any]:
        """The options as they stand in a Result.

        Those that are None are left out, and drawings that were not asked for.
        """
        values = {name: getattr(self, name) for name in OPTIONS}
        unasked = {o.name for o in _drawings() if values[o.name] is False}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None and name not in unasked
        }


OPTIONS = {f.name: Option(f.name, **f.metadata) for f in fields(Options)}
"""Every option by its name, in the order in which they are listed."""


def _drawings() -> Iterator[Option]:
    return (option for option in OPTIONS.values() if option.drawing)


def form_fields(analysis: Analysis) -> list[Option]:
    """The options that the form of an analysis offers."""
    return [o for o in OPTIONS.values() if o.form and o.suits(analysis)]


def read_form(form: Mapping[str, str], analysis: Analysis, *, hint: str) -> dict[str, Any]:
    """What a form asks for, by option; options without a field in it are left out.

    Parameters
    ----------
    form : mapping of str to str
        The fields as they were sent.
    analysis : Analysis
        The one that is asked for; what means nothing to it is passed over.
    hint : str
        The cure for a value that is out of its range.

    Raises
    ------
    OutOfRange, UnknownOption
        For a value that an option may not have.
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
