"""``make fuzz``: damaged recordings by the thousand, through upload and command line.

Each has to end in a Result or a sentence: no crash, no traceback, nothing left behind. What is
made depends on SEED and the number of the file alone, so a run can go on where another ended:

    COUNT=5000 SEED=1 FROM=0 python -m tests.fuzz.media

What went wrong is kept under AVER_FUZZ_KEPT (a folder), to be looked into.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from source.settings import Settings
from tests.fuzz.doors import RESULT, CommandLine, File, Upload, WrongError
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import seeds

AT_ONCE = 50
"""Recordings that one command line is given."""

ENDINGS = ("mp4", "wav", "jpg", "webm", "mov", "mp3", "png", "heic")
"""Endings of names: as often as not, a wrong one."""

UNNAMED = {"jpeg2000": "jp2", "ts": "mpg"}
"""Endings that stand for others: of a folder, the command line leaves out what is no recording and
has no ending of one."""

WRONG = "wrong"


class Table:
    """What became of the recordings, by what they were made of."""

    def __init__(self) -> None:
        self.ends: dict[str, Counter[str]] = {}
        self.codes: Counter[str] = Counter()
        self.commands: Counter[str] = Counter()
        self.wrong: list[str] = []

    def upload(self, file: File, end: str) -> None:
        """Count how an upload ended."""
        kind = end if end in (RESULT, WRONG) else "sentence"
        self.ends.setdefault(file.seed, Counter())[kind] += 1
        self.codes[end] += 1

    def written(self) -> str:
        """The table in Markdown, and the sums below it."""
        rows = [
            f"| {seed} | {sum(n.values())} | {n[RESULT]} | {n['sentence']} | {n[WRONG]} |"
            for seed, n in sorted(self.ends.items())
        ]
        head = ["| made of | files | Result | sentence | wrong |", "|---|---|---|---|---|"]
        codes = ", ".join(f"{code} {n}" for code, n in self.codes.most_common())
        commands = ", ".join(f"{end} {n}" for end, n in self.commands.most_common())
        return "\n".join(
            [*head, *rows, "", f"Uploads: {codes}.", f"Command line: {commands}.", *self.wrong]
        )


def files(count: int, *, seed: str, first: int, made: dict[str, bytes]) -> Iterator[File]:
    """The damaged recordings from number `first` on."""
    names = sorted(made)
    for number in range(first, first + count):
        chance = random.Random(f"{seed}:{number}")
        name, other = chance.choice(names), chance.choice(names)
        how, content = mutated(chance, made[name], made[other])
        ending = name.partition(" ")[0] if chance.random() < 0.5 else chance.choice(ENDINGS)
        ending = UNNAMED.get(ending, ending)
        yield File(number, name, how, f"file{number}.{ending}", content)


def run(count: int, *, seed: str, first: int, folder: Path, kept: Path | None) -> Table:
    """Send the recordings through both doors; what happened."""
    places = {name: folder / name for name in ("made", "data", "scratch", "given")}
    for place in places.values():
        place.mkdir()
    tempfile.tempdir = str(places["scratch"])
    table = Table()
    settings = Settings.load({}, root=folder).with_values(
        DATA_DIR=str(places["data"]), DECODER_MB=2048, UPLOADS_PER_MINUTE=0, REQUESTS_PER_MINUTE=0
    )
    made = seeds(places["made"])
    upload = Upload(settings, scratch=places["scratch"])
    commands = CommandLine(places["given"], scratch=places["scratch"])
    waiting: list[File] = []
    began = time.monotonic()
    try:
        for file in files(count, seed=seed, first=first, made=made):
            try:
                table.upload(file, upload.take(file))
            except WrongError as error:
                table.upload(file, WRONG)
                _wrong(table, file, f"upload: {error}", kept)
            waiting.append(file)
            if len(waiting) == AT_ONCE or file.number == first + count - 1:
                _command(table, commands, waiting, kept)
                waiting = []
                done = file.number + 1 - first
                print(
                    f"{done} of {count} in {time.monotonic() - began:.0f} s, "
                    f"{len(table.wrong)} wrong; go on with FROM={file.number + 1} SEED={seed}",
                    flush=True,
                )
    except KeyboardInterrupt:
        print("Stopped; this is what happened until then.")
    finally:
        upload.end()
        tempfile.tempdir = None
    return table


def _command(table: Table, commands: CommandLine, some: list[File], kept: Path | None) -> None:
    """Give recordings to the command line; where it breaks, each by itself."""
    try:
        table.commands.update(commands.take(some))
    except WrongError as error:
        if len(some) == 1:
            table.commands[WRONG] += 1
            _wrong(table, some[0], f"command line: {error}", kept)
            return
        half = len(some) // 2
        _command(table, commands, some[:half], kept)
        _command(table, commands, some[half:], kept)


def _wrong(table: Table, file: File, why: str, kept: Path | None) -> None:
    table.wrong.append(f"File {file.number} ({file.seed}, {file.how}): {why}")
    print(table.wrong[-1], file=sys.stderr, flush=True)
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / file.name).write_bytes(file.content)


def main() -> int:
    """Run as the environment says; 1 if anything went wrong."""
    given = os.environ
    kept = given.get("AVER_FUZZ_KEPT")
    with tempfile.TemporaryDirectory(prefix="aver-fuzz-") as folder:
        table = run(
            int(given.get("COUNT", "5000")),
            seed=given.get("SEED", "1"),
            first=int(given.get("FROM", "0")),
            folder=Path(folder),
            kept=Path(kept) if kept else None,
        )
    print(table.written())
    return 1 if table.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
