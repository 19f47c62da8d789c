"""``make load``: many clients at once use a real server while its worker has jobs.

    python -m tests.load.run --clients 50 --seconds 60 --pause 1.0

Every client is a browser of its own: it looks at one page after the other and pauses between
them. Two programs keep handing in recordings, so that jobs are always waiting. It prints how
long pages took, what failed, and how much memory web and worker had. Nothing is asserted.
"""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import requests

from tests.load.memory import Memory, processor

ROOT = Path(__file__).resolve().parents[2]

PAGES = {
    "home": "/",
    "upload page": "/combined-analysis",
    "history": "/history",
    "models": "/models",
    "example's result": "/example",
    "example as JSON": "/example?json",
    "style sheet": "/static/base.css",
}
"""What clients look at, by what it is called in the table."""

FEEDERS = 2


class Load:
    """What clients and programs do, and what came of it."""

    def __init__(self, address: str, *, pause: float) -> None:
        self.address, self.pause = address, pause
        self.took: dict[str, list[float]] = defaultdict(list)
        self.failed: Counter[str] = Counter()
        self.handed_in = 0
        self.over = threading.Event()
        self._lock = threading.Lock()

    def browse(self, number: int) -> None:
        """One client: pages in any order until it is over."""
        chance, session = random.Random(number), requests.Session()
        self.over.wait(chance.uniform(0, self.pause))
        while not self.over.is_set():
            name, path = chance.choice(list(PAGES.items()))
            headers = {"Accept": "application/json" if path.endswith("json") else "text/html"}
            began = time.monotonic()
            try:
                answer = session.get(self.address + path, headers=headers, timeout=30)
                why = "" if answer.ok else f"{name}: {answer.status_code}"
            except requests.RequestException as error:
                why = f"{name}: {type(error).__name__}"
            with self._lock:
                self.took[name].append(time.monotonic() - began)
                self.failed.update([why] if why else [])
            self.over.wait(chance.uniform(0, 2 * self.pause))

    def feed(self) -> None:
        """One program: the next recording as soon as the last one is done."""
        content = (ROOT / "input_files" / "sample.mp4").read_bytes()
        while not self.over.is_set():
            try:
                answer = requests.post(
                    f"{self.address}/api/v1/jobs?wait=20&fresh=true",
                    files=[("files", ("sample.mp4", content))],
                    timeout=60,
                )
                with self._lock:
                    self.handed_in += answer.ok
                    self.failed.update([] if answer.ok else [f"upload: {answer.status_code}"])
            except requests.RequestException as error:
                with self._lock:
                    self.failed[f"upload: {type(error).__name__}"] += 1

    def written(self) -> str:
        """The table in Markdown."""
        every = [t for times in self.took.values() for t in times]
        rows = [_row(name, times) for name, times in sorted(self.took.items())]
        return "\n".join(
            [
                "| page | requests | median | 95th percentile | 99th percentile | longest |",
                "|---|---|---|---|---|---|",
                *rows,
                _row("all", every),
            ]
        )


def _row(name: str, times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    shown = (statistics.median(times), cuts[94], cuts[98], max(times))
    return f"| {name} | {len(times)} | {' | '.join(f'{t:.3f} s' for t in shown)} |"


def started(folder: Path) -> tuple["subprocess.Popen[bytes]", str]:
    """A server with its worker, and its address, once the example can be seen."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "DATA_DIR": str(folder)}
    server = subprocess.Popen([sys.executable, str(ROOT / "app.py")], env=environ, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            page = requests.get(f"{address}/example", headers={"Accept": "text/html"}, timeout=30)
            if "/results/" in page.url:
                return server, address
        except requests.RequestException:
            pass
        if server.poll() is not None:
            break
        time.sleep(0.5)
    server.terminate()
    raise SystemExit("The server did not come up.")


def main() -> int:
    """Run it, and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--clients", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--pause", type=float, default=1.0, help="mean pause between pages")
    args = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="aver-load-") as folder:
        server, address = started(Path(folder))
        memory, before = Memory(server.pid), processor(server.pid)
        load = Load(address, pause=args.pause)
        work = [threading.Thread(target=load.browse, args=(n,)) for n in range(args.clients)]
        work += [threading.Thread(target=load.feed) for _ in range(FEEDERS)]
        try:
            for thread in work:
                thread.start()
            load.over.wait(args.seconds)
        finally:
            load.over.set()
            for thread in work:
                thread.join()
            memory.stop()
            after = processor(server.pid)
            server.terminate()
            server.wait()
    print(
        f"{args.clients} clients, {args.seconds:g} s, a pause of {args.pause:g} s on average, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.\n"
    )
    print(load.written())
    print(f"\nJobs done meanwhile: {load.handed_in}. Failed: {dict(load.failed) or 'nothing'}.")
    pages = sum(map(len, load.took.values()))
    spent = after["web"] - before["web"]
    print(f"Processor time of the web server: {1000 * spent / max(1, pages):.0f} ms a page.")
    for kind, size in sorted(memory.most.items()):
        print(
            f"{kind}: at most {size:.0f} MB, {memory.first.get(kind, 0):.0f} MB in the beginning."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
