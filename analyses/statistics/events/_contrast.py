"""The difference or ratio of two groups: normal when both have many events, melded beta products when one has few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analyses.statistics.events.melding import BetaShare, melded_difference, melded_p, melded_ratio
from analyses.statistics.events.survival_curve import Estimate, log_ratio, normal_estimate

MANY = 10
"""Events in each group (and people left without one, for a share) from which the normal interval holds: docs/simulation-events.md."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one group brings: its estimate, whether it has `many`, how many people it has, and what is known of the share otherwise.

    The estimate is `scale` times the share (1, or the horizon of a restricted mean).
    """

    answer: Estimate
    many: bool
    people: float
    share: Callable[[], BetaShare]
    scale: float = 1.0


def difference(one: Part, other: Part, confidence: float) -> Estimate:
    """First minus second; the reason of either when one of them has no answer."""
    a, b = one.answer, other.answer
    if a.reason or b.reason:
        return Estimate(np.nan, reason=a.reason or b.reason)
    estimate, error = a.estimate - b.estimate, float(np.hypot(a.std_error, b.std_error))
    if one.many and other.many:
        return normal_estimate(estimate, error, confidence)
    shares = one.share(), other.share()
    low, high = (one.scale * float(limit) for limit in melded_difference(*shares, confidence=confidence))
    p = float(melded_p(*shares, (one.people, other.people)))
    return Estimate(estimate, error, min(low, estimate), max(high, estimate), p, limits_by="melded")


def ratio(one: Part, other: Part, confidence: float, zero: str) -> Estimate:
    """First over second; `zero` is the reason when one of them is 0."""
    a, b = one.answer, other.answer
    if a.reason or b.reason:
        return Estimate(np.nan, reason=a.reason or b.reason)
    if not (a.estimate > 0 and b.estimate > 0):
        return Estimate(np.nan, reason=zero)
    if one.many and other.many:
        return log_ratio(a.estimate, a.std_error, b.estimate, b.std_error, confidence)
    shares = one.share(), other.share()
    estimate = float(a.estimate / b.estimate)
    error = float(estimate * np.hypot(a.std_error / a.estimate, b.std_error / b.estimate))
    low, high = (float(limit) for limit in melded_ratio(*shares, confidence=confidence))
    p = float(melded_p(*shares, (one.people, other.people)))
    return Estimate(estimate, error, min(low, estimate), max(high, estimate), p, limits_by="melded")
