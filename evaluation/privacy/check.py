"""The privacy check of one submission: what was searched, what was found, and how well people hide among each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from data_schemas.column import Table
from data_schemas.covariates import OwnColumn, OwnCovariate, shown, with_own
from data_schemas.finding import Finding
from data_schemas.identifiers import identifiers
from data_schemas.rules import privacy as rules
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import LANGS, Words
from evaluation.privacy.anonymity import Anonymity, Diversity, anonymity
from evaluation.privacy.identifying import find_identifiers, find_in_names, find_in_remarks, find_signatures
from evaluation.privacy.unique_rows import unique_rows
from evaluation.reading import RawSubmission
from evaluation.reading.headers import column_words

# The table with one row per person's trajectory, which holds the descriptors.
PEOPLE = "treatments"
_NO_REPAIR = Words(
    "Er zijn te weinig jongeren om in op te gaan: ook zonder deze kolommen blijft de groep klein. Deel de gegevens alleen "
    "onder een verwerkersovereenkomst.",
    "There are too few young people to hide among: even without these columns the group stays small. Share the data only "
    "under a processing agreement.",
)
_REPAIR = Words("Dit helpt: {steps}. De kleinste groep telt dan {k}.", "This helps: {steps}. The smallest group then has {k}.")


@dataclass(frozen=True, slots=True)
class Searched:
    """One table or sheet that was looked through: where it stood and how much of it."""

    file: str
    table: str
    place: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class PrivacyCheck:
    """What was searched for, where, and what came of it. Holds no value of a submission.

    Parameters
    ----------
    kinds
        What was looked for, with the source of its form.
    searched
        Every table and every sheet that was looked through, headers included.
    names
        How many names of files and sheets were looked at.
    findings
        Direct identifiers, possible ones, and groups that are too small or all alike.
    anonymity
        None when there was nobody, or no descriptor to tell people apart by.
    """

    kinds: tuple[tuple[Words, Words], ...]
    searched: tuple[Searched, ...]
    names: int
    findings: tuple[Finding, ...]
    anonymity: Anonymity | None


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What looking through the texts of a submission gave, before anything is typed: the texts themselves may go then."""

    searched: tuple[Searched, ...]
    names: int
    findings: tuple[Finding, ...]
    people_file: str


def search(raw: RawSubmission) -> Search:
    """Look for direct identifiers in all that was read."""
    sheets = (*raw.sheets, *raw.others)
    return Search(
        tuple(Searched(one.file, one.table, one.place, len(one.headers), len(one.lines)) for one in (*sheets, *raw.own)),
        len(raw.names) + len(raw.remarks) + len(raw.citations) + len(raw.signed),
        (
            *(finding for sheet in sheets for finding in find_identifiers(sheet)),
            *(finding for sheet in raw.own for finding in find_identifiers(_without_headers(sheet)) if _points(finding)),
            *find_in_names(raw.names, raw.name),
            *find_in_remarks(raw.remarks, raw.name),
            *find_in_remarks(raw.citations, raw.name, but=("name",)),
            *find_signatures(raw.signed, raw.name),
        ),
        next((sheet.file for sheet in raw.sheets if sheet.table == PEOPLE), ""),
    )


def _without_headers(sheet: Sheet) -> Sheet:
    return replace(sheet, headers=("",) * len(sheet.headers))


def _points(finding: Finding) -> bool:
    """Sentences belong on a sheet of instructions; and one word there that is also a given name proves nothing."""
    return finding.rule is rules.IDENTIFIER_FOUND and finding.values["what"] != identifiers()["free_text"].label


def check_privacy(
    found: Search, frames: Mapping[str, pd.DataFrame], own: Mapping[str, OwnCovariate] | None = None
) -> PrivacyCheck:
    """The search, and the groups in the typed table of people; `own`: the covariates that the manifest declares."""
    table = with_own(tables()[PEOPLE], own or {}, named=False)
    counted = anonymity(table, _counted(frames[PEOPLE], own or {}))
    if counted is not None and own:
        counted = _called(counted, table)
    unique = unique_rows(tables()[PEOPLE], frames[PEOPLE], found.people_file)
    return PrivacyCheck(
        tuple((identifier.label, identifier.source) for identifier in identifiers().values()),
        found.searched,
        found.names,
        (*found.findings, *(_about_groups(counted, found.people_file) if counted else ()), *((unique,) if unique else ())),
        counted,
    )


def _counted(people: pd.DataFrame, own: Mapping[str, OwnCovariate]) -> pd.DataFrame:
    """People with their own numbers as categories: everyone of the same age is one group."""
    numbers = [name for name, one in own.items() if one.kind != "code" and name in people]
    return people.assign(**{name: pd.Categorical(people[name].astype(object)) for name in numbers})


def _called(counted: Anonymity, table: Table) -> Anonymity:
    """The same with own covariates by number, for whoever reads it."""
    name = {column.name: column.label.en if isinstance(column, OwnColumn) else column.name for column in table.columns}
    return replace(
        counted,
        columns=tuple(name[one] for one in counted.columns),
        without=tuple((name[one], people) for one, people in counted.without),
        smallest=tuple(name[one] for one in counted.smallest),
        diversity=tuple(replace(one, column=name[one.column]) for one in counted.diversity),
    )


def _about_groups(counted: Anonymity, file: str) -> tuple[Finding, ...]:
    findings = []
    if counted.own.k < counted.wanted:
        values = {
            "columns": _labels(counted.columns),
            "wanted": counted.wanted,
            "groups": counted.own.small_groups,
            "k": counted.own.k,
            "k_any": counted.any.k,
            "advice": advice(counted),
        }
        findings.append(
            Finding(rules.GROUPS_LARGE_ENOUGH, file, PEOPLE, _known(counted.columns), checked=counted.people, values=values)
        )
    uniform = [one for one in counted.diversity if one.uniform_groups]
    if uniform:
        columns = _known(one.column for one in uniform)
        values = {"columns": Words(*("; ".join(_uniform(one)[lang] for one in uniform) for lang in LANGS))}
        findings.append(Finding(rules.GROUPS_DIVERSE, file, PEOPLE, columns, checked=counted.people, values=values))
    return tuple(findings)


def _uniform(one: Diversity) -> Words:
    label, count = _labels([one.column]), one.uniform_groups
    return Words(
        f"{label.nl} in {count} {'groep' if count == 1 else 'groepen'}",
        f"{label.en} in {count} {'group' if count == 1 else 'groups'}",
    )


def _labels(columns: Sequence[str]) -> Words:
    words = [people_column_words(name) for name in columns]
    return Words(*(", ".join(label[lang] for label in words) for lang in LANGS))


def people_column_words(name: str) -> Words:
    """What a column of people is called: in the contract, or one of the provider's own by its number."""
    if name in tables()[PEOPLE].names:
        return column_words(tables()[PEOPLE].column(name))
    return shown(int(name.rpartition(" ")[2]))


def _known(columns: Iterable[str]) -> tuple[str, ...]:
    """Those that the contract has: a finding points at these."""
    return tuple(name for name in columns if name in tables()[PEOPLE].names)


def advice(counted: Anonymity) -> Words:
    """What coarsening would repair small groups, in a sentence."""
    if counted.repair is None or not counted.repair.steps:
        return _NO_REPAIR
    steps = Words(*("; ".join(step[lang] for step in counted.repair.steps) for lang in LANGS))
    return _REPAIR.fill(steps=steps, k=counted.repair.k)
