"""Words for what is wrong in a plan: the key, what is allowed, and an example."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import cache
from typing import Any

from data_schemas.plan import Plan, PlanRefused
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
    "account": "[account] with authors, period and version",
    "editions": "[editions] with order",
    "order": 'order = ["submission-2025", "submission-2026"]',
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
    "greater_than": Words("{key} is groter dan {allowed}", "{key} is greater than {allowed}"),
    "less_than_equal": Words("{key} is ten hoogste {allowed}", "{key} is at most {allowed}"),
    "less_than": Words("{key} is kleiner dan {allowed}", "{key} is less than {allowed}"),
    "too_short": Words("{key} heeft te weinig waarden: ten minste {allowed}", "{key} has too few values: at least {allowed}"),
    "too_long": Words("{key} heeft ten hoogste {allowed} waarden", "{key} has at most {allowed} values"),
    "string_too_short": Words("{key} heeft ten minste {allowed} tekens", "{key} has at least {allowed} characters"),
    "string_too_long": Words("{key} heeft ten hoogste {allowed} tekens", "{key} has at most {allowed} characters"),
    "value_error": Words("{key}: {allowed}", "{key}: {allowed}"),
    "string_pattern_mismatch": Words(
        "{key} heeft kleine letters, cijfers, - en _, en begint met een letter of cijfer",
        "{key} has lower case letters, digits, - and _, and begins with a letter or digit",
    ),
    "finite_number": Words("{key} is een gewoon getal", "{key} is an ordinary number"),
}
_LOCK = Words(
    "lock is niet geschreven door deze versie van  evaluation plan lock . Haal het deel [lock] weg, vergrendel opnieuw en leg uit waarom",
    "lock was not written by this version of  evaluation plan lock . Remove the part [lock], lock again and explain why",
)
_FORMS = {
    "string": Words("{key} is tekst tussen aanhalingstekens", "{key} is text between quotation marks"),
    "int": Words("{key} is een geheel getal", "{key} is a whole number"),
    "float": Words("{key} is een getal", "{key} is a number"),
    "bool": Words("{key} is true of false", "{key} is true or false"),
    "tuple": Words("{key} is een lijst tussen rechte haken", "{key} is a list in square brackets"),
    "model": Words("{key} is een deel met eigen sleutels", "{key} is a part with keys of its own"),
}
_OTHER = Words("{key} heeft een waarde van de verkeerde vorm", "{key} has a value of the wrong form")
_MEANT = Words("{text}. Bedoelt u {near}?", "{text}. Do you mean {near}?")
_BELONGS = Words(
    "{key} staat op de verkeerde plaats; zij hoort onder {part}", "{key} is in the wrong place; it belongs under {part}"
)
_TOP = Words("geen enkel deel, dus boven het eerste [deel]", "no part, so above the first [part]")
_EXAMPLE = Words("{text}. Voorbeeld:  {example}", "{text}. Example:  {example}")


def toml_place(error: Exception) -> Words:
    """Where a file stops being TOML, and in English what the reader of TOML says of it."""
    text = str(error)
    found = re.search(r"at line (\d+), column (\d+)", text)
    if found:
        return Words(f" (regel {found[1]}, teken {found[2]})", f": {text}")
    if "end of document" in text:
        return Words(" (aan het einde van het bestand)", f": {text}")
    return Words("", "")


_BECAUSE = Words("{text}. {reason}", "{text}. {reason}")
_FOUR = Words(
    "Wie in meer groepen kijkt, vindt er vrijwel zeker een die door toeval afwijkt. Kies vooraf de vier die ertoe doen; met een ander kenmerk kan "
    "worden gecorrigeerd (covariates), en beschreven wordt elk kenmerk",
    "Whoever looks into more groups is almost certain to find one that differs by chance. Choose the four that matter beforehand; another "
    "descriptor can be adjusted for (covariates), and every one is described",
)


def advices(errors: list[dict[str, Any]]) -> list[Words]:
    """All errors in words, each once; what follows from an error further inside is left out."""
    places = [error["loc"] for error in errors]

    def follows(error: dict[str, Any]) -> bool:
        place = error["loc"]
        return error["type"] == "too_short" and any(one[: len(place)] == place and len(one) > len(place) for one in places)

    return list(dict.fromkeys(advice(error) for error in errors if not follows(error)))


def advice(error: dict[str, Any]) -> Words:
    """One of pydantic's errors in words: the key, what is allowed, and an example."""
    keys = [part for part in error["loc"] if isinstance(part, str)]
    place = " > ".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"]) or "plan"
    kind = error["type"]
    if keys[:1] == ["lock"]:
        return _EXAMPLE.fill(text=_LOCK, example="evaluation plan lock plan.toml")
    form = next((words for name, words in _FORMS.items() if kind == name or kind.startswith(f"{name}_")), _OTHER)
    text = _KINDS.get(kind, form).fill(key=place, allowed=_allowed(error))
    if kind == "too_long" and keys[-1:] == ["subgroups"]:
        text = _BECAUSE.fill(text=text, reason=_FOUR)
    if kind == "extra_forbidden" and keys[-1] in _keys():
        return _BELONGS.fill(key=place, part=_part_of(keys[-1]))
    if kind == "extra_forbidden":
        near = get_close_matches(keys[-1], _keys(), n=1, cutoff=0.6)
        return _MEANT.fill(text=text, near=near[0]) if near else text
    refused = error.get("ctx", {}).get("error")
    example = getattr(refused, "example", "") or (example_of(keys[-1]) if keys else None)
    if keys[-2:] == ["committee", "threshold"]:
        example = "threshold = 5"
    return _EXAMPLE.fill(text=text, example=example) if example else text


def example_of(key: str) -> str | None:
    """A line of TOML for a key: written by hand where that says more, otherwise made from what the plan allows."""
    if key in _EXAMPLES:
        return _EXAMPLES[key]
    found = _keys().get(key)
    if found is None:
        return None
    value = _example_value(found)
    return None if value is None else f"{key} = {json.dumps(value)}"


def _example_value(schema: dict[str, Any]) -> Any:
    """A value that a part of the JSON Schema allows."""
    if schema.get("default") not in (None, [], {}):
        return schema["default"] if not isinstance(schema["default"], dict) else None
    for option in schema.get("anyOf", ()):
        value = _example_value(option)
        if value is not None:
            return value
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        inside = _example_value(schema.get("items", {}))
        return None if inside is None else [inside]
    if schema.get("type") in ("number", "integer"):
        top = schema.get("maximum", schema.get("exclusiveMaximum"))
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        value = (low + top) / 4 if top is not None else low + 1
        return int(value) if schema["type"] == "integer" else value
    return {"boolean": True, "string": "..."}.get(schema.get("type"))


@cache
def _keys() -> dict[str, dict[str, Any]]:
    """Every key of a plan with its part of the JSON Schema."""
    schema = Plan.model_json_schema()
    parts = [schema, *schema["$defs"].values()]
    return {name: found for part in parts for name, found in part.get("properties", {}).items()}


def _part_of(key: str) -> Words | str:
    """Under which headings of the file a key of a plan can stand."""
    schema = Plan.model_json_schema()
    found, waiting = [], [((), schema)]
    while waiting:
        path, part = waiting.pop()
        for name, inside in part.get("properties", {}).items():
            if name == key:
                found.append(path if re.search("#/", json.dumps(inside)) is None else (*path, name))
            waiting += [((*path, name), schema["$defs"][ref]) for ref in re.findall(r"#/\$defs/(\w+)", json.dumps(inside))]
    named = sorted({f"[{'.'.join(path)}]" for path in found if path})
    several = {"[measures]": "[[measures]]"}
    return Words(*(f" {word} ".join(several.get(one, one) for one in named) for word in ("of", "or"))) if named else _TOP


def _allowed(error: dict[str, Any]) -> Words | str:
    context = error.get("ctx", {})
    if isinstance(context.get("error"), PlanRefused):
        return context["error"].words
    for key in ("expected", "ge", "gt", "le", "lt", "min_length", "max_length"):
        if key in context:
            text = f"{context[key]:g}" if isinstance(context[key], float) else str(context[key])
            return Words(text.replace(" or ", " of "), text) if key == "expected" else text
    return ""
