"""The arguments of the command line."""

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
from source.core.options import OPTIONS, Option, drawing_options
from source.core.ranges import Range

DESCRIPTION = """\
Recognise emotion in voices, faces and video.

Name files or folders. Names that are not found here are looked up in input_files/.
Each result is printed and written to AnalysisResults/<name>_analysis.json.
"""

EPILOG = """\
examples:
  run.py clip.mp4                      voice, face or both, whatever the file has
  run.py -AA interview.wav -- -x.wav   the voice of two files
  run.py -CA face.jpg voice.wav        a picture and an audio file, as one
  run.py recordings/ --json > all.jsonl
  run.py study/ --variables table.csv --table all.csv --by condition

exit status: 0 all files were analysed, 1 a file could not be analysed,
             2 invalid arguments, 130 interrupted
"""

WORKERS = Range("number after --workers", 1, 64, whole=True)

EXPORT = (
    "also write these files, separated by commas: csv,report.pdf,sound:12.5-30; docs/exports.md "
    "lists them"
)

TIMES = "0123456789.,:; "
"""Characters that times are written with; text with others after --explain is a file."""


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
    what = top.add_argument_group("what to read (default: whatever the file has)")
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
        "--workers",
        type=WORKERS.check,
        default=1,
        metavar="N",
        help="number of files to analyse in parallel",
    )
    known = top.add_argument_group("what is known of each recording")
    known.add_argument(
        "--variables",
        type=Path,
        metavar="FILE",
        help="table (CSV) with a column “file” and one for each variable, such as participant and "
        "condition; its column “baseline” says what a voice is read against, as --baseline does",
    )
    known.add_argument(
        "--pattern",
        metavar="PATTERN",
        help="read the variables off the file names: {participant}_{condition}",
    )
    out = top.add_argument_group("output")
    out.add_argument(
        "--json", action="store_true", help="print one JSON object per line instead of a table"
    )
    out.add_argument("--labels", metavar="VIEW", help=f"emotion vocabulary: {', '.join(VIEWS)}")
    out.add_argument("--results", type=_folder, metavar="DIR", help="folder to write results to")
    out.add_argument(
        "--table", type=_csv, metavar="FILE", help="also write all recordings as one table (CSV)"
    )
    out.add_argument(
        "--by",
        metavar="VARIABLE",
        help="beside --table, also write the means of its groups and their response over time",
    )
    out.add_argument("--no-save", action="store_true", help="print only, write no files")
    out.add_argument("--export", type=_names, default=(), metavar="NAMES", help=EXPORT)
    _options(out, drawing=True)
    out.add_argument(
        "--traceback", action="store_true", help="print the traceback of an unexpected error"
    )
    other = top.add_argument_group("other")
    other.add_argument(
        "--worker", action="store_true", help="run the web server's jobs until interrupted"
    )
    other.add_argument(
        "--make-token",
        action="store_true",
        help="print a new token for the API, and the line of .env that lets it in",
    )
    other.add_argument(
        "--doctor",
        action="store_true",
        help="check models, decoders, storage, machine and server, and say what to mend; with "
        "--json for programs",
    )
    other.add_argument(
        "--version",
        action="version",
        version=f"AVER {__version__}",
        help="print the version and exit",
    )
    other.add_argument("-h", "--help", action="help", help="print this help and exit")
    return top


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; exits with status 2 and a message if it is invalid.

    Raises
    ------
    OutOfRange, BadRequest
        For a number outside the range of its option, or a text that is none of its values.
    """
    top = parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    # argparse takes files and options in any order only up to “--”; what follows are files
    cut = given.index("--") if "--" in given else len(given)
    top.check_names(given[:cut])
    args, unknown = top.parse_known_intermixed_args(joined(top, given[:cut]))
    if unknown:
        top.refuse(unknown[0])
    args.files = [*args.files, *given[cut + 1 :]]
    if isinstance(args.explain, str):  # “--explain a.jpg”: a file, no moment
        args.files, args.explain = [args.explain, *args.files], ()
    drawings = {o.flag: getattr(args, o.name) for o in drawing_options()}
    if args.no_save and any(value not in (None, False) for value in drawings.values()):
        top.error(f"--no-save cannot be combined with {' or '.join(drawings)}")
    if args.by and not args.table:
        top.error("--by needs --table")
    if args.by and not (args.variables or args.pattern):
        top.error("--by needs --variables or --pattern")
    if args.variables and args.pattern:
        top.error("--variables cannot be combined with --pattern; choose one of them")
    if args.export and args.no_save:
        top.error("--no-save cannot be combined with --export")
    for option in drawing_options():
        if option.makes in args.export:
            setattr(args, option.name, True)
    if args.worker or args.make_token:
        _alone(top, args, "worker" if args.worker else "make_token")
    elif args.doctor:
        _alone(top, args, "doctor", "json")
    elif not args.files:
        top.error("no file was given")
    return args


def _alone(top: Parser, args: argparse.Namespace, name: str, *beside: str) -> None:
    """Refuse other arguments beside a flag that analyses no files, but those it goes with."""
    flagged = "--" + name.replace("_", "-")
    if args.files:
        top.error(f"{flagged} takes no files, but “{args.files[0]}” was given")
    for action in top._actions:
        given = getattr(args, action.dest, None)
        if (
            action.dest not in (name, *beside, "files", "traceback")
            and given != action.default
            and given is not None
        ):
            flag = next(f for f in action.option_strings if f.startswith("--"))
            top.error(f"{flagged} cannot be combined with {flag}")


def given_options(args: argparse.Namespace) -> dict[str, Any]:
    """The options given on the command line; None for those that were not."""
    return {name: getattr(args, name) for name in OPTIONS}


def _options(group: argparse._ArgumentGroup, *, drawing: bool) -> None:
    """Add the flags of the table of options; the analyses have their own flags."""
    for option in OPTIONS.values():
        if option.drawing is drawing and option.name != "analysis":
            _add(group, option)


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    """Add the flag of one option, with its range unless the help already has it."""
    ends = option.range
    if option.switch:
        group.add_argument(option.flag, action="store_true", default=None, help=option.help)
    elif option.syntax is not None:
        group.add_argument(
            option.flag,
            dest=option.name,
            type=option.syntax.check,
            metavar=option.metavar,
            help=option.help,
        )
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
        number = partial(ends.check, hint=hint)
        group.add_argument(option.flag, type=number, metavar=option.metavar, help=text)
    else:
        group.add_argument(option.flag, metavar=option.metavar, help=option.help)


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return Path(text)


def _csv(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".csv":
        raise argparse.ArgumentTypeError(f"“{text}” does not end in .csv")
    return path


def _names(text: str) -> tuple[str, ...]:
    """Names separated by commas; they are checked once the views are loaded."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _times(option: Option, text: str) -> tuple[float, ...] | str:
    """Seconds separated by commas; any other text is a file that follows the flag."""
    hint = f"Give seconds separated by commas: {option.flag} 1.2,3.4."
    try:
        return tuple(option.check(text.split(","), hint=hint))
    except OutOfRange as error:
        if _a_number(str(error.value)):
            raise
        if not text.strip(TIMES) and not (text.strip() and Path(text).exists()):
            raise
        return text


def _a_number(text: str) -> bool:
    try:
        float(text)
        return True
    except ValueError:
        return False
