"""Rows of a mixed model reduced to cross-products per visit pattern: after this nothing goes over rows again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

_AT_ONCE = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class CrossProducts:
    """Sufficient statistics of y = X b + Z u + e with Z = [1] (q = 1) or [1, t] (q = 2) for every client.

    Columns of X are made nearly orthonormal, y is replaced by its least squares residual and t is moved and scaled by
    exact amounts, so that sums of squares do not cancel; ``basis``, ``start`` and ``unit`` lead back.

    Attributes
    ----------
    clients_per_pattern : array, shape (K,)
        Number of clients that share a visit pattern.
    design : array, shape (q, q, K)
        Z'Z of one client with that pattern.
    products : array, shape (P, m * K) with P = (p+1)(p+2)/2 and m = q(q+1)/2
        Upper triangle of the sum over clients of w_a w_b' + w_b w_a' (a < b) or w_a w_a', w = Z'[X y].
    total : array, shape (p + 1, p + 1)
        [X y]'[X y].
    basis : array, shape (p, p)
        X = Q @ basis with Q the columns in use.
    start : array, shape (p,)
        Least squares coefficients on Q, taken off y.
    unit : array, shape (q, q)
        Random effects on the scale of the caller = unit @ random effects on the scale in use.
    rows, clients, left_out : int
        Rows in use, clients in use, rows left out because a value is missing.
    """

    clients_per_pattern: np.ndarray
    design: np.ndarray
    products: np.ndarray
    total: np.ndarray
    basis: np.ndarray
    start: np.ndarray
    unit: np.ndarray
    rows: int
    clients: int
    left_out: int

    @property
    def covariates(self) -> int:
        """Number of fixed effects, p."""
        return len(self.start)

    @property
    def random_effects(self) -> int:
        """Number of random effects per client, q."""
        return len(self.unit)

    def weighted(self, weights: np.ndarray) -> np.ndarray:
        """Sum w' weight w over clients for m weights of shape (m, q, q, K); returns (m, p + 1, p + 1)."""
        q = self.random_effects
        pairs = [weights[:, a, b] for a in range(q) for b in range(a, q)]
        packed = np.concatenate(pairs, axis=1) @ self.products.T
        size = len(self.total)
        full = np.zeros((len(weights), size, size))
        upper = np.triu_indices(size)
        full[:, upper[0], upper[1]] = packed
        full[:, upper[1], upper[0]] = packed
        return full


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no mixed model can be fitted, with what was counted."""

    reason: str
    covariates: int
    rows: int
    clients: int
    left_out: int


def cross_products(response, design, client, slope) -> CrossProducts | Refusal:
    """Reduce the rows; see `CrossProducts`.

    Raises
    ------
    ValueError
        Shapes that do not match, an infinite value, or a row without a client.
    """
    y, x, t, codes, left_out = complete_rows(response, design, client, slope)
    n, p = x.shape
    q = 1 if t is None else 2
    codes, labels = pd.factorize(codes)
    clients = len(labels)
    reason = _refused(n, p, q, clients, t)
    if reason is None:
        scale = np.sqrt(np.einsum("ij,ij->j", x, x))
        gram = (x.T @ x) / np.outer(scale, scale) if (scale > 0).all() else np.zeros((p, p))
        reason = "collinear" if np.linalg.eigvalsh(gram)[0] < 1e-10 else None
    if reason is not None:
        return Refusal(reason, p, n, clients, left_out)
    basis = np.linalg.cholesky(gram).T * scale
    # the inverse of a small matrix: to solve for millions of columns copies them twice
    turn = np.linalg.inv(basis.T)
    squares, across = np.zeros((p, p)), np.zeros(p)
    for rows in _blocks(n):
        columns = turn @ x[rows].T
        squares += columns @ columns.T
        across += columns @ y[rows]
    start = np.linalg.solve(squares, across)
    total, (design, unit, sums) = _client_sums(x, y, turn, start, codes, clients, t)
    if total[p, p] <= 1e-24 * max(float(y @ y), np.finfo(float).tiny):
        return Refusal("no_variance", p, n, clients, left_out)
    per_pattern, pattern_design, products = _grouped(design, sums)
    return CrossProducts(per_pattern, pattern_design, products, total, basis, start, unit, n, clients, left_out)


def _blocks(n: int) -> Iterator[slice]:
    """Rows that are worked at together: all of them at once would take the memory of the design again."""
    return (slice(at, min(at + _AT_ONCE, n)) for at in range(0, n, _AT_ONCE))


def complete_rows(response, design, client, slope):
    """Arrays (response, design, slope, client) of the rows without a missing value, and how many were left out."""
    y = np.asarray(response, dtype=float)
    x = np.asarray(design, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    client = np.asarray(client)
    t = None if slope is None else np.asarray(slope, dtype=float)
    if x.ndim != 2 or any(len(part) != len(y) for part in (x, client, t) if part is not None):
        raise ValueError("response, design, client and slope must have one entry per row")
    if pd.isna(client).any():
        raise ValueError("a row has no client")
    total = y + x.sum(axis=1) + (0.0 if t is None else t)
    whole = np.isfinite(total)
    if not whole.all():
        if any(np.isinf(part).any() for part in (y, x, t) if part is not None):
            raise ValueError("response, design and slope must not be infinite")
        y, x, client = y[whole], x[whole], client[whole]
        t = None if t is None else t[whole]
    return y, x, t, client, int(len(whole) - whole.sum())


def _refused(n: int, p: int, q: int, clients: int, t: np.ndarray | None) -> str | None:
    if n == 0:
        return "empty_group"
    if n <= p or clients < 2:
        return "too_few"
    if clients == n:
        return "no_repeats"
    # with more rows than random effects somebody has three, so that two distinct times suffice: one of them repeats
    if q == 2 and (clients * q >= n or len(pd.unique(t)) < 2):
        return "slope_not_identified"
    return None


def _client_sums(x, y, turn, start, codes: np.ndarray, clients: int, t: np.ndarray | None):
    """[Q y]'[Q y]; and Z'Z (q, q, G), the way back to the caller's scale, and Z'[Q y] of shape (G, q, p + 1)."""
    q, p = 1 if t is None else 2, len(start)
    total, sums = np.zeros((p + 1, p + 1)), np.zeros((clients, q, p + 1))
    design = np.empty((q, q, clients))
    design[0, 0] = np.bincount(codes, minlength=clients)
    unit = np.eye(1)
    if t is not None:
        # the time nearest to the mean and a power of two: whole weeks stay exact, so that equal patterns compare equal
        centre = t[np.argmin(np.abs(t - t.mean()))]
        scale = 2.0 ** np.round(np.log2(max(t.std(), np.finfo(float).tiny)))
        t = (t - centre) / scale
        design[0, 1] = design[1, 0] = np.bincount(codes, t, clients)
        design[1, 1] = np.bincount(codes, t * t, clients)
        unit = np.array([[1.0, -centre / scale], [0.0, 1.0 / scale]])
    for rows in _blocks(len(y)):
        columns = np.empty((p + 1, rows.stop - rows.start))
        np.matmul(turn, x[rows].T, out=columns[:p])
        columns[p] = y[rows] - start @ columns[:p]
        total += columns @ columns.T
        for j, column in enumerate(columns):
            sums[:, 0, j] += np.bincount(codes[rows], column, clients)
            if t is not None:
                sums[:, 1, j] += np.bincount(codes[rows], column * t[rows], clients)
    return total, (design, unit, sums)


def _patterns(design: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the distinct Z'Z."""
    code, found = pd.factorize(design[0, 0])
    for part in () if len(design) == 1 else (design[0, 1], design[1, 1]):
        other, distinct = pd.factorize(part)
        code, found = pd.factorize(code.astype(np.int64) * len(distinct) + other)
    return code, len(found)


def _grouped(design: np.ndarray, sums: np.ndarray):
    """Add up the products of clients with one pattern; with nearly as many patterns as clients each is its own."""
    clients, q, size = sums.shape
    code, found = _patterns(design)
    upper = np.triu_indices(size)
    pairs = [(a, b) for a in range(q) for b in range(a, q)]
    if found > clients / 4:
        products = np.empty((len(upper[0]), len(pairs), clients))
        part = np.ascontiguousarray(sums.transpose(1, 2, 0))
        for m, (a, b) in enumerate(pairs):
            for k, (i, j) in enumerate(zip(*upper)):
                np.multiply(part[a, i], part[b, j], out=products[k, m])
                if a != b:
                    products[k, m] += part[a, j] * part[b, i]
        return np.ones(clients), design, products.reshape(len(upper[0]), -1)
    order = np.argsort(code, kind="stable")
    flat = sums.reshape(clients, -1)[order]
    ends = np.cumsum(np.bincount(code, minlength=found))
    products = np.empty((len(upper[0]), len(pairs), found))
    for k, (first, last) in enumerate(zip(np.concatenate([[0], ends[:-1]]), ends)):
        block = flat[first:last].T @ flat[first:last]
        for m, (a, b) in enumerate(pairs):
            cross = block[a * size : (a + 1) * size, b * size : (b + 1) * size]
            products[:, m, k] = (cross if a == b else cross + cross.T)[upper]
    starts = order[np.concatenate([[0], ends[:-1]])]
    return np.diff(ends, prepend=0).astype(float), design[:, :, starts], products.reshape(len(upper[0]), -1)
