"""What must hold for any event data: order, copies, splits, shifts, empty groups, merging, and a second implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.statistics.censoring.censoring_weights import censoring_weighted_survival
from analyses.statistics.censoring.sensitivity_bounds import survival_bounds, survival_bounds_by_week
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence, incidence_at
from analyses.statistics.events.curve_bootstrap import curve_bootstrap
from analyses.statistics.events.event_counts import event_counts, event_counts_by_group, from_rounded
from analyses.statistics.events.fixed_time_test import fixed_time_test
from analyses.statistics.events.log_rank import log_rank, stratified_log_rank
from analyses.statistics.events.nelson_aalen import nelson_aalen
from analyses.statistics.events.restricted_mean import restricted_mean, restricted_mean_difference
from analyses.statistics.events.survival_contrast import survival_difference
from analyses.statistics.events.survival_curve import quantile_weeks, survival_at, survival_curve
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.rates.rates import rate, rate_ratio
from analyses.statistics.recurrent_events.mean_cumulative_function import mean_cumulative_function, mean_events_at

people = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 1), st.integers(0, 11), st.integers(0, 2)), min_size=1, max_size=40
)
exact = pytest.approx
fast = settings(max_examples=60, deadline=None)


def columns(people):
    week, event, entry, group = (np.array(column, dtype=np.int64) for column in zip(*people))
    return week, event, np.minimum(entry, week - 1), group


def curve_of(week, event, entry=None):
    return survival_curve(event_counts(week, event, entry=entry, table_weeks=30))


@fast
@given(people, st.randoms(use_true_random=False))
def test_order_does_not_matter(people, random):
    week, event, entry, _ = columns(people)
    order = np.array(random.sample(range(len(week)), len(week)))
    one, other = curve_of(week, event, entry), curve_of(week[order], event[order], entry[order])
    assert np.array_equal(one.survival, other.survival) and np.array_equal(one.std_error, other.std_error)


@fast
@given(people)
def test_curves_fall_and_limits_hold_them(people):
    week, event, _, _ = columns(people)
    for kind in ("log-log", "log", "plain"):
        curve = survival_curve(event_counts(week, event), conf_type=kind)
        assert (np.diff(curve.survival) <= 1e-15).all() and (curve.survival >= 0).all()
        known = ~np.isnan(curve.ci_low)
        assert (curve.ci_low[known] <= curve.survival[known] + 1e-12).all()
        assert (curve.survival[known] <= curve.ci_high[known] + 1e-12).all()
        assert (curve.ci_low[known] >= 0).all() and (curve.ci_high[known] <= 1).all()


@fast
@given(people, st.integers(2, 5))
def test_copies_keep_the_curve_and_shrink_the_variance(people, copies):
    week, event, entry, _ = columns(people)
    one, many = curve_of(week, event, entry), curve_of(*(np.repeat(column, copies) for column in (week, event, entry)))
    assert many.survival == exact(one.survival, abs=1e-12)
    assert many.std_error * np.sqrt(copies) == exact(one.std_error, abs=1e-12)


@fast
@given(people, st.integers(1, 11))
def test_a_record_may_be_split_at_a_week(people, cut):
    """A person followed over (0, w] counts as (0, cut] without an event and (cut, w]: curve, test and Cox model are the same."""
    week, event, _, group = columns(people)
    long = week > cut
    parts = (
        np.concatenate([np.where(long, cut, week), week[long]]),
        np.concatenate([np.where(long, 0, event), event[long]]),
        np.concatenate([np.zeros_like(week), np.full(long.sum(), cut)]),
        np.concatenate([group, group[long]]),
    )
    whole, split = curve_of(week, event), curve_of(*parts[:3])
    assert split.survival == exact(whole.survival, abs=1e-12) and split.std_error == exact(whole.std_error, abs=1e-12)
    tests = [
        log_rank(event_counts_by_group(week, event, group, 3)),
        log_rank(event_counts_by_group(parts[0], parts[1], parts[3], 3, entry=parts[2])),
    ]
    assert tests[1].reason == tests[0].reason and tests[1].statistic == exact(tests[0].statistic, rel=1e-9, nan_ok=True)
    models = [cox_model(week, event, group), cox_model(parts[0], parts[1], parts[3], entry=parts[2])]
    assert models[1].reason == models[0].reason
    assert models[1].coefficients == exact(models[0].coefficients, abs=1e-7, nan_ok=True)


@fast
@given(people, st.integers(1, 9))
def test_shifting_everybody_shifts_the_weeks(people, shift):
    week, event, entry, group = columns(people)
    moved = curve_of(week + shift, event, entry + shift)
    still = curve_of(week, event, entry)
    assert moved.survival[shift:] == exact(still.survival[: 30 - shift], abs=1e-12)
    for share in (0.25, 0.5):
        assert quantile_weeks(moved, share).estimate == exact(quantile_weeks(still, share).estimate + shift, nan_ok=True)
    here = log_rank(event_counts_by_group(week, event, group, 3, entry=entry))
    there = log_rank(event_counts_by_group(week + shift, event, group, 3, entry=entry + shift))
    assert there.statistic == exact(here.statistic, rel=1e-9, nan_ok=True)


@fast
@given(people)
def test_groups_add_up_and_an_empty_one_changes_no_other(people):
    week, event, entry, group = columns(people)
    parts = event_counts_by_group(week, event, group, 4, entry=entry)
    together = sum(parts[1:], parts[0])
    assert np.array_equal(together.at_risk, event_counts(week, event, entry=entry).at_risk)
    assert parts[3].size == 0 and survival_at(survival_curve(parts[3]), 4).reason == "empty_group"
    assert log_rank(parts).reason == "empty_group"
    assert stratified_log_rank([parts[:3], [parts[3]] * 3]).statistic == exact(log_rank(parts[:3]).statistic, nan_ok=True)


@fast
@given(people)
def test_swapping_the_arms_turns_the_sign(people):
    week, event, _, group = columns(people)
    one, two = event_counts_by_group(week, event, group % 2, 2)
    a, b = survival_curve(one), survival_curve(two)
    for forward, back in (
        (survival_difference(a, b, 5), survival_difference(b, a, 5)),
        (restricted_mean_difference(a, b, 5), restricted_mean_difference(b, a, 5)),
    ):
        assert forward.reason is None or back.reason is not None
        assert forward.estimate == exact(-back.estimate, nan_ok=True)
        assert forward.ci_low == exact(-back.ci_high, nan_ok=True)
        assert forward.p_value == exact(back.p_value, nan_ok=True)
    assert log_rank([one, two]).statistic == exact(log_rank([two, one]).statistic, rel=1e-9, nan_ok=True)


@settings(max_examples=20, deadline=None)
@given(people)
def test_lifelines_and_statsmodels_agree_where_they_are_right(people):
    from lifelines import KaplanMeierFitter, NelsonAalenFitter
    from lifelines.statistics import multivariate_logrank_test, survival_difference_at_fixed_point_in_time_test
    from statsmodels.duration.survfunc import SurvfuncRight

    week, event, _, group = columns(people)
    curve = curve_of(week, event)
    fitted = KaplanMeierFitter().fit(week, event, timeline=np.arange(30))
    assert curve.survival == exact(fitted.survival_function_.to_numpy().ravel(), abs=1e-9)
    inside = (curve.survival > 0) & (curve.survival < 1)
    limits = fitted.confidence_interval_.to_numpy()
    assert np.stack([curve.ci_low, curve.ci_high], axis=1)[inside] == exact(limits[inside], rel=1e-6)
    if event.any():
        other = SurvfuncRight(week, event)
        times = other.surv_times.astype(int)
        alive = other.surv_prob > 0
        assert curve.std_error[times][alive] == exact(other.surv_prob_se[alive], abs=1e-9)
    hazard = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(week, event, timeline=np.arange(30))
    found = nelson_aalen(event_counts(week, event, table_weeks=30))
    assert found.hazard == exact(hazard.cumulative_hazard_.to_numpy().ravel(), abs=1e-9)
    parts = [event_counts(week[who], event[who]) for who in (group == 0, group > 0)]
    at_week = fixed_time_test(*map(survival_curve, parts), 4)
    if at_week.reason is None:
        # every week in the timeline: between the weeks of events lifelines draws the variance as a straight line
        fits = [KaplanMeierFitter().fit(week[who], event[who], timeline=np.arange(30)) for who in (group == 0, group > 0)]
        told = survival_difference_at_fixed_point_in_time_test(4, *fits)
        assert at_week.statistic == exact(told.test_statistic, rel=1e-6, abs=1e-9)
    test = log_rank([part for part in event_counts_by_group(week, event, group, 3) if part.size])
    if test.reason is None and test.df == len(np.unique(group)) - 1:
        assert test.statistic == exact(multivariate_logrank_test(week, group, event).test_statistic, rel=1e-6, abs=1e-9)


@fast
@given(people, st.integers(1, 40))
def test_every_answer_is_a_number_or_has_a_reason(people, horizon):
    week, event, entry, group = columns(people)
    parts = event_counts_by_group(week, event, group, 3, entry=entry)
    curves = [survival_curve(part) for part in parts]
    answers = [survival_at(curve, horizon) for curve in curves] + [restricted_mean(curve, horizon) for curve in curves]
    answers += [quantile_weeks(curve, share) for curve in curves for share in (0.25, 0.5, 0.75)]
    answers += [survival_difference(curves[0], curves[1], horizon), restricted_mean_difference(curves[0], curves[1], horizon)]
    assert all(np.isnan(answer.estimate) == (answer.reason is not None) for answer in answers)
    test = log_rank(parts)
    assert np.isnan(test.statistic) == (test.reason is not None)


@fast
@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.1, 50), st.floats(0.1, 50))
def test_rates_scale_with_time_and_ratios_invert(events, other, years, other_years):
    one, long = rate(events, years), rate(events, 10 * years)
    assert (long.estimate * 10, long.ci_high * 10) == exact((one.estimate, one.ci_high), rel=1e-9)
    forward, back = rate_ratio(events, years, other, other_years), rate_ratio(other, other_years, events, years)
    assert forward.p_value == exact(back.p_value, nan_ok=True, rel=1e-6)
    if events and other:
        assert forward.ci_low * back.ci_high == exact(1.0, rel=1e-6)


@fast
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 60)), min_size=1, max_size=12),
)
def test_rounded_counts_never_have_fewer_people_than_leave(weeks):
    events, censored, entered = (np.array(column) for column in zip(*weeks))
    for came in (None, entered):
        counts = from_rounded(events, censored, came)
        assert (counts.at_risk >= counts.all_events + counts.censored).all()
        assert counts.size == events.sum() + censored.sum()


@fast
@given(people, st.integers(1, 12))
def test_the_curve_lies_between_its_bounds(people, horizon):
    week, event, _, _ = columns(people)
    bounds, found = survival_bounds(week, event, horizon), survival_at(curve_of(week, event), horizon)
    assert bounds.worst_ci_low <= bounds.worst <= bounds.best <= bounds.best_ci_high
    if found.reason is None:
        assert bounds.worst - 1e-12 <= found.estimate <= bounds.best + 1e-12
    best, worst = survival_bounds_by_week(week, event, horizon)
    assert (best[-1], worst[-1]) == exact((bounds.best, bounds.worst))


def test_wrong_input_is_refused():
    good = np.array([1, 2])
    for call in (
        lambda: event_counts(np.array([-1, 2]), good),
        lambda: event_counts(np.array([1.5, 2]), good),
        lambda: event_counts(good, np.array([1])),
        lambda: event_counts(good, np.array([1, 1]), entry=np.array([1, 0])),
        lambda: event_counts(good, np.array([1, 2]), causes=1),
        lambda: event_counts(good, np.array([1, 1]), table_weeks=2),
        lambda: event_counts_by_group(good, np.array([1, 1]), np.array([0, 2]), 2),
        lambda: log_rank([event_counts(good, good)], weights=np.array([0.5, 2])),
        lambda: log_rank([event_counts(good, good)] * 2, weighting="wilcoxon"),
        lambda: log_rank([event_counts(good, good)] * 2, weighting="fleming-harrington", rho=-1),
        lambda: stratified_log_rank([]),
        lambda: survival_curve(event_counts(good, good), conf_type="logit"),
        lambda: restricted_mean(survival_curve(event_counts(good, good)), 0),
    ):
        with pytest.raises(ValueError):
            call()


def test_half_weeks_are_refused_everywhere_in_the_same_words():
    one = survival_curve(event_counts(np.array([1, 2]), np.array([1, 0])))
    mean = mean_cumulative_function([0, 0], [4, 4], [0], [2])
    share = cumulative_incidence(event_counts(np.array([1, 2]), np.array([1, 2])))
    for name, call in (
        ("week", lambda: event_counts(np.array([1.5, 2]), np.array([1, 0]))),
        ("entry", lambda: event_counts(np.array([1, 2]), np.array([1, 0]), entry=np.array([0, 0.5]))),
        ("at_week", lambda: survival_at(one, 1.5)),
        ("at_week", lambda: survival_difference(one, one, 1.5)),
        ("horizon_weeks", lambda: restricted_mean(one, 1.5)),
        ("at_week", lambda: mean_events_at(mean, 1.5)),
        ("until", lambda: mean_cumulative_function([0], [4.5], [0], [2])),
        ("at_week", lambda: incidence_at(share, 1, 1.5)),
        ("week", lambda: censoring_weighted_survival([1.5], [0], {}, [1], seed=1)),
        ("at_weeks", lambda: censoring_weighted_survival([1], [0], {}, [0.5], seed=1)),
        ("at_weeks", lambda: curve_bootstrap(event_counts(np.array([1]), np.array([1])), [0.5], 1, seed=1)),
        ("week", lambda: survival_bounds([1.5], [0], 2)),
        ("horizon_weeks", lambda: survival_bounds([1], [0], 1.5)),
    ):
        with pytest.raises(ValueError, match=f"^{name} must be whole weeks .*days and half weeks are to be brought to weeks"):
            call()
