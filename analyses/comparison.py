"""Comparison: the planned arms against each other, adjusted and standardised, with errors that hold in small or clustered data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from analyses.shared.by_provider import (
    DESIGN_MEASURE,
    ERRORS,
    design_row,
    independence,
    number_of_providers,
    providers_of,
    residual_df,
    several,
)
from analyses.shared.cohort import Cohort, Pairs, pairs
from analyses.shared.covariates import covariate_columns, covariate_words
from analyses.shared.recording import change_scale, fields, outcome_name, scale_of, sign_of, why, within
from analyses.shared.rows.between_rows import BETWEEN_MEASURES, G_BY_PROVIDER, G_CLUSTERED, between_rows
from analyses.statistics.clustered.difference import g_between_by_cluster
from analyses.statistics.inference.multiplicity import holm
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.linear_model import DIFFERENCE, Design, Errors, difference_design, least_squares
from analyses.statistics.models.model import Contrast
from analyses.statistics.models.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "comparison"
MEASURES = {
    **BETWEEN_MEASURES,
    "adjusted_difference_hc3": Declared(
        "model", Words("gecorrigeerd verschil, robuust", "adjusted difference, robust"), "score"
    ),
    "adjusted_difference_cr2": Declared(
        "model", Words("gecorrigeerd verschil, per aanbieder geclusterd", "adjusted difference, clustered by provider"), "score"
    ),
    "adjusted_difference_wild": Declared(
        "model",
        Words("gecorrigeerd verschil, wilde bootstrap per aanbieder", "adjusted difference, wild bootstrap by provider"),
        "score",
    ),
    **DESIGN_MEASURE,
    **G_BY_PROVIDER,
    "adjusted_difference_holm": Declared(
        "model", Words("gecorrigeerd verschil, p voor meer uitkomsten", "adjusted difference, p for several outcomes"), "score"
    ),
    "non_inferiority": Declared("model", Words("niet slechter dan", "non-inferiority"), "score"),
}
# those that are read as the difference; all others take people as independent as well
_ALONE = ("g_between", "g_between_exact", "d_between_exact", "d_ppc2")
_MODEL = "ANCOVA: later score on arm and baseline{covariates}, complete pairs; "
_HC3 = "HC3 errors, t interval with n - k df"
_WILD = (
    "errors by provider: restricted wild cluster bootstrap-t over all patterns of signs (beyond twelve providers 9,999 draws of Webb's weights); "
    "limits where its test begins to reject"
)
_MOST = 20_000
_HOLM = "t interval; p corrected over the secondary outcomes and their moments (Holm)"
_MARGIN = (
    "adjusted difference turned so that + favours the first arm; margin {margin:g} points from the plan: no worse when the whole 95 % "
    "interval lies above minus the margin; p one-sided for a difference of minus the margin"
)


def wanted(plan: Plan) -> bool:
    """When the plan compares two arms on a questionnaire."""
    return bool(plan.measures) and plan.comparison is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """The planned comparison for every measure and moment; `arm` is "a - b".

    With `multiplicity = "holm"` in the plan the secondary outcomes (all of them, when none is primary) get a row whose p is
    corrected over these outcomes and their moments.
    """
    records, secondary = [], []
    for measure in plan.measures:
        for moment in measure.moments:
            base = {"outcome": outcome_name(measure), "time": moment, "arm": " - ".join(plan.comparison.arms)}
            two = compared(cohort, plan, pairs(cohort, measure, moment))
            base |= {"n": len(two.later)}
            records += [base | record for record in _records(cohort, plan, measure, two)]
            if not measure.primary:
                secondary.append((base, two, change_scale(scale_of(cohort, measure))))
    if plan.multiplicity == "holm":
        records += _corrected(cohort, plan, secondary)
    return Result(NAME, MEASURES, rows(NAME, records))


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """People of the two planned arms with both scores, as a model wants them; `reason` when an arm is empty."""

    before: np.ndarray
    later: np.ndarray
    first: np.ndarray
    design: Design
    providers: np.ndarray
    common: int
    reason: str | None

    @property
    def behind(self) -> float:
        """People less the coefficients, without those of hardly anybody: whether a row leaves may not say that there is somebody."""
        return float(len(self.later) - 3 - self.common)

    def adjusted(self, errors: Errors = "classical") -> Contrast:
        """The difference adjusted for baseline and covariates, first minus second."""
        if self.reason:
            return Contrast(np.nan, reason=self.reason)
        return least_squares(self.later, self.design.columns, self.design.names, errors).one(DIFFERENCE)

    def adjusted_by_provider(self) -> Contrast:
        """The same with errors by provider."""
        if self.reason:
            return Contrast(np.nan, reason=self.reason)
        return cr2(self.later, self.design.columns, self.providers, self.design.names).one(DIFFERENCE)

    def adjusted_by_signs(self, seed: int) -> WildBootstrap:
        """The same by the wild cluster bootstrap; not of so many people that errors by provider need none."""
        if self.reason or len(self.later) > _MOST:
            return WildBootstrap(np.nan, reason=self.reason or "too_many")
        return wild_cluster_bootstrap(self.later, self.design.columns, self.providers, DIFFERENCE, self.design.names, seed)


def compared(cohort: Cohort, plan: Plan, found: Pairs) -> Compared:
    """The planned comparison's people and model."""
    one, other = (cohort.arms.index(arm) for arm in plan.comparison.arms)
    who = found.selection.analysed & np.isin(cohort.arm_codes, [one, other])
    before, later, first = found.before[who], found.later[who], cohort.arm_codes[who] == one
    reason = "empty_group" if first.all() or not first.any() else None
    covariates = covariate_columns(cohort, plan, who)
    design = difference_design(before, first, covariates.columns)
    return Compared(before, later, first, design, providers_of(cohort)[who], covariates.common, reason)


def _records(cohort: Cohort, plan: Plan, measure: Measure, two: Compared) -> Iterator[dict]:
    sign, alone = sign_of(cohort, measure), independence(cohort)
    for record in between_rows(two.before, two.later, two.first, sign):
        yield record | {"method": record["method"] + alone * (record["measure"] in _ALONE)}
    model, bounds = _MODEL.format(covariates=covariate_words(cohort, plan)), change_scale(scale_of(cohort, measure))
    robust = fields(two.adjusted("HC3"), model + _HC3 + alone)
    yield {"measure": "adjusted_difference_hc3", "unit": "score", "residual_df": two.behind} | within(robust, *bounds)
    behind = {"unit": "score", "residual_df": residual_df(two.providers, number_of_providers(cohort))}
    by_provider = fields(two.adjusted_by_provider(), model + ERRORS)
    yield {"measure": "adjusted_difference_cr2"} | behind | within(by_provider, *bounds)
    if several(cohort):
        g = Contrast(np.nan, reason=two.reason)
        if two.reason is None:
            g = g_between_by_cluster(two.later, two.first, two.providers, sign)
        yield {"measure": "g_between_clustered"} | behind | {"unit": "SD"} | fields(g, G_CLUSTERED)
        row = design_row(two.adjusted_by_provider(), two.adjusted(), "difference adjusted for baseline")
        yield row | {"residual_df": behind["residual_df"]}
        wild = two.adjusted_by_signs(plan.seed)
        limits = {
            name: value if np.isfinite(value) else np.nan
            for name, value in (("ci_low", wild.ci_low), ("ci_high", wild.ci_high))
        }
        numbers = {"estimate": wild.estimate, "p_value": wild.p_value} | limits
        row = {"measure": "adjusted_difference_wild", "method": why(model + _WILD, wild.reason)} | behind | numbers
        yield within(row, *bounds)
    if measure.non_inferiority_margin is not None:
        row = _non_inferiority(two, sign, measure.non_inferiority_margin, model, alone)
        yield within(row | {"residual_df": two.behind}, *bounds)


def _corrected(cohort: Cohort, plan: Plan, secondary: list[tuple[dict, Compared, tuple[float, float]]]) -> list[dict]:
    answers = [two.adjusted() for _, two, _ in secondary]
    p_values = holm(np.array([answer.p_value for answer in answers], float))
    method = _MODEL.format(covariates=covariate_words(cohort, plan)) + _HOLM + independence(cohort)
    fixed = {"measure": "adjusted_difference_holm", "unit": "score"}
    return [
        base | fixed | within(fields(answer, method), *bounds) | {"p_value": p, "residual_df": two.behind}
        for (base, two, bounds), answer, p in zip(secondary, answers, p_values)
    ]


def _non_inferiority(two: Compared, sign: int, margin: float, model: str, alone: str) -> dict:
    answer = two.adjusted()
    limits = sorted((sign * answer.ci_low, sign * answer.ci_high))
    row = {
        "measure": "non_inferiority",
        "unit": "score",
        "method": why(model + _MARGIN.format(margin=margin) + alone, answer.reason),
    }
    if answer.reason:
        return row | {"estimate": sign * answer.estimate}
    return row | {
        "estimate": sign * answer.estimate,
        "std_error": answer.std_error,
        "ci_low": limits[0],
        "ci_high": limits[1],
        "p_value": float(stdtr(answer.df, -(sign * answer.estimate + margin) / answer.std_error)),
        "df": answer.df,
    }
