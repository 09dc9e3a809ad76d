"""A plan as a page for a supervisor."""

from __future__ import annotations

from data_schemas.plan import Plan
from data_schemas.words import Lang, Words
from evaluation.planning import plan_hash

_DESIGN = {
    "quality": Words("kwaliteitsonderzoek", "quality study"),
    "change": Words("veranderingsonderzoek", "change study"),
    "norm_related_change": Words("normgerelateerd veranderingsonderzoek", "norm-related change study"),
    "single_case": Words("n=1-onderzoek", "single-case study"),
    "quasi_experimental": Words("quasi-experimenteel onderzoek", "quasi-experimental study"),
    "experimental": Words("experimenteel onderzoek", "experimental study"),
}
_HEAD = {
    "question": Words("Vraag", "Question"),
    "design": Words("Opzet", "Design"),
    "programme": Words("Programma", "Programme"),
    "estimand": Words("Wat precies wordt geschat", "What exactly is estimated"),
    "outcomes": Words("Uitkomsten", "Outcomes"),
    "comparison": Words("Vergelijking", "Comparison"),
    "subgroups": Words("Subgroepen", "Subgroups"),
    "conditions": Words("Voorwaarden vooraf", "Conditions beforehand"),
    "missing": Words("Ontbrekende metingen", "Missing measurements"),
    "multiplicity": Words("Correctie voor meer toetsen", "Correction for several tests"),
    "release": Words("Onthullingsbeveiliging", "Disclosure control"),
    "lock": Words("Vergrendeling", "Lock"),
}
_ESTIMAND = {
    "population": Words("Populatie", "Population"),
    "treatment": Words("Behandeling", "Treatment"),
    "intercurrent_events": Words("Tussenkomende gebeurtenissen", "Intercurrent events"),
    "outcome": Words("Uitkomstmaat", "Outcome"),
    "summary": Words("Samenvattende maat", "Summary measure"),
}
_NONE = Words("geen", "none")


def plan_page(plan: Plan, lang: Lang) -> str:
    """Markdown, one part per heading."""
    head = {name: words[lang] for name, words in _HEAD.items()}
    lines = [
        f"# {plan.title}",
        "",
        f"**{head['question']}.** {plan.question}",
        "",
        f"**{head['programme']}.** {plan.programme}. **{head['design']}.** {_DESIGN[plan.design][lang]}.",
        "",
        f"## {head['estimand']}",
        "",
        *(f"- {words[lang]}: {getattr(plan.estimand, name)}" for name, words in _ESTIMAND.items()),
        "",
        f"## {head['outcomes']}",
        "",
        *_outcomes(plan, lang),
        "",
        f"**{head['comparison']}.** {' - '.join(plan.comparison.arms) if plan.comparison else _NONE[lang]}",
        "",
        f"**{head['subgroups']}.** {', '.join(plan.subgroups) or _NONE[lang]}",
        "",
        f"**{head['conditions']}.** {_conditions(plan) or _NONE[lang]}",
        "",
        f"**{head['missing']}.** {', '.join(plan.missing_data.approaches)}",
        "",
        f"**{head['multiplicity']}.** {plan.multiplicity}",
        "",
        f"**{head['release']}.** n >= {plan.disclosure.threshold}; seed {plan.seed}",
        "",
        f"**{head['lock']}.** {_lock(plan, lang)}",
    ]
    return "\n".join(lines)


def _conditions(plan: Plan) -> str:
    return ", ".join(f"{name}: {value}" for name, value in plan.gates.model_dump(exclude_none=True).items())


def _outcomes(plan: Plan, lang: Lang) -> list[str]:
    primary = Words(" (primair)", " (primary)")[lang]
    lines = [
        f"- {measure.instrument}, {measure.informant}: {', '.join(measure.moments)}{primary * measure.primary}"
        for measure in plan.measures
    ]
    if plan.events is not None:
        weeks = ", ".join(map(str, plan.events.horizons_weeks))
        lines.append(
            f"- {' + '.join(plan.events.event)} ({', '.join(plan.events.certainty)}): week {weeks}"
            f"{primary * plan.events.primary}"
        )
    if plan.single_case is not None:
        lines.append(f"- n = 1: {plan.single_case.instrument}, {plan.single_case.informant}")
    if plan.over_time is not None:
        lines.append(f"- {Words('verloop over alle momenten', 'course over all moments')[lang]}: {plan.over_time.slope}")
    return lines


def _lock(plan: Plan, lang: Lang) -> str:
    if plan.lock is None:
        return Words("niet vergrendeld", "not locked")[lang]
    if plan.lock.sha256 != plan_hash(plan):
        return Words("VERANDERD NA HET VERGRENDELEN", "CHANGED AFTER LOCKING")[lang]
    return f"{plan.lock.locked_at}, sha256 {plan.lock.sha256}"
