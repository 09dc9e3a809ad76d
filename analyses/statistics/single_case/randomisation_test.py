"""Randomisation test over clients: was the moment at which treatment began special among all moments at which it could?

Own code because scipy's `permutation_test` shuffles scores; what was left to chance here is the week in which treatment began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from analyses.statistics.single_case.phases import Phases, within

_BLOCK = 2_000_000
# beyond this many clients the sum is normal to all digits that matter
_MANY_CLIENTS = 2_000


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """Mean over clients of (mean during treatment - mean during baseline), its error over clients, and a two-sided p.

    The error is the SD over clients by the root of their number (NaN for one client); p does not come from it.
    ``reason``: ``empty_group``.
    """

    estimate: float
    std_error: float
    p_value: float
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """Per client all possible starts, one after another: the difference between phases had treatment begun there.

    ``effect`` is flat; client g owns ``effect[begin[g] : begin[g] + count[g]]``; ``observed`` has shape (clients,).
    """

    effect: np.ndarray
    begin: np.ndarray
    count: np.ndarray
    observed: np.ndarray


def possible_starts(given: Phases, minimum_baseline: int, minimum_treatment: int) -> Starts:
    """Differences in means at every start that leaves enough measurements in both phases; the real one always counts.

    >>> from analyses.statistics.single_case.phases import phases
    >>> starts = possible_starts(phases(["a"] * 4, [-1, 0, 1, 2], [1, 3, 5, 7]), 1, 1)
    >>> starts.effect.tolist(), starts.observed.tolist()
    ([4.0, 4.0, 4.0], [4.0])
    """
    before = within(given.client)
    a = given.baseline_points
    size = a + given.treatment_points
    score = given.score - np.repeat(np.bincount(given.client, given.score, given.clients) / np.maximum(size, 1), size)
    running = np.cumsum(score)
    first = np.cumsum(size) - size
    offset = np.where(first > 0, running[first - 1], 0.0) if len(running) else np.zeros(0)
    so_far = running - score - offset[given.client]
    after = size[given.client] - before
    whole = np.bincount(given.client, score, given.clients)[given.client]
    with np.errstate(invalid="ignore", divide="ignore"):
        effect = (whole - so_far) / after - so_far / before
    real = before == a[given.client]
    possible = ((before >= minimum_baseline) & (after >= minimum_treatment)) | real
    count = np.bincount(given.client[possible], minlength=given.clients)
    return Starts(effect[possible], np.cumsum(count) - count, count, effect[real])


def randomisation_test(
    given: Phases, minimum_baseline: int, minimum_treatment: int, permutations: int, generator: np.random.Generator
) -> RandomisationTest:
    """Compare the real starts with all combinations of possible starts.

    Parameters
    ----------
    given
        Clients with measurements in both phases.
    minimum_baseline, minimum_treatment
        Fewest measurements that a possible start leaves in each phase.
    permutations
        When there are no more combinations than this all are looked at and p is exact; otherwise this many are drawn, and
        the real one is one more (p = (1 + as large) / (1 + permutations)).
    generator
        Source of the draws.

    Notes
    -----
    Edgington (1975), J Psychol 90:57; over several clients Marascuilo & Busk (1988), Behav Assess 10:1. Beyond 2,000 clients
    the distribution of the mean is taken as normal with its exact mean and variance.

    When not to use
    ---------------
    As proof when the start was not drawn by lot: it then only says how unusual the real start is among the others. With few
    measurements p cannot be small: one client with k possible starts has a p of at least 1 / k. Needs no independence of
    measurements, unlike the test of `nonoverlap`.

    Examples
    --------
    One client, six measurements, starts possible after the second, third or fourth: the real one (third) is the largest.

    >>> from analyses.statistics.single_case.phases import phases
    >>> given = phases(["a"] * 6, [-2, -1, 0, 1, 2, 3], [1, 1, 1, 5, 5, 5])
    >>> found = randomisation_test(given, 2, 2, 100, np.random.default_rng(1))
    >>> found.estimate, round(found.p_value, 6)
    (4.0, 0.333333)
    """
    if given.clients == 0:
        return RandomisationTest(np.nan, np.nan, np.nan, "empty_group")
    starts = possible_starts(given, minimum_baseline, minimum_treatment)
    total = float(starts.observed.sum())
    least = abs(total) - 1e-9 * max(1e-300, float(np.abs(starts.effect).sum()))
    combinations = np.exp(min(float(np.log(starts.count).sum()), 700.0))
    if round(combinations) <= permutations:
        p = float((np.abs(_all_sums(starts)) >= least).mean())
    elif given.clients > _MANY_CLIENTS:
        p = _normal(starts, abs(total))
    else:
        p = (1 + _as_large(starts, least, permutations, generator)) / (1 + permutations)
    spread = float(starts.observed.std(ddof=1)) if given.clients > 1 else np.nan
    return RandomisationTest(total / given.clients, spread / given.clients**0.5, p)


def _all_sums(starts: Starts) -> np.ndarray:
    """Sums of one effect per client over all combinations."""
    sums = np.zeros(1)
    several = starts.count > 1
    constant = float(starts.effect[starts.begin[~several]].sum())
    # at most log2(permutations) clients have more than one start here
    for begin, count in zip(starts.begin[several], starts.count[several]):
        sums = (sums[:, None] + starts.effect[begin : begin + count]).ravel()
    return sums + constant


def _as_large(starts: Starts, least: float, permutations: int, generator: np.random.Generator) -> int:
    clients = len(starts.count)
    block = max(1, _BLOCK // clients)
    found = 0
    for done in range(0, permutations, block):
        draws = generator.random((min(block, permutations - done), clients))
        place = starts.begin + (draws * starts.count).astype(np.int64)
        found += int((np.abs(starts.effect[place].sum(axis=1)) >= least).sum())
    return found


def _normal(starts: Starts, least: float) -> float:
    mean = np.add.reduceat(starts.effect, starts.begin) / starts.count
    square = np.add.reduceat(starts.effect**2, starts.begin) / starts.count
    spread = float(np.sqrt(np.maximum(square - mean**2, 0.0).sum()))
    centre = float(mean.sum())
    if not spread > 0:
        return 1.0
    return float(ndtr((-least - centre) / spread) + ndtr((centre - least) / spread))
