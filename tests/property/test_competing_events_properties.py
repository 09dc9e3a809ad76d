"""Competing events: what must not matter does not, limits of the theory hold, and a second implementation agrees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence
from analyses.statistics.competing_events.gray_test import gray_test, stratified_gray_test
from analyses.statistics.events.event_counts import EventCounts, event_counts
from analyses.statistics.events.survival_curve import survival_curve
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.fine_gray import fine_gray

close = pytest.approx
people = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=60)


def arrays(records):
    return (np.array(column) for column in zip(*records))


def by_group(week, cause, group, causes=2):
    return [event_counts(week[group == g], cause[group == g], causes=causes) for g in (0, 1)]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people)
def test_shares_are_shares_and_add_up(records):
    week, cause, _ = arrays(records)
    for variance in ("aalen", "greenwood"):
        found = cumulative_incidence(event_counts(week, cause, causes=2), variance=variance)
        assert found.incidence.sum(axis=0) + found.event_free == close(1.0)
        assert (np.diff(found.incidence, axis=1) >= -1e-15).all()
        assert (found.one_minus_survival >= found.incidence - 1e-12).all()
        assert np.isfinite(found.std_error).all()
        drawn = np.isfinite(found.ci_low)
        assert (found.ci_low[drawn] <= found.incidence[drawn] + 1e-12).all()
        assert (found.ci_high[drawn] >= found.incidence[drawn] - 1e-12).all()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people)
def test_one_cause_is_one_minus_kaplan_meier_with_greenwoods_variance(records):
    week, cause, _ = arrays(records)
    counts = event_counts(week, np.minimum(cause, 1), causes=1)
    curve = survival_curve(counts)
    found = cumulative_incidence(counts, variance="greenwood")
    assert found.incidence[0] == close(1 - curve.survival)
    alive = curve.survival > 1e-12
    assert found.std_error[0][alive] == close(curve.std_error[alive], abs=1e-7)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people)
def test_statsmodels_agrees(records):
    week, cause, _ = arrays(records)
    if set(cause) != {0, 1, 2} or week.min() == 0:
        return
    found = cumulative_incidence(event_counts(week, cause), variance="greenwood")
    with np.errstate(divide="ignore", invalid="ignore"):
        other = CumIncidenceRight(week.astype(float), cause)
    at = np.asarray(other.times, int)
    used = found.at_risk[at] > found.events.sum(axis=0)[at]
    for k in (0, 1):
        assert found.incidence[k, at] == close(other.cinc[k])
        assert found.std_error[k, at][used] == close(np.asarray(other.cinc_se[k])[used], abs=1e-7)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people, st.integers(1, 30))
def test_start_of_the_clock_does_not_matter(records, weeks):
    week, cause, group = arrays(records)
    one, other = (cumulative_incidence(event_counts(when, cause, causes=2)) for when in (week, week + weeks))
    assert other.incidence[:, weeks:] == close(one.incidence)
    assert other.std_error[:, weeks:] == close(one.std_error)
    tests = [gray_test(by_group(when, cause, group)) for when in (week, week + weeks)]
    assert tests[0].reason == tests[1].reason
    assert tests[0].statistic == close(tests[1].statistic, rel=1e-9, nan_ok=True)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people, st.integers(0, 12))
def test_splitting_records_at_a_week_changes_no_estimate(records, cut):
    week, cause, _ = arrays(records)
    longer = week > cut
    if cut == 0 or not longer.any():
        return
    before = event_counts(np.minimum(week, cut), np.where(longer, 0, cause), causes=2, table_weeks=13)
    after = event_counts(week[longer], cause[longer], entry=np.full(longer.sum(), cut), causes=2, table_weeks=13)
    whole = cumulative_incidence(event_counts(week, cause, causes=2, table_weeks=13))
    parts = cumulative_incidence(before + after)
    assert parts.incidence == close(whole.incidence)
    assert parts.std_error == close(whole.std_error)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people, st.integers(2, 5))
def test_copies_of_everybody_shrink_the_error_only(records, times):
    week, cause, _ = arrays(records)
    one = event_counts(week, cause, causes=2)
    many = EventCounts(one.events * times, one.censored * times, one.entered * times)
    found, other = (cumulative_incidence(counts, variance="greenwood") for counts in (one, many))
    assert other.incidence == close(found.incidence)
    assert other.std_error * np.sqrt(times) == close(found.std_error, abs=1e-7)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(people, st.randoms(use_true_random=False))
def test_order_and_names_of_competing_events_do_not_matter(records, random):
    week, cause, group = arrays(records)
    split = np.where((cause == 2) & (week % 2 == 0), 3, cause)
    one, other = gray_test(by_group(week, cause, group)), gray_test(by_group(week, split, group, causes=3))
    assert one.reason == other.reason
    assert one.statistic == close(other.statistic, rel=1e-9, nan_ok=True)
    swapped = gray_test(by_group(week, cause, 1 - group))
    assert swapped.statistic == close(one.statistic, rel=1e-6, nan_ok=True)
    order = list(range(len(week)))
    random.shuffle(order)
    x = group[:, None] + 0.1 * (week % 3)[:, None]
    fits = [fine_gray(week, cause, x), fine_gray(week[order], split[order], x[order])]
    assert fits[0].reason == fits[1].reason
    if fits[0].reason is None:
        assert fits[0].coefficients == close(fits[1].coefficients, rel=1e-6, abs=1e-8)
        assert fits[0].std_error == close(fits[1].std_error, rel=1e-6, abs=1e-8)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(people)
def test_a_stratum_without_people_changes_nothing(records):
    week, cause, group = arrays(records)
    groups = by_group(week, cause, group)
    nobody = [event_counts(np.empty(0, int), np.empty(0, int), causes=2)] * 2
    one, other = stratified_gray_test([groups]), stratified_gray_test([groups, nobody])
    assert one.reason == other.reason
    assert one.statistic == close(other.statistic, nan_ok=True)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(people)
def test_without_competing_events_fine_gray_is_cox_with_breslow_ties(records):
    week, cause, group = arrays(records)
    event = np.minimum(cause, 1)
    x = group[:, None] + 0.25 * (np.arange(len(week)) % 5)[:, None]
    mine = fine_gray(week, event, x)
    if mine.reason or event.sum() < 3:
        return
    cox = cox_model(week, event, x, ties="breslow", robust=True)
    assert mine.coefficients == close(cox.coefficients, rel=1e-6, abs=1e-8)
    assert mine.std_error == close(cox.std_error, rel=1e-6, abs=1e-8)
