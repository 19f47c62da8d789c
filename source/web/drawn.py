"""Charts that were drawn already; a result never changes, so neither do they."""

import threading
from collections import OrderedDict
from collections.abc import Callable

Drawn = tuple[str, ...]


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

    def forget(self, job_id: str) -> None:
        """Drop every chart of a job that is deleted."""
        with self._lock:
            for key in [k for k in self._kept if k[0] == job_id]:
                del self._kept[key]
