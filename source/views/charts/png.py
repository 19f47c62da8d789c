"""A chart as a picture of fixed resolution, for slides and documents."""

import io

from source.views.charts import letters
from source.views.charts.figure import THEMES, Drawing, layout_lock

DPI = 216
"""Three pixels a unit: a wide chart is 3120 pixels wide, sharp on a printed page."""


def png(drawing: Drawing, *, theme: str) -> bytes:
    """Write a chart, drawn in the colours of a theme, on that theme's ground.

    Letters that the usual font lacks are drawn with a font of this machine.

    The same chart gives the same bytes; its words are in the picture's description, too.
    """
    from matplotlib.text import Text

    out = io.BytesIO()
    with layout_lock:
        texts = drawing.figure.findobj(Text)
        fonts = letters.families("".join(text.get_text() for text in texts))
        if len(fonts) > 1:
            for text in texts:
                text.set_fontfamily(fonts)
        drawing.figure.savefig(
            out,
            format="png",
            dpi=DPI,
            facecolor=THEMES[theme]["surface"],
            metadata={"Software": None, "Description": drawing.title},
        )
    return out.getvalue()
