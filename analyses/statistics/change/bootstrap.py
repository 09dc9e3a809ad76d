"""Bootstrap of the standardised mean change, from counts: every replicate is a weighting of people, not a copy of rows.

Own code because scipy's `bootstrap` copies the people in every replicate; here ten thousand of them are a few products of
matrices.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri

from analyses.statistics.change.effect_size import EffectSize, change_by_baseline_sd, hedges_correction
from analyses.statistics.change.paired_change import paired_moments
from analyses.statistics.inference.blocks import Block, blocks, worked

_BLOCK = 2_000_000


def change_by_baseline_sd_bootstrap(
    before: np.ndarray, later: np.ndarray, seed: int, sign: int = 1, replicates: int = 10_000, confidence: float = 0.95
) -> EffectSize:
    """g with its BCa bootstrap interval: bias-corrected and accelerated (Efron 1987, JASA 82:171; Efron & Tibshirani 1993, ch. 14).

    Parameters
    ----------
    before, later
        Shape (n,), people with both scores.
    seed
        From the plan: the same seed gives the same interval, whatever else ran before.

    The replicates resample people; those in which nobody differs at baseline are left out. Acceleration by the jackknife, in closed
    form. `std_error` is the SD of the replicates. `reason` as `change_by_baseline_sd`, and `no_variance` when the replicates do not
    vary.

    When not to use
    ---------------
    Below about ten people: the sample then is too small to stand for a population, and the interval is too narrow.

    Examples
    --------
    >>> before = np.array([10.0, 14, 18, 11, 20, 16, 15, 9, 13, 19])
    >>> answer = change_by_baseline_sd_bootstrap(before, before - np.arange(10.0), seed=1, sign=-1)
    >>> answer.ci_low < answer.estimate < answer.ci_high
    True
    """
    observed = change_by_baseline_sd(paired_moments(before, later), sign, confidence)
    if observed.reason:
        return EffectSize(np.nan, reason=observed.reason)
    before, change = np.asarray(before, float), sign * (np.asarray(later, float) - np.asarray(before, float))
    correction = hedges_correction(len(before) - 1)
    values = correction * replicated_ratios(before, change, seed, replicates)
    values = values[np.isfinite(values)]
    if len(values) < 2 or not np.ptp(values) > 1e-12 * abs(observed.estimate):
        return EffectSize(observed.estimate, reason="no_variance")
    low, high = _bca(values, observed.estimate, _jackknife(before, change), confidence)
    return EffectSize(observed.estimate, float(values.std(ddof=1)), low, high)


def replicated_ratios(before: np.ndarray, change: np.ndarray, seed: int, replicates: int) -> np.ndarray:
    """Mean change over the SD at baseline in each replicate, shape (replicates,); infinite or NaN where the SD is 0.

    >>> replicated_ratios(np.array([1.0, 2.0, 3.0]), np.ones(3), seed=1, replicates=5).shape
    (5,)
    """
    n = len(before)
    centred = before - before.mean()
    moments = np.column_stack([change, centred, centred**2])
    sums = np.concatenate(worked(partial(_sums, moments), blocks(replicates, _BLOCK // n, seed)))
    squares = sums[:, 2] - sums[:, 1] ** 2 / n
    squares[squares < 1e-12 * moments[:, 2].sum()] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return sums[:, 0] / n / np.sqrt(squares / (n - 1))


def _sums(moments: np.ndarray, block: Block) -> np.ndarray:
    return _counts(block.generator(), block.draws, len(moments)) @ moments


def _counts(generator: np.random.Generator, replicates: int, n: int) -> np.ndarray:
    """How often each person was drawn in each replicate, shape (replicates, n)."""
    drawn = generator.integers(0, n, (replicates, n))
    drawn += np.arange(0, replicates * n, n)[:, None]
    return np.bincount(drawn.ravel(), minlength=replicates * n).reshape(replicates, n).astype(float)


def _jackknife(before: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The ratio without each person in turn."""
    n = len(before)
    centred = before - before.mean()
    squares = (centred**2).sum() - centred**2 * n / (n - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = (change.sum() - change) / (n - 1) / np.sqrt(np.maximum(squares, 0) / (n - 2))
    return values[np.isfinite(values)]


def _bca(values: np.ndarray, observed: float, jackknife: np.ndarray, confidence: float) -> tuple[float, float]:
    below = (np.sum(values < observed) + 0.5 * np.sum(values == observed)) / len(values)
    bias = ndtri(np.clip(below, 0.5 / len(values), 1 - 0.5 / len(values)))
    apart = jackknife.mean() - jackknife
    spread = (apart**2).sum() ** 1.5
    acceleration = (apart**3).sum() / (6 * spread) if spread > 0 else 0.0
    z = bias + ndtri(np.array([(1 - confidence) / 2, 1 - (1 - confidence) / 2]))
    levels = ndtr(bias + z / (1 - acceleration * z))
    return tuple(float(limit) for limit in np.quantile(values, levels))
