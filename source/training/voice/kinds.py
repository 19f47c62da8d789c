"""The voice networks that can be trained: what each is built of, given and trained by."""

from dataclasses import dataclass, field, replace
from typing import Any

from source.training.voice.recipe import Descent, Recipe, Spectral

CEPSTRA = (
    "40 MFCCs of 64 mel bands, 10 ms per frame, 16 kHz; the mean of the utterance subtracted, "
    "divided by its root mean square; zero-padded"
)
MELODY = CEPSTRA + "; plus the autocorrelation at 56 pitches from 60 to 800 Hz"
SPECTRUM = (
    "64 mel bands in decibels, 10 ms per frame, 16 kHz; the mean of the utterance subtracted, "
    "divided by its root mean square; zero-padded"
)


@dataclass(frozen=True)
class VoiceNetwork:
    """One voice network that can be trained.

    Attributes
    ----------
    architecture : str
        Key of `runtime.networks.BUILDERS`.
    features : str
        Key of `voice.inputs.INPUTS`.
    what : str
        The input in words, for the card.
    recipe : Recipe
        How it is trained.
    earlier : tuple of Recipe
        How it is trained before that, one after the other; each goes on from the networks of
        the one before, fold by fold.
    pretrained : bool
        Whether it begins with other corpora (`training.voice.pretrain`).
    all_corpora : bool
        Whether it is trained on all corpora and judged by each (`training.voice.corpora_network`).
    taught : bool
        Whether the voice behind the speech encoder teaches it (`training.voice.teacher`).
    """

    architecture: str
    features: str
    what: str
    recipe: Recipe = field(default_factory=Recipe)
    earlier: tuple[Recipe, ...] = ()
    pretrained: bool = False
    all_corpora: bool = False
    taught: bool = False
    args: dict[str, Any] = field(default_factory=dict)

    def build(self, **more: Any) -> Any:
        """A Keras model of the length that is exported, unless `more` says otherwise."""
        from source.runtime import networks

        return networks.build(self.architecture, **self.args, **more)

    def untrained(self, seed: int = 0) -> Any:
        """A Keras model with weights drawn by `seed`, for sound of any length."""
        import keras

        keras.utils.set_random_seed(seed)
        return self.build(frames=None)


NAME = "cnn-transformer"
"""The network that is trained where none is named."""

OTHERS = {
    "classic": "classic",
    "opensmile": "compare",
    "ensemble": "ensemble",
    "speech-encoder": "encoder_head",
}
"""Models that are no networks of ours, and the module here that trains each."""

AFTER_OTHERS = Recipe(rate=1.5e-3, melody=True)
"""For a network that is pretrained on other corpora: a lower rate."""

TELEPHONES = 0.25
"""Share of utterances that come through a telephone line, in the last recipe."""

KINDS = {
    "cnn-transformer": VoiceNetwork("voice/cnn-transformer", "mfcc-40", CEPSTRA),
    "melody-transformer": VoiceNetwork(
        "voice/melody", "mfcc-40+lags-56", MELODY,
        replace(AFTER_OTHERS, narrow=TELEPHONES), (AFTER_OTHERS,), pretrained=True,
    ),
    "melody-recurrent": VoiceNetwork(
        "voice/melody", "mfcc-40+lags-56", MELODY, AFTER_OTHERS, pretrained=True,
        args={"recurrent": True},
    ),
    "parallel-cnn-transformer": VoiceNetwork(
        "voice/parallel-cnn-transformer", "mfcc-40", CEPSTRA,
        Descent(epochs=30, batch=8, rate=0.01, decay=1e-3, smoothing=0.0, frames=282),
    ),
    "log-mel-embedding": VoiceNetwork(
        "voice/log-mel-embedding", "log-mel-64", SPECTRUM,
        Spectral(epochs=100, batch=32, rate=5e-3),
    ),
    "small": VoiceNetwork(
        "voice/cnn-transformer", "mfcc-40", CEPSTRA,
        Recipe(epochs=6, rate=2e-3, narrow=TELEPHONES, dull=0.15), all_corpora=True, taught=True,
    ),
}  # fmt: skip
"""Name of the model's folder, then what it is."""


def tiny(recipe: Recipe) -> Recipe:
    """A recipe that shows within a minute that everything runs."""
    return replace(recipe, epochs=1, batch=8)
