"""A new key: put first, and everything that was sealed under the others sealed under it."""

from __future__ import annotations

import os

from sqlalchemy import select, update

from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.files.keys import Keys, new_key, read_keys
from evaluation.portal.files.store import Store
from evaluation.portal.keeping.tables import accounts, approvals, files, kept, mails, notes
from evaluation.portal.meeting.approving import REASON
from evaluation.portal.meeting.editions import NOTE
from evaluation.portal.meeting.notifying import ADDRESS, EMAIL
from evaluation.portal.people.accounts import TOTP
from evaluation.portal.portal import LOG_KEY, Portal
from evaluation.portal.settings import KEYS_VARIABLE

_ELSEWHERE = Words(
    "De sleutels staan in {variable}, niet in een bestand. Zet daar een nieuwe regel vooraan, en geef dan  rotate-key --reseal .",
    "The keys are in {variable}, not in a file. Put a new line first there, and then give  rotate-key --reseal .",
)


def rotate(portal: Portal) -> tuple[str, int]:
    """Take a new key into use; its name, and how many files were sealed again.

    It may be broken off at any moment: all keys open, and whatever was not done yet is done the next time.
    """
    if os.environ.get(KEYS_VARIABLE):
        raise WrongUse(_ELSEWHERE.fill(variable=KEYS_VARIABLE))
    name = new_key(portal.settings.key_file)
    keys = read_keys(portal.settings.key_file, {})
    return name, reseal(portal, keys)


def reseal(portal: Portal, keys: Keys) -> int:
    """Seal everything under the newest key; how many files that were."""
    store = Store(portal.store.folder, keys)
    with portal.reading() as connection:
        ids = list(connection.execute(select(files.c.id)).scalars())
    count = sum(store.reseal(id) for id in ids)
    with portal.writing() as connection:
        _cells(connection, keys, TOTP, accounts, accounts.c.totp, accounts.c.id)
        _cells(connection, keys, NOTE, notes, notes.c.text, notes.c.id)
        _cells(connection, keys, EMAIL, accounts, accounts.c.email, accounts.c.id)
        _cells(connection, keys, ADDRESS, mails, mails.c.address, mails.c.id)
        _cells(connection, keys, REASON, approvals, approvals.c.reason, approvals.c.edition_id)
        held = connection.execute(select(kept.c.value).where(kept.c.name == LOG_KEY)).scalar_one()
        fresh = keys.seal(keys.unseal(held, LOG_KEY), LOG_KEY)
        connection.execute(update(kept).where(kept.c.name == LOG_KEY).values(value=fresh))
        portal.log.write(connection, "keys_rotated", detail=keys.newest)
    return count


def _cells(connection, keys: Keys, purpose: str, table, column, key) -> None:
    for id, sealed in list(connection.execute(select(key, column).where(column.is_not(None)))):
        fresh = keys.seal(keys.unseal(sealed, purpose), purpose)
        connection.execute(update(table).where(key == id).values(**{column.name: fresh}))
