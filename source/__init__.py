"""AVER: recognising emotion in voices, faces and video."""

import os

__version__ = "0.1.0"

# The matrices here are small: sharing one product between threads costs more than it saves
# (ten times as much on a busy machine), and each recording has its own threads already. It has
# to be said before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
