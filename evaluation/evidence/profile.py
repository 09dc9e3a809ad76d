"""The evidence profile: per criterion of the committee what these data show and what they cannot. Never a level, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analyses.shared.cohort import events_outcome
from data_schemas.criteria import Criterion, criteria_versions
from data_schemas.designs import DESIGN_NAMES
from data_schemas.evidence import CriterionProfile, Evidence
from data_schemas.plan import Plan
from data_schemas.submission import Label
from data_schemas.words import LANGS, Words
from evaluation.planning.parts import SHOWN
from reports.text.numbers import number, with_interval
from reports.text.vocabulary import arm_words, moment_words, short_outcome_words

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


_DESIGN_ALONE = (
    "het plan noemt dit ontwerp, maar geen vergelijking",
    "the plan names this design, but no comparison",
)
_NAMED = Words("{outcome}, {moment}: {figure}", "{outcome}, {moment}: {figure}")
_CHANGE = Words("verandering (g) {g}", "change (g) {g}")
_ATTRITION = Words("uitval {overall}", "drop-out {overall}")
_APART = Words(
    "uitval {overall}, verschil tussen de groepen {apart}", "drop-out {overall}, difference between the groups {apart}"
)
_BOUNDARY = Words(
    "{figure}; What Works Clearinghouse: hoogstens {limits}", "{figure}; What Works Clearinghouse: at most {limits}"
)
_ASSUMED = {
    "cautious": Words("{limit} (voorzichtig)", "{limit} (cautious)"),
    "optimistic": Words("{limit} (optimistisch)", "{limit} (optimistic)"),
}
_BALANCE = Words(
    "grootste getoonde verschil bij de start {d} SD (What Works Clearinghouse: tot 0,05 vergelijkbaar, tot 0,25 met correctie)",
    "largest difference shown at the start {d} SD (What Works Clearinghouse: up to 0.05 comparable, up to 0.25 with adjustment)",
)
_SHOWN, _NOT_SHOWN = Words("getoond", "shown"), Words("niet getoond", "not shown")
_ALL_CLOSED = Words(
    "{design}; geen enkele vergelijking van de groepen kon worden gegeven",
    "{design}; no comparison of the groups could be given",
)
_COMPARED = Words("vergelijking van {arms}, {outcome}: {shown}", "comparison of {arms}, {outcome}: {shown}")
_LATER = Words("{outcome}: {moments}", "{outcome}: {moments}")
_AT = Words("{moment} {shown}", "{moment} {shown}")
_FOLLOWED = Words("gebeurtenissen gevolgd tot week {week}", "events followed up to week {week}")
_NOT_FOLLOWED = Words("gebeurtenissen: geen verloop getoond", "events: no course shown")
_INTEGRITY = Words(
    "van de kernelementen is gemiddeld {mean} uitgevoerd zoals bedoeld",
    "of the core elements {mean} was on average delivered as intended",
)


def profiled(evidence: Evidence) -> Evidence:
    """The evidence with its profile."""
    told = {"criteria": CRITERIA_VERSION, "profile": profile(evidence)}
    return Evidence(evidence.record.model_copy(update=told), evidence.results)


def profile(evidence: Evidence) -> tuple[CriterionProfile, ...]:
    """What the released results can and cannot carry, criterion by criterion, in words and numbers as people read them.

    Figures are those of released rows, about the primary outcomes (all outcomes where none is primary).
    """
    figures = {
        "design": list(_design(evidence)),
        "studies": [_label("één onderzoek", "one study")],
        "change": list(_changes(evidence)),
        "comparison": list(_comparison(evidence)),
        "attrition": list(_attrition(evidence)),
        "balance": list(_balance(evidence)),
        "follow_up": list(_follow_up(evidence)),
        "replication": [_providers(evidence)],
        "integrity": list(_integrity(evidence)),
        "none": [],
    }
    return tuple(_judged(one, figures) for one in criteria_versions()[CRITERIA_VERSION].criteria)


def _judged(one: Criterion, figures: Mapping[str, list[Label]]) -> CriterionProfile:
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


def _design(evidence: Evidence) -> Iterator[Label]:
    plan = evidence.record.plan
    closed = plan.comparison is not None and not any(there for _, there in _comparisons(evidence))
    yield _label(*(_ALL_CLOSED.fill(design=DESIGN_NAMES[plan.design]) if closed else _RUNGS[plan.design]))
    if plan.design in ("quasi_experimental", "experimental") and plan.comparison is None:
        yield _label(*_DESIGN_ALONE)


def _measured(plan: Plan) -> Iterator[tuple[str, str]]:
    """The primary outcomes and their moments; all of them where none is primary."""
    primary = [measure for measure in plan.measures if measure.primary]
    for measure in primary or plan.measures:
        yield from ((f"{measure.instrument}:{measure.informant}", moment) for moment in measure.moments)


def _shown(evidence: Evidence, analysis: str, **where: str) -> pd.DataFrame:
    rows = evidence.select(analysis, **where)
    return rows[rows["status"].isin(SHOWN) & rows["estimate"].notna()]


def _one(evidence: Evidence, analysis: str, kind: str, **where: str) -> Words | None:
    """A released number in both languages; None when it was held back."""
    rows = _shown(evidence, analysis, **where)
    if rows.empty:
        return None
    value = float(rows["estimate"].iloc[0])
    # as in the tables of a report
    digits = 1 if kind == "share" and rows["status"].iloc[0] == "exact" else None
    shown = abs(value) if "differential" in where["measure"] else value
    return Words(*(number(shown, kind, lang, digits=digits) for lang in LANGS))


def _named(evidence: Evidence, outcome: str, moment: str, figure: Words) -> Label:
    named = _NAMED.fill(outcome=short_outcome_words(evidence, outcome), moment=moment_words(moment), figure=figure)
    return _label(*named)


def _changes(evidence: Evidence) -> Iterator[Label]:
    for outcome, moment in _measured(evidence.record.plan):
        rows = _shown(evidence, "change", measure="g", arm="all", outcome=outcome, time=moment)
        for row in rows.to_dict("records"):
            effect = Words(*(with_interval(row, "effect", lang) for lang in LANGS))
            yield _named(evidence, outcome, moment, _CHANGE.fill(g=effect))


def _attrition(evidence: Evidence) -> Iterator[Label]:
    """Overall and differential drop-out with both boundaries of the What Works Clearinghouse."""
    plan = evidence.record.plan
    arms = " - ".join(plan.comparison.arms) if plan.comparison else ""
    of_events = [(events_outcome(plan.events), "")] if plan.events is not None and plan.events.primary else []
    for outcome, moment in (*_measured(plan), *of_events):
        at = {"outcome": outcome, "time": moment}
        overall = _one(evidence, "attrition", "share", measure="attrition_overall", arm="all", **at)
        if overall is None:
            continue
        apart = _one(evidence, "attrition", "share", measure="attrition_differential", arm=arms, **at)
        figure = _APART.fill(overall=overall, apart=apart) if apart else _ATTRITION.fill(overall=overall)
        limits = [
            words.fill(limit=limit)
            for name, words in _ASSUMED.items()
            if (
                limit := _one(evidence, "attrition", "share", measure="attrition_boundary", subgroup=f"assumption={name}", **at)
            )
        ]
        if apart and limits:
            told = Words(" of ".join(one.nl for one in limits), " or ".join(one.en for one in limits))
            figure = _BOUNDARY.fill(figure=figure, limits=told)
        yield _named(evidence, outcome, moment, figure)


def _balance(evidence: Evidence) -> Iterator[Label]:
    """The largest difference at baseline that leaves, beside the figures of the What Works Clearinghouse; and the plan's condition."""
    plan = evidence.record.plan
    if plan.comparison is None:
        return
    rows = _shown(evidence, "baseline", measure="smd_baseline", arm=" - ".join(plan.comparison.arms))
    if len(rows):
        largest = float(rows["estimate"].abs().max())
        yield _label(*_BALANCE.fill(d=Words(*(number(largest, "effect", lang) for lang in LANGS))))
    reasons = {
        (gate.reason.nl, gate.reason.en)
        for gate in evidence.record.gates
        if gate.name == "largest_baseline_difference" and not gate.open
    }
    yield from (_label(*reason) for reason in sorted(reasons))


def _comparison(evidence: Evidence) -> Iterator[Label]:
    """Per outcome whether the comparison is shown: an effect, not what describes the groups."""
    plan = evidence.record.plan
    if plan.comparison is None:
        yield _label("geen vergelijkingsgroep", "no comparison group")
        return
    for outcome, there in _comparisons(evidence):
        words = {
            "arms": arm_words(evidence, " - ".join(plan.comparison.arms)),
            "outcome": short_outcome_words(evidence, outcome),
        }
        yield _label(*_COMPARED.fill(**words, shown=_SHOWN if there else _NOT_SHOWN))


def _comparisons(evidence: Evidence) -> Iterator[tuple[str, bool]]:
    """Each outcome of the planned comparison, and whether a difference is shown."""
    plan = evidence.record.plan
    arms = " - ".join(plan.comparison.arms)
    asked = dict.fromkeys((outcome, ("change", "comparison")) for outcome, _ in _measured(plan))
    if plan.events is not None:
        asked[events_outcome(plan.events), ("revictimisation", "hazards")] = None
    for outcome, names in asked:
        yield outcome, any(len(_shown(evidence, name, arm=arms, outcome=outcome)) for name in names)


def _follow_up(evidence: Evidence) -> Iterator[Label]:
    """Later moments with or without a released change, and how far the released curve reaches."""
    plan = evidence.record.plan
    later: dict[str, list[Words]] = {}
    for outcome, moment in _measured(plan):
        if moment.startswith("follow_up"):
            there = len(_shown(evidence, "change", outcome=outcome, time=moment, arm="all", measure="g"))
            told = _AT.fill(moment=moment_words(moment), shown=_SHOWN if there else _NOT_SHOWN)
            later.setdefault(outcome, []).append(told)
    for outcome, told in later.items():
        moments = Words("; ".join(one.nl for one in told), "; ".join(one.en for one in told))
        yield _label(*_LATER.fill(outcome=short_outcome_words(evidence, outcome), moments=moments))
    if plan.events is not None:
        rows = _shown(evidence, "revictimisation", measure="survival", arm="all", subgroup="")
        weeks = [int(week) for week in rows["time"]]
        yield _label(*(_FOLLOWED.fill(week=max(weeks)) if weeks else _NOT_FOLLOWED))


def _providers(evidence: Evidence) -> Label:
    """Providers of whom something of their own is told; of how many there are, or are large, an exact count would decide."""
    told = _shown(evidence, "pooling")["subgroup"].astype(str).str.extract("^provider=([^;]+)")[0].nunique()
    if not told:
        return _label("per aanbieder worden geen uitkomsten getoond", "no results are shown by provider")
    return _label(f"aanbieders met eigen uitkomsten: {told}", f"providers with results of their own: {told}")


def _integrity(evidence: Evidence) -> Iterator[Label]:
    rows = _shown(evidence, "indicators", measure="integrity", arm="all")
    if len(rows):
        mean = Words(*(number(float(rows["estimate"].iloc[0]) / 100, "share", lang) for lang in LANGS))
        yield _label(*_INTEGRITY.fill(mean=mean))
