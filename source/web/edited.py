"""A job's Result as its owner changed it, or as it was measured where that is asked for."""

from dataclasses import dataclass

from flask import request

from source.core.edited import applied
from source.core.edits import Edits
from source.core.errors import UnreadableRecord
from source.core.result import Result
from source.web import work

OFF = "off"
"""Value of ``?edits=`` that asks for the Result as it was measured."""


@dataclass(frozen=True)
class Shown:
    """What is shown of a job.

    Attributes
    ----------
    result : Result
        With the edits, unless they are `off` or cannot be read.
    measured : Result
        Without them.
    edits : Edits
        All there are.
    off : bool
        Whether the Result is shown as it was measured, though there are edits.
    """

    result: Result
    measured: Result
    edits: Edits
    off: bool = False

    @property
    def stamp(self) -> str:
        """Tells one state of the edits from another, for what is kept of the Result.

        Not their hash: it is the same of two kinds of edit that have the same values.
        """
        return "" if self.off or not self.edits.done else str(self.edits.done)


def shown_result(visible: work.VisibleJob) -> Shown:
    """A job's Result with its edits; ``?edits=off`` asks for it without them."""
    measured = work.jobs().result(visible.job.id, visible.owner)
    try:
        edits = work.jobs().edits(visible.job.id, visible.owner)
    except UnreadableRecord:  # of a newer release: what was measured can be shown all the same
        return Shown(measured, measured, Edits())
    if request.args.get("edits") == OFF:
        return Shown(measured, measured, edits, off=bool(edits.done))
    return Shown(applied(measured, edits.done), measured, edits)
