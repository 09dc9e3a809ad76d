"""Individual change after Jacobson and Truax: is it more than measurement error, and did it cross the cut-off?

Own code because no library has it.
"""

from __future__ import annotations

import numpy as np

CLASSES = ("recovered", "improved", "unchanged", "deteriorated", "never_clinical")


def difference_error(sd_before: float, reliability: float) -> float:
    """Standard error of the difference of two scores of one person: sqrt(2) SD sqrt(1 - reliability).

    Jacobson & Truax 1991, J Consult Clin Psychol 59:12, p. 14. The root of 2 belongs to it: two scores, each with its error
    (pitfall T17).

    Raises
    ------
    ValueError
        A reliability outside (0, 1), or a SD of 0 or less.

    Examples
    --------
    SD 7.5 and reliability 0.80, their worked example: 4.74.

    >>> round(difference_error(7.5, 0.80), 2)
    4.74
    """
    if not 0 < reliability < 1:
        raise ValueError("reliability must lie between 0 and 1")
    if not sd_before > 0:
        raise ValueError("the SD at baseline must be above 0")
    return float(np.sqrt(2) * sd_before * np.sqrt(1 - reliability))


def change_classes(
    before: np.ndarray, later: np.ndarray, error: float, cutoff: float | None, higher_is_better: bool, critical: float = 1.96
) -> np.ndarray:
    """Class of each person after Jacobson and Truax, as its number in `CLASSES`.

    Parameters
    ----------
    before, later
        Shape (n,), no missing scores.
    error
        From `difference_error`.
    cutoff, higher_is_better, critical
        As in `classes_by_index`.

    Examples
    --------
    A standard error of 4.74 makes 9.3 the smallest reliable change; lower is better, clinical from 20 on.

    >>> before, later = np.array([30.0, 40, 30, 20, 10]), np.array([15.0, 25, 28, 35, 9])
    >>> [CLASSES[k] for k in change_classes(before, later, 4.74, 20, False)]
    ['recovered', 'improved', 'unchanged', 'deteriorated', 'never_clinical']

    When not to use
    ---------------
    With a reliability from another population or informant: the error of the difference then is not that of these people.
    """
    index = (np.asarray(later, float) - before) / error
    return classes_by_index(index, before, later, cutoff, higher_is_better, critical)


def classes_by_index(
    index: np.ndarray,
    before: np.ndarray,
    later: np.ndarray,
    cutoff: float | None,
    higher_is_better: bool,
    critical: float = 1.96,
) -> np.ndarray:
    """Class of each person from an index of reliable change of any method, as its number in `CLASSES`.

    Parameters
    ----------
    index
        Shape (n,): the change in standard errors, its sign as scored.
    before, later
        Shape (n,), no missing scores.
    cutoff
        Score from which on, in the worse direction, someone is in the clinical range; None when there is none. Nobody is
        then called recovered, and nobody never clinical.
    critical
        An index beyond this is reliable. 1.96: two-sided 5 %.

    Notes
    -----
    Recovered: reliably better, clinical before and not after. Improved: reliably better otherwise. Deteriorated: reliably worse.
    Unchanged: neither. Never clinical: outside the clinical range at both moments and not reliably worse; such a person cannot recover
    and would dilute the share of those who do (pitfall T18). Reliable deterioration is never hidden among these.

    Examples
    --------
    >>> CLASSES[classes_by_index(np.array([2.5]), np.array([10.0]), np.array([20.0]), None, True)[0]]
    'improved'
    """
    gain = np.asarray(index, float) * (1 if higher_is_better else -1)
    better, worse = gain > critical, gain < -critical
    classes = np.select([better, worse], [CLASSES.index("improved"), CLASSES.index("deteriorated")], CLASSES.index("unchanged"))
    if cutoff is None:
        return classes
    clinical_before, clinical_later = (_clinical(score, cutoff, higher_is_better) for score in (before, later))
    classes = np.where(better & clinical_before & ~clinical_later, CLASSES.index("recovered"), classes)
    return np.where(~clinical_before & ~clinical_later & ~worse, CLASSES.index("never_clinical"), classes)


def _clinical(score: np.ndarray, cutoff: float, higher_is_better: bool) -> np.ndarray:
    return np.asarray(score) <= cutoff if higher_is_better else np.asarray(score) >= cutoff
