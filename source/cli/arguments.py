"""What may stand on the command line."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from source import __version__
from source.core.emotions import VIEWS

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

MODES = (
    ("-VA", "--video", "video", "the faces of videos"),
    ("-AA", "--audio", "audio", "the voice of sounds or videos"),
    ("-IA", "--image", "image", "the faces of pictures"),
    ("-CA", "--combined", "combined", "voice and face of videos, or of one picture and one sound"),
)
"""Short flag, long flag, name in `Options.analysis`, what is read."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence and one line of help."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with status 2."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        self.exit(2, f"{sentence}. “{self.prog} --help” lists what there is.\n")


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
    for short, long, name, text in MODES:
        modes.add_argument(
            short, long, dest="analysis", action="store_const", const=name, help=text
        )
    how = top.add_argument_group("how to read it")
    how.add_argument("--fps", type=float, metavar="N", help="pictures of a video read per second")
    how.add_argument("--max-frames", type=int, metavar="N", help="most pictures of a video read")
    how.add_argument("--seconds", type=float, metavar="S", help="only the first S seconds")
    how.add_argument(
        "--voice-model", metavar="NAME", help="voice model, by its folder; A+B for both together"
    )
    for sense in ("face", "video"):
        how.add_argument(f"--{sense}-model", metavar="NAME", help=f"{sense} model, by its folder")
    how.add_argument(
        "--denoise", action="store_true", default=None, help="take steady noise out of the voice"
    )
    how.add_argument("--min-face", type=int, metavar="PIXELS", help="smallest face that votes")
    how.add_argument(
        "--max-blur", type=float, metavar="N", help="most blurred face that votes, 0 (sharp) to 1"
    )
    how.add_argument(
        "--min-light", type=float, metavar="N", help="darkest face that votes, 0 (black) to 1"
    )
    how.add_argument(
        "--workers", type=int, default=1, metavar="N", help="files analysed side by side"
    )
    out = top.add_argument_group("what comes out")
    out.add_argument("--json", action="store_true", help="print one JSON object a line instead")
    out.add_argument(
        "--labels", choices=tuple(VIEWS), metavar="VIEW", help=f"emotions as {', '.join(VIEWS)}"
    )
    out.add_argument("--results", type=Path, metavar="DIR", help="write results there")
    out.add_argument("--no-save", action="store_true", help="print only, write no file")
    out.add_argument(
        "--annotate",
        action="store_true",
        default=None,
        help="write the picture or video with boxes, labels and per cent drawn over it",
    )
    out.add_argument(
        "--blur-faces",
        action="store_true",
        default=None,
        help="the same, with every face in it made unrecognisable",
    )
    out.add_argument(
        "--explain",
        nargs="?",
        const=(),
        type=_times,
        metavar="TIMES",
        help="draw where the face network looked, in a video at these seconds (1.2,3.4) or, "
        "without any, where each face was read most surely",
    )
    out.add_argument(
        "--traceback", action="store_true", help="show where an unexpected error came from"
    )
    other = top.add_argument_group("other")
    other.add_argument("--worker", action="store_true", help="do the web server's jobs until ended")
    other.add_argument("--version", action="version", version=f"AVER {__version__}")
    other.add_argument("-h", "--help", action="help", help="show this and leave")
    return top


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; leaves with status 2 and a sentence where it makes no sense."""
    top = parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    # argparse takes files and options in any order only up to “--”; what follows are files
    cut = given.index("--") if "--" in given else len(given)
    asked = top.parse_intermixed_args(given[:cut])
    asked.files = [*asked.files, *given[cut + 1 :]]
    if isinstance(asked.explain, str):  # “--explain a.jpg”: a file, no moment
        asked.files, asked.explain = [asked.explain, *asked.files], ()
    if asked.workers < 1:
        top.error(f"argument --workers: {asked.workers} is less than 1")
    drawn = asked.annotate or asked.blur_faces or asked.explain is not None
    if drawn and asked.no_save:
        top.error("argument --no-save: drawings are files; leave out --no-save or the drawings")
    if asked.worker and asked.files:
        top.error("argument --worker: it takes no files")
    if not asked.files and not asked.worker:
        top.error("no file was named")
    return asked


def _times(text: str) -> tuple[float, ...] | str:
    """Seconds with commas between; anything else is a file that follows ``--explain``."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        return text
