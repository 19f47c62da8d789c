"""The tables of networks: each row can be built, fed, trained and named on a card."""

import json

import numpy as np
import pytest

from source.core.emotions import FACE, VOICE
from source.face import motion
from source.runtime.networks import BUILDERS
from source.runtime.registry import ROOT
from source.training.clip import kinds as clip
from source.training.voice import kinds as voice
from source.training.voice.recipe import Windows
from source.training.voice.tones import tones
from source.voice.inputs import INPUTS
from source.voice.windows import FRAMES

pytestmark = pytest.mark.filterwarnings("ignore")

TABLES = {"voice": voice.KINDS, "clip": clip.KINDS}
ROWS = [(sense, name) for sense, table in TABLES.items() for name in table]


@pytest.fixture(scope="module")
def utterances():
    return tones()[:8]


@pytest.mark.parametrize(("sense", "name"), ROWS)
def test_a_row_names_a_network_and_what_it_is_fed(sense, name):
    kind = TABLES[sense][name]
    assert kind.architecture in BUILDERS and kind.architecture.startswith(sense)
    assert kind.what
    assert kind.features in INPUTS if sense == "voice" else kind.reads in motion.READS


@pytest.mark.parametrize(("sense", "name"), ROWS)
def test_a_model_that_ships_is_the_row_of_its_name(sense, name):
    card = ROOT / sense / name / "card.json"
    if not card.is_file():
        assert name == "melody-recurrent"  # measured, and not worth shipping
        return
    kind, content = TABLES[sense][name], json.loads(card.read_text("utf-8"))
    assert content["architecture"]["name"] == kind.architecture
    assert kind.args.items() <= content["architecture"]["args"].items()
    if sense == "voice":
        assert content["input"]["features"] == kind.features
        written = content["recipe"]
        assert {key: written[key] for key in kind.recipe.choices() if key in written}.items() <= (
            kind.recipe.choices().items()
        )


@pytest.mark.parametrize("name", voice.KINDS)
def test_a_voice_network_takes_the_batches_of_each_of_its_recipes(name, utterances):
    from source.training.threads import start_keras

    start_keras(1)
    kind = voice.KINDS[name]
    assert kind.build().input.shape[1:] == (FRAMES, kind.recipe.width)
    network = kind.untrained(seed=1)
    for recipe in (*kind.earlier, kind.recipe):
        json.dumps(recipe.choices())  # it stands on the card
        assert recipe.optimizer(100).use_ema
        x, y = Windows(utterances, voice.tiny(recipe), len(VOICE), seed=0).batch(0, 0)
        assert x.shape == (8, recipe.frames, recipe.width) and y.sum(axis=1) == pytest.approx(1.0)
        again, _ = Windows(utterances, voice.tiny(recipe), len(VOICE), seed=0).batch(0, 0)
        assert np.array_equal(x, again)
        logits, embedding = network(x)
        assert logits.shape == (8, len(VOICE)) and embedding.shape[1] > len(VOICE)


@pytest.mark.parametrize("name", clip.KINDS)
def test_a_clip_network_takes_clips_of_each_of_its_stages(name):
    from source.training.threads import start_keras

    start_keras(1)
    kind = clip.KINDS[name]
    assert [stage.steps for stage in kind.stages][-1] == motion.STEPS
    for stage in (*kind.stages, *clip.tiny(kind)):
        assert 0 < stage.epochs * stage.batches * stage.batch <= stage.clips
    for stage in clip.tiny(kind):
        options = {**kind.options(tiny=True), "steps": stage.steps, "unroll": False}
        if kind.reads == motion.ROWS:
            options["embedding"] = 8  # of the face network
        network = kind.build(**options)
        logits, _ = network(np.zeros((2, *network.input.shape[1:]), np.float32))
        assert logits.shape == (2, len(FACE))
