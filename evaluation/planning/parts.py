"""What a plan asks for, part by part, and which rows of the results would answer each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import pandas as pd

from analyses.shared.cohort import events_outcome
from data_schemas.evidence import column_words
from data_schemas.plan import Measure, Plan
from data_schemas.words import Words

SHOWN = ("exact", "released", "rounded")
_EFFECT = Words("", "")
_NO_COMPARISON = Words("het plan noemt geen vergelijking", "the plan names no comparison")
_NO_QUESTIONNAIRE = Words("het plan noemt geen vragenlijst", "the plan names no questionnaire")
_WEIGHTED = Words("gewogen vergelijking van de groepen", "weighted comparison of the groups")
_APPROACHES = {
    "complete_cases": ("complete cases", Words("alleen volledige metingen", "complete cases only")),
    "mixed_model": ("mixed model", Words("gemengd model bij ontbrekende metingen", "mixed model for missing measurements")),
    "multiple_imputation": ("multiple imputation", Words("meervoudige imputatie", "multiple imputation")),
    "tipping_point": ("tipping point", Words("omslagpunt bij ontbrekende metingen", "tipping point for missing measurements")),
    "best_case": ("best case", Words("gunstigste geval bij ontbrekende metingen", "best case for missing measurements")),
    "worst_case": ("worst case", Words("ongunstigste geval bij ontbrekende metingen", "worst case for missing measurements")),
    "baseline_carried_forward": (
        "baseline carried forward",
        Words("voormeting doorgetrokken", "baseline score carried forward"),
    ),
    "locf": ("locf", Words("laatste meting doorgetrokken", "last score carried forward")),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a plan asks for.

    Parameters
    ----------
    outcome, time
        For which outcome, and which moment or week; empty when it is about none.
    analyses, measures, arm, subgroup
        Which rows answer it: of these analyses, and of these measures (empty: any), this arm (empty: any), and a `subgroup` that begins
        like this (empty: any).
    words
        What it is; empty for the outcome itself.
    levels
        In how many categories there must be an answer.
    impossible
        Why no analysis can answer it in this plan, where none can.
    """

    outcome: str
    time: str
    analyses: tuple[str, ...]
    words: Words = _EFFECT
    measures: tuple[str, ...] = ()
    arm: str = ""
    subgroup: str = ""
    levels: int = 1
    impossible: Words | None = None

    def rows(self, results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The rows that would answer it; counts of people are no answer."""
        frames = [results[name] for name in self.analyses if name in results]
        # the outcome first: what is left then is small, and the other comparisons cost nothing
        found = [frame[frame["outcome"].to_numpy() == self.outcome] for frame in frames]
        if not any(map(len, found)):
            return pd.DataFrame(columns=["status", "estimate", "method", "subgroup"])
        rows = pd.concat([part for part in found if len(part)], ignore_index=True)
        mine = (rows["unit"] != "people") & rows["subgroup"].str.startswith(self.subgroup)
        for column, wanted in (("time", self.time), ("arm", self.arm)):
            mine &= (rows[column] == wanted) | (not wanted)
        mine &= rows["measure"].isin(self.measures) | (not self.measures)
        return rows[mine]

    def answered(self, rows: pd.DataFrame) -> bool:
        """Whether enough of these rows have a number."""
        with_number = rows[rows["status"].isin(SHOWN) & rows["estimate"].notna()]
        return with_number["subgroup"].nunique() >= self.levels


def outcome_parts(plan: Plan) -> Iterator[Part]:
    """The outcomes themselves: every questionnaire at every moment, every horizon of the events, the repeated measurements."""
    for measure, moment in _measured(plan):
        yield Part(_outcome(measure), moment, ("change",))
    if plan.events is not None:
        outcome = events_outcome(plan.events)
        for week in sorted(set(plan.events.horizons_weeks)):
            yield Part(outcome, str(week), ("revictimisation",), measures=("survival",), arm="all")
    if plan.single_case is not None:
        yield Part(f"{plan.single_case.instrument}:{plan.single_case.informant}", "", ("single_case",))


def further_parts(plan: Plan) -> Iterator[Part]:
    """Everything else that the plan asks about its outcomes."""
    yield from chain(_of_measures(plan), _of_events(plan), _subgroups(plan), _over_time(plan))


def _measured(plan: Plan) -> Iterator[tuple[Measure, str]]:
    yield from ((measure, moment) for measure in plan.measures for moment in measure.moments)


def _outcome(measure: Measure) -> str:
    return f"{measure.instrument}:{measure.informant}"


def _of_measures(plan: Plan) -> Iterator[Part]:
    arms = " - ".join(plan.comparison.arms) if plan.comparison else ""
    for measure, moment in _measured(plan):
        at = (_outcome(measure), moment)
        if arms:
            words = Words("vergelijking van de groepen", "comparison of the groups")
            yield Part(*at, ("comparison", "change"), words, arm=arms)
        if plan.weighting is not None:
            yield Part(*at, ("weighted_comparison",), _WEIGHTED, ("weighted_mean_difference",), arm=arms)
        if measure.non_inferiority_margin is not None:
            words, missing = Words("niet slechter dan de marge", "no worse than the margin"), None if arms else _NO_COMPARISON
            yield Part(*at, ("comparison",), words, ("non_inferiority",), impossible=missing)
        if measure.benchmark is not None:
            words = Words("vergelijking met gepubliceerde hulp", "comparison with published care")
            yield Part(*at, ("benchmark",), words, ("benchmark_difference",))
        for approach in plan.missing_data.approaches:
            subgroup, words = _APPROACHES[approach]
            yield Part(*at, ("missing_data",), words, subgroup=subgroup)


def _of_events(plan: Plan) -> Iterator[Part]:
    if plan.events is None:
        return
    outcome, week = events_outcome(plan.events), str(plan.events.restricted_mean_weeks)
    words = Words("gemiddelde tijd zonder gebeurtenis", "mean time without an event")
    yield Part(outcome, week, ("revictimisation",), words, ("restricted_mean_weeks",), arm="all")
    for cause in plan.events.competing:
        words = Words("wat de gebeurtenis onmogelijk maakt", "what makes the event impossible")
        yield Part(cause, "", ("competing_events",), words, ("cumulative_incidence",))
    if plan.events.censoring_covariates:
        words = Words("weging voor wie uit beeld raakte", "weights for those lost to follow-up")
        yield Part(outcome, "", ("event_sensitivity",), words, subgroup="censoring_weights")
    if plan.comparison is not None:
        arms, words = " - ".join(plan.comparison.arms), Words("vergelijking van de groepen", "comparison of the groups")
        yield Part(outcome, "", ("revictimisation", "hazards"), words, arm=arms)
        if plan.weighting is not None:
            yield Part(outcome, "", ("weighted_comparison",), _WEIGHTED, ("risk_difference", "weighted_hazard_ratio"), arm=arms)
        for covariate in plan.comparison.covariates:
            words = Words("correctie voor {name}", "adjustment for {name}").fill(name=lower(covariate))
            yield Part(outcome, "", ("hazards",), words, ("hazard_ratio",), subgroup=f"{covariate}=")


def _subgroups(plan: Plan) -> Iterator[Part]:
    """A subgroup is answered when at least two of its categories are: one says nothing about a difference."""
    for column in plan.subgroups:
        words = Words("deelgroepen naar {name}", "subgroups by {name}").fill(name=lower(column))
        for measure, moment in _measured(plan):
            yield Part(_outcome(measure), moment, ("subgroups",), words, subgroup=f"{column}=", levels=2)
        if plan.events is not None:
            at = (events_outcome(plan.events), "", ("revictimisation",), words)
            yield Part(*at, ("survival", "restricted_mean_weeks"), subgroup=f"{column}=", levels=2)


def _over_time(plan: Plan) -> Iterator[Part]:
    if plan.over_time is None:
        return
    course = Words("verloop over alle metingen", "course over all measurements")
    if not plan.measures:
        yield Part("", "", ("over_time",), course, impossible=_NO_QUESTIONNAIRE)
    for measure in plan.measures:
        yield Part(_outcome(measure), "", ("over_time",), course, ("mixed_change",))
        for name in plan.over_time.dose:
            words = Words("samenhang met {name}", "association with {name}").fill(name=lower(name))
            yield Part(_outcome(measure), "", ("over_time",), words, ("mixed_dose",), subgroup=name)


def lower(column: str) -> Words:
    """What a column is called, inside a sentence."""
    words = column_words(column)
    return Words(*(text if text[1:2].isupper() else text[:1].lower() + text[1:] for text in words))
