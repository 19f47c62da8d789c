"""What can be wrong with an installation, looked at one thing after the other: ``--doctor``."""

from source.doctor.finding import OK, STATES, WARNING, WRONG, Finding
from source.doctor.looks import examine

__all__ = ["OK", "STATES", "WARNING", "WRONG", "Finding", "examine"]
