"""What the codes in results are called, in both languages."""

from __future__ import annotations

import re

from data_schemas.evidence import Evidence, Instrument, NumberKind, Words, code_list, code_words, column_words

_ANALYSES = {
    "flow": Words("Respons", "Response"),
    "baseline": Words("Deelnemers bij de start", "Participants at the start"),
    "change": Words("Verandering", "Change"),
    "outcomes": Words("Andere uitkomsten", "Other outcomes"),
    "individual_change": Words("Verandering per persoon", "Change per person"),
    "over_time": Words("Verloop over alle metingen", "Course over all measurements"),
    "revictimisation": Words("Gebeurtenissen in de tijd", "Events over time"),
    "competing_events": Words("Als iets anders voorgaat", "When something else comes first"),
    "recurrent_events": Words("Herhaalde gebeurtenissen", "Repeated events"),
    "cox": Words("Verschil in kans per week", "Difference in chance per week"),
    "hazards": Words("Verschil in kans per week", "Difference in chance per week"),
    "event_subgroups": Words("Gebeurtenissen per subgroep", "Events per subgroup"),
    "event_rates": Words("Gebeurtenissen per jaar", "Events per year"),
    "event_sensitivity": Words("Gebeurtenissen: andere aannames", "Events: other assumptions"),
    "interval_censored_events": Words(
        "Gebeurtenissen waarvan de week niet vaststaat", "Events of which the week is not certain"
    ),
    "parametric_survival": Words("Gebeurtenissen: een vaste vorm voor de curve", "Events: a fixed form for the curve"),
    "benchmark": Words("Naast cijfers van vergelijkbare hulp", "Beside figures of comparable care"),
    "single_case": Words("Gevalsstudies", "Single-case studies"),
    "comparison": Words("Vergelijking van groepen", "Comparison of groups"),
    "weighted_comparison": Words("Groepen gelijk gemaakt", "Groups made alike"),
    "profile": Words("Groepen naast elkaar", "Groups side by side"),
    "pooling": Words("Aanbieders samen", "Providers together"),
    "indicators": Words("Indicatoren van de behandeling", "Indicators of the treatment"),
    "satisfaction": Words("Tevredenheid", "Satisfaction"),
    "integrity": Words("Behandelintegriteit", "Treatment integrity"),
    "sensitivity": Words("Wat als de aannames anders zijn?", "What if the assumptions differ?"),
    "subgroups": Words("Subgroepen", "Subgroups"),
    "attrition": Words("Uitval", "Drop-out"),
    "missing_data": Words("Ontbrekende metingen", "Missing measurements"),
}


# what analyses call an approach, an assumption or a group of their own
_CODES = {
    "complete cases": Words("alleen wie beide metingen heeft", "only those with both measurements"),
    "mixed model": Words("alle metingen (mixed model)", "all measurements (mixed model)"),
    "locf": Words("laatste meting herhaald", "last measurement carried forward"),
    "best case": Words("wie ontbreekt heeft de beste score", "whoever is missing has the best score"),
    "worst case": Words("wie ontbreekt heeft de slechtste score", "whoever is missing has the worst score"),
    "baseline carried forward": Words("wie ontbreekt is niet veranderd", "whoever is missing has not changed"),
    "multiple imputation": Words("ontbrekende metingen aangevuld", "missing measurements imputed"),
    "tipping point": Words("omslagpunt", "tipping point"),
    "cautious": Words("voorzichtig", "cautious"),
    "optimistic": Words("gunstig", "optimistic"),
    "assumption": Words("aanname", "assumption"),
    "baseline": Words("score bij de start", "score at the start"),
    "censoring weights": Words("gewogen voor wie uit beeld raakte", "weighted for those who were no longer followed"),
    "certainty": Words("zekerheid van de gebeurtenis", "certainty of the event"),
    "distribution": Words("vorm", "form"),
    "weibull": Words("Weibull", "Weibull"),
    "log normal": Words("lognormaal", "log-normal"),
    "log logistic": Words("loglogistisch", "log-logistic"),
    "ending": Words("hoe de hulp eindigde", "how treatment ended"),
    "without trend correction": Words("zonder correctie voor de trend", "without trend correction"),
    "with trend correction": Words("met correctie voor de trend", "with trend correction"),
    "treatment weeks": Words("per week behandeling", "per week of treatment"),
    "each unit": Words("per eenheid meer", "each unit more"),
    "sessions attended": Words("per gevolgd contact", "per session attended"),
}


# groups that an analysis makes itself; all others are named by the submission
_ARMS = {
    "stayed": Words("gebleven", "stayed"),
    "lost": Words("uitgevallen", "lost"),
    "completed": Words("volgens plan afgerond", "completed as planned"),
    "stopped": Words("eerder gestopt", "stopped early"),
}
# codes that mean something only beside what they belong to
_PAIRS = {
    "criterion=published": Words("gepubliceerde grens", "published boundary"),
    "criterion=a": Words("grens a, uit deze groep zelf", "boundary a, from this group itself"),
    "criterion=b": Words("grens b, uit een normgroep", "boundary b, from a norm group"),
    "criterion=c": Words("grens c, tussen beide groepen in", "boundary c, between the two groups"),
    "limit=most_gain": Words("grens: meeste winst", "limit: most gain"),
    "limit=least_gain": Words("grens: minste winst", "limit: least gain"),
    "effect=g": Words("effectgrootte g", "effect size g"),
    "effect=rate": Words("per persoonsjaar", "per person-year"),
    "model=andersen-gill": Words("model van Andersen en Gill", "Andersen-Gill model"),
    "model=pwp-gap": Words(
        "model van Prentice, Williams en Peterson, tijd sinds de vorige", "Prentice-Williams-Peterson model, gap time"
    ),
    "model=pwp-total": Words(
        "model van Prentice, Williams en Peterson, tijd sinds de start", "Prentice-Williams-Peterson model, total time"
    ),
    "model=wlw": Words("model van Wei, Lin en Weissfeld", "Wei-Lin-Weissfeld model"),
    "reports=each": Words("elke melding apart geteld", "each report counted apart"),
    "time_zero=start": Words("gevolgd vanaf de start", "followed from the start"),
    "time_zero=end": Words("gevolgd vanaf het einde van de hulp", "followed from the end of treatment"),
    "method=edwards_nunnally": Words("Edwards-Nunnally", "Edwards-Nunnally"),
    "method=gulliksen_lord_novick": Words("Gulliksen-Lord-Novick", "Gulliksen-Lord-Novick"),
    "method=hsu_linn_lord": Words("Hsu-Linn-Lord", "Hsu-Linn-Lord"),
    "method=nunnally_kotsch": Words("Nunnally-Kotsch", "Nunnally-Kotsch"),
    "method=hageman_arrindell": Words("Hageman-Arrindell", "Hageman-Arrindell"),
}


def analysis_words(name: str) -> Words:
    """What an analysis is called in a heading."""
    return _ANALYSES.get(name, _capital(_readable(name)))


def measure_words(evidence: Evidence, name: str) -> Words:
    """What a measure is called, as its analysis declares it."""
    known = evidence.record.measures.get(name)
    return known.words if known else _readable(name)


def measure_kind(evidence: Evidence, name: str) -> NumberKind:
    """How a measure's number is written, as its analysis declares it."""
    known = evidence.record.measures.get(name)
    return known.number if known else "effect"


def moment_words(moment: str) -> Words:
    """A moment of measurement, or a week when it is a number."""
    if moment.lstrip("-").isdigit():
        return Words(f"week {moment}", f"week {moment}")
    return code_list("moment").label(moment) if moment in code_list("moment") else _readable(moment)


def arm_words(evidence: Evidence, arm: str) -> Words:
    """An arm, everyone together, or a difference between two arms."""
    if arm in ("", "all"):
        return Words("alle deelnemers", "all participants")
    first, minus, second = arm.partition(" - ")
    if minus:
        return Words("{a} min {b}", "{a} minus {b}").fill(a=arm_words(evidence, first), b=arm_words(evidence, second))
    return evidence.label(arm) if arm in evidence.record.labels else _ARMS.get(arm, Words(arm, arm))


def outcome_words(evidence: Evidence, outcome: str) -> Words:
    """An outcome: questionnaire with informant, one or more events, or a column of the contract."""
    instrument, colon, informant = outcome.partition(":")
    if colon:
        known = evidence.record.instruments.get(instrument)
        name = known.words if known else _readable(instrument)
        if informant == "unknown":
            return name
        return Words("{name} ({informant})", "{name} ({informant})").fill(
            name=name, informant=code_list("informant").label(informant)
        )
    events = outcome.split("+")
    if all(event in code_list("event") for event in events):
        labels = [code_list("event").label(event) for event in events]
        return Words(" of ".join(label.nl for label in labels), " or ".join(label.en for label in labels))
    if outcome in code_list("follow_up_end"):
        return code_list("follow_up_end").label(outcome)
    if (own := f"covariate={outcome}") in evidence.record.labels:
        return evidence.label(own)
    return column_words(outcome) if column_words(outcome).en != outcome else _readable(outcome)


def short_outcome_words(evidence: Evidence, outcome: str) -> Words:
    """An outcome as briefly as it can be told from the others: what stands before the comma in a questionnaire's name."""
    instrument, colon, informant = outcome.partition(":")
    known = evidence.record.instruments
    if not colon or instrument not in known or informant not in code_list("informant"):
        return outcome_words(evidence, outcome)
    short, *others = (_short(known[name]) for name in sorted(known, key=lambda name: name != instrument))
    if short in others or informant == "unknown":
        return outcome_words(evidence, outcome)
    return Words("{name} ({informant})", "{name} ({informant})").fill(
        name=short, informant=code_list("informant").label(informant)
    )


def subgroup_words(outcome: str, code: str, evidence: Evidence | None = None) -> Words:
    """A category of a column (`column=code` names its own column); the category of missing values is named as such.

    With the evidence also one of a provider's own, by the words that its submission gives.
    """
    if evidence and (own := _own_words(evidence, outcome, code)):
        return own
    if ", " in code or (code.startswith("provider=") and ";" in code):
        parts = [subgroup_words(outcome, part) for part in re.split(", |;", code)]
        return Words(", ".join(part.nl for part in parts), ", ".join(part.en for part in parts))
    if code.replace(":", "=") in _PAIRS:
        return _PAIRS[code.replace(":", "=")]
    column, equals, own = code.replace(":", "=").partition("=")
    if equals:
        name = _CODES.get(column.replace("_", " ")) or column_words(column)
        return Words("{column}: {code}", "{column}: {code}").fill(column=name, code=subgroup_words(column, own))
    if code == "missing":
        return Words("niet ingevuld", "not filled in")
    if "+" in code:
        parts = [subgroup_words(outcome, part) for part in code.split("+")]
        return Words(" of ".join(part.nl for part in parts), " or ".join(part.en for part in parts))
    known = code_words(outcome, code)
    if known != Words(code, code):
        return known
    return _CODES.get(code.replace("_", " ")) or (column_words(code) if column_words(code).en != code else _readable(code))


def _own_words(evidence: Evidence, outcome: str, code: str) -> Words | None:
    """A covariate of a provider's own, or a category of it; None for anything else."""
    labels = evidence.record.labels
    column, equals, category = code.partition("=") if "=" in code else (outcome, "", code)
    if code and f"covariate={code}" in labels:
        return labels[f"covariate={code}"].words
    if f"covariate={column}" not in labels:
        return None
    place = f"{column}={category}"
    part = labels[place].words if place in labels else subgroup_words("", category)
    name = labels[f"covariate={column}"].words
    return Words("{column}: {code}", "{column}: {code}").fill(column=name, code=part) if equals else part


def why_not(method: str) -> Words | None:
    """The reason why a row could not be estimated: its method starts with the reason's code."""
    code = method.partition(":")[0]
    return code_list("not_estimable").label(code) if code in code_list("not_estimable") else None


def _short(instrument: Instrument) -> Words:
    return Words(*(text.partition(", ")[0] for text in instrument.words))


def _readable(code: str) -> Words:
    text = re.sub(r"[_=:;]+", " ", code)
    return Words(text, text)


def _capital(words: Words) -> Words:
    return Words(*(text[:1].upper() + text[1:] for text in words))
