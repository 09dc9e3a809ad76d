"""What each provider's own people show: an answer as a person reads it, and the same on the scale on which providers are pooled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyses.statistics.change.between_effect import difference_by_pooled_sd
from analyses.statistics.change.effect_size import change_by_baseline_sd
from analyses.statistics.change.paired_change import mean_with_interval, paired_moments
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.survival_curve import Estimate, survival_at, survival_curve
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.models.linear_model import DIFFERENCE, difference_design, least_squares
from analyses.statistics.models.model import Contrast
from analyses.statistics.rates.rates import WEEKS_PER_YEAR, rate

SMALLEST = 5
"""Fewest people of a provider (in each arm): with fewer its own spread, and so its weight, is hardly known."""


@dataclass(frozen=True, slots=True, eq=False)
class ProviderEffects:
    """One question asked of every provider.

    `answers`: per provider an estimate with its interval, on the scale of the row. `effect`, `variance`: shape (k,), on the scale of pooling;
    NaN where there is no answer. `n`, `events`, `years`: shape (k,). `unit`: of the row; `scale`: of tau squared; `back`: from
    the scale of pooling to that of the row.
    """

    answers: tuple[Any, ...]
    effect: np.ndarray
    variance: np.ndarray
    n: np.ndarray
    unit: str
    scale: str
    back: Callable[[np.ndarray], np.ndarray] = lambda value: value
    events: np.ndarray | None = None
    years: np.ndarray | None = None
    other_events: np.ndarray | None = None
    other_years: np.ndarray | None = None

    @property
    def usable(self) -> np.ndarray:
        """Which providers can be pooled."""
        return np.isfinite(self.effect) & np.isfinite(self.variance) & (self.variance > 0)


def fewest_of(effects: ProviderEffects, mine: np.ndarray) -> float:
    """Of some providers (boolean) the smallest number of people who had an event, or had not, in any of them; 0 where that is not known."""
    events = [effects.events[mine]] + ([] if effects.other_events is None else [effects.other_events[mine]])
    others = effects.n[mine] - np.nansum(events, axis=0)
    return float(np.min(np.nan_to_num([*events, others]), initial=np.inf))


def _as_they_are(answers: list[Any], n: list[int], unit: str, scale: str, events: list[int] | None = None) -> ProviderEffects:
    effect = np.array([np.nan if one.reason else one.estimate for one in answers], float)
    variance = np.array([np.nan if one.reason else one.std_error for one in answers], float) ** 2
    happened = None if events is None else np.array(events, float)
    return ProviderEffects(tuple(answers), effect, variance, np.array(n), unit, scale, events=happened)


def changes(before: np.ndarray, later: np.ndarray, rows: list[np.ndarray]) -> ProviderEffects:
    """The mean change, later minus baseline as scored.

    >>> found = changes(np.full(6, 30.0), np.array([28.0, 27, 26, 25, 24, 30]), [np.arange(5), np.arange(5, 6)])
    >>> found.effect.tolist(), found.answers[1].reason
    ([-4.0, nan], 'too_few')
    """
    found = []
    for mine in rows:
        moments = paired_moments(before[mine], later[mine])
        answer = mean_with_interval(moments.mean_change, moments.sd_change, moments.n)
        found.append(answer if len(mine) >= SMALLEST else Contrast(np.nan, reason=_few(len(mine))))
    return _as_they_are(found, [len(mine) for mine in rows], "score", "score squared")


def standardised(before: np.ndarray, later: np.ndarray, rows: list[np.ndarray], sign: int) -> ProviderEffects:
    """g: mean change by the provider's own SD at baseline."""
    found = [
        change_by_baseline_sd(paired_moments(before[mine], later[mine]), sign)
        if len(mine) >= SMALLEST
        else Contrast(np.nan, reason=_few(len(mine)))
        for mine in rows
    ]
    return _as_they_are(found, [len(mine) for mine in rows], "SD", "SD squared")


def differences(
    before: np.ndarray, later: np.ndarray, first: np.ndarray, covariates: np.ndarray, rows: list[np.ndarray]
) -> ProviderEffects:
    """The difference between two arms within a provider, adjusted for baseline and the plan's covariates."""
    found = []
    for mine in rows:
        arm = first[mine]
        if min(arm.sum(), (~arm).sum()) < SMALLEST:
            found.append(Contrast(np.nan, reason=_few(min(int(arm.sum()), int((~arm).sum())))))
        else:
            design = difference_design(before[mine], arm, covariates[mine])
            found.append(least_squares(later[mine], design.columns, design.names).one(DIFFERENCE))
    return _as_they_are(found, [len(mine) for mine in rows], "score", "score squared")


def standardised_differences(
    before: np.ndarray, later: np.ndarray, first: np.ndarray, rows: list[np.ndarray], sign: int
) -> ProviderEffects:
    """g between two arms within a provider, of later scores."""
    found = []
    for mine in rows:
        parts = [paired_moments(before[who], later[who]) for who in (mine[first[mine]], mine[~first[mine]])]
        fewest = min(part.n for part in parts)
        few = fewest < SMALLEST
        found.append(Contrast(np.nan, reason=_few(fewest)) if few else difference_by_pooled_sd(*parts, sign))
    return _as_they_are(found, [len(mine) for mine in rows], "SD", "SD squared")


def risks(
    week: np.ndarray, happened: np.ndarray, entry: np.ndarray | None, rows: list[np.ndarray], at_week: int
) -> ProviderEffects:
    """The risk by a week, 1 - Kaplan-Meier; pooled as the logarithm of the cumulative hazard, as its interval is made.

    `years` is None: with `events` complete at that week the counts themselves can be pooled (`known_until`).
    """
    found, effect, variance = [], [], []
    for mine in rows:
        counts = event_counts(week[mine], happened[mine].astype(int), entry=None if entry is None else entry[mine])
        at = survival_at(survival_curve(counts), at_week) if len(mine) >= SMALLEST else Estimate(np.nan, reason=_few(len(mine)))
        s, error = at.estimate, at.std_error
        inside = at.reason is None and 0 < s < 1 and error > 0
        found.append(Estimate(1 - s, error, 1 - at.ci_high, 1 - at.ci_low, reason=at.reason))
        effect.append(np.log(-np.log(s)) if inside else np.nan)
        variance.append((error / (s * np.log(s))) ** 2 if inside else np.nan)
    by_then = np.array([(happened[mine] & (week[mine] <= at_week)).sum() for mine in rows], float)
    return ProviderEffects(
        tuple(found),
        np.array(effect),
        np.array(variance),
        np.array([len(mine) for mine in rows]),
        "share",
        "log cumulative hazard squared",
        lambda value: -np.expm1(-np.exp(value)),
        by_then,
    )


def rates(week: np.ndarray, happened: np.ndarray, entry: np.ndarray | None, rows: list[np.ndarray]) -> ProviderEffects:
    """First events per person-year, pooled as logarithms."""
    start = np.zeros(len(week), np.int64) if entry is None else entry
    years = np.array([(week[mine] - start[mine]).sum() for mine in rows]) / WEEKS_PER_YEAR
    events, n = (np.array(part, float) for part in ([happened[mine].sum() for mine in rows], [len(mine) for mine in rows]))
    found = [
        rate(int(count), float(time)) if size >= SMALLEST else Contrast(np.nan, reason=_few(int(size)))
        for count, time, size in zip(events, years, n)
    ]
    there = (n >= SMALLEST) & (years > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.where(there & (events > 0), np.log(events / years), np.nan)
        variance = np.where(there & (events > 0), 1 / events, np.nan)
    return ProviderEffects(
        tuple(found),
        effect,
        variance,
        n.astype(int),
        "per person-year",
        "log rate squared",
        np.exp,
        np.where(there, events, np.nan),
        np.where(there, years, np.nan),
    )


def hazard_ratios(
    week: np.ndarray, happened: np.ndarray, entry: np.ndarray | None, first: np.ndarray, rows: list[np.ndarray]
) -> ProviderEffects:
    """The logarithm of the hazard ratio of two arms within a provider, by Cox; with events and person-years of either arm beside."""
    start = np.zeros(len(week), np.int64) if entry is None else entry
    found, n, sums = [], [], []
    for mine in rows:
        arm, event = first[mine], happened[mine]
        sizes, events = [arm.sum(), (~arm).sum()], [event[arm].sum(), event[~arm].sum()]
        time = week[mine] - start[mine]
        n.append(len(mine))
        if min(sizes) < SMALLEST:
            found.append(Contrast(np.nan, reason=_few(int(min(sizes)))))
            sums.append([np.nan] * 4)
            continue
        sums.append([events[0], time[arm].sum() / WEEKS_PER_YEAR, events[1], time[~arm].sum() / WEEKS_PER_YEAR])
        if min(events) == 0:
            found.append(Contrast(np.nan, reason="too_few_events" if max(events) else "no_events"))
            continue
        after = None if entry is None else np.where(start[mine] == 0, -1, start[mine])
        fit = cox_model(week[mine], event, arm.astype(float)[:, None], entry=after)
        limits = (np.nan, np.nan) if fit.reason else np.log([fit.hazard_ratio_ci_low[0], fit.hazard_ratio_ci_high[0]])
        numbers = (fit.coefficients[0], fit.std_error[0], *limits, fit.p_value[0])
        found.append(Contrast(*map(float, numbers), reason=fit.reason))
    known = _as_they_are(found, n, "log ratio", "log ratio squared", [int(happened[mine].sum()) for mine in rows])
    a, t, c, s = np.array(sums, float).reshape(-1, 4).T
    return ProviderEffects(
        known.answers, known.effect, known.variance, known.n, known.unit, known.scale,
        events=a, years=t, other_events=c, other_years=s,
    )  # fmt: skip


def _few(n: int) -> str:
    return "too_few" if n else "empty_group"
