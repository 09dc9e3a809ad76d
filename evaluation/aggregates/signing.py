"""Signing and checking aggregates: Ed25519 (RFC 8032), so that whoever checks cannot sign in another's name.

A provider's private key is a file that only its owner can read; beside it lies the public key, in a file that is handed over once, by another
way than the aggregates. Of two keys on one file the hash says whether it was changed, the signature by whom it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from data_schemas.aggregate import Aggregate, Signature
from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse
from evaluation.installation.extras import needs
from evaluation.output.files import read_by_others, whole_file

_DOMAIN = b"intervention-evaluation aggregate 1\0"
_UNREADABLE = Words(
    "{name} is geen sleutel voor tellingen: 64 tekens 0-9 en a-f op een regel.",
    "{name} is no key for aggregates: 64 signs 0-9 and a-f on one line.",
)
_OPEN = Words(
    "Anderen kunnen de sleutel {name} lezen. Maak dat ongedaan:  chmod 600 {name}",
    "Others can read the key {name}. Undo that:  chmod 600 {name}",
)


def public_file(key: Path) -> Path:
    """Where the public key lies: beside the private one."""
    return key.with_name(f"{key.name}.pub")


def signed(one: Aggregate, key: Path) -> Aggregate:
    """The aggregate with its hash and a signature; a key is made when there is none yet, with its public half beside it.

    Raises
    ------
    CannotRead
        The file is no key.
    WrongUse
        Others can read the key, or the extra `federation` is not installed.
    """
    needs("federation")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not key.exists():
        fresh = Ed25519PrivateKey.generate()
        whole_file(key, fresh.private_bytes_raw().hex() + "\n", private=True)
        whole_file(public_file(key), fresh.public_key().public_bytes_raw().hex() + "\n")
    if read_by_others(key):
        raise WrongUse(_OPEN.fill(name=key.name))
    private = Ed25519PrivateKey.from_private_bytes(_bytes(key))
    digest = one.digest()
    value = private.sign(_DOMAIN + bytes.fromhex(digest)).hex()
    public = private.public_key().public_bytes_raw().hex()
    return one.model_copy(update={"sha256": digest, "signature": Signature(public_key=public, value=value)})


def genuine(one: Aggregate) -> bool:
    """Whether the signature is that of the key that it names; the hash is checked elsewhere."""
    needs("federation")
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one.signature.public_key))
        public.verify(bytes.fromhex(one.signature.value), _DOMAIN + bytes.fromhex(one.sha256))
    except (InvalidSignature, ValueError):
        return False
    return True


def known_keys(places: Sequence[Path]) -> frozenset[str]:
    """The public keys in files, or in folders of `*.pub`."""
    files = [file for place in places for file in (sorted(place.glob("*.pub")) if place.is_dir() else [place])]
    return frozenset(_bytes(file).hex() for file in files)


def _bytes(file: Path) -> bytes:
    try:
        found = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        found = b""
    if len(found) != 32:
        raise CannotRead(_UNREADABLE.fill(name=file.name))
    return found
