"""Tokens for programs: made on the account page after the second factor, shown once, good for a while, and only for the JSON side."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import delete, insert, select

from evaluation.portal.keeping.tables import accounts, tokens
from evaluation.portal.people.accounts import checked_name, person_of
from evaluation.portal.people.person import Person, new_id
from evaluation.portal.people.sessions import hashed
from evaluation.portal.portal import Portal

DAYS = 30
PREFIX = "iep_"


def new_token(portal: Portal, person: Person, name: str) -> str:
    """A token, which is shown once."""
    token, now = PREFIX + secrets.token_urlsafe(32), time.time()
    made = {"id": new_id(), "name": checked_name(name), "made_at": now, "expires_at": now + DAYS * 86_400}
    with portal.writing() as connection:
        connection.execute(insert(tokens).values(token=hashed(token), account_id=person.id, **made))
        portal.log.write(connection, "token_made", actor=person.login, role=person.role, about=made["id"])
    return token


def person_with(portal: Portal, token: str) -> Person | None:
    """Whose token this is; None when it is nobody's, or no longer."""
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    with portal.reading() as connection:
        row = connection.execute(
            select(accounts)
            .join(tokens, tokens.c.account_id == accounts.c.id)
            .where(tokens.c.token == hashed(token), tokens.c.expires_at > time.time(), ~accounts.c.closed)
        ).first()
    return None if row is None else person_of(row)


def tokens_of(portal: Portal, person: Person) -> list:
    """The tokens of an account, newest first."""
    with portal.reading() as connection:
        return list(
            connection.execute(select(tokens).where(tokens.c.account_id == person.id).order_by(tokens.c.made_at.desc()))
        )


def remove_token(portal: Portal, person: Person, id: str) -> bool:
    """Take a token back; False when it is not this person's."""
    with portal.writing() as connection:
        gone = connection.execute(delete(tokens).where(tokens.c.id == id, tokens.c.account_id == person.id)).rowcount
        if gone:
            portal.log.write(connection, "token_removed", actor=person.login, role=person.role, about=id)
    return bool(gone)
