"""The survival curve weighted by the inverse probability of still being followed, with a bootstrap that estimates the weights anew.

Own code because lifelines takes weights for copies of people (T5), and no library estimates the weights anew in each draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.censoring._censoring_model import Cells, cells, weighted_curves
from analyses.statistics.events.beta_product import exact_limits
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.survival_curve import Estimate, SurvivalCurve, survival_curve
from analyses.statistics.inference.blocks import Block, blocks, worked
from analyses.statistics.inference.wald import normal_quantile

DRAWS = 500
BLOCK = 20_000_000


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSurvival:
    """Weighted survival at some weeks.

    Parameters
    ----------
    at_week
        Shape (k,).
    answers
        One estimate per week; `reason` is `empty_group`, `late_entry` or `follow_up_too_short`.
    drawn
        Shape (draws, k): the same in each bootstrap draw; empty when there is a reason for all weeks.
    coefficients
        Shape (p,): log hazard ratios of being lost, of the indicators of `names`.
    names
    """

    at_week: tuple[int, ...]
    answers: tuple[Estimate, ...]
    drawn: np.ndarray = field(repr=False)
    coefficients: np.ndarray
    names: tuple[str, ...]


def censoring_weighted_survival(
    week, event, categories, at_weeks, *, seed, entry=None, draws: int = DRAWS, confidence: float = 0.95
) -> WeightedSurvival:
    """Kaplan-Meier with each person weighted by 1 / probability of being followed until then, given covariates.

    Parameters
    ----------
    week : array of whole weeks, shape (n,)
        Week of the event, or last week known to be event-free.
    event : array of 0/1, shape (n,)
    categories : mapping of name to array of labels, shape (n,) each
        What may predict both being lost and the event; every category but the first (in order of labels) is an indicator.
    at_weeks : sequence of whole weeks
        Where the curve is read.
    seed : int or sequence of int
    entry : array of whole weeks, optional
        Anyone with an entry above 0 makes it `late_entry`.

    Notes
    -----
    Robins & Finkelstein (2000, Biometrics 56:779). Being lost before the last of `at_weeks` follows a Cox model with Breslow ties, in
    which those with an event in a week are no longer at risk of being lost in it; K(t-) = exp(-H0(t - 1) exp(b'x)). Later
    ends of follow-up, such as the end of the study, play no part. In a ratio of weighted sums, stabilising by a factor that all
    share changes nothing. Where a category loses nobody, its coefficient goes to minus infinity and its
    probability of being followed to 1, which is the answer. The standard error is that of a bootstrap over people; a
    variance that takes the weights as known is wrong (pitfalls T5, T6). The interval is log-log with that error, since the percentiles of
    so few people are too close together (docs/simulation-events.md); where the curve is at 0 or 1 all draws are alike, and the limits are
    the exact ones of the same people without weights. Everything is computed from counts per combination of categories and week, all
    draws at once.

    When not to use
    ---------------
    When what makes people disappear was not recorded: weights cannot mend that, see the bounds (`survival_bounds`). When some
    combination loses nearly everyone: few people then stand for many.

    Examples
    --------
    Of four boys two leave in week 1; of four girls nobody does. H(1) is 2/4 for boys, so a boy counts e^(1/2) = 1.65 in week 2, and
    his event 1.65 of 2 x 1.65 + 4.

    >>> found = censoring_weighted_survival(
    ...     [1, 1, 2, 3, 3, 3, 3, 3], [0, 0, 1, 0, 0, 0, 0, 0], {"gender": list("bbbbgggg")}, [2], seed=1
    ... )
    >>> round(found.answers[0].estimate, 4), round(1 - 1.648721 / (2 * 1.648721 + 4), 4)
    (0.7741, 0.7741)
    """
    weeks = tuple(whole_weeks(at_weeks, "at_weeks").tolist())
    given = cells(week, event, categories)
    late = entry is not None and bool(np.any(whole_weeks(entry, "entry") > 0))
    reason = "empty_group" if given.people == 0 else "late_entry" if late else None
    if reason:
        none = tuple(Estimate(np.nan, reason=reason) for _ in weeks)
        return WeightedSurvival(weeks, none, np.empty((0, len(weeks))), np.full(len(given.names), np.nan), given.names)
    curve, coefficients = weighted_curves(given, given.counts[None], max(weeks, default=0))
    drawn = _drawn(given, weeks, seed, draws)
    plain = survival_curve(_counts(given), confidence=confidence)
    answers = []
    for number, at in enumerate(weeks):
        if at > given.last_week and curve[0, -1] > 0:
            answers.append(Estimate(np.nan, reason="follow_up_too_short"))
            continue
        answers.append(_answer(float(curve[0, min(at, given.last_week)]), drawn[:, number], plain, at))
    return WeightedSurvival(weeks, tuple(answers), drawn, coefficients[0], given.names)


def _counts(given: Cells) -> EventCounts:
    lost, events = given.counts.sum(axis=1)
    return EventCounts(events[None], lost, np.append(given.people, np.zeros(len(lost) - 1, np.int64)))


def _answer(share: float, drawn: np.ndarray, plain: SurvivalCurve, at: int) -> Estimate:
    if share <= 0 or share >= 1:
        low, high = exact_limits(plain, at, plain.confidence)
        return Estimate(share, np.nan, low, high, limits_by="exact")
    error = float(drawn.std(ddof=1)) if len(drawn) > 1 else np.nan
    power = np.exp(normal_quantile(plain.confidence) * error / (share * np.log(share)))
    return Estimate(share, error, float(share ** (1 / power)), float(share**power), limits_by="log-log")


def _drawn(given: Cells, weeks: tuple[int, ...], seed: int, draws: int) -> np.ndarray:
    """Survival at the weeks in every draw, in blocks that fit in memory."""
    several = blocks(draws, BLOCK // given.counts.size, seed)
    return np.concatenate([np.empty((0, len(weeks))), *worked(partial(_of_block, given, weeks), several)])


def _of_block(given: Cells, weeks: tuple[int, ...], block: Block) -> np.ndarray:
    places = np.flatnonzero(given.counts)
    share = given.counts.ravel()[places] / given.people
    counts = np.zeros((block.draws, given.counts.size))
    counts[:, places] = block.generator().multinomial(given.people, share, size=block.draws)
    curves = weighted_curves(given, counts.reshape(block.draws, *given.counts.shape), max(weeks, default=0))[0]
    return curves[:, np.minimum(np.array(weeks, int), given.last_week)]


def weighted_difference(one: WeightedSurvival, other: WeightedSurvival, number: int) -> Estimate:
    """Difference (first minus second) at the week in position `number`, of independent groups.

    Limits from those of both groups, as far from the difference as the root of the sum of squares of how far the limits of the two lie
    from their estimates (MOVER: Zou & Donner 2008, Stat Med 27:1693): between -1 and 1, and never without width.
    """
    a, b = one.answers[number], other.answers[number]
    if a.reason or b.reason:
        return Estimate(np.nan, reason=a.reason or b.reason)
    estimate = a.estimate - b.estimate
    low = estimate - np.hypot(a.estimate - a.ci_low, b.ci_high - b.estimate)
    high = estimate + np.hypot(a.ci_high - a.estimate, b.estimate - b.ci_low)
    return Estimate(estimate, float(np.hypot(a.std_error, b.std_error)), float(low), float(high), limits_by="MOVER")
