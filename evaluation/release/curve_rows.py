"""The released rows of a curve: estimates from the middles of the bands, limits from the extremes that the bands allow."""

from __future__ import annotations

import numpy as np

from evaluation.release.curve_limits import curve_limits, is_week, weeks_of
from evaluation.release.curves import ALL, Curve
from evaluation.release.edition import Edition
from evaluation.release.rows import Judged, judged, only


def curve_rows(one: Curve, kinds: dict[str, str], edition: Edition) -> Judged:
    """Rows from the published counts; a curve stops where fewer than the threshold are at risk.

    An edition that gives counts at chosen weeks has rows of these, and of the plan's weeks: of one of the plan's that is not given
    only between what a share lies.

    Parameters
    ----------
    kinds
        By measure, as declared.
    """
    rows, weeks, threshold = one.rows, weeks_of(one.rows), edition.threshold
    arm, estimate, events, in_weeks = rows["arm"], rows["estimate"], rows["events"], is_week(one.rows)
    stops = _stops(one, threshold)
    stop = np.array([min(stops.get(part, np.inf) for part in name.split(" - ")) for name in arm], float)
    hidden = np.full(len(arm), one.held) | (weeks > stop) | (in_weeks & (estimate > stop))
    if one.pooled and len(one.weekly.groups) > 1:
        hidden |= arm != ALL
    counted = np.array([kinds[name] == "count" for name in rows["measure"]], bool)
    few = ~np.isnan(events) & (events < threshold)
    given = _given(one) if edition.exact and not one.weekly.smooth else np.ones(len(arm), bool)
    ends_open = _ends_open(one, threshold) if edition.exact else np.zeros(len(arm), bool)
    share = np.isin(rows["unit"], ("share", "ratio"))
    # so many values are one band, of which the middle stands in a share as it does in bands of everything
    given |= ends_open & (weeks == one.grid[-1]) & ~counted
    # "100 % without one" would stand where nine may have had one: then the limits alone say what is known
    between = share & ~counted & (few | ~given | _nobody_yet(one))
    # a comparison leaves only when the events of all that are compared do
    paired = np.array([" - " in name for name in arm], bool)
    hidden |= (rows["n"] < threshold) | (few & ~between) | (between & paired) | (counted & given & (estimate < threshold))
    # a median that was not reached has a lower limit; a share without an estimate has none, though the extremes have one
    shown = ~hidden & (~np.isnan(estimate) | in_weeks)
    limits = curve_limits(one, shown & ~counted)
    limits["ci_high"] = np.where(in_weeks & (limits["ci_high"] > stop), np.nan, limits["ci_high"])
    for row in np.flatnonzero(counted & ~given & ~hidden):
        limits["ci_low"][row], limits["ci_high"][row] = _ends(one, row)
    between |= counted & ~given
    # where no extreme has limits, nothing is known of a form
    hidden |= (between | (share & one.weekly.smooth)) & ~(limits["ci_low"] >= np.where(counted, threshold, -np.inf))
    found = {
        "estimate": np.where(between, np.nan, estimate),
        "p_value": np.where(between, np.nan, limits["p_value"]),
        "events": np.where(few | ends_open, np.nan, events),
    }
    one_each = judged(rows, limits | found, hidden=hidden, unknown=np.isnan(estimate), status="rounded")
    # that a week is given is told by numbers: a row that is held back would say it of a curve that is
    offered = given & ~hidden | np.isin(weeks, (0, *one.weekly.horizons)) | np.isnan(weeks)
    return only(one_each, offered) if edition.exact else one_each


def _given(one: Curve) -> np.ndarray:
    """Rows without a week, and those of a week at which all counts that they are about are given exactly; at the start nobody has had any."""
    weeks, found = weeks_of(one.rows), np.ones(len(one.rows["arm"]), bool)
    low, high = one.bands.low, one.bands.high
    for row in np.flatnonzero(weeks > 0):
        groups, causes, at = one.places(row)
        least, most = (end.events[groups or slice(None)][:, causes, at] for end in (low, high))
        found[row] = (least == most).all() and (one.rows["measure"][row] != "at_risk" or len(set(_ends(one, row))) == 1)
    return found


def _ends_open(one: Curve, threshold: int) -> np.ndarray:
    """Rows of which the events in the end are told between limits, and are not few."""
    low, high = (end.events[..., -1] for end in (one.bands.low, one.bands.high))
    found = np.zeros(len(one.rows["arm"]), bool)
    for row in np.flatnonzero(~np.isnan(one.rows["events"])) if ((low < high) & (low >= threshold)).any() else ():
        groups, causes, _ = one.places(row)
        least, most = (end[groups or slice(None)][:, causes] for end in (low, high))
        found[row] = (least < most).any() and (least >= threshold).all()
    return found


def _ends(one: Curve, row: int) -> tuple[int, int]:
    """Between what the count of a row lies."""
    groups, causes, at = one.places(row)
    groups, low, high = groups or slice(None), one.bands.low, one.bands.high
    if one.rows["measure"][row] != "at_risk":
        return tuple(int(end.events[groups][:, causes, at].sum()) for end in (low, high))
    before = [end.gone[groups, at - 1] if at else 0 for end in (low, high)]
    # how many there are is told
    came = [one.bands.middle._replace(late=end.late).came[groups, at] for end in (high, low)]
    # who goes between two weeks of the grid may have gone before the second
    just_before = at and one.grid[at] - one.grid[at - 1] == 1
    most_gone = before[1] if just_before or not at else np.maximum(before[1], high.gone[groups, at])
    # who came for certain less all that may have gone, and the other way about
    return int(np.maximum(came[0] - most_gone, 0).sum()), int((came[1] - before[0]).sum())


def _nobody_yet(one: Curve) -> np.ndarray:
    """Shares at a week by which the band of events still holds nobody. At week 0 everybody begins."""
    weeks, follows = weeks_of(one.rows), np.isin(one.rows["unit"], ("share", "ratio"))
    found = np.zeros(len(weeks), bool)
    for row in np.flatnonzero(follows & (weeks > 0)):
        groups, causes, at = one.places(row)
        # a form at any week follows from all events
        by_group = one.bands.low.events[:, causes, -1 if one.weekly.smooth else at].sum(axis=1)
        found[row] = min(by_group[groups] if groups else [by_group.sum()]) == 0
    return found


def _stops(one: Curve, threshold: int) -> dict[str, float]:
    """Per name the last grid week with at least the threshold at risk, from the published counts."""
    at_risk = one.bands.middle.at_risk
    by_name = {ALL: at_risk.sum(axis=0)} | dict(zip(one.weekly.groups, at_risk) if not one.pooled else ())
    return {name: _last_with(risk, one.grid, threshold) for name, risk in by_name.items()}


def _last_with(at_risk: np.ndarray, grid: np.ndarray, threshold: int) -> float:
    too_few = np.flatnonzero(at_risk < threshold)
    return float(grid[too_few[0] - 1]) if len(too_few) and too_few[0] else (np.inf if not len(too_few) else -1.0)
