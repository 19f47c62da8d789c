"""The tables of the database, and bringing those of an older release up to date.

Each change of a table is a numbered script in `source/store/migrations/versions/`. A new database
is made as the tables are now, and says so; alembic is imported only where there is something to
change, so that an ordinary start costs one look at one row.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect

from source.core.errors import NewerDatabase
from source.store.row import JobRow

MIGRATIONS = Path(__file__).with_name("migrations")

REVISIONS = tuple(sorted(path.name[1:5] for path in MIGRATIONS.glob("versions/v*.py")))
"""Numbers of the scripts, the oldest first; the first is the first release."""

VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""alembic's own table: its one row says which script ran last."""


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables, or change those of an older release. Changes nothing that is up to date.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes: whoever else starts at this moment waits for its end.

    Raises
    ------
    NewerDatabase
        If a newer release wrote it.
    """
    inspector = inspect(connection)
    version = None
    if inspector.has_table(VERSION.name):
        # A server has no lock on the whole database; the row makes others wait.
        version = connection.scalar(VERSION.select().with_for_update())
    if version == REVISIONS[-1]:
        return
    if version is not None and version not in REVISIONS:
        raise NewerDatabase(version)
    if version is None and not inspector.has_table(JobRow.__tablename__):
        JobRow.metadata.create_all(connection)
        VERSION.create(connection, checkfirst=True)
        connection.execute(VERSION.insert().values(version_num=REVISIONS[-1]))
        return
    _upgrade(connection, since=version)


def _upgrade(connection: Connection, *, since: str | None) -> None:
    """Run the scripts behind the version `since`; None for one made before there were versions."""
    from alembic import command

    from source.store.migrations import configuration

    config = configuration(connection)
    if since is None:
        command.stamp(config, REVISIONS[0])
    command.upgrade(config, "head")
