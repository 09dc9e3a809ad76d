"""Multilevel piecewise regression: level and trend before and during treatment, over all clients.

Own code because it is the design of `models.mixed_model`, which says why that is own code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.models.mixed_model import MixedFit, contrasts, fit_mixed
from analyses.statistics.models.model import Contrast
from analyses.statistics.single_case.phases import Phases


@dataclass(frozen=True, slots=True)
class Piecewise:
    """Change in level at the start of treatment, and change in trend per week; + is improvement.

    ``varies`` says whether the effect on the level was allowed to differ between clients; ``fit`` holds the coefficients:
    level at the start, trend before, change in level, change in trend.
    """

    level: Contrast
    slope: Contrast
    varies: bool
    fit: MixedFit


def piecewise_model(given: Phases, start: float = 1.0) -> Piecewise:
    """Fit y = b0 + b1 t + b2 phase + b3 phase t + u_client + v_client phase + e by REML, t counted from the start.

    Parameters
    ----------
    given
        Measurements of at least two clients.
    start
        Time at which treatment begins.

    Notes
    -----
    Van den Noortgate & Onghena (2003), Behav Res Methods Instrum Comput 35:1; coding of Huitema & McKean (2000). When the
    data do not show that effects differ (a singular fit) there is a random intercept alone. Kenward-Roger errors: with three
    to seven clients they are what keeps the size of the test (Ferron et al. 2009, Behav Res Methods 41:372). ``reason`` as in
    `fit_mixed`.

    When not to use
    ---------------
    Strong autocorrelation: errors are taken as independent within clients. A trend that bends: the line is carried on.

    Examples
    --------
    >>> from analyses.statistics.single_case.phases import phases
    >>> week = [-2, -1, 0, 1, 2, 3]
    >>> noise = [0.1, -0.2, 0.1, -0.1, 0.2, -0.1]
    >>> score = [w / 2 + 3 * (w > 0) + e for w, e in zip(week, noise)] + [w / 2 + 3 * (w > 0) - e for w, e in zip(week, noise)]
    >>> round(piecewise_model(phases(["a"] * 6 + ["b"] * 6, week * 2, score)).level.estimate, 6)
    3.0
    """
    t, phase = given.week - start, given.treated.astype(float)
    X, names = np.column_stack([np.ones(len(t)), t, phase, phase * t]), ("level", "trend", "change in level", "change in trend")
    fit = fit_mixed(given.score, X, given.client, phase, names=names)
    varies = fit.reason is None and not fit.singular
    if not varies:
        fit = fit_mixed(given.score, X, given.client, names=names)
    level, slope = contrasts(fit, np.eye(4)[2:], "kenward-roger")
    return Piecewise(level, slope, varies, fit)
