"""The released rows of a curve: estimates from the middles of the bands, limits from the extremes that the bands allow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data_schemas.result import plain_columns
from evaluation.release.counts.weekly_bands import extreme, records_from, smallest
from evaluation.release.curves import ALL, Curve
from evaluation.release.rows import Judged, judged

_LIMITS = ("estimate", "ci_low", "ci_high", "p_value")


def curve_rows(one: Curve, kinds: dict[str, str], threshold: int) -> Judged:
    """Rows from the published counts; a curve stops where fewer than the threshold are at risk.

    Parameters
    ----------
    kinds
        By measure, as declared.
    """
    rows = one.rows if one.held else one.rows | _limits(one)
    arm = rows["arm"]
    hidden = np.full(len(arm), one.held)
    if one.pooled and len(one.weekly.groups) > 1:
        hidden |= arm != ALL
    stops = _stops(one, threshold)
    stop = np.array([min(stops.get(part, np.inf) for part in name.split(" - ")) for name in arm], float)
    estimate, events, in_weeks = rows["estimate"], rows["events"], _is_week(rows)
    hidden |= _weeks(rows) > stop
    hidden |= in_weeks & (estimate > stop)
    # a median that was not reached has a lower limit; a share without an estimate has none, though the extremes have one
    nothing = np.isnan(estimate) & ~in_weeks
    low = np.where(nothing, np.nan, rows["ci_low"])
    high = np.where(nothing | (in_weeks & (rows["ci_high"] > stop)), np.nan, rows["ci_high"])
    p_value = np.where(nothing, np.nan, rows["p_value"])
    counted = np.array([kinds[name] == "count" for name in rows["measure"]], bool)
    hidden |= (rows["n"] < threshold) | (~np.isnan(events) & (events < threshold))
    hidden |= counted & (estimate < threshold)
    hidden |= _nobody_yet(one)
    return judged(
        rows, {"ci_low": low, "ci_high": high, "p_value": p_value}, hidden=hidden, unknown=np.isnan(estimate), status="rounded"
    )


def _nobody_yet(one: Curve) -> np.ndarray:
    """Shares at a week by which the band of events still holds nobody: "100 % without one" would stand where nine may have had one.

    At week 0 everybody begins.
    """
    weeks, follows = _weeks(one.rows), np.isin(one.rows["unit"], ("share", "ratio"))
    events = one.bands.low.events
    found = np.zeros(len(weeks), bool)
    for row in np.flatnonzero(follows & (weeks > 0)):
        at = min(int(np.searchsorted(one.grid, weeks[row], side="right")) - 1, events.shape[-1] - 1)
        outcome = one.rows["outcome"][row]
        causes = [one.outcomes.index(outcome)] if len(one.outcomes) > 1 and outcome in one.outcomes else slice(None)
        by_group = events[:, causes, at].sum(axis=1)
        named = [name for name in one.rows["arm"][row].split(" - ") if name in one.weekly.groups]
        mine = [by_group[one.weekly.groups.index(name)] for name in named] or [by_group.sum()]
        found[row] = min(mine) == 0
    return found


def _weeks(rows: dict[str, np.ndarray]) -> np.ndarray:
    """The week that each row is about; NaN where it is about none."""
    return pd.to_numeric(rows["time"], errors="coerce").astype(float)


def _is_week(rows: dict[str, np.ndarray]) -> np.ndarray:
    """Rows of which the estimate is itself a week."""
    return (rows["unit"] == "weeks") & np.isnan(_weeks(rows))


def _limits(one: Curve) -> dict[str, np.ndarray]:
    """Limits that hold for whatever counts the bands allow: the lowest and the highest of all extremes.

    The interval of each extreme is that of a group as small as can be. So the released interval holds the exact one, and what the
    bands leave open shows in its width. A p-value is the largest of all; none where the extremes are on both sides of no difference.
    """
    answers = [_answer(one, spared) for spared in _extremes(one)]
    estimate, low, high, p = (np.array([answer[name] for answer in answers]) for name in _LIMITS)
    rows, week = one.rows, _is_week(one.rows)
    none = np.isnan(low).all(axis=0) & np.isnan(high).all(axis=0)
    # a curve at 0 or 1 has no interval of its own: there the extreme is the limit; a limit in weeks that is missing was not reached
    least = np.fmin.reduce(np.where(np.isnan(low), estimate, low), axis=0)
    most = np.where(week, np.maximum.reduce(high, axis=0), np.fmax.reduce(np.where(np.isnan(high), estimate, high), axis=0))
    middle = rows["estimate"]
    null = np.where(rows["unit"] == "ratio", 1.0, 0.0)
    with np.errstate(invalid="ignore"):
        sided = (estimate > null).all(axis=0) | (estimate < null).all(axis=0)
    return {
        "ci_low": np.where(none, np.nan, np.fmin(least, middle)),
        "ci_high": np.where(none | (week & np.isnan(most)), np.nan, np.fmax(most, middle)),
        "p_value": np.where(sided, np.maximum.reduce(p, axis=0), np.nan),
    }


def _extremes(one: Curve) -> list[np.ndarray]:
    """Which groups are spared: none, all, and for what is compared each one alone, and all but it."""
    groups = len(one.weekly.groups)
    found = [np.zeros(groups, bool), np.ones(groups, bool)]
    if groups > 1 and not one.pooled:
        alone = list(np.eye(groups, dtype=bool))
        found += alone + ([~one for one in alone] if groups > 2 else [])
    return found


def _answer(one: Curve, spared: np.ndarray) -> dict[str, np.ndarray]:
    counts = extreme(one.bands, spared)
    size = counts.gone[:, -1]
    part = float(np.min((smallest(one.bands) / np.maximum(size, 1))[size > 0], initial=1.0))
    return plain_columns(records_from(one.weekly, counts, one.grid, part, ~spared), _LIMITS)


def _stops(one: Curve, threshold: int) -> dict[str, float]:
    """Per name the last grid week with at least the threshold at risk, from the published counts."""
    at_risk = one.bands.middle.at_risk
    by_name = {ALL: at_risk.sum(axis=0)} | dict(zip(one.weekly.groups, at_risk) if not one.pooled else ())
    return {name: _last_with(risk, one.grid, threshold) for name, risk in by_name.items()}


def _last_with(at_risk: np.ndarray, grid: np.ndarray, threshold: int) -> float:
    too_few = np.flatnonzero(at_risk < threshold)
    return float(grid[too_few[0] - 1]) if len(too_few) and too_few[0] else (np.inf if not len(too_few) else -1.0)
