"""The What Works Clearinghouse boundary: how far drop-out may differ between two groups, given how many dropped out in all.

Own code because no library has the boundary.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np

Assumption = Literal["cautious", "optimistic"]


@dataclass(frozen=True, slots=True)
class Attrition:
    """Drop-out of two groups as shares of those who started, and whether the bias it may bring is tolerable."""

    overall: float
    differential: float
    boundary: float
    low: bool
    reason: str | None = None


def boundary(overall: float, assumption: Assumption) -> float:
    """Highest absolute difference in drop-out that counts as low; NaN where any drop-out of that size counts as high.

    Parameters
    ----------
    overall
        Share of both groups together that dropped out, 0 to 1.
    assumption
        "cautious": dropping out may depend on the treatment itself (residential care: yes). "optimistic": it comes mostly from outside.

    The table is in steps of five points; between two of its lines the lower value is used, so that the answer is never more
    generous than the full table.

    Raises
    ------
    ValueError
        `overall` outside 0 to 1.

    Examples
    --------
    >>> boundary(0.20, "cautious"), boundary(0.22, "cautious"), boundary(0.60, "optimistic")
    (0.054, 0.048, 0.003)
    """
    if not 0 <= overall <= 1:
        raise ValueError("overall attrition is a share between 0 and 1")
    lines, values, tail, last = _table(assumption)
    percentage = round(100 * overall, 9)
    at = int(np.searchsorted(lines, percentage))
    if at < len(lines):
        neighbours = values[at : at + 1] if lines[at] == percentage else values[at - 1 : at + 1]
        return round(float(min(neighbours)) / 100, 6)
    return round(last / 100, 6) if percentage <= tail else np.nan


def attrition(lost: tuple[int, int], started: tuple[int, int], assumption: Assumption) -> Attrition:
    """Overall and differential drop-out (first minus second) of two groups against the boundary.

    `reason`: `empty_group` when nobody started in a group.

    Examples
    --------
    5 of 50 against 8 of 50 is 13 % overall and 6 points apart, where 5.9 is allowed.

    >>> attrition((5, 8), (50, 50), "cautious").low
    False
    """
    if min(started) == 0:
        return Attrition(np.nan, np.nan, np.nan, False, "empty_group")
    overall = sum(lost) / sum(started)
    differential = lost[0] / started[0] - lost[1] / started[1]
    limit = boundary(overall, assumption)
    return Attrition(overall, differential, limit, bool(abs(differential) <= limit + 1e-12))


@cache
def _table(assumption: Assumption) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Lines, values, and where the tail ends and at what value; the tail is empty for the cautious assumption."""
    text = resources.files(__package__).joinpath("wwc_attrition.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    lines = np.array(table["overall"], float)
    values = np.array(table[assumption], float)
    if assumption == "optimistic":
        return lines, values, float(table["optimistic_tail_overall"]), float(table["optimistic_tail"])
    return lines, values, float(lines[-1]), float(values[-1])
