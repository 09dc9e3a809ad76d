"""The tables. None holds a cell of a submission: those are in sealed files, of which only the name, size and hash stand here.

What is confidential and short (a second factor's secret, a note) stands here sealed. Tokens stand here as their hash: who reads the
database can open no session with it.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

ROLES = ("provider", "researcher", "reviewer", "privacy_officer")
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ID, HASH, NAME = String(32), String(64), String(200)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


def _table(name: str, *parts: object) -> Table:
    return Table(name, METADATA, *parts)


providers = _table("providers", Column("id", ID, primary_key=True), Column("name", NAME, nullable=False, unique=True))

accounts = _table(
    "accounts",
    Column("id", ID, primary_key=True),
    Column("login", NAME, nullable=False, unique=True),
    Column("name", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("provider_id", ForeignKey("providers.id")),
    Column("password", Text),
    Column("subject", String(400), unique=True),
    Column("totp", LargeBinary),
    Column("totp_step", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("locked_until", Float, nullable=False, default=0.0),
    Column("closed", Boolean, nullable=False, default=False),
    Column("email", LargeBinary),
    Column("made_at", Float, nullable=False),
    _one_of("role", ROLES),
    CheckConstraint("(role = 'provider') = (provider_id IS NOT NULL)", name="provider"),
)

sessions = _table(
    "sessions",
    Column("token", HASH, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), index=True),
    Column("stage", String(10), nullable=False),
    Column("csrf", HASH, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("state", Text, nullable=False, default="{}"),
    _one_of("stage", ("visitor", "half", "full")),
)

# a link by which somebody chooses a password: made by whoever keeps the portal, at the machine
renewals = _table(
    "renewals",
    Column("token", HASH, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("expires_at", Float, nullable=False),
)

tokens = _table(
    "tokens",
    Column("token", HASH, primary_key=True),
    Column("id", ID, nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", NAME, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

evaluations = _table(
    "evaluations",
    Column("id", ID, primary_key=True),
    Column("title", NAME, nullable=False),
    Column("researcher_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("plan", Text),
    Column("plan_sha256", HASH),
    Column("locked_at", String(20)),
    Column("made_at", Float, nullable=False),
)

participants = _table(
    "participants",
    Column("evaluation_id", ForeignKey("evaluations.id"), primary_key=True),
    Column("provider_id", ForeignKey("providers.id"), primary_key=True),
    Column("joined_at", Float, nullable=False),
)

readers = _table(
    "readers",
    Column("evaluation_id", ForeignKey("evaluations.id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("joined_at", Float, nullable=False),
    # which of the readers that the plan names this is, in the plan's words; empty reads the public edition only
    Column("reader", Text, nullable=False, server_default=""),
)

invitations = _table(
    "invitations",
    Column("id", ID, primary_key=True),
    Column("token", HASH, nullable=False, unique=True),
    Column("evaluation_id", ForeignKey("evaluations.id"), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("name", NAME, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
    Column("withdrawn_at", Float),
    Column("reader", Text, nullable=False, server_default=""),
    _one_of("role", ("provider", "reviewer")),
)

submissions = _table(
    "submissions",
    Column("id", ID, primary_key=True),
    Column("evaluation_id", ForeignKey("evaluations.id"), nullable=False),
    Column("provider_id", ForeignKey("providers.id"), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("contract", String(10), nullable=False),
    Column("sha256", HASH, nullable=False),
    Column("size", Integer, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("checked_at", Float),
    Column("content_sha256", HASH),
    Column("errors", Integer),
    Column("warnings", Integer),
    Column("why_nl", Text),
    Column("why_en", Text),
    Column("log_number", Integer, nullable=False),
    Column("log_seal", HASH, nullable=False),
    UniqueConstraint("evaluation_id", "provider_id", "version"),
    _one_of("state", ("received", "accepted", "refused", "replaced", "withdrawn")),
)

editions = _table(
    "editions",
    Column("id", ID, primary_key=True),
    Column("evaluation_id", ForeignKey("evaluations.id"), nullable=False, index=True),
    Column("run", ID, nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("plan_sha256", HASH, nullable=False),
    Column("fingerprint", HASH),
    Column("stood", Boolean, nullable=False, default=False),
    Column("why_nl", Text),
    Column("why_en", Text),
    Column("made_at", Float, nullable=False),
    Column("ready_at", Float),
    Column("released_at", Float),
    UniqueConstraint("evaluation_id", "kind", "number"),
    _one_of("kind", ("public", "committee")),
    _one_of("state", ("waiting", "ready", "failed", "released")),
)

# which versions an edition was made of, for the log of who was in it; no row of a person
sources = _table(
    "sources",
    Column("edition_id", ForeignKey("editions.id"), primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), primary_key=True),
)

files = _table(
    "files",
    Column("id", ID, primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), index=True),
    Column("edition_id", ForeignKey("editions.id"), index=True),
    Column("kind", String(20), nullable=False),
    Column("name", NAME, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", HASH, nullable=False),
)

# the privacy officer's word on a committee's edition, and whom they saw among its readers
approvals = _table(
    "approvals",
    Column("edition_id", ForeignKey("editions.id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("reason", LargeBinary),
    Column("at", Float, nullable=False),
)

admitted = _table(
    "admitted",
    Column("edition_id", ForeignKey("editions.id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("reader", Text, nullable=False),
    Column("at", Float, nullable=False),
)

consents = _table(
    "consents",
    Column("edition_id", ForeignKey("editions.id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("at", Float, nullable=False),
)

notes = _table(
    "notes",
    Column("id", ID, primary_key=True),
    Column("edition_id", ForeignKey("editions.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
)

jobs = _table(
    "jobs",
    Column("id", ID, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("about", ID, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("worker", ID),
    Column("leased_until", Float, nullable=False, default=0.0),
    Column("made_at", Float, nullable=False),
    Column("done_at", Float),
    UniqueConstraint("kind", "about"),
    Index("ix_jobs_state", "state", "made_at"),
    _one_of("kind", ("check", "run")),
    _one_of("state", ("waiting", "busy", "done", "failed")),
)

# messages that are to be sent, to an account or to an address under seal; each says only that there is something
mails = _table(
    "mails",
    Column("id", ID, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), index=True),
    Column("address", LargeBinary),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Float, nullable=False),
    CheckConstraint("(account_id IS NULL) <> (address IS NULL)", name="whom"),
)

# how often somebody tried to come in, by what their address is under a key: see pages/throttle.py
attempts = _table(
    "attempts",
    Column("asker", HASH, primary_key=True),
    Column("stock", Float, nullable=False),
    Column("at", Float, nullable=False),
)

# names under which one thing is kept: the sealed key of the log, the file of the ledger
kept = _table("kept", Column("name", String(40), primary_key=True), Column("value", LargeBinary, nullable=False))

log = _table(
    "log",
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(30), nullable=False),
    Column("actor", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("act", String(40), nullable=False),
    Column("about", NAME, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", HASH, nullable=False),
    Column("seal", HASH, nullable=False),
)
