"""The groups of people that a release is about, as keyed hashes per bucket: comparable, and without a row in them.

Everybody falls, by one of the numbers that the person is recognised by (`evaluation.release.memory.recognising`), into one of 32 buckets; of each
bucket one hash over its numbers is kept, for each kind of number apart. Two editions of which d buckets differ, differ by at least d people.
They are the same people where any kind says so; a kind that could say so of strangers too, because they are too much alike, says nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analyses.shared.cohort import Cohort, events_outcome, first_events, pairs
from data_schemas.plan import Plan
from data_schemas.rules._counting import mixed_hash
from data_schemas.submission import Submission
from evaluation.release.memory.recognising import BY_NAME, OF_EVENTS, Keys, Recognised

BUCKETS = 32
EVERYONE = "everyone"
UNTOLD = "~"
"""Stands before the hashes of a kind that does not tell these people from others."""
_DIGITS = 8
_STEP = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = 2.0
"""By how much the number of differing buckets of strangers may fall below what is expected: two standard deviations of about 1.7."""
Populations = Mapping[str, Mapping[str, str]]


def populations(submissions: Sequence[Submission], cohort: Cohort, plan: Plan, key: bytes) -> dict[str, dict[str, str]]:
    """Per group (`outcome|time|arm`, and `...|subgroup` for planned subgroups) the hashes of the buckets, by kind.

    Every category of a planned descriptor is a group, also when nobody is in it: the first person in it is a change then. People whom
    the plan is not about are in none: of them only a number leaves, in a band.
    """
    known = Recognised(submissions, key, cohort.people)
    needed = plan.disclosure.threshold
    found: dict[str, dict[str, str]] = {}
    for name, mask, (who, what), keys in _selections(cohort, plan, known):
        kinds = {BY_NAME: _Kind(who, what), **{kind: _Kind(number) for kind, number in keys.items()}}
        for group, members in _groups(cohort, plan, name, mask):
            found[group] = {kind: one.hashes(members, key, needed) for kind, one in kinds.items()}
    return found


def _selections(
    cohort: Cohort, plan: Plan, known: Recognised
) -> Iterator[tuple[str, np.ndarray, tuple[np.ndarray, np.ndarray], Keys]]:
    """By outcome and moment who is analysed, by name with what is known of them there, and the other numbers they are recognised by.

    A name alone recognises nobody: a provider may begin at 1 every year.
    """
    who = known.names()
    keys = known.people()
    yield EVERYONE, np.ones(cohort.size, bool), (who, keys["everything"]), keys
    for measure in plan.measures:
        for moment in measure.moments:
            keys = known.scores(measure, moment)
            mask = pairs(cohort, measure, moment).selection.analysed
            yield f"{measure.instrument}:{measure.informant}|{moment}", mask, (who, keys["exact"]), keys
    if plan.events is not None:
        keys = known.followed()
        mask = first_events(cohort, plan.events).selection.analysed
        yield f"{events_outcome(plan.events)}|", mask, (who, keys["followed"]), keys


def _groups(cohort: Cohort, plan: Plan, name: str, mask: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for arm, mine in (("all", mask), *((arm, mask & (cohort.arm_codes == k)) for k, arm in enumerate(cohort.arms))):
        yield f"{name}|{arm}", mine
        for column in plan.subgroups:
            values = cohort.treatments[column].cat
            for code, level in enumerate(values.categories):
                yield f"{name}|{arm}|{column}={level}", mine & (values.codes == code).to_numpy()


class _Kind:
    """One number per person, sorted once; whoever is alike is told apart by counting, so that each falls into a bucket of its own."""

    def __init__(self, number: np.ndarray, what: np.ndarray | None = None) -> None:
        self._order = np.argsort(number, kind="stable")
        self._number, self._what = number, what

    def hashes(self, members: np.ndarray, key: bytes, needed: int) -> str:
        """The hash of each bucket of some of the people, after `UNTOLD` when strangers could have the same."""
        mine = self._order[members[self._order]]
        number = self._number[mine]
        place = np.arange(len(number))
        begins = np.flatnonzero(np.diff(number, prepend=~number[:1]) != 0)
        rank = place - np.repeat(begins, np.diff(begins, append=len(number)))
        own = mixed_hash(number + rank.astype(np.uint64) * _STEP)
        content = own if self._what is None else mixed_hash(own + self._what[mine])
        sums, counts = np.zeros(BUCKETS, np.uint64), np.bincount((own % BUCKETS).astype(np.int64), minlength=BUCKETS)
        np.add.at(sums, (own % BUCKETS).astype(np.int64), content)
        told = self._what is not None or _tells(np.diff(begins, append=len(number)), needed)
        return ("" if told else UNTOLD) + _text(sums, counts, key)


def _text(sums: np.ndarray, counts: np.ndarray, key: bytes) -> str:
    parts = (f"{bucket} {one} {count}" for bucket, (one, count) in enumerate(zip(sums.tolist(), counts.tolist())))
    return "".join(hmac.digest(key, part.encode(), "sha256").hex()[:_DIGITS] for part in parts)


def _tells(alike: np.ndarray, needed: int) -> bool:
    """Whether strangers would differ by enough, given how many people are alike in each number.

    Of a number that one person has, a stranger has another: two differences. Of one that c people have, c strangers or so have it too, give
    or take: the mean distance of two Poisson counts is about sqrt(4 c / pi).
    """
    single = int((alike == 1).sum())
    differences = 2 * single + np.sqrt(4 * alike[alike > 1] / np.pi).sum()
    return BUCKETS * (1 - np.exp(-differences / BUCKETS)) - _SPREAD * 1.7 >= needed


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    """How many buckets differ, by the kind of number that says fewest: at least so many people do.

    Where people got another pseudonym, at least half as many: one whose data were corrected left one bucket for another. A kind that does not
    tell the first from strangers is left out.

    >>> same, one_else = "a" * 8 * 32, "b" * 8 + "a" * 8 * 31
    >>> differing({"who": one_else, "scores": "~" + same}, {"who": same, "scores": same})
    1
    """
    return min(int((_buckets(one[k]) != _buckets(other[k])).sum()) for k in one if k in other and one[k][0] != UNTOLD)


def filled(one: Mapping[str, str], key: bytes) -> int:
    """In how many buckets there is somebody: at most so many people."""
    return int((_buckets(one[BY_NAME]) != _buckets(_nobody(key))).sum())


def overlap(one: Mapping[str, str], other: Mapping[str, str], key: bytes) -> int:
    """In how many buckets the same people are in both, by the kind of number that says most; strangers share a course without events too often."""
    empty = _buckets(_nobody(key))
    alike = (
        int(((_buckets(one[k]) == _buckets(other[k])) & (_buckets(one[k]) != empty)).sum())
        for k in one
        if k in other and one[k][0] != UNTOLD and not k.startswith(OF_EVENTS)
    )
    return max(alike, default=0)


def _nobody(key: bytes) -> str:
    return _text(np.zeros(BUCKETS, np.uint64), np.zeros(BUCKETS, np.int64), key)


def _buckets(hashes: str) -> np.ndarray:
    return np.frombuffer(hashes.removeprefix(UNTOLD).encode(), f"S{_DIGITS}")
