"""What something that was not measured would have to be like to explain a difference away.

Own code because no library here has it; numbers as R's EValue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class EValue:
    """The E-value of an estimate and of the limit nearest to no difference, both 1 or more.

    1 for the limit: the interval has no difference in it.
    """

    estimate: float
    limit: float


def e_value(risk_ratio: float, ci_low: float = np.nan, ci_high: float = np.nan) -> EValue:
    """How strongly an unmeasured trait would have to go with the arm and with the outcome, both as risk ratios.

    VanderWeele & Ding 2017 (Ann Intern Med 167:268): RR + root of RR (RR - 1), for a ratio below 1 of its inverse. For the limit the
    same of the one nearest to 1, and 1 when the interval has 1 in it.

    When not to use
    ---------------
    As proof that nothing was missed: it says how strong, not how likely. Ratios of hazards and differences are first turned into ratios
    of risks (`of_hazard_ratio`, `of_difference_in_sd`).

    Examples
    --------
    The paper's example: risk ratio 3.9 (1.8 to 8.7).

    >>> found = e_value(3.9, 1.8, 8.7)
    >>> round(found.estimate, 2), round(found.limit, 2)
    (7.26, 3.0)
    """
    nearest = ci_low if risk_ratio >= 1 else ci_high
    crosses = (nearest <= 1) if risk_ratio >= 1 else (nearest >= 1)
    return EValue(_of(risk_ratio), 1.0 if crosses else _of(nearest))


def of_hazard_ratio(hazard_ratio: float) -> float:
    """A hazard ratio as the ratio of risks, when more than some 15 % have the event by the end of follow-up.

    VanderWeele 2020 (Biometrics 76:746): (1 - 0.5^root(HR)) / (1 - 0.5^root(1 / HR)). With a rarer event the hazard ratio is itself nearly the
    ratio of risks, which is farther from 1: this one is the cautious of both.

    >>> round(of_hazard_ratio(0.68), 4)
    0.7658
    """
    root = np.sqrt(hazard_ratio)
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))


def of_difference_in_sd(difference: float) -> float:
    """A difference in SDs as the ratio of risks of an outcome cut anywhere: exp(0.91 d), VanderWeele & Ding 2017.

    >>> round(of_difference_in_sd(0.5), 4)
    1.5762
    """
    return float(np.exp(0.91 * difference))


def tipping_effect(nearest: float, more_common: float) -> float:
    """How far an unmeasured trait would have to shift the outcome, in its own unit, to bring an estimate or its limit to no difference.

    Parameters
    ----------
    nearest
        The estimate, or the limit nearest to 0.
    more_common
        By how much more common the trait is in one arm (0.2: 20 of 100 more), after weighting.

    A trait that shifts the outcome by `shift` and is so much more common makes a difference of shift times that (Lin, Psaty & Kronmal 1998,
    Biometrics 54:948, for a linear model without interaction): shift = |nearest| / more_common.

    >>> tipping_effect(-3.0, 0.25)
    12.0
    """
    return abs(nearest) / more_common


def smallest_detectable(std_error: float, df: float = np.inf, *, power: float = 0.8, confidence: float = 0.95) -> float:
    """The smallest true difference that these people would have shown with such power, given the error of the estimate.

    (z of the confidence + z of the power) times the error; with degrees of freedom the quantiles of t (Bloom 1995, Eval Rev 19:547). It says
    what could be seen, and not what is there: it takes nothing from the estimate but its error.

    >>> round(smallest_detectable(1.0), 4)
    2.8016
    """
    from scipy.special import ndtri, stdtrit

    parts = (0.5 + confidence / 2, power)
    return float(std_error * sum(stdtrit(df, part) if np.isfinite(df) else ndtri(part) for part in parts))


def _of(ratio: float) -> float:
    if not ratio > 0:
        return float("nan")
    above = max(ratio, 1 / ratio)
    return float(above + np.sqrt(above * (above - 1)))
