"""The evidence profile: per criterion of the committee what these data show and what they cannot. Never a level, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analyses.cohort import Cohort
from data_schemas.criterion import Criterion, criteria_versions
from data_schemas.evidence import CriterionProfile, GateOutcome
from data_schemas.plan import Plan
from data_schemas.submission import Label

CRITERIA_VERSION = "joint-2013-2018"
# Veerman & Van Yperen 2007, Eval Program Plann 30:212: which rung the research of a design stands on
_RUNGS = {
    "quality": (
        "trede 3 van de effectladder (indicatief): kwaliteitsonderzoek",
        "rung 3 of the effect ladder (indicative): a quality study",
    ),
    "change": (
        "trede 3 van de effectladder (indicatief): veranderingsonderzoek",
        "rung 3 of the effect ladder (indicative): a change study",
    ),
    "norm_related_change": (
        "trede 3 van de effectladder (indicatief): vergelijking met normen",
        "rung 3 of the effect ladder (indicative): a benchmark study",
    ),
    "single_case": (
        "herhaalde n=1-studies; de plaats op de effectladder is niet nagezocht",
        "repeated single-case studies; their place on the effect ladder was not checked",
    ),
    "quasi_experimental": (
        "quasi-experimenteel; causale trede van de effectladder (niet nagezocht)",
        "quasi-experimental; causal rung of the effect ladder (not checked)",
    ),
    "experimental": (
        "experimenteel; causale trede van de effectladder (niet nagezocht)",
        "experimental; causal rung of the effect ladder (not checked)",
    ),
}
_BOUND = {
    "two-studies": (
        "Dit is één onderzoek; of er een tweede is, staat niet in deze gegevens.",
        "This is one study; whether there is a second is not in these data.",
    ),
    "indicative-change": (
        "Of een verandering voldoende is, en door de behandeling komt, is uit deze gegevens alleen niet af te leiden.",
        "Whether a change is sufficient, and due to the treatment, cannot be told from these data alone.",
    ),
    "comparable-control": (
        "Verschillen die niet gemeten zijn blijven mogelijk.",
        "Differences that were not measured remain possible.",
    ),
    "follow-up-half-year": ("Wat er na de laatste meting gebeurde.", "What happened after the last measurement."),
    "strong-design": ("Of de uitvoering gewone praktijk was.", "Whether this was everyday practice."),
    "integrity": ("Of wat is vastgelegd ook zo is uitgevoerd.", "Whether what was recorded is what was done."),
}
_PEOPLE = (
    "Dit kunnen alleen mensen beoordelen, aan de hand van de beschrijving.",
    "Only people can judge this, from the description.",
)
_NOTHING = ("Deze gegevens zeggen hier niets over.", "These data say nothing about this.")


def profile(
    results: Mapping[str, pd.DataFrame], plan: Plan, cohort: Cohort, gates: tuple[GateOutcome, ...]
) -> tuple[CriterionProfile, ...]:
    """What the released results can and cannot carry, criterion by criterion."""
    figures = {
        "design": [_label(*_RUNGS[plan.design])],
        "studies": [_label("één onderzoek", "one study")],
        "change": list(_rows(results, ("g",), "verandering, g", "change, g")),
        "comparison": list(_comparison(results, plan)),
        "attrition": list(_rows(results, ("attrition_overall", "attrition_differential"), "uitval", "attrition")),
        "balance": list(_gates(gates, "largest_baseline_difference")),
        "follow_up": list(_follow_up(plan)),
        "replication": [_providers(cohort, plan)],
        "integrity": list(_integrity(cohort)),
        "none": [],
    }
    return tuple(_profiled(one, figures) for one in criteria_versions()[CRITERIA_VERSION].criteria)


def _profiled(one: Criterion, figures: Mapping[str, list[Label]]) -> CriterionProfile:
    shows = tuple(label for name in one.figures for label in figures[name])
    bound = _PEOPLE if one.judged_by == "people" else _BOUND.get(one.id, _NOTHING) if shows else _NOTHING
    return CriterionProfile(
        id=one.id,
        level=one.level,
        criterion=Label(nl=one.nl, en=one.en),
        source=one.source,
        verified=one.verified,
        judged_by=one.judged_by,
        shows=shows,
        cannot_show=_label(*bound),
    )


def _label(nl: str, en: str) -> Label:
    return Label(nl=nl, en=en)


def _rows(results: Mapping[str, pd.DataFrame], measures: tuple[str, ...], nl: str, en: str) -> Iterator[Label]:
    """One line per outcome and moment, over all arms; from released numbers only."""
    for frame in results.values():
        mine = frame[frame["measure"].isin(measures) & (frame["subgroup"] == "")]
        for row in mine[mine["status"].isin(["released", "rounded", "exact"])].itertuples():
            if row.arm == "all" or row.measure == "attrition_differential":
                interval = (
                    f" ({row.ci_low:g}; {row.ci_high:g})" if row.ci_low == row.ci_low and row.ci_high == row.ci_high else ""
                )
                place = ", ".join(part for part in (row.outcome, row.time, row.arm) if part)
                yield _label(f"{nl}: {place}: {row.estimate:.2g}{interval}", f"{en}: {place}: {row.estimate:.2g}{interval}")


def _comparison(results: Mapping[str, pd.DataFrame], plan: Plan) -> Iterator[Label]:
    if plan.comparison is None:
        yield _label("geen vergelijkingsgroep", "no comparison group")
        return
    arms = " - ".join(plan.comparison.arms)
    shown = any(
        ((frame["arm"] == arms) & frame["status"].isin(["released", "rounded", "exact"])).any() for frame in results.values()
    )
    nl, en = ("getoond", "shown") if shown else ("niet getoond", "not shown")
    yield _label(f"vergelijking {arms}: {nl}", f"comparison {arms}: {en}")


def _gates(gates: tuple[GateOutcome, ...], name: str) -> Iterator[Label]:
    for gate in gates:
        if gate.name == name:
            place = ", ".join(part for part in (gate.outcome, gate.time) if part)
            yield _label(f"{place}: {gate.reason.nl}", f"{place}: {gate.reason.en}")


def _follow_up(plan: Plan) -> Iterator[Label]:
    later = sorted({moment for measure in plan.measures for moment in measure.moments if moment.startswith("follow_up")})
    for moment in later:
        months = moment.removeprefix("follow_up_").removesuffix("m")
        yield _label(f"meting {months} maanden na afloop gepland", f"measurement {months} months after the end planned")
    if plan.events is not None:
        weeks = max(plan.events.horizons_weeks)
        yield _label(f"gebeurtenissen tot week {weeks} gepland", f"events up to week {weeks} planned")


def _providers(cohort: Cohort, plan: Plan) -> Label:
    """Providers with at least the threshold of young people; smaller ones are not counted, nor how many there are."""
    sizes = cohort.treatments["provider"].value_counts()
    large = int((sizes >= plan.disclosure.threshold).sum())
    return _label(f"aanbieders met genoeg jongeren: {large}", f"providers with enough young people: {large}")


def _integrity(cohort: Cohort) -> Iterator[Label]:
    filled = cohort.treatments["integrity"].notna().mean() if "integrity" in cohort.treatments and cohort.size else 0.0
    if filled >= 0.5:
        yield _label(
            "behandelintegriteit is bij de meeste jongeren vastgelegd", "treatment integrity was recorded for most young people"
        )
