"""Words for what is wrong in a plan: the key, what is allowed, and an example."""

from __future__ import annotations

from typing import Any

from data_schemas.words import Words

_EXAMPLES = {
    "contract": 'contract = "1"',
    "title": 'title = "Safe again: first evaluation"',
    "programme": 'programme = "safe-again"',
    "question": 'question = "Do symptoms of post-traumatic stress decrease during treatment?"',
    "design": 'design = "change"',
    "seed": "seed = 20261",
    "moments": 'moments = ["end", "follow_up_6m"]',
    "instrument": 'instrument = "cries-13"',
    "informant": 'informant = "self"',
    "arms": 'arms = ["new", "usual"]',
    "horizons_weeks": "horizons_weeks = [26, 52]",
    "restricted_mean_weeks": "restricted_mean_weeks = 52",
    "event": 'event = ["sexual_exploitation"]',
    "certainty": 'certainty = ["actual", "presumed"]',
    "time_zero": 'time_zero = "start"',
    "subgroups": 'subgroups = ["setting"]',
    "threshold": "threshold = 10",
    "population": 'population = "girls of 12 to 18 in open residential care"',
    "treatment": 'treatment = "the programme as delivered, against usual care"',
    "intercurrent_events": 'intercurrent_events = "stopping early: measured and counted all the same"',
    "outcome": 'outcome = "CRIES-13 total score at the end of treatment"',
    "summary": 'summary = "difference in means"',
    "measures": "[[measures]] with instrument, informant and moments",
    "events": "[events] with event and horizons_weeks",
    "estimand": "[estimand] with population, treatment, intercurrent_events, outcome and summary",
}
_KINDS = {
    "missing": Words("{key} ontbreekt", "{key} is missing"),
    "extra_forbidden": Words(
        "{key} bestaat niet; controleer de spelling of haal de regel weg",
        "{key} does not exist; check its spelling or remove the line",
    ),
    "literal_error": Words("{key} is een van {allowed}", "{key} is one of {allowed}"),
    "greater_than_equal": Words("{key} is ten minste {allowed}", "{key} is at least {allowed}"),
    "less_than_equal": Words("{key} is ten hoogste {allowed}", "{key} is at most {allowed}"),
    "less_than": Words("{key} is kleiner dan {allowed}", "{key} is less than {allowed}"),
    "too_short": Words("{key} heeft ten minste {allowed} waarden", "{key} has at least {allowed} values"),
    "too_long": Words("{key} heeft ten hoogste {allowed} waarden", "{key} has at most {allowed} values"),
    "string_too_short": Words("{key} heeft ten minste {allowed} tekens", "{key} has at least {allowed} characters"),
    "string_too_long": Words("{key} heeft ten hoogste {allowed} tekens", "{key} has at most {allowed} characters"),
    "value_error": Words("{key}: {allowed}", "{key}: {allowed}"),
}
_OTHER = Words("{key} heeft een waarde van de verkeerde vorm", "{key} has a value of the wrong form")
_EXAMPLE = Words("{text}. Voorbeeld:  {example}", "{text}. Example:  {example}")


def advice(error: dict[str, Any]) -> Words:
    """One of pydantic's errors in words."""
    keys = [part for part in error["loc"] if isinstance(part, str)]
    place = " > ".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"]) or "plan"
    text = _KINDS.get(error["type"], _OTHER).fill(key=place, allowed=_allowed(error))
    example = _EXAMPLES.get(keys[-1]) if keys and error["type"] != "extra_forbidden" else None
    return _EXAMPLE.fill(text=text, example=example) if example else text


def _allowed(error: dict[str, Any]) -> str:
    context = error.get("ctx", {})
    for key in ("expected", "ge", "le", "lt", "min_length", "max_length", "error"):
        if key in context:
            return str(context[key])
    return ""
