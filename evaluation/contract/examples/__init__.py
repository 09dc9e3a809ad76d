"""Example submissions, from real public data or fictional, one module each with an `EXAMPLE`; found by walking this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from data_schemas.words import Lang, Words
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


def write_example(name: str, out: str | Path | None = None, lang: Lang = "nl") -> Path:
    """Write an example submission with its plan to a new or empty folder; when none is named, to one with the example's name.

    Raises
    ------
    evaluation.failures.WrongUse
        There is no example of that name, or the folder holds something else.
    """
    from evaluation.failures import no_such
    from evaluation.output.files import whole_folder

    if name not in examples():
        raise no_such(Words("voorbeeld", "example"), name, examples())
    return whole_folder(Path(name if out is None else out), example_files(name, lang), replaces="submission.toml")
