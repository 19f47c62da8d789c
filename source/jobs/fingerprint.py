"""What tells whether two jobs would find the same: bytes, options and models."""

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from source import __version__
from source.core.options import Options
from source.jobs.models import default_models
from source.settings import Settings

if TYPE_CHECKING:
    from source.media import Recording


def fingerprint(
    recordings: "Sequence[Recording]",
    options: Options,
    settings: Settings,
    *,
    normal: "Recording | None" = None,
) -> str:
    """64 hexadecimal digits, the same for jobs that find the same.

    Parameters
    ----------
    recordings : sequence of Recording
        The files in their order; only their content counts.
    options : Options
        What is asked for, drawings too.
    settings : Settings
        Says which models are the default ones.
    normal : Recording, optional
        The recording in which the speaker sounds as usual.
    """
    facts = {
        "app": __version__,
        "files": [recording.sha256 for recording in recordings],
        "normal": None if normal is None else normal.sha256,
        "options": options.to_dict(),
        "models": default_models(settings),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
