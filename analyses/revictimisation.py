"""Re-victimisation: how long until it happens again, by arm and by the plan's subgroups, from the weekly counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from analyses.shared.by_provider import DESIGN_MEASURE, events_independence, fewest_by_arm, several
from analyses.shared.cohort import Cohort, FirstEvents, Subgroup, events_outcome, first_events, subgroups
from analyses.shared.event_curves import comparison_records, curve_records, groups_from, planned_pairs
from analyses.shared.event_tests import records_of_tests, trend_record
from analyses.shared.providers.contrasts import CONTRAST_MEASURES, by_provider, contrast_rows
from analyses.shared.providers.curves import (
    CURVE_MEASURES,
    clustered_curve,
    clustered_means,
    curve_designs,
    design_rows,
    mean_designs,
    widest,
)
from analyses.statistics.events.event_counts import event_counts_by_group
from data_schemas.plan import Plan
from data_schemas.result import Declared, Record, Result, WeeklyTally, rows
from data_schemas.words import Words

NAME = "revictimisation"
MEASURES = {
    "at_risk": Declared("count", Words("nog gevolgd", "at risk"), "count"),
    "events": Declared("count", Words("gebeurtenissen", "events"), "count"),
    "survival": Declared("derived", Words("zonder gebeurtenis", "without an event"), "share"),
    **CURVE_MEASURES,
    **CONTRAST_MEASURES,
    **DESIGN_MEASURE,
    "quantile_25_weeks": Declared("derived", Words("tijd tot 25 procent", "time to 25 per cent"), "weeks"),
    "median_weeks": Declared("derived", Words("mediane tijd", "median time"), "weeks"),
    "quantile_75_weeks": Declared("derived", Words("tijd tot 75 procent", "time to 75 per cent"), "weeks"),
    "restricted_mean_weeks": Declared(
        "derived", Words("gemiddelde tijd zonder gebeurtenis", "mean time without an event"), "weeks"
    ),
    "restricted_mean_time_lost": Declared(
        "derived", Words("gemiddeld aantal weken verloren", "mean number of weeks lost"), "weeks"
    ),
    "nelson_aalen": Declared(
        "internal", Words("cumulatief risico (Nelson-Aalen)", "cumulative hazard (Nelson-Aalen)"), "effect"
    ),
    "restricted_mean_difference": Declared("derived", Words("verschil in gemiddelde tijd", "difference in mean time"), "weeks"),
    "restricted_mean_ratio": Declared("derived", Words("verhouding van gemiddelde tijden", "ratio of mean times"), "ratio"),
    "time_lost_ratio": Declared("derived", Words("verhouding van verloren weken", "ratio of weeks lost"), "ratio"),
    "survival_difference": Declared(
        "derived", Words("verschil in aandeel zonder gebeurtenis", "difference in share without an event"), "share"
    ),
    "survival_ratio": Declared(
        "derived", Words("verhouding van aandelen zonder gebeurtenis", "ratio of shares without an event"), "ratio"
    ),
    "log_rank_chi2": Declared("test", Words("log-rangtoets", "log-rank test"), "statistic"),
    "log_rank_trend_chi2": Declared("internal", Words("log-rangtoets op een trend", "log-rank test of a trend"), "statistic"),
    "gehan_breslow_log_rank_chi2": Declared("internal", Words("toets van Gehan-Breslow", "Gehan-Breslow test"), "statistic"),
    "tarone_ware_log_rank_chi2": Declared("internal", Words("toets van Tarone-Ware", "Tarone-Ware test"), "statistic"),
    "peto_peto_log_rank_chi2": Declared("internal", Words("toets van Peto-Peto", "Peto-Peto test"), "statistic"),
    "fleming_harrington_1_0_log_rank_chi2": Declared(
        "internal", Words("toets van Fleming-Harrington (1, 0)", "Fleming-Harrington (1, 0) test"), "statistic"
    ),
    "fleming_harrington_0_1_log_rank_chi2": Declared(
        "internal", Words("toets van Fleming-Harrington (0, 1)", "Fleming-Harrington (0, 1) test"), "statistic"
    ),
    "survival_difference_log": Declared(
        "internal", Words("toets op gelijke aandelen, log", "test of equal shares, log"), "statistic"
    ),
    "survival_difference_loglog": Declared(
        "internal", Words("toets op gelijke aandelen, log-log", "test of equal shares, log-log"), "statistic"
    ),
    "survival_difference_logit": Declared(
        "internal", Words("toets op gelijke aandelen, logit", "test of equal shares, logit"), "statistic"
    ),
    "survival_difference_arcsine": Declared(
        "internal", Words("toets op gelijke aandelen, arcsinus", "test of equal shares, arcsine"), "statistic"
    ),
    "hazard_ratio_peto": Declared(
        "internal", Words("verhouding van risico's (Peto, zonder model)", "hazard ratio (Peto, without a model)"), "ratio"
    ),
    "hazard_ratio_pike": Declared(
        "internal", Words("verhouding van risico's (Pike, zonder model)", "hazard ratio (Pike, without a model)"), "ratio"
    ),
}
ORDERED = ("age_group",)
"""Descriptors of which the code list is an order."""


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """The weekly counts per arm, and everything that follows from them; the same within each planned subgroup.

    In a subgroup's rows `subgroup` is the descriptor and its category (`setting=open`); a row with the descriptor alone
    (`setting`) is a test between its categories.
    """
    found = first_events(cohort, plan.events)
    who = found.selection.analysed
    weekly = [_by_arm(cohort, plan, found, who, "")]
    pairs = planned_pairs(cohort.arms, plan)
    tests = [_tests(weekly[0], plan, pairs, ""), _designs(cohort, plan, found)]
    tests.append(_by_provider(cohort, plan, found, found.selection.analysed, pairs, ""))
    for column in plan.subgroups:
        levels = subgroups(cohort, column)
        for level in levels:
            weekly.append(_by_arm(cohort, plan, found, who & level.members, level.name))
            tests.append(_tests(weekly[-1], plan, pairs, level.name))
            tests.append(_by_provider(cohort, plan, found, found.selection.analysed & level.members, pairs, level.name))
        if len(levels) > 1:
            tests.append(_tests(_by_level(plan, found, levels), plan, [], column))
        if column in ORDERED:
            tests.append(_trend(plan, found, [level for level in levels if level.code != "unknown"], column))
    found = rows(NAME, list(chain.from_iterable(tests)))
    return Result(NAME, MEASURES, found, weekly=tuple(weekly), filled=_filled(cohort, plan))


def _filled(cohort: Cohort, plan: Plan) -> dict[str, int]:
    """People in each category that occurs, followed or not; of a descriptor, which has its test, those in the second largest."""
    sizes = {
        column: {level.name: int(np.count_nonzero(level.members)) for level in subgroups(cohort, column)}
        for column in plan.subgroups
    }
    tested = {column: sorted((0, 0, *found.values()))[-2] for column, found in sizes.items()}
    return tested | {name: size for found in sizes.values() for name, size in found.items()}


def _by_arm(cohort: Cohort, plan: Plan, found: FirstEvents, who: np.ndarray, subgroup: str) -> WeeklyTally:
    pairs = planned_pairs(cohort.arms, plan)
    designs = {arm: widest(each) for arm, each in curve_designs(cohort, found, who, plan.events).items()}
    of_means = mean_designs(cohort, found, who, plan.events)
    alone = events_independence(cohort)

    def records(groups, grid: np.ndarray) -> Iterator[dict]:
        for record in (*curve_records(groups, grid, plan.events), *comparison_records(groups, grid, plan.events, pairs)):
            yield record | {"method": record["method"] + alone * ("interval" in record["method"])}
        yield from clustered_curve(groups, grid, plan.events, designs)
        yield from clustered_means(groups, grid, plan.events, of_means)

    fewest = fewest_by_arm(cohort, who, found.happened)
    return weekly_tally(plan, found, who, cohort.arm_codes, cohort.arms, records, subgroup, fewest)


def _designs(cohort: Cohort, plan: Plan, found: FirstEvents) -> list[dict]:
    who = found.selection.analysed
    base = {"outcome": events_outcome(plan.events)}
    designs = curve_designs(cohort, found, who, plan.events)
    return [base | record for record in design_rows(cohort, found, who, plan.events, designs)]


def _by_provider(
    cohort: Cohort, plan: Plan, found: FirstEvents, who: np.ndarray, pairs: list[tuple[int, int]], subgroup: str
) -> list[dict]:
    """The differences between arms with errors by provider, where people come from several."""
    if not several(cohort):
        return []
    given = by_provider(cohort, found.week[who], found.happened[who].astype(np.int64), found.entry_of(who), who)
    base = {"outcome": events_outcome(plan.events), "subgroup": subgroup}
    return [base | record for record in contrast_rows(cohort.arms, given, plan.events, pairs)]


def _by_level(plan: Plan, found: FirstEvents, levels: Sequence[Subgroup]) -> WeeklyTally:
    """Counts by the categories of a descriptor, for the test between them."""
    number = np.select([level.members for level in levels], list(range(len(levels))), -1)
    names = tuple(level.name for level in levels)
    return weekly_tally(plan, found, found.selection.analysed & (number >= 0), number, names, lambda groups, grid: ())


def _tests(weekly: WeeklyTally, plan: Plan, pairs: list[tuple[int, int]], subgroup: str) -> list[dict]:
    base = {"outcome": events_outcome(plan.events), "subgroup": subgroup}
    groups = groups_from(weekly.groups, weekly.events, weekly.censored, weekly.entered)
    return (
        [base | record for record in records_of_tests(groups, plan.events, pairs, plan.seed)] if len(weekly.groups) > 1 else []
    )


def _trend(plan: Plan, found: FirstEvents, levels: Sequence[Subgroup], column: str) -> list[dict]:
    """Whether the hazard rises or falls over the categories of a descriptor that have an order, when there are three or more."""
    if len(levels) < 3:
        return []
    weekly = _by_level(plan, found, levels)
    groups = groups_from(weekly.groups, weekly.events, weekly.censored, weekly.entered)
    return [{"outcome": events_outcome(plan.events), "subgroup": column} | trend_record(groups, plan.events)]


def weekly_tally(
    plan: Plan, found: FirstEvents, who, code, names, records, subgroup: str = "", at_providers: int = 0
) -> WeeklyTally:
    """Counts of some people by group, with the rows that `records(groups, weeks)` makes of them."""
    counts = event_counts_by_group(
        found.week[who], found.happened[who].astype(np.int64), code[who], len(names), entry=found.entry_of(who), causes=1
    )
    base = {"outcome": events_outcome(plan.events), "subgroup": subgroup}

    def derive(events: np.ndarray, censored: np.ndarray, grid: np.ndarray, entered: np.ndarray | None = None) -> list[Record]:
        groups = groups_from(names, events, censored, entered)
        return [base | record for record in records(groups, grid)]

    return WeeklyTally(
        names,
        np.stack([group.events for group in counts]),
        np.stack([group.censored for group in counts]),
        tuple(sorted({*plan.events.horizons_weeks, plan.events.restricted_mean_weeks})),
        derive,
        None if found.entry is None else np.stack([group.entered for group in counts]),
        at_providers=at_providers,
    )
