"""The voice: where somebody speaks, and what it sounds like they feel."""

from source.voice.listen import Heard, listen
from source.voice.speech import Utterance, utterances

__all__ = ["Heard", "Utterance", "listen", "utterances"]
