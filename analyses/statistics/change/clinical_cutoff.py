"""Cut-offs between the clinical and the functional range after Jacobson and Truax: criteria a, b and c.

Own code because no library has them.
"""

from __future__ import annotations

import numpy as np


def criterion_a(clinical_mean: float, clinical_sd: float, higher_is_better: bool) -> float:
    """Two SDs of the clinical group beyond its mean, in the better direction (Jacobson & Truax 1991, p. 13).

    For when nothing is known of a functional group. It is strict when the groups overlap much and lenient when they do not.

    >>> criterion_a(40, 7.5, higher_is_better=True)
    55.0
    """
    return clinical_mean + (2 if higher_is_better else -2) * clinical_sd


def criterion_b(functional_mean: float, functional_sd: float, higher_is_better: bool) -> float:
    """Two SDs of the functional group from its mean, in the worse direction (Jacobson & Truax 1991, p. 13).

    The SD is that of the functional group (pitfall T18); at least one program takes that of the clinical group.

    >>> criterion_b(60, 4, higher_is_better=True)
    52
    """
    return functional_mean - (2 if higher_is_better else -2) * functional_sd


def criterion_c(clinical_mean: float, clinical_sd: float, functional_mean: float, functional_sd: float) -> float:
    """The score that is as likely in either group: each mean weighted by the SD of the other group (Jacobson & Truax 1991, p. 13).

    Raises
    ------
    ValueError
        Both SDs 0.

    Examples
    --------
    Their example with unequal SDs: 53.04, and 46.96 when the weights are swapped by mistake.

    >>> round(criterion_c(40, 7.5, 60, 4), 4)
    53.0435
    """
    if not clinical_sd + functional_sd > 0:
        raise ValueError("criterion c needs a SD above 0")
    return float((functional_sd * clinical_mean + clinical_sd * functional_mean) / (clinical_sd + functional_sd))


def criteria_error(clinical_sd: float, n: int) -> float:
    """Large-sample standard error of a mean plus two SDs, of n people: SD sqrt(1 / n + 2 / (n - 1)); NaN below two.

    >>> round(criteria_error(7.5, 50), 4)
    1.8496
    """
    return float(clinical_sd * np.sqrt(1 / n + 2 / (n - 1))) if n > 1 else np.nan
