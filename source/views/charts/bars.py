"""Mean score of each emotion as bars, with the word and the figure on each."""

from source.core.result import Result
from source.views import words
from source.views.charts import figure as fig
from source.views.palette import colour

ROW = 30.0
WIDTH = 350.0


def bars(result: Result, *, title: str, roles: fig.Roles, wide: bool = True) -> fig.Drawing:
    """One bar an emotion, in listing order; the leading one is hatched where it is not sure."""
    emotion = result.emotion
    assert emotion is not None
    left = 20 + 8.2 * max(len(label) for label in emotion.scores)
    keys = fig.legend((), unsure=not emotion.certain, gaps=False, roles=roles)
    below = ROW * len(emotion.scores) + 4
    figure = fig.new(WIDTH, below + fig.legend_height(keys, left=left, right=WIDTH))
    ax = fig.axes(figure, left, 2, WIDTH - left - 66, below - 4, roles=roles)
    fig.swatches(figure, keys, left=left, top=below + 6, right=WIDTH, roles=roles)
    rows = range(len(emotion.scores))
    ax.barh(rows, [1.0] * len(rows), height=0.5, color=roles["grid"], alpha=0.55)
    for row, (label, score) in zip(rows, emotion.scores.items(), strict=True):
        leads = label == emotion.label
        ax.barh(
            row,
            score,
            height=0.5,
            color=colour(label),
            edgecolor="none",
            hatch="///" if leads and not emotion.certain else None,
            hatchcolor=roles["surface"],
        )
        weight = "bold" if leads else "normal"
        ax.text(
            -0.03,
            row,
            label,
            ha="right",
            va="center",
            color=roles["ink"],
            fontsize=13.5,
            fontweight=weight,
        )
        ax.text(
            1.03,
            row,
            words.percent(score),
            ha="left",
            va="center",
            color=roles["ink" if leads else "muted"],
            fontsize=13.5,
            fontweight=weight,
        )
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5), xticks=[], yticks=[])
    said = ", ".join(f"{e} {words.percent(p)}" for e, p in emotion.scores.items())
    return fig.Drawing(figure, "bar", f"{title}: {said}")
