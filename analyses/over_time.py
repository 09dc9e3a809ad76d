"""Over time: all moments of a measure in one model, so that people who missed a moment still count.

The mixed model answers; generalised estimating equations stand beside it as a check; what was received (dose) stands below it
as a description. Moments are categories; a random slope runs over the real weeks of measurement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort
from analyses.shared.covariates import covariate_columns, covariate_words
from analyses.shared.longitudinal import Longitudinal, longitudinal
from analyses.shared.recording import fields, outcome_name
from analyses.statistics.models.gee import fit_gee
from analyses.statistics.models.mixed_model import MixedFit, contrasts, fit_mixed
from analyses.statistics.models.model import Contrast, named, no_model, weighted
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "over_time"
MEASURES = {
    "mixed_change": Declared("model", Words("verandering volgens het gemengde model", "change by mixed model"), "score"),
    "mixed_slope": Declared("model", Words("verandering per week", "change per week"), "score"),
    "mixed_dose": Declared(
        "model",
        Words("extra verandering per eenheid ontvangen zorg", "further change per unit of care received"),
        "score",
    ),
    "gee_change": Declared("model", Words("verandering volgens GEE", "change by GEE"), "score"),
}
_CHANGE = (
    "later minus baseline as scored; mixed model by REML on all scores, moment{arms} as categories{covariates}, {random}; "
)
_KENWARD_ROGER = "t interval and test, Kenward-Roger"
_SLOPE = "change per week as scored; mixed model by REML on all scores, week as a line{arms}, {random}; " + _KENWARD_ROGER
_GEE = (
    "later minus baseline as scored; generalised estimating equations, moment{arms} as categories{covariates}, exchangeable; "
    "Mancl-DeRouen errors, t with people minus coefficients degrees of freedom; right only when scores are missing "
    "completely at random: with 150 people, of whom those who do badly leave sooner, it holds the truth in 91 of 100 studies"
)
_DOSE = (
    "further change as scored per unit more of {dose}; mixed model by REML on all scores, moment{arms} and {dose} by moment, {random}; "
    + _KENWARD_ROGER
    + "; nobody was given more or less by chance, so this cannot show that more care works better: who does well may stay longer"
)
INTERCEPT = "random intercept (where courses differ the interval holds the truth in 82 to 90 of 100 studies)"
SLOPE = (
    "random intercept and where the scores carry it a slope over weeks (without one the interval holds the truth in 82 to 94 of 100 studies where "
    "courses differ)"
)
BY_WEEKS, BY_ORDER = "with a slope over weeks", "with a slope over the order of the moments: weeks are not filled in everywhere"
NO_SLOPE, AT_BOUND = (
    "without a slope: too few scores per person for a slope of each",
    "without a slope: its variance is at its bound here",
)
AT_ZERO = "with variance 0: people do not differ throughout and scores of one person then count as those of different people"
"""What the scores chose stands in brackets, and those do not leave."""
GEE_CLIENTS = 10_000
"""People beyond whom there is no check by GEE: it is for small samples, and goes over people one by one."""


def wanted(plan: Plan) -> bool:
    """When the plan asks for a model over all moments."""
    return plan.over_time is not None and bool(plan.measures)


def run(cohort: Cohort, plan: Plan) -> Result:
    """Every planned measure: change at each moment for everyone, each arm and the comparison; slope, dose and check."""
    records = chain.from_iterable(_measure(cohort, plan, measure) for measure in plan.measures)
    return Result(NAME, MEASURES, rows(NAME, list(records)))


def _measure(cohort: Cohort, plan: Plan, measure: Measure) -> Iterator[dict]:
    table = longitudinal(cohort, measure)
    base = {"outcome": outcome_name(measure), "unit": "score"}
    for record in chain(
        mixed_changes(cohort, plan, table, slope=plan.over_time.slope == "random"),
        _slopes(cohort, plan, table),
        _gee_changes(cohort, plan, table),
        *(_dose(cohort, plan, table, name) for name in plan.over_time.dose),
    ):
        yield base | record


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """One row per score: whose, when, and which of the groups and moments that occur; `place` has these in their order."""

    score: np.ndarray
    person: np.ndarray
    moment: np.ndarray
    week: np.ndarray
    code: np.ndarray
    place: dict[tuple[int, int], int]

    def columns(self, beside: Sequence[np.ndarray] = ()) -> np.ndarray:
        """A 0/1 column for each group and moment, and others beside them; made where they are used, for they are large."""
        width = len(self.place)
        found = np.zeros((len(self.code), width + len(beside)))
        found[np.arange(len(self.code)), self.code] = 1.0
        for place, column in enumerate(beside, start=width):
            found[:, place] = column
        return found

    def weights(self, parts: dict[tuple[int, int], float], width: int) -> np.ndarray | None:
        """Weights of the coefficients from weights of cells; None when a cell is empty."""
        if any(cell not in self.place for cell in parts):
            return None
        found = np.zeros(width)
        for cell, weight in parts.items():
            found[self.place[cell]] += weight
        return found


def _cells(table: Longitudinal, group: np.ndarray) -> _Cells:
    """Cells of group by moment: the model "moment x group", written so that an empty cell takes nothing else with it."""
    person, moment = np.nonzero(~np.isnan(table.scores))
    cell = group[person] * len(table.moments) + moment
    codes, found = pd.factorize(cell, sort=True)
    place = {divmod(int(name), len(table.moments)): k for k, name in enumerate(found)}
    return _Cells(table.scores[person, moment], person, moment, table.weeks[person, moment], codes, place)


def mixed_changes(cohort: Cohort, plan: Plan, table: Longitudinal, slope: bool) -> Iterator[dict]:
    """`mixed_change` at each later moment: everyone, each arm, and the comparison.

    Everyone: moment alone. Arms and comparison: moment x arm over all arms, with the plan's covariates.
    """
    for group, covariates in _groups(cohort, plan, table):
        yield from _change_rows(cohort, plan, table, group, covariates, slope)


def _groups(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Everyone as one group; and the arms when there are several, with the covariates of the comparison."""
    yield np.zeros(len(table.people), np.int64), None
    if len(table.arms) > 1:
        yield table.arm, _covariates(cohort, plan, table)


def _change_rows(cohort: Cohort, plan: Plan, table: Longitudinal, group, covariates, slope: bool) -> Iterator[dict]:
    cells = _cells(table, group)
    X = _beside(cells, covariates)
    fit, random = _fit(cells, X, plan.disclosure.threshold if slope else None)
    method = _CHANGE.format(**_words(cohort, plan, group is table.arm, covariates), random=random) + _KENWARD_ROGER
    wanted = list(_contrasts(plan, table, group, table.changed))
    answers = _answers(fit, [cells.weights(parts, X.shape[1]) for _, _, parts, _ in wanted])
    for (arm, moment, _, n), answer in zip(wanted, answers):
        row = {"measure": "mixed_change", "arm": arm, "time": moment, "n": n} | fields(answer, method)
        yield table.in_scale(row)


def _contrasts(plan: Plan, table: Longitudinal, group, behind: np.ndarray) -> Iterator[tuple[str, str, dict, int]]:
    """Arm, moment, weights of the cells and people behind each change and difference (`behind`: boolean, people by moments)."""
    several = group is table.arm
    names = table.arms if several else ("all",)
    for k, moment in enumerate(table.moments[1:], start=1):
        people = np.bincount(group[behind[:, k]], minlength=len(names))
        for code, arm in enumerate(names):
            yield arm, moment, {(code, k): 1.0, (code, 0): -1.0}, int(people[code])
        if several and plan.comparison is not None and set(plan.comparison.arms) <= set(names):
            one, two = (names.index(arm) for arm in plan.comparison.arms)
            parts = {(one, k): 1.0, (one, 0): -1.0, (two, k): -1.0, (two, 0): 1.0}
            yield " - ".join(plan.comparison.arms), moment, parts, int(people[one] + people[two])


def _fit(cells: _Cells, X: np.ndarray, few: int | None) -> tuple[MixedFit, str]:
    """The model, and its random part in words: with a slope where asked and possible, otherwise an intercept alone.

    Without weeks the slope runs over the order of the moments: an intercept alone takes all correlations as equal, and its
    intervals are too narrow where courses differ. One whose variance is at its bound is left out, as is usual; what that costs is in
    docs/simulation-over-time.md, and said. `few`: fewer scores than that may lack their week; None where no slope is asked.
    """
    here = []
    if few is not None:
        weeks = _weeks(cells, few)
        fit = fit_mixed(cells.score, X, cells.person, cells.moment if weeks is None else weeks)
        if fit.reason is None and not fit.singular:
            return fit, f"{SLOPE} [here {BY_ORDER if weeks is None else BY_WEEKS}]"
        here.append(AT_BOUND if fit.reason is None else NO_SLOPE)
    fit = fit_mixed(cells.score, X, cells.person)
    here += [AT_ZERO] * fit.singular
    return fit, (INTERCEPT if few is None else SLOPE) + (f" [here {' and '.join(here)}]" if here else "")


def _weeks(cells: _Cells, few: int) -> np.ndarray | None:
    """The week of every score, of the few that have none the mean of their moment; None where more have none, or all of a moment."""
    lacking = np.isnan(cells.week)
    if np.count_nonzero(lacking) >= few:
        return None
    size = int(cells.moment.max(initial=0)) + 1
    known = np.bincount(cells.moment[~lacking], minlength=size)
    if not known[cells.moment[lacking]].all():
        return None
    mean = np.bincount(cells.moment[~lacking], cells.week[~lacking], size) / np.maximum(known, 1)
    return np.where(lacking, mean[cells.moment], cells.week)


def _answers(fit: MixedFit, weights: list[np.ndarray | None]) -> list[Contrast]:
    """Kenward-Roger contrasts; where nobody was measured at a moment (no weights) there is none."""
    if fit.reason is not None:
        return [_unknown(fit.reason)] * len(weights)
    found = iter(contrasts(fit, [row for row in weights if row is not None], "kenward-roger"))
    return [_unknown(None) if row is None else next(found) for row in weights]


def _unknown(reason: str | None) -> Contrast:
    """No estimate: the model's reason, or nobody measured at that moment."""
    return Contrast(np.nan, reason=reason or "empty_group")


def _covariates(cohort: Cohort, plan: Plan, table: Longitudinal) -> np.ndarray | None:
    """The comparison's covariates as centred 0/1 columns per person; None when none is planned."""
    if plan.comparison is None or not plan.comparison.covariates:
        return None
    columns = covariate_columns(cohort, plan, table.people).columns
    return columns - columns.mean(axis=0) if len(columns) else columns


def _beside(cells: _Cells, covariates: np.ndarray | None) -> np.ndarray:
    if covariates is None or not covariates.size:
        return cells.columns()
    seen = np.bincount(cells.person, minlength=len(covariates)) > 0
    vary = np.ptp(covariates[seen], axis=0) > 0 if seen.any() else np.zeros(covariates.shape[1], bool)
    return cells.columns([column[cells.person] for column in covariates.T[vary]])


def _words(cohort: Cohort, plan: Plan, by_arm: bool, covariates: np.ndarray | None) -> dict[str, str]:
    names = "" if covariates is None else covariate_words(cohort, plan)
    return {"arms": " x arm" if by_arm else "", "covariates": names}


def _gee_changes(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[dict]:
    for group, covariates in _groups(cohort, plan, table):
        cells = _cells(table, group)
        many = len(table.people) > GEE_CLIENTS
        X = np.empty((0, len(cells.place))) if many else _beside(cells, covariates)
        model = no_model(named(None, X.shape[1]), "too_many") if many else fit_gee(cells.score, X, cells.person).model
        method = _GEE.format(**_words(cohort, plan, group is table.arm, covariates))
        for arm, moment, parts, n in _contrasts(plan, table, group, table.changed):
            weights = cells.weights(parts, X.shape[1])
            answer = _unknown(model.reason) if weights is None else weighted(model, weights)
            row = {"measure": "gee_change", "arm": arm, "time": moment, "n": n} | fields(answer, method)
            yield table.in_scale(row)


def _slopes(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[dict]:
    """`mixed_slope`: a straight line over real weeks, of scores that have theirs; none where hardly any has."""
    table = replace(table, scores=np.where(np.isnan(table.weeks), np.nan, table.scores))
    person, moment = np.nonzero(~np.isnan(table.scores))
    week, score = table.weeks[person, moment], table.scores[person, moment]
    if len(week) < min(plan.disclosure.threshold, len(table.people)) or not len(week):
        return
    for group, _ in _groups(cohort, plan, table):
        codes, present = pd.factorize(group, sort=True)
        member = (codes[person][:, None] == np.arange(len(present))).astype(float)
        X = np.column_stack([member, member * week[:, None]])
        place = {(int(code), 1): len(present) + k for k, code in enumerate(present)}
        cells = _Cells(score, person, moment, week, X, place)
        fit, random = _fit(cells, X, plan.disclosure.threshold if plan.over_time.slope == "random" else None)
        method = _SLOPE.format(arms=" x arm" if group is table.arm else "", random=random)
        wanted = list(_first_contrasts(plan, table, group))
        answers = _answers(fit, [cells.weights(parts, X.shape[1]) for _, parts, _ in wanted])
        for (arm, _, n), answer in zip(wanted, answers):
            yield {"measure": "mixed_slope", "arm": arm, "n": n, "unit": "score per week"} | fields(answer, method)


def _first_contrasts(plan: Plan, table: Longitudinal, group: np.ndarray) -> Iterator[tuple[str, dict, int]]:
    """As `_contrasts`, once: arms and comparison without a moment, with the people measured more than once behind them."""
    twice = (~np.isnan(table.scores)).sum(axis=1) > 1
    for arm, moment, parts, n in _contrasts(plan, table, group, np.repeat(twice[:, None], len(table.moments), axis=1)):
        if moment == table.moments[1]:
            yield arm, {cell: weight for cell, weight in parts.items() if cell[1] == 1}, n


def _dose(cohort: Cohort, plan: Plan, table: Longitudinal, name: str) -> Iterator[dict]:
    """`mixed_dose`: how the change at each moment goes with what was received, within arms."""
    amount = cohort.treatments[name].to_numpy(dtype=float, na_value=np.nan)[table.people]
    known = ~np.isnan(amount)
    part, amount = table.only(known), amount[known]
    cells = _cells(part, part.arm)
    centred = amount - amount.mean() if len(amount) else amount
    dose = centred[cells.person]
    later = [k for k in range(1, len(part.moments)) if (cells.moment == k).any()]
    X = cells.columns([dose, *(dose * (cells.moment == k) for k in later)])
    fit, random = _fit(cells, X, plan.disclosure.threshold if plan.over_time.slope == "random" else None)
    method = _DOSE.format(arms=" x arm" if len(part.arms) > 1 else "", dose=name, random=random)
    place = {k: len(cells.place) + 1 + at for at, k in enumerate(later)}
    moments = range(1, len(part.moments))
    answers = _answers(fit, [np.eye(X.shape[1])[place[k]] if k in place else None for k in moments])
    for k, time, answer in zip(moments, part.moments[1:], answers):
        row = {"measure": "mixed_dose", "arm": "all", "subgroup": name, "time": time, "n": int(part.changed[:, k].sum())}
        yield row | {"unit": f"score per unit of {name}"} | fields(answer, method)
