"""AVER from Python, in one file that needs only ``requests`` (and ``pandas`` for tables).

Every AVER server gives this file away at ``/client/aver.py``.

>>> aver = Aver("http://127.0.0.1:5000")                          # doctest: +SKIP
>>> job = aver.wait(aver.submit("clip.mp4"))                      # doctest: +SKIP
>>> aver.table(job)                                               # doctest: +SKIP
>>> aver.export(job, "report.pdf")                                # doctest: +SKIP

On the command line it prints the Result of each file as a line of JSON::

    python aver.py clip.mp4 voice.wav

It may be copied and changed under the MIT licence, as AVER itself.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import io
import json
import os
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests

if TYPE_CHECKING:
    import pandas

Job = dict[str, Any]
JobOrId = Job | str
File = str | os.PathLike[str]

TRIES = 4
"""How often a request is made if the server is busy or the connection breaks."""

BLOCK = 1 << 20


class AverError(Exception):
    """What the server said when something went wrong.

    Attributes
    ----------
    code : str
        Stable name of the error, for programs.
    message, hint : str
        What happened, and what to do.
    status : int
        HTTP status.
    """

    def __init__(self, error: Mapping[str, Any]) -> None:
        self.code = str(error.get("code", "error"))
        self.message = str(error.get("message", "Something went wrong."))
        self.hint = str(error.get("hint", ""))
        self.status = int(error.get("status", 0))
        super().__init__(f"{self.message} {self.hint}".strip())


class SignatureError(Exception):
    """A webhook that the server did not sign, or that is too old."""


class Aver:
    """A server of AVER.

    Parameters
    ----------
    address : str
        Where it is.
    token : str, optional
        The token, if the server needs one; the environment's ``AVER_TOKEN`` otherwise.
    timeout : float
        Seconds without a sign of the server after which a request is given up.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:5000",
        token: str | None = None,
        *,
        timeout: float = 60.0,
    ) -> None:
        self.address = address.rstrip("/")
        self.timeout = timeout
        self.session = requests.Session()
        self.session.auth = _Bearer(token or os.environ.get("AVER_TOKEN"))
        if urlsplit(self.address).hostname in ("127.0.0.1", "::1", "localhost"):
            self.session.trust_env = False  # what is here is reached through no proxy

    # --- in ---------------------------------------------------------------------------------------

    def submit(
        self,
        file: File | Sequence[File],
        *,
        fresh: bool = False,
        webhook: str | None = None,
        **options: Any,
    ) -> Job:
        """Hand in one recording, or a picture and an audio file that belong together.

        The same bytes with the same options give the job of before, done or under way.

        Parameters
        ----------
        file : path, or two of them
            What is analysed.
        fresh : bool
            Analyse again all the same.
        webhook : str, optional
            Address that is told when the job has ended.
        options : object
            Options of the analysis by name, such as ``fps=2`` or ``annotate=True``.

        Raises
        ------
        AverError
            If the server refuses it; its text says why.
        """
        files = [file] if isinstance(file, (str, os.PathLike)) else list(file)
        if len(files) == 2:
            options = {"analysis": "combined", **options}
        if webhook:
            options["webhook"] = webhook
        form = [(name, text) for name, value in options.items() for text in _texts(value)]
        key = {"Idempotency-Key": str(uuid.uuid4())}  # so that a second try does not make a second
        answer = self._call(
            "POST",
            "/jobs",
            params={"fresh": "true"} if fresh else {},
            headers=key,
            body=lambda: _Multipart(form, [Path(one) for one in files]),
        )
        jobs: list[Job] = answer.json()["jobs"]
        return jobs[0]

    def submit_folder(
        self, folder: File, pattern: str = "*", **options: Any
    ) -> dict[Path, Job | AverError]:
        """Hand in every file of a folder and its subfolders whose name fits a pattern.

        Returns
        -------
        dict
            For each file its job, or why there is none.
        """
        found: dict[Path, Job | AverError] = {}
        for path in sorted(p for p in Path(folder).rglob(pattern) if p.is_file()):
            try:
                found[path] = self.submit(path, **options)
            except AverError as error:
                if error.status in (401, 403, 503):
                    raise
                found[path] = error
        return found

    # --- work -------------------------------------------------------------------------------------

    def job(self, job: JobOrId, *, wait: float = 0) -> Job:
        """Look at a job; with `wait`, when it is over or after so many seconds."""
        answer = self._call("GET", f"/jobs/{_id(job)}", params={"wait": wait}, wait=wait)
        found: Job = answer.json()
        return found

    def wait(self, job: JobOrId, *, progress: bool | None = None) -> Job:
        """Wait until a job is done.

        Parameters
        ----------
        job : job or its name
            What is waited for.
        progress : bool, optional
            Whether to draw a bar on stderr; where that is a terminal by default.

        Raises
        ------
        AverError
            If it fails or is cancelled.
        """
        shows = sys.stderr.isatty() if progress is None else progress
        found = self.job(job)
        while found["state"] in ("waiting", "running"):
            begin = time.monotonic()
            if shows:
                _draw(found)
            found = self.job(job, wait=1 if shows else 25)
            if found["state"] in ("waiting", "running") and time.monotonic() - begin < 0.5:
                time.sleep(0.5)  # a busy server answers at once
        if shows:
            _draw(found, end="\n")
        if found["state"] != "done":
            raise AverError(
                found.get("error") or {"code": "cancelled", "message": "The job was cancelled."}
            )
        return found

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """Your jobs, newest first: all, or those with a ``state``, ``kind`` or ``analysis``."""
        query = dict(filters)
        while True:
            page = self._call("GET", "/jobs", params=query).json()
            yield from page["jobs"]
            if "next" not in page:
                return
            query["cursor"] = page["next"]

    def cancel(self, job: JobOrId) -> Job:
        """Stop a job."""
        found: Job = self._call("POST", f"/jobs/{_id(job)}/cancel").json()
        return found

    def delete(self, job: JobOrId) -> None:
        """Delete a job for good, with its recording and its result."""
        self._call("DELETE", f"/jobs/{_id(job)}")

    # --- out --------------------------------------------------------------------------------------

    def result(
        self, job: JobOrId, *, labels: str = "native", corrected: bool = True
    ) -> dict[str, Any]:
        """The Result of a job that is done, in a label view, with your corrections or without."""
        query = {"labels": labels, "edits": "on" if corrected else "off"}
        found: dict[str, Any] = self._call("GET", f"/results/{_id(job)}", params=query).json()
        return found

    def exports(self, job: JobOrId) -> list[dict[str, str]]:
        """The exports that a result has."""
        found: list[dict[str, str]] = self._call("GET", f"/results/{_id(job)}/exports").json()[
            "exports"
        ]
        return found

    def export(self, job: JobOrId, name: str, to: File | None = None, **query: Any) -> Path:
        """Write an export to a file; gives its path.

        Parameters
        ----------
        job : job or its name
            Whose result it is.
        name : str
            The export: ``report.pdf``, ``csv``, ``vtt``, …; `exports` lists them.
        to : path, optional
            The file, or the folder for it; the current folder by default.
        query : object
            ``labels="five"``, ``theme="dark"``; ``start=12.5, end=30`` for a stretch of the sound.
        """
        renamed = {{"start": "from", "end": "to"}.get(k, k): v for k, v in query.items()}
        answer = self._call("GET", f"/results/{_id(job)}/exports/{name}", params=renamed)
        place = Path(to or ".")
        if place.is_dir():
            place = place / _file_name(answer.headers.get("Content-Disposition", ""), name)
        place.write_bytes(answer.content)
        return place

    def table(self, job: JobOrId, name: str = "csv", **query: Any) -> pandas.DataFrame:
        """A result as a table of pandas: one row for each reading.

        ``frames.csv`` has a row for each face in each picture, ``engagement.csv`` curves.
        """
        import pandas

        answer = self._call("GET", f"/results/{_id(job)}/exports/{name}", params=query)
        return pandas.read_csv(io.BytesIO(answer.content))

    # --- corrections ------------------------------------------------------------------------------

    def edits(self, job: JobOrId) -> dict[str, Any]:
        """The corrections of a result, its people, markers and excluded stretches."""
        found: dict[str, Any] = self._call("GET", f"/results/{_id(job)}/edits").json()
        return found

    def edit(self, job: JobOrId, kind: str, **values: Any) -> dict[str, Any]:
        """Correct a result: ``edit(job, "rename", person=1, name="Ann")``.

        Others are ``merge``, ``split``, ``mark``, ``exclude``, ``neutral`` and ``remove``.
        """
        answer = self._call("POST", f"/results/{_id(job)}/edits", json={"kind": kind, **values})
        found: dict[str, Any] = answer.json()
        return found

    def undo(self, job: JobOrId) -> dict[str, Any]:
        """Undo the last correction."""
        found: dict[str, Any] = self._call("POST", f"/results/{_id(job)}/edits/undo").json()
        return found

    def redo(self, job: JobOrId) -> dict[str, Any]:
        """Make the correction again that was undone last."""
        found: dict[str, Any] = self._call("POST", f"/results/{_id(job)}/edits/redo").json()
        return found

    # --- the server -------------------------------------------------------------------------------

    def models(self) -> list[dict[str, Any]]:
        """The installed models with their cards."""
        found: list[dict[str, Any]] = self._call("GET", "/models").json()["models"]
        return found

    def health(self) -> dict[str, Any]:
        """How the server is."""
        found: dict[str, Any] = self._call("GET", "/health").json()
        return found

    def _call(
        self,
        method: str,
        path: str,
        *,
        wait: float = 0,
        body: Callable[[], _Multipart] | None = None,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> requests.Response:
        """Make one request; again if the server is busy, and that does no harm."""
        again = method in ("GET", "DELETE") or body is not None
        sent = {"Accept": "*/*", **(headers or {})}
        for left in range(TRIES - 1, -1, -1):
            try:
                data = None if body is None else body()
                if data is not None:
                    sent["Content-Type"] = data.content_type
                answer = self.session.request(
                    method,
                    f"{self.address}/api/v1{path}",
                    data=data,
                    headers=sent,
                    timeout=(10, self.timeout + wait),
                    allow_redirects=False,
                    **values,
                )
            except (requests.ConnectionError, requests.Timeout) as error:
                if not (again and left):
                    raise AverError(
                        {"code": "unreachable", "message": f"{self.address} does not answer.",
                         "hint": "Check the address, and that the server runs."}
                    ) from error  # fmt: skip
                time.sleep(1)
                continue
            if answer.status_code == 503 and again and left:
                time.sleep(min(5.0, float(answer.headers.get("Retry-After", 1))))
                continue
            if answer.status_code >= 400:
                raise AverError(_error(answer))
            return answer
        raise AssertionError("the last try answers or raises")


def check_webhook(
    headers: Mapping[str, str], body: bytes, secret: str, *, tolerance: float = 300.0
) -> dict[str, Any]:
    """Read a webhook that the server signed.

    Parameters
    ----------
    headers : mapping of str to str
        The headers of the request, in any spelling.
    body : bytes
        What was sent, as it came.
    secret : str
        The server's WEBHOOK_SECRET.
    tolerance : float
        Seconds that a message may be old, so that nobody can send one again much later.

    Returns
    -------
    dict
        ``{"type": "job.done", "timestamp": …, "data": {"job": …, "result": …}}``

    Raises
    ------
    SignatureError
        If it is not signed with this secret, or too old.
    """
    given = {name.lower(): value for name, value in headers.items()}
    name, moment = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not re.fullmatch(r"\d{1,12}", moment) or abs(time.time() - int(moment)) > tolerance:
        raise SignatureError("The webhook has no time, or is too old.")
    coded = secret.startswith("whsec_")
    key = base64.b64decode(secret[len("whsec_") :]) if coded else secret.encode()
    mark = base64.b64encode(
        hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    ).decode()
    signatures = given.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(f"v1,{mark}".encode(), one.encode()) for one in signatures):
        raise SignatureError("The webhook is not signed with this secret.")
    told: dict[str, Any] = json.loads(body)
    return told


class _Bearer(requests.auth.AuthBase):
    """Sends the token, if there is one; an entry of .netrc never takes its place."""

    def __init__(self, token: str | None) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class _Multipart:
    """A form with files that are read while they are sent, so that a film fits into any memory."""

    def __init__(self, fields: Sequence[tuple[str, str]], files: Sequence[Path]) -> None:
        mark = uuid.uuid4().hex
        self.content_type = f"multipart/form-data; boundary={mark}"
        self._parts: list[bytes | Path] = []
        for name, text in fields:
            self._parts.append(_head(mark, name) + f"\r\n{text}\r\n".encode())
        for path in files:
            head = _head(mark, "files", path.name)
            self._parts += [head + b"Content-Type: application/octet-stream\r\n\r\n", path, b"\r\n"]
        self._parts.append(f"--{mark}--\r\n".encode())
        self._length = sum(
            part.stat().st_size if isinstance(part, Path) else len(part) for part in self._parts
        )

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, Path):
                with part.open("rb") as file:
                    while block := file.read(BLOCK):
                        yield block
            else:
                yield part


def _head(mark: str, name: str, file: str | None = None) -> bytes:
    shown = (file or "").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    more = f'; filename="{shown}"' if file is not None else ""
    return f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'.encode()


def _texts(value: Any) -> list[str]:
    """The texts that stand for a value in a form."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value] or ["on"]
    return [str(value)]


def _id(job: JobOrId) -> str:
    return job if isinstance(job, str) else str(job["id"])


def _error(answer: requests.Response) -> Mapping[str, Any]:
    try:
        error: Mapping[str, Any] = answer.json()["error"]
        return error
    except (ValueError, KeyError, TypeError):
        return {
            "message": f"The server answered {answer.status_code}.",
            "status": answer.status_code,
        }


def _file_name(disposition: str, name: str) -> str:
    """The name that the server gave a file, without any folder."""
    coded = re.search(r"filename\*=UTF-8''([^;]+)", disposition)
    plain = re.search(r'filename="?([^";]+)"?', disposition)
    found = unquote(coded[1]) if coded else (plain[1] if plain else name)
    return Path(found.replace("\\", "/")).name or name


def _draw(job: Job, end: str = "") -> None:
    """One line on stderr that shows how far a job is."""
    share = job["progress"].get("share")
    full = round(24 * (share or 0.0))
    bar = "█" * full + "░" * (24 - full)
    told = f"{share:4.0%}" if share is not None else "    "
    line = f"\r{bar} {told}  {job['state']:<9} {job['names'][0][:40]}"
    print(f"{line:<90}", end=end, file=sys.stderr, flush=True)


def main() -> int:
    """Print the Result of each file as a line of JSON."""
    read = argparse.ArgumentParser(description="Analyse recordings on a server of AVER.")
    read.add_argument("files", nargs="+", metavar="FILE")
    read.add_argument("--address", default=os.environ.get("AVER_ADDRESS", "http://127.0.0.1:5000"))
    read.add_argument("--labels", default="native", help="label view of the answers")
    given = read.parse_args()
    aver = Aver(given.address)
    status = 0
    for file in given.files:
        try:
            job = aver.wait(aver.submit(file))
            print(json.dumps(aver.result(job, labels=given.labels)), flush=True)
        except (AverError, OSError) as error:
            print(f"{file}: {error}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
