"""What a reviewer reads about a model: figures with their spread, tables and pictures.

Every sense gives a `Scored` table and gets the same pictures and tables of it; one module a
sense (``voice``) says which of them stand in its report, and around what words.
"""

from source.training.report.scored import Scored

__all__ = ["Scored"]
