"""Networks that read one aligned, grey face."""

from collections.abc import Sequence
from itertools import count
from typing import Any


def residual(
    *,
    side: int | None = 48,
    stem: int = 32,
    widths: Sequence[int] = (32, 64, 128),
    depths: Sequence[int] = (1, 2, 2),
    classes: int = 8,
    dropout: float = 0.3,
    folded: bool = False,
) -> Any:
    """A small residual network with squeeze and excitation.

    He K et al., "Deep Residual Learning for Image Recognition", CVPR 2016; Hu J et al.,
    "Squeeze-and-Excitation Networks", CVPR 2018. The stem halves the picture at once: most of
    the work is then done at 24, 12 and 6 pixels a side.

    Parameters
    ----------
    side : int, optional
        Side of the crop in pixels; None takes any (training grows the crops).
    stem : int
        Channels of the first layer.
    widths, depths : sequence of int
        Channels and number of blocks of each stage; every stage but the first halves the side.
    classes : int
        Number of emotions.
    dropout : float
        Share of the embedding left out in training, 0 to 1.
    folded : bool
        Whether the batch normalisation lies in the weights before it, as serving wants it;
        `fold` brings trained weights over.

    Returns
    -------
    keras.Model
        Input [side, side, 1], standardised luminance; outputs logits [classes] and embedding
        [widths[-1]].
    """
    import keras
    from keras import layers

    number = count(1)

    def conv(x: Any, width: int, kernel: int, strides: int = 1) -> Any:
        place = next(number)
        x = layers.Conv2D(
            width,
            kernel,
            strides=strides,
            padding="same",
            use_bias=folded,
            kernel_initializer="he_normal",
            name=f"conv{place}",
        )(x)
        return x if folded else layers.BatchNormalization(momentum=0.98, name=f"norm{place}")(x)

    def excite(x: Any, width: int) -> Any:
        place = next(number)
        gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
        gate = layers.Conv2D(width // 8, 1, activation="relu", name=f"squeeze{place}")(gate)
        gate = layers.Conv2D(width, 1, activation="sigmoid", name=f"excite{place}")(gate)
        return layers.Multiply()([x, gate])

    def block(x: Any, width: int, strides: int) -> Any:
        y = layers.ReLU()(conv(x, width, 3, strides))
        y = excite(conv(y, width, 3), width)
        if strides > 1:
            x = layers.AveragePooling2D(strides, padding="same")(x)
        if x.shape[-1] != width:
            x = conv(x, width, 1)
        return layers.ReLU()(layers.Add()([x, y]))

    face = layers.Input((side, side, 1), name="face")
    x = layers.ReLU()(conv(face, stem, 5, 2))
    for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
        for place in range(depth):
            x = block(x, width, 2 if stage and not place else 1)
    embedding = layers.GlobalAveragePooling2D(name="embedding")(x)
    kept = layers.Dropout(dropout)(embedding)
    logits = layers.Dense(classes, name="logits")(kept)
    return keras.Model(face, [logits, embedding], name="face_residual")


def fold(trained: Any, folded: Any) -> None:
    """Bring weights into the folded form: the same answers without batch normalisation.

    Weights are rounded to what 16 bits hold exactly, so that a file with 16-bit weights is
    the same network, not a near one.

    Parameters
    ----------
    trained, folded : keras.Model
        `residual` with and without batch normalisation, else alike.
    """
    import numpy as np

    for layer in folded.layers:
        if not layer.weights:
            continue
        weights = trained.get_layer(layer.name).get_weights()
        if layer.name.startswith("conv"):
            norm = trained.get_layer(layer.name.replace("conv", "norm"))
            gamma, beta, mean, variance = norm.get_weights()
            scale = gamma / np.sqrt(variance + norm.epsilon)
            weights = [weights[0] * scale, beta - mean * scale]
        layer.set_weights([w.astype(np.float16).astype(np.float32) for w in weights])
