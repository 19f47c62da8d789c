"""The two doors through which a damaged recording comes in, and what may come of it."""

import io
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from source.settings import ROOT, Settings

RESULT, SENTENCE = "Result", "sentence"
"""How a recording may end on the command line; uploads have the code of the error."""

PATIENCE = 600
"""Seconds that the command line may take for a folder."""


class WrongError(Exception):
    """A recording did not end in a Result or in a sentence."""


@dataclass(frozen=True)
class File:
    """A damaged recording, and what it was made of."""

    number: int
    seed: str
    how: str
    name: str
    content: bytes


class Upload:
    """A server and its worker, within this process; decoders run apart, as in a real one."""

    def __init__(self, settings: Settings, *, scratch: Path) -> None:
        from source.analysis import analyse
        from source.media import apart
        from source.store.database import Database
        from source.store.table import JobTable
        from source.web import create_app
        from tests.jobs.fakes import runner

        apart.use(memory=int(settings.number("DECODER_MB")))
        self._data, self._scratch = settings.path("DATA_DIR"), scratch
        self._app = create_app(settings)
        self._client = self._app.test_client(use_cookies=False)
        self._database = Database(settings.text("DATABASE_URL"), folder=self._data)
        self._runner = runner(settings, JobTable(self._database), analyse)
        self._said = _Said()
        logging.getLogger().addHandler(self._said)

    def end(self) -> None:
        """End the decoders, and close the database."""
        from source.media import apart

        logging.getLogger().removeHandler(self._said)
        self._app.extensions["jobs"].close()
        self._database.close()
        apart.stop()

    def take(self, file: File) -> str:
        """Send it, analyse it, read what came of it and delete it: `RESULT` or an error's code.

        Raises
        ------
        WrongError
            If anything else happened, or something of it is left.
        """
        form = {"files": [(io.BytesIO(file.content), file.name)], "fresh": "1"}
        answer = self._client.post("/api/v1/jobs", data=form)
        jobs = answer.json["jobs"] if answer.status_code < 400 else []
        try:
            end = self._done(jobs[0]) if jobs else self._refusal(answer)
        except WrongError as error:
            raise WrongError(f"{error} {self._said.take()}") from error
        finally:
            for job in jobs:
                self._client.delete(f"/api/v1/jobs/{job['id']}")
        left = [p for top in ("uploads", "results") for p in (self._data / top).rglob("*")]
        left += list(self._scratch.iterdir())
        if said := self._said.take():
            raise WrongError(f"The log has an error: {said}")
        if left:
            raise WrongError(f"It left {left[0].name} behind.")
        return end

    def _done(self, job: dict[str, Any]) -> str:
        try:
            self._runner.work(job["id"])
        except Exception as error:  # it would have ended the worker
            raise WrongError(f"The worker broke: {error!r}") from error
        read = self._client.get(f"/api/v1/results/{job['id']}")
        end = RESULT if read.status_code == 200 else self._refusal(read)
        if end == RESULT and read.json["version"] != 1:
            raise WrongError("There is no Result of version 1.")
        return end

    @staticmethod
    def _refusal(answer: Any) -> str:
        error = (answer.json or {}).get("error", {})
        if answer.status_code >= 500 or not sentence(error.get("message", "")):
            raise WrongError(f"The server said {answer.status_code}: {answer.text[:300]}")
        return str(error["code"])


class CommandLine:
    """``run.py`` over a folder of recordings."""

    def __init__(self, folder: Path, *, scratch: Path) -> None:
        self._folder, self._scratch = folder, scratch

    def take(self, files: list[File]) -> dict[str, int]:
        """Analyse them; how many ended in a Result, how many in a sentence.

        Raises
        ------
        WrongError
            If the process broke, or something is left.
        """
        for file in files:
            (self._folder / file.name).write_bytes(file.content)
        try:
            said = subprocess.run(
                [sys.executable, str(ROOT / "run.py"), str(self._folder), "--json", "--no-save"],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
                env={**os.environ, "TMPDIR": str(self._scratch)},
            )
            given = sorted(p.name for p in self._folder.iterdir())
        finally:
            for file in files:
                (self._folder / file.name).unlink(missing_ok=True)
        if said.returncode not in (0, 1) or "Traceback" in said.stderr:
            raise WrongError(f"It ended with {said.returncode}: {said.stderr[-1500:]}")
        if given != sorted(file.name for file in files) or list(self._scratch.iterdir()):
            raise WrongError("It left something behind.")
        return _counted(said, [file.name for file in files])


def sentence(text: str) -> bool:
    """Whether this is a sentence for a person, and not what a library says."""
    return bool(text) and text[0].isprintable() and text.rstrip()[-1] in ".!?…"


def _counted(said: "subprocess.CompletedProcess[str]", names: list[str]) -> dict[str, int]:
    """How many ended in a line of JSON, and how many in a sentence that names them."""
    results = [json.loads(line) for line in said.stdout.splitlines()]
    read = {result["source"]["name"] for result in results if result["version"] == 1}
    silent = [name for name in names if name not in read and f"“{name}”" not in said.stderr]
    if silent:
        raise WrongError(f"Of {silent[0]} nothing is said.")
    return {RESULT: len(read), SENTENCE: len(names) - len(read)}


class _Said(logging.Handler):
    """What is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(logging.Formatter().format(record)[-1500:])

    def take(self) -> str:
        errors, self.errors = self.errors, []
        return "\n".join(errors)
