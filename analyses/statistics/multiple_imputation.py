"""Multiple imputation of scores over time: chained Bayesian linear regressions of each moment on the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_CYCLES = 10
# as mice.impute.norm: keeps predictors that nearly coincide from blowing up
_RIDGE = 1e-5
_MINIMUM_DF = 3


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
    for _ in range(imputations):
        completed = scores.copy()
        if order:
            rows = _complete(scores[part][:, columns], hole[part], fixed, order, scores[:, columns], generator)
            completed[np.ix_(part, columns)] = rows
        yield completed


def _complete(scores, hole, fixed, order, observed, generator) -> np.ndarray:
    """Chained draws for the people with a hole; `fixed` are the cross-products of the others."""
    work = np.column_stack([np.ones(len(scores)), scores])
    for k in order:
        known = observed[~np.isnan(observed[:, k]), k]
        work[hole[:, k], k + 1] = generator.choice(known, int(hole[:, k].sum()))
    for _ in range(_CYCLES):
        for k in order:
            _draw(work, hole[:, k], k + 1, fixed, generator)
    return work[:, 1:]


def _draw(work: np.ndarray, missing: np.ndarray, column: int, fixed: np.ndarray, generator) -> None:
    """Draw one moment's missing scores given the others, in place."""
    others = [k for k in range(work.shape[1]) if k != column]
    seen = work[~missing]
    products = fixed + seen.T @ seen
    gram, cross = products[np.ix_(others, others)], products[others, column]
    precision = gram + _RIDGE * np.diag(np.diag(gram))
    beta = np.linalg.solve(precision, cross)
    rss = max(float(products[column, column] - 2 * beta @ cross + beta @ gram @ beta), 0.0)
    df = products[0, 0] - len(others)
    sigma = np.sqrt(rss / generator.chisquare(df))
    # L' has the inverse of the precision as its square: draws around beta
    lower = np.linalg.cholesky(precision)
    drawn = beta + sigma * np.linalg.solve(lower.T, generator.standard_normal(len(others)))
    mean = work[missing][:, others] @ drawn
    work[missing, column] = mean + sigma * generator.standard_normal(len(mean))
