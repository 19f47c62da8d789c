"""The senses: what reads a recording, and what each needs of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sense:
    """One sense. Its models, its code and its notes live in the room of its name.

    Attributes
    ----------
    name : str
        Its key in a Result, in moments and in the folders of models.
    stream : str
        What it reads: the sound track (``audio``) or the pictures (``video``) of a recording.
    kinds : tuple of str
        The kinds of recording that may have that.
    measured : str
        What there was wherever it read something, in words: “speech”, “a face”.
    """

    name: str
    stream: str
    kinds: tuple[str, ...]
    measured: str


SENSES = {
    sense.name: sense
    for sense in (
        Sense("voice", "audio", ("audio", "video"), "speech"),
        Sense("face", "video", ("image", "video"), "a face"),
    )
}
"""Every sense by its name, in the order in which they are named."""
