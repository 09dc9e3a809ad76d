"""Submissions of pretended providers: one submission divided, and aggregates of the parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses.shared.cohort import NAMES
from data_schemas.aggregate import Aggregate, aggregate_json
from data_schemas.plan import Plan
from data_schemas.submission import Submission
from evaluation.aggregates.making import made


def divided(submission: Submission, group: Sequence[object]) -> list[Submission]:
    """A submission per group of its people."""
    treatments, group = submission.tables["treatments"], np.asarray(group)
    found = []
    for name in np.unique(group):
        clients = treatments["client"][group == name]
        own = pd.CategoricalDtype(pd.Index(clients.astype(str), dtype="str"))
        tables = {key: table[table["client"].isin(clients)].reset_index(drop=True) for key, table in submission.tables.items()}
        tables = {key: table.assign(client=table["client"].astype("str").astype(own)) for key, table in tables.items()}
        own_names = {name: tables["treatments"][name].cat.remove_unused_categories() for name in NAMES}
        tables["treatments"] = tables["treatments"].assign(**own_names)
        manifest = submission.manifest.model_copy(update={"name": f"part-{name}"})
        found.append(Submission(manifest, tables, f"{len(found):064x}"))
    return found


def by_provider(submission: Submission) -> list[Submission]:
    """A submission per provider."""
    return divided(submission, submission.tables["treatments"]["provider"].astype(str))


def file_of(submission: Submission, plan: Plan, edition=None) -> tuple[str, Aggregate]:
    """An aggregate as it is read back from its file, with a name."""
    one = made([submission], plan, edition)
    one = one.model_copy(update={"sha256": one.digest()})
    return f"{submission.name}.json", Aggregate.model_validate_json(aggregate_json(one))
