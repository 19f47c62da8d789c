"""Which networks of others are installed, for the pages: they load none themselves."""

from dataclasses import dataclass

from source.runtime.foreign import EITHER, FOREIGN, SETUP, installed


@dataclass(frozen=True)
class Network:
    """A network of others.

    Attributes
    ----------
    key : str
        What a model card calls it (``input.needs``).
    name, package, licence : str
        What it is called, the package that brings it, the licence of its weights.
    installed : bool
        Whether that package is there.
    """

    key: str
    name: str
    package: str
    licence: str
    installed: bool

    @property
    def cure(self) -> str:
        """The command that installs it."""
        return SETUP


def networks() -> dict[str, Network]:
    """All networks of others by key; of two packages with the same, the one that serves."""
    every = {
        key: Network(key, one.name, one.package, one.licence, installed(key))
        for key, one in FOREIGN.items()
    }
    serving = next((key for key in EITHER if every[key].installed), EITHER[0])
    return {key: one for key, one in every.items() if key == serving or key not in EITHER}
