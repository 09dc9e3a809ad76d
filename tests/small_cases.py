"""Submissions as small, as empty or as uniform as they come, cut from the examples: what a report must still be able to say."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.commands import call

Row = dict[str, str]
_NO_COMPARISON = (r"(?ms)^\[comparison\].*?(?=^\[|\Z)", "")


@dataclass(frozen=True)
class Case:
    """An example of which the first `people` are kept, and of their rows those that `keep` wants; `plan` are replacements in the plan."""

    example: str
    people: int
    keep: Callable[[str, Row], bool] = lambda table, row: True
    plan: tuple[tuple[str, str], ...] = ()


def _without_baseline(table: str, row: Row) -> bool:
    return table != "measurements" or row["moment"] != "baseline"


CASES = {
    "1 person": Case("fireworks", 1, plan=(_NO_COMPARISON, ("experimental", "change"))),
    "5 people": Case("fireworks", 5),
    "9 people": Case("fireworks", 9),
    "11 people": Case("fireworks", 11),
    "12 people": Case("fireworks", 12),
    "34 people": Case("fireworks", 34),
    "nobody has an event": Case("rossi", 34, lambda table, row: table != "events"),
    "everybody has an event": Case("rossi", 34),
    "no scores at baseline": Case("fireworks", 34, _without_baseline),
    "everything is held back": Case("consortium", 9),
}


def evidence_of(case: Case, home: Path, *, internal: bool) -> Path:
    """The evidence folder of a case, by way of the commands."""
    submission, evidence = home / "submission", home / ("internal" if internal else "released")
    if not submission.exists():
        _written(case, submission)
    done = call(["run", submission, "--plan", submission / "plan.toml", "--out", evidence, *["--internal"] * internal])
    assert done.code == 0, done.text
    return evidence


def _written(case: Case, folder: Path) -> None:
    assert call(["example", case.example, "--out", folder]).code == 0
    people = _rows(folder / "treatments.csv")
    events = {row["client"] for row in _rows(folder / "events.csv")} if case is CASES["everybody has an event"] else None
    chosen = {row["client"] for row in [row for row in people if events is None or row["client"] in events][: case.people]}
    for file in sorted(folder.glob("*.csv")):
        rows = _rows(file)
        kept = [row for row in rows if row["client"] in chosen and case.keep(file.stem, row)]
        with file.open("w", newline="", encoding="utf-8") as target:
            writer = csv.DictWriter(target, list(rows[0]))
            writer.writeheader()
            writer.writerows(kept)
    plan = (folder / "plan.toml").read_text(encoding="utf-8")
    for old, new in case.plan:
        plan = re.sub(old, new, plan)
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    done = call(["plan", "lock", folder / "plan.toml"])
    assert done.code == 0, done.text


def _rows(file: Path) -> list[Row]:
    with file.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))
