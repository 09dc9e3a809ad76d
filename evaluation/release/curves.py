"""Weekly counts: cumulative counts in bands on a grid of weeks, and the rows that follow from these alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data_schemas.result import WeeklyTally
from evaluation.release.bands import band_middle, significant, to_step
from evaluation.release.network import Known, Network, People
from evaluation.release.rows import Judged, judged
from evaluation.release.rules import DOMINANT_SHARE, GRID_WEEKS
from evaluation.release.sums import quietly

ALL = "all"


@dataclass(slots=True, eq=False)
class Curve:
    """One weekly tally on the grid of weeks.

    `events` (groups, causes, grid) and `left` (groups, grid): exact cumulative counts at the grid weeks; in the last of them
    everybody without an event has left, so that nothing after the plan's farthest horizon shows. `pooled`: only all groups
    together are published. `counts`, `rows`: the counts as published, and the rows that follow from them. `nodes`: per group its
    total and the parts (events by cause, the rest) at the end. `series`: nodes of the weeks before, where
    subgroups make them matter.
    """

    weekly: WeeklyTally
    grid: np.ndarray
    events: np.ndarray
    left: np.ndarray
    entered: np.ndarray | None
    outcome: str = ""
    subgroup: str = ""
    pooled: bool = False
    held: bool = False
    counts: tuple[np.ndarray, np.ndarray, np.ndarray | None] = ()
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    nodes: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    series: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def people(self, group: str) -> People:
        """Whom a group's rows are about."""
        return People(group, f"{self.outcome} {self.subgroup}".strip(), "")


def curve(weekly: WeeklyTally, threshold: int) -> Curve:
    """Cumulative counts on the grid, and at which level they can be published."""
    grid = _grid(weekly)
    last = weekly.events.shape[-1] - 1
    at = np.minimum(grid, last)
    events, left = (np.cumsum(counts, axis=-1)[..., at] for counts in (weekly.events, weekly.censored))
    size = weekly.events.sum(axis=(1, 2)) + weekly.censored.sum(axis=1)
    left = left.copy()
    left[:, -1] = size - events[:, :, -1].sum(axis=1)
    # events move on to the next grid week, and who came before it was at risk for them: so entries move back to the one before
    before_next = np.minimum(np.append(grid[1:], last + 1) - 1, last)
    entered = None if weekly.entered is None else np.cumsum(weekly.entered, axis=-1)[..., before_next]
    if entered is not None:
        entered[:, -1] = size
    one = Curve(weekly, grid, events, left, entered)
    one.pooled = not all(_fit(e.sum(axis=0)[-1], c[-1], threshold) for e, c in zip(events, left))
    if one.pooled:
        one.held = not _fit(events.sum(axis=(0, 1))[-1], left.sum(axis=0)[-1], threshold)
        one.events = _first_only(events)
        one.left = _first_only(left)
        one.entered = None if entered is None else _first_only(entered)
    one.counts = rounded_counts(one, threshold)
    one.rows = answered_curve(weekly, *one.counts, grid, smallest_part(one.counts, threshold))
    one.outcome, one.subgroup = _only(one.rows["outcome"]), _only(one.rows["subgroup"])
    return one


def _only(labels: pd.Series) -> str:
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


def _grid(weekly: WeeklyTally) -> np.ndarray:
    """Week 0, every fourth week and the plan's horizons, up to the farthest horizon: none of it tells of the data."""
    last = max(weekly.horizons)
    return np.unique(np.concatenate([np.arange(0, last + 1, GRID_WEEKS), np.array(weekly.horizons, dtype=int)]))


def connect_curve(one: Curve, network: Network, people: Known, events: Known, rest: dict[tuple[int, int], int]) -> None:
    """Put the curve's people into the system: at the end everybody had one of the events, or none.

    `rest`: by total and first cause who did not have that event; a curve with more causes divides these further.
    """
    sizes = one.weekly.events.sum(axis=(1, 2)) + one.weekly.censored.sum(axis=1)
    for number, name in enumerate(names(one)):
        causes, others = [int(c) for c in one.events[number, :, -1]], network.node(int(one.left[number, -1]))
        total = people.node(network, one.people(name), sum(causes) + network.exact[others])
        pieces = [events.node(network, People(name, one.subgroup, str(k)), count) for k, count in enumerate(causes)]
        known = rest.get((total, pieces[0]))
        if known is not None and len(pieces) > 1:
            network.equate(known, (*pieces[1:], others))
        elif known is None:
            network.equate(total, (*pieces, others))
        if len(pieces) == 1:
            others = rest.setdefault((total, pieces[0]), others)
        one.nodes.append((total, (*pieces, others)))
        if name == ALL and len(sizes) > 1:
            parts = tuple(people.node(network, one.people(g), int(n)) for g, n in zip(one.weekly.groups, sizes))
            if total not in people.unions.values() and parts not in people.unions:
                people.unions[parts] = total
                network.equate(total, parts)


def names(one: Curve) -> tuple[str, ...]:
    """The groups that are published."""
    return (ALL,) if one.pooled or len(one.weekly.groups) == 1 else one.weekly.groups


def series(one: Curve, network: Network) -> dict[tuple[str, int], list[int]]:
    """A node for every cumulative count but the last, per group and kind (the causes, then those who left)."""
    if not one.series:
        for number, name in enumerate(names(one)):
            for kind, counts in enumerate((*one.events[number], one.left[number])):
                one.series[name, kind] = [network.node(int(count)) for count in counts[:-1]]
    return one.series


def publish_curve(one: Curve, network: Network, threshold: int) -> None:
    """Say of each group its events by cause and its others, in bands."""
    nodes = [node for _, pieces in one.nodes for node in pieces] + [node for part in one.series.values() for node in part]
    for node in nodes:
        low = network.exact[node] // threshold * threshold
        network.say(node, low, low + threshold - 1)


def total_numbers(one: Curve, network: Network, threshold: int) -> dict[int, int]:
    """The number of people as the curve gives it: the sum of its parts."""
    middle = {t: sum(int(band_middle(network.exact[p], threshold)) for p in pieces) for t, pieces in one.nodes}
    return {} if one.held else middle


def rounded_counts(one: Curve, threshold: int) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Cumulative counts as published, on the grid."""
    events, left = band_middle(one.events, threshold), band_middle(one.left, threshold)
    if one.entered is None:
        return events, left, None
    entered = band_middle(one.entered, threshold)
    gone = events.sum(axis=1) + left
    needed = np.concatenate([gone[:, 1:], gone[:, -1:]], axis=1)
    entered = np.maximum.accumulate(np.minimum(np.maximum(entered, needed), gone[:, -1:]), axis=1)
    entered[:, -1] = gone[:, -1]
    return events, left, entered


def curve_rows(one: Curve, kinds: dict[str, str], threshold: int) -> Judged:
    """Rows from the rounded counts; a curve stops where fewer than the threshold are at risk."""
    counts, frame = one.counts, one.rows
    arm = frame["arm"].to_numpy()
    hidden = np.full(len(frame), one.held)
    if one.pooled and len(one.weekly.groups) > 1:
        hidden |= (arm != ALL) | frame["measure"].str.contains("log_rank|gray|difference|ratio").to_numpy()
    stops = _stops(one, counts, threshold)
    stop = np.array([min(stops.get(part, np.inf) for part in name.split(" - ")) for name in arm], float)
    time = pd.to_numeric(frame["time"], errors="coerce").to_numpy(float)
    in_weeks = (frame["unit"] == "weeks").to_numpy() & np.isnan(time)
    hidden |= time > stop
    hidden |= in_weeks & (frame["estimate"].to_numpy() > stop)
    frame = frame.assign(ci_high=frame["ci_high"].mask(in_weeks & (frame["ci_high"].to_numpy() > stop)))
    counted = frame["measure"].map(kinds).eq("count").to_numpy()
    events = frame["events"].to_numpy()
    hidden |= (frame["n"].to_numpy() < threshold) | (~np.isnan(events) & (events < threshold))
    hidden |= counted & (frame["estimate"].to_numpy() < threshold)
    if one.subgroup and "=" not in one.subgroup:
        frame = _test_only(frame)
    unknown = frame["estimate"].isna().to_numpy()
    return judged(frame, {}, hidden=hidden, unknown=unknown, status="rounded")


def _test_only(frame: pd.DataFrame) -> pd.DataFrame:
    """A test between subgroups without its counts, which would add to those of the subgroups themselves."""
    chi2 = significant(frame["estimate"].to_numpy(float))
    p = to_step(frame["p_value"].to_numpy(float), np.full(len(frame), 0.01))
    return frame.assign(n=np.nan, events=np.nan, estimate=chi2, p_value=np.maximum(p, 0.01))


def _stops(one: Curve, counts, threshold: int) -> dict[str, float]:
    """Per name the last grid week with at least the threshold at risk, from the rounded counts."""
    events, left, entered = counts
    gone = events.sum(axis=1) + left
    size = gone[:, -1:] if entered is None else np.concatenate([entered[:, :1], entered[:, :-1]], axis=1)
    at_risk = size - np.concatenate([np.zeros_like(gone[:, :1]), gone[:, :-1]], axis=1)
    by_name = {ALL: at_risk.sum(axis=0)} | dict(zip(one.weekly.groups, at_risk) if not one.pooled else ())
    return {name: _last_with(risk, one.grid, threshold) for name, risk in by_name.items()}


def _last_with(at_risk: np.ndarray, grid: np.ndarray, threshold: int) -> float:
    too_few = np.flatnonzero(at_risk < threshold)
    return float(grid[too_few[0] - 1]) if len(too_few) and too_few[0] else (np.inf if not len(too_few) else -1.0)


def smallest_part(counts: tuple[np.ndarray, np.ndarray, np.ndarray | None], threshold: int) -> float:
    """The lower end of the bands of a group as part of their middle, of the group where that is smallest; 1 when nobody is left."""
    ends = np.concatenate([counts[0][:, :, -1], counts[1][:, None, -1]], axis=1)
    middle, low = ends.sum(axis=1), np.maximum(ends - threshold // 2, 0).sum(axis=1)
    return float(np.min((low / np.maximum(middle, 1))[middle > 0], initial=1.0))


def answered_curve(weekly: WeeklyTally, events, left, entered, grid: np.ndarray, part: float = 1.0) -> pd.DataFrame:
    """The tally's rows from cumulative counts on the grid, put back into weeks.

    Intervals, p-values and the statistics of tests are those of `part` of these counts: the shares stay as they are, and every
    variance becomes that of a group as small as the lower end of its bands (Greenwood's is proportional to 1 / n).
    """

    def weeks(cumulative: np.ndarray) -> np.ndarray:
        table = np.zeros((*cumulative.shape[:-1], int(grid[-1]) + 1), np.int64)
        table[..., grid] = np.diff(cumulative, axis=-1, prepend=0)
        return table

    counts = [weeks(events), weeks(left), *(() if entered is None else (weeks(entered),))]
    frame = quietly(weekly.derive, counts[0], counts[1], grid, *counts[2:])
    if part >= 1:
        return frame
    fewer = quietly(weekly.derive, counts[0] * part, counts[1] * part, grid, *(one * part for one in counts[2:]))
    statistic = (frame["unit"] == "chi-squared").to_numpy()
    estimate = np.where(statistic, fewer["estimate"].to_numpy(float), frame["estimate"].to_numpy(float))
    return frame.assign(estimate=estimate, **{name: fewer[name].to_numpy(float) for name in ("ci_low", "ci_high", "p_value")})
