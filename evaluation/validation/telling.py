"""Findings in words: where they are, which lines, and what was not checked. Shared by terminal, page, workbook and notebook."""

from __future__ import annotations

from collections import Counter

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
_ONE_LINE, _LINES = Words("regel {lines}", "line {lines}"), Words("regels {lines}", "lines {lines}")
_MORE = Words("{lines} en nog {more}", "{lines} and {more} more")
_COLUMN, _COLUMNS = Words("kolom {names}", "column {names}"), Words("kolommen {names}", "columns {names}")
_UNNAMED = Words("kolom op plaats {place}", "column at position {place}")
_SHEET = Words("tabblad {label}", "sheet {label}")
_NOT_CHECKED = Words(
    "Niet nagegaan: {count} van de {total} controles ({reasons}).", "Not checked: {count} of the {total} checks ({reasons})."
)


def where(finding: Finding, lang: Lang) -> str:
    """File, sheet, column and the first few lines, as one phrase."""
    table = tables().get(finding.table)
    parts = [finding.file or (table.label[lang] if table else "")]
    if table and finding.file.lower().endswith(".xlsx"):
        parts.append(_SHEET.fill(label=table.label[lang])[lang])
    if finding.columns and table:
        names = ", ".join(column_words(table.column(name))[lang] for name in finding.columns)
        parts.append((_COLUMN if len(finding.columns) == 1 else _COLUMNS).fill(names=names)[lang])
    elif finding.place and table:
        parts.append(_UNNAMED.fill(place=finding.place)[lang])
    elif "place" in finding.values and not table:
        place = finding.values["place"]
        parts.append(place[lang] if isinstance(place, Words) else _SHEET.fill(label=place)[lang])
    parts.append(shown_lines(finding.lines, lang))
    return ", ".join(part for part in parts if part)


def shown_lines(lines: np.ndarray, lang: Lang, most: int = SHOWN_LINES) -> str:
    """At most a handful of lines, neighbours taken together, and how many more there are.

    >>> shown_lines(np.array([2, 3, 4, 9]), "en")
    'lines 2-4, 9'
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
        return Words("kolom of tabel niet ingevuld", "column or table not handed in")
    return Words("er was niets na te gaan", "there was nothing to check")


def finding_markdown(finding: Finding, lang: Lang) -> str:
    """One finding: what, where, the fact that should hold, the repair, the effect, where to read on."""
    head = f"**{SEVERITY[finding.rule.severity][lang]}: {finding.rule.title[lang]}** ({where(finding, lang)})"
    return (
        f"{head}  \n{finding.expectation[lang]}  \n{PARTS['repair'][lang]}: {finding.repair[lang]}  \n"
        f"{PARTS['effect'][lang]}: {finding.rule.effect[lang]}  \n"
        f"{PARTS['more'][lang]}: `evaluation explain {finding.rule.code}`"
    )
