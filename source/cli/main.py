"""From the command line's words to an exit status."""

import contextlib
import os
import sys
import traceback
import warnings
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from source.cli.arguments import given_options, parse
from source.cli.terminal import StatusLine, Style, printable, quiet_libraries
from source.core import tokens
from source.core.errors import AverError, BadRequest, NotFound, UnknownOption, WrongKind
from source.core.names import short_stem
from source.core.output import flush, tell, unread, write
from source.settings import Settings

if TYPE_CHECKING:
    from source.cli.save import Saved
    from source.cli.work import Answer
    from source.core.result import Result

DONE, FAILED, WRONG, STOPPED = 0, 1, 2, 130
"""Exit statuses; the last is that of a program ended by SIGINT."""


def main(arguments: Sequence[str] | None = None, *, decode_apart: bool = False) -> int:
    """Do what the command line asks; returns the exit status.

    Results go to stdout, all else to stderr. With `decode_apart`, children decode (DECODER_MB), so
    that a file that breaks a decoder ends with a sentence and not with this process.
    """
    try:
        status = _called(arguments, decode_apart=decode_apart)
        flush()  # what argparse printed is still on its way
        return status
    except (BrokenPipeError, KeyboardInterrupt, AverError, ImportError) as error:
        return _report_end(error)


def _called(arguments: Sequence[str] | None, *, decode_apart: bool) -> int:
    try:
        args = parse(arguments)
    except SystemExit as leave:  # argparse has printed why
        return int(leave.code or 0)
    if args.make_token:
        return _make_token()
    settings = Settings.load()
    if args.worker:
        return _serve(settings)
    if args.doctor:
        return _examine(args, settings)
    if decode_apart:
        from source import analysis

        analysis.decode_apart(settings)
    with contextlib.nullcontext() if args.traceback else quiet_libraries():
        return _Command(args, settings).run()


def _report_end(error: BaseException) -> int:
    """Say what ended the call, where that needs saying; returns the exit status."""
    if isinstance(error, BrokenPipeError):  # whoever read our output has had enough
        return unread()
    if isinstance(error, KeyboardInterrupt):
        tell("Stopped.")
        return STOPPED
    if isinstance(error, AverError):
        tell(printable(str(error)))
        return WRONG if error.status == 400 else FAILED
    name = getattr(error, "name", None)
    if name is None or name.startswith("source"):
        raise error
    tell(
        f"The package “{name}” is missing. Run “python3 setup.py install”, then use the "
        "environment's Python: .venv/bin/python run.py (on Windows .venv\\Scripts\\python run.py)."
    )
    return FAILED


def _make_token() -> int:
    """Print a token and the line that lets it in: only the digest need stand in a file."""
    token = tokens.make()
    write(token)
    tell("Give this token to one program; it is not kept here. In .env, after a comma if there are")
    tell(f"others already: API_TOKENS={tokens.HASHED}{tokens.digest(token)}")
    return DONE


def _serve(settings: Settings) -> int:
    from source.core import logs
    from source.jobs.worker import run

    logs.begin(settings.values, process="worker")
    run(settings)
    return DONE


def _examine(args: Namespace, settings: Settings) -> int:
    from source.cli.doctor import run

    with contextlib.nullcontext() if args.traceback else quiet_libraries():
        warnings.simplefilter("ignore")  # libraries talk to programmers, not to users
        return run(settings, as_json=args.json, strict=args.traceback)


class _Command:
    """One call of the command line."""

    def __init__(self, args: Namespace, settings: Settings) -> None:
        from source.cli.study import located
        from source.views import exports
        from source.views.labels import check

        self._args = args
        self._settings = settings
        self._labels = check(settings.text("LABELS") if args.labels is None else args.labels)
        self._exports = exports.check(args.export)
        self._results = args.results or settings.path("RESULTS_DIR")
        options = settings.options(**given_options(args))
        self._inputs = settings.path("INPUT_DIR")
        found = located(options.baseline, [Path(), self._inputs])
        self._options = replace(options, baseline=found)
        self._status = StatusLine()
        self._saved: Saved | None = None
        self._written: set[Path] = set()
        self._failed = False
        self._unfit = False
        self._said: set[str] = set()

    def run(self) -> int:
        from source.analysis import recognised
        from source.cli.files import find

        if not sys.warnoptions:
            warnings.simplefilter("ignore")  # libraries talk to programmers, not to users
        _show_anything()
        search = find(self._args.files, inputs=self._inputs, recognised=recognised)
        for error in search.wrong:
            self._complain(str(error))
        if search.left_out:
            self._say(search.sentence())
        self._prepare(search.files)
        try:
            for answer in self._batch.answers(search.files, self._status):
                self._take(answer)
            self._explain_pairs(len(search.files))
            self._write_table()
        except BaseException as error:
            self._status.clear()
            if not self._batch.stop():  # a thread that does not listen would keep us here
                os._exit(_report_end(error))
            raise
        self._batch.stop()
        return FAILED if self._failed else DONE

    def _prepare(self, files: "Sequence[Path]") -> None:
        """Learn what is known of each file, before any is analysed."""
        from source.cli.study import Study, baselines_of, remarks, variables_of
        from source.cli.work import Batch

        args = self._args
        known = variables_of(files, table=args.variables, pattern=args.pattern, inputs=self._inputs)
        if args.by is not None and args.by not in known.names:
            raise UnknownOption("variable", args.by, known.names)
        beside = [args.variables.parent] if args.variables is not None else []
        self._batch = Batch(
            self._options,
            self._settings,
            workers=args.workers,
            results=self._results,
            labels=self._labels,
            baselines=baselines_of(known, files, folders=[*beside, Path(), self._inputs]),
        )
        self._study = Study(known, labels=self._labels)
        source = "the table" if args.pattern is None else "the shape of the pattern"
        for sentence in remarks(known, files, source=source):
            self._say(sentence)

    def _write_table(self) -> None:
        """Write all Results as one table, where that was asked for."""
        from source.cli.save import NotSaved

        if self._args.table is None:
            return
        try:
            for path in self._study.write(self._args.table, by=self._args.by):
                self._say(f"The table was saved to {_shown(path)}.")
        except NotSaved as error:
            self._complain(str(error))

    def _take(self, answer: "Answer") -> None:
        from source.cli.work import sentence

        if answer.result is None:
            if isinstance(answer.error, BadRequest):  # it would be so for every file
                raise answer.error
            if isinstance(answer.error, ImportError) and answer.error.name:
                raise answer.error
            self._unfit = self._unfit or isinstance(answer.error, WrongKind)
            self._complain(sentence(answer))
            if self._args.traceback and not isinstance(answer.error, AverError):
                traceback.print_exception(answer.error)
            return
        self._study.add(answer.paths[0], answer.result)
        saved = [] if self._args.no_save else self._save(answer, answer.result)
        drawn = self._place(answer)
        self._status.clear()
        if self._args.json:
            from source.views.exports import result_json

            write(result_json(answer.result, view=self._labels))
        else:
            from source.cli.table import table
            from source.views.labels import relabelled

            read = relabelled(answer.result, self._labels)
            write(table(read, saved, Style(), drawn=drawn))

    def _explain_pairs(self, count: int) -> None:
        """Say why a picture and a sound among several files were not put together."""
        if self._args.analysis == "combined" and self._unfit and count > 2:
            self._say(
                "A picture and an audio file are combined only if you name exactly these two; "
                f"you named {count} files."
            )

    def _save(self, answer: "Answer", result: "Result") -> list[str]:
        """Write the Result and its exports; gives where they are, as it is shown."""
        from source.cli.save import NotSaved, save

        whole, self._saved = answer.paths[0].stem, None
        stem = short_stem(whole)
        try:
            saved = save(
                result, view=self._labels, stem=stem, folder=self._results, kept=self._written
            )
        except NotSaved as error:
            self._complain(str(error))
            return []
        self._saved, path = saved, saved.path
        self._written.add(path)
        shown = _shown(path)
        if stem != whole:
            self._say(f"The file name is too long, so it was shortened; this result is in {shown}.")
        elif path.name != f"{stem}_analysis.json":
            self._say(
                f"{stem}_analysis.json is of another file or another analysis and was kept; "
                f"this result is in {shown}."
            )
        return [shown, *self._export(answer, result, stem, saved)]

    def _export(self, answer: "Answer", result: "Result", stem: str, saved: "Saved") -> list[str]:
        """Write the requested exports beside the saved Result."""
        from source.cli.save import NotSaved, save_export
        from source.drawing.excerpts import Excerpts
        from source.views.exports import EXPORTS, Subject, exported

        subject = Subject(
            result,
            view=self._labels,
            recordings=answer.paths,
            excerpts=Excerpts(lambda: answer.recordings, blur_faces=bool(self._args.blur_faces)),
            drawings=answer.drawings.files if answer.drawings else (),
        )
        places = []
        for wanted in self._exports:
            # the first is the saved Result itself, the second is put beside it by `_place`
            if wanted.name == "json" or EXPORTS[wanted.name].needs_drawing:
                continue
            try:
                file = exported(wanted.name, replace(subject, stretch=wanted.stretch))
                with file.content as content:
                    places.append(save_export(content, stem=stem, suffix=file.suffix, saved=saved))
            except NotSaved as error:
                self._complain(str(error))
            except NotFound as error:
                self._say(f"{answer.paths[0].name}: {error.message}")
            except AverError as error:
                self._complain(f"{answer.paths[0].name}: {error}")
        return [_shown(path) for path in places]

    def _place(self, answer: "Answer") -> list[str]:
        """Put drawings beside the result; gives where they are, as it is shown."""
        from source.cli.save import NotSaved

        drawings, saved = answer.drawings, self._saved
        if drawings is None:
            return []
        for sentence in drawings.missing:
            self._say(sentence)
        for sentence in drawings.failed:
            self._complain(sentence)
        if saved is None:
            drawings.discard()
            return []
        try:
            return [_shown(path) for path in drawings.place(saved)]
        except NotSaved as error:
            self._complain(str(error))
            return []

    def _complain(self, text: str) -> None:
        self._failed = True
        if text not in self._said:  # a missing model is missing for every file
            self._said.add(text)
            self._say(text)

    def _say(self, text: str) -> None:
        self._status.clear()
        tell(printable(text))


def _shown(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(os.getcwd()) else str(path)


def _show_anything() -> None:
    """Names of files may hold what the streams' encoding lacks; that must not stop us."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
