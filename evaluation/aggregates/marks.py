"""Marks by which people who are in two aggregates can be noticed, without anybody's pseudonym in them.

A person is known by provider and pseudonym, as in a run over several submissions (`evaluation.planning.people`), hashed under the plan's hash:
marks of two plans cannot be laid side by side. A pseudonym is itself a keyed code of the provider's, so that whoever has no list of pseudonyms
learns nothing from a mark.

In an exact aggregate there is one mark per person. In a rounded one they would tell how many people there are: there it is a sketch of a fixed
length, b-bit minwise hashing (Li & König 2010, WWW, 671): of each of 256 orders of all people the first one, in 16 bits of a second
hash. It tells neither how many there are nor who; of two groups the share of equal places is the share of their people that they have in common.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

import numpy as np

from data_schemas.rules._counting import mixed_hash
from data_schemas.submission import Submission
from evaluation.planning.people import persons

PLACES, _BITS = 256, np.uint64(0xFFFF)
_ENOUGH = 3


def marks(submissions: Sequence[Submission], plan: str, *, exact: bool) -> tuple[str, ...]:
    """The marks of everybody in the submissions, for a plan of this hash."""
    people = numbers(submissions, plan)
    if exact:
        return tuple(f"{one:016x}" for one in people.tolist())
    if not len(people):
        return ()
    orders = mixed_hash(np.arange(1, PLACES + 1, dtype=np.uint64))
    first = np.array([people[mixed_hash(people ^ order).argmin()] for order in orders])
    return tuple(f"{one:04x}" for one in (mixed_hash(first ^ ~orders) & _BITS).tolist())


def numbers(submissions: Sequence[Submission], plan: str) -> np.ndarray:
    """Everybody's number, in order, each once."""
    return np.unique(np.array([_mark(name, plan) for one in submissions for name in persons(one)], np.uint64))


def _mark(name: str, plan: str) -> int:
    return int.from_bytes(hmac.digest(plan.encode(), name.encode(), "sha256")[:8], "big")


def in_both(one: Sequence[str], other: Sequence[str], *, exact: bool) -> bool:
    """Whether two groups have people in common: exactly, or by their sketches, which notice what is more than about three in a hundred.

    Of 256 places two strangers share three by chance in one of a hundred million pairs.
    """
    if exact:
        return not set(one).isdisjoint(other)
    return sum(mine == theirs for mine, theirs in zip(one, other)) >= _ENOUGH
