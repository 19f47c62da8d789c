"""One colour for each emotion, the same in every chart, lane, chip and export.

The nine were found by a search that keeps every colour's contrast at 3:1 or more against the
light and the dark surface (relative luminance 0.15 to 0.27) and makes the smallest OKLab
distance between any two as large as possible, under normal vision and under simulated
deuteranopia, protanopia and tritanopia (matrices of Machado GM, Oliveira MM, Fernandes LAF
(2009), "A physiologically-based model for simulation of color vision deficiency", IEEE TVCG
15(6): 1291-1298). The smallest distance is 0.088, and 0.058 under each simulation. Colour
never stands alone: the word is always beside it.
"""

from source.core.emotions import EMOTIONS, VIEWS

COLOURS: dict[str, str] = {
    "neutral": "#8d8d91",
    "calm": "#2f7a78",
    "happy": "#aa8101",
    "sad": "#2687f9",
    "angry": "#be4708",
    "fearful": "#8c4fd5",
    "disgust": "#639b5e",
    "surprised": "#4084af",
    "contempt": "#946c4f",
}
"""Colour of each emotion, ``#rrggbb``."""

SURFACES = {"light": ("#ffffff", "#faf8f6"), "dark": ("#1c1a22", "#131117")}
"""The surfaces charts are laid on: card and page, in both themes."""

INK = {"light": "#221d29", "dark": "#efeaf2"}
MUTED = {"light": "#665f6f", "dark": "#aaa3b3"}
ACCENT = {"light": "#a3245f", "dark": "#f58fbf"}
GRID = {"light": "#e4dfe6", "dark": "#35313d"}


def emotion_of(label: str) -> str:
    """The emotion a label of any view takes its colour from: the first it counts.

    Examples
    --------
    >>> emotion_of("Sad/Fear"), emotion_of("fear"), emotion_of("happy")
    ('sad', 'fearful', 'happy')
    """
    if label in EMOTIONS:
        return label
    for groups in VIEWS.values():
        if label in groups:
            return groups[label][0]
    raise KeyError(label)


def colour(label: str) -> str:
    """The colour of a label of any view, ``#rrggbb``."""
    return COLOURS[emotion_of(label)]


def on(label: str) -> str:
    """The colour words have on a label's colour: dark or white, whichever is read better.

    Examples
    --------
    >>> on("happy"), on("angry")
    ('#0e0c12', '#ffffff')
    """
    return max("#0e0c12", "#ffffff", key=lambda ink: contrast(ink, colour(label)))


def luminance(value: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2)."""
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
