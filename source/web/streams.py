"""Server-sent events: a part of a page, sent anew whenever it changes.

Each stream keeps one thread of the server busy, so there are few, and each is short: a browser
opens the next by itself, and one that gets none asks now and then instead.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

from flask import Response, current_app, request, stream_with_context

from source.core.errors import AverError, NotFound

Look = Callable[[], tuple[str, bool]]
"""Gives a part of a page as HTML, and whether it changes no more."""

RETRY = 1000
"""Milliseconds after which a browser opens the next stream."""

BEAT = 3.0
"""Seconds without a change after which a comment is sent: it finds out who has gone."""


class Streams:
    """The streams of this process.

    Parameters
    ----------
    most, each : int
        So many may be open at once, of all visitors and of one. One is right for any server of
        several threads; whoever knows how many there are sets more, up to half of them. A
        browser has six connections to a server: one that spent them all could load no page.
    seconds : float
        How long a stream lasts at most.
    every : float
        Seconds between two looks.

    Attributes
    ----------
    ending : callable
        Whether the server is about to end; a server that can tell puts its answer here.
    """

    def __init__(
        self, *, most: int = 1, each: int = 3, seconds: float = 30.0, every: float = 0.5
    ) -> None:
        self.most, self.each, self.seconds, self.every = most, each, seconds, every
        self.ending: Callable[[], bool] = lambda: False
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._over = threading.Event()

    def take(self, who: str) -> Callable[[], None] | None:
        """A place for a visitor's stream: what gives it back, once; None where all are taken."""
        with self._lock:
            if self._open.total() >= self.most or self._open[who] >= self.each:
                return None
            self._open[who] += 1
        given = threading.Event()

        def give_back() -> None:
            with self._lock:
                if not given.is_set():
                    given.set()
                    self._open[who] -= 1
                    self._open += Counter()  # forgets those who have none

        return give_back

    def count(self) -> int:
        """How many are open."""
        return self._open.total()

    def close(self) -> None:
        """End every stream at its next look."""
        self._over.set()

    def wait(self, turns: int) -> bool:
        """Wait until it is time for the next look; False where there is to be none."""
        return self.pause(self.every * turns)

    def pause(self, seconds: float) -> bool:
        """Wait so long; False where the server is about to end."""
        return not (self._over.wait(seconds) or self.ending())


def stream(look: Look, *, who: str, turns: int = 1, name: str = "part") -> Response:
    """Answer with the events of a part; with 204 where there is no place: then browsers ask.

    Parameters
    ----------
    look : callable
        Looks at the part. It raises `NotFound` where that has gone.
    who : str
        The visitor.
    turns : int
        Looks at it in every so many turns only: for parts that cost more.
    name : str
        What each event is called.
    """
    streams: Streams = current_app.extensions["streams"]
    # The only thread of a server would be deaf to everybody else for as long as a stream lasts.
    possible = request.method != "HEAD" and request.environ.get("wsgi.multithread")
    release = streams.take(who) if possible else None
    if release is None:
        return Response(status=204)
    events = stream_with_context(_events(streams, look, turns, name))
    answer = Response(events, mimetype="text/event-stream")
    answer.call_on_close(release)  # also where the first event was never asked for
    answer.headers["Cache-Control"] = "no-store, no-transform"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy is not to collect them
    return answer


def event(name: str, text: str = "") -> str:
    """One event as it is written.

    Examples
    --------
    >>> event("part", "<p>\\n</p>")
    'event: part\\ndata: <p>\\ndata: </p>\\n\\n'
    """
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n"


def _events(streams: Streams, look: Look, turns: int, name: str) -> Iterator[str]:
    end = time.monotonic() + streams.seconds
    sent, sent_at = "", 0.0
    yield f"retry: {RETRY}\n\n"
    while True:
        try:
            part, over = look()
        except NotFound:
            yield event("gone")
            return
        except AverError:  # the database is busy, say: the browser comes back
            return
        moment = time.monotonic()
        if part != sent:
            yield event(name, part)
            sent, sent_at = part, moment
        elif moment - sent_at > BEAT:
            yield ":\n\n"
            sent_at = moment
        if over:
            yield event("end")
            return
        if moment > end or not streams.wait(turns):
            return
