"""Limits of the distance between two groups over categories, against a calculation by hand and against every count that fits."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analyses.statistics.change.standardised_difference import of_categories
from analyses.statistics.change.standardised_difference_between import Within, distance_between


def _known(*counts: float) -> Within:
    return Within(np.array(counts), np.array(counts), sum(counts), sum(counts))


def test_known_counts_give_the_distance_itself_by_hand():
    """Shares 0.5, 0.5 and 0.75, 0.25: c = 0.0625 / 0.625 + 0.0625 / 0.375 = 4/15, and c / (1 - c / 4) = 2/7."""
    found = distance_between(_known(10, 10), _known(15, 5), np.array([True, True]))
    assert found == pytest.approx((np.sqrt(2 / 7), np.sqrt(2 / 7)), rel=1e-12)


def test_at_most_nine_of_thirty_against_none():
    """A share of 0.3 against 0: 0.3 over the root of 0.21 / 2 is 0.9258; the least is that of nobody in either arm."""
    one = Within(np.array([21.0, 0.0]), np.array([30.0, 9.0]), 30.0, 30.0)
    least, most = distance_between(one, one, np.array([True, False]))
    assert least == 0 and most == pytest.approx(0.3 / np.sqrt(0.21 / 2), rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_fits_lies_between(seed):
    """All counts of two groups of three categories within limits; taken together the least holds too."""
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 12, (2, 3))
    groups = [Within(some.astype(float), some + 3.0, some.sum(), some.sum() + 9.0) for some in low]
    least, most = distance_between(*groups, np.array([True, False, False]))
    steps = [range(start, start + 4) for start in low.ravel()]
    apart = [
        of_categories(np.array(one[:3]), np.array(one[3:])).estimate
        for one in product(*steps)
        if min(sum(one[:3]), sum(one[3:])) > 1
    ]
    apart = [value for value in apart if np.isfinite(value)]
    assert least <= min(apart) + 1e-12 and most >= max(apart) - 1e-12
