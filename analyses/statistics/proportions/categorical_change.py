"""Change from one category to another in the same people: McNemar for two, Stuart-Maxwell for more, each also exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, chdtrc, gammaln

ENUMERATED_UP_TO = 200_000
"""Outcomes up to which the exact distribution is enumerated; beyond, it is sampled."""


@dataclass(frozen=True, slots=True)
class MarginalTest:
    """A statistic with its degrees of freedom and p; `reason` when there is none."""

    statistic: float
    df: float = np.nan
    p_value: float = np.nan
    reason: str | None = None


def mcnemar(table: np.ndarray) -> MarginalTest:
    """McNemar's chi-squared, (b - c)^2 / (b + c) on 1 df, without continuity correction.

    Parameters
    ----------
    table
        Shape (2, 2): people by category before (rows) and later (columns).

    McNemar 1947, Psychometrika 12:153. R's `mcnemar.test` corrects unless told not to. `reason`: `empty_group`, `no_variance` (nobody
    changed).

    Examples
    --------
    Nine changed one way and one the other: 64 over 10.

    >>> mcnemar(np.array([[20, 9], [1, 20]])).statistic
    6.4

    When not to use
    ---------------
    Below some ten people who changed: `mcnemar_exact`. As proof that a programme works: people also move by themselves.
    """
    table = np.asarray(table)
    reason = _reason(table)
    if reason:
        return MarginalTest(np.nan, reason=reason)
    b, c = int(table[0, 1]), int(table[1, 0])
    statistic = (b - c) ** 2 / (b + c)
    return MarginalTest(statistic, 1, float(chdtrc(1, statistic)))


def mcnemar_exact(table: np.ndarray) -> MarginalTest:
    """Exact version of `mcnemar`: of those who changed, is either direction equally likely? `statistic` is the odds b / c.

    The binomial test of b in b + c, two-sided by doubling (R: `binom.test(b, b + c)`; exact2x2).

    Examples
    --------
    >>> mcnemar_exact(np.array([[20, 9], [1, 20]])).p_value
    0.021484375
    """
    table = np.asarray(table)
    reason = _reason(table)
    if reason:
        return MarginalTest(np.nan, reason=reason)
    b, c = int(table[0, 1]), int(table[1, 0])
    smaller, n = min(b, c), b + c
    tail = float(betainc(n - smaller, smaller + 1, 0.5)) if smaller < n else 1.0
    return MarginalTest(b / c if c else np.inf, np.nan, min(1.0, 2 * tail))


def stuart_maxwell(table: np.ndarray) -> MarginalTest:
    """Stuart-Maxwell chi-squared of equal shares per category before and later, for k categories.

    Parameters
    ----------
    table
        Shape (k, k): people by category before (rows) and later (columns). Categories in which nobody changed are left out.

    d' S^-1 d with d_i = n_i. - n_.i, S_ii = n_i. + n_.i - 2 n_ii and S_ij = -(n_ij + n_ji) (Stuart 1955, Biometrika 42:412; Maxwell
    1970, Br J Psychiatry 116:651). With two categories it is McNemar's. `reason`: `empty_group`, `no_variance`.

    Examples
    --------
    Four moved from the first to the second and four from the second to the third: differences 4, 0 and -4, S^-1 d = (1, 0, -1).

    >>> round(stuart_maxwell(np.array([[5, 4, 0], [0, 5, 4], [0, 0, 5]])).statistic, 9)
    8.0
    """
    table = np.asarray(table, float)
    reason = _reason(table)
    if reason:
        return MarginalTest(np.nan, reason=reason)
    difference, inverse, rank = _marginal(table)
    statistic = float(difference @ inverse @ difference)
    return MarginalTest(statistic, rank, float(chdtrc(rank, statistic)))


def stuart_maxwell_exact(table: np.ndarray, seed: int, samples: int = 20_000) -> MarginalTest:
    """Exact version of `stuart_maxwell`, given how many changed between each two categories.

    Under equal chances in both directions each count above the diagonal is binomial with one half, independently; p is
    the chance of a statistic at least as large. Enumerated up to `ENUMERATED_UP_TO` outcomes, sampled beyond (p then is (1 + number at
    least as large) / (1 + samples)). With two categories this is the exact McNemar test.

    Examples
    --------
    >>> round(stuart_maxwell_exact(np.array([[20, 9], [1, 20]]), seed=1).p_value, 9)
    0.021484375
    """
    table = np.asarray(table)
    reason = _reason(table)
    if reason:
        return MarginalTest(np.nan, reason=reason)
    rows, columns = np.triu_indices(len(table), 1)
    changed = (table + table.T)[rows, columns].astype(np.int64)
    rows, columns, changed = rows[changed > 0], columns[changed > 0], changed[changed > 0]
    _, inverse, _ = _marginal(table.astype(float))
    enumerate_all = float(np.prod(changed + 1.0)) <= ENUMERATED_UP_TO
    outcomes = _every(changed) if enumerate_all else np.random.default_rng(seed).binomial(changed, 0.5, (samples, len(changed)))
    excess = 2.0 * outcomes - changed
    signs = np.zeros((len(changed), len(table)))
    signs[np.arange(len(changed)), rows], signs[np.arange(len(changed)), columns] = 1.0, -1.0
    difference = excess @ signs
    statistics = ((difference @ inverse) * difference).sum(axis=1)
    observed = stuart_maxwell(table).statistic
    extreme = statistics >= observed * (1 - 1e-9) - 1e-12
    p_value = (
        float(np.exp(_log_chances(outcomes[extreme], changed)).sum()) if enumerate_all else (1 + extreme.sum()) / (1 + samples)
    )
    return MarginalTest(observed, np.nan, float(min(1.0, p_value)))


def _reason(table: np.ndarray) -> str | None:
    if table.sum() == 0:
        return "empty_group"
    return "no_variance" if table.sum() == np.trace(table) else None


def _marginal(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Differences of the margins, the generalised inverse of their covariance, and its rank.

    The rank is the number of categories minus the number of sets between which nobody moved.
    """
    between = table + table.T
    np.fill_diagonal(between, 0.0)
    covariance = np.diag(between.sum(axis=1)) - between
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    return table.sum(axis=1) - table.sum(axis=0), np.linalg.pinv(covariance, hermitian=True), rank


def _every(changed: np.ndarray) -> np.ndarray:
    """Every combination of counts from 0 to `changed`, shape (combinations, pairs)."""
    return np.stack(np.meshgrid(*(np.arange(n + 1) for n in changed), indexing="ij"), axis=-1).reshape(-1, len(changed))


def _log_chances(outcomes: np.ndarray, changed: np.ndarray) -> np.ndarray:
    choose = gammaln(changed + 1) - gammaln(outcomes + 1) - gammaln(changed - outcomes + 1)
    return (choose - changed * np.log(2)).sum(axis=1)
