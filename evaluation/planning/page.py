"""A plan as a page for a supervisor."""

from __future__ import annotations

from data_schemas.codelists import code_list
from data_schemas.designs import DESIGN_NAMES
from data_schemas.plan import Plan
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.planning.lock import is_locked

_HEAD = {
    "question": Words("Vraag", "Question"),
    "design": Words("Opzet", "Design"),
    "programme": Words("Programma", "Programme"),
    "estimand": Words("Wat precies wordt geschat", "What exactly is estimated"),
    "outcomes": Words("Uitkomsten", "Outcomes"),
    "comparison": Words("Vergelijking", "Comparison"),
    "eligibility": Words("Voor wie", "Eligible"),
    "weighting": Words("Weging", "Weighting"),
    "subgroups": Words("Subgroepen", "Subgroups"),
    "conditions": Words("Voorwaarden vooraf", "Conditions beforehand"),
    "missing": Words("Ontbrekende metingen", "Missing measurements"),
    "multiplicity": Words("Correctie voor meer toetsen", "Correction for several tests"),
    "known": Words(
        "Uitkomsten bekend bij het schrijven (eigen opgave)", "Outcomes known at the time of writing (own statement)"
    ),
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
_GATES = {
    "attrition": Words(
        "verschil in uitval binnen de {x} grens van What Works Clearinghouse",
        "difference in attrition within the {x} What Works Clearinghouse boundary",
    ),
    "largest_baseline_difference": Words(
        "groepen verschillen bij de start hoogstens {x} standaarddeviatie",
        "arms differ by at most {x} standard deviations at baseline",
    ),
    "smallest_overlap": Words(
        "ten minste {x} van de mensen lijkt bij de start op iemand in de andere groep",
        "at least {x} of the people resemble someone in the other arm at baseline",
    ),
    "largest_weighted_difference": Words(
        "na weging verschillen de groepen bij de start hoogstens {x} standaarddeviatie",
        "after weighting the arms differ by at most {x} standard deviations at baseline",
    ),
    "smallest_preference_overlap": Words(
        "ten minste {x} van elke groep had evengoed in een andere kunnen komen",
        "at least {x} of each arm could as well have come into another",
    ),
    "largest_warning_share": Words(
        "hoogstens {x} van de rijen heeft dezelfde waarschuwing", "at most {x} of the rows have the same warning"
    ),
    "smallest_measured": Words(
        "ten minste {x} heeft beide metingen, of is gevolgd", "at least {x} have both measurements, or were followed"
    ),
}
_BOUNDARIES = {"cautious": Words("voorzichtige", "cautious"), "optimistic": Words("ruime", "optimistic")}
_APPROACHES = {
    "complete_cases": Words("alleen wie beide metingen heeft", "complete cases"),
    "mixed_model": Words("alle metingen, met een gemengd model", "all measurements, by a mixed model"),
    "multiple_imputation": Words("meervoudige imputatie", "multiple imputation"),
    "tipping_point": Words(
        "hoeveel slechter de ontbrekenden het moeten doen om de conclusie te veranderen",
        "how much worse the missing must be to change the conclusion",
    ),
    "best_case": Words(
        "het gunstigste wat de ontbrekende scores kunnen zijn", "the most favourable that the missing scores can be"
    ),
    "worst_case": Words(
        "het ongunstigste wat de ontbrekende scores kunnen zijn", "the least favourable that the missing scores can be"
    ),
    "baseline_carried_forward": Words("wie ontbreekt telt als niet veranderd", "whoever is missing counts as unchanged"),
    "locf": Words(
        "de laatste score doorgetrokken (alleen om te laten zien hoe fout dat is)",
        "last score carried forward (only to show how wrong that is)",
    ),
}
_CORRECTIONS = {"holm": Words("Holm", "Holm"), "none": _NONE}
_SLOPES = {
    "fixed": Words("een gemiddelde helling", "one mean slope"),
    "random": Words("een eigen helling per jongere", "a slope of each young person's own"),
}
_NOT_SAID = Words("niet gezegd", "not said")
_FROM, _UNTIL = Words("begonnen vanaf {x}", "begun from {x} on"), Words("begonnen tot en met {x}", "begun up to {x}")
_WEIGHTING = Words(
    "{arms}, gelijk gemaakt in {covariates} door {method}, {estimand}",
    "{arms}, made alike in {covariates} by {method}, {estimand}",
)
_ESTIMANDS = {
    "overlap": Words("voor wie in elke groep had kunnen komen", "for those who could have come into either arm"),
    "ate": Words("voor iedereen", "for everyone"),
    "att": Words("voor jongeren zoals in de eerste groep", "for young people like those in the first arm"),
}
_METHODS = {
    "propensity": Words("weging met propensityscores", "propensity weights"),
    "entropy": Words("entropie-balancering", "entropy balancing"),
}
_OWN_BASELINE = Words("de eigen voormeting", "the outcome's own baseline")
_OWN = Words("{name} (eigen kenmerk)", "{name} (own covariate)")
_ADJUSTED = Words(", gecorrigeerd voor {names}", ", adjusted for {names}")
_DESCRIBED = Words("**Bij de start ook beschreven.** {names}", "**Described at the start as well.** {names}")
_RELEASE = Words("geen aantal onder {n}; startgetal {seed}", "no count below {n}; seed {seed}")


def plan_page(plan: Plan, lang: Lang = "nl") -> str:
    """Markdown, one part per heading."""
    head = {name: words[lang] for name, words in _HEAD.items()}
    lines = [
        f"# {plan.title}",
        "",
        f"**{head['question']}.** {plan.question}",
        "",
        f"**{head['programme']}.** {plan.programme}. **{head['design']}.** {DESIGN_NAMES[plan.design][lang]}.",
        "",
        f"## {head['estimand']}",
        "",
        *(f"- {words[lang]}: {getattr(plan.estimand, name)}" for name, words in _ESTIMAND.items()),
        "",
        *([f"**{head['eligibility']}.** {_eligible(plan, lang)}", ""] if plan.eligibility else []),
        f"## {head['outcomes']}",
        "",
        *_outcomes(plan, lang),
        "",
        f"**{head['comparison']}.** {_compared(plan, lang)}",
        "",
        *([f"**{head['weighting']}.** {_weighting(plan, lang)}", ""] if plan.weighting else []),
        f"**{head['subgroups']}.** {', '.join(_column(name)[lang] for name in plan.subgroups) or _NONE[lang]}",
        "",
        *([_described(plan, lang), ""] if plan.described else []),
        f"**{head['conditions']}.** {_conditions(plan, lang) or _NONE[lang]}",
        "",
        f"**{head['missing']}.** {'; '.join(_APPROACHES[name][lang] for name in plan.missing_data.approaches)}",
        "",
        f"**{head['multiplicity']}.** {_CORRECTIONS[plan.multiplicity][lang]}",
        "",
        f"**{head['known']}.** {_known(plan, lang)}",
        "",
        f"**{head['release']}.** {_RELEASE.fill(n=plan.disclosure.threshold, seed=plan.seed)[lang]}",
        "",
        f"**{head['lock']}.** {_lock(plan, lang)}",
    ]
    return "\n".join(lines)


def _conditions(plan: Plan, lang: Lang) -> str:
    return "; ".join(_condition(name, value, lang) for name, value in plan.gates.model_dump(exclude_none=True).items())


def _condition(name: str, value: str | float, lang: Lang) -> str:
    if isinstance(value, str):
        return _GATES[name][lang].format(x=_BOUNDARIES[value][lang])
    number = f"{value:g}" if name.endswith("_difference") else f"{100 * value:g}%"
    return _GATES[name][lang].format(x=number if lang == "en" else number.replace(".", ","))


def _eligible(plan: Plan, lang: Lang) -> str:
    asked = plan.eligibility
    parts = [
        f"{_column(name)[lang]}: {', '.join(_category(name, code)[lang] for code in codes)}"
        for name, codes in asked.asked.items()
    ]
    period = [words.fill(x=value)[lang] for words, value in ((_FROM, asked.start_from), (_UNTIL, asked.start_until)) if value]
    return "; ".join([*parts, *period])


def _weighting(plan: Plan, lang: Lang) -> str:
    names = [_column(name)[lang] for name in plan.weighted_covariates] + [_OWN_BASELINE[lang]] * bool(plan.measures)
    how = {"method": _METHODS[plan.weighting.method][lang], "estimand": _ESTIMANDS[plan.weighting.estimand][lang]}
    return _WEIGHTING[lang].format(arms=", ".join(plan.arms), covariates=", ".join(names), **how)


def _compared(plan: Plan, lang: Lang) -> str:
    if plan.comparison is None:
        return _NONE[lang]
    names = ", ".join(_column(name)[lang] for name in plan.comparison.covariates)
    return " - ".join(plan.comparison.arms) + (_ADJUSTED[lang].format(names=names) if names else "")


def _described(plan: Plan, lang: Lang) -> str:
    return _DESCRIBED[lang].format(names=", ".join(_column(name)[lang] for name in plan.described))


def _column(name: str) -> Words:
    return next((column.label for column in tables()["treatments"].columns if column.name == name), _OWN.fill(name=name))


def _category(name: str, code: str) -> Words:
    return tables()["treatments"].column(name).codes.label(code)


def _codes(kind: str, codes: tuple[str, ...], lang: Lang, between: str = ", ") -> str:
    return between.join(code_list(kind).label(code)[lang] for code in codes)


def _outcomes(plan: Plan, lang: Lang) -> list[str]:
    primary = Words(" (primair)", " (primary)")[lang]
    lines = [
        f"- {measure.instrument} ({_codes('informant', (measure.informant,), lang)}): "
        f"{_codes('moment', measure.moments, lang)}{primary * measure.primary}"
        for measure in plan.measures
    ]
    if plan.events is not None:
        weeks = ", ".join(map(str, plan.events.horizons_weeks))
        lines.append(
            f"- {_codes('event', plan.events.event, lang, ' + ')} ({_codes('certainty', plan.events.certainty, lang)}): week {weeks}"
            f"{primary * plan.events.primary}"
        )
    if plan.single_case is not None:
        lines.append(f"- n = 1: {plan.single_case.instrument} ({_codes('informant', (plan.single_case.informant,), lang)})")
    if plan.over_time is not None:
        lines.append(
            f"- {Words('verloop over alle momenten', 'course over all moments')[lang]}: {_SLOPES[plan.over_time.slope][lang]}"
        )
    return lines


def _known(plan: Plan, lang: Lang) -> str:
    return (code_list("outcomes_known").label(plan.outcomes_known) if plan.outcomes_known else _NOT_SAID)[lang]


def _lock(plan: Plan, lang: Lang) -> str:
    if plan.lock is None:
        return Words("niet vergrendeld", "not locked")[lang]
    if not is_locked(plan):
        return Words("VERANDERD NA HET VERGRENDELEN", "CHANGED AFTER LOCKING")[lang]
    return f"{plan.lock.locked_at}, sha256 {plan.lock.sha256}"
