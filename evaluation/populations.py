"""The groups of people that a release is about, as keyed hashes per bucket: comparable, and without a row in them.

Everybody falls, by a keyed hash of the own pseudonym, into one of 32 buckets; of each bucket one hash over all that is known of
its people is kept. Two editions of which d buckets differ, differ by at least d people.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, events_outcome, first_events, pairs
from data_schemas.plan import Plan
from data_schemas.rules._counting import mixed_hash
from data_schemas.submission import Submission

BUCKETS = 32
EVERYONE = "everyone"
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd: no row hash is lost when columns are put together


def populations(submissions: Sequence[Submission], cohort: Cohort, plan: Plan, key: bytes) -> dict[str, tuple[str, ...]]:
    """Per group (`outcome|time|arm`, and `...|subgroup` for planned subgroups) the hash of each bucket.

    Every category of a planned descriptor is a group, also when nobody is in it: the first person in it is a change then.
    """
    who, what = _people(submissions, key)
    order = np.lexsort((who, who % BUCKETS))
    groups = {EVERYONE: np.ones(cohort.size, bool), **_selections(cohort, plan)}
    masks: dict[str, np.ndarray] = {}
    for name, mask in groups.items():
        for arm, mine in (("all", mask), *((arm, mask & (cohort.arm_codes == k)) for k, arm in enumerate(cohort.arms))):
            masks[f"{name}|{arm}"] = mine
            for column in plan.subgroups:
                values = cohort.treatments[column].cat
                for code, level in enumerate(values.categories):
                    masks[f"{name}|{arm}|{column}={level}"] = mine & (values.codes == code).to_numpy()
    who, what = who[order], what[order]
    return {name: _hashes(who[kept], what[kept], key) for name, mask in masks.items() for kept in [mask[order]]}


def _selections(cohort: Cohort, plan: Plan) -> dict[str, np.ndarray]:
    found = {
        f"{measure.instrument}:{measure.informant}|{moment}": pairs(cohort, plan, measure, moment).selection.analysed
        for measure in plan.measures
        for moment in measure.moments
    }
    if plan.events is not None:
        found[f"{events_outcome(plan.events)}|"] = first_events(cohort, plan, plan.events).selection.analysed
    return found


def differing(one: Sequence[str], other: Sequence[str]) -> int:
    """How many buckets differ: at least so many people do.

    >>> differing(("a", "b", "c"), ("a", "x", "c"))
    1
    """
    return sum(mine != theirs for mine, theirs in zip(one, other))


def _people(submissions: Sequence[Submission], key: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Per person a keyed number of who it is, and a number of everything that is known."""
    salt = hashlib.sha256(b"rows" + key).hexdigest()[:16]
    who, what = [], []
    for submission in submissions:
        treatments = submission.tables["treatments"]
        names = treatments["provider"].astype(str) + "\0" + treatments["client"].astype(str)
        who += [int.from_bytes(hmac.new(key, name.encode(), hashlib.sha256).digest()[:8], "big") for name in names]
        known = _row_hashes(treatments.drop(columns="client"), salt)
        for table in ("measurements", "events"):
            frame = submission.tables[table]
            rows = _row_hashes(frame.drop(columns="client"), salt)
            np.add.at(known, frame["client"].cat.codes.to_numpy(), rows)
        what.append(known)
    return np.array(who, np.uint64), np.concatenate(what)


def _row_hashes(frame: pd.DataFrame, salt: str) -> np.ndarray:
    """64 bits per row over all of its cells, of the text of each: equal rows have equal hashes in every edition."""
    found = np.zeros(len(frame), np.uint64)
    for column in frame:
        codes, values = pd.factorize(frame[column], use_na_sentinel=True)
        texts = np.array([f"{column}\0{value}" for value in values] + [f"{column}\0"], object)
        found = found * _STEP + pd.util.hash_array(texts, hash_key=salt, categorize=False)[codes]
    return mixed_hash(found)  # of one person they are added up: values may not change places unseen


def _hashes(who: np.ndarray, what: np.ndarray, key: bytes) -> tuple[str, ...]:
    """Of people in order of their bucket, the hash of each bucket."""
    ends = np.cumsum(np.bincount((who % BUCKETS).astype(np.int64), minlength=BUCKETS))
    return tuple(
        hmac.digest(key, number.to_bytes(2, "big") + who[start:end].tobytes() + what[start:end].tobytes(), "sha256").hex()[:16]
        for number, (start, end) in enumerate(zip((0, *ends[:-1]), ends))
    )
