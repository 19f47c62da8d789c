"""The voice's networks. Input: 40 normalised cepstra, 10 ms a frame, zeros where there is none."""

from typing import Any


class _Parts:
    """The layers the networks here are made of, of one width and one dropout."""

    def __init__(self, width: int, dropout: float) -> None:
        self.width, self.dropout = width, dropout

    def norm_relu(self, x: Any, *, relu: bool = True) -> Any:
        """Batch normalisation, then what is positive of it."""
        from keras import layers

        x = layers.BatchNormalization(momentum=0.95)(x)
        return layers.ReLU()(x) if relu else x

    def halved(self, x: Any, count: int) -> Any:
        """A convolution over a picture that halves its second side."""
        from keras import layers

        x = layers.Conv2D(count, 3, strides=(1, 2), padding="same", use_bias=False)(x)
        return layers.SpatialDropout2D(self.dropout / 2)(self.norm_relu(x))

    def picture(self, x: Any, bands: int, channels: tuple[int, ...]) -> Any:
        """``[n, frames, bands]`` as a picture: a quarter of the frames, `width` tracks."""
        from keras import layers

        x = layers.Reshape((-1, bands, 1))(x)
        x = layers.Conv2D(16, (7, 5), strides=(4, 2), padding="same", use_bias=False)(x)
        x = self.norm_relu(x)
        for each in channels:
            x = self.halved(x, each)
        x = layers.Reshape((-1, bands // 2 ** (len(channels) + 1) * channels[-1]))(x)
        return self.norm_relu(layers.Dense(self.width, use_bias=False)(x))

    def tracks(self, x: Any) -> Any:
        """``[n, frames, d]`` as d tracks: a quarter of the frames, `width` tracks."""
        from keras import layers

        x = layers.BatchNormalization(momentum=0.95)(x)  # high orders are small
        for last in (False, True):
            x = layers.Conv1D(self.width, 5, strides=2, padding="same", use_bias=False)(x)
            x = self.norm_relu(x)
            x = layers.SpatialDropout1D(self.dropout / 2)(x) if last else x
        return x

    def encoder(self, x: Any, hidden: Any, heads: int) -> Any:
        """One Transformer encoder block; `hidden` is added to the scores of attention."""
        from keras import layers, ops

        width, dropout = self.width, self.dropout
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

    def pooled(self, x: Any, mask: Any) -> Any:
        """Attentive statistics: weighted mean and spread over the frames."""
        from keras import layers, ops

        scores = layers.Dense(1)(layers.Dense(32, activation="tanh")(x))

        weights = ops.softmax(scores - 1e4 * (1.0 - mask), axis=1)
        mean = ops.sum(weights * x, axis=1)
        square = ops.sum(weights * ops.square(x), axis=1)
        spread = ops.sqrt(ops.maximum(square - ops.square(mean), 0.0) + 1e-4)
        return ops.concatenate([mean, spread], axis=-1)

    def answer(self, sequences: Any, mask: Any, embedding: int, classes: int) -> Any:
        """Everything pooled, the embedding of it, and the logits."""
        from keras import layers

        vector = layers.Concatenate()([self.pooled(x, mask) for x in sequences])
        vector = layers.Dropout(2 * self.dropout)(self.norm_relu(vector, relu=False))
        vector = layers.Dense(embedding, use_bias=False)(vector)
        vector = layers.BatchNormalization(momentum=0.95)(vector)
        vector = layers.Activation("relu", name="embedding")(vector)
        logits = layers.Dense(classes, name="logits")(layers.Dropout(2 * self.dropout)(vector))
        return logits, vector


def _heard(given: Any) -> Any:
    """1 for every fourth frame where there is sound, 0 for padding: ``[n, frames / 4, 1]``."""
    from keras import layers, ops

    audible = ops.cast(ops.max(ops.abs(given), axis=-1, keepdims=True) > 0.0, "float32")
    return layers.MaxPooling1D(4, padding="same")(audible)


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

    parts = _Parts(width, dropout)
    given = keras.Input((frames, coefficients), name="cepstra")
    mask = _heard(given)
    hidden = -1e4 * (1.0 - ops.transpose(mask, (0, 2, 1)))[:, None]
    spectrum = layers.Dense(bands, use_bias=False, name="bands")(given)
    picture = parts.picture(spectrum, bands, channels)
    tracks = parts.tracks(given)
    joined = layers.Dense(width)(layers.Concatenate()([picture, tracks]))
    for _ in range(blocks):
        joined = parts.encoder(joined, hidden, heads)
    joined = layers.LayerNormalization()(joined)
    logits, vector = parts.answer((picture, tracks, joined), mask, embedding, classes)
    model = keras.Model(given, [logits, vector], name="cnn_transformer")
    model.get_layer("bands").set_weights([_inverse_cosines(coefficients, bands)])
    return model


def melody(
    *,
    classes: int = 8,
    frames: int | None = 282,
    coefficients: int = 40,
    lags: int = 56,
    bands: int = 64,
    channels: tuple[int, int, int] = (24, 40, 56),
    lag_channels: tuple[int, int] = (24, 32),
    width: int = 96,
    blocks: int = 1,
    recurrent: bool = False,
    heads: int = 4,
    embedding: int = 96,
    dropout: float = 0.1,
) -> Any:
    """`cnn_transformer` with a third branch, which sees the melody.

    That branch looks at the autocorrelation over logarithmic lag (`voice.pitch`) as at a
    picture: what moves up and down in it is the pitch, and a convolution does not mind how
    high a voice lies. A Transformer encoder or, where `recurrent`, a gated recurrent layer in
    both directions reads the three branches together.

    Parameters
    ----------
    frames : int or None
        Frames of the input; None takes any number (training), a number is for export.

    Returns
    -------
    keras.Model
        ``[n, frames, coefficients + lags]`` to ``[logits [n, classes], embedding [n, embedding]]``.
    """
    import keras
    from keras import layers, ops

    parts = _Parts(width, dropout)
    given = keras.Input((frames, coefficients + lags), name="cepstra_and_lags")
    cepstra = given[:, :, :coefficients]
    mask = _heard(cepstra)
    spectrum = layers.Dense(bands, use_bias=False, name="bands")(cepstra)
    sequences = (
        parts.picture(spectrum, bands, channels),
        parts.tracks(cepstra),
        parts.picture(given[:, :, coefficients:], lags, lag_channels),
    )
    joined = layers.Dense(width)(layers.Concatenate()(sequences))
    if recurrent:
        joined = layers.Dropout(dropout)(parts.norm_relu(joined))
        joined = _both_ways(width // 2, frames)(joined * mask)
    else:
        hidden = -1e4 * (1.0 - ops.transpose(mask, (0, 2, 1)))[:, None]
        for _ in range(blocks):
            joined = parts.encoder(joined, hidden, heads)
    joined = layers.LayerNormalization()(joined)
    logits, vector = parts.answer((*sequences, joined), mask, embedding, classes)
    model = keras.Model(given, [logits, vector], name="melody")
    model.get_layer("bands").set_weights([_inverse_cosines(coefficients, bands)])
    return model


def _both_ways(units: int, frames: int | None) -> Any:
    """A gated recurrent layer in both directions; written out where the length is known."""
    from keras import layers

    if frames is None:
        return layers.Bidirectional(layers.GRU(units, return_sequences=True))
    from source.runtime.networks.recurrent import BothWays

    return BothWays(units)


def _inverse_cosines(coefficients: int, bands: int) -> Any:
    """Orthonormal inverse cosine transform of the first coefficients, ``[coefficients, bands]``."""
    import numpy as np

    order, band = np.arange(coefficients)[:, None], np.arange(bands)[None, :] + 0.5
    matrix = np.sqrt(2.0 / bands) * np.cos(np.pi * order * band / bands)
    matrix[0] /= np.sqrt(2.0)
    return matrix.astype("float32")
