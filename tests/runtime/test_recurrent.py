"""The recurrent layer that is exported gives what the layer that was trained gives."""

import numpy as np
import pytest


@pytest.mark.filterwarnings("ignore")
def test_both_ways_at_once_equals_the_bidirectional_layer_of_keras():
    from source.training.threads import start_keras

    keras = start_keras(1)
    from source.runtime.networks.recurrent import BothWays

    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 9, 5)).astype(np.float32)
    known = keras.layers.Bidirectional(keras.layers.GRU(3, return_sequences=True))
    known(x)
    known.set_weights([rng.normal(size=w.shape) for w in known.get_weights()])
    ours = BothWays(3)
    ours(x)
    ours.set_weights(known.get_weights())
    assert np.abs(np.asarray(ours(x)) - np.asarray(known(x))).max() < 1e-6
