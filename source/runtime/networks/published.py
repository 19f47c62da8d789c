"""Networks as others published them, to be measured beside ours under the same protocol."""

from typing import Any


def parallel_cnn_transformer(
    *,
    classes: int = 8,
    frames: int | None = 282,
    coefficients: int = 40,
    blocks: int = 4,
    heads: int = 4,
    inner: int = 512,
) -> Any:
    """Two convolutional stacks side by side and a Transformer encoder, over the cepstrum.

    Each stack halves, then twice quarters the picture of cepstra by maxima (16, 32, 64
    channels); the encoder reads the forty cepstra of every fourth frame and is averaged over
    time. What the three say is joined and answered by one linear layer. Zenkov I (2020),
    "transformer-cnn-emotion-recognition", whose figures are from a split by clip.

    Parameters
    ----------
    frames : int or None
        Frames of the input; the stacks end in a picture of a fixed size, so None means 282.

    Returns
    -------
    keras.Model
        ``[n, frames, coefficients]`` to ``[logits [n, classes], embedding [n, 1064]]``.
    """
    import keras
    from keras import layers, ops

    length = frames or 282

    def stack(x: Any) -> Any:
        for channels, pool in ((16, 2), (32, 4), (64, 4)):
            x = layers.Conv2D(channels, 3, padding="same")(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
            x = layers.Dropout(0.3)(layers.MaxPooling2D(pool)(x))
        return layers.Flatten()(x)

    def attended(x: Any) -> Any:
        size = coefficients // heads
        q, k, v = (
            layers.Permute((2, 1, 3))(
                layers.Reshape((-1, heads, size))(layers.Dense(coefficients)(x))
            )
            for _ in range(3)
        )
        weights = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / size**0.5)
        joined = layers.Permute((2, 1, 3))(ops.matmul(weights, v))
        return layers.Dense(coefficients)(layers.Reshape((-1, coefficients))(joined))

    given = keras.Input((length, coefficients), name="cepstra")
    picture = layers.Reshape((length, coefficients, 1))(given)
    read = layers.MaxPooling1D(4)(given)
    for _ in range(blocks):
        read = layers.LayerNormalization()(
            layers.Add()([read, layers.Dropout(0.4)(attended(read))])
        )
        wide = layers.Dense(coefficients)(layers.Dense(inner, activation="relu")(read))
        read = layers.LayerNormalization()(layers.Add()([read, layers.Dropout(0.4)(wide)]))
    vector = layers.Concatenate(name="embedding")(
        [stack(picture), stack(picture), layers.GlobalAveragePooling1D()(read)]
    )
    logits = layers.Dense(classes, name="logits")(vector)
    return keras.Model(given, [logits, vector], name="parallel_cnn_transformer")
