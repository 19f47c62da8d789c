"""Toronto emotional speech set: two actresses, 200 words in one phrase, 7 emotions.

``SSS_word_emotion.ext``, in folders of any name: OAF the older speaker (64 years), YAF the
younger (26). CC BY-NC 4.0; Pichora-Fuller MK, Dupuis K (2020), doi:10.5683/SP2/E8H2MF.

Two voices are few: as a corpus to add, not one to measure on.
"""

import re
from pathlib import Path

from source.training.readers.spoken import Clip, Clips, read

EMOTIONS = {
    "angry": "angry",
    "disgust": "disgust",
    "fear": "fearful",
    "happy": "happy",
    "ps": "surprised",
    "sad": "sad",
    "neutral": "neutral",
}
"""Word in the file name, then emotion; ``ps`` is pleasant surprise."""

# One file of the corpus is called OA_bite_neutral, without the F.
NAME = re.compile(r"(OAF?|YAF)_(.+)_(angry|disgust|fear|happy|ps|sad|neutral)", re.IGNORECASE)


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
        speaker, word, emotion = match.groups()
        return Clip(
            path=path,
            corpus="tess",
            speaker="YAF" if speaker.upper() == "YAF" else "OAF",
            emotion=EMOTIONS[emotion.lower()],
            statement=word.lower(),
            gender="female",
            language="en",
        )

    hint = "Point --data at what holds voice/tess; names look like OAF_back_angry.wav."
    return read(folder, parse, corpus="TESS", hint=hint)
