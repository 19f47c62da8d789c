"""Surrey audio-visual expressed emotion: four Englishmen, 120 sentences each, 7 emotions.

``AudioData/SS/eNN.ext`` as published, ``SS_eNN.ext`` in the copy many use: speaker, emotion,
sentence. For research, after registration; Haq S, Jackson PJB (2010), in: Machine Audition,
IGI Global: 398-423.
"""

import re
from pathlib import Path

from source.training.readers.spoken import Clip, Clips, read

EMOTIONS = {
    "a": "angry",
    "d": "disgust",
    "f": "fearful",
    "h": "happy",
    "n": "neutral",
    "sa": "sad",
    "su": "surprised",
}
"""Letters in the file name, then emotion."""

SPEAKERS = ("DC", "JE", "JK", "KL")
NAME = re.compile(rf"(?:({'|'.join(SPEAKERS)})_)?(sa|su|[adfhn])(\d\d)")


def clips(folder: Path) -> Clips:
    """Every clip below `folder`, by name (``DC_a01``, however it lies).

    Raises
    ------
    NotFound
        If there is none.
    """

    def parse(path: Path) -> Clip | None:
        match = NAME.fullmatch(path.stem)
        speaker = (match[1] or path.parent.name) if match else ""
        if match is None or speaker not in SPEAKERS:
            return None
        return Clip(
            path=path,
            corpus="savee",
            speaker=speaker,
            emotion=EMOTIONS[match[2]],
            statement=match[2] + match[3],
            gender="male",
            language="en",
            title=f"{speaker}_{match[2]}{match[3]}",
        )

    hint = "Point --data at what holds voice/savee: AudioData/DC/a01.wav or DC_a01.wav."
    return read(folder, parse, corpus="SAVEE", hint=hint)
