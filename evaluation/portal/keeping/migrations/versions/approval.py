"""The privacy officer approves a committee's edition, and a reviewer reads as one of the readers that the plan names."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("readers", "invitations"):
        op.add_column(table, sa.Column("reader", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "approvals",
        sa.Column("edition_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_approvals_account_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_approvals_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_approvals")),
    )
    op.create_table(
        "admitted",
        sa.Column("edition_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_admitted_account_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_admitted_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "account_id", name=op.f("pk_admitted")),
    )


def downgrade() -> None:
    raise NotImplementedError("who approved what is kept; restore a copy instead")
