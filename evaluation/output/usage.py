"""What is wrong with a command as it was typed, in both languages. Typer says it in English only, and repeats what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from data_schemas.words import Words

_MISSING = Words("{name} ontbreekt.", "{name} is missing.")
_OPTION = Words("De optie {name} bestaat niet.{near}", "There is no option {name}.{near}")
_COMMAND = Words("De opdracht {name} bestaat niet.{near}", "There is no command {name}.{near}")
_NEAR = Words(" Bedoelt u {name}?", " Did you mean {name}?")
_CHOICE = Words("Bij {name} hoort een van deze: {known}.", "{name} asks for one of these: {known}.")
_KIND = Words("Bij {name} hoort {kind}.", "{name} asks for {kind}.")
_KINDS = {int: Words("een geheel getal", "a whole number"), float: Words("een getal, met een punt", "a number")}
_VALUE = Words("een waarde", "a value")
_TOO_MANY = Words(
    "Er staat meer dan deze opdracht kent. Een naam met spaties hoort tussen aanhalingstekens.",
    "This is more than the command takes. A name with spaces belongs in quotation marks.",
)
_HELP = Words("{said}\nHulp:  {command} --help", "{said}\nHelp:  {command} --help")
_UNKNOWN_COMMAND = re.compile(r"No such command '([^']*)'")


def usage_words(error: Any) -> Words:
    """One of Typer's usage errors in words, with the command that gives help; the value of an option can be data and is not repeated."""
    context = getattr(error, "ctx", None)
    return _HELP.fill(said=_said(error, context), command=context.command_path if context else "evaluation")


def _said(error: Any, context: Any) -> Words:
    parameter = getattr(error, "param", None)
    match type(error).__name__:
        case "NoSuchOption":
            return _unknown(_OPTION, error.option_name, error.possibilities or ())
        case "BadOptionUsage":
            return _KIND.fill(name=error.option_name, kind=_VALUE)
        case "MissingParameter" if parameter is not None:
            return _MISSING.fill(name=_name(parameter))
    if parameter is not None:
        described = parameter.type_descriptor
        if described.is_choice:
            return _CHOICE.fill(name=_name(parameter), known=", ".join(str(choice.value) for choice in described.choices))
        return _KIND.fill(name=_name(parameter), kind=_KINDS.get(described.annotation, _VALUE))
    if found := _UNKNOWN_COMMAND.match(error.message):
        return _unknown(_COMMAND, found[1], context.command.commands)
    return _TOO_MANY


def _unknown(words: Words, name: str, known: Iterable[str]) -> Words:
    begun = [one for one in known if one.startswith(name)]
    near = begun or get_close_matches(name, list(known), n=1, cutoff=0.7)
    return words.fill(name=name, near=_NEAR.fill(name=near[0]) if near else Words("", ""))


def _name(parameter: Any) -> str:
    return parameter.opts[0] if parameter.param_type_name == "option" else (parameter.name or "").upper()
