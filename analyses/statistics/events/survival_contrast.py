"""Differences and ratios of survival between two independent groups at a week, also where one of them stands at 0 or 1.

Own code because lifelines and statsmodels have no difference of curves with an interval.
"""

from __future__ import annotations

from analyses.statistics.events._contrast import MANY, Part, difference, ratio
from analyses.statistics.events.beta_product import survival_share
from analyses.statistics.events.survival_curve import Estimate, SurvivalCurve, survival_at


def survival_difference(one: SurvivalCurve, other: SurvivalCurve, at_week: int) -> Estimate:
    """Difference of two independent survival probabilities at a week (first minus second), with interval and test.

    With at least 10 events, and 10 people seen event-free, in each group: normal, with the sum of the two Greenwood variances (Klein
    et al. 2007, Stat Med 26:4505, the untransformed test; `limits_by` is `normal`). With fewer that test rejects 8 to 11 % at 11 people
    per group though nothing differs, and has no variance where a curve is at 0 or 1; then the beta products of both groups are
    melded (`survival_share`; Fay, Proschan & Brittain 2015, Biometrics 71:146), which keeps 5 % (docs/simulation-events.md;
    `limits_by` is `melded`). Its p is not below the smallest that a permutation of the people can give. `std_error` is Greenwood's; none
    where a curve is at 0 or 1.

    When not to use
    ---------------
    At a week chosen after seeing the curves. For one answer about the whole of follow-up: the restricted mean.

    Examples
    --------
    Nobody of eight against five of nine: 5/9, and p near that of Fisher's exact test, 0.029.

    >>> import numpy as np
    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> one = survival_curve(event_counts(np.full(8, 9), np.zeros(8, int)))
    >>> other = survival_curve(event_counts(np.array([1, 2, 3, 4, 5, 9, 9, 9, 9]), np.array([1, 1, 1, 1, 1, 0, 0, 0, 0])))
    >>> answer = survival_difference(one, other, 9)
    >>> round(answer.estimate, 4), round(answer.ci_low, 3), round(answer.ci_high, 3), round(answer.p_value, 3)
    (0.5556, 0.116, 0.813, 0.016)
    """
    return difference(*_parts(one, other, at_week), one.confidence)


def survival_ratio(one: SurvivalCurve, other: SurvivalCurve, at_week: int) -> Estimate:
    """Ratio of two independent survival probabilities at a week (first over second), with interval and test.

    With many events (as in `survival_difference`) on the log scale, the standard error of the log ratio by the delta method: the root
    of the sum of (SE / S)^2. With few the beta products are melded. `reason` is `survival_is_zero` when one of them is 0.

    When not to use
    ---------------
    Where few are left without an event: the ratio then rests on one or two people, and the difference says it better.

    Examples
    --------
    >>> import numpy as np
    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> one = survival_curve(event_counts(np.array([1, 2, 2, 2]), np.array([1, 0, 0, 0])))
    >>> other = survival_curve(event_counts(np.array([1, 1, 2, 2]), np.array([1, 1, 0, 0])))
    >>> survival_ratio(one, other, 2).estimate
    1.5
    """
    return ratio(*_parts(one, other, at_week), one.confidence, "survival_is_zero")


def _parts(one: SurvivalCurve, other: SurvivalCurve, at_week: int) -> tuple[Part, Part]:
    return _part(one, at_week), _part(other, at_week)


def _part(curve: SurvivalCurve, at_week: int) -> Part:
    answer = survival_at(curve, at_week)
    if answer.reason:
        return Part(answer, False, 0, lambda: None)
    week = min(int(at_week), len(curve.events) - 1)
    left = curve.at_risk[week] - curve.events[week]
    many = curve.events[: week + 1].sum() >= MANY and left >= MANY
    return Part(answer, bool(many), curve.n, lambda: survival_share(curve, week))
