"""The ledger: what was released about whom, so that no later edition can be subtracted from an earlier one.

The files stay with the provider. The ledger holds hashes of groups of people, keyed with a key that lies beside it and that only its
owner can read; no row, no name, no value. Each entry carries a hash over the one before, so that a change shows. Beside it lies
a copy of every edition that left. In short:

* The same plan about people of whom in no group as many as the threshold are new, or have news, gives the earlier edition, byte for byte.
  A blank, or an edition of its own, would tell that somebody joined, left or changed; so would a difference between "nobody" and "a few".
* Another plan about such people is refused, and nothing is written: horizons, subgroups and bands of two plans cut each
  other. What is asked in one plan goes through the door together. Another threshold is refused until everybody may be someone else.
* Where enough people are new, a group within it (an arm, a subgroup, those with both measurements) in which fewer are, or nobody,
  is held back; the value that was released earlier remains valid.

Who is the same is seen by several numbers per person, each made of something else (`evaluation.release.memory.recognising`). What is compared is a
lower bound: people who share a bucket count once, so that an edition can be held back of which a few more changed.
A single edition is protected by the door alone; what this leaves to someone who knows everybody else exactly stands in `docs/planted-client.md`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock

from data_schemas.evidence import Evidence, EvidenceRecord, read_evidence, record_json
from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse
from evaluation.output.files import read_by_others, whole_file
from evaluation.release.memory.populations import Populations

FORMAT = "3"
_OLDER = Words(
    "Het register {name} is van een oudere versie van dit programma, die jongeren anders herkende. Bewaar het met zijn sleutel en uitgaven. Begin een "
    "ander met  evaluation ledger new  en laat iemand nagaan of een nieuwe uitgave naast de oude mag.",
    "The ledger {name} is of an older version of this program, which knew young people again in another way. Keep it with its key and editions. Begin "
    "another one with  evaluation ledger new  and have somebody judge whether a new edition may stand beside the old ones.",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One release: hashes of its evidence and plan, its threshold, and its groups of people."""

    results: str
    plan: str
    threshold: int
    populations: Populations = field(repr=False)
    previous: str = ""
    seal: str = ""
    edition: str = "public"

    def content(self) -> bytes:
        """What the seal is over."""
        parts = [self.results, self.plan, self.threshold, sorted(self.populations.items()), self.previous]
        return json.dumps([*parts, self.edition], sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries, oldest first, the key of the hashes, and the folder with a copy of every edition."""

    entries: tuple[Entry, ...]
    key: bytes = field(repr=False)
    editions: Path

    def edition(self, results: str) -> Path:
        """The folder of one edition."""
        return self.editions / results[:16]

    def before(self, record: EvidenceRecord) -> Ledger:
        """The ledger as it was when an edition was made, to make it again."""
        known = [entry.results for entry in self.entries]
        made = fingerprint(record)
        return Ledger(self.entries[: known.index(made) if made in known else len(known)], self.key, self.editions)


def read_ledger(path: Path, *, create: bool = False) -> Ledger:
    """The ledger in a file, with the key from `<file>.key`.

    Parameters
    ----------
    create
        Begin one, with a key of its own, when there is nothing of it yet.

    Raises
    ------
    CannotRead
        A file is missing or has not the promised form.
    WrongUse
        Others can read the key, an entry was changed after it was written, or the ledger is gone while its key or the editions that it
        remembered are there: whoever takes it away would otherwise begin anew.
    """
    place, editions = path.with_name(f"{path.name}.key"), path.with_name(f"{path.name}.editions")
    if not path.exists() and (place.exists() or editions.exists()):
        raise WrongUse(
            Words(
                f"Het register {path.name} is weg, maar {place.name} of {editions.name} ligt er nog: wat eerder is vrijgegeven is dan niet "
                "bekend. Zet het register terug. Is er nooit iets vrijgegeven, haal dan ook de sleutel weg.",
                f"The ledger {path.name} is gone, but {place.name} or {editions.name} is still there: what was released before is then not "
                "known. Put the ledger back. If nothing was ever released, remove the key too.",
            )
        )
    if create and not path.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_hex(32) + "\n")
        _write(path, ())
    key = _key(place)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise WrongUse(_OLDER.fill(name=path.name))
        entries = tuple(Entry(**entry) for entry in raw["entries"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotRead(
            Words(f"Het register {path.name} kan niet worden gelezen.", f"The ledger {path.name} cannot be read.")
        ) from None
    _check_chain(entries, key, path.name)
    return Ledger(entries, key, editions)


def _key(place: Path) -> bytes:
    try:
        key, open_to_all = bytes.fromhex(place.read_text(encoding="ascii").strip()), read_by_others(place)
    except (OSError, ValueError):
        raise CannotRead(
            Words(
                f"De sleutel {place.name} van het register ontbreekt of is onleesbaar.",
                f"The key {place.name} of the ledger is missing or cannot be read.",
            )
        ) from None
    if open_to_all:
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


def append(
    path: Path, ledger: Ledger, *, results: str, plan: str, threshold: int, populations: Populations, edition: str = "public"
) -> Ledger:
    """The ledger with one more release, also on disk.

    Raises
    ------
    WrongUse
        Somebody else wrote into the file since it was read.
    """
    previous = ledger.entries[-1].seal if ledger.entries else ""
    entry = Entry(results, plan, threshold, dict(populations), previous, edition=edition)
    entry = replace(entry, seal=_seal(entry, ledger.key))
    entries = (*ledger.entries, entry)
    with FileLock(path.with_name(f".{path.name}.lock")):
        if path.exists() and _seals(path) != [one.seal for one in ledger.entries]:
            raise WrongUse(
                Words(
                    f"In {path.name} kwam intussen een andere uitgave. Deze is daar niet mee vergeleken, en is niet onthouden. Doe de run opnieuw.",
                    f"Another edition entered {path.name} meanwhile. This one was not compared with it, and is not remembered. Run again.",
                )
            )
        _write(path, entries)
    return Ledger(entries, ledger.key, ledger.editions)


def _seals(path: Path) -> list[str]:
    return [entry["seal"] for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]]


def _write(path: Path, entries: tuple[Entry, ...]) -> None:
    content = [{name: getattr(one, name) for name in Entry.__slots__} for one in entries]
    whole_file(
        path, json.dumps({"format": FORMAT, "entries": content}, indent=1, sort_keys=True) + "\n", private=True, replace=True
    )


def fingerprint(record: EvidenceRecord) -> str:
    """What an edition is known by: a hash over its record, in which those of its results stand."""
    return hashlib.sha256(record_json(record).encode()).hexdigest()


def number_of(ledger: Ledger, entry: Entry) -> int:
    """Which release it was, the first being 1."""
    return ledger.entries.index(entry) + 1


def edition(ledger: Ledger, entry: Entry) -> Evidence:
    """An edition as it left.

    Raises
    ------
    CannotRead
        Its copy is gone or was changed.
    """
    try:
        found = read_evidence(ledger.edition(entry.results))
        intact = fingerprint(found.record) == entry.results
    except (OSError, ValueError):
        intact = False
    if not intact:
        raise CannotRead(
            Words(
                f"De kopie {entry.results[:16]} van een eerdere uitgave, in {ledger.editions.name}, ontbreekt of is veranderd.",
                f"The copy {entry.results[:16]} of an earlier edition, in {ledger.editions.name}, is gone or was changed.",
            )
        )
    return found
