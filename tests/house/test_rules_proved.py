"""Every rule beyond one cell is proved by its own two cases: the one that holds is silent, the one that fails is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_schemas.finding import TableRule, WholeRule
from data_schemas.rules import rules, table_rules
from data_schemas.tables import tables
from evaluation.planning.file import parse_plan
from evaluation.validation.validating import validate

MANIFEST = 'contract = "1"\nname = "proef"\n'


def _validated(case, folder: Path):
    """A case laid out as files: this delivery, the previous one and the plan, each where the case has it."""
    for name, text in case.items():
        if name != "plan":
            path = folder / ("now" if "/" not in name else ".") / f"{name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    (folder / "now" / "submission.toml").write_text(MANIFEST, encoding="utf-8")
    previous = folder / "previous" if (folder / "previous").exists() else None
    plan = parse_plan(case["plan"]) if "plan" in case else None
    return validate(folder / "now", plan=plan, previous=previous)


@pytest.mark.parametrize("rule", table_rules(), ids=lambda rule: rule.code)
def test_the_case_that_holds_is_silent(rule, tmp_path):
    validation = _validated(rule.holds, tmp_path)
    assert rule.code not in [finding.rule.code for finding in validation.findings]
    assert rule.code not in [skip.rule.code for skip in validation.skipped], "a rule with nothing to check has not passed"


@pytest.mark.parametrize("rule", table_rules(), ids=lambda rule: rule.code)
def test_the_case_that_fails_is_found(rule, tmp_path):
    found = [finding for finding in _validated(rule.fails, tmp_path).findings if finding.rule.code == rule.code]
    assert found
    assert (len(found[0].lines) == 0) == isinstance(rule, WholeRule)
    assert found[0].checked > 0
    for words in (found[0].expectation, found[0].repair):
        assert "{" not in words.nl + words.en


@pytest.mark.parametrize("rule", table_rules(), ids=lambda rule: rule.code)
def test_a_rule_names_columns_that_exist(rule):
    known = {f"{table.name}.{column}" for table in tables().values() for column in table.names} | {"plan", "previous"}
    assert set(rule.needs) <= known
    assert set(rule.columns) <= set(tables()[rule.table].names)


def test_codes_are_slugs_and_severities_are_known():
    for code, rule in rules().items():
        assert code.replace("-", "").isalnum() and code == code.lower()
        assert rule.severity in ("error", "warning", "notice")
        assert not isinstance(rule, TableRule) or (rule.holds and rule.fails)
