"""People by the moments at which they have a score, reduced to counts, means and cross-products: what normal models need of them.

Own code because no library here keeps it: imputation, mixed models and pooling all rest on these few numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class ScorePattern:
    """The people who have scores at the same moments.

    ``seen``: boolean, shape (moments,). ``n``: how many they are. ``means``: shape (moments,), 0 where not seen. ``scatter``: shape (moments,
    moments), sums of squares and products of the deviations from these means, 0 where not seen.
    """

    seen: np.ndarray
    n: int
    means: np.ndarray
    scatter: np.ndarray


def score_patterns(scores: np.ndarray) -> tuple[ScorePattern, ...]:
    """Reduce scores, shape (people, moments), NaN where missing; whoever has none is in no pattern.

    The patterns come in a fixed order: by their moments, read as binary digits of which the first moment is the lowest. At most 30 moments.

    Examples
    --------
    >>> both, first = score_patterns(np.array([[1.0, 4.0], [3.0, 4.0], [7.0, np.nan]]))[::-1]
    >>> both.n, both.means.tolist(), both.scatter.tolist()
    (2, [2.0, 4.0], [[2.0, 0.0], [0.0, 0.0]])
    >>> first.n, first.means.tolist()
    (1, [7.0, 0.0])
    """
    seen = ~np.isnan(scores)
    code = seen @ (1 << np.arange(scores.shape[1], dtype=np.int64))
    return tuple(_pattern(scores[code == one]) for one in np.flatnonzero(np.bincount(code)) if one)


def added(one: ScorePattern, other: ScorePattern) -> ScorePattern:
    """Two groups of people with the same moments as one (Chan, Golub & LeVeque 1983, Am Stat 37:242).

    >>> one, two = (score_patterns(np.array([[score]]))[0] for score in (1.0, 3.0))
    >>> both = added(one, two)
    >>> both.n, both.means.tolist(), both.scatter.tolist()
    (2, [2.0], [[2.0]])
    """
    n, apart = one.n + other.n, other.means - one.means
    return ScorePattern(
        one.seen,
        n,
        one.means + apart * (other.n / n),
        one.scatter + other.scatter + np.outer(apart, apart) * (one.n * other.n / n),
    )


def without(patterns: Sequence[ScorePattern], moment: int) -> tuple[ScorePattern, ...]:
    """The same people as if nobody had been measured at one moment; who has no other score is left out.

    >>> [pattern.n for pattern in without(score_patterns(np.array([[1.0, 4.0], [3.0, np.nan], [np.nan, 2.0]])), 1)]
    [2]
    """
    kept = np.arange(len(patterns[0].seen)) != moment if patterns else np.zeros(0, bool)
    found: dict[bytes, ScorePattern] = {}
    for pattern in patterns:
        left = ScorePattern(pattern.seen & kept, pattern.n, pattern.means * kept, pattern.scatter * np.outer(kept, kept))
        if left.seen.any():
            key = left.seen.tobytes()
            found[key] = added(found[key], left) if key in found else left
    return tuple(found.values())


def _pattern(scores: np.ndarray) -> ScorePattern:
    seen = ~np.isnan(scores[0])
    mine = scores[:, seen]
    means, scatter = np.zeros(len(seen)), np.zeros((len(seen), len(seen)))
    means[seen] = mine.mean(axis=0)
    centred = mine - means[seen]
    scatter[np.ix_(seen, seen)] = centred.T @ centred
    return ScorePattern(seen, len(mine), means, scatter)
