"""What may stand on the command line."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from source import __version__
from source.cli.parser import Parser, joined
from source.core.analyses import ANALYSES
from source.core.emotions import VIEWS
from source.core.errors import OutOfRange
from source.core.options import OPTIONS, Option
from source.core.ranges import Range

DESCRIPTION = """\
Tell which emotions a recording reads as: voice, face, or both over time.

Name files or folders; a name that is not here is looked up in input_files/.
The result is printed, and written to AnalysisResults/<name>_analysis.json.
"""

EPILOG = """\
examples:
  run.py clip.mp4                      what fits the file
  run.py -AA interview.wav -- -x.wav   the voice of two files
  run.py -CA face.jpg voice.wav        a picture and a sound, as one
  run.py recordings/ --json > all.jsonl

exit status: 0 all were analysed, 1 a file could not be, 2 asked for wrongly, 130 stopped
"""

WORKERS = Range("number after --workers", 1, 64, whole=True)

EXPORT = "write these, too, with commas between, as json,bar.png; docs/exports.md has their names"

TIMES = "0123456789.,:; "
"""Characters of which moments are written; what has others after --explain is a file."""


def parser() -> Parser:
    """Build the parser; docs/command-line.md is written from it."""
    top = Parser(
        prog="run.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    top.add_argument("files", nargs="*", metavar="FILE", help="recording, picture or folder")
    what = top.add_argument_group("what to read (what fits the file, where none is given)")
    modes = what.add_mutually_exclusive_group()
    for analysis in ANALYSES.values():
        if analysis.flags:
            modes.add_argument(
                *analysis.flags,
                dest="analysis",
                action="store_const",
                const=analysis.name,
                help=analysis.help,
            )
    how = top.add_argument_group("how to read it")
    _options(how, drawing=False)
    how.add_argument(
        "--workers", type=WORKERS.check, default=1, metavar="N", help="files analysed side by side"
    )
    out = top.add_argument_group("what comes out")
    out.add_argument("--json", action="store_true", help="print one JSON object a line instead")
    out.add_argument("--labels", metavar="VIEW", help=f"emotions as {', '.join(VIEWS)}")
    out.add_argument("--results", type=_folder, metavar="DIR", help="write results there")
    out.add_argument("--no-save", action="store_true", help="print only, write no file")
    out.add_argument("--export", type=_names, default=(), metavar="NAMES", help=EXPORT)
    _options(out, drawing=True)
    out.add_argument(
        "--traceback", action="store_true", help="show where an unexpected error came from"
    )
    other = top.add_argument_group("other")
    other.add_argument("--worker", action="store_true", help="do the web server's jobs until ended")
    other.add_argument("--version", action="version", version=f"AVER {__version__}")
    other.add_argument("-h", "--help", action="help", help="show this and leave")
    return top


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; leaves with status 2 and a sentence where it makes no sense.

    Raises
    ------
    OutOfRange
        For a number outside the range of its option.
    """
    top = parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    # argparse takes files and options in any order only up to “--”; what follows are files
    cut = given.index("--") if "--" in given else len(given)
    top.check_names(given[:cut])
    asked, unknown = top.parse_known_intermixed_args(joined(top, given[:cut]))
    if unknown:
        top.refuse(unknown[0])
    asked.files = [*asked.files, *given[cut + 1 :]]
    if isinstance(asked.explain, str):  # “--explain a.jpg”: a file, no moment
        asked.files, asked.explain = [asked.explain, *asked.files], ()
    drawn = asked.annotate or asked.blur_faces or asked.explain is not None
    if drawn and asked.no_save:
        top.error("drawings are files, and --no-save writes none: leave out one of them")
    if asked.export and asked.no_save:
        top.error("exports are files, and --no-save writes none: leave out one of them")
    if asked.worker:
        _alone(top, asked)
    elif not asked.files:
        top.error("no file was named")
    return asked


def _alone(top: Parser, asked: argparse.Namespace) -> None:
    """A worker takes its orders from the web server, and nothing else from here."""
    if asked.files:
        top.error(f"--worker takes no files, and “{asked.files[0]}” was named")
    for action in top._actions:
        given = getattr(asked, action.dest, None)
        if (
            action.dest not in ("worker", "files", "traceback")
            and given != action.default
            and given is not None
        ):
            flag = next(f for f in action.option_strings if f.startswith("--"))
            top.error(f"--worker goes with no other option, and {flag} was given")


def asked_options(asked: argparse.Namespace) -> dict[str, Any]:
    """What the command line asks of each analysis, by option; None where it says nothing."""
    return {name: getattr(asked, name) for name in OPTIONS}


def _options(group: argparse._ArgumentGroup, *, drawing: bool) -> None:
    """Add the flags of the options' table; kinds of analysis have flags of their own."""
    for option in OPTIONS.values():
        if option.drawing is drawing and option.name != "analysis":
            _add(group, option)


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    """Add one option's flag; a number's range is in its help unless it stands there already."""
    ends = option.range
    if option.switch:
        group.add_argument(option.flag, action="store_true", default=None, help=option.help)
    elif option.several:
        group.add_argument(
            option.flag,
            nargs="?",
            const=(),
            type=partial(_times, option),
            metavar=option.metavar,
            help=option.help,
        )
    elif ends is not None:
        text = option.help if " 0 (" in option.help else f"{option.help}, {ends}"
        hint = f"Give {option.flag} a value in that range, or leave it out."
        check = partial(ends.check, hint=hint)
        group.add_argument(option.flag, type=check, metavar=option.metavar, help=text)
    else:
        group.add_argument(option.flag, metavar=option.metavar, help=option.help)


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return Path(text)


def _names(text: str) -> tuple[str, ...]:
    """Names with commas between; whether they exist is known once the views are loaded."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _times(option: Option, text: str) -> tuple[float, ...] | str:
    """Seconds with commas between; anything else is a file that follows the flag."""
    hint = f"Name seconds with commas between: {option.flag} 1.2,3.4."
    try:
        return tuple(option.check(text.split(","), hint=hint))
    except OutOfRange as error:
        if _a_number(str(error.value)):
            raise
        if text and not text.strip(TIMES) and not Path(text).exists():
            raise
        return text


def _a_number(text: str) -> bool:
    try:
        float(text)
        return True
    except ValueError:
        return False
