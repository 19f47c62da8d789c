"""Berlin Database of Emotional Speech: 10 actors, 10 German sentences, 7 emotions.

``SSTTTEv.ext``: speaker, sentence, emotion, version. Free for research; Burkhardt F et al.
(2005), Interspeech: 1517-1520.
"""

import re
from pathlib import Path

from source.training.readers.spoken import Clip, Clips, read

EMOTIONS = {
    "W": "angry",
    "L": "bored",
    "E": "disgust",
    "A": "fearful",
    "F": "happy",
    "T": "sad",
    "N": "neutral",
}
"""Code in the file name (from the German word), then emotion."""

MALE = frozenset({"03", "10", "11", "12", "15"})
NAME = re.compile(r"(\d\d)([ab]\d\d)([WLEAFTN])([a-z])")


def clips(folder: Path) -> Clips:
    """Every clip below `folder`, by name.

    Raises
    ------
    NotFound
        If there is none.
    """

    def parse(path: Path) -> Clip | None:
        match = NAME.fullmatch(path.stem)
        if match is None:
            return None
        speaker, sentence, code, _ = match.groups()
        return Clip(
            path=path,
            corpus="emo-db",
            speaker=speaker,
            emotion=EMOTIONS[code],
            statement=sentence,
            gender="male" if speaker in MALE else "female",
            language="de",
        )

    return read(folder, parse, corpus="EMO-DB", hint="Point --data at what holds voice/emo-db.")
