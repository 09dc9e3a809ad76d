"""Messages by mail, and links by which somebody chooses a password."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("email", sa.LargeBinary(), nullable=True))
    op.create_table(
        "renewals",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_renewals_account_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_renewals")),
    )
    op.create_index(op.f("ix_renewals_account_id"), "renewals", ["account_id"], unique=False)
    op.create_table(
        "mails",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.CheckConstraint("(account_id IS NULL) <> (address IS NULL)", name=op.f("ck_mails_whom")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mails_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index(op.f("ix_mails_account_id"), "mails", ["account_id"], unique=False)


def downgrade() -> None:
    for name in ("mails", "renewals"):
        op.drop_table(name)
    op.drop_column("accounts", "email")
