"""Fine-Gray regression: hazard ratios of the subdistribution of one cause, with competing events.

Own code because neither lifelines nor statsmodels has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._cox_input import design, weeks_of
from analyses.statistics.hazards._hazard_model import HazardModel, by_normal
from analyses.statistics.hazards._subdistribution import Subdistribution, maximise, robust_covariance, subdistribution
from analyses.statistics.inference.wald import normal_quantile


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FineGray(HazardModel):
    """A fitted model: a `HazardModel` of subdistribution hazards, and what follows.

    Attributes
    ----------
    covariance : array, shape (p, p)
        Robust, with the uncertainty of the censoring weights.
    log_likelihood_null, log_likelihood : float
        Weighted partial log likelihood: not for likelihood ratio tests, the weights make it a pseudo-likelihood.
    events : int
        Of the cause of interest.
    iterations : int
    reason : str or None
        ``no_events``, ``no_information``, ``collinear``, ``monotone_likelihood``, ``not_converged``; ``nobody_at_risk`` where with
        late entry nobody was left at some time between a competing event and an event: its weight has no value.
    """

    log_likelihood_null: float
    log_likelihood: float
    iterations: int


def fine_gray(week, cause, covariates, *, of: int = 1, entry=None, names=None, confidence: float = 0.95) -> FineGray:
    """Fit the proportional subdistribution hazards model.

    Parameters
    ----------
    week : array of whole weeks, shape (n,)
        Week of the first event of any kind, or last week of follow-up; 0 or later.
    cause : array of whole numbers, shape (n,)
        0: no event; else the number of the cause.
    covariates : array or DataFrame, shape (n, p)
    of : int
        The cause that is modelled; all others compete.
    entry : array of whole weeks, shape (n,), optional
        At risk in (entry, week]; 0 is from the start.
    names : sequence of str, optional
    confidence : float

    Raises
    ------
    ValueError
        Wrong shapes, missing values, weeks or causes that are not whole numbers of at least 0, an entry that is not before its week.

    Notes
    -----
    Someone who has had a competing event stays in the risk set with weight G(t-) / G(T-), where G is the Kaplan-Meier curve of
    being followed (Fine & Gray 1999, JASA 94:496, equation 4). The weight is a product, so every risk set is a sum of two
    running sums and a fit costs one pass over the records per step. Breslow ties, no weights by group, and the robust
    variance of their section 5 with the term for the estimated weights: all as R's `cmprsk::crr`. Stata's `stcrreg` and
    R's `survival::finegray` leave that term out. Someone lost in week 0 lowers G from week 1 on, as in any other week; `crr` lets
    it count already in week 0.

    With late entry the weights are G(t-) H(t-) / (G(T-) H(T-)), with H the probability of having come by then (Geskus 2011, Biometrics
    67:39), as R's `survival::finegray`; the variance then takes the weights as known, as there.

    When not to use
    ---------------
    As a rate ratio: the ratio says in which direction the *share with the event* differs, and its size has no plain meaning
    (people who cannot have the event any more are in the risk set). Give the cause-specific hazard ratio beside it. With
    fewer than ten events per parameter.

    Examples
    --------
    Without competing events or censoring it is Cox's model with Breslow ties, here (1/3) r/(1 + r) ... with maximum sqrt(2):

    >>> model = fine_gray([1, 2, 3], [1, 1, 1], [[0], [1], [0]])
    >>> float(round(model.hazard_ratio[0], 6))
    1.414214
    """
    week, cause = weeks_of(week, "week"), _causes(cause)
    if week.shape != cause.shape:
        raise ValueError("week and cause must have one length")
    x, names = design(covariates, names, len(week))
    normal_quantile(confidence)
    late = None if entry is None else _entry(entry, week)
    own = cause == of
    if not own.any():
        return _described(names, None, len(week), 0, confidence, "no_events")
    given = subdistribution(week, own, (cause > 0) & ~own, x, late)
    return _described(names, given, len(week), int(own.sum()), confidence, None)


def _causes(values) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or (len(array) and (array.dtype.kind not in "iu" or array.min() < 0)):
        raise ValueError("cause must be whole numbers of at least 0 (an integer dtype)")
    return array.astype(np.int64)


def _entry(entry, week: np.ndarray) -> np.ndarray | None:
    """The entries when anybody came late."""
    entry = weeks_of(entry, "entry")
    if entry.shape != week.shape or ((entry >= week) & (entry > 0)).any():
        raise ValueError("entry must be 0, or more and less than week")
    return entry if entry.any() else None


def _described(
    names: tuple[str, ...], given: Subdistribution | None, rows: int, events: int, confidence: float, reason: str | None
) -> FineGray:
    p = len(names)
    coefficients, covariance = np.full(p, np.nan), np.full((p, p), np.nan)
    null, best, iterations = np.nan, np.nan, 0
    if given is not None:
        found = maximise(given)
        reason, iterations, null, best = found.reason, found.iterations, found.null, found.at.log_likelihood
        if reason is None:
            coefficients = found.at.beta / given.scale
            covariance = robust_covariance(given, found.at) / np.outer(given.scale, given.scale)
    return FineGray(
        **by_normal(names, coefficients, covariance, confidence),
        log_likelihood_null=null,
        log_likelihood=best,
        rows=rows,
        events=events,
        iterations=iterations,
        reason=reason,
    )
