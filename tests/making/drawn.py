"""Charts that are drawn once, for tests of the ways by which their files are fetched."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from source.views import charts
from source.views.exports import as_chart

_KEPT: dict[bytes, str | bytes] = {}


@contextmanager
def once() -> Iterator[None]:
    """Inside it a chart of equal Result, theme and width is drawn once a process.

    A way to a file may be wrong in the Result, the label view, the edits or the theme it asks
    for: each of these gives another chart here as well. That equal arguments give equal bytes is
    tested where charts and exports are tested (`tests/views`), which draw each anew.
    """
    draw, picture = _remembered(charts.draw), _remembered(charts.picture)
    with (
        mock.patch.object(charts, "draw", draw),
        mock.patch.object(as_chart, "draw", draw),
        mock.patch.object(as_chart, "picture", picture),
    ):
        yield


def _remembered(function: Callable[..., str | bytes]) -> Callable[..., str | bytes]:
    def remembered(*arguments: Any, **named: Any) -> str | bytes:
        # The whole value, for a Result has no hash; unequal values never give equal bytes.
        key = pickle.dumps((function.__name__, arguments, sorted(named.items())))
        if key not in _KEPT:
            _KEPT[key] = function(*arguments, **named)
        return _KEPT[key]

    return remembered
