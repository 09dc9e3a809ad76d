"""The released rows of a table: counts and shares from what is published, everything else from the band middles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from analyses.statistics.change.standardised_difference_between import Within, distance_between
from analyses.statistics.proportions.proportion import exact_limits
from data_schemas.result import plain_columns
from evaluation.release.coarse import outwards
from evaluation.release.counts.bands import significant
from evaluation.release.counts.network import UNKNOWN
from evaluation.release.counts.reading import Published, Reader
from evaluation.release.counts.sums import quietly
from evaluation.release.rows import Judged, judged
from evaluation.release.tables import Table, leaves

_FROM_ENDS = ("response", "magnitude")
"""How alike the arms were can be told roughly where a rare category is held back, as who was lost can: of what is left to each cell."""
_MOST_CELLS = 8
"""Ends of more cells than these are not combined: attrition has two for each arm."""


def table_rows(one: Table, reader: Reader, kinds: np.ndarray, threshold: int) -> Judged:
    """Every row of the tally with its status; `kinds` per row, as declared."""
    sums, exact = one.sums, one.sums.columns
    counted, share, response = kinds == "count", kinds == "share", np.isin(kinds, _FROM_ENDS)
    n = [reader.read(member) for member in sums.n]
    events = [reader.read(member) if member.any() else None for member in sums.events]
    estimate = [reader.read(member) if count else None for member, count in zip(sums.estimate, counted)]
    shown_n = np.array([one_n.low >= threshold for one_n in n])
    told = np.array([e is not None and e.low >= threshold and reader.settled(e, of) for e, of in zip(events, n)])
    shown_events = told & _may_leave(one, share, threshold)
    shown_counts = np.array([e is not None and reader.shows(e) for e in estimate])
    derived = ~counted & ~share & ~response
    cells = _representative(one, reader) if derived.any() else []
    published = np.array([cell.number for cell in cells], np.int64) if derived.any() else np.zeros(one.counts.size)
    shown = shown_n & np.select([counted, share], [shown_counts, shown_events], _wholly_seen(one, published))
    numbers = {
        # a sum of arms of which one stands for no number has none
        "n": np.array([one_n.number or np.nan if reader.settled(one_n) else np.nan for one_n in n], float),
        "events": np.where(shown_events, [e.number if e else np.nan for e in events], np.nan),
    }
    unknown = np.isnan(exact["estimate"])
    values = np.where(counted, [e.number if e else np.nan for e in estimate], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(share, np.minimum(numbers["events"] / numbers["n"], 1.0), values)
    if reader.network.edition.exact:
        # of a share that is not told the limits alone say what is known, where its counts leave no more than half of the people open
        known = np.array([e is not None and 2 * (e.high - e.low) <= one_n.low for e, one_n in zip(events, n)])
        shown |= shown_n & share & known
    own = ~np.isnan(exact["ci_low"])
    ci_low, ci_high = _limits(n, events, share & shown & ~unknown & (own | np.isnan(numbers["events"])), own)
    columns = {**numbers, "estimate": np.where(unknown, np.nan, values), "ci_low": ci_low, "ci_high": ci_high}
    columns["p_value"] = np.full(len(kinds), np.nan)
    if derived.any():
        columns |= _derived(one, columns, derived, cells, exact=reader.network.edition.exact)
        unknown = np.where(derived, np.isnan(columns["estimate"]), unknown)
    if response.any():
        columns |= _from_ends(one, reader, columns, response, kinds == "magnitude")
        exact = exact | {"method": columns["method"]}
        shown, unknown = (
            np.where(response, new, old)
            for new, old in (
                (shown_n & ~_of_few(one, reader, threshold) & ~np.isnan(columns["estimate"]), shown),
                (False, unknown),
            )
        )
    return judged(exact, columns, hidden=~shown, unknown=unknown, status="rounded")


def _may_leave(one: Table, share: np.ndarray, threshold: int) -> np.ndarray:
    """Per row whether its exact numerator and complement reach the threshold, and do not dominate."""
    counts = one.counts
    n, events = one.sums.n @ counts, one.sums.events @ counts
    return np.array([leaves(e, t, threshold, is_share=bool(s)) for e, t, s in zip(events, n, share)], bool)


def _limits(
    n: list[Published], events: list[Published | None], wanted: np.ndarray, own: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Limits that hold for whatever counts the bands allow: the exact ones of the smallest share and of the largest, and these shares
    themselves where a share has no interval (`own`)."""
    least, most = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    rows = np.flatnonzero(wanted)
    n_low, n_high = (np.array([max(getattr(n[k], end), 1) for k in rows], float) for end in ("low", "high"))
    few, many = (np.array([getattr(events[k], end) for k in rows], float) for end in ("low", "high"))
    many = np.minimum(many, n_low)
    least[rows] = np.where(own[rows], exact_limits(few, n_high)[0], few / n_high)
    most[rows] = np.where(own[rows], exact_limits(many, n_low)[1], many / n_low)
    return least, most


def _wholly_seen(one: Table, published: np.ndarray) -> np.ndarray:
    """Per row whether every cell that it is about is published: with a hidden one as nobody, a difference of shares can be far off."""
    return ~((one.sums.n > 0) & (published == 0)[None, :]).any(axis=1)


def _representative(one: Table, reader: Reader) -> list[Published]:
    """Base counts as published per arm, also by what the others leave of the total; 0 for all that are not."""
    nobody = Published(0, 0, 0)
    if not one.by_arm or one.held:
        return [nobody] * one.counts.size
    found = [reader.read(member) for member in np.eye(one.counts.size, dtype=bool)]
    return [cell if cell.low >= reader.threshold else nobody for cell in found]


def _derived(one: Table, columns: dict, derived: np.ndarray, cells: list[Published], *, exact: bool) -> dict[str, np.ndarray]:
    """Numbers of rows that are neither count nor share, from the counts as published; limits that hold for whatever counts the bands
    allow, so from the shares that lie furthest apart, either way."""
    found, digits = _asked(one, np.array([cell.number for cell in cells], np.int64)), 3 if exact else 2
    if np.isfinite(found["ci_low"]).any():
        for counts in _furthest_apart(one, cells, derived):
            other = _asked(one, counts)
            found["ci_low"] = np.minimum(found["ci_low"], other["ci_low"])
            found["ci_high"] = np.maximum(found["ci_high"], other["ci_high"])
    # limits go outwards, as those of estimates do
    told = {"estimate": significant(found["estimate"], digits), "p_value": significant(found["p_value"], digits)}
    told |= {c: outwards(found[c], digits, how) for c, how in (("ci_low", np.floor), ("ci_high", np.ceil))}
    return {c: np.where(derived, value, columns[c]) for c, value in told.items()}


def _from_ends(one: Table, reader: Reader, columns: dict, response: np.ndarray, rough: np.ndarray) -> dict[str, np.ndarray]:
    """Estimates from the middle of what is left to each cell, limits the widest over all its ends; of no row where a cell has no end.

    `rough`: rows without limits that say how rough they are, of which nothing is told where two bands or more are left to a cell.
    """
    low, high = reader.cells()
    if (high >= UNKNOWN).any():
        unsaid = {"method": one.sums.columns["method"]}
        return unsaid | {c: np.where(response, np.nan, columns[c]) for c in ("estimate", "ci_low", "ci_high", "p_value")}
    middle = _asked(one, (low + high + 1) // 2)
    vague = (high - low >= 2 * reader.network.edition.threshold).any()
    none = np.isnan(middle["ci_low"]) | (len(low) > _MOST_CELLS)
    ends = product(*(sorted({*pair}) for pair in zip(low, high))) if not none.all() else ()
    answers = [_asked(one, np.array(chosen)) for chosen in ends] or [middle]
    least = np.fmin.reduce([np.fmin(answer["ci_low"], answer["estimate"]) for answer in answers])
    most = np.fmax.reduce([np.fmax(answer["ci_high"], answer["estimate"]) for answer in answers])
    # limits go outwards, so that they hold what the ends allow
    found = {
        "estimate": np.where(rough & vague, np.nan, significant(middle["estimate"], 3 if reader.network.edition.exact else 2)),
        "ci_low": np.where(none, np.nan, np.floor(least * 100) / 100),
        "ci_high": np.where(none, np.nan, np.ceil(most * 100) / 100),
        "p_value": np.full(len(response), np.nan),
    }
    if rough.any():
        apart = _apart(one, reader, low, high)
        # the middle of what is open can lie nearer than any counts that it allows
        found["ci_low"] = np.where(rough & ~vague, np.fmin(np.floor(apart[0] * 100) / 100, found["estimate"]), found["ci_low"])
        found["ci_high"] = np.where(rough & ~vague & np.isfinite(apart[1]), np.ceil(apart[1] * 100) / 100, found["ci_high"])
    # what is said of how it was told, as a reason why it cannot be, follows from the same counts
    said = {"method": np.where(response & (middle["method"] != ""), middle["method"], one.sums.columns["method"])}
    return said | {c: np.where(response, found[c], columns[c]) for c in found}


def _of_few(one: Table, reader: Reader, threshold: int) -> np.ndarray:
    """Rows that compare with an arm of too few: its interval is widest within what the bands leave it, and not at an end."""
    few = {name for arm, name in enumerate(one.arms) if reader.total(arm).low < threshold}
    return np.array([" - " in pair and not few.isdisjoint(pair.split(" - ")) for pair in one.sums.columns["arm"]], bool)


def _apart(one: Table, reader: Reader, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per row that compares two arms the least and the most that they can lie apart by all counts of the table."""
    least, most = np.zeros(len(one.sums.n)), np.full(len(one.sums.n), np.inf)
    groups = {}
    for arm, name in enumerate(one.arms):
        mine, whole = one.arm_of == arm, reader.total(arm)
        groups[name] = Within(low[mine].astype(float), high[mine].astype(float), whole.low, whole.high)
    for row, pair in enumerate(one.sums.columns["arm"]):
        names = pair.split(" - ")
        if len(names) == 2 and all(name in groups and groups[name].total_high < UNKNOWN for name in names):
            first, second = (groups[name] for name in names)
            least[row], most[row] = distance_between(first, second, (first.low > 0) & (second.low > 0))
    return least, most


def _furthest_apart(one: Table, cells: list[Published], derived: np.ndarray) -> Iterator[np.ndarray]:
    """Counts with as much as the bands allow in the first cell of some arms and in the others of the rest; every two arms both ways. And of
    rows that are a share, as much and as little as the bands allow in what the share is of."""
    first = np.array([arm >= 0 and place == np.argmax(one.arm_of == arm) for place, arm in enumerate(one.arm_of)])
    low, high = (np.array([getattr(cell, end) for cell in cells], np.int64) for end in ("low", "high"))
    for member in np.unique(one.sums.events[derived], axis=0):
        if member.any():
            yield np.where(member, high, low)
            yield np.where(member, low, high)
    for digit in range((len(one.arms) - 1).bit_length()):
        some = (np.maximum(one.arm_of, 0) >> digit) & 1 == 1
        yield np.where(first == some, high, low)
        yield np.where(first == some, low, high)


def _asked(one: Table, counts: np.ndarray) -> dict[str, np.ndarray]:
    """The rows' numbers from other counts, and how they were found; no row appears or vanishes with these."""
    records = quietly(one.tally.derive, counts.reshape(one.tally.counts.shape))
    return plain_columns(records, ("estimate", "ci_low", "ci_high", "p_value", "method"))
