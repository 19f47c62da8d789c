"""docs/exports.md, from the table of `source.views.exports`."""

from source.cli.markdown import page, table
from source.views.exports import EXPORTS


def exports() -> str:
    """docs/exports.md."""
    rows = [
        (
            f"`{row.name}`",
            row.title,
            row.format.name,
            f"`{row.format.media_type}`",
            f"`<name>{row.suffix}`",
            row.format.opens,
            "yes" if row.needs_recording else "",
        )
        for row in EXPORTS.values()
    ]
    return page(
        "Exports",
        "A result can be saved in these formats. Its page lists them under “Download”. A picture "
        "has no charts over time. An export that needs the recording is available until the "
        "recording is deleted.",
        table(
            ("name", "what", "format", "media type", "file", "opens in", "needs the recording"),
            rows,
        ),
        "- Command line: `python run.py clip.mp4 --export bar.png,trend.svg` writes the files "
        "beside the saved [Result](result.md), with the same number if it has one "
        "(`clip_bar-2.png` beside `clip_analysis-2.json`). If a result has nothing for an export, "
        "stderr says so, and the exit status does not change.\n"
        "- HTTP: `/results/<id>/exports/<name>`, with `?labels=VIEW` for another label view and "
        "`?theme=dark` for a dark ground. `/results/<id>.json` and "
        "`/results/<id>/charts/<chart>.svg` still answer.",
        "The same Result gives the same bytes, whichever way you save it.",
    )
