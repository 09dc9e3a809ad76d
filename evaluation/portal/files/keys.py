"""The keys under which everything is sealed: the first seals, all open.

A key file has a line per key: its name, a space, and 64 hexadecimal digits. The environment variable `EVALUATION_PORTAL_KEYS` may
hold the same lines instead, with commas between them. A new key is put first by `evaluation portal rotate-key`, which then seals again what
was sealed under the others; after that they can be removed.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse
from evaluation.output.files import read_by_others, whole_file
from evaluation.portal.settings import KEYS_VARIABLE

_LINE = re.compile(r"([a-z0-9]{8}) ([0-9a-f]{64})")
NONCE = 12
_NO_KEYS = Words(
    "De sleutels van het portaal ontbreken: {file} is er niet, en {variable} is niet gezet. Zonder sleutel zijn de bestanden niet te openen.",
    "The keys of the portal are missing: {file} is not there, and {variable} is not set. Without a key the files cannot be opened.",
)
_BROKEN = Words(
    "De sleutels van het portaal zijn onleesbaar. Elke regel is een naam van acht tekens, een spatie en 64 hexadecimale cijfers.",
    "The keys of the portal cannot be read. Each line is a name of eight signs, a space, and 64 hexadecimal digits.",
)
_OPEN = Words(
    "Anderen kunnen de sleutels {file} lezen. Maak dat ongedaan:  chmod 600 {file}",
    "Others can read the keys {file}. Undo that:  chmod 600 {file}",
)


class Unsealable(CannotRead):
    """What was sealed was changed, or its key is gone."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "Een versleuteld bestand van het portaal is veranderd, of de sleutel ervan is er niet meer.",
                "A sealed file of the portal was changed, or its key is gone.",
            )
        )


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys by name, the one that seals first."""

    by_name: Mapping[str, bytes] = field(repr=False)

    @property
    def newest(self) -> str:
        """The name of the key that seals."""
        return next(iter(self.by_name))

    def cipher(self, name: str, purpose: str) -> AESGCM:
        """A cipher for one purpose: what was sealed for one cannot be passed off as another.

        Raises
        ------
        Unsealable
            There is no key of that name.
        """
        if name not in self.by_name:
            raise Unsealable
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"portal {purpose}".encode()).derive(
            self.by_name[name]
        )
        return AESGCM(derived)

    def seal(self, text: bytes, purpose: str) -> bytes:
        """A short text sealed: name of the key, nonce, and AES-256-GCM."""
        nonce = os.urandom(NONCE)
        return self.newest.encode() + nonce + self.cipher(self.newest, purpose).encrypt(nonce, text, purpose.encode())

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """The short text again.

        Raises
        ------
        Unsealable
            It was changed, sealed for another purpose, or its key is gone.
        """
        from cryptography.exceptions import InvalidTag

        try:
            name, nonce, rest = sealed[:8].decode("ascii"), sealed[8 : 8 + NONCE], sealed[8 + NONCE :]
            return self.cipher(name, purpose).decrypt(nonce, rest, purpose.encode())
        except (InvalidTag, ValueError):
            raise Unsealable from None


def read_keys(file: Path, environment: Mapping[str, str] = os.environ) -> Keys:
    """The keys in the environment, or else in the file.

    Raises
    ------
    CannotRead
        There are none, or they have not the promised form.
    WrongUse
        Others can read the file.
    """
    text = environment.get(KEYS_VARIABLE, "").replace(",", "\n")
    if not text:
        try:
            text, open_to_all = file.read_text(encoding="ascii"), read_by_others(file)
        except (OSError, ValueError):
            raise CannotRead(_NO_KEYS.fill(file=file.name, variable=KEYS_VARIABLE)) from None
        if open_to_all:
            raise WrongUse(_OPEN.fill(file=file.name))
    lines = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    if not lines or None in lines:
        raise CannotRead(_BROKEN)
    return Keys({line[1]: bytes.fromhex(line[2]) for line in lines})


def new_key(file: Path) -> str:
    """Put a new key first in the file, which is made when it is not there; answers its name."""
    older = file.read_text(encoding="ascii") if file.exists() else ""
    name = secrets.token_hex(4)
    whole_file(file, f"{name} {secrets.token_hex(32)}\n{older}", private=True)
    return name
