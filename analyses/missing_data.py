"""Missing data: the same change by several ways of dealing with scores that are not there, side by side.

`subgroup` holds the approach: `complete cases`, `mixed model`, `multiple imputation`, `tipping point`, `best case`, `worst case`,
`baseline carried forward`, `locf`. Where they agree, what is missing matters little; where they differ, the report says so.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from analyses.over_time import mixed_changes
from analyses.shared.cohort import Cohort
from analyses.shared.filled_in import (
    CHANGE,
    TWO_GROUPS,
    Approach,
    answer_row,
    baseline_carried,
    compared,
    complete_cases,
    extreme_case,
    last_carried,
)
from analyses.shared.longitudinal import Longitudinal, longitudinal
from analyses.shared.recording import outcome_name, why
from analyses.statistics.missing.multiple_imputation import imputable, impute
from analyses.statistics.missing.rubin_pooling import Pooled, pool_rubin
from analyses.statistics.missing.score_patterns import ScorePattern, score_patterns, without
from analyses.statistics.missing.tipping_point import (
    ChangeSums,
    ShiftedEstimate,
    TippingPoint,
    imputed_change_sums,
    shifted_difference,
    shifted_mean,
    tipping_point,
    together,
)
from data_schemas.plan import OverTime, Plan
from data_schemas.result import MISSING, Declared, Result, rows
from data_schemas.words import Words

NAME = "missing_data"
MEASURES = {
    "mean_change": Declared("magnitude", Words("gemiddelde verandering", "mean change"), "score"),
    "mixed_change": Declared("model", Words("verandering volgens het gemengde model", "change by mixed model"), "score"),
    "imputed_change": Declared("model", Words("verandering na meervoudige imputatie", "change after imputation"), "score"),
    "tipping_delta": Declared(
        "model",
        Words("hoeveel slechter de ontbrekende scores moeten zijn", "how much worse the missing scores would have to be"),
        "score",
    ),
}
_IMPUTED = (
    CHANGE + "; multiple imputation of everyone measured at least once, {m} data sets, Bayesian linear regression of each "
    "moment on the others by arm, seed of the plan; {test} within each, Rubin's rules with Barnard-Rubin degrees of freedom; "
    "with 11 people twice as wide as it need be, and holds the truth in 98 of 100 studies"
)
_TIPPING = (
    "points as scored to add to the imputed later scores{first} for the 95 % interval of the change to reach zero; multiple "
    "imputation as above, {m} data sets"
)


def wanted(plan: Plan) -> bool:
    """When the plan names a questionnaire."""
    return bool(plan.measures)


def run(cohort: Cohort, plan: Plan) -> Result:
    """Every planned measure at every later moment, by every planned approach: everyone, each arm, and the comparison."""
    records: list[dict] = []
    for measure in plan.measures:
        table = longitudinal(cohort, measure)
        base = {"outcome": outcome_name(measure), "unit": "score"}
        approaches = plan.missing_data.approaches
        for approach in approaches:
            if approach in _APPROACHES:
                records += [base | record for record in _APPROACHES[approach](cohort, plan, table)]
        if {"multiple_imputation", "tipping_point"} & set(approaches):
            records += [base | record for record in _imputation(plan, table, outcome_name(measure))]
    return Result(NAME, MEASURES, rows(NAME, records))


def _mixed_model(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[dict]:
    slope = (plan.over_time or OverTime()).slope == "random"
    for record in mixed_changes(cohort, plan, table, slope):
        yield record | {"subgroup": "mixed model"}


def _imputation(plan: Plan, table: Longitudinal, name: str) -> Iterator[dict]:
    """What the imputed data sets say, and at which shift they would no longer say it: one set of draws serves both."""
    m, approaches = plan.missing_data.imputations, plan.missing_data.approaches
    for arm, moment, shifted, n, reason in _shifted(plan, table, name):
        several = " - " in arm
        if "multiple_imputation" in approaches:
            method = _IMPUTED.format(m=m, test=TWO_GROUPS if several else "paired t test")
            row = answer_row("imputed_change", "multiple imputation", arm, moment, n, _pooled(shifted, reason), method)
            yield table.in_scale(row)
        if "tipping_point" in approaches:
            tipped = TippingPoint(np.nan, reason) if shifted is None else tipping_point(shifted)
            method = _TIPPING.format(first=" of the first arm" if several else "", m=m)
            about = {"measure": "tipping_delta", "subgroup": "tipping point", "arm": arm, "time": moment, "n": n}
            # with one in ten as many missing it takes ten times the shift
            about["population"] = MISSING
            yield about | _scale(shifted, reason) | {"estimate": tipped.delta, "method": why(method, tipped.reason)}


def _scale(shifted: ShiftedEstimate | None, reason: str | None) -> dict:
    """How precisely a tipping point is known, for the door: a change of one standard error moves it by that over the share."""
    pooled = _pooled(shifted, reason)
    share = shifted.share if shifted is not None and shifted.share else np.nan
    return {"std_error": pooled.std_error / share, "residual_df": pooled.df}


def _pooled(shifted: ShiftedEstimate | None, reason: str | None) -> Pooled:
    if shifted is None:
        return Pooled(np.nan, reason=reason)
    # a variance of zero may come out as a hair below it
    return pool_rubin(shifted.estimates, np.maximum(shifted.constant, 0.0), shifted.complete_df)


def _shifted(plan: Plan, table: Longitudinal, name: str) -> Iterator[tuple[str, str, ShiftedEstimate | None, int, str | None]]:
    """Arm, moment, imputed estimates (None with a reason), and people behind them."""
    sums = {arm: _imputed_sums(plan, table, code, name) for code, arm in enumerate(table.arms)}
    for k, moment in enumerate(table.moments[1:]):
        cells = {arm: found if isinstance(found, str) else found[k] for arm, found in sums.items()}
        people = {arm: int(table.changed[table.arm == code, k + 1].sum()) for code, arm in enumerate(table.arms)}
        present = [cells[arm] for code, arm in enumerate(table.arms) if (table.arm == code).any()]
        yield "all", moment, *_of_one(present), sum(people.values()), _reason(present)
        if len(table.arms) > 1:
            for arm in table.arms:
                yield arm, moment, *_of_one([cells[arm]]), people[arm], _reason([cells[arm]])
        if compared(plan, table):
            both = [cells[arm] for arm in plan.comparison.arms]
            n = sum(people[arm] for arm in plan.comparison.arms)
            yield " - ".join(plan.comparison.arms), moment, *_of_two(both), n, _reason(both)


def _reason(cells: list[ChangeSums | str]) -> str | None:
    """Why there is no estimate: what stopped the imputation of one of the arms, or too few people."""
    return next((cell for cell in cells if isinstance(cell, str)), "too_few" if cells else "empty_group")


def _of_one(cells: list[ChangeSums | str]) -> tuple[ShiftedEstimate | None]:
    if not cells or any(isinstance(cell, str) for cell in cells):
        return (None,)
    whole = together(cells)
    return (shifted_mean(whole) if whole.n > 1 else None,)


def _of_two(cells: list[ChangeSums | str]) -> tuple[ShiftedEstimate | None]:
    if any(isinstance(cell, str) for cell in cells) or sum(cell.n for cell in cells) < 3:
        return (None,)
    return (shifted_difference(*cells),)


def _imputed_sums(plan: Plan, table: Longitudinal, code: int, name: str) -> list[ChangeSums | str] | str:
    """Sums of change per later moment in one arm over all imputations; or the reason why it cannot be imputed."""
    patterns = score_patterns(table.scores[table.arm == code])
    patterns, reason = _without_sparse(patterns)
    if reason is not None:
        return reason
    seed = [plan.seed, zlib.crc32(f"{name}/{table.arms[code]}".encode())]
    found = impute(patterns, plan.missing_data.imputations, np.random.default_rng(seed))
    return [
        "no_variance" if _alike(patterns, k) else imputed_change_sums(found, 0, k) or "empty_group"
        for k in range(1, len(table.moments))
    ]


def _alike(patterns: Sequence[ScorePattern], later: int) -> bool:
    """Whether someone was not measured and all who were measured twice changed alike, but for rounding.

    What is drawn for the others would then vary by rounding only.
    """
    both = [pattern for pattern in patterns if pattern.seen[[0, later]].all()]
    change = np.array([pattern.means[later] - pattern.means[0] for pattern in both])
    within = np.array([np.array([-1, 1]) @ pattern.scatter[np.ix_([0, later], [0, later])] @ [-1, 1] for pattern in both])
    size = np.array([pattern.n for pattern in both], float)
    if size.sum() < 2 or all(pattern.seen[later] for pattern in patterns):
        return False
    squares = within.sum() + size @ (change - size @ change / size.sum()) ** 2
    whole = sum(np.trace(pattern.scatter) for pattern in both) + size @ change**2
    return bool(squares <= 1e-13 * whole)


def _without_sparse(patterns: tuple[ScorePattern, ...]) -> tuple[tuple[ScorePattern, ...], str | None]:
    """Patterns of which the later moments with too few to impute from are empty; and why there is nothing left to impute.

    A moment that hardly anyone was measured at must not take the others with it: that would tell of those few.
    """
    found = imputable(patterns)
    while found.reason == "too_few" and len(later := [k for k in found.order if k > 0]) > 0 and len(found.moments) > 2:
        fewest = min(later, key=lambda k: sum(pattern.n for pattern in patterns if pattern.seen[k]))
        patterns = without(patterns, fewest)
        found = imputable(patterns)
    return patterns, found.reason


_APPROACHES: dict[str, Approach] = {
    "complete_cases": complete_cases,
    "mixed_model": _mixed_model,
    "best_case": extreme_case("best"),
    "worst_case": extreme_case("worst"),
    "baseline_carried_forward": baseline_carried,
    "locf": last_carried,
}
