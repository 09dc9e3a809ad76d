"""Data frames brought in as a provider would bring them, and the exact results that come out: files, validation, plan, run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

import evaluation
from data_schemas.plan import Plan

ESTIMAND = dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "as published")
KEY = ["outcome", "measure", "arm", "subgroup", "time"]


def plan(**parts: object) -> Plan:
    """A plan of the programme `care`; `parts` are sections of the plan file."""
    fixed = {
        "contract": "1",
        "title": "A published study",
        "question": "Are these the numbers that other programs give?",
        "programme": "care",
        "design": "quasi_experimental",
        "estimand": ESTIMAND,
        "seed": 1,
    }
    return Plan(**(fixed | parts))


def scale(name: str, *, higher_is_better: bool = False, **more: object) -> str:
    """The part of `submission.toml` that declares a questionnaire; `more` are further keys (numbers and yes or no only)."""
    written = "".join(f"{key} = {str(value).lower()}\n" for key, value in more.items())
    return (
        f'\n[instruments.{name}]\nnl = "Schaal"\nen = "Scale"\nhigher_is_better = {str(higher_is_better).lower()}\n{written}'
        'source = "made up for this test"\n'
    )


def submit(folder: Path, tables: Mapping[str, pd.DataFrame], manifest: str = "") -> Path:
    """A folder of CSV files; people who have no provider, programme or arm get one."""
    folder.mkdir(parents=True)
    (folder / "submission.toml").write_text(
        f'contract = "1"\nname = "published"\nnature = "public"\n{manifest}', encoding="utf-8"
    )
    people = pd.DataFrame({"provider": "one", "programme": "care", "arm": "care"}, index=tables["treatments"].index)
    whole = dict(tables) | {"treatments": tables["treatments"].combine_first(people)}
    for name, table in whole.items():
        if len(table):
            table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def results(folder: Path, tables: Mapping[str, pd.DataFrame], given: Plan, manifest: str = "") -> dict[str, pd.DataFrame]:
    """The exact results by analysis."""
    accepted = evaluation.validate(submit(folder, tables, manifest))
    assert accepted.submission is not None, [finding.rule.code for finding in accepted.findings]
    return evaluation.run(accepted, given, internal=True, exploratory=True).results


def row(
    frame: pd.DataFrame, measure: str, arm: str = "all", time: str = "", subgroup: str = "", outcome: str | None = None
) -> pd.Series:
    """The one row that answers to a name."""
    wanted = (frame["measure"] == measure) & (frame["arm"] == arm) & (frame["time"] == time) & (frame["subgroup"] == subgroup)
    if outcome is not None:
        wanted &= frame["outcome"] == outcome
    assert wanted.sum() == 1, (measure, arm, time, subgroup, int(wanted.sum()))
    return frame[wanted].iloc[0]
