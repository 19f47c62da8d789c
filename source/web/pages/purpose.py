"""What AVER is used for, and the notice for the people recorded."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from source.core.errors import AverError
from source.views import use
from source.web import purpose as kept
from source.web.pages.blueprint import pages
from source.web.paths import own_path


@pages.route("/purpose", methods=["GET", "POST"])
def purpose() -> ResponseReturnValue:
    """Say, or change, what AVER is used for."""
    error: AverError | None = None
    back = own_path(request.values.get("back", "/"))
    if request.method == "POST":
        try:
            kept.remember(kept.given(request.form))
            return redirect(back, 303)
        except AverError as wrong:
            error = wrong
    page = render_template("purpose.html", back=back, error=error, **kept.words())
    return page, error.status if error else 200


@pages.get("/notice")
def notice() -> ResponseReturnValue:
    """A sheet that tells the people recorded what happens, with blanks to fill in and print."""
    return render_template("notice.html", law=use.LAW, **kept.words())
