"""Weekly counts: cumulative counts on a grid of weeks, and their place in the system of published counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from data_schemas.result import WeeklyTally, plain_columns
from evaluation.release.counts.given_weeks import last_counts
from evaluation.release.counts.network import UNKNOWN, Network, People, people
from evaluation.release.counts.weekly_bands import Bands, Counts, bands_of, came_in_time, records_from, smallest
from evaluation.release.edition import Edition
from evaluation.release.rules import DOMINANT_SHARE, GRID_WEEKS

ALL = "all"


@dataclass(slots=True, eq=False)
class Curve:
    """One weekly tally on the grid of weeks.

    `exact`: cumulative counts at the grid weeks; in the last of them everybody without an event has left, so that nothing
    after the plan's farthest horizon shows. `pooled`: only all groups together are published. `bands`, `rows`: the counts as published,
    and the rows that follow from their middles. `base`: the curve of the first cause alone about the same people, where
    there is one. `nodes`: per group its total and the parts (events by cause, the rest) at the end. `series`: nodes of the weeks
    before, where subgroups make them matter, and `ends` what each of these can be; `divided`:
    nodes of everybody that a subgroup's are part of.
    """

    weekly: WeeklyTally
    grid: np.ndarray
    exact: Counts
    bands: Bands
    rows: dict[str, np.ndarray]
    outcome: str = ""
    subgroup: str = ""
    pooled: bool = False
    held: bool = False
    base: Curve | None = None
    nodes: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    series: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    ends: dict[tuple[str, int], list[tuple[int, int]]] = field(default_factory=dict)
    divided: set[int] = field(default_factory=set)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcome of each cause."""
        return self.weekly.causes or (self.outcome,)

    def shown(self, outcome: str, threshold: int) -> np.ndarray:
        """Per group (boolean) whether who had this event, and who had not, are both published."""
        events = self.bands.low.events[:, self.outcomes.index(outcome), -1]
        return (events >= threshold) & (smallest(self.bands) - events >= threshold)

    def given(self, outcome: str, groups: Sequence[str], week: float) -> bool:
        """Whether the events of all of these groups by a week of the grid are published as they are."""
        if self.pooled and list(groups) != [ALL]:
            return False
        mine = [self.weekly.groups.index(name) for name in groups if name in self.weekly.groups] or slice(None)
        at = min(int(np.searchsorted(self.grid, week, side="right")) - 1, len(self.grid) - 1)
        low, high = (end.events[mine, self.outcomes.index(outcome), at] for end in (self.bands.low, self.bands.high))
        return bool((low == high).all())

    def places(self, row: int) -> tuple[list[int], slice | list[int], int]:
        """The groups, the causes and the place in the grid that a row is about; without a week the last."""
        week = float(self.rows["time"][row] or "inf")
        at = min(int(np.searchsorted(self.grid, week, side="right")) - 1, len(self.grid) - 1)
        outcome = self.rows["outcome"][row]
        causes = [self.outcomes.index(outcome)] if len(self.outcomes) > 1 and outcome in self.outcomes else slice(None)
        named = [name for name in self.rows["arm"][row].split(" - ") if name in self.weekly.groups]
        return [self.weekly.groups.index(name) for name in named], causes, at

    def people(self, group: str) -> People:
        """Whom a group's rows are about."""
        return people(group, f"{self.outcome} {self.subgroup}".strip(), "", self.weekly.population)


def curve(weekly: WeeklyTally, edition: Edition, horizons: Sequence[int] = (), beside: Sequence[Curve] = ()) -> Curve:
    """Cumulative counts on the grid, and at which level they can be published.

    Parameters
    ----------
    horizons
        Of all curves of the release: where counts are given at chosen weeks only, the same counts are at the same weeks in each.
    beside
        The same curve in other editions.
    """
    threshold, grid = edition.threshold, grid_of(weekly.horizons)
    exact = on_grid(weekly, grid)
    others = [other for other in beside if not other.held]
    together = Counts(*(None if counts is None else _first_only(counts) for counts in exact))
    pooled = not all(_fit(e.sum(), c, threshold) for e, c in zip(exact.events[:, :, -1], exact.left[:, -1]))
    held = pooled and not _fit(exact.events[:, :, -1].sum(), exact.left[:, -1].sum(), threshold)
    # where all groups together end between limits, those of each would say where in theirs the others lie
    beside_all = (_ends(together, [other], threshold) for other in others if other.pooled)
    pooled |= any(bool(((under > 0) & (under < over)).any()) for under, over in beside_all)
    exact = together if pooled else exact
    if not edition.exact or held:
        bands = bands_of(exact, edition)
    else:
        bands = _at_given_weeks(weekly, exact, edition, np.unique([*horizons, *weekly.horizons]), others, pooled=pooled)
        between = (bands.low.events < bands.high.events)[..., -1] & (exact.events[..., -1] >= threshold)
        # the same events up to a later week stand elsewhere
        held = bool(max(horizons) > grid[-1] and between.any())
    rows = plain_columns(records_from(weekly, bands.middle, grid))
    outcome = weekly.causes[0] if weekly.causes else _only(rows["outcome"])
    return Curve(weekly, grid, exact, bands, rows, outcome, _only(rows["subgroup"]), pooled, held)


def _at_given_weeks(
    weekly: WeeklyTally, exact: Counts, edition: Edition, horizons: np.ndarray, others: Sequence[Curve], *, pooled: bool
) -> Bands:
    """The bands on the curve's own grid, of counts given at the weeks that all curves of the release have together."""
    own, last = grid_of(weekly.horizons), max(weekly.horizons)
    common = np.union1d(grid_of(horizons), own)
    whole = on_grid(weekly, common)
    whole = Counts(*(c if c is None or not pooled else _first_only(c) for c in whole))._replace(late=None)
    places = np.searchsorted(common, own)
    first = np.flatnonzero(np.isin(common, horizons))
    # how many left is told of the event alone: with what competes, a few who had that would follow
    followed = np.flatnonzero(np.isin(common, [*horizons, *(horizons - 1)])) if len(exact.events[0]) == 1 else ()
    same = [other for other in others if other.pooled == pooled and last == common[-1]]
    known = _known_beside(whole, common, others, _ends(whole, same, edition.threshold)) if others else None
    found = bands_of(whole, edition, first, known, followed, silent=any(other.pooled != pooled for other in others))
    low, middle, high = (Counts(part.events[..., places], part.left[..., places], None) for part in found[:3])
    if last < common[-1] or exact.late is not None:
        single = bands_of(exact, edition)
        for part, one in zip((low, middle, high), single) if last < common[-1] else ():
            part.left[..., -1] = one.left[..., -1]
        low, middle, high = (part._replace(late=one.late) for part, one in zip((low, middle, high), single))
    return Bands(low, came_in_time(middle), high)


def _kinds(counts: Counts) -> np.ndarray:
    """Events by cause, then who left: shape (groups, kinds, grid)."""
    return np.concatenate([counts.events, counts.left[:, None]], axis=1)


def _ends(exact: Counts, others: Sequence[Curve], least: int) -> tuple[np.ndarray, np.ndarray]:
    """Between what each count at the end may be told beside other editions about the same groups: shape (groups, kinds)."""
    counts = _kinds(exact)[..., -1]
    few = counts < least
    under, over = np.where(few, 0, counts), np.where(few, least - 1, counts)
    for other in others:
        low, high = (_kinds(end) for end in (other.bands.low, other.bands.high))
        told = last_counts(counts, low[..., :-1].max(axis=2), low[..., -1], high[..., -1], least)
        under, over = (np.where(told[0] < told[1], one, end) for one, end in zip(told, (under, over)))
    return under, over


def _known_beside(exact: Counts, grid: np.ndarray, others: Sequence[Curve], ends: tuple[np.ndarray, np.ndarray]) -> Bands:
    """What other editions leave of each count, and between what it may be told at the end; of groups that they tell together, to whoever knows
    all other groups."""
    low, high = (Counts(np.full_like(exact.events, end), np.full_like(exact.left, end), None) for end in (0, UNKNOWN))
    for other in others:
        # at its own end a curve counts everybody as left
        weeks = other.grid[:-1]
        at = np.searchsorted(grid, weeks)
        for known, told, how in ((low, other.bands.low, np.maximum), (high, other.bands.high, np.minimum)):
            for mine, counts, end in ((known.events, exact.events, told.events), (known.left, exact.left, told.left)):
                found, here = end[..., : len(weeks)], counts[..., at]
                found = found[:1] - here.sum(axis=0, keepdims=True) + here if other.pooled else found
                mine[..., at] = how(mine[..., at], found)
    for known, end in ((low, ends[0]), (high, ends[1])):
        known.events[..., -1], known.left[..., -1] = end[:, :-1], end[:, -1]
    return Bands(low, exact, high)


def on_grid(weekly: WeeklyTally, grid: np.ndarray) -> Counts:
    """Cumulative counts at the weeks of the grid."""
    last = weekly.events.shape[-1] - 1
    at = np.minimum(grid, last)
    events, left = (np.cumsum(counts, axis=-1)[..., at] for counts in (weekly.events, weekly.censored))
    size = weekly.events.sum(axis=(1, 2)) + weekly.censored.sum(axis=1)
    left[:, -1] = size - events[:, :, -1].sum(axis=1)
    if weekly.entered is None:
        return Counts(events, left, None)
    # events move on to the next grid week, and who came before it was at risk for them: so entries move back to the one before
    before_next = np.minimum(np.append(grid[1:], last + 1) - 1, last)
    entered = np.cumsum(weekly.entered, axis=-1)[..., before_next]
    entered[:, -1] = size
    return Counts(events, left, size[:, None] - entered)


def _only(labels: np.ndarray) -> str:
    found = set(labels)
    return found.pop() if len(found) == 1 else ""


def _fit(events: int, others: int, threshold: int) -> bool:
    total = events + others
    return min(events, others) >= threshold and max(events, others) < DOMINANT_SHARE * total


def _first_only(counts: np.ndarray) -> np.ndarray:
    """All groups together in the place of the first, nobody in the others."""
    together = np.zeros_like(counts)
    together[0] = counts.sum(axis=0)
    return together


def grid_of(horizons: Sequence[int]) -> np.ndarray:
    """Week 0, every fourth week and the plan's horizons, up to the farthest horizon: none of it tells of the data.

    The week before the farthest too: who left by then was not followed to the end, and all who had no event count as left in the last week.
    """
    last = max(horizons)
    return np.unique(np.concatenate([np.arange(0, last + 1, GRID_WEEKS), np.array(horizons, dtype=int), [last - 1]]))


def names(one: Curve) -> tuple[str, ...]:
    """The groups that are published."""
    return (ALL,) if one.pooled or len(one.weekly.groups) == 1 else one.weekly.groups


def series(one: Curve, network: Network) -> dict[tuple[str, int], list[int]]:
    """A node for every cumulative count but the last, per group and kind (the causes, then those who left)."""
    if not one.series:
        bands, edition = one.bands, network.edition
        for number, name in enumerate(names(one)):
            kinds = ([*part.events[number], part.left[number]] for part in (one.exact, bands.low, bands.high))
            for kind, (counts, low, high) in enumerate(zip(*kinds)):
                # what is given is to be guarded no more, nor how many left; all other weeks are, however large their counts
                open_to_all = kind == one.exact.events.shape[1]
                need = [
                    None if edition.width > 1 else 1 if a == b or open_to_all else edition.threshold for a, b in zip(low, high)
                ]
                one.series[name, kind] = [network.node(int(count), need=n) for count, n in zip(counts[:-1], need)]
                one.ends[name, kind] = list(zip(low[:-1].tolist(), high[:-1].tolist()))
    return one.series


def publish_curve(one: Curve, network: Network) -> None:
    """Say of each group its events by cause and its others, in bands; nothing of others that follow from another curve."""
    said = slice(-1) if one.base else slice(None)
    edition = network.edition
    ends = (_kinds(end)[..., -1].tolist() for end in (one.bands.low, one.bands.high))
    for (_, pieces), *mine in zip(one.nodes, *ends):
        for node, low, high in list(zip(pieces, *mine))[said]:
            if edition.exact and network.exact[node] >= edition.threshold and low < high:
                network.need[node] = high - low + 1
                network.say(node, low, high)
            else:
                network.tell(node)
    for key, part in one.series.items():
        for node, (low, high) in zip(part, one.ends[key]):
            exact = network.exact[node]
            network.say(node, *((low, high) if edition.exact else (edition.low(exact), edition.high(exact))))


def total_numbers(one: Curve, network: Network) -> dict[int, int]:
    """The number of people as the curve gives it in bands: the sum of its parts."""
    if one.held or one.base or network.edition.exact:
        return {}
    return {t: sum(network.edition.middle(network.exact[p]) for p in pieces) for t, pieces in one.nodes}
