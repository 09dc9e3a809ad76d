"""Identities to keyed pseudonyms: HMAC-SHA256 under a key that never leaves the provider.

Without the key nobody can tell whether a known person is in the data: a plain hash of a BSN is found by trying all nine-digit
numbers. The same key gives the same pseudonym next year, so that a follow-up can be added.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from pathlib import Path

import pandas as pd

from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse
from evaluation.output.files import read_by_others

KEY_BYTES = 32
# 60 bits: among a million people the chance of two with the same pseudonym is 4 in 10 million, and it is checked
SIGNS = 12


def new_key(path: Path) -> None:
    """Write a fresh key that only its owner can read.

    Raises
    ------
    WrongUse
        There is a key already: with another key nobody can be followed any more.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WrongUse(
            Words(
                f"{path.name} bestaat al. Met een andere sleutel is niemand meer te volgen; bewaar de oude.",
                f"{path.name} exists already. With another key nobody can be followed any more; keep the old one.",
            )
        ) from None
    except OSError:
        raise CannotRead(Words(f"{path.name} kan niet worden geschreven.", f"{path.name} cannot be written.")) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def read_key(path: Path) -> bytes:
    """The key in a file that nobody but its owner can read.

    Raises
    ------
    CannotRead
        No such file, or not a key.
    WrongUse
        Others on this computer can read it.
    """
    try:
        key, open_to_all = bytes.fromhex(path.read_text(encoding="ascii").strip()), read_by_others(path)
    except (OSError, ValueError):
        raise CannotRead(
            Words(
                f"De sleutel {path.name} ontbreekt of is beschadigd. Maak er één keer een met --new-key, en bewaar hem goed.",
                f"The key {path.name} is missing or damaged. Make one once with --new-key, and keep it well.",
            )
        ) from None
    if open_to_all:
        raise WrongUse(
            Words(
                f"Anderen op deze computer kunnen de sleutel {path.name} lezen. Sluit hem af:  chmod 600 {path.name}",
                f"Others on this computer can read the key {path.name}. Close it:  chmod 600 {path.name}",
            )
        )
    if len(key) < KEY_BYTES:
        raise CannotRead(
            Words(f"De sleutel {path.name} is te kort of beschadigd.", f"The key {path.name} is too short or damaged.")
        )
    return key


def pseudonyms(identities: pd.DataFrame, key: bytes) -> pd.Series:
    """A pseudonym per row from the columns that together name a person; missing where one of them is empty.

    Case, spaces, punctuation and the way an accent is stored do not matter: "1112.22.333" and "111222333 " are the same person.
    Nor do zeros in front of a number, which spreadsheets drop.

    >>> people = pd.DataFrame({"bsn": ["111222333", " 1112.22.333 ", "123456782"]})
    >>> one, same, other = pseudonyms(people, bytes(32))
    >>> one == same, one == other, len(one)
    (True, False, 14)
    """
    plain = [_plain(identities[column]) for column in identities.columns]
    joined = plain[0].str.cat(plain[1:], sep="\x1f") if len(plain) > 1 else plain[0]
    whole = pd.concat([column != "" for column in plain], axis=1).all(axis=1)
    distinct = joined[whole].unique()
    named = {identity: _pseudonym(identity, key) for identity in distinct}
    if len(set(named.values())) < len(named):
        raise WrongUse(
            Words(
                "Twee mensen kregen hetzelfde pseudoniem. Maak een andere sleutel.",
                "Two people got the same pseudonym. Make another key.",
            )
        )
    return joined.where(whole).map(named)


def _plain(texts: pd.Series) -> pd.Series:
    folded = texts.str.normalize("NFKC").str.casefold().str.replace(r"[\W_]+", "", regex=True)
    return folded.str.replace(r"^0+(?=[0-9]+$)", "", regex=True)


def _pseudonym(identity: str, key: bytes) -> str:
    digest = hmac.digest(key, identity.encode(), "sha256")
    return "K-" + base64.b32encode(digest)[:SIGNS].decode("ascii")
