"""Work spread over machines by dask.distributed: counting where the parts of the data lie, and draws of people wherever there is room.

A part is a submission, with all rows of its people: a folder of CSV or Parquet files that every worker can read under the same path. Each is
validated and counted where a worker is, and only counts come back; they are added up eight at a time, in their own order. Draws are made in
blocks with random numbers of their own (`inference.blocks`). So the same data give the same bytes whatever the number of workers, and what a worker
was at when it died is done again by another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.shared.cohort import pool
from analyses.statistics.inference.blocks import spread_by
from data_schemas.plan import Plan
from data_schemas.submission import Manifest, Submission
from data_schemas.words import Words
from evaluation.aggregates.adding import Counted, added
from evaluation.aggregates.counting import counted
from evaluation.aggregates.marks import numbers
from evaluation.aggregates.pooling import answered
from evaluation.evidence.running import Journey, journey
from evaluation.failures import CannotRead, NotAccepted, WrongUse
from evaluation.installation.extras import needs
from evaluation.planning.lock import check_lock, plan_hash
from evaluation.release.edition import Name
from evaluation.validation.validating import validate

if TYPE_CHECKING:
    from distributed import Client

_AT_ONCE = 8
_NOBODY = Words(
    "Er antwoordt geen planner op {address}. Begin er een met:  dask scheduler  en werkers met:  dask worker ADRES",
    "No scheduler answers at {address}. Begin one with:  dask scheduler  and workers with:  dask worker ADDRESS",
)
_NOT_ACCEPTED = Words(
    "De inzending {name} is niet geaccepteerd. Zie de bevindingen van:  evaluation validate {name}",
    "The submission {name} was not accepted. See the findings of:  evaluation validate {name}",
)
_TWICE = Words(
    "Twee delen bevatten dezelfde jongeren: {count} keer zijn aanbieder en pseudoniem gelijk. Zij zouden dubbel tellen.",
    "Two parts hold the same young people: {count} times provider and pseudonym are equal. They would count twice.",
)
_NAMES_TWICE = Words("Twee delen hebben de naam {name}.", "Two parts are called {name}.")
_INSTRUMENTS = Words(
    "{one} en {other} beschrijven instrument {name} niet hetzelfde.",
    "{one} and {other} do not describe instrument {name} alike.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What comes back of a part: its counts, what it says of itself, and the keyed numbers of its people; None when it was not accepted."""

    manifest: Manifest
    counts: Counted
    people: np.ndarray
    sha256: str
    warnings: tuple[tuple[str, int], ...]
    rows: dict[str, int]


def counted_part(path: Path, plan: Plan) -> Part | None:
    """Validate and count one part; runs at a worker, where an error of ours may not be put into words."""
    submission = validate(path).submission
    if submission is None:
        return None
    return Part(
        submission.manifest,
        counted(pool([submission]), plan),
        numbers([submission], plan_hash(plan)),
        submission.sha256,
        submission.warnings,
        {name: len(table) for name, table in submission.tables.items()},
    )


def parts_of(paths: Sequence[Path]) -> list[Path]:
    """The submissions themselves; of a folder that only holds submissions, those in it, by name."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(one.parent for one in path.glob("*/submission.toml")) if path.is_dir() else []
        found += [path] if not inside or (path / "submission.toml").exists() else inside
    return found


def spread(
    paths: Sequence[Path],
    plan: Plan,
    address: str,
    *,
    internal: bool = False,
    exploratory: bool = False,
    edition: Name = "public",
    tell: Callable[[str], None] = lambda name: None,
) -> Journey:
    """Evidence from the counts of parts that workers counted; what cannot be told from counts has no number (`carried.py`).

    Weights are of persons, and no counts stand in for them: of a plan that weights, the rows are read here, and workers make the draws.

    Raises
    ------
    CannotRead
        No scheduler answers.
    WrongUse
        Two parts have one name or the same people.
    NotAccepted
        A part has errors.
    """
    if not exploratory:
        check_lock(plan)
    how = {"internal": internal, "exploratory": exploratory, "edition": edition, "tell": tell}
    with cluster(address) as client:
        if plan.weighting is not None:
            return journey([_accepted(path) for path in parts_of(paths)], plan, **how)
        tell("count")
        parts, whole = counts_of_parts(client, parts_of(paths), plan)
        sources = [Submission(part.manifest, _lengths(part), part.sha256, part.warnings) for part in parts]
        return answered(whole, sources, plan, **how)


def _accepted(path: Path) -> Submission:
    submission = validate(path).submission
    if submission is None:
        raise NotAccepted(_NOT_ACCEPTED.fill(name=path.name))
    return submission


def counts_of_parts(client: Client, paths: Sequence[Path], plan: Plan) -> tuple[list[Part], Counted]:
    """The parts without their counts, and the counts of all; each step of the addition is made at a worker."""
    futures = client.map(counted_part, [path.resolve() for path in paths], plan=plan, pure=False)
    told = client.gather(client.map(_without_counts, futures, pure=False))
    for path, part in zip(paths, told):
        if part is None:
            raise NotAccepted(_NOT_ACCEPTED.fill(name=path.name))
    _check(told)
    left = client.map(_counts, futures, pure=False)
    while len(left) > 1:
        left = [client.submit(added, left[at : at + _AT_ONCE], pure=False) for at in range(0, len(left), _AT_ONCE)]
    return told, client.gather(left[0])


def _counts(part: Part) -> Counted:
    return part.counts


def _without_counts(part: Part | None) -> Part | None:
    return None if part is None else Part(part.manifest, None, part.people, part.sha256, part.warnings, part.rows)


def _check(parts: Sequence[Part]) -> None:
    """Nobody twice, and one description of an instrument."""
    names: dict[str, str] = {}
    declared: dict[str, tuple[str, Any]] = {}
    for part in parts:
        own = part.manifest
        if own.name in names:
            raise WrongUse(_NAMES_TWICE.fill(name=own.name))
        names[own.name] = own.name
        for name, instrument in own.instruments.items():
            first, known = declared.setdefault(name, (own.name, instrument))
            if known != instrument:
                raise WrongUse(_INSTRUMENTS.fill(one=first, other=own.name, name=name))
    everybody = np.concatenate([part.people for part in parts])
    twice = len(everybody) - len(np.unique(everybody))
    if twice:
        raise WrongUse(_TWICE.fill(count=twice))


def _lengths(part: Part) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame(index=range(rows)) for name, rows in part.rows.items()}


@contextmanager
def cluster(address: str) -> Iterator[Client]:
    """The workers of a scheduler; whatever is cut into blocks of draws within it is worked at by them.

    Raises
    ------
    CannotRead
        No scheduler answers.
    """
    needs("cluster")
    from distributed import Client

    try:
        client = Client(address, timeout=10)
    except (OSError, TimeoutError, ValueError):
        raise CannotRead(_NOBODY.fill(address=address)) from None
    with client, spread_by(partial(_mapped, client)):
        yield client


def _mapped(client: Client, work: Callable[[Any], Any], several: Sequence[Any]) -> list[Any]:
    """As `map`; the work travels once, with the data that it holds."""
    import dask

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"}):
        # as the answer of a task, which can be made again: what is scattered is gone with the worker that has it
        held = client.submit(_held, work, pure=False)
        return client.gather(client.map(_done, several, work=held, pure=False))


def _held(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return work


def _done(part: Any, work: Callable[[Any], Any]) -> Any:
    return work(part)
