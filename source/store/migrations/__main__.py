"""Write the next script: ``python -m source.store.migrations NAME``, or ``make migration``."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from source.store.migrations import configuration
from source.store.schema import REVISIONS


def main(name: str) -> int:
    """Write a script with the difference between the last one and the tables in the code.

    It has to be read and corrected: alembic sees neither that a column was renamed, nor how what
    stands in it changes.
    """
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'old.db'}")
        with engine.begin() as connection:
            config = configuration(connection)
            command.upgrade(config, "head")
            following = f"{int(REVISIONS[-1]) + 1:04}"
            command.revision(config, name, autogenerate=True, rev_id=following)
        engine.dispose()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit("Say in a few words what it changes: make migration NAME=keep_recordings")
    sys.exit(main(sys.argv[1]))
