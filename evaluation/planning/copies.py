"""The same people under other pseudonyms: how many of two submissions have all scores alike, where that is more than chance gives.

Two people can have the same scores: the fewer scores and the coarser the questionnaire, the easier. So what is found is held against
what chance would give, and nothing is said of fewer than three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data_schemas.rules._counting import mixed_hash

FEWEST_SCORES, FEWEST_PEOPLE = 2, 3
SURE = 1e-3
"""How improbable by chance; of two submissions without anyone in common, fewer than this share is called alike."""
_DEPENDENT = 3.0
"""Scores of one person resemble each other, so that alike people are less rare than independent scores would make them."""
_MANY = 10
_KEY = ("instrument", "informant", "moment")
Side = tuple[Mapping[str, pd.DataFrame], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """The scores of people who have enough of them: per score its person, what was asked and the score; per person one hash of all."""

    person: np.ndarray
    asked: np.ndarray
    score: np.ndarray
    whole: np.ndarray


def alike(one: Side, other: Side) -> int:
    """How many people of one side have all scores of somebody of the other; 0 where chance may have done it.

    Parameters
    ----------
    one, other
        The tables of a submission, and who of its treatments (boolean) is looked at.

    How often chance makes two people alike is seen within the submissions, where there are enough of such pairs; otherwise it is the product
    over what people were asked of the share of pairs with the same score, three times over.
    """
    sides = [_scored(tables, who) for tables, who in (one, other)]
    if not all(len(side.whole) for side in sides):
        return 0
    own = [np.unique(side.whole, return_counts=True) for side in sides]
    single = [values[counts == 1] for values, counts in own]
    found = len(np.intersect1d(*single))
    if found < FEWEST_PEOPLE:
        return 0
    equal = _equal_scores(sides)
    pairs = sum(_pairs(len(side.whole)) for side in sides)
    within = sum(_pairs(counts).sum() for _, counts in own)
    if within >= _MANY:
        chance = (within + 3 * np.sqrt(within)) / pairs
    else:
        chances = np.ones(len(sides[1].whole))
        np.multiply.at(chances, sides[1].person, equal.loc[sides[1].asked].to_numpy())
        chance = max(np.minimum(_DEPENDENT * chances, 1.0).mean(), within / pairs)
    expected = chance * len(single[0]) * len(single[1])
    return found if _tail(found, expected) < SURE else 0


def _scored(tables: Mapping[str, pd.DataFrame], who: np.ndarray) -> _Scored:
    """People with at least two scores that are not all the same; at the floor of a questionnaire everybody is alike."""
    frame = tables["measurements"]
    client, score = frame["client"].cat.codes.to_numpy(), frame["score"].to_numpy(float)
    week = frame["week"].to_numpy(float, na_value=-1.0)
    use = (client >= 0) & ~np.isnan(score) & who[np.maximum(client, 0)]
    size = len(who)
    count = np.bincount(client[use], minlength=size)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, client[use], score[use])
    np.maximum.at(high, client[use], score[use])
    enough = (count >= FEWEST_SCORES) & (low < high)
    use &= enough[np.maximum(client, 0)]
    person = (np.cumsum(enough) - 1)[client[use]]
    repeated = (frame["moment"] == "repeated").to_numpy()[use]
    asked = _asked(frame[use], np.where(repeated, week[use], 0.0))
    whole = np.zeros(int(enough.sum()), np.uint64)
    np.add.at(whole, person, mixed_hash(asked ^ mixed_hash((score[use] + 0.0).view(np.uint64))))
    return _Scored(person, asked, score[use], whole)


def _asked(frame: pd.DataFrame, week: np.ndarray) -> np.ndarray:
    """64 bits for what was asked of whom and when, the same in every submission."""
    found = mixed_hash(week.view(np.uint64))
    for column in _KEY:
        values = frame[column].cat
        texts = pd.util.hash_array(np.append(values.categories.to_numpy(dtype=object), f"no {column}"), categorize=False)
        found = mixed_hash(found ^ texts[values.codes.to_numpy()])
    return found


def _equal_scores(sides: Sequence[_Scored]) -> pd.Series:
    """By what was asked the share of pairs of people, within a submission, who have the same score: one pair more, so never none."""
    frame = pd.concat([pd.DataFrame({"asked": side.asked, "score": side.score, "side": k}) for k, side in enumerate(sides)])
    equal, all_pairs = (
        _pairs(frame.groupby(by).size()).groupby("asked").sum() for by in (["asked", "side", "score"], ["asked", "side"])
    )
    return (equal + 1) / (all_pairs + 1)


def _pairs(people: Any) -> Any:
    return people * (people - 1) / 2


def _tail(found: int, expected: float) -> float:
    """The probability of so many or more by chance (Poisson)."""
    from scipy.stats import poisson

    return float(poisson.sf(found - 1, expected))
