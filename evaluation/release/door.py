"""The one door: exact results in, rows that may leave out.

What may leave is said by the rules in `data_schemas/release_rules/`. In short:

* Counts of people are published in bands as wide as the threshold (in the committee's edition exactly, from its threshold on: `edition.py`), all
  counts of a release together, so that from no combination of totals and parts a count that is kept can be narrowed
  (`counts/publishing.py`, audited by linear programming in `counts/audit.py`).
* Curves follow from cumulative counts, rounded on a grid of weeks that does not depend on the data (`release/curves.py`; pitfall
  T14: masking the risk table hides nothing); their limits from the extremes that the bands allow (`release/curve_rows.py`).
* Means, effects, models and tests are those of a group as small as the lower end of its band, rounded to about their standard
  error (`release/estimates.py`).

Nothing that is computed from an exact count leaves, and no row appears or disappears with the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import pandas as pd

from data_schemas.evidence import RESULT_COLUMNS
from data_schemas.result import INSIDE, MISSING, Result, WeeklyTally, rows
from evaluation.release.coarse import Columns
from evaluation.release.counts.adding import add_up
from evaluation.release.counts.publishing import system
from evaluation.release.counts.reading import Reader
from evaluation.release.counts.sums import as_columns
from evaluation.release.counts.system import System
from evaluation.release.curve_rows import curve_rows
from evaluation.release.edition import Edition
from evaluation.release.errors import exact_errors
from evaluation.release.estimates import estimate_rows
from evaluation.release.rows import Judged, finished
from evaluation.release.table_rows import table_rows
from evaluation.release.tables import Table

__all__ = ["UndeclaredMeasure", "exact", "release", "release_all"]


class UndeclaredMeasure(Exception):
    """A measure that its analysis did not declare cannot leave: an error in the program, not in the data."""


def exact(result: Result) -> pd.DataFrame:
    """Every row with its exact figures, for internal runs only."""
    records = [
        *(tally.derive(tally.counts) for tally in result.tallies),
        *(weekly.derive(weekly.events, weekly.censored, _every_week(weekly), *weekly.late) for weekly in result.weekly),
    ]
    frame = _joined(result.estimates, rows(result.analysis, list(chain.from_iterable(records))))
    _declare(result, frame["measure"])
    status = np.where(frame["estimate"].isna(), "not_estimable", "exact")
    ratio = np.array([result.measures[name].number == "ratio" for name in frame["measure"]], bool)
    frame["std_error"] = exact_errors(frame["estimate"].to_numpy(float), frame["std_error"].to_numpy(float), ratio)
    return frame.assign(status=status).loc[:, list(RESULT_COLUMNS)].reset_index(drop=True)


def release_all(
    results: Mapping[str, Result],
    edition: Edition,
    spans: Mapping[str, float] | None = None,
    beside: Sequence[Edition] = (),
    own: frozenset[str] = frozenset(),
) -> dict[str, pd.DataFrame]:
    """The rows of all analyses that may leave, each with its status; a value that is held back is empty.

    All analyses of a release must go through the door together: what one of them publishes can give away what another holds back.

    Parameters
    ----------
    edition
        Public or for the committee, with the smallest count that may leave (`edition.py`).
    spans
        By outcome the range of its scores, where that is known.

    beside
        Other editions of the same dossier: what they tell is counted in.
    own
        Covariates of the providers' own that divide people into categories: a row about one of these is about these people.

    Raises
    ------
    UndeclaredMeasure
        A row has a measure that its analysis did not declare.
    """
    results, counts = opened(results, edition, beside, own)
    return {name: released(result, counts, spans or {}) for name, result in results.items()}


def opened(
    results: Mapping[str, Result], edition: Edition, beside: Sequence[Edition] = (), own: frozenset[str] = frozenset()
) -> tuple[dict[str, Result], System]:
    """What may leave of all results, and all of their counts as one system; arguments as in `release_all`."""
    leaving = {name: _leaving(result, edition) for name, result in results.items()}
    counts = system(leaving, edition, [system(leaving, other, own=own) for other in beside], own)
    add_up(counts, leaving)
    return leaving, counts


def estimate_columns(result: Result) -> Columns:
    """The estimates of an analysis as columns, with the kind of each row's measure and of its number."""
    rows = as_columns(result.estimates)
    _declare(result, rows["measure"])
    number = np.array([result.measures[name].number for name in rows["measure"]], object)
    kind = np.array([result.measures[name].kind for name in rows["measure"]], object)
    return rows | {"number": number, "kind": kind}


def _leaving(result: Result, edition: Edition) -> Result:
    """Without what no such edition ever has a number for, and what hardly anybody filled in: that there is a row would tell of these."""
    frame, hardly = result.estimates, result.hardly(edition.threshold)
    never = frame["population"].isin([INSIDE] if edition.exact else [INSIDE, MISSING])
    stays = ~(never | frame["measure"].isin(result.internal) | frame["outcome"].isin(hardly) | frame["subgroup"].isin(hardly))
    stays &= ~(frame["outcome"] + " " + frame["time"]).isin(hardly)
    return result if stays.all() else replace(result, estimates=frame[stays].reset_index(drop=True))


def release(result: Result, edition: Edition) -> pd.DataFrame:
    """The rows of one analysis that is released alone."""
    return release_all({result.analysis: result}, edition)[result.analysis]


def released(result: Result, counts: System, spans: Mapping[str, float]) -> pd.DataFrame:
    """The rows of one analysis that may leave, beside all counts of its release (`opened`)."""
    kinds = {name: declared.kind for name, declared in result.measures.items()}
    parts: list[Judged] = []
    estimates = estimate_columns(result)
    if len(estimates["measure"]):
        parts.append(estimate_rows(estimates, counts, spans))
    for one in counts.tables[result.analysis]:
        reader = Reader(one, counts.network, counts.numbers)
        measures = one.sums.columns["measure"]
        _declare(result, measures)
        told = _with_few_outside(
            table_rows(one, reader, np.array([kinds[name] for name in measures]), counts.threshold), one, counts
        )
        parts.append(_between_providers(told, one.tally.at_providers, counts.edition))
    for one in counts.curves[result.analysis]:
        _declare(result, one.rows["measure"])
        parts.append(_between_providers(curve_rows(one, kinds, counts.edition), one.weekly.at_providers, counts.edition))
    return finished(result.analysis, parts, result.measures)


def _with_few_outside(part: Judged, one: Table, counts: System) -> Judged:
    """Without how many of a category filled in a list where that is told as it is, and would say how few others did: as means of them are."""
    if not counts.edition.exact:
        return part
    columns = (one.sums.columns[name] for name in ("arm", "outcome", "subgroup", "time", "population"))
    few = [
        "=" in subgroup and counts.left_out(counts.group(arm, outcome, subgroup, time, population), size) < counts.threshold
        for arm, outcome, subgroup, time, population, size in zip(*columns, (one.sums.n @ one.counts).tolist())
    ]
    return part._replace(hidden=part.hidden | np.array(few, bool))


def _between_providers(part: Judged, fewest: int, edition: Edition) -> Judged:
    """Without the intervals by provider where the counts of a provider could not leave: their width would say what these are."""
    if fewest >= edition.threshold:
        return part
    clustered = np.array([name.endswith("_clustered") for name in part.text["measure"]], bool)
    return part._replace(hidden=part.hidden | clustered)


def _joined(*frames: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)


def _declare(result: Result, measures: Iterable[str]) -> None:
    unknown = set(measures) - set(result.measures)
    if unknown:
        raise UndeclaredMeasure(f"{result.analysis}: {', '.join(sorted(unknown))}")


def _every_week(weekly: WeeklyTally) -> np.ndarray:
    return np.arange(max(weekly.events.shape[-1], max(weekly.horizons) + 1))
