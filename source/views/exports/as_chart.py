"""Charts as files of their own."""

from functools import partial

from source.core.result import Result
from source.views.charts import CHARTS, draw, picture
from source.views.exports.row import Export, Format, Subject

PNG = Format("PNG", "image/png", "slides, documents, messages")
SVG = Format("SVG", "image/svg+xml", "Inkscape, Illustrator, print of any size")


def chart_svg(name: str, subject: Subject) -> bytes:
    """One chart as SVG, in its wide form."""
    return draw(name, subject.shown, theme=subject.theme).encode()


def chart_png(name: str, subject: Subject) -> bytes:
    """One chart as PNG, in its wide form."""
    return picture(name, subject.shown, theme=subject.theme)


def has_figures(name: str, result: Result) -> bool:
    """Whether a Result has figures for a chart."""
    return CHARTS[name].has_figures(result)


def chart_exports() -> list[Export]:
    """Every chart in both formats."""
    return [
        Export(
            f"{name}.{form.name.lower()}",
            form,
            chart.word,
            f"_{name}.{form.name.lower()}",
            partial(write, name),
            partial(has_figures, name),
        )
        for form, write in ((PNG, chart_png), (SVG, chart_svg))
        for name, chart in CHARTS.items()
    ]
