"""What can be told from counts and sums: the measures that are the same for all people with the same ones.

Some follow from pairs of scores (`PAIRED`), which only an exact aggregate has. Everything else (bootstraps of people, histories of several events)
is not: rows of estimates stay, so that nobody misses them in
silence, without a number and with the reason. A measure is not told unless it stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analyses import analyses
from analyses.baseline import DESCRIPTORS
from data_schemas.aggregate import Aggregate
from data_schemas.evidence import NUMERIC_COLUMNS
from data_schemas.plan import Plan
from data_schemas.result import Record, Result, Tally, WeeklyTally
from evaluation.aggregates.counting import descriptors

REASON = "not_in_aggregates"
_NUMBERS = ("estimate", "ci_low", "ci_high", "p_value", "events", "std_error", "df")


def _named(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MOMENTS = _named(
    "n_pairs mean_baseline sd_baseline mean_later sd_later correlation mean_change g g_unequal_sd d_av d_av_unequal_sd d_rm d_z t_paired "
    "t_score_baseline t_score_later mean_change_holm mean_change_clustered g_clustered design_effect"
)
_BETWEEN = _named(
    "g_between g_between_exact d_between_exact d_ppc2 d_ppc2_morris change_difference_welch adjusted_difference adjusted_difference_cr2 "
    "adjusted_difference_holm non_inferiority design_effect"
)
_CURVES = {
    "revictimisation": _named(
        "at_risk events survival quantile_25_weeks median_weeks quantile_75_weeks restricted_mean_weeks restricted_mean_time_lost nelson_aalen "
        "restricted_mean_difference restricted_mean_ratio time_lost_ratio survival_difference survival_ratio log_rank_chi2 log_rank_trend_chi2 "
        "gehan_breslow_log_rank_chi2 tarone_ware_log_rank_chi2 peto_peto_log_rank_chi2 fleming_harrington_1_0_log_rank_chi2 "
        "fleming_harrington_0_1_log_rank_chi2 survival_difference_log survival_difference_loglog survival_difference_logit "
        "survival_difference_arcsine hazard_ratio_peto hazard_ratio_pike design_effect"
    ),
    "competing_events": _named(
        "cumulative_incidence one_minus_survival cumulative_incidence_difference gray_chi2 subdistribution_hazard_ratio hazard_ratio"
    ),
    "parametric_survival": _named("survival median_weeks aic"),
}
_CLASSES = "recovered improved unchanged deteriorated never_clinical"
PAIRED = {
    "change": _named(
        f"{_CLASSES} {' '.join(f'{name}_clustered' for name in _CLASSES.split())} wilcoxon_signed_rank wilcoxon_signed_rank_pratt "
        "change_hodges_lehmann sign_test"
    ),
    "comparison": _named(
        "mann_whitney cliffs_delta change_difference_hodges_lehmann adjusted_difference_hc3 adjusted_difference_wild"
    ),
    "indicators": _named(
        "problems_reduced problems_reduced_clustered problems_reduced_difference problems_reduced_needed design_effect"
    ),
    "individual_change": _named(f"{_CLASSES} clinical_at_baseline recovered_of_clinical cutoff before_after"),
    "subgroups": _named(
        "n_pairs mean_change g mean_change_clustered g_clustered adjusted_difference adjusted_difference_clustered g_between interaction "
        "interaction_clustered interaction_joint"
    ),
}
"""By analysis what follows from pairs of scores at two moments, each pair by itself."""
_HAZARDS = _named("hazard_ratio hazard_ratio_clustered ph_test_chi2 stratified_log_rank_chi2 concordance aic design_effect")
_ATTRITION = _named("attrition_boundary attrition_differential attrition_overall")
_EXACT = _CURVES | {
    "baseline": _named("share n_measured n_missing mean_baseline sd_baseline smd_baseline"),
    "benchmark": _named("norm_distance_baseline norm_distance_later benchmark_difference"),
    "change": _MOMENTS | _named("mean_change_after_end g_after_end adjusted_difference"),
    "comparison": _BETWEEN,
    "indicators": _named(
        "dropped_out dropped_out_clustered continues_without_help continues_without_help_clustered continues_without_help_difference "
        "continues_without_help_needed goal_attainment satisfaction integrity design_effect"
    ),
    "outcomes": _named(
        "share_start share_end share_reported n_both_known mcnemar_chi2 mcnemar_exact mcnemar_mid_p stuart_maxwell_chi2 stuart_maxwell_exact "
        "after_care after_care_weeks after_care_by"
    ),
    "event_rates": _named("rate_per_person_year rate_ratio"),
    "event_subgroups": _named("interaction_hazard_ratio"),
    "parametric_survival": _CURVES["parametric_survival"] | _named("time_ratio"),
    "revictimisation": _CURVES["revictimisation"] | _named("survival_clustered"),
    "flow": _named(
        "received eligible analysed measured lost_never_measured lost_no_baseline lost_not_followed lost_no_known_end "
        "lost_not_followed_after_end lost_followed_late lost_event_before_follow_up lost_not_followed_after_entry "
        "lost_other_programme lost_earlier_edition lost_not_eligible started finished ended_by_agreement ended_external ended_missing "
        "ended_ongoing ended_stopped_by_client ended_stopped_by_provider ended_unknown"
    ),
    "hazards": _HAZARDS,
    "missing_data": _named("mean_change mixed_change imputed_change tipping_delta"),
    "over_time": _named("mixed_change mixed_slope gee_change"),
    "pooling": _named("pooled_effect pooled_effect_widened prediction_interval prediction_interval_k2 tau2 i2 q"),
}


def carried(plan: Plan, form: str) -> Mapping[str, frozenset[str]]:
    """By analysis the measures that follow from aggregates of a form; an analysis that is not named is not run."""
    if form == "exact":
        of_each = set(descriptors(plan)) == set(DESCRIPTORS)
        told = {name: _EXACT.get(name, frozenset()) | PAIRED.get(name, frozenset()) for name in {*_EXACT, *PAIRED}}
        return told | {"attrition": _ATTRITION | ({"smd_baseline"} if of_each else set())}
    # arms as a whole, and each moment by itself; who is eligible and analysed as it was released
    counted = {"flow": _named("received eligible analysed"), "attrition": _ATTRITION}
    if plan.comparison is not None and plan.comparison.covariates:
        return _CURVES | counted | {"change": _MOMENTS}
    return _CURVES | counted | {"change": _MOMENTS | {"adjusted_difference"}, "comparison": _BETWEEN, "hazards": _HAZARDS}


def carried_together(plan: Plan, given: Sequence[Aggregate]) -> dict[str, frozenset[str]]:
    """What follows from several rounded aggregates: of competing events only when all of them tell who had one."""
    told = dict(carried(plan, "rounded"))
    competing = () if plan.events is None else plan.events.competing
    ends = [{row[1] for row in one.bands.rows} for one in given if one.bands is not None and one.bands.rows]
    if any(not set(competing) <= found for found in ends):
        told.pop("competing_events", None)
    return told


def unrun(plan: Plan, told: Mapping[str, frozenset[str]]) -> list[str]:
    """The analyses of a plan that are not told: they need people, or unrounded sums."""
    return [name for name, module in analyses().items() if name not in told and module.wanted(plan)]


def without_others(result: Result, told: frozenset[str]) -> Result:
    """The result with no number in rows of measures that are not carried, and without rows of counts that are not.

    Who recovered is such a count: where the limit of change lies hangs on how much everybody's scores differ.
    """
    rows = result.estimates
    other = ~rows["measure"].isin(told).to_numpy()
    columns = {name: np.where(other, np.nan, rows[name].to_numpy(float)) for name in _NUMBERS}
    columns["method"] = rows["method"].where(~other, f"{REASON}: " + rows["method"])
    kept = (tuple(replace(one, derive=_told(one, told)) for one in part) for part in (result.tallies, result.weekly))
    tallies, weekly = kept
    return replace(
        result,
        estimates=rows.assign(**columns),
        tallies=tuple(tally for tally in tallies if tally.derive(tally.counts)),
        weekly=weekly,
    )


def with_pairs(result: Result, paired: Result, measures: frozenset[str]) -> Result:
    """A result of sums, with what follows from pairs of scores taken from the result of these."""
    rows, others = result.estimates.reset_index(drop=True), paired.estimates
    place = {key: number for number, key in enumerate(_keys(rows))}
    at = np.array([place.get(key, -1) for key in _keys(others)], np.int64)
    mine = others["measure"].isin(measures).to_numpy() & (at >= 0)
    if mine.any():
        order = np.arange(len(rows))
        order[at[mine]] = len(rows) + np.flatnonzero(mine)
        rows = pd.concat([rows, others], ignore_index=True).iloc[order].reset_index(drop=True)
    own = (*_telling(result.tallies, None, measures), *_telling(paired.tallies, measures, None))
    return replace(result, estimates=rows, tallies=own)


def _keys(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(rows[name] for name in ("outcome", "measure", "arm", "subgroup", "time"))))


def _telling(tallies: tuple[Tally, ...], only: frozenset[str] | None, never: frozenset[str] | None) -> Iterator[Tally]:
    """Tallies of which a row has one of the measures, or none of the others."""
    for tally in tallies:
        found = {record["measure"] for record in tally.derive(tally.counts)}
        if (only is not None and found & only) or (never is not None and not found & never):
            yield tally


def marked(frame: pd.DataFrame, told: frozenset[str]) -> pd.DataFrame:
    """Released rows, those of measures that are not carried as not to be estimated: that they are is no secret, for it hangs on no data."""
    other = ~frame["measure"].isin(told)
    if not other.any():
        return frame
    method = frame["method"].str.replace(rf"^(?:{REASON}: )?", f"{REASON}: ", regex=True)
    numbers = frame[list(NUMERIC_COLUMNS)].mask(other, axis=0)
    return frame.assign(
        **numbers, status=frame["status"].mask(other, "not_estimable"), method=frame["method"].mask(other, method)
    )


def _told(one: Tally | WeeklyTally, told: frozenset[str]) -> Callable[..., list[Record]]:
    def derive(*counts: np.ndarray) -> list[Record]:
        return [record for record in one.derive(*counts) if record["measure"] in told]

    return derive
