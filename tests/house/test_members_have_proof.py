"""A new member of the house comes with its proof: tests that name it, words in two languages, sources for its numbers."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import analyses.statistics
from analyses import analyses as all_analyses
from data_schemas.codelists import code_list, code_list_names
from data_schemas.instruments import registry
from data_schemas.rules import rules
from data_schemas.tables import tables
from evaluation.commands import commands

ROOT = Path(__file__).parents[2]
TESTS = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
MODULES = [found.name for found in walk_packages(analyses.statistics.__path__, "analyses.statistics.") if not found.ispkg]
ESTIMATORS = [name for name in MODULES if "._" not in name]


def _imported(source: str) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom | ast.Import)]
    return {getattr(node, "module", None) or alias.name for node in nodes for alias in node.names}


@cache
def _imports_of_references() -> frozenset[str]:
    return frozenset(name for path, source in TESTS.items() if "reference" in path.parts for name in _imported(source))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_has_a_reference(name):
    assert name in _imports_of_references(), f"no test in tests/reference imports {name}"


@pytest.mark.parametrize("name", list(all_analyses()))
def test_an_analysis_is_declared_and_tested(name):
    module = all_analyses()[name]
    assert module.MEASURES, "an analysis declares its measures"
    for measure, declared in module.MEASURES.items():
        assert measure.replace("_", "").isalnum() and measure == measure.lower()
        assert declared.words.nl.strip() and declared.words.en.strip()
        assert declared.words.nl != measure, f"{measure} needs words for people"
    assert (module.__doc__ or "").strip() and module.run.__doc__ and module.wanted.__doc__
    mentions = [
        path
        for path, source in TESTS.items()
        if path != Path(__file__) and (f'"{name}"' in source or f".{name} " in source or f"import {name}" in source)
    ]
    assert mentions, f"no test mentions the analysis {name}"


@pytest.mark.parametrize("name", list(commands()))
def test_a_command_is_tested_and_in_the_manual(name):
    assert any(f'"{name}"' in source for path, source in TESTS.items() if "functional" in path.parts)
    assert f"evaluation {name}" in (ROOT / "README.md").read_text(encoding="utf-8") + "".join(
        page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md")
    )


def test_every_rule_speaks_two_languages_and_says_the_repair():
    for rule in rules().values():
        for words in (rule.title, rule.expectation, rule.repair, rule.effect):
            assert words.nl.strip() and words.en.strip() and words.nl != words.en, rule.code


def test_every_column_and_code_speaks_two_languages():
    for table in tables().values():
        for column in table.columns:
            assert column.label.nl and column.label.en and column.description.nl and column.description.en, column.name
            assert (column.kind == "code") == (column.codes_from is not None), column.name
    for name in code_list_names():
        assert all(code.label.nl and code.label.en for code in code_list(name).codes), name


def test_every_instrument_has_sources():
    assert len(registry()) >= 15
    for name, instrument in registry().items():
        numbers = (*instrument.reliabilities, *instrument.norms, *instrument.cutoffs)
        assert all(number.source.strip() for number in numbers), name
        assert instrument.nl and instrument.en, name


def test_an_unverified_number_is_never_used():
    for instrument in registry().values():
        for informant in ("self", "parent", "professional", "clinician", "unknown"):
            for found in (instrument.reliability(informant), instrument.cutoff(informant), instrument.norm(informant)):
                assert found is None or found.verified


def test_reasons_in_the_estimators_are_in_the_code_list():
    """A reason is the first word of a method; the report finds its words in the code list."""
    known = set(code_list("not_estimable").values)
    for name in MODULES:
        module = import_module(name)
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "reason" and isinstance(node.value, ast.Constant):
                assert node.value.value in known | {None}, (name, node.value.value)
