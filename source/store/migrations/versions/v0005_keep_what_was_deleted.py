"""What a deleted job was has a column; before, it lay in the job's progress."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

JOBS = sa.table(
    "jobs",
    sa.column("id", sa.String()),
    sa.column("state", sa.String()),
    sa.column("progress", sa.JSON()),
    sa.column("was", sa.JSON()),
)


def upgrade() -> None:
    """Add the column, and fill it in jobs that were deleted a moment ago."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("was", sa.JSON(), nullable=True))
    for job_id, progress in _deleted("progress"):
        if "was" in progress:
            left = {key: part for key, part in progress.items() if key != "was"}
            _change(job_id, was=progress["was"], progress=left)


def downgrade() -> None:
    """Put it back into the progress, and drop the column."""
    for job_id, progress, was in _deleted("progress", "was"):
        if was:
            _change(job_id, progress={**progress, "was": was})
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("was")


def _deleted(*names: str) -> list[tuple[Any, ...]]:
    """Of each deleted job its name, and documents by column; a damaged one is empty."""
    texts = [sa.cast(JOBS.c[name], sa.Text()) for name in names]
    query = sa.select(JOBS.c.id, *texts).where(JOBS.c.state == "deleted")
    return [(row[0], *map(_read, row[1:])) for row in op.get_bind().execute(query).all()]


def _read(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _change(job_id: str, **values: Any) -> None:
    op.get_bind().execute(JOBS.update().where(JOBS.c.id == job_id).values(**values))
