"""Properties of the door: bounds as by linear programming, totals that squeeze nothing, nothing below the threshold, no crash."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_schemas.result import Declared, Result, Tally, WeeklyTally, rows
from data_schemas.words import Words
from evaluation.release.coarse import _p
from evaluation.release.counts.bands import interval_number, step_above, to_step
from evaluation.release.counts.network import Network
from evaluation.release.door import UndeclaredMeasure, release, release_all
from evaluation.release.edition import public
from tests.attack._bounds import bounds
from tests.attack._dossier import MEASURES, Dossier, results

WIDTH = 10
counts = st.lists(st.integers(0, 45), min_size=2, max_size=6)


def _tree(parts: list[int], others: list[int]) -> tuple[Network, int]:
    """A total divided in two ways, the second made to add up."""
    network = Network(public(WIDTH))
    total = sum(parts)
    share = np.random.default_rng(sum(others)).multinomial(total, np.ones(len(others)) / len(others))
    node = network.node(total)
    for values in (parts, [int(v) for v in share]):
        cells = tuple(network.node(v) for v in values)
        network.equate(node, cells)
        for cell in cells:
            low = network.exact[cell] // WIDTH * WIDTH
            network.say(cell, low, low + WIDTH - 1)
    network.propagate()
    return network, node


@settings(max_examples=40, deadline=None)
@given(counts, counts)
def test_propagated_bounds_are_those_of_linear_programming(parts, others):
    network, _ = _tree(parts, others)
    for node, (low, high) in bounds(network, list(range(len(network.low)))).items():
        assert (network.low[node], network.high[node]) == (pytest.approx(low), pytest.approx(high))


@settings(max_examples=200, deadline=None)
@given(counts, counts)
def test_a_settled_total_holds_the_truth_and_squeezes_nothing_that_was_not_squeezed(parts, others):
    network, node = _tree(parts, others)
    tight = set(network.squeezed())
    network.settle(node)
    network.propagate()
    assert network.low[node] <= network.exact[node] <= network.high[node]
    assert tight or not network.squeezed()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(5, 50))
def test_the_number_of_an_interval_lies_in_it(low, bands, width):
    assert low <= interval_number(low, low + bands * width - 1, width) <= low + bands * width


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-4, 1e4), st.floats(-1e3, 1e3))
def test_steps_are_at_least_what_was_asked_and_limits_go_outwards(least, value):
    step = step_above(np.array([least]))
    assert least * (1 - 1e-9) <= step[0] <= 2.5 * least * (1 + 1e-9)
    assert to_step(np.array([value]), step, np.floor)[0] <= value + 1e-6 * abs(value) + 1e-9
    assert to_step(np.array([value]), step, np.ceil)[0] >= value - 1e-6 * abs(value) - 1e-9


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.integers(10, 400))
def test_a_released_p_never_claims_more_than_the_exact_one(p, n):
    low = n // WIDTH * WIDTH
    released = _p(np.array([p]), np.array([float(n)]), np.array([float(low)]))[0]
    assert 0.001 <= released <= 1 and released >= p - 0.006


@pytest.mark.parametrize("size", [0, 1, 2, 9, 10, 11])
@pytest.mark.parametrize("arms", [1, 2])
def test_few_or_no_people_give_an_empty_explained_release(size, arms):
    some = np.zeros(size, int)
    one = Dossier(some, some, some, some == 0, some, some, some == 1, some.astype(float), arms)
    frame = release_all(results(one), public(WIDTH))["attack"]
    assert set(frame["status"]) <= {"suppressed", "rounded", "released", "not_estimable"}
    if size < WIDTH:
        assert set(frame["status"]) == {"suppressed"} and frame[["n", "events", "estimate"]].isna().all().all()
    assert not frame[frame["measure"] == "share"]["estimate"].notna().any()


def _single(**row) -> pd.Series:
    return release(
        Result("a", MEASURES, rows("a", [{"measure": "mean", "arm": "all", "method": "m"} | row])), public(WIDTH)
    ).iloc[0]


def test_estimates_that_may_not_leave():
    good = {"n": 40, "estimate": 3.0, "std_error": 0.5, "df": 39}
    assert _single(**good)["status"] == "released"
    for bad in ({"n": 9}, {"df": 8}, {"events": 9}, {"largest_share": 0.6}):
        held = _single(**good | bad)
        assert held["status"] == "suppressed" and np.isnan(held["estimate"])


def test_reasons_that_tell_of_everyone_are_not_said():
    told = _single(n=40, method="no_variance: m")
    assert (told["status"], told["method"]) == ("suppressed", "m")
    fair = _single(n=40, method="no_verified_source: m")
    assert (fair["status"], fair["method"]) == ("not_estimable", "no_verified_source: m")


def test_extremes_never_leave_and_medians_only_with_enough_on_each_side():
    words = Words("x", "x")
    measures = {name: Declared("magnitude", words, "score") for name in ("minimum_score", "median_score")}
    for measure, n, status in (
        ("minimum_score", 400, "suppressed"),
        ("median_score", 19, "suppressed"),
        ("median_score", 20, "released"),
    ):
        row = {"measure": measure, "arm": "all", "n": n, "estimate": 3.0, "std_error": 0.5, "method": "m"}
        assert release(Result("a", measures, rows("a", [row])), public(WIDTH))["status"].tolist() == [status]


def test_what_is_not_declared_cannot_leave():
    with pytest.raises(UndeclaredMeasure):
        release(Result("a", {}, rows("a", [{"measure": "secret", "n": 100, "estimate": 1.0}])), public(WIDTH))


def test_nine_in_ten_is_everybody():
    """180 of 200 in one category: none of the categories is shown."""

    def derive(counts):
        total = counts.sum()
        return [
            {"measure": "share", "arm": "all", "subgroup": str(k), "n": total, "events": c, "estimate": c / max(total, 1)}
            for k, c in enumerate(counts)
        ]

    for counts, shown in ((np.array([170, 30]), 2), (np.array([180, 20]), 0)):
        frame = release(Result("a", MEASURES, rows("a", []), (Tally(counts, derive),)), public(WIDTH))
        assert frame["estimate"].notna().sum() == shown


def test_a_curve_with_late_entry_stays_between_0_and_1():
    from analyses.shared.event_curves import groups_from
    from analyses.statistics.events.survival_curve import survival_curve

    rng = np.random.default_rng(1)
    events, censored, entered = (rng.integers(0, 4, (1, 60)) for _ in range(3))
    entered[0, 0] = events.sum() + censored.sum()
    entered[0, 1:] = 0

    def derive(events, censored, grid, entered):
        curve = survival_curve(groups_from(("all",), events, censored, entered).everyone)
        base = {"arm": "all", "n": curve.at_risk.max(), "events": events.sum(), "measure": "survival"}
        return [base | {"time": str(week), "estimate": curve.survival[week]} for week in grid]

    weekly = WeeklyTally(("all",), events[:, None], censored, (52,), derive, entered)
    frame = release(Result("a", MEASURES, rows("a", []), weekly=(weekly,)), public(WIDTH))
    values = frame["estimate"].dropna()
    assert len(values) > 5 and values.between(0, 1).all() and values.is_monotonic_decreasing
