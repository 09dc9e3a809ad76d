"""Rates and cumulative incidences of people of several providers: rows with errors by provider, of one group and between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analyses.shared.by_provider import Design, in_steps
from analyses.shared.event_curves import CurveGroups, planned
from analyses.shared.providers.contrasts import BY_PROVIDER, HOLDS, RATIO_HOLDS, SHARES_HOLD, ByProvider, contrast
from analyses.shared.providers.curves import widest
from analyses.shared.recording import fields, why, within
from analyses.statistics.clustered.incidence import incidence_design, incidence_with_design
from analyses.statistics.clustered.influence import incidence_influence, log_rate_influence
from analyses.statistics.clustered.rates import rate_design, rate_with_design
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence, incidence_at
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.models.model import Contrast
from analyses.statistics.rates.rates import WEEKS_PER_YEAR
from data_schemas.plan import Events
from data_schemas.result import Declared
from data_schemas.words import Words

INCIDENCE_MEASURES = {
    "cumulative_incidence_clustered": Declared(
        "derived",
        Words("aandeel met de gebeurtenis, interval per aanbieder", "share with the event, interval by provider"),
        "share",
    ),
    "cumulative_incidence_difference_clustered": Declared(
        "model",
        Words(
            "verschil in aandeel met de gebeurtenis, interval per aanbieder",
            "difference in share with the event, interval by provider",
        ),
        "share",
    ),
}
RATE_MEASURES = {
    "rate_per_person_year_clustered": Declared(
        "derived",
        Words("gebeurtenissen per persoonsjaar, interval per aanbieder", "events per person-year, interval by provider"),
        "effect",
    ),
    "rate_ratio_clustered": Declared(
        "model",
        Words("verhouding van aantallen per persoonsjaar, interval per aanbieder", "rate ratio, interval by provider"),
        "ratio",
    ),
}
_WIDENED = (
    "{what}; errors by provider: {limits} widened by the design effect of providers, rounded up, and t on Satterthwaite's df rounded down; simulated "
    "with providers of eleven, it holds the truth in {holds} of 100 studies, where 95 is meant; {words}"
)
INCIDENCES_HOLD, RATES_HOLD = "97 to 100", "96 to 100"


def groups_of(given: ByProvider) -> list[tuple[EventCounts, ...]]:
    """By provider the counts of everyone, and of each arm when there are more than one: in the order in which groups are drawn."""
    everyone = tuple(sum(of_one[1:], of_one[0]) for of_one in zip(*given.counts))
    return [everyone, *(given.counts if len(given.counts) > 1 else ())]


def incidence_designs(given: ByProvider, arms: tuple[str, ...], wanted: Events, causes: int) -> dict[tuple[str, int], Design]:
    """By group and cause one design for all planned weeks, in steps."""
    return {
        (name, cause): widest({week: incidence_design(counts, cause, week) for week in wanted.horizons_weeks})
        for name, counts in zip(("all", *arms), groups_of(given))
        for cause in range(1, causes + 1)
    }


def clustered_incidences(
    groups: CurveGroups, outcomes: Sequence[str], grid: Sequence[int], wanted: Events, designs: Mapping, words: str
) -> Iterator[dict]:
    """The incidence in every week asked for (of competing events in the planned ones), from exact counts as from rounded ones."""
    limits = "log-log limits"
    method = _WIDENED.format(what="Aalen-Johansen", limits=limits, holds=INCIDENCES_HOLD, words=words)
    for name, (counts, curve) in groups.drawn_incidences.items():
        for cause, outcome in enumerate(outcomes, start=1):
            design = designs[name, cause]
            base = {"arm": name, "n": counts.size, "unit": "share", "outcome": outcome}
            base |= {"events": int(counts.events[cause - 1].sum()), "measure": "cumulative_incidence_clustered"}
            for week in grid if cause == 1 else planned(wanted, grid):
                if design.reason:
                    yield base | {"time": str(week), "method": why(method, design.reason)}
                else:
                    answer = incidence_with_design(curve, cause, week, design.effect, design.df)
                    yield base | {"time": str(week)} | fields(answer, method)


def incidence_contrasts(
    arms: tuple[str, ...],
    given: ByProvider,
    outcomes: Sequence[str],
    pairs: Sequence[tuple[int, int]],
    wanted: Events,
    words: str,
) -> Iterator[dict]:
    """Of every pair of arms and every cause the difference in share at the planned weeks."""
    method = f"difference of Aalen-Johansen estimates; {BY_PROVIDER}{HOLDS.format(*SHARES_HOLD)}; {words}"
    for cause, outcome in enumerate(outcomes, start=1):
        for pair in pairs:
            groups, few = [given.counts[arm] for arm in pair], given.few(pair, cause)
            happened = sum(int(one.events[cause - 1].sum()) for group in groups for one in group)
            base = (
                {"arm": " - ".join(arms[arm] for arm in pair), "outcome": outcome} | given.behind(pair) | {"events": happened}
            )
            base |= {"measure": "cumulative_incidence_difference_clustered", "unit": "share"}
            curves = [cumulative_incidence(sum(group[1:], group[0])) for group in groups] if few is None else []
            for week in wanted.horizons_weeks:
                reason = few or next((found for curve in curves if (found := incidence_at(curve, cause, week).reason)), None)
                answer = Contrast(float("nan"), reason=reason)
                if reason is None:
                    answer = contrast(*(incidence_influence(group, cause, week) for group in groups))
                yield base | {"time": str(week)} | within(fields(answer, method), -1.0, 1.0)


def rate_designs(given: ByProvider, arms: tuple[str, ...]) -> dict[str, Design]:
    """By group the design of its rate, in steps."""
    found = {}
    for name, counts in zip(("all", *arms), groups_of(given)):
        one = rate_design(*_sums(counts))
        found[name] = in_steps(one.estimate, one.df, one.reason)
    return found


def clustered_rates(groups: CurveGroups, designs: Mapping[str, Design], words: str) -> Iterator[dict]:
    """First events per person-year, from exact counts as from rounded ones."""
    limits = "limits on the log scale"
    method = _WIDENED.format(what=f"first events; {words}", limits=limits, holds=RATES_HOLD, words="a year is 365.25 days")
    for name, counts in groups.drawn().items():
        design, events = designs[name], int(counts.all_events.sum())
        base = {"measure": "rate_per_person_year_clustered", "arm": name, "n": counts.size, "events": events}
        base |= {"unit": "per person-year"}
        if design.reason:
            yield base | {"method": why(method, design.reason)}
        else:
            years = person_weeks(counts) / WEEKS_PER_YEAR
            yield base | fields(rate_with_design(events, years, design.effect, design.df), method)


def rate_contrasts(arms: tuple[str, ...], given: ByProvider, pairs: Sequence[tuple[int, int]], words: str) -> Iterator[dict]:
    """Of every pair of arms the ratio of their rates."""
    method = f"first arm over second, first events; {words}; {BY_PROVIDER}, on the log scale{HOLDS.format(*RATIO_HOLDS)}"
    for pair in pairs:
        base = {"arm": " - ".join(arms[arm] for arm in pair)} | given.behind(pair)
        base |= {"measure": "rate_ratio_clustered", "unit": "ratio"}
        answer = Contrast(float("nan"), reason=given.few(pair))
        if answer.reason is None:
            answer = contrast(*(log_rate_influence(*_sums(given.counts[arm])) for arm in pair))
        numbers = {}
        if answer.reason is None:
            ratio, low, high = (float(np.exp(value)) for value in (answer.estimate, answer.ci_low, answer.ci_high))
            numbers = {"estimate": ratio, "std_error": ratio * answer.std_error, "ci_low": low, "ci_high": high}
            numbers |= {"p_value": answer.p_value, "df": answer.df}
        yield base | {"method": why(method, answer.reason)} | numbers


def person_weeks(counts: EventCounts) -> int:
    """Weeks that the people of a table were followed, up to and including the week of their event or last week.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> person_weeks(event_counts(np.array([2, 5]), np.array([1, 0]), entry=np.array([0, 1])))
    6
    """
    week = np.arange(counts.table_weeks)
    return int(week @ (counts.all_events + counts.censored) - week @ counts.entered)


def _sums(counts: Sequence[EventCounts]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each provider events, weeks of follow-up and people."""
    parts = [(one.all_events.sum(), person_weeks(one), one.size) for one in counts]
    return tuple(np.array(part, float) for part in zip(*parts))  # type: ignore[return-value]
