"""The machine that did an analysis, in words."""

from source.core.figures import number_of
from source.core.result import Device, RanOn
from source.views.words import listing


def ran_on(device: Device) -> str:
    """One sentence: what ran each model, and on what.

    Examples
    --------
    >>> lite, tensor = RanOn("LiteRT 2.3.0", "cpu"), RanOn("TensorFlow 2.21.0", "gpu")
    >>> ran_on(Device("Neoverse N1", 2, {"voice": lite, "face": lite}))
    'Run by LiteRT 2.3.0 (voice and face) on the processor, Neoverse N1 with 2 cores.'
    >>> ran_on(Device("Neoverse N1", 1, {"face": tensor}, "NVIDIA H100"))
    'Run by TensorFlow 2.21.0 (face) on the graphics card, NVIDIA H100.'
    """
    places = {
        "gpu": f"on the graphics card, {device.gpu or 'GPU'}",
        "cpu": f"on the processor, {device.processor} with {number_of(device.cores, 'core')}",
    }
    parts = [
        f"{listing(_libraries(device, on))} {place}"
        for on, place in places.items()
        if on in {one.on for one in device.models.values()}
    ]
    return f"Run by {'; by '.join(parts)}." if parts else ""


def _libraries(device: Device, on: str) -> list[str]:
    """Each library with the models that it ran there."""
    by: dict[RanOn, list[str]] = {}
    for kind, one in device.models.items():
        if one.on == on:
            by.setdefault(one, []).append(kind)
    return [f"{one.library} ({listing(kinds)})" for one, kinds in by.items()]
