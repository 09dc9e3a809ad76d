"""The harmonised indicators of Dutch youth care: drop-out, satisfaction, goal attainment (3.1 to 3.4), and treatment integrity."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from analyses.shared.classification import classify
from analyses.shared.cohort import Cohort, eligible, pairs, scores
from analyses.shared.recording import arm_counts, arm_groups, cell_counts, fields, largest_share, outcome_name, share, why
from analyses.statistics.change.paired_change import mean_with_interval
from analyses.statistics.change.reliable_change import CLASSES
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "indicators"
MEASURES = {
    "dropped_out": Declared("share", Words("uitval", "dropped out"), "share"),
    "satisfaction": Declared("magnitude", Words("tevredenheid (rapportcijfer)", "satisfaction (mark out of 10)"), "score"),
    "continues_without_help": Declared("share", Words("zonder hulp verder", "continues without help"), "share"),
    "problems_reduced": Declared("share", Words("problemen verminderd", "problems reduced"), "share"),
    "goal_attainment": Declared("magnitude", Words("doelrealisatie", "goal attainment"), "score"),
    "gas_t": Declared("magnitude", Words("GAS T-score", "GAS T score"), "score"),
    "integrity": Declared("magnitude", Words("behandelintegriteit", "treatment integrity"), "score"),
}
_UNILATERAL = ("stopped_by_client", "stopped_by_provider")
_ENDED = ("completed", *_UNILATERAL, "by_agreement", "external")
_DROPPED = (
    "indicator 1: ended by the client or by the provider alone, of all whose treatment ended in a known way; exact interval"
)
_HELP = "indicator 3.1: yes, of all for whom yes or no is known; exact interval"
_REDUCED = "indicator 3.3: recovered or improved by {method}"
_MEANS = (
    ("satisfaction", "mark", "indicator 2: mean of those who gave a mark, t interval"),
    (
        "goal_attainment",
        "per cent",
        "indicator 3.4: mean share of the agreed goals reached, of those for whom it is known, t interval",
    ),
    (
        "integrity",
        "per cent",
        "mean share of core elements delivered as the manual says, of those for whom it is known, t interval",
    ),
)
_GAS = "mean goal attainment T score; 50 is as expected; t interval"


def wanted(plan: Plan) -> bool:
    """Always: these are asked of every provider."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Each indicator that anyone filled in, for everyone eligible and per arm. `outcome` is the column it comes from.

    Indicator 3.2, no new start of care, is about time and stands with the rates of events (`event_rates`).
    """
    who = eligible(cohort, plan)
    records = [record for column, unit, method in _MEANS for record in _mean_rows(cohort, who, column, unit, method)]
    records += _gas_rows(cohort, who)
    tallies = [*_answers(cohort, who), *_reduced(cohort, plan)]
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies))


def _mean_rows(cohort: Cohort, who: np.ndarray, column: str, unit: str, method: str) -> Iterator[dict]:
    values = cohort.treatments[column].to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(values).all():
        return
    base = {"outcome": column, "measure": column, "unit": unit}
    for arm, group in arm_groups(cohort, who & ~np.isnan(values)):
        yield base | {"arm": arm} | _mean(values[group], method)


def _gas_rows(cohort: Cohort, who: np.ndarray) -> Iterator[dict]:
    mine = cohort.measurements[cohort.measurements["instrument"] == "gas-t"]
    given = mine[["informant", "moment"]].drop_duplicates().astype(str).sort_values(["informant", "moment"])
    for informant, moment in given.itertuples(index=False):
        if moment in ("baseline", "repeated"):
            continue
        values = scores(cohort, "gas-t", informant, moment)
        base = {"outcome": f"gas-t:{informant}", "measure": "gas_t", "time": moment, "unit": "T"}
        for arm, group in arm_groups(cohort, who & ~np.isnan(values)):
            yield base | {"arm": arm} | _mean(values[group], _GAS)


def _mean(values: np.ndarray, method: str) -> dict:
    n = len(values)
    mean, sd = float(values.mean()) if n else np.nan, float(values.std(ddof=1)) if n > 1 else np.nan
    return (
        {"n": n, "largest_share": largest_share(values)} | fields(mean_with_interval(mean, sd, n), method) | {"p_value": np.nan}
    )


def _answers(cohort: Cohort, who: np.ndarray) -> Iterator[Tally]:
    ending = cohort.treatments["ending"]
    if ending.notna().any():
        ended = who & ending.isin(_ENDED).to_numpy()
        yield _share_tally(cohort, ended, ending.isin(_UNILATERAL).to_numpy(), "dropped_out", {"outcome": "ending"}, _DROPPED)
    answer = cohort.treatments["continues_without_help"]
    if answer.notna().any():
        known = who & answer.isin(["yes", "no"]).to_numpy()
        base = {"outcome": "continues_without_help"}
        yield _share_tally(cohort, known, (answer == "yes").to_numpy(), "continues_without_help", base, _HELP)


def _reduced(cohort: Cohort, plan: Plan) -> Iterator[Tally]:
    for measure in plan.measures:
        if cohort.instruments[measure.instrument].reliability(measure.informant) is not None:
            for moment in measure.moments:
                yield _reduced_tally(cohort, plan, measure, moment)


def _reduced_tally(cohort: Cohort, plan: Plan, measure: Measure, moment: str) -> Tally:
    found = pairs(cohort, plan, measure, moment)
    who = found.selection.analysed
    classified = classify(cohort, measure, found.before[who], found.later[who])
    better = np.zeros(cohort.size, bool)
    better[who] = np.isin(classified.classes, [CLASSES.index("recovered"), CLASSES.index("improved")])
    base = {"outcome": outcome_name(measure), "time": moment}
    method = _REDUCED.format(method=classified.method)
    return _share_tally(cohort, who, better, "problems_reduced", base, method, classified.reason)


def _share_tally(
    cohort: Cohort, who: np.ndarray, yes: np.ndarray, name: str, base: dict, method: str, reason: str | None = None
) -> Tally:
    arms = cohort.arms
    counts = cell_counts(cohort.arm_codes[who], yes[who], len(arms), 2)

    def columns(cell: np.ndarray) -> dict:
        if reason:
            return {"unit": "share", "n": cell.sum(), "method": why(method, reason)}
        return share(cell[1], cell.sum(), method)

    return Tally(
        counts,
        _deriver(arms, columns, base | {"measure": name}),
        tuple(f"{arm}/{cell}" for arm in arms for cell in ("no", "yes")),
    )


def _deriver(arms: tuple[str, ...], columns: Callable[[np.ndarray], dict], base: dict) -> Callable[[np.ndarray], list[Record]]:
    def derive(counts: np.ndarray) -> list[Record]:
        groups = arm_counts(arms, counts.reshape(len(arms), 2))
        return [base | {"arm": arm} | columns(cell) for arm, cell in groups]

    return derive
