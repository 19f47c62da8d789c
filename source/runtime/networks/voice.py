"""The voice's networks. Input: 40 normalised cepstra, 10 ms a frame, zeros where there is none."""

from typing import Any


def cnn_transformer(
    *,
    classes: int = 8,
    frames: int | None = 282,
    coefficients: int = 40,
    bands: int = 64,
    channels: tuple[int, int, int] = (24, 40, 56),
    width: int = 96,
    blocks: int = 1,
    heads: int = 4,
    embedding: int = 96,
    dropout: float = 0.1,
) -> Any:
    """Two convolutional branches side by side, a Transformer encoder over both.

    The first layer is a learned matrix that starts as the inverse cosine transform, so one
    branch sees the smoothed mel spectrum as a picture (2-D convolutions) and the other
    hears the cepstrum as 40 tracks (1-D convolutions). Their sequences are joined, read by
    the Transformer encoder, and all three are pooled by attentive statistics.
    Frames of zeros are padding and are left out of attention and pooling.

    Parameters
    ----------
    frames : int or None
        Frames of the input; None takes any number (training), a number is for export.

    Returns
    -------
    keras.Model
        ``[n, frames, coefficients]`` to ``[logits [n, classes], embedding [n, embedding]]``.
    """
    import keras
    from keras import layers, ops

    def norm_relu(x: Any, *, relu: bool = True) -> Any:
        x = layers.BatchNormalization(momentum=0.95)(x)
        return layers.ReLU()(x) if relu else x

    def halved(x: Any, count: int) -> Any:
        x = layers.Conv2D(count, 3, strides=(1, 2), padding="same", use_bias=False)(x)
        return layers.SpatialDropout2D(dropout / 2)(norm_relu(x))

    def encoder(x: Any, hidden: Any) -> Any:
        y = layers.LayerNormalization()(x)
        size = width // heads
        q, k, v = (
            layers.Permute((2, 1, 3))(layers.Reshape((-1, heads, size))(layers.Dense(width)(y)))
            for _ in range(3)
        )
        weights = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / size**0.5 + hidden)
        y = ops.matmul(weights, v)
        y = layers.Reshape((-1, width))(layers.Permute((2, 1, 3))(y))
        x = layers.Add()([x, layers.Dropout(dropout)(layers.Dense(width)(y))])
        y = layers.LayerNormalization()(x)
        y = layers.Dense(width)(layers.Dense(2 * width, activation="gelu")(y))
        return layers.Add()([x, layers.Dropout(dropout)(y)])

    def pooled(x: Any, mask: Any) -> Any:
        scores = layers.Dense(1)(layers.Dense(32, activation="tanh")(x))

        weights = ops.softmax(scores - 1e4 * (1.0 - mask), axis=1)
        mean = ops.sum(weights * x, axis=1)
        square = ops.sum(weights * ops.square(x), axis=1)
        spread = ops.sqrt(ops.maximum(square - ops.square(mean), 0.0) + 1e-4)
        return ops.concatenate([mean, spread], axis=-1)

    given = keras.Input((frames, coefficients), name="cepstra")
    heard = ops.cast(ops.max(ops.abs(given), axis=-1, keepdims=True) > 0.0, "float32")
    mask = layers.MaxPooling1D(4, padding="same")(heard)
    hidden = -1e4 * (1.0 - ops.transpose(mask, (0, 2, 1)))[:, None]

    picture = layers.Dense(bands, use_bias=False, name="bands")(given)
    picture = layers.Reshape((-1, bands, 1))(picture)
    picture = layers.Conv2D(16, (7, 5), strides=(4, 2), padding="same", use_bias=False)(picture)
    picture = norm_relu(picture)
    for each in channels:
        picture = halved(picture, each)
    picture = layers.Reshape((-1, bands // 16 * channels[-1]))(picture)
    picture = norm_relu(layers.Dense(width, use_bias=False)(picture))

    tracks = layers.BatchNormalization(momentum=0.95)(given)  # high orders are small
    tracks = layers.Conv1D(width, 5, strides=2, padding="same", use_bias=False)(tracks)
    tracks = norm_relu(tracks)
    tracks = layers.Conv1D(width, 5, strides=2, padding="same", use_bias=False)(tracks)
    tracks = layers.SpatialDropout1D(dropout / 2)(norm_relu(tracks))

    joined = layers.Dense(width)(layers.Concatenate()([picture, tracks]))
    for _ in range(blocks):
        joined = encoder(joined, hidden)
    joined = layers.LayerNormalization()(joined)

    said = layers.Concatenate()([pooled(x, mask) for x in (picture, tracks, joined)])
    said = layers.Dropout(2 * dropout)(norm_relu(said, relu=False))
    said = layers.Dense(embedding, use_bias=False)(said)
    said = layers.BatchNormalization(momentum=0.95)(said)
    said = layers.Activation("relu", name="embedding")(said)
    logits = layers.Dense(classes, name="logits")(layers.Dropout(2 * dropout)(said))
    model = keras.Model(given, [logits, said], name="cnn_transformer")
    model.get_layer("bands").set_weights([_inverse_cosines(coefficients, bands)])
    return model


def _inverse_cosines(coefficients: int, bands: int) -> Any:
    """Orthonormal inverse cosine transform of the first coefficients, ``[coefficients, bands]``."""
    import numpy as np

    order, band = np.arange(coefficients)[:, None], np.arange(bands)[None, :] + 0.5
    matrix = np.sqrt(2.0 / bands) * np.cos(np.pi * order * band / bands)
    matrix[0] /= np.sqrt(2.0)
    return matrix.astype("float32")
