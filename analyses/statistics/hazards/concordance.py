"""Concordance: how often of two people the one with the higher risk has the event first (Harrell's C).

Own code because lifelines' `concordance_index` has no standard error, no late entry and no strata, and statsmodels has none at all. The
pairs are counted, never listed, so that a million people take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._cox_input import codes, event_flags, same_length, weeks_of
from analyses.statistics.hazards._risk_sets import RiskSets, risk_sets
from analyses.statistics.inference.wald import normal_quantile

SAME = 1e-12
"""Share of the largest risk within which two are one: rounding must not make a pair of people who have the same covariates."""


@dataclass(frozen=True, slots=True)
class Concordance:
    """The share of usable pairs in which the higher risk had the event first, those of equal risk counted for half.

    Attributes
    ----------
    estimate, std_error, ci_low, ci_high : float
        0.5: the risk tells nothing; 1: it always tells who is first. Limits are made on the logit scale, and lie within 0 and 1.
    concordant, discordant, tied_risk : int
        The usable pairs: one had an event while the other was still followed.
    tied_week : int
        Pairs who had their events in one week, which are not usable.
    rows, events : int
    confidence : float
    reason : str or None
        ``no_events``, ``empty_group`` (nobody was followed beyond an event), ``no_information`` (every pair says the same: the
        estimate is given, its error is not).
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    concordant: int
    discordant: int
    tied_risk: int
    tied_week: int
    rows: int
    events: int
    confidence: float
    reason: str | None


def concordance(week, event, risk, *, entry=None, strata=None, cluster=None, confidence: float = 0.95) -> Concordance:
    """Compare an order of risk with the order of events.

    Parameters
    ----------
    week, event, entry, strata
        As in `cox_model`; pairs are made within strata.
    risk : array, shape (n,)
        Higher is worse, on any scale: of a fitted model ``covariates @ model.coefficients``.
    cluster : array of labels, shape (n,), optional
        Records of one client or provider, which count together in the standard error.

    Raises
    ------
    ValueError
        As `cox_model`; a risk that is missing or infinite.

    Notes
    -----
    (concordant + tied / 2) / usable (Harrell et al. 1982, JAMA 247:2543); the standard error is the root of the summed squares of what
    each person's weight does to it, the infinitesimal jackknife of R's `concordance` (default weights). The interval is that of the
    logit, which is Fisher's z of Somers' D = 2 C - 1.

    When not to use
    ---------------
    As how well a model would do for others, on the people that it was fitted to: it flatters, the more so the more covariates and
    the fewer events. To compare treatments: use the hazard ratio.

    Examples
    --------
    Events in weeks 1, 2 and 3 of people with risks 3, 1 and 2: of three pairs two are concordant, 2 before 3 is not.

    >>> found = concordance([1, 2, 3], [1, 1, 1], [3, 1, 2])
    >>> found.concordant, found.discordant, round(found.estimate, 6)
    (2, 1, 0.666667)
    """
    z = normal_quantile(confidence)
    week = weeks_of(week, "week")
    n = len(week)
    event = event_flags(event, n)
    risk = np.asarray(risk, dtype=float)
    same_length(risk, n, "risk")
    if not np.isfinite(risk).all():
        raise ValueError("risk must not be missing or infinite; leave those records out and report how many")
    first = np.full(n, -1) if entry is None else weeks_of(entry, "entry", minimum=-1)
    same_length(first, n, "entry")
    if (first >= week).any():
        raise ValueError("entry must be before the week of event or censoring: the interval is (entry, week]")
    stratum = None if strata is None else codes(strata, n, "strata")[0]
    own = np.arange(n) if cluster is None else codes(cluster, n, "cluster")[0]
    given = (n, int(event.sum()), confidence)
    if not event.any():
        return Concordance(np.nan, np.nan, np.nan, np.nan, 0, 0, 0, 0, *given, "no_events")
    ranks = _ranks(risk)
    sets = risk_sets(week, event, ranks[:, None].astype(float), None if entry is None else first, stratum)
    pairs = np.zeros((n, 3), np.int64)
    pairs[sets.kept] = _pairs(sets, ranks[sets.kept])
    tied_week = int((sets.group_deaths * (sets.group_deaths - 1) // 2).sum())
    return _described(pairs, tied_week, own, given, z)


def _ranks(risk: np.ndarray) -> np.ndarray:
    """Risks as whole numbers from 0, those that differ by rounding alone as one."""
    order = np.argsort(risk, kind="stable")
    ordered = risk[order]
    new = np.diff(ordered, prepend=ordered[:1]) > SAME * np.abs(ordered).max(initial=0.0)
    ranks = np.empty(len(risk), np.int64)
    ranks[order] = np.cumsum(new)
    return ranks


def _pairs(sets: RiskSets, rank: np.ndarray) -> np.ndarray:
    """Per sorted record its concordant, discordant and tied pairs, shape (kept, 3).

    Of those at risk in a week with events, whoever has the event is paired with all who have not. Those who have not are, in the order
    of leaving, all after the dead of that week, less those who have yet to come; whoever stays is paired with the events of the
    weeks in which they are at risk, their own left out.
    """
    group, weeks = sets.record_group(), len(sets.group_time)
    comes = sets.stratum_start[group]
    comes[sets.late] = sets.late_first
    start = np.searchsorted(group, np.arange(weeks + 1))
    dead = np.flatnonzero(sets.event)
    mine, end = group[dead], sets.stratum_end[group[dead]]
    by_coming = np.argsort(comes, kind="stable")
    coming = comes[by_coming]
    below, above, tied = _sides(rank, start[mine] + sets.group_deaths[mine], start[end], rank[dead])
    later = _sides(rank[by_coming], np.searchsorted(coming, mine, "right"), np.searchsorted(coming, end), rank[dead])
    happened = np.concatenate(([0], np.cumsum(sets.group_deaths)))
    lower, higher, equal = _sides(rank[dead], happened[comes], happened[group + ~sets.event], rank)
    pairs = np.column_stack([higher, lower, equal])
    pairs[dead] += np.column_stack([below, above, tied]) - np.column_stack(later)
    return pairs


def _sides(values: np.ndarray, start: np.ndarray, end: np.ndarray, rank: np.ndarray) -> tuple[np.ndarray, ...]:
    """For each query how many of `values[start:end]` lie below its rank, above it, and at it."""
    twice = [np.concatenate([part, part]) for part in (start, end)]
    below, upto = np.split(_below(values, *twice, np.concatenate([rank, rank + 1])), 2)
    return below, end - start - upto, upto - below


def _below(values: np.ndarray, start: np.ndarray, end: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """How many of `values[start:end]` lie below a limit, for many queries at once: bit by bit from the highest (a wavelet matrix).

    >>> _below(np.array([3, 0, 2, 1]), np.array([0, 1]), np.array([4, 3]), np.array([2, 2])).tolist()
    [2, 1]
    """
    found = np.zeros(len(limit), np.int64)
    bits = int(max(values.max(initial=0), limit.max(initial=0))).bit_length()
    for bit in range(bits - 1, -1, -1):
        one = (values >> bit & 1).astype(bool)
        zeros = np.concatenate(([0], np.cumsum(~one)))
        zero_start, zero_end, set_bit = zeros[start], zeros[end], (limit >> bit & 1).astype(bool)
        found += np.where(set_bit, zero_end - zero_start, 0)
        start = np.where(set_bit, zeros[-1] + start - zero_start, zero_start)
        end = np.where(set_bit, zeros[-1] + end - zero_end, zero_end)
        values = np.concatenate([values[~one], values[one]])
    return found


def _described(pairs: np.ndarray, tied_week: int, own: np.ndarray, given: tuple[int, int, float], z: float) -> Concordance:
    concordant, discordant, tied = (int(total) for total in pairs.sum(axis=0) // 2)
    usable = concordant + discordant + tied
    counts = (concordant, discordant, tied, tied_week, *given)
    if usable == 0:
        return Concordance(np.nan, np.nan, np.nan, np.nan, *counts, "empty_group")
    estimate = (concordant + tied / 2) / usable
    influence = (pairs[:, 0] + pairs[:, 2] / 2 - estimate * pairs.sum(axis=1)) / usable
    error = float(np.sqrt((np.bincount(own, influence) ** 2).sum()))
    if not 0 < estimate < 1 or error <= 1e-12:
        return Concordance(estimate, np.nan, np.nan, np.nan, *counts, "no_information")
    logit, half = np.log(estimate / (1 - estimate)), z * error / (estimate * (1 - estimate))
    low, high = (float(1 / (1 + np.exp(-value))) for value in (logit - half, logit + half))
    return Concordance(estimate, error, low, high, *counts, None)
