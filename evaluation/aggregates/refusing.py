"""What must hold before aggregates are added up: each is whole and known, they answer one question, and nobody is in two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from data_schemas.aggregate import Aggregate
from data_schemas.plan import Plan
from data_schemas.words import Words
from evaluation.aggregates.checking import misses
from evaluation.aggregates.making import counts_of
from evaluation.aggregates.marks import in_both
from evaluation.aggregates.signing import genuine
from evaluation.aggregates.stand_ins import stand_ins
from evaluation.evidence.provenance import contract_hash
from evaluation.failures import WrongUse
from evaluation.planning.copies import alike
from evaluation.planning.lock import plan_hash
from evaluation.release.edition import edition_of

_CHANGED = Words(
    "{name} is veranderd nadat het is gemaakt: de hash klopt niet. Vraag het bestand opnieuw aan wie het maakte.",
    "{name} was changed after it was made: its hash is not right. Ask whoever made it for the file again.",
)
_FORGED = Words(
    "De handtekening van {name} klopt niet: het bestand komt niet van wie de sleutel heeft.",
    "The signature of {name} is not right: the file does not come from who has the key.",
)
_FOREIGN = Words(
    "{name} is niet ondertekend met een sleutel die met --keys is gegeven{key}. Komt het van een deelnemer, vraag dan diens openbare sleutel.",
    "{name} is not signed with a key that was given with --keys{key}. If it comes from a participant, ask for their public key.",
)
_OTHER_PLAN = Words(
    "{name} is gemaakt voor een ander plan ({found}) dan dit ({wanted}). Laat het opnieuw maken met hetzelfde, vergrendelde plan.",
    "{name} was made for another plan ({found}) than this one ({wanted}). Have it made again with the same, locked plan.",
)
_OTHER_CONTRACT = Words(
    "{name} is gemaakt met een andere versie van het contract (tabellen, codes en vragenlijsten). Laat het opnieuw maken met dezelfde versie "
    "van het programma.",
    "{name} was made with another version of the contract (tables, codes and instruments). Have it made again with the same version of the program.",
)
_OTHER_TABLES = Words(
    "{name} heeft niet de tabellen die bij dit plan horen ({tables}): het bestand is na het maken veranderd. Vraag het opnieuw.",
    "{name} has not the tables that belong to this plan ({tables}): the file was changed after it was made. Ask for it again.",
)
_OTHER_THRESHOLD = Words(
    "{name} is afgerond met drempel {found}; dit plan vraagt {wanted}. Laat het opnieuw maken met dit plan.",
    "{name} was rounded with threshold {found}; this plan asks for {wanted}. Have it made again with this plan.",
)
_OTHER_WORDS = Words(
    "{one} en {other} noemen de groep {arm} niet hetzelfde. Zijn de groepen verwisseld? Geef de groep in elke submission.toml dezelfde woorden "
    "(labels), en laat de tellingen opnieuw maken.",
    "{one} and {other} do not call the arm {arm} the same. Were the arms swapped? Give the arm the same words (labels) in every submission.toml, and "
    "have the aggregates made again.",
)
_ALIKE = Words(
    "{one} en {other} lijken dezelfde jongeren te bevatten, onder een andere naam: {what} zijn gelijk, en dat kan geen toeval zijn. Zij zouden dubbel "
    "tellen. Geef er een.",
    "{one} and {other} seem to hold the same young people, under another name: {what} are equal, which cannot be chance. They would count twice. Give "
    "one of them.",
)
_OF_PEOPLE = Words("alle scores van {count} jongeren", "all scores of {count} people")
_OF_COUNTS = Words("alle afgeronde cijfers", "all rounded numbers")
_OTHER_INSTRUMENT = Words(
    "{one} en {other} beschrijven instrument {instrument} niet hetzelfde: bereik, richting of normen verschillen. Maak de beschrijving gelijk en "
    "laat beide opnieuw maken.",
    "{one} and {other} do not describe instrument {instrument} alike: range, direction or norms differ. Make the description the same, and have "
    "both made again.",
)
_FORMS = Words(
    "{one} en {other} zijn niet op dezelfde manier afgerond. Geef alleen afgeronde of alleen onafgeronde tellingen, met één drempel.",
    "{one} and {other} were not rounded in the same way. Give rounded or unrounded aggregates only, with one threshold.",
)
_DOUBLED = Words(
    "{one} en {other} zijn dezelfde telling; iedereen zou dubbel tellen. Geef er een.",
    "{one} and {other} are the same aggregate; everybody would count twice. Give one of them.",
)
_NAMES_TWICE = Words(
    "{one} en {other} gaan allebei over een inzending die {name} heet. Geef van elke inzending één telling; hebben twee inzendingen toevallig "
    "dezelfde naam, geef een van beide dan een andere.",
    "{one} and {other} are both about a submission called {name}. Give one aggregate per submission; if two submissions happen to have one name, "
    "give one of them another.",
)
_OVERLAP = Words(
    "{one} en {other} gaan voor een deel over dezelfde jongeren (aanbieder en pseudoniem zijn gelijk). Zij zouden dubbel tellen. Laat hen uit een van "
    "beide weg.",
    "{one} and {other} are in part about the same young people (provider and pseudonym are equal). They would count twice. Leave them out of one "
    "of the two.",
)
_NO_CHANCE = 6
_FEW = Words(
    "Geef ten minste twee tellingen. Over een enkele inzending geeft evaluation run antwoord.",
    "Give at least two aggregates. About one submission evaluation run answers.",
)


def check(given: Sequence[tuple[str, Aggregate]], plan: Plan, keys: frozenset[str] | None) -> None:
    """Refuse, with the reason, what may not be added up.

    Parameters
    ----------
    given
        Each aggregate with the name of its file, for the message.
    keys
        Public keys of the participants; None when anybody's aggregate is taken.

    Raises
    ------
    WrongUse
        One was changed, is not signed by a known key, was made for another plan, contract or instrument; or two are the same, have the same
        people, or were not rounded alike.
    """
    if len(given) < 2:
        raise WrongUse(_FEW)
    for name, one in given:
        _check_one(name, one, plan, keys)
    for (one, first), (other, second) in combinations(given, 2):
        _check_two(one, first, other, second)
        _check_words(one, first, other, second, plan)
    for name, one in given:
        _check_form(name, one, plan)
    people = {name: stand_ins(counts_of(one), plan) for name, one in given if one.form == "exact"} if plan.measures else {}
    for one, other in combinations(people, 2):
        sides = [(people[name], np.ones(len(people[name]["treatments"]), bool)) for name in (one, other)]
        if (plan.editions is None or not plan.editions.different_people) and (count := alike(*sides)):
            raise WrongUse(_ALIKE.fill(one=one, other=other, what=_OF_PEOPLE.fill(count=count)))


def _check_words(one: str, first: Aggregate, other: str, second: Aggregate, plan: Plan) -> None:
    for arm in plan.arms:
        if arm in first.labels and arm in second.labels and first.labels[arm] != second.labels[arm]:
            raise WrongUse(_OTHER_WORDS.fill(one=one, other=other, arm=arm))


def _check_one(name: str, one: Aggregate, plan: Plan, keys: frozenset[str] | None) -> None:
    if one.digest() != one.sha256:
        raise WrongUse(_CHANGED.fill(name=name))
    if one.signature is not None and not genuine(one):
        raise WrongUse(_FORGED.fill(name=name))
    if keys is not None and (one.signature is None or one.signature.public_key not in keys):
        key = "" if one.signature is None else f" ({one.signature.public_key[:12]})"
        raise WrongUse(_FOREIGN.fill(name=name, key=key))
    if one.plan != plan_hash(plan):
        raise WrongUse(_OTHER_PLAN.fill(name=name, found=one.plan[:12], wanted=plan_hash(plan)[:12]))
    if one.contract != contract_hash():
        raise WrongUse(_OTHER_CONTRACT.fill(name=name))


def _check_form(name: str, one: Aggregate, plan: Plan) -> None:
    if tables := list(misses(one, plan)):
        raise WrongUse(_OTHER_TABLES.fill(name=name, tables=", ".join(tables)))
    wanted = 0 if one.form == "exact" else edition_of(plan, "public" if one.edition != "committee" else "committee").threshold
    if one.threshold != wanted or (one.form == "exact") != (one.edition == "internal"):
        raise WrongUse(_OTHER_THRESHOLD.fill(name=name, found=one.threshold, wanted=wanted))


def _check_two(one: str, first: Aggregate, other: str, second: Aggregate) -> None:
    names = {"one": one, "other": other}
    if (first.form, first.edition, first.threshold) != (second.form, second.edition, second.threshold):
        raise WrongUse(_FORMS.fill(**names))
    for instrument in sorted(set(first.instruments) & set(second.instruments)):
        if first.instruments[instrument] != second.instruments[instrument]:
            raise WrongUse(_OTHER_INSTRUMENT.fill(**names, instrument=instrument))
    # rounded, two small providers can well say the same, but not of many groups and weeks
    exact = first.form == "exact"
    if first.sha256 == second.sha256 or (exact and _content(first) == _content(second)):
        raise WrongUse(_DOUBLED.fill(**names))
    if not exact and _content(first) == _content(second) and _numbers(first) >= _NO_CHANCE:
        raise WrongUse(_ALIKE.fill(**names, what=_OF_COUNTS))
    if in_both(first.marks, second.marks, exact=exact):
        raise WrongUse(_OVERLAP.fill(**names))
    same = {one.name for one in first.submissions} & {one.name for one in second.submissions}
    if same:
        raise WrongUse(_NAMES_TWICE.fill(**names, name=", ".join(sorted(same))))


def _numbers(one: Aggregate) -> int:
    """How many rows of rounded numbers there are: means and SDs, and steps of curves."""
    return 2 * sum(len(table.rows) for table in one.scores.values()) + (0 if one.events is None else len(one.events.rows))


def _content(one: Aggregate) -> tuple[object, ...] | None:
    """What it says of people, whatever it is called: two that say the same of more than a few are one. Empty ones may be alike."""
    anyone = (one.events is not None and one.events.rows) or any(table.rows for table in one.scores.values())
    return (one.events, tuple(sorted(one.scores.items()))) if anyone else (one.sha256,)
