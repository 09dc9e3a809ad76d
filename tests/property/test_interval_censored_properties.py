"""Ranges: the curve is at its maximum, and order, copies and empty companions do not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.statistics.interval_censored.interval_score_test import interval_score_test
from analyses.statistics.interval_censored.turnbull import event_free_at, event_free_with_interval, turnbull

close = pytest.approx
people = st.lists(
    st.tuples(st.integers(0, 10), st.one_of(st.integers(1, 6), st.just(np.inf)), st.integers(0, 2)), min_size=1, max_size=40
)


def arrays(records):
    left, width, group = (np.array(column, float) for column in zip(*records))
    return left, left + width, group.astype(int)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(people)
def test_the_gradient_shows_the_maximum(records):
    """Gentleman & Geyer: it is the maximum when no interval's gradient exceeds n, and those with mass have n."""
    left, right, _ = arrays(records)
    fit = turnbull(left, right)
    inside = (left[:, None] <= fit.after) & (fit.upto <= right[:, None])
    gradient = (inside / (inside @ fit.mass)[:, None]).sum(axis=0)
    assert fit.reason is None
    assert fit.mass.sum() == close(1)
    assert (gradient <= len(left) * (1 + 1e-7)).all()
    assert gradient[fit.mass > 1e-8] == close(len(left), rel=1e-6)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(people, st.integers(1, 4), st.integers(0, 20), st.randoms(use_true_random=False))
def test_order_copies_weights_and_clock(records, times, shift, random):
    left, right, _ = arrays(records)
    one = turnbull(left, right)
    order = list(range(len(left)))
    random.shuffle(order)
    others = [
        turnbull(left[order], right[order]),
        turnbull(np.tile(left, times), np.tile(right, times)),
        turnbull(left, right, np.full(len(left), times)),
    ]
    for other in others:
        assert other.log_likelihood / other.n * one.n == close(one.log_likelihood, rel=1e-9, abs=1e-9)
    later = turnbull(left + shift, right + shift)
    assert later.log_likelihood == close(one.log_likelihood, rel=1e-9, abs=1e-9)
    steps = [event_free_at(one, week).estimate for week in range(18) if event_free_at(one, week).reason is None]
    assert (np.diff(steps) <= 1e-12).all()


@settings(max_examples=80, derandomize=True, deadline=None)
@given(people, st.randoms(use_true_random=False))
def test_excesses_cancel_and_names_of_groups_do_not_matter(records, random):
    left, right, group = arrays(records)
    test = interval_score_test(left, right, group, 3)
    names = [0, 1, 2]
    random.shuffle(names)
    other = interval_score_test(left, right, np.array(names)[group], 3)
    assert test.reason == other.reason
    if test.reason is None:
        assert test.excess.sum() == close(0, abs=1e-7)
        assert test.statistic == close(other.statistic, rel=1e-6, abs=1e-9)
        assert test.statistic >= 0


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people)
def test_limits_lie_in_0_to_1_hold_the_estimate_and_never_collapse(records):
    left, right, _ = arrays(records)
    for answer in event_free_with_interval(left, right, [0, 2, 5, 9], seed=1, draws=40):
        if answer.reason is None:
            assert 0 <= answer.ci_low <= answer.estimate <= answer.ci_high <= 1
            assert answer.ci_high - answer.ci_low > 0.01
