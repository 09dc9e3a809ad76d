"""Numbers that belong together are rounded together, once, before anything is shown: text, table and figure then say the same.

Each number of the results is rounded by itself. What must add up, or is the same notion under two names, can then disagree:
shares of one whole that make 105 %, a difference that is not that of the two shares beside it, 180 people in one table and 175 in
another. The rules here are the only place where a printed number may differ from the results, and a report says where it does:

* shares of a whole (the categories of a characteristic, the classes of change) are brought to 100 % together when none is held back,
  and to 100 % at most when some are; recovered and improved make up the indicator that counts both;
* the share of the second arm is that of the first minus their difference;
* the share with an event, as if nothing came first, is what the share without one leaves; allowing for what came first it is no more;
* before and after of exact results differ by the change;
* the people with both measurements, and those under observation when a curve starts, are those of the flow; of no arm are there more
  people than the flow has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pandas as pd

from data_schemas.evidence import Evidence
from reports.text.numbers import is_number
from reports.text.providers import led
from reports.text.rows import records

CLASSES = ("recovered", "improved", "unchanged", "deteriorated", "never_clinical")
_KEY = ("outcome", "measure", "arm", "subgroup", "time")
# the shares of one whole: of which analysis, which measures, and what tells one whole from another
_WHOLES = (
    ("baseline", ("share",), ("outcome", "arm")),
    ("outcomes", ("share_start",), ("outcome", "arm")),
    ("outcomes", ("share_end",), ("outcome", "arm")),
    ("change", CLASSES, ("outcome", "arm", "time")),
    ("individual_change", CLASSES, ("outcome", "arm", "subgroup", "time")),
)
_CHANGED = ("recovered", "improved")
# a difference between arms, and what it is the difference of
_DIFFERENCES = (("survival_difference", "survival", 100.0), ("restricted_mean_difference", "restricted_mean_weeks", 1.0))
_ENDS = 1e-9


def agreed(evidence: Evidence) -> Evidence:
    """The evidence as a report takes it: with the intervals that lead, and the numbers that belong together rounded together."""
    evidence = led(evidence)
    frames = {name: _Frame(frame) for name, frame in evidence.results.items()}
    exact = evidence.record.edition != "released"
    for rule in (_classes, _wholes, _indicator, _arms_apart, _complements, _first_counts, _at_most_all, _later):
        rule(frames, exact)
    return Evidence(evidence.record, {name: frame.made() for name, frame in frames.items()})


class _Frame:
    """The rows of an analysis by their key, and what is written over them."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.rows: list[dict[str, Any]] = records(frame)
        self.at = {tuple(row[name] for name in _KEY): row for row in self.rows}
        self.touched: set[str] = set()

    def get(self, outcome: str, measure: str, arm: str, subgroup: str = "", time: str = "") -> dict[str, Any] | None:
        """The row that answers to a key, when it has a number."""
        row = self.at.get((outcome, measure, arm, subgroup, time))
        return row if row is not None and is_number(row["estimate"]) else None

    def told(self, *measures: str) -> Iterator[dict[str, Any]]:
        """The rows of these measures that have a number."""
        return (row for row in self.rows if row["measure"] in measures and is_number(row["estimate"]))

    def write(self, row: dict[str, Any], value: float, column: str = "estimate") -> None:
        """Put a number in the place of another."""
        if row[column] != value:
            row[column] = value
            self.touched.add(column)

    def made(self) -> pd.DataFrame:
        """The frame with what was written."""
        return self.frame.assign(**{column: [row[column] for row in self.rows] for column in sorted(self.touched)})


_Frames = Mapping[str, _Frame]


def _classes(frames: _Frames, exact: bool) -> None:
    """Recovered and improved as parts of the indicator that counts both."""
    if exact or "indicators" not in frames or "change" not in frames:
        return
    for row in frames["indicators"].told("problems_reduced"):
        parts = _parts(frames["change"], row)
        total = sum(part["estimate"] for part in parts)
        if total > row["estimate"] or (len(parts) == len(_CHANGED) and total > 0):
            for part, share in zip(parts, _rounded([part["estimate"] * row["estimate"] / total for part in parts], 2)):
                frames["change"].write(part, share)


def _wholes(frames: _Frames, exact: bool) -> None:
    """Shares of a whole: together 100 %, or no more than that when some are held back; rounded so that they still are."""
    places = 3 if exact else 2
    for analysis, measures, by in _WHOLES:
        if analysis not in frames:
            continue
        groups: dict[tuple, list[dict]] = {}
        for row in frames[analysis].rows:
            if row["measure"] in measures:
                groups.setdefault(tuple(row[name] for name in by), []).append(row)
        for mine in groups.values():
            shown = [row for row in mine if is_number(row["estimate"])]
            total = sum(row["estimate"] for row in shown)
            if total <= 0 or (exact and abs(total - 1) > _ENDS):
                continue
            complete = all(row["status"] != "suppressed" for row in mine)
            shares = [row["estimate"] / (total if complete else max(total, 1.0)) for row in shown]
            alone = [round(share, places) for share in shares]
            for row, share in zip(shown, alone if not complete and sum(alone) <= 1 + _ENDS else _rounded(shares, places)):
                frames[analysis].write(row, share)


def _indicator(frames: _Frames, exact: bool) -> None:
    """The indicator as the sum of what it counts, where both are shown."""
    if "indicators" in frames and "change" in frames:
        for row in frames["indicators"].told("problems_reduced"):
            parts = _parts(frames["change"], row)
            if len(parts) == len(_CHANGED):
                frames["indicators"].write(row, round(sum(part["estimate"] for part in parts), 3))


def _parts(change: _Frame, row: dict) -> list[dict]:
    found = (change.get(row["outcome"], name, row["arm"], "", row["time"]) for name in _CHANGED)
    return [part for part in found if part is not None]


def _complements(frames: _Frames, exact: bool) -> None:
    """What the curve of those without an event leaves, and no more when something else can come first."""
    if exact or "revictimisation" not in frames or "competing_events" not in frames:
        return
    curve, competing = frames["revictimisation"], frames["competing_events"]
    for row in competing.told("one_minus_survival", "cumulative_incidence"):
        without = curve.get(row["outcome"], "survival", row["arm"], row["subgroup"], row["time"])
        if without is not None:
            left = 1 - round(without["estimate"], 2)
            competing.write(row, left if row["measure"] == "one_minus_survival" else min(row["estimate"], left))


def _arms_apart(frames: _Frames, exact: bool) -> None:
    """The second arm as the first minus their difference, all as they are printed."""
    if "revictimisation" not in frames:
        return
    curve = frames["revictimisation"]
    for difference, measure, scale in _DIFFERENCES:
        places = 1 if exact or scale == 1.0 else 0
        for row in list(curve.told(difference)):
            names = row["arm"].split(" - ")
            first, second = (curve.get(row["outcome"], measure, arm, row["subgroup"], row["time"]) for arm in names)
            if first is None or second is None:
                continue
            apart = round(first["estimate"] * scale, places) - round(row["estimate"] * scale, places)
            if abs(apart - second["estimate"] * scale) <= 10.0**-places + _ENDS:
                curve.write(second, round(apart, places) / scale)


def _first_counts(frames: _Frames, exact: bool) -> None:
    """Those with both measurements, and those under observation at the start, as the flow counts them."""
    flow = frames.get("flow")
    if exact or flow is None:
        return
    for analysis, measure, start in (("change", "n_pairs", None), ("revictimisation", "at_risk", "0")):
        for row in frames[analysis].told(measure) if analysis in frames else ():
            if start is None or row["time"] == start:
                counted = flow.get(
                    row["outcome"], "analysed", row["arm"], row["subgroup"], row["time"] if start is None else ""
                )
                if counted is not None:
                    frames[analysis].write(row, counted["estimate"])


def _at_most_all(frames: _Frames, exact: bool) -> None:
    """No more people in an arm than the flow has."""
    if exact or "flow" not in frames:
        return
    most: dict[str, float] = {}
    for row in frames["flow"].told("eligible"):
        most[row["arm"]] = max(most.get(row["arm"], 0.0), row["estimate"])
    pairs = {f"{a} - {b}": most["all"] for a, b in product(most, most) if "all" in most}
    for frame in frames.values():
        for row in frame.rows:
            limit = (most | pairs).get(row["arm"])
            for column in ("n", *(["estimate"] if row["unit"] == "people" else [])):
                if limit is not None and is_number(row[column]) and row[column] > limit and row["measure"] != "received":
                    frame.write(row, limit, column)


def _later(frames: _Frames, exact: bool) -> None:
    """The later mean as the first and the change, as they are printed."""
    if not exact or "change" not in frames:
        return
    change = frames["change"]
    for row in change.told("mean_later"):
        key = (row["arm"], row["subgroup"], row["time"])
        before, moved = (change.get(row["outcome"], measure, *key) for measure in ("mean_baseline", "mean_change"))
        if before is not None and moved is not None:
            change.write(row, round(round(before["estimate"], 1) + round(moved["estimate"], 1), 1))


def _rounded(shares: list[float], places: int) -> list[float]:
    """Shares that keep their sum when each is rounded: the largest remainders go up.

    >>> _rounded([1 / 3, 1 / 3, 1 / 3], 2)
    [0.34, 0.33, 0.33]
    """
    unit = 10**places
    down = [int(share * unit + _ENDS) for share in shares]
    left = round(sum(shares) * unit) - sum(down)
    order = sorted(range(len(shares)), key=lambda place: down[place] - shares[place] * unit)
    return [(count + (place in order[:left])) / unit for place, count in enumerate(down)]
