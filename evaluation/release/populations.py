"""The groups of people that a release is about, as keyed hashes per bucket: comparable, and without a row in them.

Everybody falls, by a keyed hash of the own pseudonym, into one of 32 buckets; of each bucket one hash over what is known of
its people is kept: all of it for everyone together, and of a group about an outcome what that outcome uses, so that longer
follow-up of everybody does not make their scores new. Two editions of which d buckets differ, differ by at least d people. The same is done
with buckets by what is known instead of by pseudonym: people who only got another pseudonym are the same people in these.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort, events_outcome, first_events, pairs
from data_schemas.plan import Measure, Plan
from data_schemas.rules._counting import mixed_hash
from data_schemas.submission import Submission

BUCKETS = 32
EVERYONE = "everyone"
_FOLLOWED = r"^(?:follow_up_|treatment_weeks$|ending$)"
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd: no row hash is lost when columns are put together


def populations(submissions: Sequence[Submission], cohort: Cohort, plan: Plan, key: bytes) -> dict[str, tuple[str, ...]]:
    """Per group (`outcome|time|arm`, and `...|subgroup` for planned subgroups) the hash of each bucket.

    Every category of a planned descriptor is a group, also when nobody is in it: the first person in it is a change then. People whom
    the plan is not about are in none: of them only a number leaves, in a band.
    """
    mine = slice(None) if cohort.people is None else cohort.people
    who, known = _names(submissions, key)[mine], _Known(submissions, key, mine)
    groups = {EVERYONE: (np.ones(cohort.size, bool), known.all()), **_selections(cohort, plan, known)}
    found: dict[str, tuple[str, ...]] = {}
    for name, (mask, what) in groups.items():
        orders = _order(who), _order(what)
        for arm, mine in (("all", mask), *((arm, mask & (cohort.arm_codes == k)) for k, arm in enumerate(cohort.arms))):
            found[f"{name}|{arm}"] = _hashes(who, what, mine, orders, key)
            for column in plan.subgroups:
                values = cohort.treatments[column].cat
                for code, level in enumerate(values.categories):
                    members = mine & (values.codes == code).to_numpy()
                    found[f"{name}|{arm}|{column}={level}"] = _hashes(who, what, members, orders, key)
    return found


def _selections(cohort: Cohort, plan: Plan, known: _Known) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By outcome and moment who is analysed, and what is known of each that the outcome uses."""
    found = {}
    for measure in plan.measures:
        what = known.scores(measure)
        for moment in measure.moments:
            name = f"{measure.instrument}:{measure.informant}|{moment}"
            found[name] = pairs(cohort, measure, moment).selection.analysed, what
    if plan.events is not None:
        mask = first_events(cohort, plan.events).selection.analysed
        found[f"{events_outcome(plan.events)}|"] = mask, known.follow_up()
    return found


def differing(one: Sequence[str], other: Sequence[str]) -> int:
    """How many buckets differ, by pseudonym or by what is known, whichever is fewer: at least so many people do.

    Where people got another pseudonym, at least half as many: one whose data were corrected left one bucket for another.

    >>> differing(("a", "b", "c", "d"), ("a", "x", "y", "z"))
    1
    """
    half = len(one) // 2
    differs = [mine != theirs for mine, theirs in zip(one, other, strict=True)]
    return min(sum(differs[:half]), sum(differs[half:]))


def _names(submissions: Sequence[Submission], key: bytes) -> np.ndarray:
    """Per person a keyed number of who it is."""
    who = []
    for submission in submissions:
        treatments = submission.tables["treatments"]
        names = treatments["provider"].astype(str) + "\0" + treatments["client"].astype(str)
        who += [int.from_bytes(hmac.digest(key, name.encode(), "sha256")[:8], "big") for name in names]
    return np.array(who, np.uint64)


class _Known:
    """Per person a keyed number of what is known: of each table a hash per row, added up over the rows of a person."""

    def __init__(self, submissions: Sequence[Submission], key: bytes, people: np.ndarray | slice) -> None:
        self._people = people
        self._tables = [submission.tables for submission in submissions]
        self._salt = hashlib.sha256(b"rows" + key).hexdigest()[:16]
        self._rows = [
            {name: _row_hashes(table.drop(columns="client"), self._salt) for name, table in tables.items()}
            for tables in self._tables
        ]

    def all(self) -> np.ndarray:
        """Everything."""
        parts = zip(self._tables, self._rows)
        return np.concatenate(
            [rows["treatments"] + _added(t, rows, "measurements") + _added(t, rows, "events") for t, rows in parts]
        )[self._people]

    def scores(self, measure: Measure) -> np.ndarray:
        """The questionnaire of one outcome."""
        found = []
        for tables, rows in zip(self._tables, self._rows):
            table = tables["measurements"]
            mine = (table["instrument"] == measure.instrument) & (table["informant"] == measure.informant)
            found.append(_added(tables, rows, "measurements", mine.to_numpy()))
        return np.concatenate(found)[self._people]

    def follow_up(self) -> np.ndarray:
        """Events, and from when until when a person was followed."""
        return np.concatenate(
            [
                _row_hashes(tables["treatments"].filter(regex=_FOLLOWED), self._salt) + _added(tables, rows, "events")
                for tables, rows in zip(self._tables, self._rows)
            ]
        )[self._people]


def _added(
    tables: Mapping[str, pd.DataFrame], rows: Mapping[str, np.ndarray], name: str, mine: np.ndarray | None = None
) -> np.ndarray:
    found = np.zeros(len(tables["treatments"]), np.uint64)
    who, known = tables[name]["client"].cat.codes.to_numpy(), rows[name]
    np.add.at(found, who if mine is None else who[mine], known if mine is None else known[mine])
    return found


def _row_hashes(frame: pd.DataFrame, salt: str) -> np.ndarray:
    """64 bits per row over all of its cells, of the text of each: equal rows have equal hashes in every edition."""
    found = np.zeros(len(frame), np.uint64)
    for column in frame:
        values = frame[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            codes, values = values.cat.codes.to_numpy(), values.cat.categories
        else:
            codes, values = pd.factorize(values, use_na_sentinel=True)
        texts = np.array([f"{column}\0{value}" for value in values] + [f"{column}\0"], object)
        found = found * _STEP + pd.util.hash_array(texts, hash_key=salt, categorize=False)[codes]
    return mixed_hash(found)  # of one person they are added up: values may not change places unseen


def _order(number: np.ndarray) -> np.ndarray:
    return np.lexsort((number, number % BUCKETS))


def _hashes(
    who: np.ndarray, what: np.ndarray, members: np.ndarray, orders: tuple[np.ndarray, np.ndarray], key: bytes
) -> tuple[str, ...]:
    """Of some people the hash of each bucket, first by pseudonym and then by what is known."""
    named, known = (order[members[order]] for order in orders)
    return (*_of_buckets(who[named], (who[named], what[named]), key), *_of_buckets(what[known], (what[known],), key))


def _of_buckets(number: np.ndarray, hashed: tuple[np.ndarray, ...], key: bytes) -> Iterator[str]:
    ends = np.cumsum(np.bincount((number % BUCKETS).astype(np.int64), minlength=BUCKETS))
    for bucket, (start, end) in enumerate(zip((0, *ends[:-1]), ends)):
        content = b"".join((bucket.to_bytes(2, "big"), *(part[start:end].tobytes() for part in hashed)))
        yield hmac.digest(key, content, "sha256").hex()[:16]
