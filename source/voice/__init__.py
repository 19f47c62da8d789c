"""The voice: speech detection, and the emotion of each utterance."""

from source.voice.listen import listen
from source.voice.listener import Heard, Listener, Spoken
from source.voice.speech import Utterance, utterances

__all__ = ["Heard", "Listener", "Spoken", "Utterance", "listen", "utterances"]
