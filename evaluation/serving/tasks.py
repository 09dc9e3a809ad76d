"""What the helper does: each task takes paths and plain values, and answers with plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from data_schemas.sheet import Sheet
from data_schemas.words import Lang
from evaluation.anonymising.recognising import clearly_export
from evaluation.output.files import whole_file
from evaluation.privacy.seen import MAY_BE_SEEN, places_of
from evaluation.reading import read_sheets
from evaluation.serving.beside import view
from evaluation.serving.dropped import taken_in
from evaluation.serving.mending import mended
from evaluation.serving.offers import offer
from evaluation.serving.receipt import receipt
from evaluation.validation.annotation import annotated_workbook
from evaluation.validation.findings_page import findings_page
from evaluation.validation.telling import PARTS, SEVERITY, grouped, skipped_words, where
from evaluation.validation.validating import validate
from evaluation.validation.validation import Validation

# Lines of one finding that a page can lead to; the marked workbook has them all.
MAX_LINES = 500
_latest: dict[str, Validation] = {}


def take_in(files: list[list[str]], folder: str) -> dict[str, Any]:
    """What was dropped, unpacked and named: its path, and whether it clearly is an export rather than a submission."""
    path = taken_in([(name, Path(place)) for name, place in files], Path(folder))
    return {"path": str(path), "export": clearly_export(path)}


def check(path: str) -> dict[str, Any]:
    """Verdict and findings, with the cells around them."""
    validation = _checked(path)
    sheets = read_sheets(Path(path)).sheets
    return {
        "accepted": validation.accepted,
        "verdict": list(validation.verdict()),
        "errors": validation.count("error"),
        "rows": dict(validation.rows),
        "notes": [list(note) for note in validation.notes],
        "skipped": list(skipped_words(validation.skipped) or ()),
        "groups": [_group(group, sheets) for group in grouped(validation.findings)],
        "tables": view(Path(path), sheets, validation.findings),
    }


def mark(path: str, target: str, lang: Lang) -> None:
    """The workbook with the cells to look at coloured."""
    whole_file(Path(target), annotated_workbook(Path(path), _checked(path), lang), private=True)


def page(path: str, target: str, lang: Lang) -> None:
    """The findings on a page to send to a colleague, without a cell of the submission."""
    whole_file(Path(target), findings_page(_checked(path), lang), private=True)


def prove(path: str, target: str, lang: Lang, moment: str) -> None:
    """The receipt."""
    whole_file(Path(target), receipt(Path(path), _checked(path), datetime.fromisoformat(moment), lang), private=True)


def mend(path: str, target: str, cells: list[list], answers: dict[str, str], seen: list[str], lang: Lang) -> None:
    """A copy of the workbook with other answers; what was seen and is no person is kept on its sheet of findings."""
    given = [(str(table), int(line), column, str(text)) for table, line, column, text in cells]
    if not seen:
        whole_file(Path(target), mended(Path(path), given, answers), private=True)
        return
    between = Path(target).parent / "tussen" / Path(target).name
    whole_file(between, mended(Path(path), given, answers), private=True)
    whole_file(Path(target), annotated_workbook(between, validate(between, seen=seen), lang), private=True)
    between.unlink()


def empty(target: str, lang: Lang) -> None:
    """The workbook to fill in."""
    from evaluation.contract.template import template

    whole_file(Path(target), template(lang), private=True)


def _checked(path: str) -> Validation:
    """The outcome of validating; each version is a file of its own, so the last one is kept."""
    if path not in _latest:
        _latest.clear()
        _latest[path] = validate(Path(path))
    return _latest[path]


def _group(group: tuple, sheets: Sequence[Sheet]) -> dict[str, Any]:
    rule = group[0].rule
    return {
        "severity": rule.severity,
        "tag": list(SEVERITY[rule.severity]),
        "title": list(rule.title),
        "code": rule.code,
        "repair_head": list(PARTS["repair"]),
        "repair": list(group[0].repair),
        "effect_head": list(PARTS["effect"]),
        "effect": list(rule.effect),
        "findings": [_finding(finding, sheets) for finding in group],
    }


def _finding(finding: Any, sheets: Sequence[Sheet]) -> dict[str, Any]:
    return {
        "where": [where(finding, "nl"), where(finding, "en")],
        "expectation": list(finding.expectation),
        "table": finding.table,
        "file": finding.file,
        "columns": list(finding.columns),
        "place": finding.place,
        "lines": finding.lines[:MAX_LINES].tolist(),
        "seen": places_of(finding, "nl") if finding.rule in MAY_BE_SEEN else "",
        "count": len(finding.lines),
        "offer": offer(finding, sheets),
    }


def explain(code: str, lang: Lang) -> str:
    """What a code stands for, as HTML without any style."""
    from evaluation.contract.explaining import explanation_html

    return explanation_html(code, lang)


def point(path: str) -> dict[str, Any]:
    """What every column of an export probably means, with a few values of each for its owner to see."""
    from evaluation.serving.pointing.exporting import proposal

    return proposal(Path(path))


def anonymise(path: str, pointed: dict[str, Any], target: str, lang: Lang, given: dict[str, str]) -> dict[str, Any]:
    """A submission as a workbook, with its account, its recipe and its key."""
    from evaluation.serving.pointing.exporting import made

    return made(Path(path), pointed, Path(target), lang, given)


TASKS: Mapping[str, Callable[..., Any]] = {
    one.__name__: one for one in (take_in, check, mark, page, prove, mend, empty, explain, point, anonymise)
}
