"""alembic runs this file for each of its commands: it says on which connection, and how."""

from typing import Any, Literal

from alembic import context

from source.store.base import Document, UtcTime
from source.store.row import JobRow


def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own type of a column as SQLAlchemy's: a script has to outlive our types."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime()"
    return "sa.JSON()" if kind == "type" and isinstance(item, Document) else False


def run() -> None:
    """Run what was asked for on the connection that was given."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=JobRow.metadata,
        render_as_batch=True,  # SQLite changes a column only by copying its table
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # alembic's name for it; whoever else imports it runs nothing
    run()
