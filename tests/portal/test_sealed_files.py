"""Files at rest: nothing of them is readable, nothing can be changed, cut, swapped or passed off as another without being noticed."""

from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.failures import CannotRead, WrongUse
from evaluation.portal.files.keys import Keys, Unsealable, new_key, read_keys
from evaluation.portal.files.sealed import CHUNK, HEADER, TAG, Sealer, opened
from evaluation.portal.files.store import Store

KEYS = Keys({"aaaaaaaa": bytes(range(32))})
OTHER = Keys({"bbbbbbbb": bytes(32)})
NAME = "0" * 32


def _sealed(content: bytes, keys: Keys = KEYS, name: str = NAME) -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, keys, name)
    sealer.write(content)
    sealer.end()
    return out.getvalue()


def _open(sealed: bytes, keys: Keys = KEYS, name: str = NAME) -> bytes:
    return b"".join(opened(io.BytesIO(sealed), keys, name))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_opens_again(size):
    content = b"x" * size
    sealed = _sealed(content)
    assert _open(sealed) == content
    chunks = max(1, -(-size // CHUNK))
    assert len(sealed) == HEADER + size + chunks * TAG
    assert size < 100 or b"xxxxxxxx" not in sealed


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.data())
def test_one_changed_byte_is_noticed(content, data):
    sealed = bytearray(_sealed(content))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unsealable):
        _open(bytes(sealed))


def test_pieces_cannot_go_missing_change_places_or_be_added():
    content = b"a" * CHUNK + b"b" * CHUNK + b"c" * 10
    sealed = _sealed(content)
    one = CHUNK + TAG
    head, first, second, last = (
        sealed[:HEADER],
        sealed[HEADER : HEADER + one],
        sealed[HEADER + one : HEADER + 2 * one],
        sealed[HEADER + 2 * one :],
    )
    for wrong in (
        head + second + first + last,
        head + first + second,
        head + first,
        head + first + last,
        head + first + second + last + last,
        head,
        sealed[:-1],
        b"",
        _sealed(content)[:HEADER] + first + second + last,
    ):
        with pytest.raises(Unsealable):
            _open(wrong)


def test_another_file_or_key_does_not_open():
    sealed = _sealed(b"secret")
    for keys, name in ((KEYS, "1" * 32), (OTHER, NAME), (Keys({"aaaaaaaa": bytes(32)}), NAME)):
        with pytest.raises(Unsealable):
            _open(sealed, keys, name)
    short = KEYS.seal(b"secret", "note")
    assert KEYS.unseal(short, "note") == b"secret"
    for keys, purpose in ((KEYS, "totp"), (OTHER, "note")):
        with pytest.raises(Unsealable):
            keys.unseal(short, purpose)


def test_the_store_has_whole_files_or_none(tmp_path):
    store = Store(tmp_path / "files", KEYS)
    kept = store.put(b"whole")
    assert store.read(kept.id) == b"whole" and kept.sha256 == hashlib.sha256(b"whole").hexdigest()
    left, dropped = store.begin(), store.begin()
    left.write(b"half")
    dropped.write(b"half")
    dropped.abandon()
    assert {entry.name for entry in store.folder.iterdir()} == {kept.id, left.place.name}
    stray = store.put(b"nobody names this")
    assert store.sweep(lambda: {kept.id}) == 0, "what is young stays"
    assert store.sweep(lambda: {kept.id}, older_than=0) == 2
    assert {entry.name for entry in store.folder.iterdir()} == {kept.id} and not (store.folder / stray.id).exists()
    assert (store.folder / kept.id).stat().st_mode & 0o077 == 0
    store.destroy(kept.id)
    left.abandon()
    assert not list(store.folder.iterdir())


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "", ".", "a" * 32 + "/..", "A" * 32, "0" * 31, "0" * 32 + "\n"]
)
def test_a_name_is_never_a_path(tmp_path, name):
    store = Store(tmp_path, KEYS)
    with pytest.raises(FileNotFoundError):
        store.read(name)
    with pytest.raises(FileNotFoundError):
        store.destroy(name)


def test_a_new_key_needs_a_new_header_only(tmp_path):
    store = Store(tmp_path, KEYS)
    kept = store.put(b"y" * 700_000)
    before = (tmp_path / kept.id).read_bytes()
    both = Store(tmp_path, Keys({**OTHER.by_name, **KEYS.by_name}))
    assert both.reseal(kept.id) and not both.reseal(kept.id)
    after = (tmp_path / kept.id).read_bytes()
    assert after[HEADER:] == before[HEADER:] and after[:HEADER] != before[:HEADER]
    assert Store(tmp_path, OTHER).read(kept.id) == b"y" * 700_000
    with pytest.raises(Unsealable):
        store.read(kept.id)


def test_keys_come_from_a_private_file_or_the_environment(tmp_path):
    file = tmp_path / "keys"
    with pytest.raises(CannotRead):
        read_keys(file, {})
    first, second = new_key(file), new_key(file)
    assert list(read_keys(file, {}).by_name) == [second, first] and file.stat().st_mode & 0o077 == 0
    lines = ",".join(file.read_text().split("\n"))
    assert read_keys(tmp_path / "none", {"EVALUATION_PORTAL_KEYS": lines}).newest == second
    file.chmod(0o644)
    with pytest.raises(WrongUse):
        read_keys(file, {})
    with pytest.raises(CannotRead):
        read_keys(file, {"EVALUATION_PORTAL_KEYS": "not a key"})
    assert "by_name" not in repr(KEYS) and KEYS.by_name["aaaaaaaa"].hex() not in repr(KEYS)
