"""Young people of one provider resemble each other: where an interval that allows for it can be had, it leads in a report.

The results have both; a report takes the one by provider for changes, shares, curves and differences wherever it has an interval, and
shows the other with the further figures, under a name that says what it leaves out.
"""

from __future__ import annotations

import pandas as pd

from data_schemas.evidence import Evidence, MeasureLabel, Words
from reports.text.rows import records

# of an analysis the measure that leads, and the analysis and the measure that has it by provider
_LEADS = (
    ("change", "mean_change", "change", "mean_change_clustered"),
    ("change", "g", "change", "g_clustered"),
    ("change", "adjusted_difference", "comparison", "adjusted_difference_cr2"),
    *(
        ("change", name, "change", f"{name}_clustered")
        for name in ("recovered", "improved", "unchanged", "deteriorated", "never_clinical")
    ),
    *(
        ("subgroups", name, "subgroups", f"{name}_clustered")
        for name in ("mean_change", "g", "adjusted_difference", "g_between", "interaction", "interaction_joint")
    ),
    *(
        ("indicators", name, "indicators", f"{name}_clustered")
        for name in ("dropped_out", "continues_without_help", "problems_reduced")
    ),
    ("comparison", "g_between", "comparison", "g_between_clustered"),
    *(
        ("revictimisation", name, "revictimisation", f"{name}_clustered")
        for name in ("survival", "restricted_mean_weeks", "survival_difference", "restricted_mean_difference")
    ),
    ("revictimisation", "log_rank_chi2", "revictimisation", "log_rank_clustered"),
    ("hazards", "hazard_ratio", "hazards", "hazard_ratio_clustered"),
    ("event_subgroups", "interaction_hazard_ratio", "event_subgroups", "interaction_hazard_ratio_clustered"),
    *(
        ("event_rates", name, "event_rates", f"{name}_clustered")
        for name in ("rate_per_person_year", "rate_ratio", "no_new_care")
    ),
    *(
        ("competing_events", name, "competing_events", f"{name}_clustered")
        for name in ("cumulative_incidence", "cumulative_incidence_difference")
    ),
)
# of these the number by provider leads whether its interval is the wider one or not, as both are simulated with few providers; so do all of
# the analysis of change
_HOLDS_BY_ITSELF = {
    "hazard_ratio",
    "survival_difference",
    "restricted_mean_difference",
    "log_rank_chi2",
    "cumulative_incidence_difference",
    "rate_ratio",
    "interaction",
    "interaction_joint",
}
_TESTS = {"log_rank_clustered", "interaction_joint_clustered"}
_HOLDS_BY_ITSELF_IN = {("comparison", "g_between")}
# what the other number is called in a report, where that by provider leads
_ALONE = "_without_providers"
_SAYS_SO = Words(
    "{measure}, alsof mensen van één aanbieder niet op elkaar lijken",
    "{measure}, as if people of one provider do not resemble each other",
)
_PLACE = ("outcome", "arm", "subgroup", "time")
# what methods say of it
_BY_PROVIDER, _SEVERAL, _ONE = "errors by provider", "where providers differ", "people of one provider"


def led(evidence: Evidence) -> Evidence:
    """The evidence in which the numbers by provider have the names of those that lead, and the others a name that says so."""
    results, labels = dict(evidence.results), {}
    for leading, measure, analysis, by_provider in _LEADS:
        if leading in results and analysis in results:
            whatever = leading == "change" or measure in _HOLDS_BY_ITSELF or (leading, measure) in _HOLDS_BY_ITSELF_IN
            swapped = _swapped(results[leading], results[analysis], measure, by_provider, whatever=whatever)
            if swapped is not None:
                results[leading], results[analysis] = swapped
                labels[f"{measure}{_ALONE}"] = _label(evidence, measure)
    record = evidence.record
    return Evidence(record.model_copy(update={"measures": record.measures | labels}) if labels else record, results)


def by_provider(method: str) -> bool:
    """Whether a number with this method lets people of one provider resemble each other."""
    return _BY_PROVIDER in method


def leads(measure: str) -> bool:
    """Whether a measure is one of those that are calculated by provider where that can be had."""
    return any(measure == name for _, name, _, _ in _LEADS)


def several_providers(evidence: Evidence) -> bool:
    """Whether people of more than one provider were taken together: as the methods say, otherwise by submissions and what is pooled."""
    rows = pd.concat([evidence.select(name, subgroup="") for name in ("change", "comparison")])
    said = [
        (method, any_number)
        for method, any_number in rows.groupby("method")["estimate"].agg(lambda of: of.notna().any()).items()
    ]
    if any(_SEVERAL in method or (by_provider(method) and there) for method, there in said):
        return True
    if any(_ONE in method for method, _ in said):
        return False
    return len(evidence.record.submissions) > 1 or not evidence.select("pooling").empty


def _swapped(
    lead: pd.DataFrame, other: pd.DataFrame, measure: str, by_provider: str, *, whatever: bool
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Both frames, with the numbers of each pair exchanged; None when there is no number by provider."""
    ours = records(lead)
    theirs = ours if other is lead else records(other)
    found = {_at(row): row for row in theirs if row["measure"] == by_provider and _has_interval(row)}
    pairs = [(row, found[_at(row)]) for row in ours if row["measure"] == measure and _at(row) in found]
    pairs = [(row, clustered) for row, clustered in pairs if whatever or _as_wide(row, clustered)]
    for row, clustered in pairs:
        for column in set(row) - {"analysis", "measure", *_PLACE}:
            row[column], clustered[column] = clustered[column], row[column]
        clustered["measure"] = f"{measure}{_ALONE}"
    if not pairs:
        return None
    return tuple(
        frame.assign(**{column: [row[column] for row in rows] for column in frame.columns})
        for frame, rows in ((lead, ours), (other, theirs))
    )  # type: ignore[return-value]


def _at(row: dict) -> tuple:
    return tuple(row[column] for column in _PLACE)


def _as_wide(row: dict, clustered: dict) -> bool:
    """Whether the interval by provider is not the narrower one, as it can be by chance where few providers happen to agree."""
    return not clustered["ci_high"] - clustered["ci_low"] < row["ci_high"] - row["ci_low"]


def _has_interval(row: dict) -> bool:
    """Whether there is an interval, or of a test its p."""
    if row["measure"] in _TESTS:
        return row["p_value"] == row["p_value"]
    return row["estimate"] == row["estimate"] and row["ci_low"] == row["ci_low"]


def _label(evidence: Evidence, measure: str) -> MeasureLabel:
    known = evidence.record.measures[measure]
    return MeasureLabel(**_SAYS_SO.fill(measure=known.words)._asdict(), number=known.number)
