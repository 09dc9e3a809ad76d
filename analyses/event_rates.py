"""Rates per person-year, and the harmonised indicator "no new start of care" at 6, 12 and 24 months after treatment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.revictimisation import weekly_tally
from analyses.shared.by_provider import events_independence, fewest_by_arm, several
from analyses.shared.cohort import Cohort, FirstEvents, events_outcome, first_events
from analyses.shared.event_curves import CurveGroups, fields, planned, planned_pairs
from analyses.shared.providers.contrasts import by_provider
from analyses.shared.providers.curves import curve_designs, widest
from analyses.shared.providers.rates_and_incidences import (
    RATE_MEASURES,
    clustered_rates,
    person_weeks,
    rate_contrasts,
    rate_designs,
)
from analyses.shared.recording import largest_share, why
from analyses.statistics.clustered.survival import survival_with_design
from analyses.statistics.events.survival_curve import Estimate, survival_at
from analyses.statistics.rates.rate_model import Family, rate_model, ratio_of_rates
from analyses.statistics.rates.rates import WEEKS_PER_YEAR, rate, rate_ratio
from data_schemas.plan import Events, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "event_rates"
MEASURES = {
    "rate_per_person_year": Declared("derived", Words("gebeurtenissen per persoonsjaar", "events per person-year"), "effect"),
    "rate_ratio": Declared("derived", Words("verhouding van aantallen per persoonsjaar", "rate ratio"), "ratio"),
    **RATE_MEASURES,
    "all_events_per_person_year": Declared(
        "model", Words("alle gebeurtenissen per persoonsjaar", "all events per person-year"), "effect"
    ),
    "all_events_rate_ratio": Declared(
        "model", Words("verhouding van alle gebeurtenissen", "ratio of rates of all events"), "ratio"
    ),
    "rate_ratio_robust": Declared(
        # the same ratio as `all_events_rate_ratio`, which another step would tell more finely
        "internal",
        Words(
            "verhouding van alle gebeurtenissen, ook als sommigen er veel hebben",
            "ratio of rates of all events, also when some people have many",
        ),
        "ratio",
    ),
    "rate_ratio_negative_binomial": Declared(
        "model",
        Words(
            "verhouding van alle gebeurtenissen, met een model voor hoe mensen verschillen",
            "ratio of rates of all events, with a model of how people differ",
        ),
        "ratio",
    ),
    "no_new_care": Declared("derived", Words("geen nieuwe start van hulp", "no new start of care"), "share"),
    "no_new_care_clustered": Declared(
        "derived",
        Words("geen nieuwe start van hulp, interval per aanbieder", "no new start of care, interval by provider"),
        "share",
    ),
}
NEW_CARE_WEEKS = (26, 52, 104)
NARROW = "where some people have many events the interval holds the truth in 85 to 93 of a hundred cases in place of 95"
"""docs/simulation-rates.md."""
_EXACT = "exact Poisson interval (Garwood), a year is 365.25 days"
_NEW_CARE = "Kaplan-Meier from the end of treatment until a new start of care, log-log interval"
_NEW_CARE_CLUSTERED = (
    "with errors by provider, widened by the design effect of providers, rounded up, and t on Satterthwaite's df rounded down"
)
_MODELS: dict[str, tuple[Family, str]] = {
    "rate_ratio_robust": ("poisson", "Poisson with errors that let people differ (HC3), t interval"),
    "rate_ratio_negative_binomial": ("negative_binomial", "negative binomial model, t interval"),
}
_RATIO = "exact conditional interval (Clopper-Pearson) and p, a year is 365.25 days"


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """Rates of first events from the weekly counts, rates of all events, and the indicator when new care was recorded."""
    found = first_events(cohort, plan.events)
    pairs = planned_pairs(cohort.arms, plan)

    who, clustered, alone = found.selection.analysed, several(cohort), events_independence(cohort)
    happened = found.happened[who].astype(np.int64)
    given = by_provider(cohort, found.week[who], happened, found.entry_of(who), who) if clustered else None
    designs = rate_designs(given, cohort.arms) if given else {}

    def first_rates(groups: CurveGroups, grid: np.ndarray) -> Iterator[dict]:
        for record in _first_rates(groups, plan.events, pairs):
            yield record | {"method": record["method"] + alone}
        yield from clustered_rates(groups, designs, _time(plan.events)) if clustered else ()

    fewest = fewest_by_arm(cohort, who, found.happened)
    weekly = [weekly_tally(plan, found, who, cohort.arm_codes, cohort.arms, first_rates, at_providers=fewest)]
    if (cohort.events["event"] == "new_care").any():
        weekly.append(_no_new_care(cohort, plan))
    new = int((cohort.events["event"] == "new_care").sum())
    records = [record | {"method": record["method"] + alone} for record in _all_rates(cohort, plan, found, pairs)]
    if given:
        base = {"outcome": events_outcome(plan.events)}
        records += [base | record for record in rate_contrasts(cohort.arms, given, pairs, _time(plan.events))]
    return Result(NAME, MEASURES, rows(NAME, records), weekly=tuple(weekly), filled={"new_care": new})


def _first_rates(groups: CurveGroups, wanted: Events, pairs: list[tuple[int, int]]) -> Iterator[dict]:
    words = f"first events; {_time(wanted)}"
    drawn = groups.drawn()
    for name, counts in drawn.items():
        yield {
            "measure": "rate_per_person_year",
            "arm": name,
            "n": counts.size,
            **_rate(int(counts.all_events.sum()), person_weeks(counts), counts.size, f"{words}; {_EXACT}"),
        }
    for one, other in pairs:
        a, b = groups.counts[one], groups.counts[other]
        sizes = tuple((int(counts.all_events.sum()), person_weeks(counts), counts.size) for counts in (a, b))
        yield {
            "measure": "rate_ratio",
            "arm": f"{groups.names[one]} - {groups.names[other]}",
            "n": a.size + b.size,
            **_ratio(*sizes, f"first arm over second, {words}; {_RATIO}"),
        }


def _all_rates(cohort: Cohort, plan: Plan, found: FirstEvents, pairs: list[tuple[int, int]]) -> Iterator[dict]:
    """Repeated events of a person count each; a Poisson interval is too narrow for them, and the method says so."""
    all_events = f"all events, repeated ones of a person included; {_time(plan.events)}"
    words = f"{all_events}; {NARROW}"
    events, weeks = _every_event(cohort, plan.events, found)
    who = found.selection.analysed
    base = {"outcome": events_outcome(plan.events)}
    groups = {"all": who} | {arm: who & (cohort.arm_codes == code) for code, arm in enumerate(cohort.arms)}
    sizes = {name: (int(events[mine].sum()), int(weeks[mine].sum()), int(mine.sum())) for name, mine in groups.items()}
    most = {name: dominance(events[mine], weeks[mine]) for name, mine in groups.items()}
    drawn = sizes if len(cohort.arms) > 1 else {"all": sizes["all"]}
    for name, size in drawn.items():
        yield (
            base
            | {"measure": "all_events_per_person_year", "arm": name, "n": size[2], "residual_df": size[0] - 1}
            | {"largest_share": most[name], **_rate(*size, f"{words}; {_EXACT}")}
        )
    for one, other in pairs:
        a, b = (sizes[cohort.arms[code]] for code in (one, other))
        answer = _ratio(a, b, f"first arm over second, {words}; {_RATIO}")
        names = {"arm": f"{cohort.arms[one]} - {cohort.arms[other]}", "n": a[2] + b[2], "residual_df": a[0] + b[0] - 2}
        names |= {"largest_share": np.fmax(most[cohort.arms[one]], most[cohort.arms[other]])}
        yield base | {"measure": "all_events_rate_ratio", **names, **answer}
        both = groups[cohort.arms[one]] | groups[cohort.arms[other]]
        first = groups[cohort.arms[one]][both]
        for measure, (family, kind) in _MODELS.items():
            model = rate_model(events[both], weeks[both].astype(np.int64), first, ["first"], family=family)
            row = {"measure": measure, "events": a[0] + b[0], "unit": "ratio"} | names | {"residual_df": np.nan}
            method = f"first arm over second, {all_events}; {kind}; a year is 365.25 days"
            spread = ratio_of_rates(model, "first") if a[1] and b[1] else Estimate(np.nan, reason=_nobody(a, b))
            yield base | row | fields(spread, method)


def dominance(events: np.ndarray, weeks: np.ndarray) -> float:
    """Of events and of weeks per person, the larger of the shares that one person has: a rate rests on both sums.

    >>> dominance(np.array([3, 1, 1]), np.array([10, 10, 20]))
    0.6
    """
    return float(np.fmax(largest_share(events), largest_share(weeks)))


def _every_event(cohort: Cohort, wanted: Events, found: FirstEvents) -> tuple[np.ndarray, np.ndarray]:
    """Per person the events within follow-up, and the weeks of follow-up, both from time zero (or from entry)."""
    column = {
        name: cohort.treatments[name].to_numpy(dtype=float, na_value=np.nan) for name in ("follow_up_weeks", "treatment_weeks")
    }
    zero = column["treatment_weeks"] if wanted.time_zero == "end" else np.zeros(cohort.size)
    start = np.zeros(cohort.size) if found.entry is None else found.entry.astype(float)
    weeks = np.where(found.selection.analysed, np.maximum(column["follow_up_weeks"] - zero - start, 0), 0)
    table = cohort.events
    mine = table[table["event"].isin(wanted.event) & table["certainty"].isin(wanted.certainty)]
    person = mine["person"].to_numpy()
    since = mine["week_to"].to_numpy(dtype=float, na_value=np.nan) - zero[person]
    # week 0 counts for those followed from the start of treatment, and the week of entry for nobody
    after = start if wanted.time_zero == "end" else np.where(start > 0, start, -1)
    counts = since > after[person]
    return np.bincount(person[counts], minlength=cohort.size), weeks


def _no_new_care(cohort: Cohort, plan: Plan):
    """Kaplan-Meier from the end of treatment until new care starts: those not followed long enough count as long as they were."""
    events = plan.events.model_copy(
        update={
            "event": ("new_care",),
            "time_zero": "end",
            "horizons_weeks": NEW_CARE_WEEKS,
            "restricted_mean_weeks": NEW_CARE_WEEKS[-1],
        }
    )
    indicator = plan.model_copy(update={"events": events})
    found = first_events(cohort, events)

    who, alone = found.selection.analysed, events_independence(cohort)
    designs = {arm: widest(each) for arm, each in curve_designs(cohort, found, who, events).items()}

    def shares(groups: CurveGroups, grid: np.ndarray) -> Iterator[dict]:
        for name, (counts, curve) in groups.drawn_curves.items():
            base = {"arm": name, "unit": "share", "n": counts.size, "events": int(counts.all_events.sum())}
            for week in planned(events, grid):
                at = base | {"time": str(week)}
                yield at | {"measure": "no_new_care"} | fields(survival_at(curve, week), f"{_NEW_CARE}; {_time(events)}{alone}")
                if (design := designs.get(name)) is not None:
                    method = f"{_NEW_CARE} {_NEW_CARE_CLUSTERED}; {_time(events)}"
                    answer = survival_with_design(curve, week, design.effect, design.df)
                    told = {"method": why(method, design.reason)} if design.reason else fields(answer, method)
                    yield at | {"measure": "no_new_care_clustered"} | told

    fewest = fewest_by_arm(cohort, who, found.happened)
    return weekly_tally(indicator, found, who, cohort.arm_codes, cohort.arms, shares, at_providers=fewest)


def _time(wanted: Events) -> str:
    return f"from {wanted.time_zero} of treatment; {', '.join(wanted.certainty)}"


def _rate(events: int, weeks: int, people: int, method: str) -> dict:
    found = rate(events, weeks / WEEKS_PER_YEAR)
    reason = found.reason if people else "empty_group"
    answer = Estimate(found.estimate, found.std_error, found.ci_low, found.ci_high, reason=reason)
    return {"events": events, "unit": "per person-year", **fields(answer, method)}


def _ratio(one: tuple[int, int, int], other: tuple[int, int, int], method: str) -> dict:
    (a, weeks_a, _), (b, weeks_b, _) = one, other
    found = rate_ratio(a, weeks_a / WEEKS_PER_YEAR, b, weeks_b / WEEKS_PER_YEAR)
    reason = _nobody(one, other) or found.reason
    if reason is None and b == 0:
        answer = Estimate(np.nan, ci_low=found.ci_low, p_value=found.p_value, reason="log_of_zero")
    else:
        answer = Estimate(found.estimate, found.std_error, found.ci_low, found.ci_high, found.p_value, reason)
    return {"events": a + b, "unit": "ratio", **fields(answer, method)}


def _nobody(*groups: tuple[int, int, int]) -> str | None:
    """Why groups of (events, weeks, people) cannot be compared whatever happened."""
    if not all(people for _, _, people in groups):
        return "empty_group"
    return None if all(weeks for _, weeks, _ in groups) else "no_time"
