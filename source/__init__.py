"""AVER: recognising emotion in voices, faces and video."""

__version__ = "0.1.0"
