"""The released rows of a table: counts and shares from what is published, everything else from the band middles."""

from __future__ import annotations

import numpy as np

from analyses.statistics.proportions.proportion import exact_limits
from data_schemas.result import plain_columns
from evaluation.release.counts.bands import significant
from evaluation.release.counts.reading import Published, Reader
from evaluation.release.counts.sums import quietly
from evaluation.release.rows import Judged, judged
from evaluation.release.tables import Table, leaves


def table_rows(one: Table, reader: Reader, kinds: np.ndarray, threshold: int) -> Judged:
    """Every row of the tally with its status; `kinds` per row, as declared."""
    sums, exact = one.sums, one.sums.columns
    counted, share = kinds == "count", kinds == "share"
    n = [reader.read(member) for member in sums.n]
    events = [reader.read(member) if member.any() else None for member in sums.events]
    estimate = [reader.read(member) if count else None for member, count in zip(sums.estimate, counted)]
    shown_n = np.array([one_n.low >= threshold for one_n in n])
    shown_events = np.array([e is not None and e.low >= threshold for e in events]) & _may_leave(one, share, threshold)
    shown_counts = np.array([e is not None and e.low >= threshold for e in estimate])
    derived = ~counted & ~share
    published = _representative(one, reader) if derived.any() else np.zeros(one.counts.size)
    shown = shown_n & np.select([counted, share], [shown_counts, shown_events], _wholly_seen(one, published))
    numbers = {
        "n": np.array([one_n.number for one_n in n], float),
        "events": np.where(shown_events, [e.number if e else np.nan for e in events], np.nan),
    }
    unknown = np.isnan(exact["estimate"])
    values = np.where(counted, [e.number if e else np.nan for e in estimate], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(share, np.minimum(numbers["events"] / numbers["n"], 1.0), values)
    ci_low, ci_high = _limits(n, events, share & shown & ~unknown & ~np.isnan(exact["ci_low"]))
    columns = {**numbers, "estimate": np.where(unknown, np.nan, values), "ci_low": ci_low, "ci_high": ci_high}
    columns["p_value"] = np.full(len(kinds), np.nan)
    if derived.any():
        columns |= _derived(one, columns, derived, published)
        unknown = np.where(derived, np.isnan(columns["estimate"]), unknown)
    return judged(exact, columns, hidden=~shown, unknown=unknown, status="rounded")


def _may_leave(one: Table, share: np.ndarray, threshold: int) -> np.ndarray:
    """Per row whether its exact numerator and complement reach the threshold, and do not dominate."""
    counts = one.counts
    n, events = one.sums.n @ counts, one.sums.events @ counts
    return np.array([leaves(e, t, threshold, is_share=bool(s)) for e, t, s in zip(events, n, share)], bool)


def _limits(n: list[Published], events: list[Published | None], wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Limits that hold for whatever counts the bands allow: the exact ones of the smallest share and of the largest."""
    least, most = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    rows = np.flatnonzero(wanted)
    n_low, n_high = (np.array([max(getattr(n[k], end), 1) for k in rows], float) for end in ("low", "high"))
    few, many = (np.array([getattr(events[k], end) for k in rows], float) for end in ("low", "high"))
    least[rows], most[rows] = exact_limits(few, n_high)[0], exact_limits(np.minimum(many, n_low), n_low)[1]
    return least, most


def _wholly_seen(one: Table, published: np.ndarray) -> np.ndarray:
    """Per row whether every cell that it is about is published: with a hidden one as nobody, a difference of shares can be far off."""
    return ~((one.sums.n > 0) & (published == 0)[None, :]).any(axis=1)


def _representative(one: Table, reader: Reader) -> np.ndarray:
    """Base counts as published per arm, also by what the others leave of the total; 0 for all that are not."""
    counts = np.zeros(one.counts.size, np.int64)
    if one.by_arm and not one.held:
        for place, member in enumerate(np.eye(one.counts.size, dtype=bool)):
            found = reader.read(member)
            counts[place] = found.number if found.low >= reader.threshold else 0
    return counts


def _derived(one: Table, columns: dict, derived: np.ndarray, published: np.ndarray) -> dict[str, np.ndarray]:
    """Numbers of rows that are neither count nor share, from the counts as published."""
    answer = plain_columns(quietly(one.tally.derive, published.reshape(one.tally.counts.shape)))
    place: dict[tuple[str, ...], int] = {}
    for number, key in enumerate(_keys(answer)):
        place.setdefault(key, number)
    at = np.array([place.get(key, -1) for key in _keys(one.sums.columns)], int)
    wanted = ("estimate", "ci_low", "ci_high", "p_value")
    found = {c: np.append(answer[c], np.nan)[at] for c in wanted}
    return {c: np.where(derived, significant(found[c]), columns[c]) for c in wanted}


def _keys(columns: dict[str, np.ndarray]) -> list[tuple[str, ...]]:
    return list(zip(*(columns[name] for name in ("outcome", "measure", "arm", "subgroup", "time"))))
