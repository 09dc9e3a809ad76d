"""What the codes in results are called, in both languages."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Words, code_list, code_words, column_words
from reports.numbers import NumberKind

ANALYSES = {
    "flow": Words("Respons", "Response"),
    "baseline": Words("Deelnemers bij de start", "Participants at the start"),
    "change": Words("Verandering", "Change"),
    "revictimisation": Words("Gebeurtenissen in de tijd", "Events over time"),
    "single_case": Words("Gevalsstudies", "Single-case studies"),
    "comparison": Words("Vergelijking van groepen", "Comparison of groups"),
    "pooling": Words("Aanbieders samen", "Providers together"),
    "indicators": Words("Geharmoniseerde indicatoren", "Harmonised indicators"),
    "satisfaction": Words("Tevredenheid", "Satisfaction"),
    "integrity": Words("Behandelintegriteit", "Treatment integrity"),
    "sensitivity": Words("Gevoeligheidsanalyse", "Sensitivity analysis"),
    "subgroups": Words("Subgroepen", "Subgroups"),
    "attrition": Words("Uitval", "Drop-out"),
    "missing_data": Words("Ontbrekende gegevens", "Missing data"),
}

_MEASURES: dict[str, tuple[str, str, NumberKind]] = {
    "received": ("ontvangen", "received", "count"),
    "eligible": ("in aanmerking", "eligible", "count"),
    "analysed": ("geanalyseerd", "analysed", "count"),
    "share": ("aandeel", "share", "share"),
    "mean": ("gemiddelde", "mean", "score"),
    "sd": ("standaarddeviatie", "standard deviation", "score"),
    "n_pairs": ("aantal met beide metingen", "number with both measurements", "count"),
    "mean_baseline": ("gemiddelde voormeting", "mean at baseline", "score"),
    "sd_baseline": ("SD voormeting", "SD at baseline", "score"),
    "mean_later": ("gemiddelde latere meting", "mean at later moment", "score"),
    "sd_later": ("SD latere meting", "SD at later moment", "score"),
    "correlation": ("correlatie", "correlation", "effect"),
    "mean_change": ("gemiddelde verandering", "mean change", "score"),
    "g": ("effectgrootte g", "effect size g", "effect"),
    "d_av": ("effectgrootte d met gemiddelde SD", "effect size d with average SD", "effect"),
    "d_rm": ("effectgrootte d met correlatie", "effect size d with correlation", "effect"),
    "g_between": ("verschil tussen groepen, g", "difference between groups, g", "effect"),
    "d_ppc2": ("verschil in verandering, d", "difference in change, d", "effect"),
    "adjusted_difference": ("verschil, gecorrigeerd voor de voormeting", "difference, adjusted for baseline", "score"),
    "mixed_change": ("verandering, gemengd model", "change, mixed model", "score"),
    "imputed_change": ("verandering na imputatie", "change after imputation", "score"),
    "tipping_delta": ("kantelpunt", "tipping point", "score"),
    "smd_baseline": ("gestandaardiseerd verschil bij de start", "standardised difference at baseline", "effect"),
    "attrition_overall": ("uitval in totaal", "overall attrition", "share"),
    "attrition_differential": ("verschil in uitval", "differential attrition", "share"),
    "recovered": ("hersteld", "recovered", "share"),
    "improved": ("verbeterd", "improved", "share"),
    "unchanged": ("onveranderd", "unchanged", "share"),
    "deteriorated": ("verslechterd", "deteriorated", "share"),
    "never_clinical": ("nooit klinisch", "never clinical", "share"),
    "t_paired": ("gepaarde t-toets", "paired t test", "statistic"),
    "wilcoxon_signed_rank": ("rangtekentoets van Wilcoxon", "Wilcoxon signed-rank test", "statistic"),
    "mcnemar_chi2": ("toets van McNemar", "McNemar test", "statistic"),
    "at_risk": ("nog gevolgd", "at risk", "count"),
    "events": ("gebeurtenissen", "events", "count"),
    "censored": ("niet langer gevolgd", "censored", "count"),
    "survival": ("zonder gebeurtenis", "without an event", "share"),
    "survival_difference": ("verschil in aandeel zonder gebeurtenis", "difference in share without an event", "share"),
    "survival_ratio": ("verhouding van aandelen zonder gebeurtenis", "ratio of shares without an event", "ratio"),
    "median_weeks": ("mediane tijd", "median time", "weeks"),
    "quantile_25_weeks": ("eerste kwartiel van de tijd", "first quartile of time", "weeks"),
    "quantile_75_weeks": ("derde kwartiel van de tijd", "third quartile of time", "weeks"),
    "restricted_mean_weeks": ("gemiddelde tijd zonder gebeurtenis", "mean time without an event", "weeks"),
    "restricted_mean_difference": ("verschil in gemiddelde tijd", "difference in mean time", "weeks"),
    "log_rank_chi2": ("log-rangtoets", "log-rank test", "statistic"),
    "cumulative_incidence": ("cumulatieve incidentie", "cumulative incidence", "share"),
    "gray_chi2": ("toets van Gray", "Gray's test", "statistic"),
    "hazard_ratio": ("hazardratio", "hazard ratio", "ratio"),
    "subdistribution_hazard_ratio": ("subdistributie-hazardratio", "subdistribution hazard ratio", "ratio"),
    "recurrent_hazard_ratio": ("hazardratio, herhaalde gebeurtenissen", "hazard ratio, recurrent events", "ratio"),
    "ph_test_chi2": ("toets op gelijke hazardverhouding", "proportional-hazards test", "statistic"),
    "mean_cumulative_events": ("gemiddeld aantal gebeurtenissen", "mean number of events", "effect"),
    "rate_per_person_year": ("aantal per persoonsjaar", "number per person-year", "effect"),
    "rate_ratio": ("verhouding van aantallen", "rate ratio", "ratio"),
    "bound_best": ("gunstigste grens", "best-case bound", "share"),
    "bound_worst": ("ongunstigste grens", "worst-case bound", "share"),
    "dropped_out": ("uitgevallen", "dropped out", "share"),
    "satisfaction": ("tevredenheid", "satisfaction", "score"),
    "goal_attainment": ("doelrealisatie", "goal attainment", "score"),
}
_UNIT_KINDS: dict[str, NumberKind] = {"people": "count", "events": "count", "share": "share", "weeks": "weeks", "score": "score"}

REASONS = {
    "other_programme": Words("ander programma", "another programme"),
    "never_measured": Words("nooit gemeten", "never measured"),
    "no_baseline": Words("geen voormeting", "no baseline"),
    "no_later_measurement": Words("geen latere meting", "no later measurement"),
    "not_followed": Words("niet gevolgd", "not followed"),
    "no_known_end": Words("einde behandeling onbekend", "end of treatment unknown"),
    "not_followed_after_end": Words("na de behandeling niet gevolgd", "not followed after treatment"),
}

NOT_ESTIMABLE = {
    "no_events": Words("er was geen gebeurtenis", "there was no event"),
    "too_few": Words("er zijn te weinig deelnemers voor deze berekening", "there are too few participants for this calculation"),
    "no_variance": Words("alle scores zijn gelijk", "all scores are equal"),
    "empty_group": Words("er is niemand in deze groep", "there is nobody in this group"),
    "not_reached": Words("zo ver kwam de curve niet", "the curve did not get that far"),
    "beyond_follow_up": Words("zo lang is niemand gevolgd", "nobody was followed that long"),
    "no_verified_source": Words("het instrument heeft geen gecontroleerde bron voor dit getal",
                                "the instrument has no verified source for this number"),
}


def analysis_words(name: str) -> Words:
    """What an analysis is called in a heading."""
    return ANALYSES.get(name, _readable(name))


def measure_words(name: str) -> Words:
    """What a measure is called."""
    if name.startswith("lost_"):
        return reason_words(name.removeprefix("lost_"))
    return Words(*_MEASURES[name][:2]) if name in _MEASURES else _readable(name)


def measure_kind(name: str, unit: str) -> NumberKind:
    """How a measure's number is written; the unit decides for a measure that is not known here."""
    return _MEASURES[name][2] if name in _MEASURES else _UNIT_KINDS.get(unit, "count" if name.startswith("lost_") else "effect")


def reason_words(slug: str) -> Words:
    """Why somebody was not analysed."""
    return REASONS.get(slug, _readable(slug))


def moment_words(moment: str) -> Words:
    """A moment of measurement, or a week when it is a number."""
    return Words(f"week {moment}", f"week {moment}") if moment.isdigit() else code_list("moment").label(moment)


def arm_words(evidence: Evidence, arm: str) -> Words:
    """An arm, everyone together, or a difference between two arms."""
    if arm in ("", "all"):
        return Words("alle deelnemers", "all participants")
    first, minus, second = arm.partition(" - ")
    if minus:
        return Words("{a} min {b}", "{a} minus {b}").fill(a=evidence.label(first), b=evidence.label(second))
    return evidence.label(arm)


def outcome_words(evidence: Evidence, outcome: str) -> Words:
    """An outcome: questionnaire with informant, one or more events, or a column of the contract."""
    instrument, colon, informant = outcome.partition(":")
    if colon:
        known = evidence.record.instruments.get(instrument)
        name = known.words if known else Words(instrument, instrument)
        if informant == "unknown":
            return name
        return Words("{name} ({informant})", "{name} ({informant})").fill(
            name=name, informant=code_list("informant").label(informant))
    events = outcome.split("+")
    if all(event in code_list("event") for event in events):
        labels = [code_list("event").label(event) for event in events]
        return Words(" of ".join(label.nl for label in labels), " or ".join(label.en for label in labels))
    return column_words(outcome) if column_words(outcome).en != outcome else _readable(outcome)


def subgroup_words(outcome: str, code: str) -> Words:
    """A category of a column; the category of missing values is named as such."""
    return Words("niet ingevuld", "not filled in") if code == "missing" else code_words(outcome, code)


def why_not(method: str) -> Words | None:
    """The reason, found as a word in the method of a row that could not be estimated."""
    return next((words for slug, words in NOT_ESTIMABLE.items() if slug in method.replace(" ", "_")), None)


def _readable(code: str) -> Words:
    text = code.replace("_", " ")
    return Words(text, text)
