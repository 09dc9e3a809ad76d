"""Sums over tied deaths that the Efron and Breslow partial likelihoods share.

At a time with ``d`` deaths let ``S`` be the risk-set total of ``exp(eta)`` and ``D`` the total over the dead.
Efron's approximation uses ``d`` denominators ``phi_l = S - a_l * D`` with ``a_l = l / d``, ``l = 0 .. d - 1``;
Breslow's uses ``S`` each time. Likelihood, score, information, residuals, baseline hazard and the test of
proportional hazards all need only six sums of these per distinct time, so a fit on whole weeks costs one term per
week and not one per event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, psi, zeta

CLOSED_FORM_FROM = 64
"""Deaths at one time from which the sums are taken from digamma functions instead of term by term."""


@dataclass(frozen=True, slots=True)
class TieSums:
    """One value per distinct event time; ``a`` is ``l / d`` and ``phi`` the Efron denominator.

    ``log_phi``: sum of log phi. ``inv``: sum of 1 / phi. ``a_inv``: sum of a / phi. ``inv2``, ``a_inv2``,
    ``a2_inv2``: sums of 1 / phi^2, a / phi^2 and a^2 / phi^2.
    """

    log_phi: np.ndarray
    inv: np.ndarray
    a_inv: np.ndarray
    inv2: np.ndarray
    a_inv2: np.ndarray
    a2_inv2: np.ndarray


def tie_sums(at_risk: np.ndarray, dead: np.ndarray, deaths: np.ndarray, ties: str) -> TieSums:
    """Return the six sums for every distinct event time.

    Parameters
    ----------
    at_risk, dead : array of float, shape (times,)
        Totals of ``exp(eta)`` over the risk set and over the dead.
    deaths : array of int, shape (times,)
        Number of deaths, at least 1.
    ties : {"efron", "breslow"}

    Examples
    --------
    Two deaths with weights adding up to 2 out of 4 give denominators 4 and 3:

    >>> import numpy as np
    >>> sums = tie_sums(np.array([4.0]), np.array([2.0]), np.array([2]), "efron")
    >>> float(round(sums.inv[0], 6))
    0.583333
    """
    if ties == "breslow":
        zero = np.zeros(at_risk.shape)
        return TieSums(deaths * np.log(at_risk), deaths / at_risk, zero, deaths / at_risk**2, zero, zero)
    columns = [np.empty(at_risk.shape) for _ in range(6)]
    many = deaths >= CLOSED_FORM_FROM
    for chosen, rule in ((~many, _term_by_term), (many, _closed_form)):
        if chosen.any():
            for column, values in zip(columns, rule(at_risk[chosen], dead[chosen], deaths[chosen])):
                column[chosen] = values
    return TieSums(*columns)


def _term_by_term(at_risk: np.ndarray, dead: np.ndarray, deaths: np.ndarray) -> tuple[np.ndarray, ...]:
    starts = np.concatenate(([0], np.cumsum(deaths)[:-1]))
    share = (np.arange(deaths.sum()) - np.repeat(starts, deaths)) / np.repeat(deaths, deaths)
    phi = np.repeat(at_risk, deaths) - share * np.repeat(dead, deaths)
    inv = 1.0 / phi
    terms = (np.log(phi), inv, share * inv, inv * inv, share * inv * inv, (share * inv) ** 2)
    return tuple(np.add.reduceat(term, starts) for term in terms)


def _closed_form(at_risk: np.ndarray, dead: np.ndarray, deaths: np.ndarray) -> tuple[np.ndarray, ...]:
    """Use sum_l 1 / (z - l) = psi(z + 1) - psi(z - d + 1) with z = d * S / D, and its neighbours."""
    z = deaths * at_risk / dead
    unit = deaths / dead
    low = z - deaths + 1.0
    inv = unit * (psi(z + 1.0) - psi(low))
    inv2 = unit**2 * (zeta(2.0, low) - zeta(2.0, z + 1.0))
    a_inv = (at_risk * inv - deaths) / dead
    a_inv2 = (at_risk * inv2 - inv) / dead
    a2_inv2 = (at_risk * a_inv2 - a_inv) / dead
    log_phi = gammaln(z + 1.0) - gammaln(low) - deaths * np.log(unit)
    return log_phi, inv, a_inv, inv2, a_inv2, a2_inv2
