"""The harmonised indicators of Dutch youth care: drop-out, satisfaction, goal attainment (3.1 to 3.4), and treatment integrity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.baseline import filled
from analyses.shared.by_provider import DESIGN_MEASURE
from analyses.shared.classification import classify
from analyses.shared.cohort import Cohort, pairs, scores
from analyses.shared.recording import ONE_SIDED, arm_groups, fields, largest_share, outcome_name, within
from analyses.shared.rows.share_rows import (
    Share,
    clustered_measure,
    compared_measures,
    design_records,
    needed_records,
    share_tally,
)
from analyses.statistics.change.paired_change import mean_with_interval
from analyses.statistics.change.reliable_change import CLASSES
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.tables import tables
from data_schemas.words import Words

NAME = "indicators"
MEASURES = {
    "dropped_out": Declared("share", Words("uitval uit de hulp", "dropped out of care"), "share"),
    "satisfaction": Declared("magnitude", Words("tevredenheid (rapportcijfer)", "satisfaction (mark out of 10)"), "score"),
    "continues_without_help": Declared("share", Words("zonder hulp verder", "continues without help"), "share"),
    "problems_reduced": Declared("share", Words("problemen verminderd", "problems reduced"), "share"),
    **clustered_measure("dropped_out", "uitval uit de hulp", "dropped out of care"),
    **clustered_measure("continues_without_help", "zonder hulp verder", "continues without help"),
    **clustered_measure("problems_reduced", "problemen verminderd", "problems reduced"),
    **DESIGN_MEASURE,
    **compared_measures("continues_without_help", "zonder hulp verder", "that continues without help"),
    **compared_measures("problems_reduced", "met minder problemen", "with problems reduced"),
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
_REDUCED = "indicator 3.3: recovered and improved together, of people with both scores; {method}"
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

    With a comparison in the plan, the shares that are results of treatment have their difference and the number needed to treat ("a - b").
    Indicator 3.2, no new start of care, is about time and stands with the rates of events (`event_rates`).
    """
    who = np.ones(cohort.size, bool)
    records = [record for column, unit, method in _MEANS for record in _mean_rows(cohort, who, column, unit, method)]
    records += _gas_rows(cohort, who)
    shares = [*_answers(cohort, who), *_reduced(cohort, plan)]
    records += [record for asked in shares for record in needed_records(cohort, plan, asked)]
    records += [record for asked in shares for record in design_records(cohort, asked)]
    told = filled(cohort, "ending", "continues_without_help", *(column for column, *_ in _MEANS)) | _goals(cohort)
    return Result(NAME, MEASURES, rows(NAME, records), tuple(share_tally(cohort, plan, asked) for asked in shares), filled=told)


def _mean_rows(cohort: Cohort, who: np.ndarray, column: str, unit: str, method: str) -> Iterator[dict]:
    values = cohort.treatments[column].to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(values).all():
        return
    base = {"outcome": column, "measure": column, "unit": unit}
    declared = next(one for one in tables()["treatments"].columns if one.name == column)
    for arm, group in arm_groups(cohort, who & ~np.isnan(values)):
        yield base | {"arm": arm} | within(_mean(values[group], method), declared.minimum, declared.maximum)


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


def _goals(cohort: Cohort) -> dict[str, int]:
    """How many goal scores there are by informant and moment."""
    mine = cohort.measurements[cohort.measurements["instrument"] == "gas-t"]
    counts = mine.groupby(["informant", "moment"], observed=True)["score"].count()
    return {f"gas-t:{informant} {moment}": int(count) for (informant, moment), count in counts.items()}


def _mean(values: np.ndarray, method: str) -> dict:
    n = len(values)
    mean, sd = float(values.mean()) if n else np.nan, float(values.std(ddof=1)) if n > 1 else np.nan
    return (
        {"n": n, "largest_share": largest_share(values)} | fields(mean_with_interval(mean, sd, n), method) | {"p_value": np.nan}
    )


def _answers(cohort: Cohort, who: np.ndarray) -> Iterator[Share]:
    ending = cohort.treatments["ending"]
    if ending.notna().any():
        ended, left = (ending.isin(codes).to_numpy() for codes in (_ENDED, _UNILATERAL))
        yield Share("dropped_out", who & ended, left, {"outcome": "ending"}, _DROPPED, by_provider=True, also=ONE_SIDED)
    answer = cohort.treatments["continues_without_help"]
    if answer.notna().any():
        known, yes = answer.isin(["yes", "no"]).to_numpy(), (answer == "yes").to_numpy()
        base = {"outcome": "continues_without_help"}
        yield Share("continues_without_help", who & known, yes, base, _HELP, compared=True, by_provider=True)


def _reduced(cohort: Cohort, plan: Plan) -> Iterator[Share]:
    for measure in plan.measures:
        if cohort.instruments[measure.instrument].reliability(measure.informant) is not None:
            for moment in measure.moments:
                yield _reduced_share(cohort, plan, measure, moment)


def _reduced_share(cohort: Cohort, plan: Plan, measure: Measure, moment: str) -> Share:
    found = pairs(cohort, measure, moment)
    who = found.selection.analysed
    classified = classify(cohort, measure, found.before[who], found.later[who])
    better = np.zeros(cohort.size, bool)
    better[who] = np.isin(classified.classes, [CLASSES.index("recovered"), CLASSES.index("improved")])
    base = {"outcome": outcome_name(measure), "time": moment}
    method = _REDUCED.format(method=classified.method)
    return Share(
        "problems_reduced",
        who,
        better,
        base,
        method,
        classified.reason,
        compared=True,
        population="analysed",
        by_provider=True,
        also="better",
    )
