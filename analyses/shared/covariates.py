"""The covariates of a comparison, by one rule for every model.

A missing value of a covariate is a category of its own (`missing`), so that nobody is dropped for it; of a covariate in numbers it is the mean,
with a column that says so. A covariate that nobody in the compared arms, or hardly anybody, filled in is left out, and the method says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from analyses.baseline import categories
from analyses.shared.cohort import Cohort
from data_schemas.plan import Plan

EACH = "each_unit"
"""The category of a covariate in numbers: each unit more."""
_LEFT_OUT = "left out, filled in by nobody or hardly anybody: "


class Category(NamedTuple):
    """A category of a covariate, as `setting=open`, the one it is compared with, and its column; or (column -1) why it has none.

    `people`: the fewest in the compared arms, analysed or not, that are in it or in the one it is compared with; `analysed`: of those alone.
    `inside`: what is said of it stays with whoever holds the data, for it is in no table of counts.
    """

    name: str
    reference: str
    column: int
    reason: str | None = None
    inside: bool = False
    people: int = 0
    analysed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """Categories as 0/1 columns, shape (people, k), one left out (the first in which as many are as the plan's threshold; the largest where
    none is so large), and whatever follows from the columns before it.

    Numbers are columns as they are, less their mean. `categories` has all others of each covariate, whether anyone is in them or not; `strata`
    numbers the combinations of categories that occur, of the covariates in `coded`.
    """

    columns: np.ndarray
    categories: dict[str, tuple[Category, ...]]
    strata: np.ndarray
    coded: tuple[str, ...] = ()
    common: int = 0
    """How many columns as many in the compared arms have as the plan's threshold: what a model has of parameters, as far as may be told."""

    def term(self, covariate: str) -> tuple[int, ...]:
        """The columns of one covariate."""
        return tuple(category.column for category in self.categories[covariate] if category.reason is None)


def filled_in(cohort: Cohort, plan: Plan) -> tuple[str, ...]:
    """The planned covariates that as many in the compared arms have as the plan's threshold, or all of them.

    Of fewer nothing can be corrected for; and the words of a method leave with it, which would tell whether anybody has it filled in.
    """
    if plan.comparison is None:
        return ()
    compared = _compared(cohort, plan)
    fewest = min(plan.disclosure.threshold, int(compared.sum()))
    counts = cohort.treatments.loc[compared, list(plan.comparison.covariates)].notna().sum()
    return tuple(name for name in plan.comparison.covariates if counts[name] >= max(fewest, 1))


def _compared(cohort: Cohort, plan: Plan) -> np.ndarray:
    """Who is in the compared arms (boolean per person); everybody where the plan compares none."""
    if plan.comparison is None:
        return np.ones(cohort.size, bool)
    return np.isin(cohort.arm_codes, [cohort.arms.index(arm) for arm in plan.comparison.arms])


def covariate_columns(cohort: Cohort, plan: Plan, who: np.ndarray, names: Sequence[str] | None = None) -> Covariates:
    """The planned covariates of some people: `who` is a boolean per person, or their numbers; `names`: other descriptors than the comparison's."""
    columns: list[np.ndarray] = []
    found: dict[str, tuple[Category, ...]] = {}
    strata = np.zeros(len(np.arange(cohort.size)[who]), np.int64)
    coded, compared = [], _compared(cohort, plan)
    for covariate in filled_in(cohort, plan) if names is None else names:
        if not is_coded(cohort, covariate):
            found[covariate] = _numbers(covariate, numbers_of(cohort, covariate), who, compared, columns)
            continue
        coded.append(covariate)
        codes, names = categories(cohort, covariate)
        # how many are in a category may decide what leaves, and how many of these are analysed may not
        people, codes = np.bincount(codes[compared], minlength=len(names)), codes[who]
        there = np.bincount(codes, minlength=len(names))
        reference = int(np.argmax(np.where(there > 0, np.minimum(people, plan.disclosure.threshold), -1)))
        others = []
        for code, name in enumerate(names):
            fewest, analysed = (int(min(each[code], each[reference])) for each in (people, there))
            if there[code] and code != reference:
                others.append(Category(f"{covariate}={name}", names[reference], len(columns), None, False, fewest, analysed))
                columns.append((codes == code).astype(float))
            elif code != reference:
                others.append(Category(f"{covariate}={name}", names[reference], -1, "empty_group", people=fewest))
        found[covariate] = tuple(others)
        strata = strata * len(names) + codes
    given = _without_repeats(columns, found, np.unique(strata, return_inverse=True)[1], tuple(coded))
    kept = (category.people for each in given.categories.values() for category in each if category.reason is None)
    return replace(given, common=sum(people >= plan.disclosure.threshold for people in kept))


def is_coded(cohort: Cohort, name: str) -> bool:
    """Whether a covariate has categories; all others are numbers."""
    return isinstance(cohort.treatments[name].dtype, pd.CategoricalDtype)


def numbers_of(cohort: Cohort, name: str) -> np.ndarray:
    """Each person's value of a covariate in numbers, NaN where it is missing."""
    return cohort.treatments[name].to_numpy(float, na_value=np.nan)


def _numbers(
    covariate: str, numbers: np.ndarray, who: np.ndarray, compared: np.ndarray, columns: list[np.ndarray]
) -> tuple[Category, Category]:
    """The columns of a covariate in numbers, added to those there are: each unit more, and who has none."""
    without = int(np.isnan(numbers[compared]).sum())
    numbers = numbers[who]
    missing = np.isnan(numbers)
    middle = numbers[~missing].mean() if not missing.all() else 0.0
    alike = missing.all() or np.ptp(numbers[~missing]) == 0
    each = Category(f"{covariate}={EACH}", "one unit less", -1 if alike else len(columns), "no_variance" if alike else None)
    each = each._replace(people=int(compared.sum()) - without)
    if not alike:
        columns.append(np.where(missing, 0.0, numbers - middle))
    there = 0 < missing.sum() < len(missing)
    gone = Category(
        f"{covariate}=missing",
        "those who have it",
        len(columns) if there else -1,
        None if there else "empty_group",
        inside=True,
        people=without,
    )
    if there:
        columns.append(missing.astype(float))
    return each, gone


def _without_repeats(
    columns: list[np.ndarray], found: dict[str, tuple[Category, ...]], strata: np.ndarray, coded: tuple[str, ...]
) -> Covariates:
    """Without the columns that follow from those before them, as when two covariates are missing for the same people (as R's `lm`)."""
    matrix = np.column_stack([np.ones(len(strata)), *columns])
    kept = _independent(matrix.T @ matrix)
    place = {old - 1: new for new, old in enumerate(kept[1:])}

    def placed(category: Category) -> Category:
        repeats = category.reason is None and category.column not in place
        return category._replace(column=place.get(category.column, -1), reason="collinear" if repeats else category.reason)

    return Covariates(matrix[:, kept[1:]], {name: tuple(map(placed, each)) for name, each in found.items()}, strata, coded)


def _independent(products: np.ndarray) -> list[int]:
    """Which columns do not follow from those before them, by their cross-products; the first stays."""
    sizes = np.diag(products)
    scale = np.sqrt(np.where(sizes > 0, sizes, 1.0))
    scaled = products / np.outer(scale, scale)
    kept = [0]
    for column in range(1, len(products)):
        inside, across = scaled[np.ix_(kept, kept)], scaled[kept, column]
        if scaled[column, column] - across @ np.linalg.lstsq(inside, across, rcond=None)[0] > 1e-9:
            kept.append(column)
    return kept


def covariate_words(cohort: Cohort, plan: Plan) -> str:
    """The planned covariates for a method, after another term: `, setting, gender (left out, filled in by nobody or hardly anybody: age_group)`."""
    planned = () if plan.comparison is None else plan.comparison.covariates
    used = filled_in(cohort, plan)
    empty = [name for name in planned if name not in used]
    return "".join(f", {name}" for name in used) + (f" ({_LEFT_OUT}{', '.join(empty)})" if empty else "")


def left_out(methods: Sequence[str]) -> tuple[str, ...]:
    """The covariates that these methods say were left out.

    >>> left_out(["adjusted for setting (left out, filled in by nobody or hardly anybody: gender, age_group); Efron ties"])
    ('gender', 'age_group')
    """
    found = [re.search(re.escape(_LEFT_OUT) + r"([a-z0-9_, ]+)", method) for method in dict.fromkeys(methods)]
    return tuple(dict.fromkeys(name for match in found if match for name in match[1].split(", ")))
