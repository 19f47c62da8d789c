"""PostgreSQL, Redis and a store that answers as S3, each started for the tests that need it."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.listening import free_port

NOBODY = "nobody"
"""Whom PostgreSQL runs as where the tests run as root, which it refuses."""


def program(name: str) -> str | None:
    """Where a program is; Debian keeps PostgreSQL's out of the way."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or next(map(str, places), None)


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline, pause = time.monotonic() + 30, threading.Event()
    while not answers():
        assert process.poll() is None, f"The server ended with {process.returncode}."
        assert time.monotonic() < deadline, "The server did not answer in time."
        pause.wait(0.05)


def listens(port: int) -> bool:
    with socket.socket() as ours:
        ours.settimeout(1)
        return ours.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], answers: Callable[[], bool], **more) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    )
    try:
        wait_until(answers, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def postgres(_: Path) -> Iterator[str]:
    """URL of a database of its own, with a password that no page and no log may show."""
    as_whom = {"user": NOBODY} if os.geteuid() == 0 else {}
    user, password, port = "aver", secrets.token_hex(8), free_port()
    # Not in the test's folder: a user of its own has to come to it.
    with tempfile.TemporaryDirectory(prefix="aver-postgres-", ignore_cleanup_errors=True) as place:
        data, secret = Path(place, "data"), Path(place, "password")
        data.mkdir()
        secret.write_text(password)
        for path in (Path(place), data, secret) if as_whom else ():
            shutil.chown(path, NOBODY)
        made = subprocess.run(
            [program("initdb"), "-D", str(data), "-U", user, "-A", "scram-sha-256",
             "--pwfile", str(secret), "-E", "UTF8", "--no-sync"],
            capture_output=True, text=True, cwd="/", **as_whom,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        command = [program("postgres"), "-D", str(data), "-p", str(port), "-k", str(data), "-h",
                   "127.0.0.1", "-c", "fsync=off"]  # fmt: skip
        with running(command, lambda: _takes_queries(user, password, port), cwd="/", **as_whom):
            yield f"postgresql://{user}:{password}@127.0.0.1:{port}/postgres"


def _takes_queries(user: str, password: str, port: int) -> bool:
    import pg8000.dbapi as driver

    try:
        driver.connect(
            host="127.0.0.1", port=port, user=user, password=password, database="postgres"
        ).close()
    except (driver.InterfaceError, driver.DatabaseError):
        return False
    return True


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """URL of a Redis of its own."""
    port, password = free_port(), secrets.token_hex(8)
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1",
               "--requirepass", password, "--save", "", "--dir", str(folder)]  # fmt: skip
    with running(command, lambda: listens(port)):
        yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextmanager
def objects(_: Path) -> Iterator[str]:
    """URL of a bucket in a store that answers as S3."""
    import boto3

    port = free_port()
    code = (
        "import sys, time; from moto.server import ThreadedMotoServer; "
        f"ThreadedMotoServer(ip_address='127.0.0.1', port={port}, verbose=False).start(); "
        "time.sleep(3600)"
    )
    endpoint, key, secret = f"http://127.0.0.1:{port}", "key", secrets.token_hex(8)
    with running([sys.executable, "-c", code], lambda: listens(port)):
        boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name="us-east-1",
        ).create_bucket(Bucket="aver")
        yield f"s3://{key}:{secret}@aver/one?endpoint={endpoint}"
