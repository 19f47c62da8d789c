"""An argument parser with clear error messages."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from source.cli.terminal import printable
from source.core.output import tell, write


class Parser(argparse.ArgumentParser):
    """Reports an error and a remedy in one sentence and exits with status 2."""

    def error(self, message: str) -> NoReturn:
        """Report the error and exit."""
        wrong = sys.exc_info()[1]
        if isinstance(wrong, argparse.ArgumentError):
            message = self._reworded(wrong)
        sentence = message[:1].upper() + message[1:].rstrip(".")
        self._leave(f"{sentence}. “{self.prog} --help” lists the options.")

    def refuse(self, word: str) -> NoReturn:
        """Say that a word is no option, and what may have been meant."""
        if _is_there(word):
            self._leave(
                f"“{word}” looks like an option. Put “--” before such names: {self.prog} -- {word}"
            )
        flag = word.partition("=")[0]
        near = difflib.get_close_matches(flag, self._option_string_actions, n=1, cutoff=0.7)
        meant = f" Did you mean {near[0]}?" if near else ""
        self._leave(f"There is no option “{flag}”.{meant} “{self.prog} --help” lists the options.")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Argparse keeps to itself that something could not be written."""
        if message and file is not None and file is sys.stdout:
            write(message.removesuffix("\n"))
        elif message:
            tell(message.removesuffix("\n"))

    def _leave(self, sentence: str) -> NoReturn:
        self.exit(2, f"{printable(sentence)}\n")

    def _reworded(self, wrong: argparse.ArgumentError) -> str:
        """What argparse says, in our words."""
        flag = (wrong.argument_name or "").replace("/", ", ")
        named = (a for a in self._actions if "/".join(a.option_strings) == wrong.argument_name)
        action = next(named, None)
        text = str(wrong.message)
        if text.startswith("expected one argument") and action is not None:
            return f"{flag} needs a value: {flag} {action.metavar}"
        if text.startswith("ignored explicit argument"):
            return f"{flag} takes no value, but {text.partition('argument ')[2]} was given"
        if text.startswith("not allowed with argument"):
            other = text.rpartition(" ")[2].replace("/", ", ")
            return f"{flag} cannot be combined with {other}; choose one of them"
        return f"{flag}: {text}"

    def check_names(self, words: Sequence[str]) -> None:
        """Refuse files named like options before argparse splits them into short options."""
        for word in words:
            known = word.partition("=")[0] in self._option_string_actions
            if word.startswith("-") and not known and not _is_number(word) and _is_there(word):
                self.refuse(word)


def joined(parser: Parser, words: Sequence[str]) -> list[str]:
    """Put numbers that begin with a dash (-1e3, -inf) to their option: alone they look like one.

    Examples
    --------
    >>> top = Parser()
    >>> _ = top.add_argument("--fps")
    >>> joined(top, ["--fps", "-inf", "a.mp4"])
    ['--fps=-inf', 'a.mp4']
    """
    out: list[str] = []
    for word in words:
        action = parser._option_string_actions.get(out[-1]) if out else None
        takes = action is not None and action.nargs in (None, "?")
        if takes and out[-1].startswith("--") and word.startswith("-") and _is_number(word):
            out[-1] += f"={word}"
        else:
            out.append(word)
    return out


def _is_number(text: str) -> bool:
    try:
        float(text)
        return True
    except ValueError:
        return False


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False
