"""What was drawn and worked out of a Result already; it never changes, so neither do they."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from source.core.result import Result
from source.store.reading import no_collection

Drawn = tuple[str, ...]

FACTS = 6
"""Results whose facts are kept; those of a long recording take some megabytes."""


class DrawnCharts:
    """The charts last looked at, by job, label view and name.

    Parameters
    ----------
    most : int
        So many are kept, the oldest go first.
    """

    def __init__(self, *, most: int = 200) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str, str], Drawn] = OrderedDict()
        self._facts: OrderedDict[tuple[str, str], tuple[Result, dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, job_id: str, view: str, name: str, draw: Callable[[], Drawn]) -> Drawn:
        """The chart, drawn if it is not cached."""
        key = (job_id, view, name)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = draw()
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawn

    def facts(
        self, job_id: str, view: str, found: Result, work_out: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """What a page says of the Result `found`, worked out if that is not known.

        Of a job that was changed since, another Result is found, and it is worked out anew.
        """
        key = (job_id, view)
        with self._lock:
            kept = self._facts.get(key)
            if kept is not None and kept[0] is found:
                self._facts.move_to_end(key)
                return kept[1]
        with no_collection():  # it would look through a long Result again and again
            facts = work_out()
        with self._lock:
            self._facts[key] = (found, facts)
            while len(self._facts) > FACTS:
                self._facts.popitem(last=False)
        return facts

    def forget(self, job_id: str) -> None:
        """Drop everything of a job that is deleted."""
        with self._lock:
            for known in [k for k in self._facts if k[0] == job_id]:
                del self._facts[known]
            for key in [k for k in self._kept if k[0] == job_id]:
                del self._kept[key]
