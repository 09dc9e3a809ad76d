"""Change: per instrument, informant and later moment, how far the scores moved from baseline, in each arm and between arms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.comparison import compared
from analyses.shared.by_provider import (
    CLUSTERED_MEASURES,
    DESIGN_MEASURE,
    clustered_rows,
    clustered_share,
    independence,
    number_of_providers,
    providers_of,
    several,
)
from analyses.shared.classification import Classified, class_share, classify
from analyses.shared.cohort import Cohort, Pairs, pairs, scores
from analyses.shared.covariates import covariate_words
from analyses.shared.norms import normed
from analyses.shared.recording import (
    arm_counts,
    arm_groups,
    cell_counts,
    change_scale,
    fields,
    outcome_name,
    scale_of,
    share,
    sign_of,
    within,
)
from analyses.shared.rows.change_rows import CHANGE_METHOD, G_METHOD, group_rows, mean_change_row, sign_row
from analyses.shared.rows.share_rows import clustered_measure, share_designs
from analyses.statistics.change.effect_size import change_by_baseline_sd
from analyses.statistics.change.friedman import friedman
from analyses.statistics.change.paired_change import paired_moments
from analyses.statistics.change.reliable_change import CLASSES
from analyses.statistics.inference.multiplicity import holm
from analyses.statistics.inference.rank_distributions import without_noise
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "change"
MEASURES = {
    "n_pairs": Declared("count", Words("aantal met beide metingen", "number with both measurements"), "count"),
    "n_after_end": Declared("count", Words("aantal met beide latere metingen", "number with both later measurements"), "count"),
    "n_all_moments": Declared("count", Words("aantal met alle metingen", "number with all measurements"), "count"),
    "mean_baseline": Declared("magnitude", Words("gemiddelde voormeting", "mean at baseline"), "score"),
    "sd_baseline": Declared("magnitude", Words("SD voormeting", "SD at baseline"), "score"),
    "mean_later": Declared("magnitude", Words("gemiddelde latere meting", "mean at later moment"), "score"),
    "sd_later": Declared("magnitude", Words("SD latere meting", "SD at later moment"), "score"),
    "correlation": Declared("magnitude", Words("correlatie", "correlation"), "effect"),
    "mean_change": Declared("magnitude", Words("gemiddelde verandering", "mean change"), "score"),
    "g": Declared("magnitude", Words("effectgrootte g", "effect size g"), "effect"),
    "g_unequal_sd": Declared("magnitude", Words("g, interval voor ongelijke SD", "g, interval for unequal SDs"), "effect"),
    "g_bootstrap": Declared("magnitude", Words("g, bootstrapinterval", "g, bootstrap interval"), "effect"),
    "d_av": Declared("magnitude", Words("effectgrootte d met gemiddelde SD", "effect size d with average SD"), "effect"),
    "d_av_unequal_sd": Declared(
        "magnitude",
        Words("effectgrootte d met gemiddelde SD, ongelijke SD's", "effect size d with average SD, unequal SDs"),
        "effect",
    ),
    "d_rm": Declared(
        "magnitude", Words("effectgrootte d voor herhaalde metingen", "effect size d for repeated measures"), "effect"
    ),
    "d_z": Declared("magnitude", Words("effectgrootte d van de verschillen", "effect size d of the differences"), "effect"),
    "t_paired": Declared("test", Words("gepaarde t-toets", "paired t test"), "statistic"),
    "wilcoxon_signed_rank": Declared("test", Words("Wilcoxons rangtekentoets", "Wilcoxon signed rank test"), "statistic"),
    "wilcoxon_signed_rank_pratt": Declared(
        "test", Words("rangtekentoets met nullen (Pratt)", "signed rank test with zeros (Pratt)"), "statistic"
    ),
    "change_hodges_lehmann": Declared(
        "magnitude", Words("midden van de veranderingen, Hodges-Lehmann", "middle of the changes, Hodges-Lehmann"), "score"
    ),
    "friedman": Declared("test", Words("Friedmantoets over alle meetmomenten", "Friedman test over all moments"), "statistic"),
    "sign_test": Declared("derived", Words("aandeel vooruitgegaan (tekentoets)", "share improved (sign test)"), "share"),
    "same_score": Declared("internal", Words("aandeel met dezelfde score", "share with the same score"), "share"),
    "t_score_baseline": Declared("magnitude", Words("T-score voormeting", "T score at baseline"), "score"),
    "t_score_later": Declared("magnitude", Words("T-score latere meting", "T score at later moment"), "score"),
    "mean_change_holm": Declared(
        "magnitude", Words("gemiddelde verandering, p voor meer uitkomsten", "mean change, p for several outcomes"), "score"
    ),
    "mean_change_after_end": Declared("magnitude", Words("verandering na afloop", "change after the end"), "score"),
    "g_after_end": Declared("magnitude", Words("effectgrootte g na afloop", "effect size g after the end"), "effect"),
    "adjusted_difference": Declared(
        "model", Words("verschil, gecorrigeerd voor de voormeting", "difference, adjusted for baseline"), "score"
    ),
    **CLUSTERED_MEASURES,
    **DESIGN_MEASURE,
    **clustered_measure("recovered", "hersteld", "recovered"),
    **clustered_measure("improved", "verbeterd", "improved"),
    **clustered_measure("unchanged", "onveranderd", "unchanged"),
    **clustered_measure("deteriorated", "verslechterd", "deteriorated"),
    **clustered_measure("never_clinical", "nooit klinisch", "never clinical"),
    "recovered": Declared("share", Words("hersteld", "recovered"), "share"),
    "improved": Declared("share", Words("verbeterd", "improved"), "share"),
    "unchanged": Declared("share", Words("onveranderd", "unchanged"), "share"),
    "deteriorated": Declared("share", Words("verslechterd", "deteriorated"), "share"),
    "never_clinical": Declared("share", Words("nooit klinisch", "never clinical"), "share"),
}
_PAIRS = {"measure": "n_pairs", "population": "analysed", "method": "people with a baseline and this later score"}
_BOTH = {"measure": "n_after_end", "population": "both_later", "method": "people with a score at the end and this later one"}
_ALL = {
    "measure": "n_all_moments",
    "population": "all_moments",
    "method": "people with a score at baseline and every planned moment",
}
_SAME = "share of people with both scores of whom these are equal; exact interval"
_HOLM_METHOD = CHANGE_METHOD + "; p corrected over the secondary outcomes and their moments (Holm)"
_ANCOVA_METHOD = "ANCOVA: later score on arm and baseline{covariates}, complete pairs; t interval"
_TOGETHER = "; compared arms together, so not the change under one of them"
_FRIEDMAN = (
    "Friedman's test that scores are alike at baseline and every planned moment, of people measured at all of them; chi-squared with the "
    "correction for ties, moments - 1 df"
)
_AFTER_END = "follow-up minus end of treatment as scored, people with both; paired t interval and test"
_G_AFTER_END = G_METHOD.replace("SD at baseline", "SD at the end of treatment")


def wanted(plan: Plan) -> bool:
    """When the plan names a questionnaire."""
    return bool(plan.measures)


def run(cohort: Cohort, plan: Plan) -> Result:
    """Every planned measure at every planned moment, for each arm, for all arms together, and for the planned comparison.

    Where nothing is compared and the plan has `multiplicity = "holm"`, the secondary outcomes (all of them, when none is primary)
    have a row whose p is corrected over these outcomes and their moments; a comparison has its own in `comparison`.
    """
    records: list[dict] = []
    secondary: list[dict] = []
    tallies: list[Tally] = []
    for measure in plan.measures:
        for moment in measure.moments:
            found = pairs(cohort, measure, moment)
            base = {"outcome": outcome_name(measure), "time": moment}
            records += [base | record for record in _estimates(cohort, plan, measure, found)]
            if moment.startswith("follow_up"):
                end = scores(cohort, measure.instrument, measure.informant, "end")
                both = ~np.isnan(end) & ~np.isnan(found.later)
                if not np.isnan(end).all():
                    records += [base | record for record in _after_end(cohort, measure, end, found.later, both)]
                    tallies.append(_counted(cohort, base | _BOTH, both))
            if plan.comparison is None and plan.multiplicity == "holm" and not measure.primary:
                secondary.append(base | _everyone(found, scale_of(cohort, measure)))
            tallies.append(_counted(cohort, base | _PAIRS, found.selection.analysed))
            tallies += [_class_tally(cohort, plan, base, measure, found), _sign_tally(cohort, base, measure, found)]
        if len(measure.moments) > 1:
            given = [scores(cohort, measure.instrument, measure.informant, moment) for moment in ("baseline", *measure.moments)]
            every = np.column_stack(given)
            all_ = ~np.isnan(every).any(axis=1)
            base = {"outcome": outcome_name(measure)}
            records += [base | record for record in _at_all_moments(cohort, every, all_)]
            tallies.append(_counted(cohort, base | _ALL, all_))
    return Result(NAME, MEASURES, rows(NAME, records + _corrected(secondary)), tuple(tallies))


def _everyone(found: Pairs, scale: tuple[float, float]) -> dict:
    who = found.selection.analysed
    moments = paired_moments(found.before[who], found.later[who])
    return {"arm": "all", "n": moments.n} | mean_change_row(moments, _HOLM_METHOD, scale) | {"measure": "mean_change_holm"}


def _corrected(secondary: list[dict]) -> list[dict]:
    p_values = holm(np.array([row["p_value"] for row in secondary], float))
    return [row | {"p_value": p} for row, p in zip(secondary, p_values)]


def _estimates(cohort: Cohort, plan: Plan, measure: Measure, found: Pairs) -> Iterator[dict]:
    sign, norm, scale = sign_of(cohort, measure), normed(cohort, measure), scale_of(cohort, measure)
    alone = independence(cohort)
    for arm, who in arm_groups(cohort, found.selection.analysed):
        before, later = found.before[who], found.later[who]
        for record in group_rows(before, later, sign, plan.seed, norm and norm.only(who), scale):
            leads = record["measure"] in ("mean_change", "g")
            yield {"arm": arm} | record | {"method": record["method"] + alone * leads + _mixed(plan, arm)}
        for record in clustered_rows(
            before,
            later,
            providers_of(cohort)[who],
            sign,
            scale,
            providers=number_of_providers(cohort),
            with_design=several(cohort),
        ):
            yield {"arm": arm} | record | {"method": record["method"] + _mixed(plan, arm)}
    if plan.comparison is not None:
        yield _between(cohort, plan, measure, found)


def _mixed(plan: Plan, arm: str) -> str:
    """What keeps the change of everyone from being read as that under a treatment, when two are compared."""
    return _TOGETHER if plan.comparison is not None and arm == "all" else ""


def _between(cohort: Cohort, plan: Plan, measure: Measure, found: Pairs) -> dict:
    two = compared(cohort, plan, found)
    return {
        "measure": "adjusted_difference",
        "residual_df": two.behind,
        "unit": "score",
        "arm": " - ".join(plan.comparison.arms),
        "n": len(two.later),
        **within(
            fields(two.adjusted(), _ANCOVA_METHOD.format(covariates=covariate_words(cohort, plan)) + independence(cohort)),
            *change_scale(scale_of(cohort, measure)),
        ),
    }


def _after_end(cohort: Cohort, measure: Measure, end: np.ndarray, later: np.ndarray, both: np.ndarray) -> Iterator[dict]:
    """Did what was gained last, or grow ("sleeper effects")? Whoever has both later scores, with a baseline or without."""
    for arm, who in arm_groups(cohort, both):
        moments = paired_moments(end[who], later[who])
        base = {"arm": arm, "n": moments.n, "population": _BOTH["population"]}
        change = mean_change_row(moments, _AFTER_END, scale_of(cohort, measure))
        yield base | change | {"measure": "mean_change_after_end"}
        effect = fields(change_by_baseline_sd(moments, sign_of(cohort, measure)), _G_AFTER_END)
        yield base | {"measure": "g_after_end", "unit": "SD"} | effect


def _at_all_moments(cohort: Cohort, every: np.ndarray, all_: np.ndarray) -> Iterator[dict]:
    """Whether scores moved at all over baseline and every planned moment, of people who have them all."""
    for arm, who in arm_groups(cohort, all_):
        base = {"measure": "friedman", "arm": arm, "unit": "chi-squared", "n": int(who.sum()), "population": _ALL["population"]}
        yield base | fields(friedman(every[who]), _FRIEDMAN)


def _counted(cohort: Cohort, base: dict, who: np.ndarray) -> Tally:
    """How many people (boolean) rows are about; `base` with the population that they are."""
    arms, population = cohort.arms, base["population"]
    fixed = {name: value for name, value in base.items() if name != "population"} | {"unit": "people"}

    def derive(counts: np.ndarray) -> list[Record]:
        return [fixed | {"arm": arm, "estimate": count, "n": count} for arm, count in arm_counts(arms, counts)]

    return Tally(np.bincount(cohort.arm_codes[who], minlength=len(arms)), derive, arms, population)


def _sign_tally(cohort: Cohort, base: dict, measure: Measure, found: Pairs) -> Tally:
    """Who got worse, stayed as they were, and got better, however little."""
    who, arms = found.selection.analysed, cohort.arms
    change = without_noise(sign_of(cohort, measure) * (found.later[who] - found.before[who]))
    counts = cell_counts(cohort.arm_codes[who], np.sign(change).astype(np.int64) + 1, len(arms), 3)

    def derive(counts: np.ndarray) -> list[Record]:
        each = arm_counts(arms, counts.reshape(len(arms), 3))
        found = [base | {"arm": arm} | sign_row(worse, better) for arm, (worse, _, better) in each]
        # whoever has the number of people and that of changes has those without one: they are guarded as any few
        return found + [
            base | {"arm": arm} | share(cells[1], cells.sum(), _SAME) | {"measure": "same_score"} for arm, cells in each
        ]

    labels = tuple(f"{arm}/{name}" for arm in arms for name in ("worse", "as it was", "better"))
    return Tally(counts, derive, labels, "analysed")


def _class_record(classified: Classified, name: str, count: float, total: float, mixed: str) -> dict:
    found = class_share(classified, name, count, total)
    return found | {"method": found["method"] + mixed}


def _class_tally(cohort: Cohort, plan: Plan, base: dict, measure: Measure, found: Pairs) -> Tally:
    who, arms, size = found.selection.analysed, cohort.arms, len(CLASSES)
    classified = classify(cohort, measure, found.before[who], found.later[who])
    counts = cell_counts(cohort.arm_codes[who], classified.classes, len(arms), size)

    everyone = np.full(cohort.size, -1)
    everyone[who] = classified.classes
    designs = [share_designs(cohort, who, everyone == code) for code in range(size)]

    def derive(counts: np.ndarray) -> list[Record]:
        cells = [
            (arm, place, name, count, total.sum())
            for arm, total in arm_counts(arms, counts.reshape(len(arms), size))
            for place, (name, count) in enumerate(zip(CLASSES, total))
        ]
        found = [
            base | {"measure": name, "arm": arm} | _class_record(classified, name, count, total, _mixed(plan, arm))
            for arm, _, name, count, total in cells
        ]
        for arm, place, name, count, total in cells if designs[0] else ():
            reason, method = classified.told(name)
            words = f"of people with both scores; {method}"
            record = clustered_share(count, total, words, designs[place][arm], reason)
            record |= {"measure": f"{name}_clustered", "arm": arm, "method": record["method"] + _mixed(plan, arm)}
            found.append(base | record)
        return found

    names = np.tile(CLASSES, len(arms))
    also = {"recovered": names == "recovered", "better": np.isin(names, ("recovered", "improved"))}
    return Tally(counts, derive, tuple(f"{arm}/{name}" for arm in arms for name in CLASSES), "analysed", also=also)
