"""Example submissions, from real public data or fictional, one module each; found by walking this package.

Each has `NAME`, `TITLE` (Words), `tables()` (CSV text per table), `MANIFEST` (the text of `submission.toml`), `PLAN` (Words: the text
of `plan.toml`, not locked) and `SHOWN_IN_DEMO` (whether `evaluation demo` takes it down the whole road).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from data_schemas.words import Lang


@cache
def examples() -> dict[str, ModuleType]:
    """Every example by its name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {module.NAME: module for module in modules if hasattr(module, "NAME")}


def example_files(name: str, lang: Lang = "nl") -> dict[str, str]:
    """The files of an example by name: a CSV per table, `submission.toml`, and `plan.toml` in the given language."""
    module = examples()[name]
    return {
        **{f"{table}.csv": text for table, text in module.tables().items()},
        "submission.toml": module.MANIFEST,
        "plan.toml": module.PLAN[lang],
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


def public_rows(file: str) -> list[dict[str, str]]:
    """The rows of a public data file that comes with this package."""
    text = resources.files(__name__).joinpath("data", file).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV text with a comma and line feeds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def age_group(years: str) -> str:
    """The contract's age group of an age in years."""
    age = int(years)
    bounds = ((12, "under_12"), (14, "12_13"), (16, "14_15"), (18, "16_17"), (21, "18_20"), (24, "21_23"))
    return next((code for bound, code in bounds if age < bound), "24_or_older")
