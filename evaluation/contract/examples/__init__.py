"""Example submissions, from real public data or fictional, one module each with an `EXAMPLE`; found by walking this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from data_schemas.words import Lang
from evaluation.contract.examples._example import Example


@cache
def examples() -> dict[str, Example]:
    """Every example by its name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {module.EXAMPLE.name: module.EXAMPLE for module in modules if hasattr(module, "EXAMPLE")}


def example_files(name: str, lang: Lang = "nl") -> dict[str, str]:
    """The files of an example by name: a CSV per table, `submission.toml`, and `plan.toml` in the given language."""
    example = examples()[name]
    return {
        **{f"{table}.csv": text for table, text in example.tables().items()},
        "submission.toml": example.manifest,
        "plan.toml": example.plan(lang),
    }


def write_example(name: str, out: str | Path, lang: Lang = "nl") -> Path:
    """Write an example submission with its plan to a new or empty folder.

    Raises
    ------
    evaluation.failures.WrongUse
        The folder holds something else.
    """
    from evaluation.output.files import whole_folder

    return whole_folder(Path(out), example_files(name, lang), replaces="submission.toml")
