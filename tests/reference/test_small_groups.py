"""What few people say of a curve, tests at one week, Nelson-Aalen, weeks lost, O and E: against R (r/small_groups.R) and printed values."""

import json
from itertools import permutations
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.censoring.sensitivity_bounds import survival_bounds, survival_difference_bounds
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence, incidence_at, incidence_difference
from analyses.statistics.events.beta_product import (
    exact_incidence_limits,
    exact_limits,
    incidence_share,
    restricted_mean_share,
    survival_share,
)
from analyses.statistics.events.event_counts import event_counts, event_counts_by_group
from analyses.statistics.events.fixed_time_test import SCALES, fixed_time_test
from analyses.statistics.events.log_rank import log_rank
from analyses.statistics.events.melding import melded_difference, melded_p, melded_ratio
from analyses.statistics.events.nelson_aalen import hazard_at, nelson_aalen
from analyses.statistics.events.observed_expected import hazard_ratio_peto, hazard_ratio_pike, log_rank_trend
from analyses.statistics.events.restricted_mean import (
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
    restricted_mean_time_lost,
    time_lost_ratio,
)
from analyses.statistics.events.shuffled_test import shuffled_gray_p, shuffled_log_rank_p
from analyses.statistics.events.survival_contrast import survival_difference, survival_ratio
from analyses.statistics.events.survival_curve import quantile_weeks, survival_at, survival_curve

HERE = Path(__file__).parent
VALUES = json.loads((HERE / "values" / "small_groups.json").read_text(encoding="utf-8"))
close = pytest.approx


def counts_of(case):
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    data = data[data[case["group"]].isin(case["levels"])]
    second = (data[case["group"]] != case["levels"][0]).to_numpy().astype(int)
    return event_counts_by_group(data[case["time"]].to_numpy(), data[case["event"]].to_numpy(), second, 2)


def parameters(share):
    return [float(share.a), float(share.b)]


PAIRS = pytest.mark.parametrize("case", VALUES["pairs"], ids=lambda case: case["data"])


@PAIRS
def test_beta_products_and_their_melding_are_those_of_the_definition(case):
    counts = counts_of(case)
    curves = [survival_curve(part) for part in counts]
    sizes = tuple(part.size for part in counts)
    for at in case["at"]:
        shares = [survival_share(curve, at["week"]) for curve in curves]
        for share, wanted in zip(shares, at["share"]):
            assert parameters(share) == close(wanted, rel=1e-8)
        for curve, wanted in zip(curves, at["exact"]):
            assert exact_limits(curve, at["week"]) == close(tuple(wanted), rel=1e-7)
        assert melded_difference(*shares) == close(tuple(at["melded"]["difference"]), abs=1e-6)
        assert melded_ratio(*shares) == close(tuple(at["melded"]["ratio"]), rel=1e-6)
        assert melded_p(*shares, sizes) == close(at["melded"]["p"], rel=1e-5)
    means = [restricted_mean_share(curve, case["tau"]) for curve in curves]
    for share, wanted in zip(means, case["mean_share"]):
        assert parameters(share) == close(wanted, rel=1e-8)
    assert melded_difference(*means) == close(tuple(case["mean_melded"]["difference"]), abs=1e-6)
    assert melded_ratio(*means) == close(tuple(case["mean_melded"]["ratio"]), rel=1e-6)


@PAIRS
def test_few_events_are_melded_and_many_are_not(case):
    """Ten events and ten people left in each group decide; both answers are on the page of R's values."""
    counts = counts_of(case)
    curves = [survival_curve(part) for part in counts]
    for at in case["at"]:
        week = at["week"]
        many = all(c.events[: week + 1].sum() >= 10 and c.at_risk[week] - c.events[week] >= 10 for c in curves)
        found, ratio = survival_difference(*curves, week), survival_ratio(*curves, week)
        assert (found.limits_by, ratio.limits_by) == (("normal", "log") if many else ("melded", "melded"))
        if not many:
            assert (found.ci_low, found.ci_high) == close(tuple(at["melded"]["difference"]), abs=1e-6)
            assert (ratio.ci_low, ratio.ci_high) == close(tuple(at["melded"]["ratio"]), rel=1e-6)
            assert found.p_value == ratio.p_value == close(at["melded"]["p"], rel=1e-5)


@PAIRS
def test_tests_at_a_week_the_hazard_and_observed_over_expected_equal_r(case):
    counts = counts_of(case)
    curves = [survival_curve(part) for part in counts]
    for at in case["at"]:
        for scale in SCALES:
            assert fixed_time_test(*curves, at["week"], scale=scale).statistic == close(at["tests"][scale], rel=1e-8)
        for part, (hazard, error) in zip(counts, at["hazard"]):
            found = hazard_at(nelson_aalen(part), at["week"])
            assert (found.estimate, found.std_error) == close((hazard, error), rel=1e-8)
            assert found.ci_low * found.ci_high == close(hazard**2)
    peto, pike = hazard_ratio_peto(*counts), hazard_ratio_pike(*counts)
    assert [peto.estimate, peto.ci_low, peto.ci_high] == close(case["peto"], rel=1e-8)
    assert [pike.estimate, pike.ci_low, pike.ci_high] == close(case["pike"], rel=1e-8)
    assert peto.p_value == close(log_rank(counts).p_value)


@PAIRS
def test_weeks_lost_equal_r(case):
    curves = [survival_curve(part) for part in counts_of(case)]
    lost = [restricted_mean_time_lost(curve, case["tau"]).estimate for curve in curves]
    assert lost == close(case["lost"], rel=1e-8)
    found = time_lost_ratio(*curves, case["tau"])
    assert found.estimate == close(case["lost_ratio"][0], rel=1e-8)
    if found.limits_by == "log":
        assert [found.ci_low, found.ci_high, found.p_value] == close([*case["lost_ratio"][1:], case["lost_p"]], rel=1e-8)
    both = [restricted_mean_ratio(*curves, case["tau"]), restricted_mean_difference(*curves, case["tau"])]
    assert all(
        (answer.ci_low > (1, 0)[k]) == (answer.p_value < 0.05) or answer.estimate < (1, 0)[k] for k, answer in enumerate(both)
    )


@pytest.mark.parametrize("case", VALUES["trends"], ids=lambda case: case["data"])
def test_trend_equals_the_score_test_of_an_exact_cox_model(case):
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv").dropna(subset=[case["group"]])
    codes, levels = pd.factorize(data[case["group"]], sort=True)
    groups = event_counts_by_group(data[case["time"]].to_numpy(), data[case["event"]].to_numpy(), codes, len(levels))
    found = log_rank_trend(groups)
    assert (found.statistic, found.df, found.p_value) == close((case["chisq"], 1, case["p"]), rel=1e-8)
    assert log_rank_trend(groups[:2]).statistic == close(log_rank(groups[:2]).statistic)


@pytest.mark.parametrize("case", VALUES["incidence"], ids=lambda case: case["data"])
def test_incidence_shares_are_those_of_the_definition(case):
    data = pd.read_csv(HERE / "data" / f"competing_{case['data']}.csv").iloc[: case["rows"]]
    curve = cumulative_incidence(event_counts(data["time"].to_numpy(), data["cause"].to_numpy(), causes=2))
    assert parameters(incidence_share(curve, 1, case["week"])) == close(case["share"], rel=1e-8)
    assert exact_incidence_limits(curve, 1, case["week"]) == close(tuple(case["exact"]), rel=1e-7)
    if case["exact"][0] == 0:
        answer = incidence_at(curve, 1, case["week"])
        assert (answer.limits_by, answer.ci_low, answer.ci_high) == ("exact", 0.0, close(case["exact"][1]))


def test_exact_limits_are_the_printed_ones():
    """Four people with events at 3, 7, 8 and 14: the vignette of R's bpcp (discreteBPCP, output of version 1.2.6), between the events."""
    curve = survival_curve(event_counts(np.array([3, 7, 8, 14]), np.ones(4, int)))
    printed = {3: (0.194120450, 0.9936905), 7: (0.067585986, 0.9324140), 8: (0.006309463, 0.8058796), 14: (0.0, 0.6023646)}
    for week, limits in printed.items():
        assert exact_limits(curve, week) == close(limits, abs=5e-8)
    assert exact_limits(curve, 0) == close((0.397635364, 1.0), abs=5e-10)


def test_one_person_against_twenty_is_not_surer_than_a_permutation():
    """One person with an event in week 1 against 20 others: p of 1e-17 to 1e-9 before, where shuffling gives at least 1/21."""
    weeks = [3, 5, 8, 8, 12, 20, 22, 31, 39, 40] + [40] * 10
    others = event_counts(np.array(weeks), np.array([1] * 9 + [1] + [0] * 10))
    alone = event_counts(np.array([1]), np.array([1]))
    curves = [survival_curve(part) for part in (alone, others)]
    assert log_rank([alone, others]).statistic == close(20.0)
    answers = [survival_difference(*curves, 26), restricted_mean_difference(*curves, 40), restricted_mean_ratio(*curves, 40)]
    for answer in answers:
        assert answer.p_value > 1 / 21 and answer.ci_low < answer.estimate < answer.ci_high
    assert answers[0].ci_low >= -1 and answers[0].ci_high > 0
    safe = [survival_curve(event_counts(np.full(n, 40), np.zeros(n, int))) for n in (1, 20)]
    assert survival_difference(curves[0], safe[1], 26).p_value == close(1 / 21)
    assert survival_difference(*safe, 26).p_value > 0.5


def test_no_event_against_five_of_nine_is_near_the_permutation():
    """0 of 8 against 5 of 9 by week 30: p of 0.0008 before; Fisher and permutations of the means 0.0294."""
    one = survival_curve(event_counts(np.full(8, 30), np.zeros(8, int)))
    week, event = np.array([2, 4, 4, 9, 15, 30, 30, 30, 30]), np.array([1] * 5 + [0] * 4)
    other = survival_curve(event_counts(week, event))
    assert (comb(9, 5) + comb(8, 5)) / comb(17, 5) == close(0.0294, abs=1e-4)
    for answer in (survival_difference(one, other, 30), restricted_mean_difference(one, other, 30)):
        assert 0.0294 / 3 < answer.p_value < 0.05
        assert 0 < answer.ci_low < answer.estimate < answer.ci_high
    ratio = survival_ratio(one, other, 30)
    assert 1 < ratio.ci_low < ratio.estimate < ratio.ci_high
    assert time_lost_ratio(one, other, 30).reason == "log_of_zero"


def test_where_nothing_happened_there_is_still_something_to_be_unsure_of():
    """Clopper and Pearson: of n without an event, 1 - 0.025^(1/n) is the most that can have it."""
    for n in (1, 6, 11):
        curve = survival_curve(event_counts(np.full(n, 20), np.zeros(n, int)))
        at = survival_at(curve, 10)
        assert (at.estimate, at.ci_low, at.ci_high) == close((1.0, 0.025 ** (1 / n), 1.0)) and np.isnan(at.std_error)
        mean = restricted_mean(curve, 20)
        assert mean.estimate == mean.ci_high == 20 and 20 * 0.025 ** (1 / n) < mean.ci_low < 20 and np.isnan(mean.std_error)
        hazard = hazard_at(nelson_aalen(event_counts(np.full(n, 20), np.zeros(n, int))), 10)
        assert (hazard.estimate, hazard.ci_high) == close((0.0, -np.log(0.025) / n))
        gone = survival_at(survival_curve(event_counts(np.full(n, 2), np.ones(n, int))), 5)
        assert (gone.estimate, gone.ci_low, gone.ci_high) == close((0.0, 0.0, 1 - 0.025 ** (1 / n)))


def test_limits_lie_where_the_parameter_can():
    """All sets of events among two groups of at most three: differences of shares in -1 to 1, means up to the horizon, no width of 0."""
    endings = [(1, 1), (1, 0), (3, 1), (3, 0), (4, 0)]
    groups = [
        event_counts(*np.array(chosen).T, causes=1)
        for size in (1, 2, 3)
        for chosen in {tuple(sorted(c)) for c in permutations(endings * 2, size)}
    ]
    curves = [survival_curve(group) for group in groups]
    shares = [cumulative_incidence(group) for group in groups]
    for k in range(0, len(curves), 3):
        mean = restricted_mean(curves[k], 3)
        assert mean.reason or (0 <= mean.ci_low < mean.ci_high <= 3 and mean.ci_low <= mean.estimate <= mean.ci_high)
        for other in range(0, len(curves), 7):
            for answer in (
                survival_difference(curves[k], curves[other], 3),
                incidence_difference(shares[k], shares[other], 1, 3),
            ):
                assert answer.reason or -1 <= answer.ci_low < answer.ci_high <= 1
            answer = restricted_mean_difference(curves[k], curves[other], 3)
            assert answer.reason or -3 <= answer.ci_low < answer.ci_high <= 3


def test_what_comes_after_nobody_was_at_risk_is_not_known():
    """Pitfall T9: a first person has the event in week 2, others come after week 4; the curve at 0 says nothing of them."""
    counts = event_counts(np.array([2, 8, 9, 9]), np.array([1, 1, 0, 0]), entry=np.array([0, 4, 4, 4]))
    curve = survival_curve(counts)
    assert curve.last_week == 2 and survival_at(curve, 2).estimate == 0
    assert survival_at(curve, 3).reason == survival_at(curve, 9).reason == "nobody_at_risk"
    assert restricted_mean(curve, 5).reason == quantile_weeks(survival_curve(_gap()), 0.5).reason == "nobody_at_risk"
    assert incidence_at(cumulative_incidence(counts), 1, 9).reason == "nobody_at_risk"
    assert hazard_at(nelson_aalen(counts), 9).reason == "nobody_at_risk"
    # nobody in between, but somebody is there until the others come
    assert (
        survival_at(survival_curve(event_counts(np.array([5, 8]), np.array([0, 1]), entry=np.array([0, 4]))), 8).estimate == 0
    )
    # everybody came late: the curve is of those event-free until the first came
    assert (
        survival_at(survival_curve(event_counts(np.array([8, 9]), np.array([1, 0]), entry=np.array([4, 4]))), 8).estimate == 0.5
    )


def _gap():
    return event_counts(np.array([2, 8]), np.array([0, 0]), entry=np.array([0, 4]))


def test_events_that_tell_the_groups_nothing_are_not_no_events():
    """One group is at risk at the only event; with weight 1 - S(t-) all events of the first week weigh nothing."""
    first, later = (
        event_counts(np.array([1, 3]), np.array([1, 0])),
        event_counts(np.array([5, 5]), np.array([0, 0]), entry=np.array([2, 2])),
    )
    assert log_rank([first, later]).reason == "no_information"
    both = [event_counts(np.array([1, 3]), np.array([1, 0]))] * 2
    assert log_rank(both).reason is None
    assert log_rank(both, weighting="fleming-harrington", gamma=1).reason == "no_information"
    quiet = event_counts(np.array([3, 3]), np.array([0, 0]))
    assert log_rank([quiet, quiet]).reason == log_rank_trend([quiet, quiet]).reason == "no_events"
    assert hazard_ratio_peto(quiet, quiet).reason == "no_events"
    curves = [survival_curve(group) for group in (quiet, both[0])]
    assert fixed_time_test(*curves, 2).reason == "no_information"
    with pytest.raises(ValueError):
        log_rank_trend(both, [1])
    with pytest.raises(ValueError):
        fixed_time_test(*curves, 2, scale="probit")


def test_shuffling_is_fishers_test_when_everybody_is_followed_alike():
    """Events all in one week: the log-rank statistic is a function of the table, so that all divisions give Fisher's exact p (0.0294)."""
    one, other = (
        event_counts(np.full(8, 30), np.zeros(8, int)),
        event_counts(np.array([5] * 5 + [30] * 4), np.array([1] * 5 + [0] * 4)),
    )
    exact = (comb(9, 5) + comb(8, 5)) / comb(17, 5)
    assert shuffled_log_rank_p(one, other, seed=1, draws=3999) == close(exact, abs=0.008)
    small = event_counts(np.full(4, 30), np.zeros(4, int)), event_counts(np.array([5, 5, 5, 30]), np.array([1, 1, 1, 0]))
    assert shuffled_log_rank_p(*small, seed=1) == close(2 * comb(4, 3) / comb(8, 3))
    competing = [
        event_counts(np.array([5, 5]), np.array([1, 1]), causes=2),
        event_counts(np.array([6, 6, 9]), np.array([2, 2, 0])),
    ]
    assert shuffled_gray_p(*competing, seed=1) == close(1 / comb(5, 2))
    late = event_counts(np.array([4]), np.array([1]), entry=np.array([2]))
    assert np.isnan(shuffled_log_rank_p(late, one, seed=1))


def test_a_difference_of_extremes_has_limits_as_fishers_mid_p_has():
    """5 of 5 without the event against 0 of 5: mid-p of Fisher's exact test is 1/252, far below 0.025; 3 against 2 says nothing."""
    apart = survival_bounds(np.full(5, 9), np.zeros(5, int), 9), survival_bounds(np.full(5, 2), np.ones(5, int), 9)
    near = survival_bounds([2, 2, 9, 9, 9], [1, 1, 0, 0, 0], 9), survival_bounds([2, 2, 2, 9, 9], [1, 1, 1, 0, 0], 9)
    found, other = survival_difference_bounds(*apart), survival_difference_bounds(*near)
    assert found.best == found.worst == 1 and 0 < found.best_ci_low < found.best_ci_high <= 1
    assert other.worst_ci_low < 0 < other.worst < other.worst_ci_high
    assert survival_difference_bounds(survival_bounds([], [], 9), near[0]).reason == "empty_group"
