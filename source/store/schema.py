"""The tables of the database, and bringing those of an older release up to date.

Each change of a table is a numbered script in `source/store/migrations/versions/`. A new database
is made as the tables are now, and says so; alembic is imported only where there is something to
change, so that an ordinary start costs a look at one row and at the columns.
"""

import logging
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Inspector,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
)

from source.core.errors import DamagedDatabase, NewerDatabase
from source.store.delivery import DeliveryRow
from source.store.request_row import RequestRow
from source.store.row import JobRow

MIGRATIONS = Path(__file__).with_name("migrations")

REVISIONS = tuple(sorted(path.name[1:5] for path in MIGRATIONS.glob("versions/v*.py")))
"""Numbers of the scripts, the oldest first; the first is the first release."""

ADDED = {"0002": "recordings", "0003": "edits", "0004": "fingerprint", "0005": "was"}
"""A column by which each version but the first is known, where none is written down."""

TABLES = (JobRow, DeliveryRow, RequestRow)
"""Every table but alembic's own: they are known once their modules are imported."""

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
    DamagedDatabase
        If it says that it has jobs, and has no table of them.
    """
    inspector = inspect(connection)
    version = None
    if inspector.has_table(VERSION.name):
        # A server has no lock on the whole database; the row makes others wait.
        version = connection.scalar(VERSION.select().with_for_update())
    columns = _columns(inspector)
    if version is not None and version in REVISIONS and not columns:
        raise DamagedDatabase(f"The database {connection.engine.url.database}, which has no jobs,")
    if version == REVISIONS[-1]:
        return
    if version is not None and version not in REVISIONS:
        raise NewerDatabase(version)
    if version is None and not columns:
        TABLES[0].metadata.create_all(connection)
        VERSION.create(connection, checkfirst=True)
        connection.execute(VERSION.insert().values(version_num=REVISIONS[-1]))
        return
    _upgrade(connection, since=version, columns=columns)


def _columns(inspector: Inspector) -> set[str]:
    """Names of the columns of the jobs; empty where there is no such table."""
    table = JobRow.__tablename__
    if not inspector.has_table(table):
        return set()
    return {column["name"] for column in inspector.get_columns(table)}


def _upgrade(connection: Connection, *, since: str | None, columns: set[str]) -> None:
    """Run the scripts behind the version `since`.

    Where that is None, the database was made before there were versions or has lost its own:
    then its columns tell.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it reports each step as news

    from alembic import command

    from source.store.migrations import configuration

    config = configuration(connection)
    if since is None:
        made = [revision for revision in REVISIONS if ADDED.get(revision) in {None, *columns}]
        command.stamp(config, made[-1])
    command.upgrade(config, "head")
