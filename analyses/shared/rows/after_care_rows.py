"""Rows about after-care: who received it, for how long, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort
from analyses.shared.recording import arm_counts, arm_groups, cell_counts, fields, largest_share, share, within
from analyses.statistics.change.paired_change import mean_with_interval
from data_schemas.codelists import code_list
from data_schemas.result import Declared, Record, Tally
from data_schemas.words import Words

AFTER_CARE_MEASURES = {
    "after_care": Declared("share", Words("nazorg ontvangen", "after-care received"), "share"),
    "after_care_weeks": Declared("magnitude", Words("weken nazorg", "weeks of after-care"), "weeks"),
    "after_care_by": Declared("share", Words("nazorg door", "after-care by"), "share"),
}
AFTER_CARE = tuple(AFTER_CARE_MEASURES)
"""Its columns, by which its measures are called."""
_LONGEST = 520.0
_RECEIVED = "yes, of all whose treatment ended and for whom yes or no is known; exact interval"
_WEEKS = "mean of those who received after-care and of whom the weeks are known, t interval"
_BY = "of those who received after-care and of whom it is known by whom; exact interval"


def after_care_tallies(cohort: Cohort) -> Iterator[Tally]:
    """Shares of everyone and of each arm; none where nobody filled it in."""
    if not _told(cohort, "after_care"):
        return
    answer = cohort.treatments["after_care"]
    known = answer.isin(["yes", "no"]).to_numpy(bool)
    yield _tally(cohort, known, (answer == "yes").to_numpy(bool).astype(int), ("no", "yes"), _received)
    if _told(cohort, "after_care_by"):
        names = tuple(code for code in code_list("after_care_by").values if code != "unknown")
        giver = cohort.treatments["after_care_by"]
        place = np.array([names.index(one) if one in names else -1 for one in giver.cat.categories])
        code = np.where(giver.cat.codes.to_numpy() >= 0, place[giver.cat.codes.to_numpy()], -1)
        yield _tally(cohort, (answer == "yes").to_numpy(bool) & (code >= 0), code, names, _by)


def after_care_rows(cohort: Cohort) -> Iterator[dict]:
    """The mean number of weeks."""
    if not (_told(cohort, "after_care") and _told(cohort, "after_care_weeks")):
        return
    weeks = cohort.treatments["after_care_weeks"].to_numpy(dtype=float, na_value=np.nan)
    received = (cohort.treatments["after_care"] == "yes").to_numpy(bool) & ~np.isnan(weeks)
    for arm, who in arm_groups(cohort, received):
        values, n = weeks[who], int(who.sum())
        answer = mean_with_interval(float(values.mean()) if n else np.nan, float(values.std(ddof=1)) if n > 1 else np.nan, n)
        base = {"outcome": "after_care_weeks", "measure": "after_care_weeks", "arm": arm, "unit": "weeks", "n": n}
        base |= {"largest_share": largest_share(values)}
        yield base | within(fields(answer, _WEEKS), 0.0, _LONGEST) | {"p_value": np.nan}


def _told(cohort: Cohort, column: str) -> bool:
    return column in cohort.treatments and bool(cohort.treatments[column].notna().any())


def _tally(cohort: Cohort, known: np.ndarray, code: np.ndarray, names: tuple[str, ...], rows) -> Tally:
    arms, size = cohort.arms, len(names)
    counts = cell_counts(cohort.arm_codes[known], code[known], len(arms), size)

    def derive(counts: np.ndarray) -> list[Record]:
        groups = arm_counts(arms, counts.reshape(len(arms), size))
        return [{"arm": arm} | record for arm, cells in groups for record in rows(names, cells)]

    return Tally(counts, derive, tuple(f"{arm}/{name}" for arm in arms for name in names))


def _received(names: tuple[str, ...], cells: np.ndarray) -> list[dict]:
    return [{"outcome": "after_care", "measure": "after_care"} | share(cells[1], cells.sum(), _RECEIVED)]


def _by(names: tuple[str, ...], cells: np.ndarray) -> list[dict]:
    base = {"outcome": "after_care_by", "measure": "after_care_by"}
    return [base | {"subgroup": name} | share(count, cells.sum(), _BY) for name, count in zip(names, cells)]
