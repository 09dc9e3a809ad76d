"""Baseline: who the young people were at the start, per arm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from data_schemas.plan import Plan
from data_schemas.result import Declared, Result, Tally, rows
from data_schemas.words import Words

NAME = "baseline"
MEASURES = {"share": Declared("share", Words("aandeel", "share"), "share")}
_COLUMNS = (
    "gender",
    "age_group",
    "setting",
    "mild_intellectual_disability",
    "psychiatric_problems",
    "honour_context",
    "victim_status",
    "exploitation_type",
)


def wanted(plan: Plan) -> bool:
    """Always: an outcome means little without the people it is about."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Per descriptor and arm the share of each category, missing counted as a category of its own."""
    tallies = tuple(_tally(cohort, column) for column in _COLUMNS if cohort.treatments[column].notna().any())
    return Result(NAME, MEASURES, rows(NAME, []), tallies)


def _tally(cohort: Cohort, column: str) -> Tally:
    values = cohort.treatments[column]
    categories = (*(str(category) for category in values.cat.categories), "missing")
    codes = values.cat.codes.to_numpy()
    codes = np.where(codes < 0, len(categories) - 1, codes)
    counts = np.bincount(cohort.arm_codes * len(categories) + codes, minlength=len(cohort.arms) * len(categories))
    arms = cohort.arms

    def derive(counts: np.ndarray) -> pd.DataFrame:
        by_arm = counts.reshape(len(arms), len(categories))
        groups = [("all", by_arm.sum(axis=0))] + list(zip(arms, by_arm)) * (len(arms) > 1)
        used = by_arm.sum(axis=0) > 0
        return rows(
            NAME,
            [
                {
                    "outcome": column,
                    "measure": "share",
                    "arm": arm,
                    "subgroup": category,
                    "time": "baseline",
                    "unit": "share",
                    "estimate": count / total.sum() if total.sum() else np.nan,
                    "n": total.sum(),
                    "events": count,
                    "method": "share of all people, missing counted as a category",
                }
                for arm, total in groups
                for category, count, present in zip(categories, total, used)
                if present
            ],
        )

    return Tally(counts, derive, tuple(f"{arm}/{category}" for arm in arms for category in categories))
