"""Cox regression for events in whole weeks: Efron or exact ties, strata, late entry, robust errors equal to R's.

Own code because lifelines' errors by client leave out late entry and the share of tied deaths, statsmodels' leave out late
entry and it counts a record as at risk in the week of its entry (T4, T8), and neither has exact ties. Both are second opinions
in the tests where they are right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyses.statistics.hazards._baseline import Baseline, baseline
from analyses.statistics.hazards._cox_fit import Fit, TiesOrExact, fit_cox, fit_exact, sandwich
from analyses.statistics.hazards._cox_input import codes
from analyses.statistics.hazards._hazard_model import HazardModel, by_normal
from analyses.statistics.hazards._partial_likelihood import Maximum
from analyses.statistics.inference.wald import ChiSquaredTest, chi_squared_test, normal_quantile, quadratic_test

ErrorKind = Literal["model", "robust", "cluster"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CoxModel(HazardModel):
    """A fitted Cox model: a `HazardModel`, and what follows.

    Attributes
    ----------
    model_covariance : array, shape (p, p)
        The inverse information; `covariance` is the one in use (see ``error_kind``).
    log_likelihood_null, log_likelihood : float
        Partial log likelihood at zero and at the maximum.
    likelihood_ratio_test, wald_test, score_test : ChiSquaredTest
        That all coefficients are zero. Likelihood ratio and score test take records as independent whatever
        ``error_kind``; with clusters only the Wald test is right.
    clusters : int
        Equals ``rows`` when no cluster was given.
    ties, error_kind : str
    iterations : int
    baseline : Baseline or None
        For `predicted_survival`; None with exact ties, and when there are no estimates.
    reason : str or None
        ``no_events``, ``no_information`` (a covariate is constant wherever there is an event), ``collinear``,
        ``monotone_likelihood`` (some hazard ratio is zero or infinite: the likelihood ratio test stays valid; use
        `firth_cox` for estimates), ``not_converged``, ``too_few_clusters`` (estimates are given, robust errors are not).
    """

    model_covariance: np.ndarray
    log_likelihood_null: float
    log_likelihood: float
    likelihood_ratio_test: ChiSquaredTest
    wald_test: ChiSquaredTest
    score_test: ChiSquaredTest
    clusters: int
    ties: TiesOrExact
    error_kind: ErrorKind
    iterations: int
    baseline: Baseline | None

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 log likelihood + 2 p, as R's `AIC`: to compare models of the same people, lower is better."""
        return 2.0 * (len(self.names) - self.log_likelihood)

    @property
    def bic(self) -> float:
        """Schwarz's criterion, -2 log likelihood + p log(events), as R's `BIC`: the events are what there is to learn from."""
        return float(len(self.names) * np.log(self.events) - 2.0 * self.log_likelihood) if self.events else np.nan


def cox_model(
    week,
    event,
    covariates,
    *,
    entry=None,
    strata=None,
    cluster=None,
    robust: bool = False,
    ties: TiesOrExact = "efron",
    names=None,
    confidence: float = 0.95,
) -> CoxModel:
    """Fit a Cox model by maximum partial likelihood.

    Parameters
    ----------
    week : array of whole weeks, shape (n,)
        Week of event or censoring, 0 or later.
    event : array of 0/1, shape (n,)
    covariates : array or DataFrame, shape (n, p)
        Numbers; categories as indicator columns. Covariates are centred inside, which changes no result.
    entry : array of whole weeks, shape (n,), optional
        Week after which a record is at risk: the interval is (entry, week] (late entry, recurrent events); -1 has week 0 in it.
    strata : array of labels, shape (n,), optional
        Each stratum has its own baseline hazard.
    cluster : array of labels, shape (n,), optional
        Records of one client. Gives the Lin-Wei sandwich: score residuals added up per cluster (equal to R's
        ``coxph(..., cluster=)``, with Efron ties and late entry as well; lifelines and statsmodels are not, pitfall
        T8).
    robust : bool
        The same sandwich with each record as its own cluster.
    ties : {"efron", "breslow", "exact"}
        Efron is the default in R and lifelines; Breslow in SAS, Stata, SPSS and statsmodels. With monthly data they
        differ much (T4). "exact" takes weeks as what time is made of, and the ratio is then one of odds per week (R's and
        Stata's "exact", SAS's "discrete"); it has no robust errors and no predicted curve.
    names : sequence of str, optional
        One per covariate; the columns of a DataFrame, or `x0`, `x1` ... when left out.
    confidence : float

    Returns
    -------
    CoxModel

    Raises
    ------
    ValueError
        Wrong shapes, missing values, half weeks, entry not before the week (see `cox_input`), unknown ``ties``.

    Notes
    -----
    Weights for persons are not accepted. Weights from a propensity model are estimated, and a fit that takes them as
    known has wrong errors: with raw weights a true null was rejected in 22 % of trials (T6). Use a bootstrap over
    clients that estimates the weights again in each draw, or put the covariates into the model. For records that are
    mere copies, give the records.

    The likelihood is Efron's (1977, JASA 72:557), maximised by Newton's method in one pass over the records per step;
    the sandwich is Lin & Wei (1989, JASA 84:1074) with the Efron share of tied deaths (Therneau & Grambsch 2000,
    section 7.2). It has no small-sample correction, as in R; below some 20 clusters it is too small.

    When not to use
    ---------------
    Fewer than ten events per parameter (`firth_cox`); hazards that are not proportional (`proportional_hazards`);
    the share of clients that had one of several competing events (`fine_gray`, `cumulative_incidence`).

    Examples
    --------
    Three clients, no ties; x is 1 for the first to have the event. The likelihood is r/(r + 2) * 1/2 ... with r =
    exp(b) for x = (0, 1, 0): 1/(2 + r) * r/(1 + r), whose maximum is at r = sqrt(2):

    >>> model = cox_model([1, 2, 3], [1, 1, 1], [[0], [1], [0]])
    >>> float(round(model.hazard_ratio[0], 6))
    1.414214
    """
    normal_quantile(confidence)
    if ties == "exact":
        if cluster is not None or robust:
            raise ValueError("with exact ties there are no robust errors: use Efron's ties")
        fit = fit_exact(week, event, covariates, entry=entry, strata=strata, names=names)
    else:
        fit = fit_cox(week, event, covariates, entry=entry, strata=strata, ties=ties, names=names)
    n = len(fit.given.week)
    clusters, labels = (np.arange(n), np.arange(n)) if cluster is None else codes(cluster, n, "cluster")
    kind: ErrorKind = "cluster" if cluster is not None else "robust" if robust else "model"
    return _described(fit, clusters, len(labels), kind, ties, confidence)


def _described(
    fit: Fit, clusters: np.ndarray, n_clusters: int, kind: ErrorKind, ties: TiesOrExact, confidence: float
) -> CoxModel:
    p = len(fit.given.names)
    reason = fit.reason
    coefficients, covariance, model = np.full(p, np.nan), np.full((p, p), np.nan), np.full((p, p), np.nan)
    base = None
    if reason is None:
        at, unit = fit.maximum.best, fit.sets.scale
        rescale = np.outer(unit, unit)
        coefficients = at.beta / unit
        base = None if ties == "exact" else baseline(fit.sets, at, fit.given.strata)
        covariance = model = np.linalg.inv(at.information) / rescale
        if kind != "model":
            covariance = sandwich(fit.sets, at, clusters, n_clusters) / rescale
            if n_clusters <= p:
                covariance, reason = np.full((p, p), np.nan), "too_few_clusters"
    tests = _likelihood_tests(fit.maximum, p, fit.reason)
    return CoxModel(
        **by_normal(fit.given.names, coefficients, covariance, confidence),
        model_covariance=model,
        log_likelihood_null=fit.maximum.null.log_likelihood if fit.maximum else np.nan,
        log_likelihood=fit.maximum.best.log_likelihood if fit.maximum else np.nan,
        likelihood_ratio_test=tests[0],
        wald_test=quadratic_test(coefficients, covariance) if reason is None else chi_squared_test(np.nan, p, reason),
        score_test=tests[1],
        rows=len(fit.given.week),
        events=int(fit.given.event.sum()),
        clusters=n_clusters,
        ties=ties,
        error_kind=kind,
        iterations=fit.maximum.iterations if fit.maximum else 0,
        baseline=base,
        reason=reason,
    )


def _likelihood_tests(maximum: Maximum | None, p: int, reason: str | None) -> tuple[ChiSquaredTest, ChiSquaredTest]:
    if maximum is None or reason == "collinear":
        return chi_squared_test(np.nan, p, reason), chi_squared_test(np.nan, p, reason)
    null = maximum.null
    gain = max(2.0 * (maximum.best.log_likelihood - null.log_likelihood), 0.0)
    score = null.score @ np.linalg.solve(null.information, null.score)
    return chi_squared_test(gain, p), chi_squared_test(score, p)
