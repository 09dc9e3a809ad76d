"""Other outcomes: housing, school or work, before and after, as shares and as a test of change; after-care; police reports as description."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from analyses.baseline import filled
from analyses.shared.certainty import certainty
from analyses.shared.cohort import Cohort
from analyses.shared.recording import STAYS_INSIDE, arm_counts, arm_groups, cell_counts, share, why
from analyses.shared.rows.after_care_rows import AFTER_CARE, AFTER_CARE_MEASURES, after_care_rows, after_care_tallies
from analyses.statistics.proportions.categorical_change import (
    MarginalTest,
    mcnemar,
    mcnemar_exact,
    mcnemar_mid_p,
    stuart_maxwell,
    stuart_maxwell_exact,
)
from data_schemas.plan import Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "outcomes"
MEASURES = {
    "share_start": Declared("share", Words("aandeel bij de start", "share at the start"), "share"),
    "share_end": Declared("share", Words("aandeel na afloop", "share afterwards"), "share"),
    "share_reported": Declared("share", Words("aangifte gedaan", "police report made"), "share"),
    **AFTER_CARE_MEASURES,
    "n_both_known": Declared("count", Words("aantal met beide bekend", "number with both known"), "count"),
    "mcnemar_chi2": Declared("test", Words("McNemartoets", "McNemar test"), "statistic"),
    "mcnemar_exact": Declared("test", Words("McNemartoets, exact", "McNemar test, exact"), "ratio"),
    "mcnemar_mid_p": Declared("test", Words("McNemartoets, mid-p", "McNemar test, mid-p"), "ratio"),
    "stuart_maxwell_chi2": Declared("test", Words("Stuart-Maxwelltoets", "Stuart-Maxwell test"), "statistic"),
    "stuart_maxwell_exact": Declared("test", Words("Stuart-Maxwelltoets, exact", "Stuart-Maxwell test, exact"), "statistic"),
}
_COLUMNS = ("housing", "daytime")
_UNTOLD = ("unknown",)
_SHARE = "of people for whom both the start and afterwards are known; exact interval"
_REPORT = "of people for whom yes or no is known; description only, not an outcome of treatment; exact interval"
_NO_CONTROL = "change in the same people, without a comparison group"
_MCNEMAR = "McNemar: this category against all others, chi-squared without continuity correction on 1 df; p not corrected for several; "
_MCNEMAR_EXACT = "as McNemar, odds of leaving against entering the category; exact binomial p; "
_MCNEMAR_MID_P = (
    "as the exact McNemar test, less half the chance of what was seen on either side (mid-p; Fagerland et al. 2013); "
)
_STUART = "Stuart-Maxwell: equal shares of every category at the start and afterwards, chi-squared; "
_STUART_EXACT = "as Stuart-Maxwell; p exact given how many moved between each two categories, sampled with the plan's seed where there are too many; "


def wanted(plan: Plan) -> bool:
    """Always: where a young person lives and what the days are filled with matter whatever is treated."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Each outcome that anyone filled in at both times; `subgroup` is the category. After-care and police reports where anyone said so."""
    who = np.ones(cohort.size, bool)
    records, tallies = [], []
    for column in _COLUMNS:
        start, end = (cohort.treatments[f"{column}_{time}"] for time in ("start", "end"))
        if start.notna().any() and end.notna().any():
            names = tuple(str(code) for code in start.cat.categories if code not in _UNTOLD)
            known = who & start.isin(names).to_numpy() & end.isin(names).to_numpy()
            first, second = (start.cat.codes.to_numpy(), end.cat.codes.to_numpy())
            tallies += _margins(cohort, known, first, second, column, names)
            records += _tests(cohort, known, first, second, column, names, plan.seed)
    report = cohort.treatments["police_report"]
    if report.notna().any():
        tallies.append(_reports(cohort, who, report))
    tallies += after_care_tallies(cohort)
    found = rows(NAME, records + list(after_care_rows(cohort)))
    return Result(NAME, MEASURES, found, tuple(tallies), filled=_filled(cohort))


def _filled(cohort: Cohort) -> dict[str, int]:
    known = {
        column: int((cohort.treatments[f"{column}_start"].notna() & cohort.treatments[f"{column}_end"].notna()).sum())
        for column in _COLUMNS
    }
    return known | filled(cohort, "police_report", *(name for name in AFTER_CARE if name in cohort.treatments))


def _margins(cohort: Cohort, known: np.ndarray, first: np.ndarray, second: np.ndarray, column: str, names) -> Iterator[Tally]:
    """Where people were at the start and afterwards, each counted by itself: from one table of who moved where, which has a cell for
    every pair, hardly any count could leave."""
    arms = cohort.arms
    for measure, place in (("share_start", first), ("share_end", second)):
        counts = cell_counts(cohort.arm_codes[known], place[known], len(arms), len(names))
        labels = tuple(f"{arm}/{name}" for arm in arms for name in names)
        yield Tally(counts, _derive(arms, names, column, measure), labels, "both_known")


def _derive(arms: tuple[str, ...], names: tuple[str, ...], column: str, measure: str) -> Callable[[np.ndarray], list[Record]]:
    def records(counts: np.ndarray) -> Iterator[dict]:
        for arm, cells in arm_counts(arms, counts.reshape(len(arms), len(names))):
            base, total = {"outcome": column, "arm": arm}, cells.sum()
            if measure == "share_start":
                known = {"measure": "n_both_known", "estimate": total, "n": total, "unit": "people"}
                yield base | known | {"method": "people, both known"}
            for name, count in zip(names, cells):
                yield base | {"measure": measure, "subgroup": name} | share(count, total, _SHARE)

    return lambda counts: list(records(counts))


def _tests(
    cohort: Cohort, known: np.ndarray, first: np.ndarray, second: np.ndarray, column: str, names: tuple[str, ...], seed: int
) -> Iterator[dict]:
    """Tests of who moved where, for whoever holds the data: `events` are those who moved, on whom alone these rest.

    They stay inside: a release has no count of who left a category and who entered it, and how many are in each afterwards follows from a test
    beside how many were at the start; so does a category that hardly anybody is in.
    """
    size = len(names)
    for arm, group in arm_groups(cohort, known):
        table = np.bincount(first[group] * size + second[group], minlength=size**2).reshape(size, size)
        base = {"outcome": column, "arm": arm, "n": int(table.sum())} | STAYS_INSIDE
        moved = {"events": int(table.sum() - np.trace(table))}
        yield base | moved | _test("stuart_maxwell_chi2", stuart_maxwell(table), _STUART)
        yield base | moved | _test("stuart_maxwell_exact", stuart_maxwell_exact(table, seed), _STUART_EXACT)
        for code, name in enumerate(names):
            two = _against_others(table, code)
            one = base | {"subgroup": name, "events": int(two[0, 1] + two[1, 0])}
            yield one | _test("mcnemar_chi2", mcnemar(two), _MCNEMAR)
            yield one | _test("mcnemar_exact", mcnemar_exact(two), _MCNEMAR_EXACT)
            yield one | _test("mcnemar_mid_p", mcnemar_mid_p(two), _MCNEMAR_MID_P)


def _against_others(table: np.ndarray, code: int) -> np.ndarray:
    """In the category or not, at the start (rows) and afterwards (columns).

    >>> _against_others(np.array([[5, 1], [2, 7]]), 0).tolist()
    [[5, 1], [2, 7]]
    """
    both, left, entered = table[code, code], table[code].sum() - table[code, code], table[:, code].sum() - table[code, code]
    return np.array([[both, left], [entered, table.sum() - both - left - entered]])


def _test(measure: str, test: MarginalTest, method: str) -> dict:
    odds = measure in ("mcnemar_exact", "mcnemar_mid_p")
    finite = np.isfinite(test.statistic)
    return {
        "measure": measure,
        "unit": "odds" if odds else "chi-squared",
        "estimate": test.statistic if finite else np.nan,
        "p_value": test.p_value,
        "method": why(method + _NO_CONTROL + certainty(measure), test.reason or (None if finite else "log_of_zero")),
    }


def _reports(cohort: Cohort, who: np.ndarray, report: pd.Series) -> Tally:
    arms = cohort.arms
    known = who & report.isin(["yes", "no"]).to_numpy()
    counts = cell_counts(cohort.arm_codes[known], (report == "yes").to_numpy()[known], len(arms), 2)

    def derive(counts: np.ndarray) -> list[Record]:
        base = {"outcome": "police_report", "measure": "share_reported"}
        groups = arm_counts(arms, counts.reshape(len(arms), 2))
        return [base | {"arm": arm} | share(cell[1], cell.sum(), _REPORT) for arm, cell in groups]

    return Tally(counts, derive, tuple(f"{arm}/{cell}" for arm in arms for cell in ("no report", "report")))
