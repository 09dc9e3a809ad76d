"""Few providers of eleven: what a group loses to events, differences between arms, subgroups, and frailties. Printed by `few_providers_coverage`.

Where each provider gives one arm, the odd ones give the second. Competing events take a third of all. A frailty of a provider is from a gamma
distribution with a variance of twice the part that lies between providers, and the hazard ratio is then that within a provider.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr

from analyses.shared.by_provider import in_steps
from analyses.shared.providers.contrasts import contrast
from analyses.statistics.clustered.cox import log_hazard_ratio_by_cluster
from analyses.statistics.clustered.difference import g_between_by_cluster
from analyses.statistics.clustered.incidence import incidence_design, incidence_with_design
from analyses.statistics.clustered.influence import (
    incidence_influence,
    log_rate_influence,
    restricted_mean_influence,
    survival_influence,
)
from analyses.statistics.clustered.joint_test import joint_test_by_cluster
from analyses.statistics.clustered.log_rank import log_rank_by_cluster
from analyses.statistics.clustered.rates import rate_design, rate_with_design
from analyses.statistics.clustered.survival import restricted_mean_design, restricted_mean_with_design
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence
from analyses.statistics.events.event_counts import EventCounts, event_counts_by_group
from analyses.statistics.events.log_rank import log_rank
from analyses.statistics.events.restricted_mean import restricted_mean, restricted_mean_difference
from analyses.statistics.events.survival_contrast import survival_difference
from analyses.statistics.events.survival_curve import survival_curve
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.shared_frailty import shared_frailty
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.joint_test import joint_test
from analyses.statistics.models.linear_model import least_squares

HALF_LIFE, RATIO, EFFECT = 52, 0.7, -0.3
FRAILTIES_OF = 4
"""Of so many studies one has its frailties fitted, which takes longest."""
Answer = tuple[float, float, float]


def _held(p: float) -> Answer:
    """A test as an interval that holds where it does not reject."""
    return (np.nan,) * 3 if np.isnan(p) else (0.0, p, 0.05)


class _Study:
    """Weeks and events of people whose hazards their providers share in part, `ratio` between arms."""

    def __init__(
        self, rng: np.random.Generator, provider: np.ndarray, first: np.ndarray, chance: np.ndarray, ratio: float
    ) -> None:
        week = np.ceil(-np.log(chance) / np.log(2) * HALF_LIFE / np.where(first, ratio, 1.0))
        lost = np.ceil(np.where(rng.random(len(provider)) < 1 / 3, rng.random(len(provider)) * HALF_LIFE, 2 * HALF_LIFE))
        self.week, self.event = np.minimum(week, lost).astype(np.int64), (week <= lost).astype(np.int64)
        self.cause = np.where(self.event == 1, 1 + (rng.random(len(provider)) < 1 / 3), 0)
        self.k, self._cell = int(provider.max()) + 1, np.where(first, 0, 1) * (provider.max() + 1) + provider

    def groups(self, causes: int = 1) -> list[list[EventCounts]]:
        happened = self.event if causes == 1 else self.cause
        found = event_counts_by_group(self.week, happened, self._cell, 2 * self.k, causes=causes)
        return [list(found[: self.k]), list(found[self.k :])]

    def sums(self) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        parts = [np.bincount(self._cell, of, 2 * self.k) for of in (self.event, self.week, np.ones(len(self.week)))]
        return [tuple(part[: self.k] for part in parts), tuple(part[self.k :] for part in parts)]


def _truth(ratio: float) -> tuple[float, float, float]:
    """Share without an event and mean weeks by the horizon, and the logarithm of the rate per week."""
    survival = 2.0 ** (-ratio * np.arange(HALF_LIFE + 1) / HALF_LIFE)
    return float(survival[-1]), float(survival[:-1].sum()), float(np.log(-np.expm1(-ratio * np.log(2) / HALF_LIFE)))


def _together(counts: list[EventCounts]) -> EventCounts:
    return sum(counts[1:], counts[0])


def of_one_group(rng: np.random.Generator, provider: np.ndarray, chance: np.ndarray) -> Iterator[tuple[str, Answer]]:
    """Mean time, incidence and rate of everyone."""
    study = _Study(rng, provider, np.ones(len(provider), bool), chance, 1.0)
    counts, (_, mean, log_rate) = study.groups()[0], _truth(1.0)
    curve, design = survival_curve(_together(counts)), restricted_mean_design(counts, HALF_LIFE)
    steps = in_steps(design.estimate, design.df, design.reason)
    found = restricted_mean_with_design(curve, HALF_LIFE, steps.effect, steps.df)
    yield "mean time, by provider", (found.ci_low, found.ci_high, mean)
    alone = restricted_mean(curve, HALF_LIFE)
    yield "mean time, people as independent", (alone.ci_low, alone.ci_high, mean)
    of_causes = study.groups(2)[0]
    design = incidence_design(of_causes, 1, HALF_LIFE)
    steps = in_steps(design.estimate, design.df, design.reason)
    found = incidence_with_design(cumulative_incidence(_together(of_causes)), 1, HALF_LIFE, steps.effect, steps.df)
    yield "incidence, by provider", (found.ci_low, found.ci_high, 0.5 * 2 / 3)
    events, weeks, size = study.sums()[0]
    design = rate_design(events, weeks, size)
    steps = in_steps(design.estimate, design.df, design.reason)
    rate = rate_with_design(float(events.sum()), float(weeks.sum()), steps.effect, steps.df)
    yield "rate, by provider", (rate.ci_low, rate.ci_high, float(np.exp(log_rate)))


def of_arms(
    rng: np.random.Generator, provider: np.ndarray, share: float, first: np.ndarray, which: str
) -> Iterator[tuple[str, Answer]]:
    """Differences between arms in events and scores, their tests, and frailties; `which` stands behind their names."""
    k, n = int(provider.max()) + 1, len(provider)
    own, people = rng.normal(size=k), rng.normal(size=n)
    mixed = np.sqrt(share) * own[provider] + np.sqrt(1 - share) * people
    study = _Study(rng, provider, first, ndtr(mixed), RATIO)
    (shares, means, rates) = (one - other for one, other in zip(_truth(RATIO), _truth(1.0)))
    groups, arm = study.groups(), first.astype(float)
    curves = [survival_curve(_together(group)) for group in groups]
    for name, answer, truth in (
        ("without an event, difference, by provider", contrast(*(survival_influence(g, HALF_LIFE) for g in groups)), shares),
        ("without an event, difference, people as independent", survival_difference(*curves, HALF_LIFE), shares),
        ("mean time, difference, by provider", contrast(*(restricted_mean_influence(g, HALF_LIFE) for g in groups)), means),
        ("mean time, difference, people as independent", restricted_mean_difference(*curves, HALF_LIFE), means),
        ("incidence, difference, by provider", contrast(*(incidence_influence(g, 1, HALF_LIFE) for g in study.groups(2))), -shares * 2 / 3),
        ("rate ratio, by provider", contrast(*(log_rate_influence(*sums) for sums in study.sums())), rates),
        ("hazard ratio, by provider", log_hazard_ratio_by_cluster(study.week, study.event, arm, provider), np.log(RATIO)),
        ("hazard ratio, people as independent", cox_model(study.week, study.event, arm, names=["arm"]).one("arm"), np.log(RATIO)),
    ):  # fmt: skip
        yield f"{name}{which}", (answer.ci_low, answer.ci_high, float(truth))
    none = _Study(rng, provider, first, ndtr(mixed), 1.0).groups()
    yield f"log-rank test, by provider{which}", _held(log_rank_by_cluster(*none).p_value)
    yield f"log-rank test, people as independent{which}", _held(log_rank([_together(group) for group in none]).p_value)
    scores = mixed + EFFECT * first
    found = g_between_by_cluster(scores, first, provider, -1)
    yield f"g between arms, by provider{which}", (found.ci_low, found.ci_high, -EFFECT)
    if rng.random() < 1 / FRAILTIES_OF:
        factor = rng.gamma(1 / (2 * share), 2 * share, k) if share else np.ones(k)
        within = _Study(rng, provider, first, np.exp(-rng.exponential(size=n) / factor[provider]), RATIO)
        fit = shared_frailty(within.week, within.event, arm, provider)
        yield f"hazard ratio within a provider, frailty{which}", (fit.ci_low[0], fit.ci_high[0], float(np.log(RATIO)))
        yield f"variance of frailties{which}", (fit.variance_ci_low, fit.variance_ci_high, 2 * share)


def of_subgroups(
    rng: np.random.Generator, provider: np.ndarray, share: float, first: np.ndarray
) -> Iterator[tuple[str, Answer]]:
    """Three categories that do not differ: one against the others, and all at once; in the change, and in the difference between arms."""
    n, between = len(provider), rng.normal(0, np.sqrt(share), (int(provider.max()) + 1, 3))
    category = rng.integers(0, 3, n)
    # half of what a provider has of its own is the same for all categories
    own = (between.mean(axis=1)[provider] * np.sqrt(3) + between[provider, category]) / np.sqrt(2)
    y = own + rng.normal(0, np.sqrt(1 - share), n)
    one, b, c = np.ones(n), (category == 1).astype(float), (category == 2).astype(float)
    arm = first.astype(float)
    found = cr2(y, np.column_stack([one, b]), provider, ["one", "b"]).one("b")
    yield "a category against the others, by provider", (found.ci_low, found.ci_high, 0.0)
    for name, design, tested in (
        ("categories at once", [one, b, c], ["x1", "x2"]),
        ("categories at once, difference between arms", [one, b, c, arm, arm * b, arm * c], ["x4", "x5"]),
    ):
        columns = np.column_stack(design)
        yield f"{name}, by provider", _held(joint_test_by_cluster(y, columns, provider, tested).p_value)
        yield f"{name}, people as independent", _held(joint_test(least_squares(y, columns, None, "HC3"), tested).p_value)
