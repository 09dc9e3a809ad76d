"""The stable form of `evaluation validate --json`: every line number, no cell value. `findings.schema.json` documents it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from data_schemas.finding import Finding, Skipped
from evaluation.privacy.anonymity import Anonymity, Grouping
from evaluation.privacy.check import PrivacyCheck

FORMAT = "1"


@cache
def json_schema() -> dict:
    """The JSON Schema (draft 2020-12) of the form."""
    return json.loads(resources.files("evaluation.validation").joinpath("findings.schema.json").read_text(encoding="utf-8"))


def finding_json(finding: Finding) -> dict:
    """One finding as plain data."""
    return {
        "rule": finding.rule.code,
        "severity": finding.rule.severity,
        "title": finding.rule.title._asdict(),
        "file": finding.file,
        "table": finding.table,
        "columns": list(finding.columns),
        "place": finding.place,
        "sheet": None if finding.sheet is None else finding.sheet._asdict(),
        "letters": list(finding.letters),
        "lines": finding.lines.tolist(),
        "count": len(finding.lines),
        "checked": finding.checked,
        "expectation": finding.expectation._asdict(),
        "repair": finding.repair._asdict(),
        "effect": finding.rule.effect._asdict(),
    }


def skipped_json(skip: Skipped) -> dict:
    """One rule that did not run, and what it missed."""
    return {"rule": skip.rule.code, "title": skip.rule.title._asdict(), "missing": list(skip.missing)}


def privacy_json(check: PrivacyCheck) -> dict:
    """What was searched for and where, and how large the groups of equal people are."""
    return {
        "kinds": [label._asdict() for label, _ in check.kinds],
        "searched": [
            {"file": one.file, "table": one.table, "place": one.place, "columns": one.columns, "rows": one.rows}
            for one in check.searched
        ],
        "names": check.names,
        "anonymity": None if check.anonymity is None else _anonymity_json(check.anonymity),
    }


def _anonymity_json(counted: Anonymity) -> dict:
    return {
        "people": counted.people,
        "columns": list(counted.columns),
        "groups": counted.groups,
        "wanted": counted.wanted,
        "missing_as_own_value": _grouping_json(counted.own),
        "missing_as_any_value": _grouping_json(counted.any),
        "people_in_small_groups_without": dict(counted.without),
        "smallest_combination": list(counted.smallest),
        "repair": None
        if counted.repair is None
        else {"steps": [step._asdict() for step in counted.repair.steps], "k": counted.repair.k},
        "diversity": [
            {"column": one.column, "l_own": one.l_own, "l_any": one.l_any, "uniform_groups": one.uniform_groups}
            for one in counted.diversity
        ],
    }


def _grouping_json(grouping: Grouping) -> dict:
    return {"k": grouping.k, "small_groups": grouping.small_groups, "small_people": grouping.small_people}
