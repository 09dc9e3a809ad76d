"""Rows about whether an effect is the same in the categories of a descriptor: each against the others, and all at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.by_provider import ERRORS, behind_providers, providers_of, several
from analyses.shared.cohort import Cohort, Pairs
from analyses.shared.recording import fields, why
from analyses.shared.subgroup_parts import P_WORDS, SMALLEST_CELL, Part, adjusted_p
from analyses.statistics.clustered.joint_test import joint_test_by_cluster
from analyses.statistics.inference.multiplicity import holm
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.joint_test import JointTest, joint_test
from analyses.statistics.models.linear_model import least_squares
from analyses.statistics.models.model import Contrast, Model
from data_schemas.plan import Plan
from data_schemas.result import COMPARED, Declared
from data_schemas.words import Words

INTERACTION_MEASURES = {
    "interaction": Declared("model", Words("verschil met de anderen", "difference from the others"), "score"),
    "interaction_clustered": Declared(
        "model",
        Words("verschil met de anderen, interval per aanbieder", "difference from the others, interval by provider"),
        "score",
    ),
    "interaction_joint": Declared(
        "test", Words("toets of de categorieën verschillen", "test whether the categories differ"), "statistic"
    ),
    "interaction_joint_clustered": Declared(
        "test",
        Words(
            "toets of de categorieën verschillen, aanbieders mogen verschillen",
            "test whether the categories differ, providers may",
        ),
        "statistic",
    ),
}
_IN_CHANGE = "mean change of this category minus that of all others for whom the descriptor is known, as scored; {errors}; {p}"
_IN_EFFECT = (
    "adjusted difference between the arms in this category minus that in all others for whom the descriptor is known: ANCOVA with "
    "arm by category, as scored; {errors}; {p}"
)
_HC3 = "HC3 errors, t interval"
_JOINT = "joint test that {what} is the same in every category with {least} people or more{arms}: {how}; {p}"
_WALD = "Wald's F with HC3 errors; people taken as independent"
_HOTELLING = (
    "Hotelling's T squared with CR2 errors by provider, approximately F (Pustejovsky & Tipton 2018); simulated with six and thirteen providers of "
    "eleven, it rejects by chance in {rejects} of 100 studies; with two or three there is hardly ever one"
)
JOINT_REJECTS = "3 to 7"
_P_JOINT = {"holm": "p corrected over the planned subgroups (Holm)", "none": P_WORDS["none"]}


def interaction_rows(cohort: Cohort, plan: Plan, found: Pairs, told: list[Part]) -> Iterator[dict]:
    """Every category against all others: with HC3 errors, and with errors by provider where there are several."""
    arm = " - ".join(plan.comparison.arms) if plan.comparison else "all"
    text = _IN_EFFECT if plan.comparison else _IN_CHANGE
    kinds = [("interaction", _HC3, False)] + [("interaction_clustered", ERRORS, True)] * several(cohort)
    for measure, errors, clustered in kinds:
        answers = {part.name: _interaction(cohort, plan, found, part, clustered=clustered) for part in told}
        adjusted = adjusted_p(plan, told, {name: answer.p_value for name, answer in answers.items()})
        method = text.format(errors=errors, p=P_WORDS[plan.multiplicity])
        for part in told:
            who = part.inside | part.outside
            behind = {"residual_df": behind_providers(cohort, who)} if clustered else {}
            row = {"measure": measure, "arm": arm, "unit": "score", "subgroup": part.name, "n": int(who.sum())}
            yield row | behind | fields(answers[part.name], method) | {"p_value": adjusted[part.name]}


def joint_rows(cohort: Cohort, plan: Plan, found: Pairs, by_column: dict[str, list[Part]]) -> list[dict]:
    """One test per planned descriptor, corrected over the descriptors, and one by provider; `subgroup` is the descriptor alone."""
    kinds = [("interaction_joint", _WALD, False)]
    kinds += [("interaction_joint_clustered", _HOTELLING.format(rejects=JOINT_REJECTS), True)] * several(cohort)
    return [row for kind in kinds for row in _joint_rows(cohort, plan, found, by_column, *kind)]


def _joint_rows(
    cohort: Cohort, plan: Plan, found: Pairs, by_column: dict[str, list[Part]], measure: str, how: str, clustered: bool
) -> list[dict]:
    answers = {column: _joint(cohort, plan, found, told, clustered=clustered) for column, told in by_column.items()}
    given = np.array([answer.p_value for answer in answers.values()], float)
    p_values = dict(zip(answers, holm(given) if plan.multiplicity == "holm" else given))
    compared = plan.comparison is not None
    method = _JOINT.format(
        what="the difference between the arms, adjusted for baseline," if compared else "the mean change",
        least=SMALLEST_CELL,
        arms=" in either arm" if compared else "",
        how=how,
        p=_P_JOINT[plan.multiplicity],
    )
    arm = " - ".join(plan.comparison.arms) if compared else "all"
    return [
        {
            "measure": measure,
            "arm": arm,
            "unit": "F",
            "subgroup": column,
            "n": int(sum(part.inside.sum() for part in by_column[column])),
            "estimate": answer.statistic,
            "p_value": p_values[column],
            "df": answer.df,
            "residual_df": _behind(cohort, by_column[column]) if clustered else answer.residual_df,
            "population": COMPARED,
            "method": why(method, answer.reason),
        }
        for column, answer in answers.items()
    ]


def _interaction(cohort: Cohort, plan: Plan, found: Pairs, part: Part, *, clustered: bool) -> Contrast:
    who = part.inside | part.outside
    inside = part.inside[who].astype(float)
    provider = providers_of(cohort)[who]
    if plan.comparison is None:
        if min(part.inside.sum(), part.outside.sum()) < SMALLEST_CELL:
            return Contrast(np.nan, reason="too_few")
        columns = {"intercept": np.ones(len(inside)), "inside": inside}
        return _fit(found.later[who] - found.before[who], columns, provider if clustered else None).one("inside")
    first, compared = _arms(cohort, plan, who)
    first, inside, before = first[compared], inside[compared], found.before[who][compared]
    if np.bincount((2 * first + inside).astype(np.int64), minlength=4).min() < SMALLEST_CELL:
        return Contrast(np.nan, reason="too_few")
    columns = {"intercept": np.ones(len(first)), "first x inside": first * inside, "first": first, "inside": inside}
    columns |= _baseline(before)
    return _fit(found.later[who][compared], columns, provider[compared] if clustered else None).one("first x inside")


def _behind(cohort: Cohort, told: list[Part]) -> float:
    """What disclosure control must know of a test by provider."""
    return behind_providers(cohort, np.any([part.inside for part in told], axis=0)) if told else np.nan


def _joint(cohort: Cohort, plan: Plan, found: Pairs, told: list[Part], *, clustered: bool) -> JointTest:
    """Over the categories with enough people: a difference per category but the first."""
    if plan.comparison is None:
        used = [part.inside for part in told if part.inside.sum() >= SMALLEST_CELL]
        if len(used) < 2:
            return JointTest(np.nan, reason="too_few")
        who = np.any(used, axis=0)
        columns = {"intercept": np.ones(int(who.sum()))} | {
            str(k): inside[who].astype(float) for k, inside in enumerate(used) if k
        }
        tested, change = [str(k) for k in range(1, len(used))], found.later[who] - found.before[who]
        return _tested(change, columns, tested, providers_of(cohort)[who] if clustered else None)
    everyone, compared = _arms(cohort, plan, np.ones(cohort.size, bool))
    enough = [
        part.inside & compared
        for part in told
        if min((part.inside & compared & (everyone == side)).sum() for side in (0, 1)) >= SMALLEST_CELL
    ]
    if len(enough) < 2:
        return JointTest(np.nan, reason="too_few")
    who = np.any(enough, axis=0)
    first = everyone[who]
    columns = {"intercept": np.ones(len(first)), "first": first}
    for k, inside in enumerate(enough[1:], start=1):
        columns |= {str(k): inside[who].astype(float), f"first x {k}": first * inside[who]}
    columns |= _baseline(found.before[who])
    tested = [f"first x {k}" for k in range(1, len(enough))]
    return _tested(found.later[who], columns, tested, providers_of(cohort)[who] if clustered else None)


def _arms(cohort: Cohort, plan: Plan, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of some people 1 for the first arm, and who is in either."""
    one, other = (cohort.arms.index(arm) for arm in plan.comparison.arms)
    arm = cohort.arm_codes[who]
    return (arm == one).astype(float), np.isin(arm, [one, other])


def _baseline(before: np.ndarray) -> dict[str, np.ndarray]:
    return {"baseline": before - before.mean()} if np.ptp(before) > 0 else {}


def _fit(response: np.ndarray, columns: dict[str, np.ndarray], provider: np.ndarray | None) -> Model:
    design = np.column_stack(list(columns.values()))
    if provider is None:
        return least_squares(response, design, list(columns), "HC3")
    return cr2(response, design, provider, list(columns))


def _tested(response: np.ndarray, columns: dict[str, np.ndarray], tested: list[str], provider: np.ndarray | None) -> JointTest:
    if provider is None:
        return joint_test(_fit(response, columns, None), tested)
    return joint_test_by_cluster(response, np.column_stack(list(columns.values())), provider, tested, list(columns))
