"""Somebody who has come in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from data_schemas.words import Words

ROLE_WORDS = {
    "provider": Words("aanbieder", "provider"),
    "researcher": Words("onderzoeker", "researcher"),
    "reviewer": Words("commissielid", "reviewer"),
    "privacy_officer": Words("privacyfunctionaris", "privacy officer"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """An account, without anything secret."""

    id: str
    login: str
    name: str
    role: str
    provider_id: str | None = None


def new_id() -> str:
    """A name that cannot be guessed and tells nothing, such as how many there are."""
    return secrets.token_hex(16)
