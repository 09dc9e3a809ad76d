"""Who the providers are, in which order results have them, and under which name: a number, unless the plan says that they may be named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort
from data_schemas.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Providers:
    """Labels of the providers in the order of results, and per person the place in it."""

    labels: tuple[str, ...]
    code: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def apart(self, who: np.ndarray) -> list[np.ndarray]:
        """Of some people (boolean per person) the row numbers by provider; one pass, however many there are.

        >>> [rows.tolist() for rows in Providers(("1", "2"), np.array([1, 0, 1])).apart(np.array([True, True, True]))]
        [[1], [0, 2]]
        """
        rows = np.flatnonzero(who)
        order = np.argsort(self.code[rows], kind="stable")
        ends = np.cumsum(np.bincount(self.code[rows], minlength=len(self)))
        return np.split(rows[order], ends[:-1])


def _named(plan: Plan) -> bool:
    return plan.providers is not None and plan.providers.named


def providers(cohort: Cohort, plan: Plan) -> Providers:
    """The providers of a cohort in alphabetical order of their names; what leaves of those without a name is numbered anew (`by_what_is_told`)."""
    column = cohort.treatments["provider"].cat
    names, codes = [str(name) for name in column.categories], column.codes.to_numpy()
    return Providers(tuple(names) if _named(plan) else tuple(str(k + 1) for k in range(len(names))), codes)


def by_what_is_told(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Rows of providers without a name, numbered and ordered by what the rows themselves say: who has most people first.

    Alphabetical numbers can be looked up. Numbers by a hash of the data would be other ones for every exact score: whoever knows all but one has
    that one from them.
    """
    parts = frame["subgroup"].str.extract(r"^provider=(\d+)(.*)$")
    single = parts[0].notna().to_numpy()
    if _named(plan) or not single.any():
        return frame
    told = frame[single].assign(subgroup=parts[1])
    groups = told.groupby(parts[0][single])
    size = groups["n"].max().fillna(0)
    texts = {label: (size[label], mine.to_csv(index=False, header=False)) for label, mine in groups}
    number = {label: place for place, label in enumerate(sorted(texts, key=texts.get, reverse=True), start=1)}
    new = parts[0].map(number)
    about = frame[["outcome", "arm", "time"]].assign(variant=parts[1].fillna("of all"))
    run = about.ne(about.shift()).any(axis=1).cumsum()
    renamed = frame.assign(subgroup=frame["subgroup"].where(~single, "provider=" + new.astype("Int64").astype(str) + parts[1]))
    return renamed.iloc[np.lexsort((new.fillna(0), run))].reset_index(drop=True)
