"""Write the pages of docs/ that tell what the code says: ``python -m source.cli.docs``.

Settings, errors, flags and the Result's keys stand once, in the code; a test fails where the
pages are behind.
"""

import ast
import json
import sys
from argparse import SUPPRESS, Action

from source.cli.arguments import parser
from source.cli.docs_corpora import training
from source.cli.docs_exports import exports
from source.cli.docs_figures import accuracy, readme
from source.cli.docs_result import keys
from source.cli.markdown import page, table
from source.core.analyses import ANALYSES
from source.core.options import OPTIONS, schema
from source.settings import ROOT, SETTINGS


def pages() -> dict[str, str]:
    """Every written page: its path from the project's folder, and its text."""
    return {
        ".env.example": environment(),
        "docs/settings.md": settings(),
        "docs/options.md": options(),
        "docs/errors.md": errors(),
        "docs/command-line.md": command_line(),
        "docs/result.md": keys(),
        "docs/exports.md": exports(),
        "docs/accuracy.md": accuracy(),
        "docs/training.md": training(),
        "README.md": readme(),
    }


def environment() -> str:
    """`.env.example`: every setting at its default, commented out."""
    lines = ["# Copy to .env and take the # away from what you want to change."]
    for s in SETTINGS:
        unit = f" ({s.unit})" if s.unit else ""
        lines += ["", f"# {s.help}{unit}", f"#{s.name}={_value(s.default)}"]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """docs/settings.md."""
    rows = [
        (
            f"`{s.name}`",
            f"`{_value(s.default)}`" if s.default != "" else "",
            str(s.range) if s.range else ", ".join(s.choices),
            s.unit,
            s.help,
        )
        for s in SETTINGS
    ]
    return page(
        "Settings",
        "A setting comes from the environment, else from `.env` in the project's folder, else "
        "from its default. `.env.example` lists them all, ready to be copied. What the command "
        "line or a page asks for goes before the setting. Relative folders count from the "
        "project's folder; yes and no are written 1 or 0, true or false, yes or no, on or off. "
        "What is not among the values is refused with a sentence when the program starts.",
        table(("setting", "default", "values", "unit", "meaning"), rows),
    )


def options() -> str:
    """docs/options.md, from the table of `core.options`."""
    rows = [
        (
            f"`{option.name}`",
            str(option.range) if option.range else ", ".join(option.choices),
            option.range.unit if option.range else "",
            "" if option.default is None else f"`{_value(option.default)}`",
            f"`{option.flag}`" if option.name != "analysis" else _modes(),
            f"`{option.name.upper()}`" if option.setting else "",
            " and ".join(option.senses) or "all",
            f"{option.help[:1].upper()}{option.help[1:]}.",
        )
        for option in OPTIONS.values()
    ]
    head = ("option", "values", "unit", "default", "flag", "setting", "senses", "meaning")
    return page(
        "Options",
        "What you may ask of one analysis. Every door knows the same options: the command line by "
        "their flags, the upload pages by their fields, a [Result](result.md) keeps them under "
        "`options`. A setting changes the default. A value outside of its range is refused with a "
        "sentence that names the range (400, exit status 2).",
        table(head, rows),
        "## For programs",
        "The same as a JSON Schema (2020-12):",
        f"```json\n{json.dumps(schema(), indent=1)}\n```",
    )


def _modes() -> str:
    flags = (f"`{flag}`" for analysis in ANALYSES.values() for flag in analysis.flags)
    return ", ".join(flags)


def errors() -> str:
    """docs/errors.md, from every class in `source/` that has a code."""
    rows = []
    for found in sorted(_error_classes(), key=lambda c: (c["status"], c["code"])):
        status = int(found["status"])
        leave = 2 if status == 400 else 1
        rows.append((f"`{found['code']}`", str(status), str(leave), found["doc"], found["hint"]))
    return page(
        "Errors",
        "Every error is one sentence that says what happened, with the value, and one that says "
        "what to do. Programs read the stable code beside it; over HTTP it is always this shape:",
        '```json\n{"error": {"code": "empty_file", "message": "“a.wav” is empty (0 bytes).",\n'
        '           "hint": "Check that the recording was finished and copied whole.", '
        '"status": 422}}\n```',
        "The command line prints the two sentences on stderr and ends with the exit status of "
        "the table. An empty cure depends on the case. What a recording merely lacks (no speech, "
        "no face) is no error but a [note](result.md#notes).",
        table(("code", "HTTP", "exit", "what", "cure"), rows),
    )


def command_line() -> str:
    """docs/command-line.md, from the parser."""
    top = parser()
    parts = []
    for group in top._action_groups:
        actions = [a for a in group._group_actions if a.help != SUPPRESS]
        rows = [(f"`{_flags(action)}`", _help(action)) for action in actions]
        if rows:
            title = "What to analyse" if group.title == "positional arguments" else group.title
            parts += [f"## {str(title)[:1].upper()}{str(title)[1:]}", table(("", ""), rows)]
    return page(
        "The command line",
        "`python run.py FILE ...` in the environment that `make run` or `python3 setup.py "
        "install` makes: `.venv/bin/python run.py` (on Windows `.venv\\Scripts\\python run.py`).",
        *parts,
        "## What it prints",
        "A table for people on stdout, plain where it is piped, with colours on a terminal "
        "(`NO_COLOR=1` turns them off). With `--json` one [Result](result.md) a line and "
        "nothing else. Progress is one line on stderr, only on a terminal.",
        "Each result is also written to `AnalysisResults/<stem>_analysis.json`. The same "
        "recording is written anew; another recording of the same stem, or another file of the "
        "same call (`a.wav` beside `a.mp4`), goes to `<stem>_analysis-2.json`, and stderr says "
        "so. A stem of more than 225 bytes is shortened between two letters and gets a mark "
        "(`~` and eight digits) that tells it from others which begin alike; stderr names it.",
        "A folder gives every recording in it and in the folders below, whatever it is called: "
        "the first bytes decide. Hidden files are passed over; of the others that are not "
        "recordings stderr tells the number and the first names. One that is named like a "
        "recording and is none, a folder that cannot be read and a link that leads nowhere are "
        "faults (exit status 1); links to folders are not followed.",
        "`--annotate` writes `<stem>_annotated.mp4` beside it (`.jpg` or `.png` of a picture): "
        "box, person, what the face reads as at that moment and below it the mean so far, dashed "
        "and “not sure” where the model is not; the voice below. Times, sound and length stay; "
        "turned films become upright, and more than 1920 pixels a side become 1920. It is H.264 "
        "with the encoder that the `av` wheel brings; where there is none, VP9 in `.webm`. With "
        "`--seconds` it ends there. `--blur-faces` looks for faces in every picture anew, more "
        "eagerly than the analysis does, and leaves of each a few tones, also where one was lost "
        "for a moment; metadata (place, camera) is never taken over. The voice stays as it is, "
        "and so do clothes and names in the picture.",
        "`--explain` writes `<stem>_explain.png`, of a video `<stem>_explain_<second>.png`: what "
        "in each face spoke for the emotion (Grad-CAM), as coarse as the network's last map. "
        "With `--blur-faces` the faces in it are hidden too. A moment is answered with the picture "
        "read nearest to it. Where that is far, where the moment lies after the end, or where a "
        "face that was read is not on the sheet, a sentence on stderr says so; the result is as "
        "good, and the exit status does not change.",
        "A file that could not be analysed is [one sentence](errors.md) on stderr; the others "
        "still print. Where results cannot be written they still print; where the output cannot "
        "be written (a full disk) the call ends.",
        table(
            ("exit status", ""),
            [
                ("0", "every file was analysed, also where nothing was found in it"),
                ("1", "a file could not be analysed, or a result or the output not be written"),
                (
                    "2",
                    "something was asked for that does not exist or makes no sense: an unknown "
                    "option, model or label view, a number outside its range, a wrong setting; "
                    "nothing was analysed",
                ),
                ("130", "stopped by Ctrl-C"),
                ("141", "whoever read the output went away, as `head` does; nothing is said"),
            ],
        ),
        "## Examples",
        "```sh\n" + (top.epilog or "").split("examples:\n")[1].split("\n\n")[0] + "\n```",
    )


# --- how the code is read ----------------------------------------------------------------------


def _error_classes() -> list[dict[str, str]]:
    """Code, status, hint and first line of every class in `source/` that states a code."""
    known: dict[str, dict[str, str]] = {}
    paths = sorted((ROOT / "source").rglob("*.py"), key=lambda p: (p.name != "errors.py", p))
    for path in [ROOT / "source/core/errors.py", *paths]:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name not in known:
                own = {
                    target.id: str(item.value.value)
                    for item in node.body
                    if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
                    for target in item.targets
                    if isinstance(target, ast.Name)
                }
                bases = [
                    known[b.id] for b in node.bases if isinstance(b, ast.Name) and b.id in known
                ]
                if not bases and node.name != "AverError":
                    continue
                doc = (ast.get_docstring(node) or "").partition("\n")[0]
                inherited = (
                    {}
                    if any(
                        isinstance(i, ast.FunctionDef) and i.name == "__init__" for i in node.body
                    )
                    else (bases[0] if bases else {})
                )
                status = (bases[0] if bases else {}).get("status", "500")
                known[node.name] = {
                    "status": status, "hint": inherited.get("hint", ""), **own,
                    "doc": doc, "own": "1" if "code" in own else "",
                }  # fmt: skip
    return [found for found in known.values() if found["own"]]


def _flags(action: Action) -> str:
    if not action.option_strings:
        return "FILE ..."
    value = f" {action.metavar}" if action.metavar else ""
    return ", ".join(flag + value for flag in action.option_strings)


def _help(action: Action) -> str:
    text = (action.help or "").replace("%(prog)s", "run.py")
    return text[:1].upper() + text[1:] + "."


def _value(default: object) -> str:
    return ("1" if default else "0") if isinstance(default, bool) else str(default)


if __name__ == "__main__":
    for name, text in pages().items():
        path = ROOT / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        print(f"written: {name}", file=sys.stderr)
