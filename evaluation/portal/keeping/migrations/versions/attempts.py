"""Attempts to come in are counted in the database, for all processes together."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("asker", sa.String(length=64), nullable=False),
        sa.Column("stock", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("asker", name=op.f("pk_attempts")),
    )


def downgrade() -> None:
    op.drop_table("attempts")
