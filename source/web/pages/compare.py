"""Two recordings on one time axis."""

from flask import render_template
from flask.typing import ResponseReturnValue

from source.core.errors import BadRequest
from source.core.figures import number_of
from source.views import compare as comparing
from source.views import curves
from source.web.chosen import chosen
from source.web.pages.blueprint import pages


@pages.get("/compare")
def compare() -> ResponseReturnValue:
    """Two of this visitor's results beside each other, with what differs in words."""
    found = chosen()
    if len(found.rows) != 2:
        were = number_of(found.named, "recording was", "recordings were")
        raise BadRequest(
            found.left_out[0]
            if found.left_out
            else f"{were if found.named else 'No recording was'} chosen; two are compared.",
            hint="Choose two in your history. The table takes any number.",
        )
    first, second = found.rows
    return render_template(
        "compare.html",
        rows=found.rows,
        names=comparing.NAMES,
        sentences=comparing.sentences(first.shown, second.shown),
        differences=comparing.differences(first.shown, second.shown),
        lanes=curves.lanes([first.shown, second.shown]),
        scores=curves.pairs(first.shown, second.shown),
    )
