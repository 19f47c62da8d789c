"""What pages and docs say about the models of each sense."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelWords:
    """Words about all models of one sense.

    Attributes
    ----------
    title : str
        Name of the sense.
    reads : str
        What its models read.
    measured_on : str
        What their figures were measured on.
    distrust : str
        When not to trust the default model.
    """

    title: str
    reads: str
    measured_on: str
    distrust: str


MODEL_WORDS = {
    "voice": ModelWords(
        "Voice",
        "How a stretch of speech sounds; not its words",
        "acted speech by people it never heard",
        "Spontaneous speech, other languages than English, German, Polish and Amharic, children, "
        "loud noise or music, several people at once",
    ),
    "face": ModelWords(
        "Face",
        "The expression in a single picture of a face",
        "web photos; the same photos were used for tuning",
        "Faces that are turned away, covered or blurred; fear, disgust and contempt, which it "
        "often misses",
    ),
    "clip": ModelWords(
        "Moving face",
        "How a face moves over about four seconds",
        "synthetic clips made of still photos",
        "Real video: it learned from synthetic clips only, and it does not count towards the "
        "overall result",
    ),
}
"""By sense, in the order of the models page."""
