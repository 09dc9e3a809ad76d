"""From submissions and a plan to an aggregate, and from its file back to counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort, pool
from data_schemas.aggregate import Aggregate, CountTable, Described, aggregate_json
from data_schemas.plan import EventCode, Plan
from data_schemas.result import Result
from data_schemas.submission import Submission
from data_schemas.words import Words
from evaluation.aggregates.adding import KEYS, NO_WEEK, Counted
from evaluation.aggregates.checking import MAX_BYTES, check_tables
from evaluation.aggregates.counting import check_plan, counted
from evaluation.aggregates.marks import marks
from evaluation.aggregates.rounded.rounding import Rounded, rounded
from evaluation.aggregates.signing import signed
from evaluation.evidence.provenance import contract_hash
from evaluation.failures import CannotRead, WrongUse
from evaluation.output.files import whole_file
from evaluation.planning.lock import plan_hash
from evaluation.planning.people import check_submissions
from evaluation.planning.scope import beside, in_plan, only
from evaluation.release.edition import Edition

NAME = "aggregate.json"
_TEXTS = (*KEYS, "lost", "end", "column", "code", "moment", "outcome", "time")
_NO_AGGREGATE = Words(
    "{name} is geen telling zoals deze versie van het programma haar maakt: het bestand is iets anders, van een andere versie, of veranderd. Laat haar "
    "opnieuw maken met:  evaluation run INZENDING --plan PLAN --aggregate --out BESTAND.json",
    "{name} is no aggregate as this version of the program makes it: the file is something else, of another version, or changed. Have it made again "
    "with:  evaluation run SUBMISSION --plan PLAN --aggregate --out FILE.json",
)
_TOO_LARGE = Words(
    "{name} is groter dan {most} MB; zo groot is geen telling.",
    "{name} is larger than {most} MB; no aggregate is that large.",
)
_NOT_KNOWN = Words(
    "Het plan noemt instrument {name}; de inzending en het register kennen het niet.",
    "The plan names instrument {name}; the submission and the registry do not know it.",
)

_NOBODY = Words(
    "Over niemand in deze inzending gaat het plan: er is niemand met programma {programme} of in een groep die het vergelijkt.",
    "The plan is about nobody in this submission: there is nobody with programme {programme} or in an arm that it compares.",
)


def made(
    submissions: Sequence[Submission],
    plan: Plan,
    edition: Edition | None,
    *,
    found: Mapping[str, Result] | None = None,
    close: frozenset[str] = frozenset(),
    ledger: bool = False,
) -> Aggregate:
    """The aggregate of one or more submissions of a provider, without hash and signature.

    Parameters
    ----------
    edition
        By whose rules it is rounded; None for exact sums.
    found, close
        Of a rounded one what the analyses found already, and which groups differ too little from an earlier edition.
    ledger
        Whether a ledger remembers it (`remembering.py`).

    Raises
    ------
    WrongUse
        Two submissions have the same people, or an instrument of the plan is not known.
    """
    check_plan(plan)
    everyone, cohort = people(submissions, plan)
    names = sorted({one.instrument for one in (*plan.measures, plan.single_case) if one is not None})
    for name in names:
        if name not in cohort.instruments:
            raise WrongUse(_NOT_KNOWN.fill(name=name))
    counts = Rounded(counted(everyone, plan), ()) if edition is None else rounded(cohort, plan, edition, found, close)
    return Aggregate(
        form="exact" if edition is None else "rounded",
        edition="internal" if edition is None else edition.name,
        threshold=0 if edition is None else edition.threshold,
        plan=plan_hash(plan),
        contract=contract_hash(),
        instruments={name: cohort.instruments[name] for name in names},
        submissions=tuple(_described(submission, edition) for submission in submissions),
        labels=_labels(submissions, everyone),
        people=_table(counts.counts.people),
        described=_table(counts.counts.described),
        events=None if counts.counts.events is None else _table(counts.counts.events),
        scores={name: _table(table) for name, table in counts.counts.scores.items()},
        pairs={name: _table(table) for name, table in counts.counts.pairs.items()},
        bands=None if edition is None else _table(counts.bands),
        flow=None if edition is None else _table(counts.flow),
        held_back=counts.held_back,
        ledger=ledger,
        marks=marks(submissions, plan_hash(plan), exact=edition is None),
    )


def people(submissions: Sequence[Submission], plan: Plan) -> tuple[Cohort, Cohort]:
    """Everybody in the submissions, each once, and those of them whom the plan is about; an arm of it may be elsewhere.

    Raises
    ------
    WrongUse
        Two submissions have the same people, or the plan is about nobody in them.
    """
    pooled = pool(submissions)
    earlier = {"earlier_edition": np.concatenate(check_submissions(submissions, plan))}
    if not in_plan(pooled, plan).any():
        raise WrongUse(_NOBODY.fill(programme=plan.programme))
    return only(pooled, earlier), only(pooled, {**earlier, **beside(pooled, plan)})


def _described(submission: Submission, edition: Edition | None) -> Described:
    manifest = submission.manifest
    return Described(
        name=manifest.name,
        title=manifest.title,
        source=manifest.source,
        nature=manifest.nature,
        # counts of rows pass no audit: beside two arms a number of all is a band too many
        warnings=submission.warnings if edition is None else (),
        rows={name: len(table) for name, table in submission.tables.items()} if edition is None else {},
    )


def _labels(submissions: Sequence[Submission], cohort: Cohort) -> dict:
    used = {str(name) for column in ("arm", "programme", "provider") for name in cohort.treatments[column].cat.categories}
    return {name: label for one in submissions for name, label in sorted(one.manifest.labels.items()) if name in used}


def _table(frame: pd.DataFrame) -> CountTable:
    columns = [frame[name].tolist() for name in frame.columns]
    empty = [name.startswith("week_") or name == "before" or name in get_args(EventCode) for name in frame.columns]
    rows = zip(*([None if value == NO_WEEK else value for value in one] if no else one for one, no in zip(columns, empty)))
    return CountTable(columns=tuple(frame.columns), rows=tuple(rows))


def frame_of(table: CountTable) -> pd.DataFrame:
    """A table with typed columns."""
    found = {}
    for number, name in enumerate(table.columns):
        values = [row[number] for row in table.rows]
        if name.startswith(("mean_", "scatter_", "before", "later", "off_")):
            found[name] = np.array([NO_WEEK if value is None else value for value in values], float)
        elif any(isinstance(value, str) for value in values) or name in _TEXTS:
            found[name] = np.array(values, object)
        else:
            found[name] = np.array([NO_WEEK if value is None else value for value in values], np.int64)
    return pd.DataFrame(found)


def counts_of(one: Aggregate) -> Counted:
    """The counts of an aggregate, to add up."""
    return Counted(
        frame_of(one.people),
        frame_of(one.described),
        None if one.events is None else frame_of(one.events),
        {name: frame_of(table) for name, table in one.scores.items()},
        {name: frame_of(table) for name, table in one.pairs.items()},
    )


def sealed(one: Aggregate) -> Aggregate:
    """The aggregate with its hash, unsigned."""
    return one.model_copy(update={"sha256": one.digest(), "signature": None})


def write_aggregate(one: Aggregate, out: Path, key: Path | None) -> tuple[Path, Aggregate]:
    """Write the file, signed when there is a key; an exact one, or the committee's, for its owner's eyes only.

    `out` is a file ending in `.json`, or a folder to put `aggregate.json` in.
    """
    done = sealed(one) if key is None else signed(one, key)
    target = out if out.suffix == ".json" else out / NAME
    return whole_file(target, aggregate_json(done), private=one.form == "exact" or one.edition != "public"), done


def read_aggregate(path: Path) -> Aggregate:
    """Read an aggregate: a file, or a folder with `aggregate.json`. Whether it is whole and known is for `refusing.py`.

    Raises
    ------
    CannotRead
        There is none, or it has not the promised form.
    """
    file = path / NAME if path.is_dir() else path
    try:
        if file.stat().st_size > MAX_BYTES:
            raise CannotRead(_TOO_LARGE.fill(name=path.name, most=MAX_BYTES // 1_000_000))
        one = Aggregate.model_validate_json(file.read_text(encoding="utf-8"))
        check_tables(one)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise CannotRead(_NO_AGGREGATE.fill(name=path.name)) from None
    return one


def summary(one: Aggregate) -> dict[str, object]:
    """What an aggregate says of itself, for a machine."""
    return json.loads(
        one.model_dump_json(include={"form", "edition", "threshold", "plan", "held_back", "ledger", "sha256", "signature"})
    )
