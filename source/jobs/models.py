"""Which models serve on this machine, for the pages: they load none themselves."""

from source.core.errors import AverError
from source.runtime.registry import MODEL_SENSES, default_name
from source.settings import Settings


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
