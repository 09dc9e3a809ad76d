"""Change from one category to another in the same people: McNemar for two, Stuart-Maxwell for more, each also exact; Cochran's Q.

The tests are those of statsmodels. Own code because statsmodels has no mid-p, no exact Stuart-Maxwell test, and gives up
(or divides noise by noise) when the covariance of the margins is singular: between sets of categories that nobody moved across.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, gammaln

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
    from statsmodels.stats import contingency_tables

    found = contingency_tables.mcnemar(table, exact=False, correction=False)
    return MarginalTest(float(found.statistic), 1, float(found.pvalue))


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
    from statsmodels.stats import contingency_tables

    return MarginalTest(_odds(table), np.nan, float(contingency_tables.mcnemar(table, exact=True).pvalue))


def mcnemar_mid_p(table: np.ndarray) -> MarginalTest:
    """`mcnemar_exact` less half the chance of what was seen, on either side: mid-p.

    The exact p minus C(n, b) / 2^n, n = b + c (Fagerland, Lydersen & Laake 2013, BMC Med Res Methodol 13:91; R's
    `exact2x2(paired = TRUE, midp = TRUE)`). Of 5 % when few people changed, where the exact test rejects far more rarely.

    Examples
    --------
    Theirs: 7 changed one way and 1 the other; exact 0.0703, mid-p 0.0391.

    >>> table = np.array([[1, 1], [7, 12]])
    >>> mcnemar_exact(table).p_value, round(mcnemar_mid_p(table).p_value, 9)
    (0.0703125, 0.0390625)
    """
    exact = mcnemar_exact(table)
    if exact.reason:
        return exact
    b, c = (int(count) for count in (table[0][1], table[1][0]))
    as_seen = float(np.exp(_log_chances(np.array([[b]]), np.array([b + c]))[0]))
    # when b and c are equal both tails hold what was seen, and the exact p was cut off at 1
    return MarginalTest(exact.statistic, np.nan, 1 - as_seen / 2 if b == c else exact.p_value - as_seen)


def cochran_q(yes: np.ndarray) -> MarginalTest:
    """Cochran's Q: is the share of yes the same at every moment, in the same people? Chi-squared on moments - 1 df.

    Parameters
    ----------
    yes
        Shape (people, moments), boolean; nobody missing.

    Cochran 1950, Biometrika 37:256; with two moments McNemar's. `reason`: `empty_group`, `no_variance` (everyone the same at every
    moment).

    When not to use
    ---------------
    With few people who changed: the chi-squared distribution then is a poor guide. For two moments: `mcnemar_exact`.

    Examples
    --------
    Of four people one is in the range at all moments, three leave it one after the other: (3 - 1) (3 x 21 - 49) / (3 x 7 - 15).

    >>> round(cochran_q(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 0, 0]], bool)).statistic, 6)
    4.666667
    """
    yes = np.asarray(yes, bool)
    if len(yes) == 0:
        return MarginalTest(np.nan, reason="empty_group")
    if (yes == yes[:, :1]).all():
        return MarginalTest(np.nan, reason="no_variance")
    from statsmodels.stats import contingency_tables

    found = contingency_tables.cochrans_q(yes.astype(float))
    return MarginalTest(float(found.statistic), int(found.df), float(found.pvalue))


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
    parts = _parts(table)
    statistic = float(sum(_homogeneity(table[np.ix_(part, part)]) for part in parts))
    df = sum(len(part) - 1 for part in parts)
    return MarginalTest(statistic, df, float(chdtrc(df, statistic)))


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
    inverse = _inverse(table.astype(float))
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


def _odds(table: np.ndarray) -> float:
    b, c = float(table[0, 1]), float(table[1, 0])
    return b / c if c else np.inf


def _homogeneity(table: np.ndarray) -> float:
    """Stuart-Maxwell statistic of categories that people moved between, directly or by way of others."""
    from statsmodels.stats import contingency_tables

    return float(contingency_tables.SquareTable(table, shift_zeros=False).homogeneity().statistic)


def _parts(table: np.ndarray) -> list[np.ndarray]:
    """Sets of two or more categories between which people moved; the margins of one say nothing of those of another."""
    from scipy.sparse.csgraph import connected_components

    _, part = connected_components(table + table.T, directed=False)
    return [np.flatnonzero(part == k) for k in np.flatnonzero(np.bincount(part) > 1)]


def _inverse(table: np.ndarray) -> np.ndarray:
    """The generalised inverse of the covariance of the differences of the margins."""
    between = table + table.T
    np.fill_diagonal(between, 0.0)
    return np.linalg.pinv(np.diag(between.sum(axis=1)) - between, hermitian=True)


def _every(changed: np.ndarray) -> np.ndarray:
    """Every combination of counts from 0 to `changed`, shape (combinations, pairs)."""
    return np.stack(np.meshgrid(*(np.arange(n + 1) for n in changed), indexing="ij"), axis=-1).reshape(-1, len(changed))


def _log_chances(outcomes: np.ndarray, changed: np.ndarray) -> np.ndarray:
    choose = gammaln(changed + 1) - gammaln(outcomes + 1) - gammaln(changed - outcomes + 1)
    return (choose - changed * np.log(2)).sum(axis=1)
