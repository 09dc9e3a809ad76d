"""Coarse numbers: the estimate on steps of about its standard error, and limits and p that follow from it as published.

An interval gives n away (its width over the spread), and so does a p-value. All are those of a group as small as the lower end of its
band, which is wider and never narrower. The limits keep to whole steps from the published estimate, not from the exact one: limits
rounded by themselves would say where between two steps it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from evaluation.release.counts.bands import last_digit, round_step, significant, step_above, to_step
from evaluation.release.rules import STEPS_PER_ERROR

Columns = Mapping[str, np.ndarray]
_Z_STEP = 0.2
_NORMAL = 1.959963984540054


class Scale(NamedTuple):
    """Rows on the scale on which they are rounded: ratios as logarithms.

    `below`, `above`: from the exact limits to the estimate. `wider`: how much longer these become in a group as small as the lower
    end of its band.
    """

    ratio: np.ndarray
    estimate: np.ndarray
    below: np.ndarray
    above: np.ndarray
    wider: np.ndarray
    step: np.ndarray


def coarse(rows: Columns, n: np.ndarray, low: np.ndarray, span: np.ndarray, threshold: int) -> dict[str, np.ndarray]:
    """Estimate, limits and p as published.

    Parameters
    ----------
    n, low
        Shape (rows,): exact numbers of people, and the lower ends of their bands.
    span
        Shape (rows,): the range of scores where that is known, NaN elsewhere: one person shifts a mean by at most that over n.
    """
    scale = _scale(rows, n, low, span, threshold)
    shown = to_step(scale.estimate, scale.step)
    with np.errstate(invalid="ignore"):
        # half a step more: the exact estimate lies so far from the published one at most
        below, above = (
            to_step(scale.wider * half + scale.step / 2, scale.step, np.ceil) for half in (scale.below, scale.above)
        )
        bottom, top = to_step(shown - below, scale.step), to_step(shown + above, scale.step)
    p = _p_of_limits(rows["p_value"], shown, below, above, scale, n, low)
    bounded = rows["unit"] == "correlation"
    bottom, top = np.where(bounded, np.maximum(bottom, -1), bottom), np.where(bounded, np.minimum(top, 1), top)
    values = {"estimate": np.where(scale.ratio, significant(_exp_where(scale.ratio, shown)), shown)}
    for name, value, how in (("ci_low", bottom, np.floor), ("ci_high", top, np.ceil)):
        values[name] = np.where(scale.ratio, outwards(_exp_where(scale.ratio, value), 2, how), value)
    if (share := is_share(rows)).any():
        values = {name: np.where(share, np.clip(value, 0, 1), value) for name, value in values.items()}
    test = (rows["kind"] == "test") & np.isnan(rows["ci_low"])
    z_step = _z_step(rows, threshold)
    values["estimate"] = np.where(test, _statistic(rows, n, low, z_step), values["estimate"])
    values["p_value"] = np.where(test, _p(rows["p_value"], n, low, z_step), p)
    return values


def to_digits(rows: Columns, digits: int = 3) -> dict[str, np.ndarray]:
    """Estimate, limits and p to so many significant digits, limits outwards: as an edition tells them that tells counts exactly."""
    low, high = (outwards(rows[name], digits, how) for name, how in (("ci_low", np.floor), ("ci_high", np.ceil)))
    values = {"estimate": significant(rows["estimate"], digits), "ci_low": low, "ci_high": high}
    return values | {"p_value": np.where(rows["p_value"] < 0.001, 0.001, significant(rows["p_value"], digits))}


def half_a_step(rows: Columns, n: np.ndarray, low: np.ndarray, span: np.ndarray, threshold: int) -> np.ndarray:
    """How far an exact estimate can lie from the one that `coarse` gives, ratios as logarithms; arguments as there."""
    return _scale(rows, n, low, span, threshold).step / 2


def half_a_digit(estimate: np.ndarray, digits: int = 3) -> np.ndarray:
    """The same for `to_digits`.

    >>> half_a_digit(np.array([12.34])).tolist()
    [0.05]
    """
    return 0.5 * last_digit(estimate, digits)


def outwards(values: np.ndarray, digits: int, how) -> np.ndarray:
    """Limits to so many significant digits, down or up (`how`: numpy's floor or ceil)."""
    values = np.asarray(values, float)
    step = last_digit(values, digits)
    return np.where(np.isfinite(values), to_step(values, np.where(np.isfinite(step), step, 1.0), how), values)


def _scale(rows: Columns, n: np.ndarray, low: np.ndarray, span: np.ndarray, threshold: int) -> Scale:
    ratio = (rows["number"] == "ratio") & (rows["ci_low"] > 0)
    ratio &= (rows["estimate"] > 0) & np.isfinite(rows["ci_high"])
    error, df = rows["std_error"], rows["df"]
    estimate, ci_low, ci_high = (_log_where(ratio, rows[column]) for column in ("estimate", "ci_low", "ci_high"))
    with np.errstate(all="ignore"):
        half = (ci_high - ci_low) / 2
        error = np.where(np.isnan(error) | ratio, half / _NORMAL, error)
        wider = np.sqrt(n / low) * _quantile_ratio(half / error, df, n, low)
        error = np.where(np.isfinite(error) & (error > 0), error, _usual_error(rows, estimate, n)) * np.sqrt(n / low)
        step = round_step(error / STEPS_PER_ERROR)
        step = _at_least(step, np.where(rows["unit"] == "score", span / low, np.nan))
        step = _at_least(step, np.where(ratio, np.nan, _of_counts(rows, low, threshold)))
        step = _at_least(step, _of_the_missing(rows, low, span, threshold))
        return Scale(ratio, estimate, estimate - ci_low, ci_high - estimate, wider, step)


def _log_where(ratio: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(ratio, np.log(np.where(ratio, values, 1.0)), values)


def _exp_where(ratio: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(ratio, np.exp(np.where(ratio, values, 0.0)), values)


def _quantile_ratio(used: np.ndarray, df: np.ndarray, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """How much longer the quantile of an interval by t becomes with fewer degrees of freedom; 1 for normal intervals."""
    by_t = np.abs(used - stdtrit(df, 0.975)) < np.abs(used - _NORMAL)
    fewer = np.maximum(df * low / n, 1.0)
    return np.where(by_t, stdtrit(fewer, 0.975) / stdtrit(df, 0.975), 1.0)


def _usual_error(rows: Columns, estimate: np.ndarray, n: np.ndarray) -> np.ndarray:
    """For numbers that come without an error: of a standardised difference 2 / sqrt(n), of anything else that of an SD."""
    return np.where(rows["unit"] == "SD", 2 / np.sqrt(n), np.abs(estimate) / np.sqrt(2 * n))


def _of_counts(rows: Columns, low: np.ndarray, threshold: int) -> np.ndarray:
    """What `threshold` people, or events, are in shares and in numbers of events per person or year: no finer than that."""
    per_event = np.abs(rows["estimate"]) * threshold / rows["events"]
    counts_events = (rows["number"] == "effect") & ~np.isnan(rows["events"]) & (rows["unit"] != "SD")
    return np.where(np.isin(rows["unit"], ("share", "proportion")), threshold / low, np.where(counts_events, per_event, np.nan))


def _of_the_missing(rows: Columns, low: np.ndarray, span: np.ndarray, threshold: int) -> np.ndarray:
    """Twice how far a change with guesses in it moves when `threshold` people more are missing: finer, it would tell their number.

    One person more at the worst and not at the best end of the scale moves the distance between both cases by the range over n, one more
    who counts as unchanged takes a change out. Twice, so that near nobody missing there are as many possibilities on the one side left.
    """
    moved = np.where(rows["unit"] == "score, filled in at an end", np.fmax(np.abs(rows["estimate"]), span), np.nan)
    moved = np.where(rows["unit"] == "score, filled in", 2 * np.abs(rows["estimate"]), moved)
    return moved * threshold / low


def _at_least(step: np.ndarray, least: np.ndarray) -> np.ndarray:
    wanted = np.isfinite(least) & (least > 0) & ~(step >= least)
    return np.where(wanted, step_above(np.where(wanted, least, 1.0)), step)


def _z_step(rows: Columns, threshold: int) -> np.ndarray:
    """Steps of the normal deviate: for arms, or categories, that are compared by their events, as coarse as bands of these events are.

    With d events the deviate moves by about 2 / sqrt(d) when one of them happens in the other arm; finer steps than those of half
    a threshold would say of two bands of events which of their corners holds.
    """
    compared = np.array([" - " in arm for arm in rows["arm"]], bool) | (rows["unit"] == "chi-squared")
    compared &= rows["events"] >= threshold
    fewest = np.where(compared, rows["events"] // threshold * threshold, 1.0)
    return np.where(compared, np.maximum(_Z_STEP, threshold / np.sqrt(fewest)), _Z_STEP)


def _statistic(rows: Columns, n: np.ndarray, low: np.ndarray, z_step: np.ndarray) -> np.ndarray:
    """A test's statistic as coarse as its p; one that is neither t nor chi-squared (a rank sum, odds of two counts) does not leave."""
    exact = rows["estimate"]
    with np.errstate(all="ignore"):
        root = np.where(rows["unit"] == "chi-squared", np.sqrt(np.maximum(exact, 0)), np.abs(exact)) * np.sqrt(low / n)
        stepped = np.floor(root / z_step + 1e-9) * z_step
    by_unit = [(rows["unit"] == "chi-squared"), (rows["unit"] == "t")]
    return significant(np.select(by_unit, [stepped**2, np.sign(exact) * stepped], np.nan), 3)


def _p(p: np.ndarray, n: np.ndarray, low: np.ndarray, z_step: np.ndarray | float = _Z_STEP) -> np.ndarray:
    """p as of a group as small as the lower end of its band, on steps of the normal deviate, at least 0.001."""
    with np.errstate(all="ignore"):
        z = -ndtri(np.clip(p, 1e-300, 1) / 2) * np.sqrt(low / n)
    return _p_of(np.floor(z / z_step + 1e-9) * z_step)


def _p_of_limits(
    p: np.ndarray, shown: np.ndarray, below: np.ndarray, above: np.ndarray, scale: Scale, n: np.ndarray, low: np.ndarray
) -> np.ndarray:
    """p as it follows from the published interval, so that both say the same of no difference, and nothing more.

    One that the interval alone would not give (adjusted for several tests, of another question than no difference) is as coarse as
    the estimate.
    """
    with np.errstate(all="ignore"):
        exact = -ndtri(np.clip(p, 1e-300, 1) / 2)
        error = np.where(shown > 0, scale.below, scale.above) / _NORMAL
        usual = np.abs(scale.estimate) / error
        own_question = ~np.isfinite(usual) | (exact > 1.25 * usual + 0.5) | (exact < 0.75 * usual - 0.5)
        # without limits there is no error to go by: the finest step, as of a test without limits
        z_step = np.fmax(np.ceil(scale.step / (scale.wider * error) / _Z_STEP), 1) * _Z_STEP
        own = np.floor(exact * np.sqrt(low / n) / z_step + 1e-9) * z_step
        half = np.where(shown > 0, below, above)
        published = _NORMAL * np.maximum(np.abs(shown) - scale.step / 2, 0) / (half - scale.step / 2)
        return _p_of(np.where(np.isnan(p), np.nan, np.where(own_question, own, published)))


def _p_of(z: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(z), np.nan, significant(np.clip(2 * ndtr(-z), 0.001, 1.0)))


def is_share(rows: Columns) -> np.ndarray:
    """Shares of people that come as an estimate: they count people, whatever model they come from."""
    return (rows["unit"] == "share") & np.array([" - " not in arm for arm in rows["arm"]], bool)
