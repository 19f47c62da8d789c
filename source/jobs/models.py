"""What is installed to answer, for the pages: they load no model themselves."""

from dataclasses import dataclass

from source.core.errors import AverError
from source.runtime.foreign import EITHER, FOREIGN, SETUP, installed
from source.runtime.registry import MODEL_SENSES, default_name
from source.settings import Settings


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


def default_models(settings: Settings) -> dict[str, str]:
    """The model that serves as the default of each sense, by sense.

    Without the senses whose default is missing or damaged: an analysis says so.
    """
    root, serving = settings.path("MODELS_DIR"), {}
    for sense in MODEL_SENSES:
        try:
            serving[sense] = default_name(sense, root=root)
        except AverError:
            continue
    return serving
