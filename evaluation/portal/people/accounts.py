"""Accounts: made by an invitation or by who keeps the portal; password, second factor and lock-out."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, text, update

from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.keeping import tables
from evaluation.portal.keeping.tables import ROLES, accounts, providers
from evaluation.portal.people import passwords, second_factor
from evaluation.portal.people.person import Person, new_id
from evaluation.portal.portal import Portal

ATTEMPTS, LOCKED_SECONDS = 5, 15 * 60.0
TOTP = "totp"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,99}")
_BAD_LOGIN = Words(
    "Een aanmeldnaam heeft 3 tot 100 tekens: kleine letters, cijfers en . _ @ + -",
    "A login name has 3 to 100 signs: lower case letters, digits and . _ @ + -",
)
_TAKEN = Words("Deze aanmeldnaam is al in gebruik. Kies een andere.", "This login name is in use already. Choose another.")
_NAMELESS = Words("Vul een naam in van hoogstens 100 tekens.", "Fill in a name of at most 100 signs.")
_ORGANISED = Words(
    "Er is al een aanbieder met deze naam. Meld u aan met een account daarvan en open de uitnodiging opnieuw, of vraag wie het portaal beheert.",
    "There is a provider of this name already. Sign in with an account of theirs and open the invitation again, or ask who keeps the portal.",
)
_NO_ROLE = Words("Een rol is een van: {roles}.", "A role is one of: {roles}.")


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt to come in: who it is when the answer was right; whether the account is closed for a while; and what is still needed."""

    person: Person | None = None
    locked: bool = False
    second_factor: bool = False


def person_of(row) -> Person:
    """A row of accounts, without what is secret."""
    return Person(row.id, row.login, row.name, row.role, row.provider_id)


def add_account(
    connection: Connection,
    *,
    login: str,
    name: str,
    role: str,
    provider: str | None = None,
    joining: bool = False,
    password: str | None = None,
    subject: str | None = None,
) -> Person:
    """A new account; `provider` is the name of its organisation.

    Only with `joining` may that be an organisation that is there already, whose submissions the account then sees: for who keeps the portal,
    and for nobody who can type a name.

    Raises
    ------
    WrongUse
        The login name is taken or not one, the role is none, or the password is too easy.
    """
    login = login.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise WrongUse(_BAD_LOGIN)
    if role not in ROLES:
        raise WrongUse(_NO_ROLE.fill(roles=", ".join(ROLES)))
    if connection.execute(select(accounts.c.id).where(accounts.c.login == login)).first():
        raise WrongUse(_TAKEN)
    if password is not None:
        passwords.check_password(password, login, checked_name(name))
    organisation = _organisation(connection, provider or name, joining) if role == "provider" else None
    made = Person(new_id(), login, checked_name(name), role, organisation)
    connection.execute(
        insert(accounts).values(
            id=made.id,
            login=login,
            name=made.name,
            role=role,
            provider_id=organisation,
            password=None if password is None else passwords.hashed(password),
            subject=subject,
            made_at=time.time(),
        )
    )
    return made


def checked_name(name: str) -> str:
    """A name of a person, organisation or evaluation: one line, not empty, not endless."""
    told = " ".join(name.split())
    if not 1 <= len(told) <= 100 or not told.isprintable():
        raise WrongUse(_NAMELESS)
    return told


def _organisation(connection: Connection, name: str, joining: bool) -> str:
    name = checked_name(name)
    found = connection.execute(select(providers.c.id).where(providers.c.name == name)).scalar()
    if found is not None:
        if not joining:
            raise WrongUse(_ORGANISED)
        return found
    made = new_id()
    connection.execute(insert(providers).values(id=made, name=name))
    return made


def try_password(portal: Portal, login: str, password: str) -> Tried:
    """Whether somebody may come in with a password.

    The attempt is counted before it is judged: a hundred at the same moment are a hundred attempts.
    """
    known = login.strip().casefold()
    row = _counted(portal, accounts.c.login == known) if _LOGIN.fullmatch(known) else None
    if row is None or row.locked:
        passwords.fits(password, None)
        return Tried(locked=_closed_to_guesses(portal, known) if row is None else True)
    if not passwords.fits(password, row.password):
        return Tried()
    asked = row.totp is not None
    if not asked:
        _forgive(portal, row.id)
    return Tried(person_of(row), second_factor=asked)


def try_code(portal: Portal, account_id: str, code: str) -> Tried:
    """Whether the code of the second factor is right; it is counted as an attempt too."""
    row = _counted(portal, accounts.c.id == account_id)
    if row is None or row.locked or row.totp is None:
        return Tried(locked=row is not None and row.locked)
    secret = portal.keys.unseal(row.totp, TOTP).decode()
    with portal.database.writing() as connection:
        used = connection.execute(
            select(accounts.c.totp_step).where(accounts.c.id == account_id).with_for_update()
        ).scalar_one()
        step = second_factor.step_of(secret, code, after=used)
        if step is None:
            return Tried()
        connection.execute(
            update(accounts).where(accounts.c.id == account_id).values(totp_step=step, failed=0, locked_until=0.0)
        )
    return Tried(person_of(row))


def set_second_factor(portal: Portal, connection: Connection, account_id: str, secret: str | None, step: int = 0) -> None:
    """Keep the secret of a second factor, sealed; None takes it away."""
    sealed = None if secret is None else portal.keys.seal(secret.encode(), TOTP)
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(totp=sealed, totp_step=step))


def set_password(connection: Connection, account_id: str, password: str, *names: str) -> None:
    """Another password; an account that was locked is open again."""
    passwords.check_password(password, *names)
    kept = passwords.hashed(password)
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(password=kept, failed=0, locked_until=0.0))


def set_email(connection: Connection, account_id: str, sealed: bytes | None) -> None:
    """Where somebody hears that there is something for them, sealed; None is nowhere."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(email=sealed))


def forget_password(connection: Connection, account_id: str) -> None:
    """Nobody comes in with the password there was; an account that was locked is open again."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(password=None, failed=0, locked_until=0.0))


def by_login(connection: Connection, login: str):
    """The row of an account; None when there is none."""
    return connection.execute(select(accounts).where(accounts.c.login == login.strip().casefold())).first()


def known_as(issuer: str, name: str) -> str:
    """Somebody's name at another place, with where that is.

    >>> known_as("https://login.example/", "248289")
    'https://login.example 248289'
    """
    return f"{issuer.rstrip('/')} {name}"


def by_subject(connection: Connection, subject: str) -> Person | None:
    """Who is known by this name at the OpenID provider."""
    row = connection.execute(select(accounts).where(accounts.c.subject == subject, ~accounts.c.closed)).first()
    return None if row is None else person_of(row)


def close_account(connection: Connection, account_id: str) -> None:
    """Nobody comes in with this account any more; what it did stays in the log."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(closed=True))
    for table in (tables.sessions, tables.tokens, tables.renewals, tables.mails):
        connection.execute(table.delete().where(table.c.account_id == account_id))


@dataclass(frozen=True, slots=True)
class _Counted:
    row: object
    locked: bool

    def __getattr__(self, name: str):
        return getattr(self.row, name)


def _counted(portal: Portal, which) -> _Counted | None:
    """The account with this attempt counted; `locked` when there were too many."""
    now = time.time()
    with portal.database.writing() as connection:
        row = connection.execute(select(accounts).where(which, ~accounts.c.closed).with_for_update()).first()
        if row is None:
            return None
        if row.locked_until > now:
            return _Counted(row, True)
        failed = row.failed + 1
        full = failed >= ATTEMPTS
        connection.execute(
            update(accounts)
            .where(accounts.c.id == row.id)
            .values(failed=0 if full else failed, locked_until=now + LOCKED_SECONDS if full else 0.0)
        )
    return _Counted(row, False)


def _closed_to_guesses(portal: Portal, login: str) -> bool:
    """Whether a name that nobody has is closed for a while, as an account would be: what it answers does not tell that there is none."""
    key, now = hmac.new(portal.log.key, f"login {login[:200]}".encode(), hashlib.sha256).hexdigest(), time.time()
    with portal.database.writing() as connection:
        mine = tables.attempts.c.asker == key
        row = connection.execute(select(tables.attempts).where(mine).with_for_update()).first()
        # no stock left and a moment to come: closed until then
        if row is not None and not row.stock and row.at > now:
            return True
        failed = 1 if row is None else int(row.stock) + 1
        kept = {"stock": 0.0, "at": now + LOCKED_SECONDS} if failed >= ATTEMPTS else {"stock": float(failed), "at": now}
        connection.execute(delete(tables.attempts).where(mine))
        connection.execute(
            text("INSERT INTO attempts VALUES (:asker, :stock, :at) ON CONFLICT DO NOTHING"), {"asker": key, **kept}
        )
    return False


def _forgive(portal: Portal, account_id: str) -> None:
    with portal.database.writing() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(failed=0, locked_until=0.0))
