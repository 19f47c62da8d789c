"""Memory and processor time of a server and all that it started, by kind of process (Linux)."""

import os
import threading
from pathlib import Path

PROC = Path("/proc")

KINDS = (("source.media.child", "decoders"), ("worker", "worker"))
"""What stands in the command of a process, and what it is then; all others are the web server."""


class Memory:
    """Looks every half second at how much there is; the most that was seen, in MB, by kind."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.first: dict[str, float] = {}
        self.most: dict[str, float] = {}
        self.last: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self.last = used(self._pid)
            self.first = self.first or self.last
            for kind, size in self.last.items():
                self.most[kind] = max(size, self.most.get(kind, 0.0))


def used(pid: int) -> dict[str, float]:
    """Resident memory of a process and its descendants, in MB, summed up by kind."""
    parents = {}
    for place in PROC.glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            parents[int(place.name)] = int(fields[1])
        except OSError:  # it has ended meanwhile
            continue
    sizes: dict[str, float] = {}
    for one in parents:
        if _is_below(one, pid, parents):
            kind, size = _of(one)
            sizes[kind] = sizes.get(kind, 0.0) + size
    return sizes


def processor(pid: int) -> dict[str, float]:
    """Seconds of a processor that a process and its descendants have had, summed up by kind."""
    ticks, had = os.sysconf("SC_CLK_TCK"), dict[str, float]()
    parents = {}
    spent = {}
    for place in PROC.glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(place.name)] = int(fields[1])
        spent[int(place.name)] = (int(fields[11]) + int(fields[12])) / ticks
    for one in parents:
        if _is_below(one, pid, parents):
            kind = _of(one)[0]
            had[kind] = had.get(kind, 0.0) + spent[one]
    return had


def _is_below(one: int, top: int, parents: dict[int, int]) -> bool:
    while one in parents and one != top:
        one = parents[one]
    return one == top


def _of(pid: int) -> tuple[str, float]:
    try:
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return "web", 0.0
    kind = next((kind for part, kind in KINDS if part in command), "web")
    lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return kind, int(lines[0].split()[1]) / 1024 if lines else 0.0
