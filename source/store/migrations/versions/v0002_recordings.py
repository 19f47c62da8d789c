"""What is known of each file is kept with its job."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; in jobs that are there already nothing is known yet."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("recordings", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("recordings")
