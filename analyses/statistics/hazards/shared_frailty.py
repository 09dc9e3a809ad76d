"""Cox regression with a gamma frailty that the people of one cluster (provider) share.

Own code because neither lifelines nor statsmodels has frailties. R's `coxph(... + frailty(cluster))` is the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from analyses.statistics.hazards._cox_fit import Ties, fit_cox
from analyses.statistics.hazards._cox_input import codes
from analyses.statistics.hazards._frailty_likelihood import Clusters, Penalised, integrated, penalised
from analyses.statistics.hazards._hazard_model import HazardModel, by_normal
from analyses.statistics.inference.wald import ChiSquaredTest, normal_quantile

_SMALLEST, _LARGEST, _GRID = 1e-4, 100.0, 12
_MOST_CLUSTERS = 1_000


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SharedFrailty(HazardModel):
    """A `HazardModel` within clusters, and how far the clusters lie apart.

    Attributes
    ----------
    variance : float
        Of the frailties, whose mean is 1 (theta); 0 when the clusters do not differ more than chance has them.
    variance_ci_low, variance_ci_high : float
        Profile likelihood; the upper limit is infinite where the likelihood does not fall.
    heterogeneity_test : ChiSquaredTest
        Likelihood ratio test that the variance is zero; p is half that of one degree of freedom, as zero is the least it can be.
    frailty : array, shape (clusters,)
        The factor of every cluster, in the order of `clusters`.
    clusters : array of labels
    log_likelihood, log_likelihood_without : float
        With the frailties integrated out, and of Cox's model without them.
    """

    variance: float
    variance_ci_low: float
    variance_ci_high: float
    heterogeneity_test: ChiSquaredTest
    frailty: np.ndarray
    clusters: np.ndarray
    log_likelihood: float
    log_likelihood_without: float


def shared_frailty(
    week, event, covariates, cluster, *, entry=None, ties: Ties = "efron", variance: float | None = None, names=None,
    confidence: float = 0.95,
) -> SharedFrailty:  # fmt: skip
    """Fit Cox's model in which all hazards of a cluster are multiplied by one unknown factor from a gamma distribution with mean 1.

    Parameters
    ----------
    week, event, covariates, entry, ties, names
        As in `cox_model`.
    cluster : array of labels, shape (n,)
    variance : float, optional
        Of the frailties, where it is known; estimated when left out.
    confidence : float

    Notes
    -----
    The hazard of person i of cluster j is u_j h(t) exp(x_i b), u_j from a gamma distribution with mean 1 and variance theta. A ratio is
    therefore **of people of the same cluster** (conditional); that of `cox_model` with errors by cluster is of people whatever their
    cluster (marginal), and lies nearer to 1 the further the clusters lie apart. For a given theta b and u maximise the penalised
    partial likelihood, as the EM algorithm does (Klein 1992, Biometrics 48:795); theta maximises the likelihood with the u integrated
    out (Therneau & Grambsch 2000, section 9.5; Nielsen et al. 1992, Scand J Stat 19:25). The errors are those of b from the information
    of b and u together, theta as if it were known, as R gives them. R's `frailty()` takes a part of that information as zero when there are
    more than five clusters (`sparse`) and stops looking for theta at 1e-5: its errors then differ by 1 to 3 %, and equal these
    with `frailty.gamma(cluster, sparse = FALSE)`.

    The limits of theta are where twice the profile likelihood has fallen by the chi-squared quantile of one degree of freedom.

    `reason`: as `cox_model`, `one_group` (one cluster), `too_many` (beyond a thousand clusters), `not_converged`.

    When not to use
    ---------------
    With few clusters theta is hardly known, and errors that take it as known are too small where each cluster has one value of a covariate
    (docs/simulation-few-providers.md). For a ratio over all people `clustered.log_hazard_ratio_by_cluster`. With late entry
    the clusters' factors are taken to be those of people who had not had the event before they entered, as R does.

    Examples
    --------
    Clusters with the same events do not differ:

    >>> week, event = np.array([1, 2, 3, 4, 1, 2, 3, 4]), np.ones(8, int)
    >>> found = shared_frailty(week, event, np.array([0, 1, 1, 0] * 2), np.repeat([1, 2], 4))
    >>> found.variance, found.heterogeneity_test.p_value, found.frailty.tolist()
    (0.0, 1.0, [1.0, 1.0])
    """
    fit = fit_cox(week, event, covariates, entry=entry, ties=ties, names=names)
    n = len(fit.given.week)
    code, labels = codes(cluster, n, "cluster")
    reason = fit.reason or _refused(len(labels), variance)
    if reason:
        return _without(fit.given.names, n, int(fit.given.event.sum()), labels, reason, confidence)
    given = Clusters.of(fit.sets, code, len(labels), ties)
    alone = fit.maximum.best.log_likelihood
    profile = _Profile(given)
    theta = profile.top(alone) if variance is None else float(variance)
    unit = fit.sets.scale
    if theta == 0:
        beta, inverse, log_likelihood = fit.maximum.best.beta, np.linalg.inv(fit.maximum.best.information), alone
        factor = np.ones(len(labels))
    else:
        found, log_likelihood = profile.at(theta)
        if not found.converged:
            return _without(fit.given.names, n, int(fit.given.event.sum()), labels, "not_converged", confidence)
        p = len(unit)
        beta, inverse = found.beta, np.linalg.inv(found.information)[:p, :p]
        factor = np.exp(found.frailty)
    limits = (
        profile.limits(theta, log_likelihood, alone, normal_quantile(confidence) ** 2) if variance is None else (np.nan,) * 2
    )
    gain = max(2 * (log_likelihood - alone), 0.0)
    return SharedFrailty(
        **by_normal(fit.given.names, beta / unit, inverse / np.outer(unit, unit), confidence),
        rows=n,
        events=int(fit.given.event.sum()),
        reason=None,
        variance=theta,
        variance_ci_low=limits[0],
        variance_ci_high=limits[1],
        heterogeneity_test=_half(gain) if variance is None else ChiSquaredTest(np.nan, 1, np.nan, "no_information"),
        frailty=factor,
        clusters=labels,
        log_likelihood=log_likelihood,
        log_likelihood_without=alone,
    )


class _Profile:
    """The likelihood of the variance, each time from where the last maximum was found."""

    def __init__(self, given: Clusters) -> None:
        self._given, self._last = given, None

    def at(self, variance: float) -> tuple[Penalised, float]:
        found, value, _ = self._all(variance)
        return found, value

    def _all(self, variance: float) -> tuple[Penalised, float, float]:
        found = penalised(self._given, variance, self._last)
        if found.converged:
            self._last = found
        return found, *integrated(found, self._given.events, variance)

    def top(self, alone: float) -> float:
        """The variance with the largest likelihood; 0 when none is larger than that of zero."""
        from scipy.optimize import brentq

        grid = np.linspace(np.log(_SMALLEST), np.log(_LARGEST), _GRID)
        values, slopes = np.array([self._all(float(np.exp(point)))[1:] for point in grid]).T
        tops = [
            brentq(lambda point: self._all(float(np.exp(point)))[2], grid[i], grid[i + 1], xtol=1e-11)
            for i in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))
        ]
        known = {float(np.exp(point)): self.at(float(np.exp(point)))[1] for point in tops}
        if slopes[-1] > 0:
            known[_LARGEST] = float(values[-1])
        best = max(known, key=known.get, default=0.0)  # type: ignore[arg-type]
        return best if best and known[best] > alone else 0.0

    def limits(self, best: float, value: float, alone: float, quantile: float) -> tuple[float, float]:
        """Where twice the likelihood has fallen by the quantile."""
        cut = value - quantile / 2
        low = 0.0 if best == 0 or alone >= cut else self._crossing(_SMALLEST / 100, best, cut)
        return low, self._crossing(max(best, _SMALLEST), None, cut)

    def _crossing(self, one: float, other: float | None, cut: float) -> float:
        from scipy.optimize import brentq

        @cache
        def above(point: float) -> float:
            return self.at(float(np.exp(point)))[1] - cut

        start = np.log(one)
        if other is None:
            end = start
            while above(end) > 0:
                if end > np.log(_LARGEST):
                    return np.inf
                end += 1.0
            return float(np.exp(brentq(above, start, end, xtol=1e-11))) if end > start else float(one)
        return 0.0 if above(start) > 0 else float(np.exp(brentq(above, start, np.log(other), xtol=1e-11)))


def _refused(clusters: int, variance: float | None) -> str | None:
    if variance is not None and not variance >= 0:
        raise ValueError("variance must be 0 or more")
    if clusters < 2:
        return "one_group"
    return "too_many" if clusters > _MOST_CLUSTERS else None


def _half(gain: float) -> ChiSquaredTest:
    from scipy.special import chdtrc

    return ChiSquaredTest(gain, 1, 1.0 if gain == 0 else float(chdtrc(1, gain)) / 2, None)


def _without(names, n: int, events: int, labels: np.ndarray, reason: str, confidence: float) -> SharedFrailty:
    p = len(names)
    return SharedFrailty(
        **by_normal(names, np.full(p, np.nan), np.full((p, p), np.nan), confidence),
        rows=n,
        events=events,
        reason=reason,
        variance=np.nan,
        variance_ci_low=np.nan,
        variance_ci_high=np.nan,
        heterogeneity_test=ChiSquaredTest(np.nan, 1, np.nan, reason),
        frailty=np.full(len(labels), np.nan),
        clusters=labels,
        log_likelihood=np.nan,
        log_likelihood_without=np.nan,
    )
