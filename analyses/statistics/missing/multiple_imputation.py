"""Multiple imputation of scores over time: chained Bayesian linear regressions of each moment on the others.

Own code because statsmodels' MICE draws scores of others by predictive mean matching only, from few people with replacement, and goes
over data sets one by one: thousands of times slower where only cross-products are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyses.statistics.missing.score_patterns import ScorePattern

_CYCLES = 10
# as mice.impute.norm: keeps predictors that nearly coincide from blowing up
_RIDGE = 1e-5
_MINIMUM_DF = 3
# below this share of the largest a direction has no spread but that of rounding
_FLAT = 1e-12


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


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """Sums over the people of each pattern in each completed data set.

    ``patterns``: those that were completed. ``moments``: the columns that have scores. ``means``: shape (imputations, patterns, columns).
    ``scatter``: shape (imputations, patterns, columns, columns), sums of squares and products around these means.
    """

    patterns: tuple[ScorePattern, ...]
    moments: tuple[int, ...]
    means: np.ndarray
    scatter: np.ndarray


def imputable(patterns: Sequence[ScorePattern]) -> Imputable:
    """Look at the patterns of scores of one group of people.

    >>> from analyses.statistics.missing.score_patterns import score_patterns
    >>> imputable(score_patterns(np.array([[1.0, np.nan], [2.0, 3.0]]))).reason
    'too_few'
    >>> imputable(score_patterns(np.array([[1.0, 2.0], [2.0, 3.0]]))).reason is None
    True
    """
    if not patterns:
        return Imputable((), (), "empty_group")
    seen, people = sum(pattern.n * pattern.seen for pattern in patterns), sum(pattern.n for pattern in patterns)
    moments = tuple(int(k) for k in np.flatnonzero(seen > 0))
    order = tuple(sorted((k for k in moments if seen[k] < people), key=lambda k: -int(seen[k])))
    # the regression of one moment has an intercept and the other moments
    few = any(seen[k] - len(moments) < _MINIMUM_DF for k in order)
    return Imputable(moments, order, "too_few" if few else None)


def impute(patterns: Sequence[ScorePattern], imputations: int, generator: np.random.Generator) -> Imputed:
    """Completed data sets, as the sums that any mean, variance or least squares of them follows from.

    Parameters
    ----------
    patterns
        From `score_patterns`. One arm at a time: arms may then differ in everything.
    imputations
        Number of completed data sets.
    generator
        Source of the draws: the same seed gives the same bytes.

    Raises
    ------
    ValueError
        When `imputable` gives a reason.

    Notes
    -----
    Fully conditional specification (Van Buuren 2007, Stat Methods Med Res 16:219) with Bayesian linear regression (Rubin
    1987, p. 167; ``norm`` in mice): sigma^2* = RSS / chi^2(df), b* normal around the least squares b, then y* = X b* + e.
    With normal regressions of every moment on all others this is the multivariate normal model. Ten cycles from normal draws with
    the mean and variance of who was seen. Draws are not rounded or cut off at the ends of the scale: that would bias means (Von
    Hippel 2013, Sociol Methods Res 42:105).

    No score of a person is drawn. The regressions ask for cross-products only, and those of n people with the same holes are drawn at
    once, from the distribution that they have when every e is drawn: given X, X'e is normal with variance sigma^2 X'X, and e'e is
    sigma^2 (z'z + chi^2(n - r)), where z are the r standard normal numbers that X'e was made of and r is the rank of X. So a million
    people cost what a hundred cost, and sums that providers add up are imputed as the people would be.

    When not to use
    ---------------
    When leaving depends on what was not seen: show the tipping point beside it. When fewer than some ten people are
    complete, or scores pile up at an end of the scale.

    Examples
    --------
    >>> from analyses.statistics.missing.score_patterns import score_patterns
    >>> scores = np.array([[1.0, 2.0], [2.0, 2.5], [3.0, 4.5], [4.0, 4.0], [5.0, 6.5], [6.0, np.nan]])
    >>> found = impute(score_patterns(scores), 2, np.random.default_rng(1))
    >>> found.means[:, 0, 0].tolist(), bool(found.means[0, 0, 1] != found.means[1, 0, 1])
    ([6.0, 6.0], True)
    >>> bool(np.allclose(found.means[:, 1], scores[:5].mean(axis=0)))
    True
    """
    found = imputable(patterns)
    if found.reason is not None:
        raise ValueError(found.reason)
    columns = list(found.moments)
    size = np.array([pattern.n for pattern in patterns], float)
    seen = np.array([pattern.seen[columns] for pattern in patterns])
    means = np.array([pattern.means[columns] for pattern in patterns])
    scatter = np.array([pattern.scatter[np.ix_(columns, columns)] for pattern in patterns])
    centre, spread = _scale(size, seen, means, scatter)
    standing = (means - centre) / spread * seen
    products = np.zeros((imputations, len(patterns), len(columns) + 1, len(columns) + 1))
    products[:, :, 0, 0] = size
    products[:, :, 0, 1:] = products[:, :, 1:, 0] = size[:, None] * standing
    products[:, :, 1:, 1:] = scatter / np.outer(spread, spread) + np.einsum("p,pi,pj->pij", size, standing, standing)
    order = [columns.index(k) for k in found.order]
    flat = np.zeros((imputations, len(columns)))
    for k in order:
        begun = np.sqrt(products[:, seen[:, k], k + 1, k + 1].sum(axis=1) / size[seen[:, k]].sum())
        _fill(products, ~seen[:, k], k + 1, flat, begun, generator)
    for _ in range(_CYCLES):
        for k in order:
            _draw(products, ~seen[:, k], k + 1, generator)
    done = products[:, :, 0, 1:] / size[:, None]
    around = products[:, :, 1:, 1:] - np.einsum("p,mpi,mpj->mpij", size, done, done)
    hole = ~seen
    drawn = hole[:, :, None] | hole[:, None, :]
    return Imputed(
        tuple(patterns),
        found.moments,
        np.where(hole, centre + done * spread, means),
        np.where(drawn, around * np.outer(spread, spread), scatter),
    )


def _scale(size: np.ndarray, seen: np.ndarray, means: np.ndarray, scatter: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and SD of each moment over all who were seen; an SD of nothing is 1, so that nothing is divided by it."""
    n = size @ seen
    centre = (size[:, None] * seen * means).sum(axis=0) / n
    squares = np.einsum("pii->i", scatter) + (size[:, None] * seen * (means - centre) ** 2).sum(axis=0)
    spread = np.sqrt(squares / n)
    return centre, np.where(spread > 1e-9 * np.maximum(1.0, np.abs(centre)), spread, 1.0)


def _draw(products: np.ndarray, missing: np.ndarray, column: int, generator: np.random.Generator) -> None:
    """Draw the sums of one moment's missing scores given the others, in place, for every data set at once."""
    imputations, width = len(products), products.shape[-1]
    others = np.delete(np.arange(width), column)
    total = products[:, ~missing].sum(axis=1)
    gram, cross = total[:, others[:, None], others], total[:, others, column]
    own = np.einsum("mii->mi", gram)
    # a moment at which all are alike follows from the intercept: the ridge alone keeps it apart
    ridge = _RIDGE * np.where(own > 0, own, total[:, :1, 0])
    precision = gram + ridge[:, :, None] * np.eye(width - 1)
    beta = np.linalg.solve(precision, cross[..., None])[..., 0]
    fitted = 2 * (beta * cross).sum(axis=1) - np.einsum("mi,mij,mj->m", beta, gram, beta)
    rss = np.maximum(total[:, column, column] - fitted, 0.0)
    df = total[0, 0, 0] - len(others)
    sigma = np.sqrt(rss / generator.chisquare(df, imputations))
    # L'^-1 z has the inverse of the precision as its covariance: draws around beta
    upper = np.linalg.cholesky(precision).transpose(0, 2, 1)
    noise = np.linalg.solve(upper, generator.standard_normal((imputations, width - 1, 1)))[..., 0]
    _fill(products, missing, column, beta + sigma[:, None] * noise, sigma, generator)


def _fill(
    products: np.ndarray, missing: np.ndarray, column: int, beta: np.ndarray, sigma: np.ndarray, generator: np.random.Generator
) -> None:
    """Put the sums of y = X beta + e, with e normal with SD sigma, in place of those of a column, in the patterns that miss it."""
    others = np.delete(np.arange(products.shape[-1]), column)
    gram = products[:, missing][:, :, others[:, None], others]
    people = gram[0, :, 0, 0]
    values, vectors = np.linalg.eigh(gram)
    # of people fewer than columns, and of columns that follow from others, the rest is rounding
    rank = np.minimum(people, len(others)).astype(int)
    kept = (np.arange(len(others)) >= len(others) - rank[:, None]) & (values > _FLAT * values[..., -1:])
    normal = generator.standard_normal(values.shape)
    turned = np.einsum("mpij,mpi->mpj", vectors, normal)
    inside = np.einsum("mpij,mpj->mpi", vectors, np.sqrt(np.where(kept, values, 0.0)) * turned)
    apart = people - kept.sum(axis=-1)
    beyond = np.where(apart > 0, 2 * generator.standard_gamma(np.maximum(apart, 1) / 2), 0.0)
    error = sigma[:, None, None] * inside
    square = sigma[:, None] ** 2 * ((np.where(kept, turned, 0.0) ** 2).sum(axis=-1) + beyond)
    fitted = np.einsum("mpij,mj->mpi", gram, beta)
    cross = fitted + error
    which = np.flatnonzero(missing)
    for place, other in enumerate(others):
        products[:, which, other, column] = products[:, which, column, other] = cross[:, :, place]
    along = np.einsum("mpi,mi->mp", fitted, beta) + 2 * np.einsum("mpi,mi->mp", error, beta)
    products[:, which, column, column] = along + square
