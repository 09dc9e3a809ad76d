"""The released rows of a curve: estimates from the middles of the bands, limits from the extremes that the bands allow."""

from __future__ import annotations

import numpy as np

from evaluation.release.curve_limits import curve_limits, is_week, weeks_of
from evaluation.release.curves import ALL, Curve
from evaluation.release.rows import Judged, judged


def curve_rows(one: Curve, kinds: dict[str, str], threshold: int) -> Judged:
    """Rows from the published counts; a curve stops where fewer than the threshold are at risk.

    Parameters
    ----------
    kinds
        By measure, as declared.
    """
    rows, weeks = one.rows, weeks_of(one.rows)
    arm, estimate, events, in_weeks = rows["arm"], rows["estimate"], rows["events"], is_week(one.rows)
    stops = _stops(one, threshold)
    stop = np.array([min(stops.get(part, np.inf) for part in name.split(" - ")) for name in arm], float)
    hidden = np.full(len(arm), one.held) | (weeks > stop) | (in_weeks & (estimate > stop)) | _nobody_yet(one)
    if one.pooled and len(one.weekly.groups) > 1:
        hidden |= arm != ALL
    counted = np.array([kinds[name] == "count" for name in rows["measure"]], bool)
    hidden |= (rows["n"] < threshold) | (~np.isnan(events) & (events < threshold)) | (counted & (estimate < threshold))
    # a median that was not reached has a lower limit; a share without an estimate has none, though the extremes have one
    shown = ~hidden & (~np.isnan(estimate) | in_weeks)
    limits = curve_limits(one, shown)
    limits["ci_high"] = np.where(in_weeks & (limits["ci_high"] > stop), np.nan, limits["ci_high"])
    return judged(rows, limits, hidden=hidden, unknown=np.isnan(estimate), status="rounded")


def _nobody_yet(one: Curve) -> np.ndarray:
    """Shares at a week by which the band of events still holds nobody: "100 % without one" would stand where nine may have had one.

    At week 0 everybody begins.
    """
    weeks, follows = weeks_of(one.rows), np.isin(one.rows["unit"], ("share", "ratio"))
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


def _stops(one: Curve, threshold: int) -> dict[str, float]:
    """Per name the last grid week with at least the threshold at risk, from the published counts."""
    at_risk = one.bands.middle.at_risk
    by_name = {ALL: at_risk.sum(axis=0)} | dict(zip(one.weekly.groups, at_risk) if not one.pooled else ())
    return {name: _last_with(risk, one.grid, threshold) for name, risk in by_name.items()}


def _last_with(at_risk: np.ndarray, grid: np.ndarray, threshold: int) -> float:
    too_few = np.flatnonzero(at_risk < threshold)
    return float(grid[too_few[0] - 1]) if len(too_few) and too_few[0] else (np.inf if not len(too_few) else -1.0)
