"""Passwords: argon2id, at most a few at a time, and as long to refuse a name that is not there as one that is."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data_schemas.words import Words
from evaluation.failures import WrongUse

# argon2id with 64 MiB, three passes: what OWASP and RFC 9106 (section 4, second choice) ask for
_HASHER = PasswordHasher()
# each takes 64 MiB: more at once would let a crowd at the door fill the memory
_AT_ONCE = BoundedSemaphore(2)
SHORTEST, LONGEST = 12, 200
_LENGTH = Words(
    "Kies een wachtwoord van {shortest} tot {longest} tekens. Een zin van vier woorden is goed te onthouden.",
    "Choose a password of {shortest} to {longest} signs. A sentence of four words is easy to remember.",
)
_EASY = Words(
    "Dit wachtwoord is te makkelijk te raden. Gebruik meer verschillende tekens, en niet uw naam.",
    "This password is too easy to guess. Use more different signs, and not your name.",
)


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long when there is none to compare with."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _nobody(), password[: 4 * LONGEST]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def check_password(password: str, *names: str) -> None:
    """WrongUse when a password is too short or plainly guessable.

    >>> check_password("kort")
    Traceback (most recent call last):
    evaluation.failures.WrongUse: Choose a password of 12 to 200 signs. A sentence of four words is easy to remember.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WrongUse(_LENGTH.fill(shortest=SHORTEST, longest=LONGEST))
    folded = password.casefold()
    if len(set(folded)) < 6 or any(name and len(name) >= 4 and name.casefold() in folded for name in names):
        raise WrongUse(_EASY)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
