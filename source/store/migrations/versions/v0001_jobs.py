"""The first release: one table of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("session", sa.String(64), nullable=False, index=True),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.Column("analysis", sa.String(10), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("seconds", sa.Double()),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("worker", sa.String(64)),
        sa.Column("heartbeat", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.JSON()),
        sa.Column("headline", sa.JSON()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("started", sa.DateTime()),
        sa.Column("ended", sa.DateTime()),
        sa.Column("expires", sa.DateTime(), nullable=False, index=True),
    )


def downgrade() -> None:
    """Delete it."""
    op.drop_table("jobs")
