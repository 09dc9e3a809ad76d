"""The exact partial likelihood of tied events: which of those at risk had them, given how many did.

At a week with d events among those at risk the likelihood is exp(sum of eta over the d) over the sum of the same over all sets of d
people (Cox 1972, J R Stat Soc B 34:187, section 5, for discrete time; R's ``ties = "exact"``). That sum is a coefficient of the
polynomial prod (1 + z exp(eta))^n over the different covariate patterns, and is found here from the distribution of a sum of
independent yes or no's that are tilted to have mean d: its characteristic function at N equally spaced angles gives the
probability of exactly d (Hong 2013, Comput Stat Data Anal 59:41), score and information as well. The tilt keeps it far from underflow. A
week costs patterns times events, however many people share a pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._partial_likelihood import Evaluation
from analyses.statistics.hazards._risk_sets import RiskSets

SPARE = 21
"""Angles beyond the number of events: the tilted sum is that much above its mean with a chance of some 1e-13 at most."""
REACH = 40.0
AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class TiedWeek:
    """One stratum and event week: covariate patterns at risk (k, p), how many have each (k,), events, and their summed covariates."""

    x: np.ndarray
    people: np.ndarray
    events: int
    events_x: np.ndarray


def exact_likelihood(sets: RiskSets) -> Callable[[np.ndarray], Evaluation]:
    """The exact partial likelihood as a function of the coefficients, on the scale of ``sets.x``."""
    weeks = _tied_weeks(sets)

    def evaluated(beta: np.ndarray) -> Evaluation:
        p = len(beta)
        value, score, information = 0.0, np.zeros(p), np.zeros((p, p))
        for week in weeks:
            log_sum, mean, covariance = _log_sum(week, beta)
            value += float(week.events_x @ beta) - log_sum
            score += week.events_x - mean
            information += covariance
        return Evaluation(beta, value, score, information)

    return evaluated


def _tied_weeks(sets: RiskSets) -> list[TiedWeek]:
    """Weeks at which not everybody at risk has the event: the others tell nothing."""
    patterns, pattern = np.unique(sets.x, axis=0, return_inverse=True)
    pattern = pattern.reshape(-1)
    first = np.searchsorted(sets.record_group(), np.arange(len(sets.group_time) + 1))
    found = []
    for group, events in enumerate(sets.group_deaths.tolist()):
        start, end = first[group], first[sets.stratum_end[group]]
        people = np.bincount(pattern[start:end], minlength=len(patterns))
        yet_to_come = sets.late[(sets.late_first > group) & (sets.late >= start) & (sets.late < end)]
        people -= np.bincount(pattern[yet_to_come], minlength=len(patterns))
        if events < people.sum():
            at = np.flatnonzero(people)
            found.append(TiedWeek(patterns[at], people[at], events, sets.group_events_x[group]))
    return found


def _log_sum(week: TiedWeek, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log of the sum over all sets of people, and its gradient and curvature: mean and covariance of the summed covariates."""
    eta = week.x @ beta
    if week.events == 1:
        share = week.people * np.exp(eta - eta.max())
        total = share.sum()
        mean = share @ week.x / total
        centred = week.x - mean
        return float(np.log(total) + eta.max()), mean, (centred * (share / total)[:, None]).T @ centred
    tilt = _tilt(eta, week.people, week.events)
    chance = 1.0 / (1.0 + np.exp(-(eta + tilt)))
    # centred covariates: what is left of the second moments then is small, and nothing cancels
    centre = (week.people * chance) @ week.x / week.events
    log_chance, mean, second = _moments(chance, week.people, week.x - centre, week.events)
    log_sum = float(week.people @ np.logaddexp(0.0, eta + tilt)) - tilt * week.events + log_chance
    return log_sum, mean + week.events * centre, second - np.outer(mean, mean)


def _tilt(eta: np.ndarray, people: np.ndarray, events: int) -> float:
    """What added to every eta makes ``events`` the expected number: a root between bounds, by Newton's method with bisection."""
    share = np.log(events / (people.sum() - events))
    low, high = share - eta.max(), share - eta.min()
    tilt = share - float(np.average(eta, weights=people))
    for _ in range(60):
        chance = 1.0 / (1.0 + np.exp(-(eta + tilt)))
        excess = float(people @ chance) - events
        low, high = (low, tilt) if excess > 0 else (tilt, high)
        step = excess / float(people @ (chance * (1.0 - chance)))
        new = tilt - step if low < tilt - step < high else 0.5 * (low + high)
        if abs(new - tilt) < 1e-9:
            break
        tilt = new
    return tilt


def _moments(chance: np.ndarray, people: np.ndarray, x: np.ndarray, events: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Log chance that the yes's add up to ``events``, and mean and second moments of the summed x when they do."""
    p = x.shape[1]
    half = (events + SPARE) // 2
    angle = 2.0 * np.pi * np.arange(half + 1) / (2 * half + 1)
    # |phi| is at most exp(-variance (1 - cos angle)): with many events most angles are out of reach
    angle = angle[people @ (chance * (1.0 - chance)) * (1.0 - np.cos(angle)) < REACH]
    turn = np.exp(1j * angle)[:, None]
    log_phi = -1j * angle * events
    first, second = np.zeros((len(angle), p), complex), np.zeros((len(angle), p * p), complex)
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), p * p)
    block = max(1, AT_ONCE // len(angle))
    for start in range(0, len(chance), block):
        part = slice(start, start + block)
        either = 1.0 + chance[part] * (turn - 1.0)
        yes = chance[part] * turn / either
        log_phi += np.log(either) @ people[part]
        first += (yes * people[part]) @ x[part]
        second += (yes * (1.0 - yes) * people[part]) @ products[part]
    # the number of angles is odd, and the others mirror these
    weight = np.exp(log_phi) * np.where(angle == 0, 1.0, 2.0)
    total = weight.real.sum()
    mean = (weight @ first).real / total
    both = second + (first[:, :, None] * first[:, None, :]).reshape(len(angle), p * p)
    return float(np.log(total / (2 * half + 1))), mean, ((weight @ both).real / total).reshape(p, p)
