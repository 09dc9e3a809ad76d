"""Run the algorithm in vantage6's mock client over the six providers of the fictional consortium, and compare it with pooling by file.

    python federated/check.py

Needs this folder's own environment: `pip install -e . -e federated`. Prints what was compared; exit code 1 when anything differs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd
from federated_evaluation import MINIMUM_ORGANISATIONS, TABLES, Refused, counts, release
from vantage6.algorithm.tools.mock_client import MockAlgorithmClient

from evaluation.contract.examples import write_example
from evaluation.planning.lock import lock_plan


def main() -> int:
    """Compare, and try what must be refused."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "consortium"
        write_example("consortium", folder)
        plan = folder / "plan.toml"
        # six gates ask for what rounded counts do not tell: without them effects show
        text = plan.read_text(encoding="utf-8")
        plan.write_text(text[: text.index("[gates]")], encoding="utf-8")
        lock_plan(plan)
        text = plan.read_text(encoding="utf-8")
        tables = {name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in TABLES}
    providers = sorted(set(tables["treatments"]["provider"]))
    given = [_of(tables, provider) for provider in providers]
    client = _client(given)
    task = client.task.create(
        input_={"method": "central", "kwargs": {"plan": text, "instruments": MANIFEST}}, organizations=[0]
    )
    answer = client.result.from_task(task["id"])[0]
    by_file = release([counts(one, text, MANIFEST, f"organisation-{number}") for number, one in enumerate(given)], text)
    same = answer == by_file
    print(f"{len(providers)} organisations, {len(answer)} files: {'equal' if same else 'DIFFERENT'}")
    refused = _refuses(given[: MINIMUM_ORGANISATIONS - 1], text)
    print(f"{MINIMUM_ORGANISATIONS - 1} organisations: {'refused' if refused else 'NOT REFUSED'}")
    rounded = all(row[-1] >= 10 for one in given for row in counts(one, text, MANIFEST, "a")["people"]["rows"])
    print(f"counts below ten: {'none' if rounded else 'SOME'}")
    return 0 if same and refused and rounded else 1


MANIFEST = 'nature = "fictional"\n'


def _of(tables: dict[str, pd.DataFrame], provider: str) -> dict[str, pd.DataFrame]:
    clients = set(tables["treatments"].query("provider == @provider")["client"])
    return {name: table[table["client"].isin(clients)].reset_index(drop=True) for name, table in tables.items()}


def _client(given: list[dict[str, pd.DataFrame]]) -> MockAlgorithmClient:
    return MockAlgorithmClient([[{"database": one[name]} for name in TABLES] for one in given], "federated_evaluation")


def _refuses(given: list[dict[str, pd.DataFrame]], plan: str) -> bool:
    try:
        _client(given).task.create(
            input_={"method": "central", "kwargs": {"plan": plan, "instruments": MANIFEST}}, organizations=[0]
        )
    except Refused:
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
