"""Limits of what follows from a curve: the widest over the extremes that its bands allow, so that they hold the exact ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from data_schemas.result import plain_columns
from evaluation.release.counts.weekly_bands import Counts, extreme, records_from, smallest
from evaluation.release.curves import Curve

_OF_A_FORM = 0.2
"""How much longer, at both ends, the limits of a form are: what it makes of counts in between may lie outside what it makes of the extremes."""

_LIMITS = ("estimate", "ci_low", "ci_high", "p_value")


def weeks_of(rows: dict[str, np.ndarray]) -> np.ndarray:
    """The week that each row is about; NaN where it is about none."""
    return pd.to_numeric(rows["time"], errors="coerce").astype(float)


def is_week(rows: dict[str, np.ndarray]) -> np.ndarray:
    """Rows of which the estimate is itself a week."""
    return (rows["unit"] == "weeks") & np.isnan(weeks_of(rows))


def curve_limits(one: Curve, shown: np.ndarray) -> dict[str, np.ndarray]:
    """Limits and p of the shown rows (boolean per row): the lowest and the highest of all extremes.

    So the released interval holds the exact one, and what the bands leave open shows in its width. Rows of a week are read off the extremes
    up to the plan's next horizon, others off all; each row off those of its own cause. A p-value is the largest of all; none where the
    extremes are on both sides of no difference.
    """
    horizons, causes = np.unique(one.weekly.horizons), _causes(one)
    weeks = np.nan_to_num(weeks_of(one.rows), nan=np.inf)
    which = np.searchsorted(horizons, weeks)
    paired = np.array([" - " in arm for arm in one.rows["arm"]], bool)
    found = {name: np.full(len(which), np.nan) for name in _LIMITS[1:]}
    for cause in np.unique(causes[shown]):
        mine = shown & (causes == cause)
        compared = bool((mine & paired).any())
        # an extreme that is one and the same up to several weeks is asked once, for the rows of these
        steps = {
            number: {_key(*asked): asked for asked in _asked(one, until, cause, compared)}
            for number, until in enumerate(np.searchsorted(one.grid, horizons))
            if (mine & np.isin(which, (number, len(horizons)))).any()
        }
        answers = {}
        for key, asked in {key: asked for step in steps.values() for key, asked in step.items()}.items():
            up_to = [number for number, step in steps.items() if key in step]
            answers[key] = _answer(one, *asked, np.isin(weeks, weeks[mine & np.isin(which, up_to)]) | np.isinf(weeks))
        for number, step in steps.items():
            _fill(found, one, mine & (which == number), [answers[key] for key in step])
        _fill(found, one, mine & (which == len(horizons)), list(answers.values()))
    return found


def _causes(one: Curve) -> np.ndarray:
    """Per row the place of the cause that it is about."""
    places = {outcome: place for place, outcome in enumerate(one.outcomes)}
    return np.array([places.get(outcome, 0) for outcome in one.rows["outcome"]], int)


def _fill(found: dict[str, np.ndarray], one: Curve, rows: np.ndarray, answers: list[dict[str, np.ndarray]]) -> None:
    if rows.any():
        for name, values in _envelope(one, answers).items():
            found[name][rows] = values[rows]


def _asked(one: Curve, until: int, cause: int, compared: bool) -> Iterable[tuple[np.ndarray, Counts]]:
    """Which groups are spared (none, all, and for what is compared each one alone, and all but it), with the counts that are asked."""
    groups = len(one.weekly.groups)
    if not one.bands.low.events[:, cause, -1].any():
        # of a cause that may be nobody's only the most is asked: the least is none
        none = np.zeros(groups, bool)
        yield none, extreme(one.bands, none, until, small=False, cause=cause)
        return
    spared = [np.zeros(groups, bool), np.ones(groups, bool)]
    if groups > 1 and compared and not one.pooled:
        alone = list(np.eye(groups, dtype=bool))
        spared += alone + ([~some for some in alone] if groups > 2 else [])
    # where more events may follow than the fewest at the end, a group may be larger too
    larger = (one.bands.high.events[..., until] > one.bands.low.events[..., -1]).any()
    for some in spared:
        for small in (True, False) if larger else (True,):
            yield some, extreme(one.bands, some, until, small=small, cause=cause)


def _key(spared: np.ndarray, counts: Counts) -> tuple[bytes, ...]:
    return spared.tobytes(), *(part.tobytes() for part in counts if part is not None)


def _answer(one: Curve, spared: np.ndarray, counts: Counts, rows: np.ndarray) -> dict[str, np.ndarray]:
    """The numbers of an extreme in some rows (boolean: all of a week, or none of it); in the others nothing."""
    times = one.rows["time"]
    unasked = set(times[~rows]) - set(times[rows])
    # a form is fitted to all weeks
    weeks = [week for week in one.grid.tolist() if one.weekly.smooth or str(week) not in unasked]
    records = records_from(one.weekly, counts, one.grid, ~spared, np.array(weeks, int))
    answer = plain_columns([record for record in records if record.get("time") not in unasked], _LIMITS)
    found = {name: np.full(len(rows), np.nan) for name in _LIMITS}
    for name, values in found.items():
        values[rows] = answer[name]
    return found


def _of_ties(one: Curve) -> np.ndarray:
    """Per row how much longer an interval by Aalen's variance is when events fall apart that the extremes have in one week.

    A term of that variance has those at risk less one below the line: n / (n - 1), with n between all and those still there at the last
    event. Where bands of events are wide, the extremes hold that too.
    """
    rows, bands = one.rows, one.bands
    found = np.zeros(len(rows["arm"]))
    told = bands.low.events[..., -1]
    if not ((told == bands.high.events[..., -1]) & (told > 0)).any():
        return found
    before = bands.high.left[:, np.minimum(np.arange(len(one.grid)), len(one.grid) - 2)]
    people = smallest(bands)
    still = people[:, None] - bands.high.events.sum(axis=1) - before
    for row in np.flatnonzero([name.startswith("cumulative_incidence") for name in rows["measure"]]):
        groups, _, at = one.places(row)
        n, last = (people[groups], still[groups, at]) if groups else (people.sum(), still[:, at].sum())
        n, last = np.maximum(n, 2), np.maximum(last, 1)
        found[row] = np.max(np.sqrt((last + 1) / last * (n - 1) / n)) - 1
    return np.maximum(found, 0)


def _envelope(one: Curve, answers: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    rows, week, middle = one.rows, is_week(one.rows), one.rows["estimate"]
    estimate, low, high, p = (np.array([answer[name] for answer in answers]) for name in _LIMITS)
    none = np.isnan(low).all(axis=0) & np.isnan(high).all(axis=0)
    # a curve at 0 or 1 has no interval of its own: there the extreme is the limit; a limit in weeks that is missing was not reached
    low, high = np.where(np.isnan(low), estimate, low), np.where(np.isnan(high) & ~week, estimate, high)
    with np.errstate(invalid="ignore"):
        least, most = np.fmin(np.fmin.reduce(low, axis=0), middle), np.maximum(np.maximum.reduce(high, axis=0), middle)
        # how wide an interval by provider is, neither grows nor falls with the events alone
        formed = np.array([one.weekly.smooth or name.endswith("_clustered") for name in rows["measure"]], bool)
        share_more = np.where(formed, _OF_A_FORM, _of_ties(one))
        longer = np.where(share_more > 0, share_more * (most - least), 0.0)
        signed = np.array([" - " in arm for arm in rows["arm"]], bool) & (rows["unit"] != "ratio") | ~formed
        least, most = np.where(signed, least - longer, np.fmax(least - longer, 0)), most + longer
    share = rows["unit"] == "share"
    rare = ~one.bands.low.events[:, :, -1].any(axis=0)[_causes(one)] & share
    least, most = np.where(rare, np.minimum(least, 0), least), np.where(rare, np.maximum(most, 0), most)
    bottom = np.where(share, np.where([" - " in arm for arm in rows["arm"]], -1.0, 0.0), np.nan)
    top = np.where(share, 1.0, np.nan)
    # an extreme of which nothing can be said leaves everything open
    unsaid = np.isnan(estimate).any(axis=0) & ~week
    # that everybody begins is no estimate
    none |= weeks_of(rows) == 0
    null = np.where(rows["unit"] == "ratio", 1.0, 0.0)
    with np.errstate(invalid="ignore"):
        sided = (estimate > null).all(axis=0) | (estimate < null).all(axis=0)
    return {
        "ci_low": np.where(none, np.nan, np.where(unsaid, bottom, np.fmax(least, bottom))),
        "ci_high": np.where(none, np.nan, np.where(unsaid, top, np.fmin(most, top))),
        "p_value": np.where(sided, np.maximum.reduce(p, axis=0), np.nan),
    }
