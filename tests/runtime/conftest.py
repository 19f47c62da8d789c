import json
import sys
import types

import pytest

from source.runtime import Card, networks
from source.training.export import save


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A models folder with one small network, exported as every network is."""
    import keras

    def small(units: int):
        inputs = keras.Input((12, 6))
        embedding = keras.layers.GRU(units, unroll=True)(inputs)
        return keras.Model(inputs, [keras.layers.Dense(3)(embedding), embedding])

    module = types.ModuleType(f"{networks.__name__}.small")
    module.small = small
    sys.modules[module.__name__] = module
    networks.BUILDERS["test/small"] = "small.small"
    root = tmp_path_factory.mktemp("models")
    keras.utils.set_random_seed(1)
    card = Card(
        name="small",
        sense="voice",
        architecture={"name": "test/small", "args": {"units": 8}},
        labels=("neutral", "happy", "sad"),
        input={},
        preprocessing=1,
        temperature=2.0,
        threshold=0.5,
        sha256={},
        data="random numbers",
    )
    save(networks.build("test/small", units=8), root / "voice" / "small", card)
    (root / "index.json").write_text(json.dumps({"voice": "small"}))
    yield root
    del networks.BUILDERS["test/small"], sys.modules[module.__name__]
