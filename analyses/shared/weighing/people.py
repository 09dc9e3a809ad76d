"""Who is weighted for an outcome, in what the arms are made alike, and the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analyses.baseline import categories
from analyses.shared.by_provider import providers_of
from analyses.shared.cohort import Cohort, scores
from analyses.shared.covariates import covariate_columns, is_coded, numbers_of
from analyses.statistics.weighting.arm_weights import ArmWeights, arm_weights
from analyses.statistics.weighting.balancing_weights import effective_n
from data_schemas.plan import Measure, Plan

PERIOD = "start_period"
FEWEST_RESAMPLES, MANY = 199, 50_000
"""More people than `MANY` are drawn no oftener than says how sure an answer is."""
_GROUPS = {
    "overlap": "for those who could have come into either arm (overlap weights)",
    "ate": "for everyone (ate)",
    "att": "for people like those in the first arm (att)",
}
_METHODS = {
    "propensity": "weights from the propensity score, {model} regression on these: {covariates} [{here}]",
    "entropy": "weights by entropy balancing of the means of these: {covariates}",
}


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """One thing in which arms are made alike: codes with their names, or numbers (NaN where missing); shape (people,)."""

    name: str
    codes: np.ndarray | None = None
    names: tuple[str, ...] = ()
    numbers: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Weighed:
    """The people of one outcome.

    `analysed`, `who`: boolean per person of the cohort; `who` is analysed and in one of the arms. `arm`, and everything after it, is over these
    people: 0 for the plan's first arm. `design`: the intercept and all columns, missing numbers as the mean with a column that says so.
    """

    plan: Plan
    analysed: np.ndarray
    who: np.ndarray
    arms: tuple[str, ...]
    arm: np.ndarray
    design: np.ndarray
    traits: tuple[Trait, ...]
    provider: np.ndarray
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.arm)

    @cached_property
    def weights(self) -> ArmWeights:
        """Of the people as they are."""
        asked = self.plan.weighting
        return arm_weights(self.arm, self.design, arms=len(self.arms), estimand=asked.estimand, method=asked.method)

    @cached_property
    def words(self) -> str:
        """How the weights are made and for whom, for a method."""
        asked = self.plan.weighting
        names = ", ".join(trait.name for trait in self.traits) or "nothing"
        here = "with Firth's penalty, because these tell the arms apart" if self.weights.penalised else "without a penalty"
        model = "logistic" if len(self.arms) == 2 else "multinomial"
        made = _METHODS[asked.method].format(model=model, covariates=names, here=here)
        gone = f" (left out, filled in by nobody or hardly anybody: {', '.join(self.left_out)})" if self.left_out else ""
        whom = (
            _GROUPS[asked.estimand] if len(self.arms) == 2 else _GROUPS[asked.estimand].replace("either arm", "any of the arms")
        )
        return f"{made}{gone}, {whom}"

    @property
    def resamples(self) -> int:
        """How many draws: the plan's, and with very many people as few as say how sure an answer is."""
        return self.plan.weighting.resamples if self.size <= MANY else FEWEST_RESAMPLES

    def pairs(self) -> list[tuple[int, int]]:
        """Every two arms, in the plan's order."""
        return [(one, other) for one in range(len(self.arms)) for other in range(one + 1, len(self.arms))]

    def df(self, *arms: int) -> float:
        """Degrees of freedom of an interval about some arms: their people, less one for each and for each covariate."""
        n = int(np.isin(self.arm, arms).sum())
        return float(max(n - len(arms) - self.design.shape[1] + 1, 1))

    def df_of_risks(self, *arms: int) -> float:
        """The same for shares with an event, whose error in the smaller arm is itself unsure: its effective number less one."""
        sizes = [float(effective_n(self.weights.weight[self.arm == k])) for k in arms]
        return max(min(sizes) - 1.0, 1.0) if np.isfinite(sizes).all() else np.nan

    def behind(self, *arms: int) -> float:
        """What is left of the smallest of some arms beside the covariates: what the door must know."""
        sizes = np.bincount(self.arm, minlength=len(self.arms))[list(arms or range(len(self.arms)))]
        return float(sizes.min() - self.common)

    @property
    def common(self) -> int:
        """The columns that as many people have as the plan's threshold: others may not show in what leaves."""
        return int((np.count_nonzero(self.design, axis=0) >= self.plan.disclosure.threshold).sum())


def weighed(cohort: Cohort, plan: Plan, analysed: np.ndarray, measure: Measure | None = None) -> Weighed:
    """The people analysed for an outcome who are in one of the plan's arms.

    Parameters
    ----------
    analysed
        Boolean per person of the cohort.
    measure
        The questionnaire, whose baseline is then among what the arms are made alike in.
    """
    code = np.full(len(cohort.arms), -1)
    for place, arm in enumerate(plan.arms):
        code[cohort.arms.index(arm)] = place
    arm = code[cohort.arm_codes]
    who = analysed & (arm >= 0)
    own = () if measure is None else (f"{measure.instrument}:{measure.informant}",)
    asked = (*(name for name in plan.weighted_covariates if name not in own), *own)
    found, left_out = [], []
    for name in asked:
        # who is analysed has the questionnaire's own baseline
        trait = _trait(cohort, name, who, arm >= 0, 0 if name in own else plan.disclosure.threshold)
        if trait is None:
            left_out.append(name)
        else:
            found.append(trait)
    design = _design(cohort, plan, who, found)
    provider = np.unique(providers_of(cohort)[who], return_inverse=True)[1]
    return Weighed(plan, analysed, who, plan.arms, arm[who], design, tuple(found), provider, tuple(left_out))


def _trait(cohort: Cohort, name: str, who: np.ndarray, in_arms: np.ndarray, threshold: int) -> Trait | None:
    """A covariate of these people; None when fewer than that in the arms have it, whoever of these is analysed: as in `filled_in`."""
    fewest = min(threshold, max(int(in_arms.sum()), 1))
    if ":" in name:
        numbers = scores(cohort, *name.split(":"), "baseline")
    elif name == PERIOD:
        numbers = _half_years(cohort.treatments[name])
    elif is_coded(cohort, name):
        if cohort.treatments.loc[in_arms, name].notna().sum() < fewest:
            return None
        codes, names = categories(cohort, name)
        return Trait(name, codes[who], tuple(names))
    else:
        numbers = numbers_of(cohort, name)
    return None if np.count_nonzero(~np.isnan(numbers[in_arms])) < fewest else Trait(name, numbers=numbers[who])


def _half_years(periods: pd.Series) -> np.ndarray:
    """Half-years as numbers: 2024-1 is 4048, and 2024-2 is 4049."""
    codes, texts = pd.factorize(periods.astype(object), use_na_sentinel=True)
    values = np.array([2 * int(text[:4]) + int(text[-1]) - 1 for text in texts] + [np.nan], float)
    return values[codes]


def _design(cohort: Cohort, plan: Plan, who: np.ndarray, traits: Sequence[Trait]) -> np.ndarray:
    coded = covariate_columns(cohort, plan, who, [trait.name for trait in traits if trait.codes is not None]).columns
    columns = [np.ones(int(who.sum())), *coded.T]
    for trait in traits:
        if trait.numbers is not None:
            missing = np.isnan(trait.numbers)
            middle = trait.numbers[~missing].mean() if not missing.all() else 0.0
            columns.append(np.where(missing, middle, trait.numbers))
            if missing.any():
                columns.append(missing.astype(float))
    matrix = np.column_stack(columns)
    # what is the same for everyone, or missing for the same people, says nothing more
    keep = [0]
    for column in range(1, matrix.shape[1]):
        spread = matrix[:, column].std() if len(matrix) else 0.0
        if spread > 0 and _adds(matrix[:, keep], (matrix[:, column] - matrix[:, column].mean()) / spread):
            keep.append(column)
    return matrix[:, keep]


def _adds(before: np.ndarray, column: np.ndarray) -> bool:
    scale = np.sqrt((before**2).mean(axis=0))
    left = column - before / scale @ np.linalg.lstsq(before / scale, column, rcond=None)[0]
    return bool((left**2).mean() > 1e-9)
