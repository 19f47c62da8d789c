"""What its owner changed in a result is kept with its job."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; nothing was changed yet."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("edits", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("edits")
