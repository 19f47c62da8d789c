"""RAVDESS: acted sentences, spoken or sung, one emotion a clip, named by code.

``03-CC-EE-II-SS-RR-AA.ext``: audio only, channel (01 speech, 02 song), emotion, intensity,
statement, repetition, actor (odd male, even female). CC BY-NC-SA 4.0; Livingstone & Russo
(2018), PLoS ONE 13(5): e0196391.
"""

import re
from pathlib import Path

from source.training.readers.spoken import Clip, Clips, read

EMOTIONS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}
"""Code in the file name, then emotion."""

NAME = re.compile(r"03-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)")
CHANNELS = {"speech": "01", "song": "02"}
HINT = "Point --data at the folder that holds voice/ravdess, or use --tiny."


def clips(folder: Path, *, channel: str = "speech") -> Clips:
    """Every clip of one channel (``speech`` or ``song``) below `folder`, by name.

    Works on the copy in ``voice/ravdess`` as well as on the corpus as published
    (``Actor_01/03-01-01-01-01-01-01.wav``). The same bytes twice count once. The singers
    are the speakers: `Clip.person` is the same in both channels.

    Raises
    ------
    NotFound
        If there is none.
    """
    wanted = CHANNELS[channel]

    def parse(path: Path) -> Clip | None:
        match = NAME.fullmatch(path.stem)
        if match is None or match[1] != wanted:
            return None
        _, code, intensity, statement, _, actor = match.groups()
        return Clip(
            path=path,
            corpus="ravdess" if channel == "speech" else "ravdess-song",
            speaker=str(int(actor)),
            emotion=EMOTIONS[code],
            intensity="strong" if intensity == "02" else "normal",
            statement=statement,
            gender=gender(int(actor)),
            language="en",
            cast="ravdess",
        )

    return read(folder, parse, corpus=f"RAVDESS {channel}", hint=HINT)


def gender(actor: int) -> str:
    """Of an actor, by the corpus's numbers: odd ones are men."""
    return "male" if actor % 2 else "female"
