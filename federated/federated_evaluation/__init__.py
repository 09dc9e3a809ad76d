"""Pooling as a vantage6 algorithm: each node counts and rounds, one of them adds up and releases. The functions are those of pooling by file.

There is no exact form here, and no argument that could ask for one: what leaves a node is what its own release would tell, from the threshold of
the plan on, which a plan can raise above ten and not lower. Fewer organisations than `MINIMUM_ORGANISATIONS` are not pooled.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import tomlkit
from vantage6.algorithm.tools.decorators import algorithm_client, data

from data_schemas.aggregate import Aggregate, aggregate_json
from data_schemas.evidence import record_json, results_csv
from data_schemas.plan import Plan
from data_schemas.submission import Submission
from evaluation.aggregates.making import made
from evaluation.aggregates.pooling import pooled
from evaluation.planning.file import parse_plan
from evaluation.planning.lock import check_lock
from evaluation.release.edition import public
from evaluation.validation.validating import validate

MINIMUM_ORGANISATIONS = 3
TABLES = ("treatments", "measurements", "events")


class Refused(Exception):
    """Something that a node does not do; the text holds no value of its data."""


@algorithm_client
def central(client: Any, plan: str, instruments: str = "") -> dict[str, str]:
    """Ask every organisation for its aggregate, pool them, and give the evidence folder as text by file name.

    Parameters
    ----------
    plan
        The locked plan, as the text of its file.
    instruments
        Declarations of instruments that the registry lacks, as in `submission.toml`.
    """
    organisations = [one["id"] for one in client.organization.list()]
    if len(organisations) < MINIMUM_ORGANISATIONS:
        raise Refused(f"fewer than {MINIMUM_ORGANISATIONS} organisations are not pooled")
    task = client.task.create(
        input_={"method": "partial", "kwargs": {"plan": plan, "instruments": instruments}},
        organizations=organisations,
        name="counts and sums",
        description="Rounded counts and sums of the plan, as a release of this organisation would tell them",
    )
    answers = client.wait_for_results(task_id=task["id"])
    return release(answers, plan)


def release(answers: list[dict[str, Any]], plan: str) -> dict[str, str]:
    """The evidence of the organisations' answers, as text by file name."""
    given = [(f"organisation {number}", Aggregate.model_validate(one)) for number, one in enumerate(answers)]
    told = [one for one in given if one[1].people.rows]
    if len(told) < MINIMUM_ORGANISATIONS:
        raise Refused(f"fewer than {MINIMUM_ORGANISATIONS} organisations have something that may leave")
    evidence = pooled(told, _plan(plan)).evidence
    files = {f"results/{name}.csv": results_csv(frame) for name, frame in evidence.results.items()}
    return {"evidence.json": record_json(evidence.record), **files}


@data(len(TABLES))
@algorithm_client
def partial(client: Any, *frames: pd.DataFrame, plan: str, instruments: str = "") -> dict[str, Any]:
    """The aggregate of this node's submission: its three tables are the node's databases, in the order of `TABLES`."""
    return counts(dict(zip(TABLES, frames)), plan, instruments, name=f"organisation-{client.organization_id}")


def counts(tables: dict[str, pd.DataFrame], plan: str, instruments: str, name: str) -> dict[str, Any]:
    """The rounded aggregate of tables as they stand in a node."""
    read = _plan(plan)
    one = made([_submission(tables, instruments, name)], read, public(read.disclosure.threshold))
    sealed = one.model_copy(update={"sha256": one.digest()})
    return json.loads(aggregate_json(sealed))


def _plan(text: str) -> Plan:
    plan = parse_plan(text)
    check_lock(plan)
    return plan


def _submission(tables: dict[str, pd.DataFrame], instruments: str, name: str) -> Submission:
    """The tables, validated as any submission is; they are written for that to a place that only this node sees, and that is gone afterwards."""
    manifest = tomlkit.parse(instruments)
    manifest.update({"contract": "1", "name": name, "nature": manifest.get("nature", "practice")})
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for table, frame in tables.items():
            frame.to_csv(folder / f"{table}.csv", index=False)
        (folder / "submission.toml").write_text(tomlkit.dumps(manifest), encoding="utf-8")
        found = validate(folder)
    if found.submission is None:
        codes = sorted({finding.rule.code for finding in found.findings if finding.rule.severity == "error"})
        raise Refused(f"the submission of this node was not accepted: {', '.join(codes)}")
    return found.submission
