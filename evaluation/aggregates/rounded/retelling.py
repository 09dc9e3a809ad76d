"""Results made of rounded aggregates, as a release: what follows from numbers that have left already tells nothing more.

They do not go through the door a second time, for it would round what was rounded and take differences of middles for people. Estimates are
those of the middles; limits are the widest that what was rounded leaves open (`extremes.py`), so that they hold the exact ones. What would
mislead is left out: counts below the threshold, and shares of nobody or everybody, which stand for "fewer than ten at each".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort
from data_schemas.evidence import NUMERIC_COLUMNS, RESULT_COLUMNS
from data_schemas.result import Result, WeeklyTally, plain_columns, rows
from evaluation.aggregates.rounded.extremes import bands_of_groups
from evaluation.release.coarse import outwards
from evaluation.release.counts.weekly_bands import divided, records_from
from evaluation.release.curve_rows import curve_rows
from evaluation.release.curves import Curve, grid_of, on_grid
from evaluation.release.door import exact
from evaluation.release.edition import Edition, public
from evaluation.release.rows import finished

_SAID = "; from aggregates that were rounded one by one, limits the widest that the rounding leaves open"
_NO_LIMITS = "; from aggregates that were rounded one by one, and as rough as these"
# a share of nobody at the start is known
_AT_ONCE = ("0", "")
_KEYS = ["outcome", "measure", "arm", "subgroup", "time"]
_LIMITS = ("ci_low", "ci_high", "p_value")
_FLOW = {
    "received": "people in the submissions, of these arms",
    "eligible": "of those received, those whom the plan is about",
    "analysed": "of those eligible, those who have all that this outcome needs; where a provider held it back, nobody",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the aggregates say beside the sums.

    `bands`: all of theirs, with the place of each cell in the pooled people and its `arm`. `flow`: all of theirs. `extremes`: by analysis what it
    finds where the sums are laid at their ends.
    """

    bands: pd.DataFrame
    flow: pd.DataFrame
    extremes: Callable[[str], Sequence[Result]]


def told_of_rounded(results: Mapping[str, Result], edition: Edition, told: Told, cohort: Cohort) -> dict[str, pd.DataFrame]:
    """The rows of all analyses; those for whoever holds the data have no place in a release."""
    found = {}
    for name, result in results.items():
        if name == "flow":
            found[name] = _flow(told.flow)
        elif name == "attrition":
            found[name] = _attrition(result, told.flow, cohort)
        else:
            found[name] = _told(result, edition.threshold, told)
    return found


def _told(result: Result, threshold: int, told: Told) -> pd.DataFrame:
    apart = _of_estimates(replace(result, weekly=()), threshold, told)
    kinds = {name: declared.kind for name, declared in result.measures.items()}
    # without a band there is no course that any provider may tell
    weekly = result.weekly if len(told.bands) else ()
    curves = [curve_rows(_curve(one, told.bands), kinds, public(threshold)) for one in weekly]
    of_curves = finished(result.analysis, curves, result.measures)
    of_curves = of_curves.assign(method=of_curves["method"] + _SAID)
    parts = [part for part in (apart, of_curves) if len(part)] or [apart]
    return pd.concat(parts, ignore_index=True)


def _curve(weekly: WeeklyTally, bands: pd.DataFrame) -> Curve:
    """The curve of the middles, with the bands of all providers added up."""
    grid = grid_of(weekly.horizons)
    middle = on_grid(weekly, grid)
    mine = bands.assign(group=bands["arm"])
    ends = ("event", *weekly.causes[1:])
    whole = bands_of_groups(mine, weekly.groups, ("event",), grid)
    found = whole if len(ends) == 1 else divided(whole, bands_of_groups(mine, weekly.groups, ends, grid))
    found = found._replace(middle=middle)
    columns = plain_columns(records_from(weekly, middle, grid))
    outcomes = set(columns["outcome"])
    outcome = weekly.causes[0] if weekly.causes else outcomes.pop() if len(outcomes) == 1 else ""
    return Curve(weekly, grid, middle, found, columns, outcome)


def _of_estimates(result: Result, threshold: int, told: Told) -> pd.DataFrame:
    rows = exact(result)
    internal = [name for name, declared in result.measures.items() if declared.kind == "internal"]
    rows = rows[~rows["measure"].isin(internal)].reset_index(drop=True)
    if not len(rows):
        return rows
    limited, unsaid = _widest(rows, [one.estimates for one in told.extremes(result.analysis)])
    rows = rows.assign(**limited)
    n, events, estimate = (rows[name].to_numpy(float) for name in ("n", "events", "estimate"))
    kinds = np.array([result.measures[name].kind for name in rows["measure"]], object)
    too_few = ~(n >= threshold) | ((kinds == "count") & ~(estimate >= threshold)) | (events < threshold)
    nobody = (rows["unit"] == "share").to_numpy() & np.isin(estimate, (0.0, 1.0)) & ~rows["time"].isin(_AT_ONCE).to_numpy()
    empty = np.isnan(estimate)
    hidden = (too_few | nobody | unsaid) & ~empty
    shown = rows[list(NUMERIC_COLUMNS)].mask(pd.Series(hidden | empty), axis=0)
    # rounded numbers have no more digits than their rounding left
    shown["estimate"] = [float(f"{value:.4g}") for value in shown["estimate"]]
    shown["ci_low"], shown["ci_high"] = (
        outwards(shown[name], 4, how) for name, how in (("ci_low", np.floor), ("ci_high", np.ceil))
    )
    shown["p_value"] = [float(f"{value:.2g}") for value in shown["p_value"]]
    # an error by itself would say less than the limits do
    shown["std_error"] = shown["df"] = np.nan
    status = np.select([empty, hidden], ["not_estimable", "suppressed"], "rounded")
    said = np.where(shown["ci_low"].isna(), _NO_LIMITS, _SAID)
    return rows.assign(**shown, status=status, method=rows["method"] + said)


def _widest(rows: pd.DataFrame, others: Sequence[pd.DataFrame]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Limits and p of each row: the lowest, the highest and the largest of all extremes; and rows of which an extreme has no answer.

    No p of a row with limits where the extremes lie on both sides of no difference; nothing at all where there are no extremes.
    """
    middle = rows["estimate"].to_numpy(float)
    limited = np.isfinite(rows["ci_low"].to_numpy(float)) | np.isfinite(rows["ci_high"].to_numpy(float))
    if not others:
        return {name: np.full(len(rows), np.nan) for name in _LIMITS}, np.zeros(len(rows), bool)
    keys = pd.MultiIndex.from_frame(rows[_KEYS])
    wanted = ["estimate", *_LIMITS]
    found = np.array(
        [one.drop_duplicates(_KEYS).set_index(_KEYS)[wanted].reindex(keys).to_numpy(float) for one in (rows, *others)]
    )
    estimate, low, high, p = (found[:, :, k] for k in range(4))
    null = np.where(rows["unit"].isin(["ratio", "times"]), 1.0, 0.0)
    # counts are in no extreme
    known = np.logical_or.reduce([keys.isin(pd.MultiIndex.from_frame(one[_KEYS])) for one in others])
    unsaid = known & np.isnan(estimate).any(axis=0) & ~np.isnan(middle)
    with np.errstate(invalid="ignore"):
        sided = (estimate > null).all(axis=0) | (estimate < null).all(axis=0)
        least = np.fmin.reduce(np.fmin(low, estimate), axis=0)
        most = np.fmax.reduce(np.fmax(high, estimate), axis=0)
        largest = np.fmax.reduce(p, axis=0)
    return {
        "ci_low": np.where(limited, least, np.nan),
        "ci_high": np.where(limited, most, np.nan),
        "p_value": np.where(sided | ~limited, largest, np.nan),
    }, unsaid


def _flow(flow: pd.DataFrame) -> pd.DataFrame:
    """Who was eligible and who is analysed, as the sums of what was released."""
    total = flow.groupby(["outcome", "time", "arm"], sort=False)[list(_FLOW)].sum().reset_index()
    whole = total.groupby(["outcome", "time"], sort=False)[list(_FLOW)].sum().reset_index().assign(arm="all")
    records = [
        {"outcome": row.outcome, "time": row.time, "arm": row.arm, "measure": name, "estimate": getattr(row, name), "n": row.eligible,
         "unit": "people", "method": words + _NO_LIMITS}
        for row in pd.concat([whole, total]).itertuples()
        for name, words in _FLOW.items()
    ]  # fmt: skip
    found = rows("flow", records).assign(status="rounded")
    # nobody stands for a few
    few = (found["estimate"] == 0).to_numpy()
    found["status"] = np.where(few, "suppressed", "rounded")
    return found.assign(**found[list(NUMERIC_COLUMNS)].mask(pd.Series(few), axis=0)).loc[:, list(RESULT_COLUMNS)]


def _attrition(result: Result, flow: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Drop-out of the arms, of outcomes of which every provider told who is analysed; without limits, for rounded numbers have none here."""
    total = flow.groupby(["outcome", "time", "arm"])[["eligible", "analysed"]].agg(["sum", "min"])
    tallies = []
    for tally in result.tallies:
        first = tally.derive(tally.counts)[0]
        of_arms = [(first["outcome"], first.get("time", ""), arm) for arm in cohort.arms]
        if all(key in total.index and total.loc[key, ("analysed", "min")] > 0 for key in of_arms):
            eligible, analysed = (
                np.array([total.loc[key, (name, "sum")] for key in of_arms]) for name in ("eligible", "analysed")
            )
            counts = np.column_stack([analysed, np.maximum(eligible - analysed, 0)]).ravel()
            tallies.append(replace(tally, counts=counts))
    found = exact(replace(result, tallies=tuple(tallies), estimates=result.estimates[:0]))
    # nobody lost stands for a few
    few = (found["measure"] == "attrition_overall") & ~(found["events"] > 0)
    numbers = found[list(NUMERIC_COLUMNS)].mask(few, axis=0)
    numbers[["ci_low", "ci_high", "p_value", "std_error", "df"]] = np.nan
    status = np.select([few, found["estimate"].isna()], ["suppressed", "not_estimable"], "rounded")
    return found.assign(**numbers, status=status, method=found["method"] + _NO_LIMITS)
