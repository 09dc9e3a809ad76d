"""Findings in words: where they are, which lines, and what was not checked. Shared by terminal, page, workbook and notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import zip_longest

import numpy as np

from data_schemas.finding import Finding, Skipped
from data_schemas.rules import table_rules
from data_schemas.tables import tables
from data_schemas.words import LANGS, Lang, Words
from evaluation.reading.headers import column_words

SHOWN_LINES = 6

SEVERITY = {"error": Words("FOUT", "ERROR"), "warning": Words("LET OP", "WARNING"), "notice": Words("TER INFO", "NOTICE")}
PARTS = {
    "repair": Words("Wat te doen", "What to do"),
    "effect": Words("Gevolg", "Effect"),
    "more": Words("Meer lezen", "Read on"),
}
_ONE_LINE, _LINES = Words("rij {lines}", "row {lines}"), Words("rijen {lines}", "rows {lines}")
_MORE = Words("{lines} en nog {more}", "{lines} and {more} more")
_COLUMN, _COLUMNS = Words("kolom {names}", "column {names}"), Words("kolommen {names}", "columns {names}")
_SHEET = Words("tabblad {label}", "sheet {label}")
_NOT_CHECKED = Words(
    "Niet nagegaan: {count} van de {total} controles ({reasons}).", "Not checked: {count} of the {total} checks ({reasons})."
)


def where(finding: Finding, lang: Lang) -> str:
    """File, sheet, column with its letter, and the first few rows, as one phrase."""
    table = tables().get(finding.table)
    parts = [finding.file or (table.label[lang] if table else "")]
    if finding.sheet is not None:
        parts.append(finding.sheet[lang])
    if finding.columns and table:
        names = [column_words(table.column(name))[lang] for name in finding.columns]
        lettered = [f"{letter} {name}".strip() for letter, name in zip_longest(finding.letters, names, fillvalue="")]
        parts.append((_COLUMN if len(names) == 1 else _COLUMNS).fill(names=", ".join(lettered))[lang])
    elif finding.place and table:
        parts.append(_COLUMN.fill(names=finding.letters[0] if finding.letters else finding.place)[lang])
    elif "place" in finding.values and not table:
        place = finding.values["place"]
        parts.append(place[lang] if isinstance(place, Words) else _SHEET.fill(label=place)[lang])
    parts.append(shown_lines(finding.lines, lang))
    return ", ".join(part for part in parts if part)


def grouped(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """Findings that ask for the same: of one rule, with one repair. In the order in which the first of each comes."""
    groups: dict[tuple[str, Words], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule.code, finding.repair), []).append(finding)
    return [tuple(group) for group in groups.values()]


def shown_lines(lines: np.ndarray, lang: Lang, most: int = SHOWN_LINES) -> str:
    """At most a handful of lines, neighbours taken together, and how many more there are.

    >>> shown_lines(np.array([2, 3, 4, 9]), "en")
    'rows 2-4, 9'
    """
    if len(lines) == 0:
        return ""
    if len(lines) == 1:
        return _ONE_LINE.fill(lines=int(lines[0]))[lang]
    starts = np.flatnonzero(np.append(True, np.diff(lines) != 1))
    ends = np.append(starts[1:], len(lines)) - 1
    runs = [str(lines[a]) if a == b else f"{lines[a]}-{lines[b]}" for a, b in zip(starts[:most], ends[:most])]
    shown, rest = ", ".join(runs), len(lines) - int(ends[min(most, len(ends)) - 1]) - 1
    return _LINES.fill(lines=_MORE.fill(lines=shown, more=rest)[lang] if rest else shown)[lang]


def skipped_words(skipped: tuple[Skipped, ...]) -> Words | None:
    """How many rules did not run and why, in one sentence; None when all did."""
    if not skipped:
        return None
    counts = Counter(_reason(skip) for skip in skipped)
    reasons = Words(*("; ".join(f"{reason[lang]}: {count}" for reason, count in counts.most_common()) for lang in LANGS))
    return _NOT_CHECKED.fill(count=len(skipped), total=len(table_rules()), reasons=reasons)


def _reason(skip: Skipped) -> Words:
    if "plan" in skip.missing:
        return Words("geen plan gegeven (--plan)", "no plan given (--plan)")
    if "previous" in skip.missing:
        return Words("geen vorige inzending gegeven (--previous)", "no previous delivery given (--previous)")
    if skip.missing:
        return Words("kolom of tabel niet ingevuld of nog niet te lezen", "column or table not handed in or not readable yet")
    return Words("er was niets na te gaan", "there was nothing to check")


def group_markdown(group: tuple[Finding, ...], lang: Lang) -> str:
    """Findings of one rule: where, the facts that should hold, the repair, the effect, where to read on."""
    rule = group[0].rule
    places = "  \n".join(f"{where(finding, lang)}: {finding.expectation[lang]}" for finding in group)
    return (
        f"**{SEVERITY[rule.severity][lang]}: {rule.title[lang]}**  \n{places}  \n"
        f"{PARTS['repair'][lang]}: {group[0].repair[lang]}  \n"
        f"{PARTS['effect'][lang]}: {rule.effect[lang]}  \n"
        f"{PARTS['more'][lang]}: `evaluation explain {rule.code}`"
    )
