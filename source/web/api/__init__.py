"""The API for programs: each operation is a row from which route and documentation are made."""

from source.web.api import (  # these add their operations
    edits,  # noqa: F401
    jobs,  # noqa: F401
    results,  # noqa: F401
    server,  # noqa: F401
)
from source.web.api.blueprint import api

__all__ = ["api"]
