"""The voice: where somebody speaks, and what it sounds like they feel."""

from source.voice.listen import listen
from source.voice.listener import Heard, Listener, Spoken
from source.voice.speech import Utterance, utterances

__all__ = ["Heard", "Listener", "Spoken", "Utterance", "listen", "utterances"]
