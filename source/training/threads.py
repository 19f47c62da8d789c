"""Starting Keras for training."""

import os
from typing import Any

from source.runtime.natives import before_tensorflow


def start_keras(threads: int, *, mixed: bool = False) -> Any:
    """Import Keras, bound to so many threads, and give it back.

    ``KERAS_BACKEND`` names another backend than TensorFlow. A process that has used one before
    keeps the threads it has. With `mixed`, layers compute in bfloat16 and keep their weights in
    float32: about twice as fast on a GPU that knows bfloat16, slower on a processor that does not.
    """
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, str(threads))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    # Off by default on processors without AVX-512; a step takes 0.6 to 0.9 of the time with it.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    before_tensorflow()
    import keras

    keras.mixed_precision.set_global_policy("mixed_bfloat16" if mixed else "float32")
    return keras
