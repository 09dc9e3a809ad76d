"""Intervals of weighted estimates by drawing people, or whole providers, with the weights estimated anew in every draw.

Own code because scipy's bootstrap draws one by one, and knows no clusters; here a draw is how often each person is in it, many at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from analyses.statistics.inference.blocks import Block, blocks, worked

_AT_ONCE = 1_000_000
_SHARE_THAT_MAY_FAIL = 0.1
FEWEST_CLUSTERS = 6
"""Below it draws of clusters are too few to say how much clusters differ (5 of 5: 126 different samples)."""
Scale = Literal["as_it_is", "log", "log_log"]


@dataclass(frozen=True, slots=True)
class BootstrapInterval:
    """An estimate with its error over the draws, a t interval on the scale asked for, and p for no difference.

    `reason`: that of the estimate; `too_few_clusters`; `resamples_failed` (more than a tenth of the draws had no answer); `no_variance`.
    """

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    df: float = np.nan
    reason: str | None = None


def resamples(
    n: int, draws: int, seed: int, cluster: np.ndarray | None = None, alike: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """How often each person is in each draw, in blocks of shape (some draws, n).

    `cluster` (codes from 0): whole clusters are drawn. `alike` (codes from 0): of people who are alike it is said how often they were drawn
    together; shape (some draws, codes).

    >>> [block.sum(axis=1).tolist() for block in resamples(4, 3, seed=1)]
    [[4.0, 4.0, 4.0]]
    >>> next(resamples(4, 1, seed=1, cluster=np.array([0, 0, 1, 1]))).sum()
    np.float64(4.0)
    >>> next(resamples(4, 1, seed=1, alike=np.array([0, 0, 0, 1]))).shape
    (1, 2)
    """
    for block in _blocks(n, draws, seed, alike):
        yield _counts(block, n, cluster, alike)


def bootstrap(
    statistics: Callable[[np.ndarray], np.ndarray],
    n: int,
    *,
    draws: int,
    seed: int,
    cluster: np.ndarray | None = None,
    alike: np.ndarray | None = None,
) -> np.ndarray:
    """The statistics of every draw, shape (draws, k); NaN where a draw has none. `statistics`: counts (some draws, n) in, (some draws, k) out.

    Blocks of draws have their own random numbers, and may be worked at anywhere (`inference.spread_by`).

    >>> found = bootstrap(lambda counts: (counts @ np.arange(5.0) / counts.sum(axis=1))[:, None], 5, draws=2000, seed=1)
    >>> found.shape, round(float(found.std()), 1)
    ((2000, 1), 0.6)
    """
    work = partial(_work, statistics, n, cluster, alike)
    return np.concatenate(worked(work, _blocks(n, draws, seed, alike)))


def _work(statistics: Callable[[np.ndarray], np.ndarray], n: int, cluster, alike, block: Block) -> np.ndarray:
    return statistics(_counts(block, n, cluster, alike))


def _blocks(n: int, draws: int, seed: int, alike: np.ndarray | None) -> list[Block]:
    size = n if alike is None else int(alike.max(initial=0)) + 1
    return blocks(draws, _AT_ONCE // max(size, 1), seed)


def _counts(block: Block, n: int, cluster: np.ndarray | None, alike: np.ndarray | None) -> np.ndarray:
    generator = block.generator()
    if alike is not None:
        kinds = int(alike.max(initial=0)) + 1
        each = [np.bincount(alike[generator.integers(0, n, n)], minlength=kinds) for _ in range(block.draws)]
        return np.stack(each).astype(float)
    size = n if cluster is None else int(cluster.max()) + 1
    counts = generator.multinomial(size, np.full(size, 1.0 / size), size=block.draws).astype(float)
    return counts if cluster is None else counts[:, cluster]


def interval(
    estimate: float,
    drawn: np.ndarray,
    *,
    df: float = np.inf,
    scale: Scale = "as_it_is",
    null: float = 0.0,
    confidence: float = 0.95,
) -> BootstrapInterval:
    """A t interval from the spread of the draws.

    Parameters
    ----------
    estimate
        In the people as they are.
    drawn
        Shape (draws,), NaN where a draw had no answer.
    df
        Of the t quantile; infinite: normal.
    scale
        On which the interval is symmetric: `log` for ratios, `log_log` (of minus the logarithm) for survival.
    null
        What "no difference" is, on the scale of the estimate; NaN: no test.

    The error is on the scale of the estimate. Normal limits and not percentiles: in small groups these are too narrow (Hesterberg 2015,
    Am Stat 69:371), and a share of draws without an answer shifts them.

    Examples
    --------
    >>> found = interval(2.0, np.array([1.0, 3.0, 1.0, 3.0]))
    >>> round(found.std_error, 4), round(found.ci_high, 3)
    (1.1547, 4.263)
    """
    if not np.isfinite(estimate):
        return BootstrapInterval(np.nan, reason="no_information")
    to, back, slope = _SCALES[scale]
    known = drawn[np.isfinite(drawn)]
    with np.errstate(divide="ignore", invalid="ignore"):
        turned, at = to(known), float(to(estimate))
        turned = turned[np.isfinite(turned)]
    if len(turned) < (1 - _SHARE_THAT_MAY_FAIL) * len(drawn) or not np.isfinite(at):
        return BootstrapInterval(estimate, reason="resamples_failed")
    error = float(turned.std(ddof=1))
    if not error > 1e-12 * max(abs(at), 1e-12):
        return BootstrapInterval(estimate, 0.0, reason="no_variance")
    half = (stdtrit(df, 0.5 + confidence / 2) if np.isfinite(df) else _normal(confidence)) * error
    low, high = sorted((float(back(at - half)), float(back(at + half))))
    away = -abs(at - float(to(null))) / error if np.isfinite(null) else np.nan
    p_value = 2 * float(stdtr(df, away) if np.isfinite(df) else ndtr(away))
    return BootstrapInterval(
        estimate, error * abs(float(slope(estimate))), low, high, p_value, df if np.isfinite(df) else np.nan
    )


def _normal(confidence: float) -> float:
    from analyses.statistics.inference.wald import normal_quantile

    return normal_quantile(confidence)


def _complementary(share):
    return np.log(-np.log(share))


_SCALES = {
    "as_it_is": (lambda x: x, lambda x: x, lambda x: 1.0),
    "log": (np.log, np.exp, lambda x: x),
    "log_log": (_complementary, lambda x: np.exp(-np.exp(x)), lambda x: x * np.log(x)),
}
