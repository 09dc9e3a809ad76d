"""The sealed form of a file: AES-256-GCM in chunks, so that neither sealing nor opening holds more than one chunk in memory.

    magic (8) | name of the key (8) | nonce (12) | the file's own key, sealed (48) | chunk | chunk | ...

Each file has a key of its own, sealed under the portal's; a new key of the portal needs a new header only. A chunk's nonce is its number
and whether it is the last, as in the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár 2015): chunks cannot change places, go
missing or be cut off, and with the file's name as further data no file can stand in for another.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evaluation.portal.files.keys import NONCE, Keys, Unsealable

MAGIC = b"IEPORT1\n"
CHUNK = 256 * 1024
TAG = 16
HEADER = len(MAGIC) + 8 + NONCE + 32 + TAG
_PURPOSE = "file"


class Sealer:
    """Takes pieces of any size and writes chunks; `end` writes the last, without which the file cannot be opened."""

    def __init__(self, handle: BinaryIO, keys: Keys, name: str) -> None:
        own = os.urandom(32)
        self._handle, self._name = handle, name.encode()
        self._cipher, self._number, self._held = AESGCM(own), 0, bytearray()
        handle.write(header(keys, name, own))

    def write(self, piece: bytes) -> None:
        """Take some bytes; whole chunks are written at once."""
        self._held += piece
        while len(self._held) > CHUNK:  # one byte is always held: the last chunk must know that it is
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def end(self) -> None:
        """Write what is held, as the last chunk."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._handle.write(self._cipher.encrypt(_nonce(self._number, last), chunk, self._name))
        self._number += 1


def header(keys: Keys, name: str, own: bytes) -> bytes:
    """The beginning of a sealed file: its own key under the portal's newest."""
    nonce = os.urandom(NONCE)
    sealed = keys.cipher(keys.newest, _PURPOSE).encrypt(nonce, own, MAGIC + name.encode())
    return MAGIC + keys.newest.encode() + nonce + sealed


def own_key(keys: Keys, name: str, head: bytes) -> bytes:
    """A file's own key from its header.

    Raises
    ------
    Unsealable
        It is no header of this file, or its key is gone.
    """
    start = len(MAGIC)
    if len(head) != HEADER or not head.startswith(MAGIC):
        raise Unsealable
    nonce, sealed = head[start + 8 : start + 8 + NONCE], head[start + 8 + NONCE :]
    try:
        return keys.cipher(head[start : start + 8].decode("ascii", "replace"), _PURPOSE).decrypt(
            nonce, sealed, MAGIC + name.encode()
        )
    except InvalidTag:
        raise Unsealable from None


def key_name(head: bytes) -> str:
    """The name of the key of the portal that a header is sealed under."""
    return head[len(MAGIC) : len(MAGIC) + 8].decode("ascii", "replace")


def opened(handle: BinaryIO, keys: Keys, name: str) -> Iterator[bytes]:
    """The content, chunk by chunk; none is given before it was found to be unchanged.

    Raises
    ------
    Unsealable
        The file was changed or cut off, is another one, or its key is gone.
    """
    cipher = AESGCM(own_key(keys, name, handle.read(HEADER)))
    number, held = 0, handle.read(CHUNK + TAG)
    while True:
        following = handle.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), held, name.encode())
        except (InvalidTag, ValueError):
            raise Unsealable from None
        if not following:
            return
        number, held = number + 1, following


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + bytes([last])
