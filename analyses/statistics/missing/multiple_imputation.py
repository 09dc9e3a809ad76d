"""Multiple imputation of scores over time: chained Bayesian linear regressions of each moment on the others.

Own code because statsmodels' MICE draws scores of others by predictive mean matching only, from few people with replacement, and goes
over data sets one by one: thousands of times slower where only cross-products are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_CYCLES = 10
# as mice.impute.norm: keeps predictors that nearly coincide from blowing up
_RIDGE = 1e-5
_MINIMUM_DF = 3
# cells that are drawn at once
_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True)
class Imputable:
    """Whether scores can be imputed: which moments, in which order, or the ``reason`` why not.

    ``moments`` are the columns that anybody has a score at; columns outside it stay missing. ``order`` are those of them
    with something missing, the fewest missing first. ``reason``: ``empty_group``, ``too_few`` (fewer than three degrees of
    freedom in the regression of a moment).
    """

    moments: tuple[int, ...]
    order: tuple[int, ...]
    reason: str | None


def imputable(scores: np.ndarray) -> Imputable:
    """Look at scores, shape (people, moments), NaN where missing.

    >>> imputable(np.array([[1.0, np.nan], [2.0, 3.0]])).reason
    'too_few'
    >>> imputable(np.array([[1.0, 2.0], [2.0, 3.0]])).reason is None
    True
    """
    seen = (~np.isnan(scores)).sum(axis=0)
    moments = tuple(int(k) for k in np.flatnonzero(seen > 0))
    if not moments:
        return Imputable((), (), "empty_group")
    holes = [k for k in moments if seen[k] < len(scores)]
    order = tuple(sorted(holes, key=lambda k: -int(seen[k])))
    # the regression of one moment has an intercept and the other moments
    few = any(seen[k] - len(moments) < _MINIMUM_DF for k in order)
    return Imputable(moments, order, "too_few" if few else None)


def impute(scores: np.ndarray, imputations: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Completed copies of the scores, one per imputation.

    Parameters
    ----------
    scores : array, shape (people, moments)
        NaN where missing; everyone has at least one score. One arm at a time: arms may then differ in everything.
    imputations
        Number of completed data sets.
    generator
        Source of the draws: the same seed gives the same bytes.

    Yields
    ------
    array, shape (people, moments)
        Scores as they are where observed, drawn where not. Draws are not rounded or cut off at the ends of the scale: that
        would bias means (Von Hippel 2013, Sociol Methods Res 42:105).

    Raises
    ------
    ValueError
        When `imputable` gives a reason.

    Notes
    -----
    Fully conditional specification (Van Buuren 2007, Stat Methods Med Res 16:219) with Bayesian linear regression (Rubin
    1987, p. 167; ``norm`` in mice): sigma^2* = RSS / chi^2(df), b* normal around the least squares b, then y* = X b* + e.
    With normal regressions of every moment on all others this is the multivariate normal model. Ten cycles from a random
    draw of observed scores. Only cross-products of those with a hole are formed anew in each cycle.

    When not to use
    ---------------
    When leaving depends on what was not seen: show the tipping point beside it. When fewer than some ten people are
    complete, or scores pile up at an end of the scale.

    Examples
    --------
    >>> scores = np.array([[1.0, 2.0], [2.0, 2.5], [3.0, 4.5], [4.0, 4.0], [5.0, 6.5], [6.0, np.nan]])
    >>> first, second = impute(scores, 2, np.random.default_rng(1))
    >>> bool((first[:5] == scores[:5]).all()), bool(first[5, 1] != second[5, 1])
    (True, True)
    """
    found = imputable(scores)
    if found.reason is not None:
        raise ValueError(found.reason)
    columns = list(found.moments)
    hole = np.isnan(scores[:, columns])
    part = hole.any(axis=1)
    whole = np.column_stack([np.ones(int((~part).sum())), scores[~part][:, columns]])
    fixed = whole.T @ whole
    order = [columns.index(k) for k in found.order]
    for size in _blocks(imputations, int(part.sum()) * (len(columns) + 1)):
        drawn = _complete(scores[:, columns], hole, part, fixed, order, size, generator)
        for rows in drawn:
            completed = scores.copy()
            completed[np.ix_(part, columns)] = rows
            yield completed


def _blocks(imputations: int, cells: int) -> list[int]:
    """How many data sets are drawn at once: many when they are small, one by one when they are large."""
    most = max(1, _BLOCK // max(cells, 1))
    return [min(most, imputations - done) for done in range(0, imputations, most)]


def _complete(scores, hole, part, fixed, order, imputations: int, generator) -> np.ndarray:
    """Chained draws for the people with a hole, shape (imputations, people, moments); `fixed` are the products of the others."""
    some = np.column_stack([np.ones(int(part.sum())), scores[part]])
    work = np.repeat(some[None], imputations, axis=0)
    for k in order:
        missing = hole[part, k]
        work[:, missing, k + 1] = generator.choice(scores[~hole[:, k], k], (imputations, int(missing.sum())))
    for _ in range(_CYCLES):
        for k in order:
            _draw(work, hole[part, k], k + 1, fixed, generator)
    return work[:, :, 1:]


def _draw(work: np.ndarray, missing: np.ndarray, column: int, fixed: np.ndarray, generator) -> None:
    """Draw one moment's missing scores given the others, in place, for every data set at once."""
    imputations, _, width = work.shape
    others = np.delete(np.arange(width), column)
    seen = work[:, ~missing]
    products = fixed + seen.transpose(0, 2, 1) @ seen
    gram, cross = products[:, others[:, None], others], products[:, others, column]
    precision = gram + _RIDGE * np.einsum("mii->mi", gram)[:, :, None] * np.eye(width - 1)
    beta = np.linalg.solve(precision, cross[..., None])[..., 0]
    fitted = 2 * (beta * cross).sum(axis=1) - np.einsum("mi,mij,mj->m", beta, gram, beta)
    rss = np.maximum(products[:, column, column] - fitted, 0.0)
    df = products[0, 0, 0] - len(others)
    sigma = np.sqrt(rss / generator.chisquare(df, imputations))
    # L'^-1 z has the inverse of the precision as its covariance: draws around beta
    upper = np.linalg.cholesky(precision).transpose(0, 2, 1)
    noise = np.linalg.solve(upper, generator.standard_normal((imputations, width - 1, 1)))[..., 0]
    drawn = beta + sigma[:, None] * noise
    mean = (work[:, missing][:, :, others] @ drawn[..., None])[..., 0]
    work[:, missing, column] = mean + sigma[:, None] * generator.standard_normal(mean.shape)
