"""A network that reads what the face network said of 30 pictures, and no pixels."""

from typing import Any


def temporal_head(
    *,
    classes: int,
    embedding: int,
    steps: int = 30,
    units: int = 48,
    reach: int = 3,
    dropout: float = 0.4,
    unroll: bool = True,
) -> Any:
    """Attention over steps that know how far they are from the person's own rest.

    The rest is the mean row, weighted by how neutral each picture looked: a face that always
    looks a little sad then counts for less than one that becomes so. Neighbouring steps are
    mixed by a convolution, and one learned weight a step picks those that show most.

    Parameters
    ----------
    classes : int
        Number of outputs, and of the log posteriors at the end of each row, neutral first.
    embedding : int
        Length of the face network's embedding, the beginning of each row.
    steps : int
        Rows of a clip.
    units : int
        Width of the hidden layers.
    reach : int > 0
        Steps that the convolution sees at once.
    dropout : float
        Share left out before each layer, 0 to 1.
    unroll : bool
        Not used: nothing here goes step by step. All networks of clips take it.

    Returns
    -------
    keras.Model
        ``[steps, embedding + classes]`` to logits ``[classes]`` and embedding.
    """
    import keras
    from keras import layers, ops

    clip = keras.Input((steps, embedding + classes), name="clip")
    rows = layers.BatchNormalization(scale=False, center=False)(clip)
    # How neutral each step looks is the first of the log posteriors.
    calm = ops.softmax(clip[:, :, embedding : embedding + 1], axis=1)
    rest = ops.sum(calm * rows, axis=1, keepdims=True)
    features = layers.Concatenate()([rows, rows - rest])
    features = layers.Dropout(dropout)(features)
    hidden = layers.Dense(units, activation="relu")(features)
    hidden = layers.Conv1D(units, reach, padding="same", activation="relu")(
        layers.Dropout(dropout)(hidden)
    )
    weight = ops.softmax(layers.Dense(1, name="attention")(hidden), axis=1)
    vector = layers.Concatenate(name="embedding")(
        [
            ops.sum(weight * hidden, axis=1),
            ops.mean(hidden, axis=1),
            ops.sum(weight * rows[:, :, embedding:], axis=1),
            ops.mean(rows[:, :, embedding:], axis=1),
        ]
    )
    logits = layers.Dense(classes, name="logits")(layers.Dropout(dropout)(vector))
    return keras.Model(clip, [logits, vector], name="temporal_head")
