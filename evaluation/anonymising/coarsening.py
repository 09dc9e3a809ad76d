"""Rare combinations made less precise until each holds k people (k-anonymity: Sweeney 2002, Int J Uncertain Fuzz 10:557)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Coarsened:
    """The table afterwards, how many cells of each column were made unknown, and the smallest combination of the
    `counted` columns before and after."""

    table: pd.DataFrame
    cells: dict[str, int]
    smallest_before: int
    smallest_after: int
    counted: tuple[str, ...] = ()


def coarsen(
    table: pd.DataFrame, columns: Sequence[str], k: int, empty: dict[str, str], telling: Sequence[str] = ()
) -> Coarsened:
    """Make values of rare combinations unknown, one column after another, until every combination is shared by k people.

    Parameters
    ----------
    columns
        In the order in which they may be given up: the least needed first.
    empty
        Per column what "unknown" is in it.
    telling
        All columns that tell people apart, by which the smallest combination is counted; `columns` when it is empty. A
        column among them that may not be given up can keep a combination small.

    When too few are left over, the first rows of the largest combination join them: hand the rows in an order that says nothing.
    Fewer than k people in all end up alike in every column; that cannot be made better here, and is said in the account.

    >>> people = pd.DataFrame({"gender": ["girl"] * 4 + ["boy"], "setting": ["open"] * 5})
    >>> done = coarsen(people, ["setting", "gender"], 2, {"gender": "unknown", "setting": "unknown"})
    >>> done.smallest_after, done.table["gender"].tolist()
    (2, ['unknown', 'girl', 'girl', 'girl', 'unknown'])
    """
    columns = [column for column in columns if column in table]
    table, before = table.copy(), table
    for column in columns:
        rare = _sizes(table, columns) < k
        table.loc[rare, column] = empty[column]
    # those left over are alike by now; when they are still too few, others must be made like them
    while columns and len(table) >= k and (rare := _sizes(table, columns) < k).any():
        company = np.concatenate([np.flatnonzero(rare), _company(_sizes(table, columns), rare, k)])
        for column in columns:
            table.iloc[company, table.columns.get_loc(column)] = empty[column]
    changed = {column: int((table[column] != before[column]).sum()) for column in columns}
    counted = [column for column in telling if column in table] or columns
    return Coarsened(table, changed, _smallest(before, counted), _smallest(table, counted), tuple(counted))


def _company(sizes: np.ndarray, rare: np.ndarray, k: int) -> np.ndarray:
    """Rows to join the rare ones: as many as are lacking from the largest combination that can spare them, or else the smallest whole one."""
    lacking = max(k - int(rare.sum()), 1)
    largest = np.flatnonzero(sizes == sizes.max())
    if sizes.max() >= k + lacking:
        return largest[:lacking]
    return np.flatnonzero(sizes == sizes[~rare].min()) if (~rare).any() else np.empty(0, np.int64)


def _sizes(table: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Per row how many rows share its combination."""
    code = np.zeros(len(table), np.int64)
    for column in columns:
        values, distinct = pd.factorize(table[column], use_na_sentinel=False)
        code = pd.factorize(code * max(len(distinct), 1) + values)[0]
    return np.bincount(code)[code] if len(code) else code


def _smallest(table: pd.DataFrame, columns: list[str]) -> int:
    return int(_sizes(table, columns).min()) if len(table) and columns else len(table)
