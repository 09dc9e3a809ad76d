"""Sessions, kept on the server: the cookie holds a random token, the database its hash.

A session begins as that of a *visitor*, is *half* after the password, and *full* after the second factor. Each step up makes a new
token, and the old one is worth nothing: who planted a token in a browser gains nothing when its owner signs in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import delete, insert, select, update

from evaluation.portal.keeping.tables import accounts, sessions
from evaluation.portal.people.accounts import person_of
from evaluation.portal.people.person import Person
from evaluation.portal.portal import Portal

Stage = Literal["visitor", "half", "full"]
_VISIT_SECONDS, _HALF_SECONDS = 3_600.0, 600.0
# the moment somebody was last seen is not written at every request
_SEEN_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Session:
    """A session; `person` only when it is half or full."""

    token: str = field(repr=False)
    stage: Stage
    csrf: str = field(repr=False)
    person: Person | None
    state: dict[str, object] = field(repr=False)

    def own_form(self, given: str) -> bool:
        """Whether a form was one of this session's pages."""
        return hmac.compare_digest(self.csrf.encode(), given.encode())


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    portal: Portal, stage: Stage, person: Person | None = None, *, instead_of: Session | None = None, state: dict | None = None
) -> Session:
    """A new session, in place of an older one, which ends."""
    now, token, csrf = time.time(), secrets.token_urlsafe(32), secrets.token_hex(32)
    with portal.database.writing() as connection:
        if instead_of is not None:
            connection.execute(delete(sessions).where(sessions.c.token == hashed(instead_of.token)))
        connection.execute(
            insert(sessions).values(
                token=hashed(token),
                account_id=None if person is None else person.id,
                stage=stage,
                csrf=csrf,
                made_at=now,
                seen_at=now,
                state=json.dumps(state or {}),
            )
        )
    return Session(token, stage, csrf, person, state or {})


def find(portal: Portal, token: str) -> Session | None:
    """The session of a cookie; None when there is none, or it was left too long, or its account was closed."""
    if not token or len(token) > 100:
        return None
    now, key = time.time(), hashed(token)
    with portal.reading() as connection:
        row = connection.execute(select(sessions).where(sessions.c.token == key)).first()
        if row is None or _left(portal, row, now):
            return None
        account = None
        if row.account_id is not None:
            account = connection.execute(select(accounts).where(accounts.c.id == row.account_id, ~accounts.c.closed)).first()
            if account is None:
                return None
    if now - row.seen_at > _SEEN_EVERY:
        with portal.database.writing() as connection:
            connection.execute(update(sessions).where(sessions.c.token == key).values(seen_at=now))
    return Session(token, row.stage, row.csrf, None if account is None else person_of(account), json.loads(row.state))


def keep_state(portal: Portal, session: Session, state: dict[str, object]) -> None:
    """What the session must remember to its next page."""
    with portal.database.writing() as connection:
        connection.execute(update(sessions).where(sessions.c.token == hashed(session.token)).values(state=json.dumps(state)))


def end(portal: Portal, session: Session) -> None:
    """The session is over."""
    with portal.database.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.token == hashed(session.token)))


def end_others(portal: Portal, session: Session) -> None:
    """All other sessions of this account are over: after a new password or second factor."""
    with portal.database.writing() as connection:
        mine = sessions.c.account_id == session.person.id
        connection.execute(delete(sessions).where(mine, sessions.c.token != hashed(session.token)))


def sweep(portal: Portal) -> None:
    """Remove sessions that were left."""
    now = time.time()
    idle, longest = portal.settings.idle_minutes * 60, portal.settings.longest_hours * 3600
    with portal.database.writing() as connection:
        connection.execute(
            delete(sessions).where(
                (sessions.c.seen_at < now - idle)
                | (sessions.c.made_at < now - longest)
                | ((sessions.c.stage == "visitor") & (sessions.c.made_at < now - _VISIT_SECONDS))
            )
        )


def _left(portal: Portal, row, now: float) -> bool:
    longest = {"visitor": _VISIT_SECONDS, "half": _HALF_SECONDS}.get(row.stage, portal.settings.longest_hours * 3600.0)
    return now - row.seen_at > portal.settings.idle_minutes * 60 or now - row.made_at > longest
