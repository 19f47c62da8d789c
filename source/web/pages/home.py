"""Home, about, contact, models, the theme, the example."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from source.jobs import UNDO
from source.jobs.models import networks
from source.views import use
from source.views.units import duration
from source.web import purpose, work
from source.web.cards import cards
from source.web.pages.blueprint import pages
from source.web.paths import own_path
from source.web.templating import THEMES
from source.web.upload import PAGES


@pages.get("/")
def home() -> ResponseReturnValue:
    """What it does, a place to drop a recording, an example."""
    settings = current_app.config["AVER"]
    default = {c["sense"]: c for c in cards(settings) if c["default"]}
    return render_template("home.html", kinds=PAGES.values(), cards=default, **purpose.words())


@pages.get("/about")
def about() -> ResponseReturnValue:
    """What it can and cannot say, how it works, privacy."""
    return render_template("about.html", use=use.SENTENCES)


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept, for how long, who sees it, and what deleting does."""
    return render_template("privacy.html", tell=use.INFORM, grace=duration(UNDO.total_seconds()))


@pages.get("/contact")
def contact() -> ResponseReturnValue:
    """How to contact the people who run this server."""
    return render_template("contact.html")


@pages.get("/models")
def models() -> ResponseReturnValue:
    """Each model with its figures, data and licence."""
    return render_template(
        "models.html",
        cards=cards(current_app.config["AVER"]),
        networks=list(networks().values()),
    )


@pages.get("/example")
def example() -> ResponseReturnValue:
    """The result of the sample clip, or its progress if it is not finished."""
    job = work.example(work.jobs(), current_app.config["AVER"])
    return redirect(url_for("pages.job", job_id=job.id), 303)


@pages.post("/theme")
def theme() -> ResponseReturnValue:
    """Choose light, dark or the system's theme, and go back."""
    chosen = request.form.get("theme", "system")
    answer = redirect(own_path(request.form.get("back", "/")), 303)
    if chosen in THEMES:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        answer.set_cookie("theme", chosen, max_age=31_536_000, samesite="Lax", secure=secure)
    return answer
