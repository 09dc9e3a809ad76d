"""Rows of tests between curves, from exact weekly counts: one that is planned, and the others for whoever holds the data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.event_curves import CurveGroups, fields, sizes, time_words
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.fixed_time_test import Scale, fixed_time_test
from analyses.statistics.events.log_rank import Weighting, log_rank
from analyses.statistics.events.observed_expected import hazard_ratio_peto, hazard_ratio_pike, log_rank_trend
from analyses.statistics.events.shuffled_test import DRAWS, shuffled_log_rank_p
from analyses.statistics.events.survival_curve import Estimate, SurvivalCurve
from data_schemas.plan import Events

WEIGHTED: tuple[tuple[str, Weighting, float, float, str], ...] = (
    ("gehan_breslow_log_rank_chi2", "gehan", 0, 0, "Gehan-Breslow weights (number at risk)"),
    ("tarone_ware_log_rank_chi2", "tarone-ware", 0, 0, "Tarone-Ware weights (root of the number at risk)"),
    ("peto_peto_log_rank_chi2", "peto-peto", 0, 0, "Peto-Peto weights (product of 1 - d / (n + 1))"),
    ("fleming_harrington_1_0_log_rank_chi2", "fleming-harrington", 1, 0, "Fleming-Harrington(1, 0) weights (S(t-))"),
    ("fleming_harrington_0_1_log_rank_chi2", "fleming-harrington", 0, 1, "Fleming-Harrington(0, 1) weights (1 - S(t-))"),
)
SCALES: dict[str, tuple[Scale, str]] = {
    "survival_difference_log": ("log", "log scale"),
    "survival_difference_loglog": ("log-log", "log-log scale"),
    "survival_difference_logit": ("logit", "logit scale"),
    "survival_difference_arcsine": ("arcsine", "arcsine scale"),
}
FEWEST_EXPECTED = 5
"""Expected events in each of two groups from which the chi-squared distribution holds for a test of curves."""
# the same words whichever way was open: they leave with a release, and must not tell of its exact counts
SHUFFLED = (
    f"p by shuffling people over two groups (all ways, or {DRAWS}) when fewer than {FEWEST_EXPECTED} events are expected in one of them, "
    "else from chi-squared, which rejects by chance in 1 to 6 of 100 cases with 11 people per arm and 3 to 6 with more"
)


def records_of_tests(groups: CurveGroups, wanted: Events, pairs: list[tuple[int, int]], seed: int) -> Iterator[dict]:
    """The log-rank test and its relatives of every pair, and of all groups when there are more than two.

    From exact counts: rounded ones would make differences larger, or smaller, than they are.
    """
    for one, other in pairs:
        base = {"arm": f"{groups.names[one]} - {groups.names[other]}", **sizes((groups.counts[one], groups.counts[other]))}
        for record in _of_pair(groups, one, other, wanted, seed):
            yield base | record
    if len(groups.names) > 2 or not pairs:
        for record in _log_ranks(groups.counts, wanted, seed):
            yield {"arm": "all", **sizes(groups.counts)} | record


def _of_pair(groups: CurveGroups, one: int, other: int, wanted: Events, seed: int) -> Iterator[dict]:
    both = groups.counts[one], groups.counts[other]
    yield from _log_ranks(both, wanted, seed)
    few = _few(both)
    yield from _at_weeks(groups.curves[one], groups.curves[other], wanted)
    for measure, ratio, words in (
        ("hazard_ratio_peto", hazard_ratio_peto, "exp((O - E) / V) of the log-rank test (Peto)"),
        ("hazard_ratio_pike", hazard_ratio_pike, "(O1 / E1) / (O2 / E2) of the log-rank test (Pike)"),
    ):
        answer = ratio(*both)
        if answer.reason is None and few:
            answer = Estimate(np.nan, reason="too_few_events")
        method = f"hazard ratio as {words}, first arm over second, normal interval on the log scale; {time_words(wanted)}"
        yield {"measure": measure, "unit": "ratio", **fields(answer, method)}


def trend_record(groups: CurveGroups, wanted: Events) -> dict:
    """The test whether the hazard rises or falls over groups in their order."""
    test = log_rank_trend(groups.counts)
    answer = Estimate(test.statistic, p_value=test.p_value, reason=test.reason, df=test.df)
    method = f"log-rank test of a trend over the categories in their order, scores 0, 1, 2, ..., 1 df; {time_words(wanted)}"
    row = {"measure": "log_rank_trend_chi2", "arm": "all", "unit": "chi-squared"}
    return row | sizes(groups.counts) | fields(answer, method)


def _log_ranks(counts: tuple[EventCounts, ...], wanted: Events, seed: int) -> Iterator[dict]:
    few = _few(counts)
    for measure, weighting, rho, gamma, words in (("log_rank_chi2", "log-rank", 0, 0, ""), *WEIGHTED):
        kind = {"weighting": weighting, "rho": rho, "gamma": gamma}
        test = log_rank(counts, **kind)
        shuffled = shuffled_log_rank_p(*counts, seed=seed, **kind) if few and test.reason is None else np.nan
        # with late entry people cannot be shuffled
        p = test.p_value if np.isnan(shuffled) else shuffled
        answer = Estimate(test.statistic, p_value=p, reason=test.reason, df=test.df)
        method = f"log-rank test, {words}{', ' if words else ''}{SHUFFLED} [{test.df} df]; {time_words(wanted)}"
        yield {"measure": measure, "unit": "chi-squared", **fields(answer, method)}


def _few(counts: tuple[EventCounts, ...]) -> bool:
    """Whether of two groups one expects too few events for chi-squared."""
    return len(counts) == 2 and min(log_rank(counts).expected) < FEWEST_EXPECTED


def _at_weeks(one: SurvivalCurve, other: SurvivalCurve, wanted: Events) -> Iterator[dict]:
    for week in wanted.horizons_weeks:
        for measure, (scale, words) in SCALES.items():
            test = fixed_time_test(one, other, week, scale=scale)
            answer = Estimate(test.statistic, p_value=test.p_value, reason=test.reason, df=test.df)
            method = f"test that both curves are equal at the week, {words} (Klein et al.), 1 df; {time_words(wanted)}"
            yield {"measure": measure, "time": str(week), "unit": "chi-squared", **fields(answer, method)}
