"""What rounded counts leave open: tables as they can have been at the widest, of which the limits of pooled rows are made.

A rounded aggregate says of each count how small and how large it can be, and of each mean, SD and correlation how far the exact one can lie
from it. Laid at their ends, each provider's in the direction that matters, they are counts like any other, and give the answers of any other
(`stand_ins.py`). The widest of all of these hold the exact ones, as in a release (`evaluation.release.curve_limits`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort
from data_schemas.plan import Plan
from data_schemas.result import Result
from evaluation.aggregates.adding import KEYS, NO_WEEK, Counted
from evaluation.aggregates.rounded.rounding import OFF
from evaluation.release.counts.weekly_bands import Bands, Counts, extreme

_OF_SCORES, _OF_COURSES = ("change", "comparison"), ("hazards",)
_SPREADS = ((1, 1, -1), (-1, -1, 1), (-1, 1, -1))
"""SD at the start and later, and the correlation of both: the changes differ as much, and as little, as they can; and g is at its largest."""


class Widest:
    """What analyses find where the counts are laid at their ends.

    `bands`: of all aggregates, with the place of each cell in the pooled people. `cohort_of`: stand-ins of counts.
    """

    def __init__(self, one: Counted, plan: Plan, bands: pd.DataFrame, cohort_of: Callable[[Counted], Cohort]) -> None:
        self.bands = bands
        self._one, self._plan, self._cohort_of = one, plan, cohort_of
        self._scores: list[Cohort] = []

    def answers(self, analysis: str) -> Iterator[Result]:
        """One answer per extreme; none for an analysis of which none are made."""
        for cohort in self._cohorts(analysis):
            yield analyses()[analysis].run(cohort, self._plan)

    def _cohorts(self, analysis: str) -> list[Cohort]:
        if analysis in _OF_COURSES and len(self.bands):
            return [self._cohort_of(found) for found in course_extremes(self._one, self.bands)]
        if analysis in _OF_SCORES and not self._scores:
            self._scores = [self._cohort_of(found) for found in score_extremes(self._one)]
        return self._scores if analysis in _OF_SCORES else []


def score_extremes(one: Counted) -> Iterator[Counted]:
    """Counts with the scores at their ends: all higher or lower, the providers further apart or closer together, one arm against the others."""
    arms = one.people["arm"].to_numpy(object)
    for spread, (moved, weighed) in product(_SPREADS, _directions(np.unique(arms.astype(str)))):
        yield _enough(
            replace(one, scores={name: _moved(table, arms, spread, moved, weighed) for name, table in one.scores.items()})
        )


def _directions(arms: np.ndarray) -> Iterator[tuple[str, bool]]:
    """Which way means move, and whether those that lie further that way are then as many as they can be."""
    yield from (("up", True), ("down", True), ("up", False), ("down", False), ("apart", False), ("together", False))
    if len(arms) > 1:
        yield ("apart in arms", False)
        yield from ((f"{sign}{arm}", False) for arm in arms for sign in "+-")


def _moved(table: pd.DataFrame, arms: np.ndarray, spread: tuple[int, int, int], moved: str, weighed: bool) -> pd.DataFrame:
    found = table.copy()
    arm = arms[table["cell"].to_numpy()]
    for seen in np.unique(table["seen"]):
        rows, k = (table["seen"] == seen).to_numpy(), int(seen).bit_length() - 1
        part = table[rows]
        n = part["n"].to_numpy(float)
        before, change = part["mean_0"].to_numpy(), part[f"mean_{k}"].to_numpy() - part["mean_0"].to_numpy()
        sign = _sign(moved, change, n, arm[rows])
        high = weighed & (np.sign(change - np.average(change, weights=n)) == sign)
        size = np.where(high, part["high"], part["low"]).astype(np.int64)
        sd_0, sd_k = (np.sqrt(part[name] / np.maximum(n - 1, 1)).to_numpy() for name in ("scatter_0_0", f"scatter_{k}_{k}"))
        with np.errstate(invalid="ignore", divide="ignore"):
            r = np.nan_to_num(part[f"scatter_0_{k}"].to_numpy() / ((n - 1) * sd_0 * sd_k))
        off = {name: part[column].to_numpy() for name, column in OFF.items()}
        first, later, both = spread
        sd_0, sd_k = np.maximum(sd_0 + first * off["sd_baseline"], 0), np.maximum(sd_k + later * off["sd_later"], 0)
        r = np.clip(r + both * off["correlation"], -1, 1)
        before, change = before + sign * off["mean_baseline"], change + sign * off["mean_change"]
        told = {"n": size, "mean_0": before, f"mean_{k}": before + change}
        told |= {
            "scatter_0_0": (size - 1) * sd_0**2,
            f"scatter_{k}_{k}": (size - 1) * sd_k**2,
            f"scatter_0_{k}": (size - 1) * r * sd_0 * sd_k,
        }
        for name, values in told.items():
            found.loc[rows, name] = values
    return found


def _sign(moved: str, change: np.ndarray, n: np.ndarray, arm: np.ndarray) -> np.ndarray:
    if moved in ("up", "down"):
        return np.full(len(n), 1.0 if moved == "up" else -1.0)
    if moved[0] in "+-":
        return np.where(arm == moved[1:], 1.0, -1.0) * (1 if moved[0] == "+" else -1)
    centre = np.full(len(n), np.average(change, weights=n))
    if moved == "apart in arms":
        for name in np.unique(arm.astype(str)):
            mine = arm == name
            centre[mine] = np.average(change[mine], weights=n[mine])
    away = np.where(change >= centre, 1.0, -1.0)
    return -away if moved == "together" else away


def course_extremes(one: Counted, bands: pd.DataFrame) -> Iterator[Counted]:
    """Counts with events as early and many, or as late and few, as their bands allow: in all arms, in none, in each alone and in all but it."""
    grid = np.sort(bands["week"].unique())
    cells = np.arange(len(one.people))
    arms = one.people["arm"].to_numpy(object)
    whole = bands_of_groups(bands.assign(group=bands["cell"]), cells, ("event",), grid)
    alone = [arms == arm for arm in np.unique(arms.astype(str))]
    spared = [np.zeros(len(cells), bool), np.ones(len(cells), bool), *(alone if len(alone) > 1 else ())]
    spared += [~some for some in alone] if len(alone) > 2 else []
    for some, small in product(spared, (True, False)):
        yield _enough(replace(one, events=_courses(extreme(whole, some, len(grid) - 1, small=small), grid, ~some, one.events)))


def bands_of_groups(bands: pd.DataFrame, groups: Sequence[object], ends: Sequence[str], grid: np.ndarray) -> Bands:
    """Bands of pooled counts: the least and the most of each provider added up, by `group`; the middles are the caller's."""
    found = []
    for bound in ("low", "high"):
        wide = bands.groupby(["end", "group", "week"])[bound].sum()
        every = [
            wide[end].unstack(fill_value=0).reindex(index=groups, columns=grid, fill_value=0).to_numpy() for end in (*ends, "")
        ]
        found.append(Counts(np.stack(every[:-1], axis=1), every[-1], None))
    low, high = found
    return Bands(low, low, high)


def _courses(counts: Counts, grid: np.ndarray, early: np.ndarray, like: pd.DataFrame) -> pd.DataFrame:
    """Rows of courses from cumulative counts on the grid, put back into weeks as a release does."""
    before = np.append(0, grid[:-1])
    parts = []
    for event, cumulative, place in ((1, counts.events[:, 0], before + 1), (0, counts.left, np.append(before[:-1], grid[-1]))):
        steps = np.diff(cumulative, axis=1, prepend=0)
        cell, at = np.nonzero(steps > 0)
        week = np.where(early[cell], np.minimum(place, grid[-1])[at], grid[at])
        parts.append(
            pd.DataFrame({"cell": cell, "lost": "", "entry": 0, "week": week, "event": event, "end": "", "n": steps[cell, at]})
        )
    found = pd.concat(parts, ignore_index=True)
    others = {name: NO_WEEK for name in like.columns if name not in found.columns}
    return found.assign(**others)[list(like.columns)].sort_values(["cell", "week"]).reset_index(drop=True)


def _enough(one: Counted) -> Counted:
    """As many people per cell as its largest table has."""
    needed = one.people["n"].to_numpy(np.int64).copy()
    for table in filter(lambda table: table is not None and len(table), (one.events, *one.scores.values())):
        needed = np.maximum(needed, np.bincount(table["cell"], table["n"], len(needed)).astype(np.int64))
    return replace(one, people=one.people.assign(n=needed))


def cells_of(people: pd.DataFrame, whole: pd.DataFrame) -> np.ndarray:
    """The place in the pooled people of each kind of people of one aggregate."""
    place = {key: number for number, key in enumerate(whole[list(KEYS)].itertuples(index=False, name=None))}
    return np.array([place[key] for key in people[list(KEYS)].itertuples(index=False, name=None)], np.int64)
