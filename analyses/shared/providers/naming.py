"""Who the providers are, in which order results have them, and under which name: a number, unless the plan says that they may be named."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

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


def providers(cohort: Cohort, plan: Plan) -> Providers:
    """The providers of a cohort.

    Numbers follow no order that anybody knows: not that of names or sizes, and with other data another one, so that a number
    cannot be looked up. Names are in alphabetical order.
    """
    column = cohort.treatments["provider"].cat
    names, codes = [str(name) for name in column.categories], column.codes.to_numpy()
    if plan.providers is not None and plan.providers.named:
        return Providers(tuple(names), codes)
    salt = hashlib.sha256(np.ascontiguousarray(codes).tobytes())
    salt.update(cohort.measurements["score"].to_numpy(float, na_value=np.nan).tobytes())
    salt.update(cohort.treatments["follow_up_weeks"].to_numpy(float, na_value=np.nan).tobytes())
    order = sorted(range(len(names)), key=lambda k: hashlib.sha256(salt.digest() + names[k].encode()).digest())
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    return Providers(tuple(str(k + 1) for k in range(len(names))), place[codes])
