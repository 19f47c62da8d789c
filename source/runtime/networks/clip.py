"""Networks that read 30 pictures of a moving face."""

from collections.abc import Sequence
from typing import Any


def _each(layer: Any, clip: Any) -> Any:
    """`layer` on every picture by itself, all at once: several times faster than one by one."""
    from keras import ops

    steps = clip.shape[1]
    rows = layer(ops.reshape(clip, (-1, *clip.shape[2:])))
    return ops.reshape(rows, (-1, steps, *rows.shape[1:]))


def conv_lstm(
    *,
    classes: int,
    steps: int = 30,
    size: int = 64,
    stem: Sequence[Sequence[int]] = ((12, 2), (24, 2), (32, 1), (48, 2)),
    filters: Sequence[int] = (24, 24),
    embedding: int = 64,
    dropout: float = 0.3,
    unroll: bool = True,
) -> Any:
    """ConvLSTM over the pictures of a clip: what moves where, not only how it looks.

    After Shi X et al. (2015), "Convolutional LSTM Network". Convolutions that all steps share
    first make small maps, so that the recurrent layers are cheap; a mean over the steps beside
    the last state keeps what was seen early in the clip. The weights do not depend on `steps`
    or `unroll`: training may see fewer steps, and loop where serving unrolls.

    Parameters
    ----------
    classes : int
        Number of outputs.
    steps, size : int
        Pictures of a clip, and the side of each in pixels.
    stem : sequence of (int, int)
        Filters and stride of each convolution.
    filters : sequence of int
        Filters of the ConvLSTM layers; the maps are halved after each.
    embedding : int
        Length of the embedding.
    dropout : float
        Share of features left out before the embedding, 0 to 1.
    unroll : bool
        Write the steps out, one after the other. LiteRT needs it: a loop in the graph would
        ask for operations it does not have by itself.

    Returns
    -------
    keras.Model
        ``[steps, size, size, 3]``, RGB 0 to 1, to logits ``[classes]`` and embedding.
    """
    import keras
    from keras import layers

    clip = keras.Input((steps, size, size, 3), name="clip")
    maps = layers.Rescaling(2.0, offset=-1.0)(clip)
    for number, (count, stride) in enumerate(stem):
        wide = 5 if number == 0 else 3
        conv = layers.Conv2D(count, wide, strides=stride, padding="same", use_bias=False)
        maps = _each(conv, maps)
        maps = _each(layers.BatchNormalization(), maps)
        maps = layers.ReLU()(maps)
    for count in filters:
        maps = layers.ConvLSTM2D(count, 3, padding="same", return_sequences=True, unroll=unroll)(
            maps
        )
        # Pooling each step by itself: MaxPooling3D has no counterpart in LiteRT.
        maps = _each(layers.MaxPooling2D(2), maps)
        maps = _each(layers.BatchNormalization(), maps)
    rows = _each(layers.Flatten(), maps)
    rows = _each(layers.Dense(embedding, activation="relu"), rows)
    whole = layers.Concatenate()([layers.GlobalAveragePooling1D()(rows), rows[:, -1]])
    whole = layers.Dropout(dropout)(whole)
    vector = layers.Dense(embedding, activation="relu", name="embedding")(whole)
    logits = layers.Dense(classes, name="logits")(vector)
    return keras.Model(clip, [logits, vector], name="conv_lstm")


def lrcn(
    *,
    classes: int,
    steps: int = 30,
    size: int = 64,
    stem: Sequence[Sequence[int]] = ((16, 4), (32, 4), (64, 2), (64, 2)),
    units: int = 32,
    dropout: float = 0.25,
    unroll: bool = True,
) -> Any:
    """LRCN in the small form that is widely published: a few convolutions, then an LSTM.

    Donahue J et al. (2015), "Long-term Recurrent Convolutional Networks". Every picture is
    reduced to one short row by itself; only the LSTM sees that they follow each other.

    Parameters
    ----------
    stem : sequence of (int, int)
        Filters of each 3x3 convolution, and how far the maps are pooled after it.
    units : int
        Of the LSTM; its last state is the embedding.
    dropout : float
        Share of the maps left out after each pooling but the last, 0 to 1.
    classes, steps, size, unroll
        As in `conv_lstm`.

    Returns
    -------
    keras.Model
        ``[steps, size, size, 3]``, RGB 0 to 1, to logits ``[classes]`` and embedding.
    """
    import keras
    from keras import layers

    clip = keras.Input((steps, size, size, 3), name="clip")
    maps = clip
    for number, (count, pool) in enumerate(stem):
        if number:
            maps = layers.Dropout(dropout)(maps)
        maps = _each(layers.Conv2D(count, 3, padding="same", activation="relu"), maps)
        maps = _each(layers.MaxPooling2D(pool), maps)
    rows = _each(layers.Flatten(), maps)
    vector = layers.LSTM(units, unroll=unroll, name="embedding")(rows)
    logits = layers.Dense(classes, name="logits")(vector)
    return keras.Model(clip, [logits, vector], name="lrcn")


def conv_lstm_published(
    *,
    classes: int,
    steps: int = 30,
    size: int = 64,
    filters: Sequence[int] = (4, 8, 14, 16),
    dropout: float = 0.2,
    norm: bool = False,
    unroll: bool = True,
) -> Any:
    """ConvLSTM in the small form that is widely published: four of them, one after the other.

    Shi X et al. (2015), "Convolutional LSTM Network". All maps of all steps are flattened and
    answered by one linear layer, so its weights do depend on `steps`; `training.clip.fit`
    stretches them.

    Parameters
    ----------
    filters : sequence of int
        Filters of each 3x3 ConvLSTM; the maps are halved after each.
    dropout : float
        Share left out of the recurrent state and of the pooled maps, 0 to 1.
    norm : bool
        Whether each ConvLSTM is followed by batch normalisation.
    classes, steps, size, unroll
        As in `conv_lstm`.

    Returns
    -------
    keras.Model
        ``[steps, size, size, 3]``, RGB 0 to 1, to logits ``[classes]`` and embedding, the
        mean of the last maps over all steps.
    """
    import keras
    from keras import layers

    clip = keras.Input((steps, size, size, 3), name="clip")
    maps = clip
    # What serves forgets nothing by chance, and the draws of chance could not be exported.
    forgotten = 0.0 if unroll else dropout
    for number, count in enumerate(filters):
        if number:
            maps = layers.Dropout(dropout)(maps)
        maps = layers.ConvLSTM2D(
            count, 3, activation="tanh", recurrent_dropout=forgotten, return_sequences=True,
            unroll=unroll,
        )(maps)  # fmt: skip
        if norm:
            maps = _each(layers.BatchNormalization(), maps)
        # (1, 2, 2) of MaxPooling3D, which has no counterpart in LiteRT.
        maps = _each(layers.MaxPooling2D(2, padding="same"), maps)
    rows = _each(layers.Flatten(), maps)
    vector = layers.GlobalAveragePooling1D(name="embedding")(rows)
    logits = layers.Dense(classes, name="logits")(layers.Flatten()(rows))
    return keras.Model(clip, [logits, vector], name="conv_lstm_published")
