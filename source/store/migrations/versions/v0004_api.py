"""Jobs know their like; webhooks that are owed and requests with a key are written down."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column and the tables; older jobs are like no other."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("fingerprint", sa.String(length=64), nullable=True))
        jobs.create_index(jobs.f("ix_jobs_fingerprint"), ["fingerprint"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_deliveries_job_id"), "deliveries", ["job_id"])
    op.create_index(op.f("ix_deliveries_state"), "deliveries", ["state"])
    op.create_table(
        "requests",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key"),
    )
    op.create_index(op.f("ix_requests_created"), "requests", ["created"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("requests")
    op.drop_table("deliveries")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_index(jobs.f("ix_jobs_fingerprint"))
        jobs.drop_column("fingerprint")
