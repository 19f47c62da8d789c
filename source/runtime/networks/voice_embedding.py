"""A compact network that makes a 128-d embedding of a window of voice, from 64 mel bands."""

from typing import Any


def log_mel_embedding(
    *,
    classes: int = 8,
    frames: int | None = 282,
    bands: int = 64,
    channels: tuple[int, ...] = (16, 24, 32, 48),
    embedding: int = 128,
    dropout: float = 0.2,
) -> Any:
    """Four convolutions that halve both sides, statistics over time, embedding, linear head.

    Frames of zeros are padding; where all of a frame's sixteen are, statistics leave it out.

    Parameters
    ----------
    frames : int or None
        Frames of the input; None takes any number (training), a number is for export.

    Returns
    -------
    keras.Model
        ``[n, frames, bands]`` to ``[logits [n, classes], embedding [n, embedding]]``.
    """
    import keras
    from keras import layers, ops

    given = keras.Input((frames, bands), name="log_mel")
    audible = ops.cast(ops.max(ops.abs(given), axis=-1, keepdims=True) > 0.0, "float32")
    mask = layers.MaxPooling1D(2 ** len(channels), padding="same")(audible)

    x = layers.Reshape((-1, bands, 1))(given)
    for count in channels:
        x = layers.Conv2D(count, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(x))
        x = layers.SpatialDropout2D(dropout / 2)(x)
    x = layers.Reshape((-1, bands // 2 ** len(channels) * channels[-1]))(x)

    count = ops.sum(mask, axis=1) + 1e-3  # silence alone has no frames
    mean = ops.sum(mask * x, axis=1) / count
    square = ops.sum(mask * ops.square(x - mean[:, None]), axis=1) / count
    vector = layers.Concatenate()([mean, ops.sqrt(square + 1e-4)])
    vector = layers.Dropout(dropout)(vector)
    vector = layers.Dense(embedding, use_bias=False)(vector)
    vector = layers.BatchNormalization(momentum=0.95)(vector)
    vector = layers.Activation("relu", name="embedding")(vector)
    logits = layers.Dense(classes, name="logits")(layers.Dropout(dropout)(vector))
    return keras.Model(given, [logits, vector], name="log_mel_embedding")
