"""Dossiers that differ in one hidden count: the fictional consortium, as it would be with nobody, one, two, ... of some kind in its first arm.

Everything else is the same to the last cell: who is in it, in which order, and all scores, weeks and events that the count is not about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.shared.classification import classify
from analyses.shared.cohort import Cohort, pairs
from analyses.statistics.change.reliable_change import CLASSES
from benchmarks.releases import example_cohort, one_arm, part_of, staggered
from data_schemas.plan import Committee, Disclosure, Events, Gates, Measure, MissingData, OverTime, Plan, SingleCase
from data_schemas.plan_arms import Weighting

MEASURE = Measure(instrument="cries-13", informant="self", moments=("end", "follow_up_6m"))
WAITING = "waiting-list"
FOLLOW_UPS = ("complete", "early drop-out", "staggered")
OF_EVENTS = (
    "flow", "attrition", "revictimisation", "event_rates", "event_sensitivity", "event_subgroups", "competing_events", "hazards",
    "interval_censored_events", "parametric_survival", "recurrent_events", "pooling", "weighted_comparison",
)  # fmt: skip
OF_SCORES = (
    "flow", "attrition", "baseline", "change", "individual_change", "indicators", "comparison", "missing_data", "subgroups", "pooling",
    "weighted_comparison",
)  # fmt: skip
OF_CLASSES = OF_SCORES[:-1]
"""Who is in another class has another score at the start, by which arms are weighted: as far as a mean tells of it, weights do."""
OF_TRAITS = (
    "flow", "attrition", "baseline", "subgroups", "comparison", "hazards", "revictimisation", "event_subgroups", "weighted_comparison",
)  # fmt: skip
OF_CARE = ("flow", "attrition", "indicators", "outcomes", "competing_events")
GATES = Gates(
    attrition="optimistic",
    largest_baseline_difference=0.25,
    smallest_overlap=0.8,
    smallest_measured=0.4,
    largest_weighted_difference=0.25,
    smallest_preference_overlap=0.5,
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden count: how the same people are made with so many of it, and of which analyses it can show.

    `none`: the people before, when nobody has it.
    """

    make: Callable[[Cohort, np.ndarray], Cohort]
    who: Callable[[Cohort], np.ndarray]
    none: Callable[[Cohort], Cohort] = lambda cohort: cohort


def everyone(cohort: Cohort) -> np.ndarray:
    return np.ones(cohort.size, bool)


def column(name: str, value: object, other: object) -> Hidden:
    """`value` in a column for so many, of people who all have `other` there."""

    def none(cohort: Cohort) -> Cohort:
        column = cohort.treatments[name]
        has = column.isna() if value is np.nan else (column == value).fillna(False)
        return filled_with(cohort, name, has, other)

    return Hidden(changed_to(name, value), lambda cohort: (cohort.treatments[name] == other).fillna(False).to_numpy(bool), none)


def changed_to(name: str, value: object) -> Callable[[Cohort, np.ndarray], Cohort]:
    def make(cohort: Cohort, mine: np.ndarray) -> Cohort:
        column = cohort.treatments[name].copy()
        column.iloc[mine] = value
        return replace(cohort, treatments=cohort.treatments.assign(**{name: column}))

    return make


def filled_with(cohort: Cohort, name: str, who: pd.Series, value: object) -> Cohort:
    column = cohort.treatments[name].copy()
    column[who] = value
    return replace(cohort, treatments=cohort.treatments.assign(**{name: column}))


def _no_events(*codes: str, certainty: str | None = None) -> Callable[[Cohort], Cohort]:
    def none(cohort: Cohort) -> Cohort:
        table = cohort.events
        gone = table["event"].isin(codes) & (cohort.arm_codes[table["person"]] == 0)
        if certainty is not None:
            gone &= table["certainty"] == certainty
        return replace(cohort, events=table[~gone].reset_index(drop=True))

    return none


def _exact_weeks(cohort: Cohort) -> Cohort:
    return replace(cohort, events=cohort.events.assign(week_from=cohort.events["week_to"]))


def _late(cohort: Cohort, mine: np.ndarray) -> Cohort:
    weeks = cohort.treatments["follow_up_from_week"].copy()
    followed = cohort.treatments["follow_up_weeks"].to_numpy(float)[mine]
    weeks.iloc[mine] = np.minimum(3 + 7 * (np.arange(len(mine)) % 4), followed - 1).astype(int)
    return replace(cohort, treatments=cohort.treatments.assign(follow_up_from_week=weeks))


def _from_the_start(cohort: Cohort) -> Cohort:
    return replace(cohort, treatments=cohort.treatments.assign(follow_up_from_week=pd.array([pd.NA] * cohort.size, "Int32")))


def _only(name: str, value: object) -> Hidden:
    """A column that nobody filled in, but for so many."""

    def none(cohort: Cohort) -> Cohort:
        empty = cohort.treatments[name].copy()
        empty[:] = pd.NA if str(empty.dtype).startswith("Int") else np.nan
        return replace(cohort, treatments=cohort.treatments.assign(**{name: empty}))

    return Hidden(changed_to(name, value), everyone, none)


def measured(cohort: Cohort) -> np.ndarray:
    return np.all([pairs(cohort, MEASURE, moment).selection.analysed for moment in MEASURE.moments], axis=0)


def _without_scores(moments: tuple[str, ...]) -> Callable[[Cohort, np.ndarray], Cohort]:
    def make(cohort: Cohort, mine: np.ndarray) -> Cohort:
        table = cohort.measurements
        gone = table["person"].isin(mine) & table["moment"].isin(moments)
        return replace(cohort, measurements=table[~gone].reset_index(drop=True))

    return make


def of_class(start: float, end: float) -> Callable[[Cohort, np.ndarray], Cohort]:
    """So many with these two scores: another class than the others, who do not change."""

    def make(cohort: Cohort, mine: np.ndarray) -> Cohort:
        table = cohort.measurements.copy()
        about = table["person"].isin(mine) & (table["instrument"] == MEASURE.instrument)
        table.loc[about & (table["moment"] == "baseline"), "score"] = start
        table.loc[about & (table["moment"] == "end"), "score"] = end
        return replace(cohort, measurements=table)

    return make


def unchanged(cohort: Cohort) -> np.ndarray:
    found = pairs(cohort, MEASURE, "end")
    who = found.selection.analysed
    classes = np.full(cohort.size, -1)
    classes[who] = classify(cohort, MEASURE, found.before[who], found.later[who]).classes
    return classes == CLASSES.index("unchanged")


def _event(code: str, certainty: str = "actual", *, ranged: bool = False) -> Callable[[Cohort, np.ndarray], Cohort]:
    def make(cohort: Cohort, mine: np.ndarray) -> Cohort:
        table = cohort.events
        others = table[~table["person"].isin(mine)] if code == "sexual_exploitation" else table
        ends = cohort.treatments["follow_up_weeks"].to_numpy(float, na_value=np.nan)
        new = table.iloc[np.zeros(len(mine), int)].assign(person=mine, event=code, certainty=certainty)
        weeks = np.ceil(np.random.default_rng(3).uniform(0.1, 1, len(mine)) * ends[mine]).astype(int).clip(1)
        new = new.assign(week_from=np.maximum(weeks - (4 if ranged else 0), 1), week_to=weeks)
        new["event"] = pd.Categorical(new["event"], categories=table["event"].cat.categories)
        new["certainty"] = pd.Categorical(new["certainty"], categories=table["certainty"].cat.categories)
        return replace(cohort, events=pd.concat([others, new], ignore_index=True))

    return make


def _twice(cohort: Cohort, mine: np.ndarray) -> Cohort:
    table = cohort.events
    first = table[table["person"].isin(mine) & (table["event"] == "sexual_exploitation")].drop_duplicates("person")
    ends = cohort.treatments["follow_up_weeks"].to_numpy(float, na_value=np.nan)[first["person"].to_numpy()]
    weeks = np.minimum(first["week_to"].to_numpy() + 5, ends).astype(int)
    return replace(cohort, events=pd.concat([table, first.assign(week_from=weeks, week_to=weeks)], ignore_index=True))


def _followed(cohort: Cohort) -> np.ndarray:
    happened = cohort.events[cohort.events["event"].isin(("sexual_exploitation", "criminal_exploitation"))]["person"]
    weeks = cohort.treatments["follow_up_weeks"].to_numpy(float, na_value=np.nan)
    return (weeks > 20) & ~np.isin(np.arange(cohort.size), happened)


def _happened(cohort: Cohort) -> np.ndarray:
    mine = cohort.events[(cohort.events["event"] == "sexual_exploitation") & (cohort.events["certainty"] == "actual")]
    return np.isin(np.arange(cohort.size), mine["person"])


def _not_followed(cohort: Cohort, mine: np.ndarray) -> Cohort:
    weeks, end = cohort.treatments["follow_up_weeks"].copy(), cohort.treatments["follow_up_end"].copy()
    weeks.iloc[mine], end.iloc[mine] = pd.NA, np.nan
    return replace(cohort, treatments=cohort.treatments.assign(follow_up_weeks=weeks, follow_up_end=end))


HIDDEN: dict[str, Hidden] = {
    "events": Hidden(_event("sexual_exploitation"), _followed, _no_events("sexual_exploitation", "criminal_exploitation")),
    "presumed events": Hidden(
        _event("sexual_exploitation", "presumed"), _followed, _no_events("sexual_exploitation", certainty="presumed")
    ),
    "events in a range": Hidden(_event("sexual_exploitation", ranged=True), _followed, _exact_weeks),
    "second events": Hidden(_twice, _happened),
    "competing: died": column("follow_up_end", "died", "end_of_study"),
    "competing: arrest": Hidden(_event("arrest"), _followed, _no_events("arrest")),
    "not followed": Hidden(_not_followed, _followed),
    "late entry": Hidden(_late, _followed, _from_the_start),
    "victim status filled in": _only("victim_status", "actual"),
    "mild intellectual disability filled in": _only("mild_intellectual_disability", "yes"),
    "marks given": _only("satisfaction", 8.0),
    "endings filled in": _only("ending", "completed"),
    "daytime filled in": _only("daytime_end", "school"),
    "after-care filled in": _only("after_care", "yes"),
    "lost at the end": Hidden(_without_scores(("end",)), measured),
    "lost for good": Hidden(_without_scores(("end", "follow_up_6m", "follow_up_12m")), measured),
    "without baseline": Hidden(_without_scores(("baseline",)), measured),
    "never measured": Hidden(_without_scores(("baseline", "interim", "end", "follow_up_6m", "follow_up_12m")), measured),
    "recovered": Hidden(of_class(45, 5), unchanged),
    "improved": Hidden(of_class(60, 32), unchanged),
    "deteriorated": Hidden(of_class(32, 60), unchanged),
    "gender": column("gender", "boy", "girl"),
    "exploitation": column("exploitation_type", "criminal", "sexual"),
    "setting": column("setting", "crisis", "open"),
    "mild intellectual disability": column("mild_intellectual_disability", "yes", "no"),
    "age": column("age_group", "12_13", "14_15"),
    "provider": column("provider", "fictional-coast", "fictional-north"),
    "ending": column("ending", "stopped_by_client", "completed"),
    "low mark": column("satisfaction", 1.0, 8.0),
    "no mark": column("satisfaction", np.nan, 8.0),
    "continues without help": column("continues_without_help", "yes", "no"),
    "police report": column("police_report", "yes", "no"),
    "after-care": column("after_care", "yes", "no"),
    "housing": column("housing_end", "independent", "with_family"),
    "daytime": column("daytime_end", "none", "school"),
}


def shown_by(of: str) -> tuple[str, ...]:
    """The analyses that read anything of a hidden count."""
    names = list(HIDDEN)
    place, (traits, care, lost, gender, ending) = (
        names.index(of),
        map(names.index, ("victim status filled in", "marks given", "lost at the end", "gender", "ending")),
    )
    if of == "provider":
        return tuple(dict.fromkeys((*OF_EVENTS, *OF_SCORES, *OF_CARE)))
    if place < traits:
        return OF_EVENTS
    if of in ("recovered", "improved", "deteriorated"):
        return OF_CLASSES
    if lost <= place < gender:
        return OF_SCORES
    return OF_CARE if care <= place < lost or place >= ending else OF_TRAITS


def wide_plan(plan: Plan, arms: int) -> Plan:
    """A plan that asks nearly everything, and quickly: of one instrument, with few draws."""
    events = plan.events.model_dump() | {
        "horizons_weeks": (26, 52), "restricted_mean_weeks": 52, "late_entry": None, "competing": ("died", "moved_abroad", "came_of_age", "arrest"),
    }  # fmt: skip
    two = arms > 1
    covariates = ("setting", "gender", "mild_intellectual_disability")
    return plan.model_copy(
        update={
            "measures": (MEASURE,),
            "events": Events(**events),
            "missing_data": MissingData(
                approaches=("complete_cases", "tipping_point", "worst_case", "baseline_carried_forward")
            ),
            "comparison": plan.comparison.model_copy(update={"covariates": covariates}) if two else None,
            "weighting": Weighting(resamples=199, covariates=covariates) if two else None,
            "subgroups": ("mild_intellectual_disability", "gender", "exploitation_type"),
            "gates": GATES if two else Gates(smallest_measured=0.4),
            "single_case": SingleCase(
                instrument="ors", informant="self", minimum_baseline=3, minimum_treatment=5, permutations=199
            ),
            "over_time": OverTime(slope="random", dose=("sessions_attended",)),
            "disclosure": Disclosure(
                committee=Committee(readers=("A committee",), confidentiality="its rules", approved_by="an officer")
            ),
        }
    )


def base(size: int, arms: int, follow_up: str, seed: int) -> tuple[Cohort, Plan]:
    """So many people of the consortium in one, two or three arms, followed in one of three ways."""
    whole, plan = example_cohort("consortium")
    rng = np.random.default_rng([seed, size, arms])
    plan = wide_plan(plan, arms)
    whole = replace(whole, treatments=whole.treatments.assign(after_care=_answers(whole, rng)))
    cohort = part_of(whole, size, int(rng.integers(10**6)))
    if arms == 1:
        cohort = one_arm(cohort, plan)[0]
    elif arms == 3:
        names = cohort.treatments["arm"].astype(object).to_numpy(copy=True)
        names[rng.permutation(cohort.size)[: cohort.size // 3]] = WAITING
        cohort = replace(cohort, treatments=cohort.treatments.assign(arm=pd.Categorical(names)))
    return _followed_as(cohort, follow_up, rng), plan


def _answers(cohort: Cohort, rng: np.random.Generator) -> pd.Categorical:
    kinds = cohort.treatments["after_care"].cat.categories
    return pd.Categorical(rng.choice(["yes", "no"], cohort.size, p=[0.4, 0.6]), categories=kinds)


def _followed_as(cohort: Cohort, how: str, rng: np.random.Generator) -> Cohort:
    if how == "staggered":
        return staggered(cohort, rng)
    late = cohort.measurements["moment"].isin(("end", "follow_up_6m"))
    if how == "complete":
        table = cohort.measurements
        mine = table["instrument"] == MEASURE.instrument
        score = table["score"].where(table["score"].notna() | ~mine, 30.0)
        have = set(zip(table["person"][mine], table["moment"][mine]))
        lacking = [(p, m) for p in range(cohort.size) for m in ("baseline", "end", "follow_up_6m") if (p, m) not in have]
        row = table[mine].iloc[np.zeros(len(lacking), int)]
        extra = row.assign(person=[p for p, _ in lacking], score=[20.0 + 3 * (p % 9) for p, _ in lacking])
        extra["moment"] = pd.Categorical([m for _, m in lacking], categories=table["moment"].cat.categories)
        treatments = cohort.treatments.assign(follow_up_weeks=pd.array(np.full(cohort.size, 104), "Int32"))
        full = pd.concat([table.assign(score=score), extra], ignore_index=True)
        return replace(cohort, measurements=full, treatments=treatments)
    gone = late & np.isin(cohort.measurements["person"], rng.permutation(cohort.size)[: cohort.size * 2 // 5])
    return replace(cohort, measurements=cohort.measurements[~gone].reset_index(drop=True))


def variants(cohort: Cohort, hidden: Hidden, most: int, rng: np.random.Generator) -> Iterator[Cohort]:
    """The same people with nobody, one, ... at most `most` of a kind in the first arm."""
    cohort = hidden.none(cohort)
    able = np.flatnonzero(hidden.who(cohort) & (cohort.arm_codes == 0))
    mine = rng.permutation(able)[:most]
    for count in range(len(mine) + 1):
        yield hidden.make(cohort, mine[:count]) if count else cohort
