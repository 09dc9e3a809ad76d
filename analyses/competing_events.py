"""Competing events: how many have the event when something else can make it impossible, by arm, from the weekly counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import numpy as np

from analyses.shared.by_provider import events_independence, several
from analyses.shared.cohort import Cohort, events_outcome
from analyses.shared.event_curves import (
    ONE_CURVE,
    TWO_SHARES,
    CurveGroups,
    fields,
    groups_from,
    planned,
    planned_pairs,
    time_words,
)
from analyses.shared.event_histories import Causes, causes
from analyses.shared.event_tests import FEWEST_EXPECTED, SHUFFLED
from analyses.shared.providers.contrasts import by_provider
from analyses.shared.providers.rates_and_incidences import (
    INCIDENCE_MEASURES,
    clustered_incidences,
    incidence_contrasts,
    incidence_designs,
)
from analyses.statistics.competing_events.cumulative_incidence import (
    CumulativeIncidence,
    incidence_at,
    incidence_difference,
    one_minus_survival_at,
)
from analyses.statistics.competing_events.gray_test import GrayTest, gray_test
from analyses.statistics.events.event_counts import EventCounts, event_counts_by_group
from analyses.statistics.events.shuffled_test import shuffled_gray_p
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.fine_gray import fine_gray
from analyses.statistics.hazards.firth_cox import firth_cox
from data_schemas.plan import EventCode, Events, Plan
from data_schemas.result import Declared, Record, Result, WeeklyTally, rows
from data_schemas.words import Words

NAME = "competing_events"
MEASURES = {
    "cumulative_incidence": Declared("derived", Words("aandeel met de gebeurtenis", "share with the event"), "share"),
    **INCIDENCE_MEASURES,
    "one_minus_survival": Declared(
        "derived",
        Words(
            "1 - Kaplan-Meier (te hoog: doet alsof wie iets anders overkwam nog aan de beurt komt)",
            "1 - Kaplan-Meier (too high: as if those to whom something else happened were still to have their turn)",
        ),
        "share",
    ),
    "cumulative_incidence_difference": Declared(
        "derived", Words("verschil in aandeel met de gebeurtenis", "difference in share with the event"), "share"
    ),
    "gray_chi2": Declared("test", Words("toets van Gray", "Gray's test"), "statistic"),
    "subdistribution_hazard_ratio": Declared(
        "model", Words("verhouding van subdistributierisico's (Fine-Gray)", "subdistribution hazard ratio (Fine-Gray)"), "ratio"
    ),
    "hazard_ratio": Declared(
        "model", Words("verhouding van oorzaakspecifieke risico's", "cause-specific hazard ratio"), "ratio"
    ),
}
EVENTS_PER_PARAMETER = 10
FEWEST_EVENTS = 2
INCIDENCE = (
    f"Aalen-Johansen, exact with ties, Aalen variance (as cmprsk), {ONE_CURVE}, which holds the truth in 95 to 100 of 100 cases with 11 "
    "people per arm and 94 to 99 with more"
)
_WEIGHTS = (
    "robust error with estimated censoring weights (as cmprsk), where who was followed from a later week counts those of Geskus"
)
TOO_HIGH = (
    "1 - Kaplan-Meier with the competing events as censorings, without an interval: too high, because it lets those who had a "
    "competing event have the event later like everyone else"
)


def wanted(plan: Plan) -> bool:
    """When the plan names events and what competes with them."""
    return plan.events is not None and bool(plan.events.competing)


def run(cohort: Cohort, plan: Plan) -> Result:
    """Incidence of the event and of each competing event, tests between arms, and two models for each pair of arms.

    The event has the plan's events as `outcome`, a competing event its own code. Where results are released, counts are rounded by
    cause, so a competing event that hardly anyone had counts as nobody's.
    """
    found = causes(cohort, plan, plan.events)
    outcomes = (events_outcome(plan.events), *plan.events.competing)
    who, code = found.selection.analysed, cohort.arm_codes
    counts = event_counts_by_group(
        found.week[who], found.cause[who], code[who], len(cohort.arms), entry=found.entry_of(who), causes=len(outcomes)
    )
    pairs = planned_pairs(cohort.arms, plan)

    clustered, alone, words = several(cohort), events_independence(cohort), _words(plan.events)
    given = (
        by_provider(cohort, found.week[who], found.cause[who], found.entry_of(who), who, len(outcomes)) if clustered else None
    )
    designs = incidence_designs(given, cohort.arms, plan.events, len(outcomes)) if given else {}

    def derive(events: np.ndarray, censored: np.ndarray, grid: np.ndarray, entered: np.ndarray | None = None) -> list[Record]:
        groups = groups_from(cohort.arms, events, censored, entered)
        by_themselves = (
            *_incidences(groups, outcomes, grid, plan.events),
            *_comparisons(groups, outcomes, grid, pairs, plan.events),
        )
        found = [record | {"method": record["method"] + alone * ("interval" in record["method"])} for record in by_themselves]
        return found + (
            [*clustered_incidences(groups, outcomes, grid.tolist(), plan.events, designs, words)] if clustered else []
        )

    tally = WeeklyTally(
        cohort.arms,
        np.stack([group.events for group in counts]),
        np.stack([group.censored for group in counts]),
        tuple(sorted(set(plan.events.horizons_weeks))),
        derive,
        None if found.entry is None else np.stack([group.entered for group in counts]),
        outcomes,
        not set(plan.events.competing) & set(get_args(EventCode)),
    )
    groups = groups_from(tally.groups, tally.events, tally.censored, tally.entered)
    models = [record for pair in pairs for record in _models(cohort, found, outcomes, pair, plan.events)]
    models = [record | {"method": record["method"] + alone} for record in models]
    models += incidence_contrasts(cohort.arms, given, outcomes, pairs, plan.events, words) if given else []
    tests = _tests(groups, outcomes, pairs, plan.events, plan.seed, found.entry is not None)
    return Result(NAME, MEASURES, rows(NAME, [*tests, *models]), weekly=(tally,))


def _words(wanted: Events) -> str:
    return f"{time_words(wanted)}, the event before competing events; competing: {', '.join(wanted.competing)}"


def _incidences(groups: CurveGroups, outcomes: tuple[str, ...], grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    """The event in every week asked for, competing events and 1 - Kaplan-Meier at the plan's weeks."""
    words = _words(wanted)
    weeks = planned(wanted, grid)
    for name, (counts, curve) in groups.drawn_incidences.items():
        base = {"arm": name, "n": counts.size, "unit": "share"}
        for cause, outcome in enumerate(outcomes, start=1):
            of = base | {"outcome": outcome, "events": int(counts.events[cause - 1].sum())}
            for week in grid.tolist() if cause == 1 else weeks:
                at = {"measure": "cumulative_incidence", "time": str(week)}
                answer = incidence_at(curve, cause, week)
                yield of | at | fields(answer, f"{INCIDENCE}; {words}")
        for week in weeks:
            at = {
                "measure": "one_minus_survival",
                "time": str(week),
                "outcome": outcomes[0],
                "events": int(counts.events[0].sum()),
            }
            yield base | at | fields(one_minus_survival_at(curve, 1, week), f"{TOO_HIGH}; {words}")


def _comparisons(
    groups: CurveGroups, outcomes: tuple[str, ...], grid: np.ndarray, pairs: list[tuple[int, int]], wanted: Events
) -> Iterator[dict]:
    for cause, outcome in enumerate(outcomes, start=1):
        for one, other in pairs:
            sizes = _sizes((groups.counts[one], groups.counts[other]), cause)
            base = {"outcome": outcome, "arm": f"{groups.names[one]} - {groups.names[other]}", **sizes}
            curves = [groups.drawn_incidences[groups.names[arm]][1] for arm in (one, other)]
            for record in _differences(*curves, cause, planned(wanted, grid), wanted):
                yield base | record


def _tests(
    groups: CurveGroups, outcomes: tuple[str, ...], pairs: list[tuple[int, int]], wanted: Events, seed: int, late: bool
) -> Iterator[dict]:
    """Gray's test of every pair, and of all arms when there are more than two; from exact counts, as all tests are."""
    for cause, outcome in enumerate(outcomes, start=1):
        for one, other in pairs:
            both = groups.counts[one], groups.counts[other]
            base = {"outcome": outcome, "arm": f"{groups.names[one]} - {groups.names[other]}", **_sizes(both, cause)}
            yield base | _gray(both, cause, wanted, seed, late)
        if len(groups.names) > 2:
            yield {"outcome": outcome, "arm": "all", **_sizes(groups.counts, cause)} | _gray(
                groups.counts, cause, wanted, seed, late
            )


def _sizes(counts: tuple[EventCounts, ...], cause: int) -> dict:
    return {"n": sum(one.size for one in counts), "events": sum(int(one.events[cause - 1].sum()) for one in counts)}


def _differences(
    one: CumulativeIncidence, other: CumulativeIncidence, cause: int, weeks: tuple[int, ...], wanted: Events
) -> Iterator[dict]:
    for week in weeks:
        row = {"measure": "cumulative_incidence_difference", "time": str(week), "unit": "share"}
        answer = incidence_difference(one, other, cause, week)
        method = f"difference of Aalen-Johansen estimates, Aalen variance, {TWO_SHARES}; {_words(wanted)}"
        yield row | fields(answer, method)


def _gray(counts: tuple[EventCounts, ...], cause: int, wanted: Events, seed: int, late: bool) -> dict:
    # refused where those who came late count, also with nobody of them here
    refused = GrayTest(np.nan, len(counts) - 1, np.nan, 0.0, "late_entry")
    test = refused if late else gray_test(counts, cause=cause)
    p = test.p_value
    if len(counts) == 2 and test.reason is None and _expected(counts, cause) < FEWEST_EXPECTED:
        p = shuffled_gray_p(*counts, cause=cause, seed=seed)
    answer = Estimate(test.statistic, p_value=p, reason=test.reason, df=test.df)
    return {
        "measure": "gray_chi2",
        "unit": "chi-squared",
        **fields(answer, f"Gray's test, rho 0 [{test.df} df], {SHUFFLED}; {_words(wanted)}"),
    }


def _expected(counts: tuple[EventCounts, ...], cause: int) -> float:
    """Events of a cause in the smaller group if both had them alike."""
    sizes = [group.size for group in counts]
    return min(sizes) / sum(sizes) * sum(group.events[cause - 1].sum() for group in counts)


def _models(cohort: Cohort, found: Causes, outcomes: tuple[str, ...], pair: tuple[int, int], wanted: Events) -> Iterator[dict]:
    """Fine-Gray and cause-specific Cox of the first arm against the second, for the event and for each competing event."""
    one, other = pair
    code = cohort.arm_codes
    who = found.selection.analysed & ((code == one) | (code == other))
    week, cause, first = found.week[who], found.cause[who], (code[who] == one).astype(float)[:, None]
    entry = found.entry_of(who)
    arms = f"{cohort.arms[one]} - {cohort.arms[other]}"
    reason = None if 0 < first.sum() < len(first) else "empty_group"
    for number, outcome in enumerate(outcomes, start=1):
        events = int((cause == number).sum())
        base = {
            "outcome": outcome,
            "arm": arms,
            "n": len(week),
            "events": events,
            "residual_df": len(week) - 2,
            "unit": "ratio",
        }
        yield base | {"measure": "subdistribution_hazard_ratio"} | _fine_gray(week, cause, first, number, entry, reason, wanted)
        yield base | {"measure": "hazard_ratio"} | _cox(week, cause == number, first, entry, reason, wanted)


def _fine_gray(week, cause, first, number: int, entry, reason: str | None, wanted: Events) -> dict:
    which = "without late entry" if entry is None else "with late entry"
    method = f"Fine-Gray, Breslow ties, {_WEIGHTS} [here {which}], normal interval; {_words(wanted)}"
    events = int((cause == number).sum())
    refused = [("no_events", events == 0), ("too_few_events", events < EVENTS_PER_PARAMETER)]
    reason = reason or next((code for code, holds in refused if holds), None)
    if reason:
        return fields(Estimate(np.nan, reason=reason), method)
    return fields(model_estimate(fine_gray(week, cause, first, of=number, entry=entry)), method)


_COX = (
    "cause-specific Cox, Efron ties, normal interval; with fewer than ten events, or groups apart, with Firth's penalty and a profile interval; "
    "{words}"
)


def _cox(week, event, first, entry, reason: str | None, wanted: Events) -> dict:
    method = _COX.format(words=_words(wanted))
    if reason:
        return fields(Estimate(np.nan, reason=reason), method)
    start = None if entry is None else from_the_start(entry)
    if event.sum() < FEWEST_EVENTS:
        return fields(Estimate(np.nan, reason="too_few_events" if event.any() else "no_events"), method)
    fit = cox_model(week, event, first, entry=start)
    if event.sum() < EVENTS_PER_PARAMETER or fit.reason == "monotone_likelihood":
        return fields(model_estimate(firth_cox(week, event, first, entry=start)), f"{method} [here with the penalty]")
    return fields(model_estimate(fit), f"{method} [here without it]")


def from_the_start(entry: np.ndarray) -> np.ndarray:
    """Entries for the interval (entry, week] of a Cox model, in which those from the start are at risk in week 0 as well."""
    return np.where(entry == 0, -1, entry)


def model_estimate(fit) -> Estimate:
    """The first ratio of a fitted model; its standard error is that of the ratio. Without any spread there is no estimate."""
    if fit.reason is None and not fit.std_error[0] > 1e-9:
        return Estimate(np.nan, reason="no_information")
    ratio = float(fit.hazard_ratio[0])
    found = Estimate(
        ratio,
        ratio * float(fit.std_error[0]),
        float(fit.hazard_ratio_ci_low[0]),
        float(fit.hazard_ratio_ci_high[0]),
        float(fit.p_value[0]),
    )
    return found if fit.reason is None else replace(found, reason=fit.reason)
