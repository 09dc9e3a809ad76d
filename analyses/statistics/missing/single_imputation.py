"""One guess for every score that is not there: carried forward, or at an end of the scale. Only to see how much depends on what is missing.

A guess counts as if it were measured, so that intervals of what is filled in are too narrow for the truth; estimates that allow for that
come from `multiple_imputation` or a mixed model.

Own code because it is a line of numpy each.
"""

from __future__ import annotations

import numpy as np


def last_carried_forward(scores: np.ndarray) -> np.ndarray:
    """Scores, shape (people, moments), NaN where missing: every hole gets the last score before it, and stays where there is none.

    When not to use
    ---------------
    As an answer. It takes leaving for standing still, which is wrong by a fixed amount however many people there are (Siddiqui,
    Hung & O'Neill 2009, J Biopharm Stat 19:227), for or against the treatment: whoever leaves a course that goes downhill keeps a
    score that was too good.

    Examples
    --------
    >>> last_carried_forward(np.array([[30.0, np.nan, np.nan], [28.0, 20.0, np.nan], [np.nan, 22.0, np.nan]])).tolist()
    [[30.0, 30.0, 30.0], [28.0, 20.0, 20.0], [nan, 22.0, 22.0]]
    """
    scores = np.asarray(scores, float)
    place = np.where(np.isnan(scores), 0, np.arange(scores.shape[1]))
    return np.take_along_axis(scores, np.maximum.accumulate(place, axis=1), axis=1)


def baseline_carried_forward(scores: np.ndarray) -> np.ndarray:
    """Every later hole gets that person's score at the first moment: whoever is not measured counts as unchanged.

    When not to use
    ---------------
    Where people can get worse, or go on getting better, after they left: it is then neither careful nor an answer. It suits a treatment
    whose gain is known to be lost on leaving.

    Examples
    --------
    >>> baseline_carried_forward(np.array([[30.0, np.nan, 25.0], [28.0, 20.0, np.nan], [np.nan, 22.0, np.nan]])).tolist()
    [[30.0, 30.0, 25.0], [28.0, 20.0, 28.0], [nan, 22.0, nan]]
    """
    scores = np.asarray(scores, float)
    return np.where(np.isnan(scores), scores[:, :1], scores)


def at_end_of_scale(scores: np.ndarray, end: float) -> np.ndarray:
    """Every later hole gets the best or the worst score that the scale has: the bounds of whatever was missed.

    The change of everyone with a baseline lies between the changes that both ends give, without any assumption (Horowitz & Manski
    2000, J Am Stat Assoc 95:77).

    When not to use
    ---------------
    With more than a few missing: the bounds are then so far apart that they tell no situation from another (Unnebrink & Windeler 1999,
    Drug Inf J 33). With the worst and best score that was seen: that would tell of one person.

    Examples
    --------
    On a scale of 0 to 40 where lower is better: everyone who left is free of complaints, or has all there are.

    >>> scores = np.array([[30.0, 20.0], [28.0, np.nan]])
    >>> [float((at_end_of_scale(scores, end)[:, 1] - scores[:, 0]).mean()) for end in (0, 40)]
    [-19.0, 1.0]
    """
    scores = np.asarray(scores, float)
    filled = np.where(np.isnan(scores), float(end), scores)
    filled[:, 0] = scores[:, 0]
    return filled
