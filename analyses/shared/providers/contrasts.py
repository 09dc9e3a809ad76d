"""Differences between arms in events where people come from several providers: rows with errors by provider, and a test by provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analyses.shared.by_provider import FEW, providers_of, residual_df
from analyses.shared.cohort import Cohort
from analyses.shared.event_curves import time_words
from analyses.shared.recording import fields, why, within
from analyses.statistics.clustered.contrast import contrast_by_cluster
from analyses.statistics.clustered.influence import ClusterInfluence, restricted_mean_influence, survival_influence
from analyses.statistics.clustered.log_rank import log_rank_by_cluster
from analyses.statistics.events.event_counts import EventCounts, event_counts_by_group
from analyses.statistics.events.survival_curve import survival_curve, unknown_at
from analyses.statistics.models.model import Contrast
from data_schemas.plan import Events
from data_schemas.result import Declared
from data_schemas.words import Words

CONTRAST_MEASURES = {
    "survival_difference_clustered": Declared(
        "model",
        Words(
            "verschil in aandeel zonder gebeurtenis, interval per aanbieder",
            "difference in share without an event, interval by provider",
        ),
        "share",
    ),
    "restricted_mean_difference_clustered": Declared(
        "model", Words("verschil in gemiddelde tijd, interval per aanbieder", "difference in mean time, interval by provider"), "weeks"
    ),
    "log_rank_clustered": Declared(
        "test", Words("log-rangtoets die aanbieders laat verschillen", "log-rank test that lets providers differ"), "statistic"
    ),
}  # fmt: skip
FEWEST_EVENTS = 5
"""Events of an arm below which its influences hang on a few people."""
BY_PROVIDER = "errors by provider: influences added up by provider (infinitesimal jackknife), CR2 and t on Satterthwaite's df"
HOLDS = (
    "; simulated with two to thirteen providers of eleven, it holds the truth in {} of 100 studies where every provider gives both arms, and in {} "
    "with six to thirteen that give one each"
)
SHARES_HOLD, MEANS_HOLD, RATIO_HOLDS = ("92 to 97", "93 to 97"), ("94 to 99", "93 to 96"), ("92 to 98", "94 to 96")
REJECTS = "3 to 8"
"""docs/simulation-few-providers.md: where every provider gives both arms, and where each gives one."""
_LOG_RANK = (
    "log-rank test, errors by provider: t test of each provider's part of O - E on k - 1 df, k providers (k - 2 when some have one arm); "
    "simulated with two to thirteen providers of eleven, it rejects by chance in {} of 100 studies"
)


@dataclass(frozen=True, slots=True, eq=False)
class ByProvider:
    """Counts of some people by arm and provider, providers in one order; and what disclosure control must know of them."""

    counts: tuple[tuple[EventCounts, ...], ...]
    provider: np.ndarray
    arm: np.ndarray

    def behind(self, pair: tuple[int, int]) -> dict:
        """People, events and degrees of freedom of two arms."""
        both = [one for arm in pair for one in self.counts[arm]]
        told = {
            "n": sum(one.size for one in both),
            "events": sum(int(one.all_events.sum()) for one in both),
            "residual_df": residual_df(self.provider[np.isin(self.arm, pair)], len(self.counts[0])),
        }
        # of few providers an error is nearly what two of them lie apart
        return told | ({"fewest": self._fewest(pair)} if len(self.counts[0]) < FEW else {})

    def _fewest(self, pair: tuple[int, int]) -> int:
        """The smallest number of people of a provider in an arm who had an event, or who had none, where it has anyone."""
        there = [one for arm in pair for one in self.counts[arm] if one.size]
        return min((min(happened, one.size - happened) for one in there for happened in [int(one.all_events.sum())]), default=0)

    def few(self, pair: tuple[int, int], cause: int | None = None) -> str | None:
        """Why two arms cannot be compared by provider whatever is asked."""
        for arm in pair:
            if not any(one.size for one in self.counts[arm]):
                return "empty_group"
        events = [sum(int(_of(one, cause).sum()) for one in self.counts[arm]) for arm in pair]
        if not any(events):
            return "no_events"
        return "too_few_events" if min(events) < FEWEST_EVENTS else None


def by_provider(cohort: Cohort, week, cause, entry, who: np.ndarray, causes: int = 1) -> ByProvider:
    """Of some people (boolean) their counts; `week`, `cause` and `entry` (or None) of those people alone."""
    provider, arm = providers_of(cohort)[who], cohort.arm_codes[who]
    size = len(cohort.treatments["provider"].cat.categories)
    cell = arm.astype(np.int64) * size + provider
    found = event_counts_by_group(week, cause, cell, len(cohort.arms) * size, entry=entry, causes=causes)
    parts = tuple(found[arm * size :][:size] for arm in range(len(cohort.arms)))
    return ByProvider(parts, provider, arm)


def contrast(one: ClusterInfluence, other: ClusterInfluence) -> Contrast:
    """The first less the second, with errors by provider."""
    total, size = np.column_stack([one.total, -other.total]), np.column_stack([one.size, other.size])
    return contrast_by_cluster(one.estimate - other.estimate, total, size)


def contrast_rows(arms: tuple[str, ...], given: ByProvider, wanted: Events, pairs: Sequence[tuple[int, int]]) -> Iterator[dict]:
    """Of every pair of arms the differences at the planned weeks, in mean time, and the test; arm, n and events with them."""
    zero, tau = time_words(wanted), wanted.restricted_mean_weeks
    for pair in pairs:
        base = {"arm": " - ".join(arms[arm] for arm in pair)} | given.behind(pair)
        groups, reason = [given.counts[arm] for arm in pair], given.few(pair)
        method = f"difference of Kaplan-Meier estimates; {BY_PROVIDER}{HOLDS.format(*SHARES_HOLD)}; {zero}"
        for week in wanted.horizons_weeks:
            answer = _answer(groups, week, reason, lambda group, week=week: survival_influence(group, week))
            row = base | {"measure": "survival_difference_clustered", "time": str(week), "unit": "share"}
            yield row | within(fields(answer, method), -1.0, 1.0)
        method = f"difference of restricted means; {BY_PROVIDER}{HOLDS.format(*MEANS_HOLD)}; {zero}"
        answer = _answer(groups, tau, reason, lambda group: restricted_mean_influence(group, tau))
        row = base | {"measure": "restricted_mean_difference_clustered", "time": str(tau), "unit": "weeks"}
        yield row | within(fields(answer, method), -float(tau), float(tau))
        test = log_rank_by_cluster(*groups)
        numbers = {"estimate": test.statistic, "p_value": test.p_value, "df": test.df}
        behind = {"residual_df": min(base["residual_df"], base["events"] - 1)}
        row = base | {"measure": "log_rank_clustered", "unit": "t"} | behind | numbers
        yield row | {"method": why(f"{_LOG_RANK.format(REJECTS)}; {zero}", test.reason)}


def _answer(groups: list[tuple[EventCounts, ...]], week: int, reason: str | None, influence) -> Contrast:
    """A contrast at a week, or why either curve says nothing of it."""
    if reason is None:
        curves = [survival_curve(sum(group[1:], group[0])) for group in groups]
        reason = next((found for curve in curves if (found := unknown_at(curve, week))), None)
    return Contrast(np.nan, reason=reason) if reason else contrast(*(influence(group) for group in groups))


def _of(counts: EventCounts, cause: int | None) -> np.ndarray:
    return counts.all_events if cause is None else counts.events[cause - 1]
