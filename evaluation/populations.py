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
from data_schemas.submission import Submission

BUCKETS = 32
EVERYONE = "everyone"


def populations(submissions: Sequence[Submission], cohort: Cohort, plan: Plan, key: bytes) -> dict[str, tuple[str, ...]]:
    """Per group (`outcome|time|arm`, and `...|subgroup` for planned subgroups) the hash of each bucket."""
    who, what = _people(submissions, key)
    groups = {EVERYONE: np.ones(cohort.size, bool), **_selections(cohort, plan)}
    masks: dict[str, np.ndarray] = {}
    for name, mask in groups.items():
        for arm, mine in (("all", mask), *((arm, mask & (cohort.arm_codes == k)) for k, arm in enumerate(cohort.arms))):
            masks[f"{name}|{arm}"] = mine
            for column in plan.subgroups:
                values = cohort.treatments[column].astype(str).to_numpy()
                for level in sorted(set(values[mine])):
                    masks[f"{name}|{arm}|{column}={level}"] = mine & (values == level)
    return {name: _hashes(who[mask], what[mask], key) for name, mask in masks.items()}


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
    text = frame.astype(object).where(frame.notna(), "").astype(str)
    return pd.util.hash_pandas_object(text, index=False, hash_key=salt).to_numpy().copy()


def _hashes(who: np.ndarray, what: np.ndarray, key: bytes) -> tuple[str, ...]:
    order = np.argsort(who, kind="stable")
    who, what = who[order], what[order]
    bucket = who % BUCKETS
    return tuple(
        hmac.new(key, number.to_bytes(2, "big") + who[bucket == number].tobytes() + what[bucket == number].tobytes(), hashlib.sha256)
        .hexdigest()[:16]
        for number in range(BUCKETS)
    )  # fmt: skip
