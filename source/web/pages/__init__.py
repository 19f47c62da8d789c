"""The pages a person sees."""

from source.web.pages import (  # these add their routes
    batch,  # noqa: F401
    compare,  # noqa: F401
    docs,  # noqa: F401
    drawings,  # noqa: F401
    edits,  # noqa: F401
    exports,  # noqa: F401
    history,  # noqa: F401
    home,  # noqa: F401
    jobs,  # noqa: F401
    lanes,  # noqa: F401
    parts,  # noqa: F401
    purpose,  # noqa: F401
    results,  # noqa: F401
    send,  # noqa: F401
    settings,  # noqa: F401
)
from source.web.pages.blueprint import pages

__all__ = ["pages"]
