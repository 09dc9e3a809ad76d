"""Deviations: what the plan asks for and could not be run, what was run beyond it, and what was held back as a whole.

Everything here follows from the plan and from rows that leave: a deviation tells of the data no more than the results do. "Nobody"
and "a few" therefore have the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from analyses import analyses
from analyses.over_time import NO_SLOPE
from analyses.shared.cohort import events_outcome
from analyses.shared.covariates import left_out
from data_schemas.codelists import code_list
from data_schemas.evidence import Deviation
from data_schemas.plan import Plan
from data_schemas.submission import Label
from data_schemas.words import Words
from evaluation.planning.deviation_words import (
    BEYOND,
    CLOSED,
    EXTRA,
    IMPOSSIBLE,
    INTERCEPT,
    NEEDS_PEOPLE,
    NO_LEDGER,
    NO_SUCH_DESIGN,
    NOT_ESTIMABLE,
    NOT_FILLED_IN,
    NOT_RECORDED,
    ONE_CATEGORY,
    OR_EARLIER,
    OTHER_PLAN,
    OUTCOME,
    PLANNED,
    TOO_CLOSE,
    TOO_FEW,
    UNCHECKED,
)
from evaluation.planning.lock import is_locked
from evaluation.planning.parts import SHOWN, Part, further_parts, lower, outcome_parts

_DESCRIPTIONS = ("flow", "baseline", "attrition")
_ADJUSTED = ("change", "comparison", "hazards", "missing_data", "over_time")


def deviations(
    plan: Plan,
    results: Mapping[str, pd.DataFrame],
    exploratory: bool,
    *,
    close: frozenset[str] = frozenset(),
    other_plan: bool = False,
    unremembered: bool = False,
    unrun: Sequence[str] = (),
) -> tuple[Deviation, ...]:
    """Every deviation of a run from its plan, with the reason.

    Parameters
    ----------
    results
        What leaves, gates closed and held back by the ledger where it is.
    close
        The groups that the ledger holds back, because they differ too little from an earlier edition; then few people are not the only
        reason for an empty row.
    other_plan
        Whether the ledger knows an edition under another plan.
    unremembered
        Whether a release of a practice's data was compared with no ledger.
    unrun
        The analyses that need people, of a run on the counts of providers.
    """
    found = [
        *_unanswered(plan, results, bool(close), frozenset(unrun)),
        *_of_design(plan, results),
        *_unchecked(plan),
        *_other_model(plan, results),
        *(Deviation(analysis="", outcome="", reason=_label(NOT_FILLED_IN.fill(name=lower(name)))) for name in _empty(results)),
        *_never_recorded(plan, results),
    ]
    without = (Deviation(analysis="", outcome="", reason=NO_LEDGER),) * unremembered
    needs_people = (Deviation(analysis=name, outcome="", reason=_label(NEEDS_PEOPLE)) for name in unrun)
    return (*_merged(found), *needs_people, *_beyond(plan, results, exploratory), *_of_earlier(close, other_plan), *without)


def not_of_results(known: Iterable[Deviation]) -> dict[str, Any]:
    """From deviations that were written down what they say that no result does: as arguments of `deviations`."""
    known = list(known)
    return {
        "close": frozenset(one.outcome for one in known if one.reason == TOO_CLOSE),
        "other_plan": any(one.reason == OTHER_PLAN for one in known),
        "unremembered": any(one.reason == NO_LEDGER for one in known),
        "unrun": tuple(one.analysis for one in known if needs_people(one)),
    }


def needs_people(one: Deviation) -> bool:
    """Whether something was not run because there were counts only."""
    return one.reason == _label(NEEDS_PEOPLE)


def _of_earlier(close: frozenset[str], other_plan: bool) -> Iterator[Deviation]:
    """One deviation per outcome and group that the ledger holds back; and one when it knows another plan."""
    for name in sorted({name.replace("|", ", ").replace(", , ", ", ") for name in close}):
        yield Deviation(analysis="", outcome=name, reason=TOO_CLOSE)
    if other_plan:
        yield Deviation(analysis="", outcome="", reason=OTHER_PLAN)


def _unanswered(plan: Plan, results: Mapping[str, pd.DataFrame], held_back: bool, unrun: frozenset[str]) -> Iterator[Deviation]:
    """Parts of the plan without an answer; what else is asked about an outcome without one goes without saying."""
    empty = set()
    for part in outcome_parts(plan):
        rows = part.rows(results)
        if not part.answered(rows):
            empty.add((part.outcome, part.time))
            if not _needs_people(part, rows, unrun):
                yield _deviation(part, OUTCOME, _why(part, rows, held_back))
    unadjusted = {("hazards", f"{name}=") for name in _empty(results)}
    silent = {outcome for outcome, _ in empty} - {
        part.outcome for part in outcome_parts(plan) if (part.outcome, part.time) not in empty
    }
    for part in further_parts(plan):
        known = (part.analyses[0], part.subgroup) in unadjusted
        if (part.outcome, part.time) not in empty and part.outcome not in silent and not known:
            rows = part.rows(results)
            if not part.answered(rows) and not _needs_people(part, rows, unrun):
                yield _deviation(part, PLANNED, _why(part, rows, held_back))


def _deviation(part: Part, text: Words, why: Words) -> Deviation:
    outcome = ", ".join(name for name in (part.outcome, part.time) if name)
    return Deviation(analysis=part.analyses[0], outcome=outcome, reason=_label(text.fill(part=part.words, why=why)))


def _needs_people(part: Part, rows: pd.DataFrame, unrun: frozenset[str]) -> bool:
    """Whether all that would answer a part was not run, which is said once for the analysis."""
    return part.impossible is None and rows.empty and set(part.analyses) <= unrun


def _why(part: Part, rows: pd.DataFrame, held_back: bool) -> Words:
    """Why a part has no answer, as far as released rows say it."""
    if part.impossible is not None:
        return IMPOSSIBLE.fill(reason=part.impossible)
    codes = rows["method"].str.extract(r"^([a-z_]+): ", expand=False).where(rows["status"] == "not_estimable")
    if (codes == "gate_closed").any():
        return CLOSED
    known = sorted({code for code in codes.dropna() if code in code_list("not_estimable")})
    if len(rows) and known and (rows["status"] == "not_estimable").all():
        labels = [code_list("not_estimable").label(code) for code in known]
        return NOT_ESTIMABLE.fill(reasons=Words("; ".join(one.nl for one in labels), "; ".join(one.en for one in labels)))
    if held_back and (rows["status"] == "suppressed").any():
        return OR_EARLIER
    return ONE_CATEGORY if part.levels > 1 or (part.subgroup.endswith("=") and rows.empty) else TOO_FEW


def _of_design(plan: Plan, results: Mapping[str, pd.DataFrame]) -> Iterator[Deviation]:
    """A design that the rest of the plan does not bear out."""
    lacks = {
        "quasi_experimental": ("comparison", plan.comparison is None),
        "experimental": ("comparison", plan.comparison is None),
        "single_case": ("single_case", plan.single_case is None),
        "norm_related_change": ("norms", results.get("benchmark", pd.DataFrame()).empty),
    }
    name, lacking = lacks.get(plan.design, ("", False))
    if lacking:
        yield Deviation(analysis="", outcome="", reason=_label(NO_SUCH_DESIGN[name]))


def _unchecked(plan: Plan) -> Iterator[Deviation]:
    """Conditions in the plan that nothing can be checked with."""
    gates = plan.gates
    if plan.comparison is None and (gates.attrition or gates.largest_baseline_difference or gates.smallest_overlap):
        yield Deviation(analysis="", outcome="", reason=_label(UNCHECKED["arms"]))
    elif plan.events is not None and gates.smallest_overlap is not None:
        yield Deviation(analysis="", outcome=events_outcome(plan.events), reason=_label(UNCHECKED["overlap"]))
    if plan.single_case is not None and gates.smallest_measured is not None:
        outcome = f"{plan.single_case.instrument}:{plan.single_case.informant}"
        yield Deviation(analysis="single_case", outcome=outcome, reason=_label(UNCHECKED["repeated"]))


def _other_model(plan: Plan, results: Mapping[str, pd.DataFrame]) -> Iterator[Deviation]:
    """A random slope that was planned and gave way to a random intercept."""
    if plan.over_time is not None and plan.over_time.slope == "random" and "over_time" in results:
        rows = results["over_time"]
        fell_back = rows["method"].str.contains(NO_SLOPE, regex=False) & (rows["measure"] == "mixed_change")
        for outcome in rows["outcome"][fell_back].unique():
            yield Deviation(analysis="over_time", outcome=outcome, reason=_label(INTERCEPT))


def _empty(results: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """The planned covariates that the methods say nobody filled in."""
    return left_out([method for name in _ADJUSTED if name in results for method in results[name]["method"].unique()])


def _never_recorded(plan: Plan, results: Mapping[str, pd.DataFrame]) -> Iterator[Deviation]:
    """Events of which the data have none, as far as rows that leave show: a curve that stays at 1."""
    if plan.events is not None and "revictimisation" in results:
        rows = results["revictimisation"]
        rows = rows[(rows["measure"] == "survival") & (rows["arm"] == "all") & (rows["subgroup"] == "")]
        rows = rows[rows["status"].isin(SHOWN)]
        if len(rows) and (rows["estimate"] == 1).all():
            yield Deviation(analysis="revictimisation", outcome=events_outcome(plan.events), reason=_label(NOT_RECORDED))


def _beyond(plan: Plan, results: Mapping[str, pd.DataFrame], exploratory: bool) -> Iterator[Deviation]:
    """Runs that no locked plan allows, and outcomes with a number that the plan does not name."""
    if exploratory:
        how = "unlocked" if plan.lock is None else "locked" if is_locked(plan) else "changed"
        yield Deviation(analysis="", outcome="", reason=BEYOND[how])
    named = {part.outcome for part in (*outcome_parts(plan), *further_parts(plan))}
    for name in analyses():
        if name in results and name not in _DESCRIPTIONS:
            rows = results[name]
            shown = rows[rows["status"].isin(SHOWN) & rows["estimate"].notna()]
            for outcome in shown["outcome"].unique():
                if outcome and outcome not in named:
                    yield Deviation(analysis=name, outcome=outcome, reason=EXTRA, extra=True)


def _merged(found: list[Deviation]) -> Iterator[Deviation]:
    """One deviation per outcome and reason, its moments and weeks after the outcome."""

    def same(one: Deviation) -> tuple[str, str, str]:
        return one.analysis, one.outcome.partition(", ")[0], one.reason.en

    order = {key: place for place, key in enumerate(dict.fromkeys(map(same, found)))}
    for (analysis, outcome, _), group in groupby(sorted(found, key=lambda one: order[same(one)]), key=same):
        mine = list(group)
        times = dict.fromkeys(time for one in mine if (time := one.outcome.partition(", ")[2]))
        yield Deviation(analysis=analysis, outcome=", ".join([outcome, *times]), reason=mine[0].reason)


def _label(words: Words) -> Label:
    return Label(nl=words.nl, en=words.en)
