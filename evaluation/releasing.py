"""The one door: exact results in, rows that may leave out.

Three rules, each in one function:

* People counts are rounded to the middle of a band as wide as the threshold (`band_middle`); a count below the threshold is
  held back, and so is a share of which the numerator or the complement is. Shares and their limits follow from rounded counts.
* Curves: cumulative counts are rounded to the same middles, and steps are moved to a grid of weeks, so that a step tells
  neither how many nor in which week (pitfall T14: masking the risk table hides nothing). Curve, interval, median, restricted
  mean and test follow from the rounded counts.
* Means, effects and tests leave only with enough people and degrees of freedom, rounded to half their standard error:
  one person moves a mean by about a standard error divided by the square root of n, so the difference of two releases
  does not give a person's value.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.statistics.proportion import exact_interval
from data_schemas.evidence import NUMERIC_COLUMNS, RESULT_COLUMNS
from data_schemas.result import Result, Tally, WeeklyTally

GRID_WEEKS = 4
MINIMUM_DF = 10
_ESTIMATES = ["estimate", "ci_low", "ci_high"]


class UndeclaredMeasure(Exception):
    """A measure that its analysis did not declare cannot leave: an error in the program, not in the data."""


def exact(result: Result) -> pd.DataFrame:
    """Every row with its exact figures, for internal runs only."""
    frames = [
        result.estimates,
        *(tally.derive(tally.counts) for tally in result.tallies),
        *(weekly.derive(weekly.events, weekly.censored, _every_week(weekly), *weekly.late) for weekly in result.weekly),
    ]
    frame = _declared(result, frames)
    return _finished(frame, np.where(frame["estimate"].isna(), "not_estimable", "exact"))


def release(result: Result, threshold: int) -> pd.DataFrame:
    """The rows that may leave, each with its status; a value that is held back is empty."""
    frames = [
        _release_estimates(_declared(result, [result.estimates]), threshold),
        *(_release_tally(result, tally, threshold) for tally in result.tallies),
        *(_release_weekly(result, weekly, threshold) for weekly in result.weekly),
    ]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(RESULT_COLUMNS))


def band_middle(counts: np.ndarray, width: int) -> np.ndarray:
    """Each count as the middle of its band of `width` counts; everything below `width`, nobody included, as 0.

    "Nobody" is not told apart from "a few": that too would say something of everyone in a group.

    >>> band_middle(np.array([0, 1, 9, 10, 19, 20]), 10).tolist()
    [0, 0, 0, 15, 15, 25]
    """
    counts = np.asarray(counts)
    return np.where(counts < width, 0, counts // width * width + width // 2)


def _declared(result: Result, frames: list[pd.DataFrame]) -> pd.DataFrame:
    frames = [frame for frame in frames if len(frame)]
    frame = pd.concat(frames, ignore_index=True) if frames else result.estimates
    unknown = set(frame["measure"]) - set(result.measures)
    if unknown:
        raise UndeclaredMeasure(f"{result.analysis}: {', '.join(sorted(unknown))}")
    return frame


def _finished(frame: pd.DataFrame, status: np.ndarray) -> pd.DataFrame:
    return frame.assign(status=status).loc[:, list(RESULT_COLUMNS)].reset_index(drop=True)


def _emptied(frame: pd.DataFrame, rows: np.ndarray, columns=NUMERIC_COLUMNS) -> pd.DataFrame:
    """The frame with the numbers of some rows taken out."""
    return frame.assign(**{column: frame[column].mask(rows) for column in columns})


def _release_tally(result: Result, tally: Tally, threshold: int) -> pd.DataFrame:
    """Rows with every count rounded; a share leaves only when its numerator and its complement do, and follows from both."""
    frame = _declared(result, [tally.derive(tally.counts)])
    kinds = frame["measure"].map({name: declared.kind for name, declared in result.measures.items()})
    share = (kinds == "share").to_numpy()
    n, events, estimate = (frame[column].to_numpy() for column in ("n", "events", "estimate"))
    small = (n < threshold) | ((kinds == "count").to_numpy() & (estimate < threshold))
    small |= share & ((events < threshold) | (n - events < threshold))
    unknown = frame["estimate"].isna().to_numpy() & ~small
    rounded_n, rounded_events = band_middle(n, threshold), np.where(np.isnan(events), np.nan, band_middle(events, threshold))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.minimum(rounded_events / rounded_n, 1.0)
    low, high = _exact_limits(rounded_events, rounded_n, share & ~small & ~unknown & frame["ci_low"].notna().to_numpy())
    frame = frame.assign(
        n=rounded_n,
        events=rounded_events,
        ci_low=low,
        ci_high=high,
        estimate=np.where(unknown, np.nan, np.where(share, shares, band_middle(estimate, threshold))),
    )
    return _finished(_emptied(frame, small), np.select([small, unknown], ["suppressed", "not_estimable"], "rounded"))


def _exact_limits(events: np.ndarray, n: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exact limits of the rounded shares, where the exact share had limits."""
    limits = np.full((len(n), 2), np.nan)
    for row in np.flatnonzero(wanted):
        limits[row] = exact_interval(min(events[row], n[row]), n[row])
    return limits[:, 0], limits[:, 1]


def _release_estimates(frame: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Estimates with enough people (and events, and degrees of freedom) behind them, rounded to half their standard error."""
    n, df = frame["n"].to_numpy(), frame["df"].to_numpy()
    enough = n >= threshold
    enough &= np.isnan(df) | (df >= MINIMUM_DF - 1)
    enough &= frame["events"].isna().to_numpy() | (frame["events"].to_numpy() >= threshold)
    unknown = frame["estimate"].isna().to_numpy()
    status = np.select([~enough, unknown], ["suppressed", "not_estimable"], "released")
    counts = {column: band_middle(frame[column].fillna(0).to_numpy(), threshold) for column in ("n", "events")}
    rounded = frame.assign(
        **{column: np.where(frame[column].isna(), np.nan, count) for column, count in counts.items()}, **_coarse(frame)
    )
    return _finished(_emptied(rounded, ~enough), status)


def _coarse(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Estimates and limits to a step of at most half the standard error; p to two decimals (three below 0.10)."""
    error = frame["std_error"].to_numpy(float)
    step = round_step(np.where(np.isfinite(error) & (error > 0), error / 2, np.nan))
    values = {column: frame[column].to_numpy(float) for column in _ESTIMATES}
    coarse = {
        column: np.where(np.isnan(step), _significant(value), clean_multiple(value, step)) for column, value in values.items()
    }
    p = frame["p_value"].to_numpy(float)
    return coarse | {"p_value": np.where(p < 0.1, np.maximum(np.round(p, 3), 0.001), np.round(p, 2))}


def round_step(largest: np.ndarray) -> np.ndarray:
    """The largest of 1, 2 or 5 times a power of ten that is at most `largest`.

    >>> round_step(np.array([0.7, 0.03, 4.0])).tolist()
    [0.5, 0.02, 2.0]
    """
    power = 10.0 ** np.floor(np.log10(largest))
    return np.select([largest >= 5 * power, largest >= 2 * power], [5 * power, 2 * power], power)


def clean_multiple(values: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The nearest multiples of the steps, without the noise of binary fractions."""
    decimals = np.where(np.isnan(step), 0, np.maximum(0, -np.floor(np.log10(np.where(np.isnan(step), 1, step))))).astype(int)
    nearest = np.round(values / step) * step
    return np.array([np.round(value, digits) for value, digits in zip(nearest, decimals)], dtype=float)


def _significant(values: np.ndarray) -> np.ndarray:
    """Two significant digits, for numbers that come without a standard error."""
    with np.errstate(divide="ignore"):
        digits = 1 - np.floor(np.log10(np.abs(np.where(values == 0, 1, values))))
    return np.array(
        [value if np.isnan(value) else round(value, int(digit)) for value, digit in zip(values, np.nan_to_num(digits))],
        dtype=float,
    )


def _release_weekly(result: Result, weekly: WeeklyTally, threshold: int) -> pd.DataFrame:
    """Rows from rounded cumulative counts on a grid of weeks; groups with too few people or events are held back.

    A group leaves only when its events, its people without an event and everybody still at risk reach the threshold; after
    the last week with enough people at risk its curve is cut.
    """
    grid = _grid(weekly)
    events = _on_grid(weekly.events, grid, threshold)
    censored = _on_grid(weekly.censored, grid, threshold)
    totals = events.sum(axis=(1, 2)), censored.sum(axis=1)
    held = (totals[0] < threshold) | (totals[1] < threshold)
    late = [np.where(held[:, None], 0, _on_grid(entered, grid, threshold)) for entered in weekly.late]
    frame = _declared(
        result, [weekly.derive(np.where(held[:, None, None], 0, events), np.where(held[:, None], 0, censored), grid, *late)]
    )
    from_held = _names_any(frame["arm"], [name for name, hold in zip(weekly.groups, held) if hold])
    if held.any():
        from_held = from_held | (frame["arm"] == "all").to_numpy()
    kinds = frame["measure"].map({name: declared.kind for name, declared in result.measures.items()})
    small = from_held | (frame["n"].to_numpy() < threshold)
    small |= (kinds == "count").to_numpy() & (frame["estimate"].to_numpy() < threshold)
    unknown = frame["estimate"].isna().to_numpy() & ~small
    status = np.select([small, unknown], ["suppressed", "not_estimable"], "rounded")
    return _finished(_emptied(_emptied(frame, small), frame["events"].to_numpy() < threshold, ("events",)), status)


def _names_any(arms: pd.Series, names: list[str]) -> np.ndarray:
    parts = arms.str.split(" - ")
    return parts.map(lambda part: any(name in names for name in part)).to_numpy(bool)


def _every_week(weekly: WeeklyTally) -> np.ndarray:
    return np.arange(max(weekly.events.shape[-1], max(weekly.horizons) + 1))


def _grid(weekly: WeeklyTally) -> np.ndarray:
    """Week 0, every fourth week and the plan's horizons, up to the last week with a count."""
    last = weekly.events.shape[-1] - 1
    regular = np.arange(0, last + GRID_WEEKS, GRID_WEEKS)
    return np.unique(np.concatenate([np.minimum(regular, last), np.array(weekly.horizons, dtype=int), [last]]))


def _on_grid(counts: np.ndarray, grid: np.ndarray, threshold: int) -> np.ndarray:
    """Weekly counts with every cumulative count rounded, and whatever happened since the last grid week put in the next one."""
    cumulative = np.cumsum(counts, axis=-1)
    at_grid = np.minimum(grid, counts.shape[-1] - 1)
    rounded = band_middle(cumulative[..., at_grid], threshold)
    shape = (*counts.shape[:-1], int(grid[-1]) + 1)
    weekly = np.zeros(shape, np.int64)
    weekly[..., grid] = np.diff(rounded, axis=-1, prepend=0)
    return weekly
