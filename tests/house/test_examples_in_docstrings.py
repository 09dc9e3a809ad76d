"""Every example in a docstring is run."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

import analyses
import data_schemas
import evaluation
import reports

PACKAGES = (analyses, data_schemas, evaluation, reports)
MODULES = [found.name for package in PACKAGES for found in walk_packages(package.__path__, f"{package.__name__}.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    module = import_module(name)
    outcome = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert outcome.failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    counted = sum(bool(test.examples) for name in MODULES for test in finder.find(import_module(name)))
    assert counted > 100
