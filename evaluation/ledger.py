"""The ledger: what was released about whom, so that no later edition can be subtracted from an earlier one.

The file stays with the provider. It holds hashes of groups of people, keyed with a key that lies beside it and that only its owner
can read; no row, no name, no value. Each entry carries a hash over the one before, so that a change shows.

A group that differs from an earlier edition by too few people is held back as a whole: not only the values that changed, for those
would tell that they did. The earlier value remains valid. The same holds for the same people under another threshold, of which
the bands would cut each other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS
from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse
from evaluation.populations import BUCKETS, EVERYONE, differing
from evaluation.writing import whole_file

FORMAT = "1"
_WHOLE = f"{EVERYONE}|all"
Populations = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One release: its results, plan and threshold as hashes and numbers, and its groups of people."""

    results: str
    plan: str
    threshold: int
    populations: dict[str, tuple[str, ...]] = field(repr=False)
    previous: str = ""
    seal: str = ""

    def content(self) -> bytes:
        """What the seal is over."""
        parts = [self.results, self.plan, self.threshold, sorted(self.populations.items()), self.previous]
        return json.dumps(parts, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries, oldest first, and the key of the hashes."""

    entries: tuple[Entry, ...]
    key: bytes = field(repr=False)


def read_ledger(path: Path, *, create: bool = False) -> Ledger:
    """The ledger in a file, with the key from `<file>.key`.

    Parameters
    ----------
    create
        Make a key when neither file is there yet.

    Raises
    ------
    CannotRead
        A file is missing or has not the promised form.
    WrongUse
        Others can read the key, or an entry was changed after it was written.
    """
    place = path.with_name(f"{path.name}.key")
    if create and not path.exists() and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_hex(32) + "\n")
        return Ledger((), _key(place))
    key = _key(place)
    if create and not path.exists():
        return Ledger((), key)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(
            Entry(**{**entry, "populations": {name: tuple(h) for name, h in entry["populations"].items()}})
            for entry in raw["entries"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotRead(
            Words(f"Het register {path.name} kan niet worden gelezen.", f"The ledger {path.name} cannot be read.")
        ) from None
    _check_chain(entries, key, path.name)
    return Ledger(entries, key)


def _key(place: Path) -> bytes:
    try:
        mode, text = place.stat().st_mode, place.read_text(encoding="ascii")
        key = bytes.fromhex(text.strip())
    except (OSError, ValueError):
        raise CannotRead(
            Words(
                f"De sleutel {place.name} van het register ontbreekt of is onleesbaar.",
                f"The key {place.name} of the ledger is missing or cannot be read.",
            )
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise WrongUse(
            Words(
                f"Anderen kunnen de sleutel {place.name} lezen. Maak dat ongedaan:  chmod 600 {place.name}",
                f"Others can read the key {place.name}. Undo that:  chmod 600 {place.name}",
            )
        )
    return key


def _check_chain(entries: tuple[Entry, ...], key: bytes, name: str) -> None:
    previous = ""
    for number, entry in enumerate(entries, start=1):
        if entry.previous != previous or not hmac.compare_digest(entry.seal, _seal(entry, key)):
            raise WrongUse(
                Words(
                    f"Regel {number} van {name} is veranderd nadat hij is geschreven, of de sleutel is een andere.",
                    f"Entry {number} of {name} was changed after it was written, or the key is another one.",
                )
            )
        previous = entry.seal


def _seal(entry: Entry, key: bytes) -> str:
    return hmac.new(key, entry.content(), hashlib.sha256).hexdigest()


def append(path: Path, ledger: Ledger, *, results: str, plan: str, threshold: int, populations: Populations) -> Ledger:
    """The ledger with one more release, also on disk; a release that is in it already is not written again."""
    if any(entry.results == results and entry.populations == dict(populations) for entry in ledger.entries):
        return ledger
    previous = ledger.entries[-1].seal if ledger.entries else ""
    entry = Entry(results, plan, threshold, dict(populations), previous)
    entry = Entry(results, plan, threshold, dict(populations), previous, _seal(entry, ledger.key))
    entries = (*ledger.entries, entry)
    content = [{name: getattr(one, name) for name in Entry.__slots__} for one in entries]
    whole_file(path, json.dumps({"format": FORMAT, "entries": content}, indent=1, sort_keys=True) + "\n")
    return Ledger(entries, ledger.key)


def too_close(ledger: Ledger, populations: Populations, threshold: int) -> frozenset[str]:
    """Groups that differ from an earlier edition by some people, but possibly by fewer than the threshold.

    Where that holds for everybody together it holds for every group, whatever the question: other outcomes and other subgroups
    of nearly the same people add up to the same totals.
    """
    found = set()
    for entry in ledger.entries:
        least = max(threshold, entry.threshold)
        for name, hashes in populations.items():
            changed = differing(hashes, entry.populations[name]) if name in entry.populations else BUCKETS
            other_bands = entry.threshold != threshold and changed < BUCKETS
            if 0 < changed < least or other_bands:
                found.add(name)
    return frozenset(populations) if _WHOLE in found else frozenset(found)


def asked_before(ledger: Ledger, populations: Populations, plan: str) -> bool:
    """Whether the same people, or nearly, were released before under another plan."""
    return any(
        entry.plan != plan
        and _WHOLE in entry.populations
        and differing(populations[_WHOLE], entry.populations[_WHOLE]) < BUCKETS
        for entry in ledger.entries
    )


def held_back(frame: pd.DataFrame, close: frozenset[str], known: Populations) -> pd.DataFrame:
    """The rows of an analysis, those about a group that is too close empty."""
    if not close or frame.empty:
        return frame
    hidden = np.array([_rests_on(row, known) & close != frozenset() for row in frame.itertuples()], bool)
    emptied = {column: frame[column].mask(hidden) for column in NUMERIC_COLUMNS}
    return frame.assign(**emptied, status=frame["status"].mask(hidden, "suppressed"))


def _rests_on(row, known: Populations) -> frozenset[str]:
    """The groups that a row can be about: its own selection, or every one of its outcome when it names no moment."""
    found = set()
    for group in row.arm.split(" - "):
        name = group if f"{EVERYONE}|{group}" in known else "all"
        end = f"|{name}|{row.subgroup}" if f"{EVERYONE}|{name}|{row.subgroup}" in known else f"|{name}"
        exact = f"{row.outcome}|{row.time}{end}"
        of_outcome = {one for one in known if row.outcome and one.startswith(f"{row.outcome}|") and one.endswith(end)}
        found |= {exact} if exact in known else of_outcome
        found.add(EVERYONE + end)
    return frozenset(found)
