"""Generate the reference pages in docs/ from the code: ``python -m source.cli.docs``.

Settings, errors, flags and the Result's keys are defined once, in the code. A test fails if a
page is out of date.
"""

import ast
import json
import sys
from argparse import SUPPRESS, Action

from source.cli.arguments import parser
from source.cli.docs_api import api
from source.cli.docs_compat import compat
from source.cli.docs_corpora import training
from source.cli.docs_exports import exports
from source.cli.docs_figures import accuracy, readme, voice_models
from source.cli.docs_result import keys
from source.cli.markdown import page, table
from source.core import result_schema
from source.core.analyses import ANALYSES
from source.core.options import OPTIONS, schema
from source.settings import ROOT, SETTINGS


def pages() -> dict[str, str]:
    """All generated pages: path relative to the project's folder, and text."""
    return {
        ".env.example": environment(),
        "docs/settings.md": settings(),
        "docs/options.md": options(),
        "docs/errors.md": errors(),
        "docs/command-line.md": command_line(),
        "docs/result.md": keys(),
        "docs/exports.md": exports(),
        "docs/api.md": api(),
        "docs/compat.md": compat(),
        f"docs/{result_schema.NAME}": f"{json.dumps(result_schema.result_schema(), indent=1)}\n",
        "docs/accuracy.md": accuracy(),
        "docs/training.md": training(),
        "docs/voice-models.md": voice_models(),
        "README.md": readme(),
    }


def environment() -> str:
    """`.env.example`: all settings with their defaults, commented out."""
    lines = ["# Copy this file to .env and uncomment what you want to change."]
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
        "A setting is taken from the environment, or from `.env` in the project's folder, or from "
        "its default. Copy `.env.example`, which lists all settings. Options on the command line "
        "or on a page override settings. Relative folders are relative to the project's folder. "
        "Switches accept 1 or 0, true or false, yes or no, on or off. An invalid value stops the "
        "program at the start, with an error message.",
        table(("setting", "default", "values", "unit", "meaning"), rows),
    )


def options() -> str:
    """docs/options.md, from the table of `core.options`."""
    rows = [
        (
            f"`{option.name}`",
            option.values,
            option.range.unit if option.range else "",
            "" if option.default is None else f"`{_value(option.default)}`",
            f"`{option.flag}`" if option.name != "analysis" else _modes(),
            f"`{option.name.upper()}`" if option.setting else "",
            " and ".join(option.senses) or "all",
            option.sentence,
        )
        for option in OPTIONS.values()
    ]
    head = ("option", "values", "unit", "default", "flag", "setting", "senses", "meaning")
    return page(
        "Options",
        "These options change one analysis. On the command line they are flags, on the upload "
        "pages they are fields, and a [Result](result.md) lists them under `options`. If an "
        "option is also a setting, the setting is its default. A value outside its range is "
        "refused with a message that gives the range (HTTP 400, exit status 2).",
        table(head, rows),
        "## For programs",
        "The same as a JSON Schema (2020-12):",
        f"```json\n{json.dumps(schema(), indent=1)}\n```",
    )


def _modes() -> str:
    flags = (f"`{flag}`" for analysis in ANALYSES.values() for flag in analysis.flags)
    return ", ".join(flags)


def errors() -> str:
    """docs/errors.md, from all error classes in `source/` that have a code."""
    rows = []
    for error in sorted(_error_classes(), key=lambda c: (c["status"], c["code"])):
        status = int(error["status"])
        leave = 2 if status == 400 else 1
        rows.append((f"`{error['code']}`", str(status), str(leave), error["doc"], error["hint"]))
    return page(
        "Errors",
        "Every error has a message that says what happened, a hint that says what to do, and a "
        "stable code for programs. Over HTTP it always has this form:",
        '```json\n{"error": {"code": "empty_file", "message": "“a.wav” is empty (0 bytes).",\n'
        '           "hint": "Check that the recording was finished and copied completely.", '
        '"status": 422}}\n```',
        "The command line prints the message and the hint on stderr and ends with the exit status "
        "in the table. Where the hint is empty, it depends on the case. A recording without speech "
        "or without a face is not an error; the result has a [note](result.md#notes).",
        table(("code", "HTTP", "exit", "meaning", "hint"), rows),
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
        "Run `.venv/bin/python run.py FILE ...` (on Windows `.venv\\Scripts\\python run.py`), in "
        "the environment that `make run` or `python3 setup.py install` creates.",
        *parts,
        "## Output",
        "`run.py` prints a table to stdout, in colour on a terminal (`NO_COLOR=1` turns colours "
        "off). With `--json` it prints one [Result](result.md) per line and nothing else. On a "
        "terminal, stderr shows one line of progress.",
        "Each result is also written to `AnalysisResults/<stem>_analysis.json`. Analysing the same "
        "recording again overwrites its file, unless that has voice or faces and the new result "
        "does not. Such a result, and that of a different recording with the same stem (`a.wav` "
        "and `a.mp4`), goes to `<stem>_analysis-2.json`, and stderr says so. A stem of more than "
        "225 bytes is shortened and gets a suffix (`~` and eight digits) that keeps it unique; "
        "stderr names the file.",
        "For a folder, all recordings in it and in its subfolders are analysed. Recordings are "
        "recognised by their content, not by their names. Hidden files are ignored. stderr gives "
        "the number of other files that were skipped and the first few names. A file that is named "
        "like a recording but is not one, an unreadable folder and a broken link are errors (exit "
        "status 1). Links to folders are not followed.",
        "The files of `--export` and of drawings replace those that an earlier call "
        "wrote for the same recording. Any other file of the same name is kept, and the new file "
        "gets the next number.",
        "`--annotate` also writes `<stem>_annotated.mp4` (`.jpg` or `.png` for a picture). It "
        "shows a box for each person, the current emotion of the face and the average so far, "
        "dashed and marked “not sure” where that applies, and the emotion of the voice at the "
        "bottom. Timing, audio and length are unchanged. Rotated videos become upright, and "
        "sides longer than 1920 pixels are reduced to 1920. The video is H.264 if the `av` "
        "wheel has an encoder for it, otherwise VP9 in `.webm`. With `--seconds` it ends there. "
        "`--blur-faces` searches every picture again, more thoroughly than the analysis does, "
        "and reduces each face to a few tones, including faces that were lost for a moment. "
        "Metadata (place, camera) is never copied. Voices, clothes and names in the picture are "
        "not hidden.",
        "`--subtitles` writes `<stem>_subtitled.mp4`: the same as `--annotate` and the "
        "[subtitles](exports.md) in light letters on a dark ground, within the margins that every "
        "screen shows. With `--blur-faces`, faces are hidden there, and no copy without subtitles "
        "is written unless you add `--annotate`. A picture has no subtitles.",
        "`--explain` writes `<stem>_explain.png`, or `<stem>_explain_<second>.png` for a video. It "
        "shows which parts of each face supported the emotion (Grad-CAM), at the resolution of the "
        "network's last feature map. With `--blur-faces` the faces are hidden there too. For each "
        "time, the nearest picture that was read is used. If that is far away, if the time is "
        "after the end, or if a face is missing from the drawing, a message on stderr says so. The "
        "result and the exit status are not affected.",
        "If a file cannot be analysed, stderr shows [the error](errors.md) and the other files are "
        "still analysed. If a result file cannot be written, the result is still printed. If the "
        "output cannot be written (a full disk), the command ends.",
        table(
            ("exit status", ""),
            [
                ("0", "all files were analysed, even if nothing was found in them"),
                (
                    "1",
                    "a file could not be analysed, or a result or the output could not be written",
                ),
                (
                    "2",
                    "invalid arguments or settings: an unknown option, model or label view, or a "
                    "number outside its range; nothing was analysed",
                ),
                ("130", "interrupted by Ctrl-C"),
                ("141", "the reader of the output closed it, as `head` does"),
            ],
        ),
        "## Examples",
        "```sh\n" + (top.epilog or "").split("examples:\n")[1].split("\n\n")[0] + "\n```",
    )


# --- reading the code ---------------------------------------------------------------------------


def _error_classes() -> list[dict[str, str]]:
    """Code, status, hint and first docstring line of every error class with a code."""
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
    return [error for error in known.values() if error["own"]]


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
        print(f"wrote {name}", file=sys.stderr)
