"""Pooling: aggregates in, evidence out, by the same analyses and through the same door as from rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from pydantic import ValidationError

from analyses import analyses
from analyses.shared.cohort import Cohort, pool
from analyses.shared.event_histories import with_late_ones
from data_schemas.aggregate import Aggregate
from data_schemas.instruments import Instrument, registry
from data_schemas.plan import Plan
from data_schemas.result import Result
from data_schemas.submission import CONTRACT_VERSION, Manifest, Submission
from data_schemas.words import Words
from evaluation.aggregates.adding import Counted, added
from evaluation.aggregates.carried import PAIRED, carried, carried_together, marked, unrun, with_pairs, without_others
from evaluation.aggregates.making import counts_of, frame_of
from evaluation.aggregates.refusing import check
from evaluation.aggregates.rounded.extremes import Widest, cells_of
from evaluation.aggregates.rounded.retelling import Told, told_of_rounded
from evaluation.aggregates.stand_ins import pair_stand_ins, stand_ins
from evaluation.evidence.running import Journey, through_the_door, travel
from evaluation.failures import CannotRead, WrongUse
from evaluation.planning.lock import check_lock
from evaluation.planning.people import fitting
from evaluation.planning.scope import beside, only
from evaluation.release.edition import Edition, Name

_NO_MANIFEST = Words(
    "De telling van {name} beschrijft zichzelf met woorden die een inzending niet mag hebben. Laat haar opnieuw maken.",
    "The aggregate of {name} describes itself in words that a submission may not have. Have it made again.",
)
_NOT_EXACT = Words(
    "Deze tellingen zijn afgerond: exacte cijfers zijn er niet van te maken. Laat --internal weg.",
    "These aggregates are rounded: no exact figures can be made of them. Leave out --internal.",
)

_EMPTY = Words(
    "Deze tellingen zijn leeg: van zo weinig jongeren per aanbieder mag afgerond niets naar buiten. Onder een eigen afspraak kunnen niet-afgeronde wel "
    "worden samengevoegd (run --aggregate --internal).",
    "These aggregates are empty: of so few young people per provider nothing may leave rounded. Under an agreement of your own those that are not "
    "rounded can be pooled (run --aggregate --internal).",
)
_OTHER_EDITION = Words(
    "Deze tellingen zijn afgerond naar de uitgave {found}: geef --edition {found}.",
    "These aggregates were rounded by the {found} edition: give --edition {found}.",
)


def pooled(
    given: Sequence[tuple[str, Aggregate]],
    plan: Plan,
    *,
    keys: frozenset[str] | None = None,
    internal: bool = False,
    exploratory: bool = False,
    edition: Name = "public",
    tell: Callable[[str], None] = lambda name: None,
) -> Journey:
    """Evidence about the people of several aggregates, each given with the name of its file.

    Everything is added up first (`adding.py`); stand-ins with the sums then take the road that people take. What cannot be told from sums has
    no number (`carried.py`).

    Raises
    ------
    evaluation.failures.WrongUse
        Some aggregates may not be added up (`refusing.py`).
    evaluation.failures.PlanInvalid
        The plan is not locked, was changed after locking, or names an arm or programme that no aggregate has.
    """
    if not exploratory:
        check_lock(plan)
    given = sorted(given, key=lambda one: [part.name for part in one[1].submissions])
    made = {one.edition for _, one in given if one.form == "rounded"}
    if made in ({"public"}, {"committee"}) and edition not in made:
        raise WrongUse(_OTHER_EDITION.fill(found=made.pop()))
    check(given, plan, keys)
    form = given[0][1].form
    if internal and form == "rounded":
        raise WrongUse(_NOT_EXACT)
    one = added([counts_of(aggregate) for _, aggregate in given])
    sources = [
        _as_submission(aggregate, number)
        for aggregate in (aggregate for _, aggregate in given)
        for number in range(len(aggregate.submissions))
    ]
    kept = all(aggregate.ledger or not _practice(aggregate) for _, aggregate in given)
    ways = {"internal": internal, "exploratory": exploratory, "edition": edition, "tell": tell}
    if form == "exact":
        return answered(one, sources, plan, **ways)
    return _of_rounded(one, sources, plan, [aggregate for _, aggregate in given], remembered=kept, **ways)


def _practice(aggregate: Aggregate) -> bool:
    return any(part.nature == "practice" for part in aggregate.submissions)


def answered(
    one: Counted,
    sources: Sequence[Submission],
    plan: Plan,
    *,
    internal: bool,
    exploratory: bool,
    edition: Name,
    tell: Callable[[str], None],
) -> Journey:
    """The road of the stand-ins of everybody counted exactly; `sources`: what the record says of the submissions."""
    whole = _whole(one, sources, stand_ins(one, plan))
    cohort = fitting(whole, plan, np.zeros(whole.size, bool))
    paired = None
    if one.pairs:
        pairs = _whole(one, sources, pair_stand_ins(one, plan))
        # who is not eligible has none
        paired = only(pairs, beside(pairs, plan.model_copy(update={"eligibility": None})))
    return travel(
        sources,
        plan,
        cohort,
        lambda: _answers(cohort, paired, with_late_ones(plan, cohort) if internal else plan, carried(plan, "exact"), tell),
        internal=internal,
        exploratory=exploratory,
        edition=edition,
        ledger=None,
        telling=_released(plan, cohort),
        unrun=unrun(plan, carried(plan, "exact")),
    )


def _of_rounded(
    one: Counted,
    sources: Sequence[Submission],
    plan: Plan,
    given: Sequence[Aggregate],
    *,
    exploratory: bool,
    edition: Name,
    tell: Callable[[str], None],
    remembered: bool,
    internal: bool = False,
) -> Journey:
    """The same of rounded counts: what is told of them, and how far it can be off, is said by the aggregates."""
    if not len(one.people):
        raise WrongUse(_EMPTY)
    asked = _asked_of_rounded(plan, one)
    cohort = _cohort(one, sources, asked)
    told = carried_together(plan, given)
    widest = Widest(one, asked, _bands(given, one), partial(_cohort, sources=sources, plan=asked))
    flow = pd.concat([frame_of(aggregate.flow) for aggregate in given], ignore_index=True)
    beside_sums = Told(widest.bands, flow, lambda name: [without_others(found, told[name]) for found in widest.answers(name)])
    return travel(
        sources,
        plan,
        cohort,
        lambda: _answers(cohort, None, asked, told, tell),
        internal=internal,
        exploratory=exploratory,
        edition=edition,
        ledger=None,
        telling=lambda found, told_as: told_of_rounded(found, told_as, beside_sums, cohort),
        remembered=remembered,
        unrun=unrun(plan, told),
    )


def _cohort(one: Counted, sources: Sequence[Submission], plan: Plan) -> Cohort:
    whole = _whole(one, sources, stand_ins(one, plan))
    return fitting(whole, plan, np.zeros(whole.size, bool))


def _whole(one: Counted, sources: Sequence[Submission], tables: dict[str, pd.DataFrame]) -> Cohort:
    declared = {name: instrument for source in sources for name, instrument in source.manifest.instruments.items()}
    return pool([Submission(sources[0].manifest.model_copy(update={"instruments": declared}), tables, "")])


def _bands(given: Sequence[Aggregate], one: Counted) -> pd.DataFrame:
    """The bands of all, with the place of each cell in the pooled people, and its arm."""
    parts = []
    for aggregate in given:
        place = cells_of(frame_of(aggregate.people), one.people)
        bands = frame_of(aggregate.bands)
        parts.append(bands.assign(cell=place[bands["cell"].to_numpy(np.int64)]) if len(bands) else bands)
    found = pd.concat(parts, ignore_index=True)
    return found.assign(arm=one.people["arm"].to_numpy(object)[found["cell"].to_numpy(np.int64)])


def _released(plan: Plan, cohort: Cohort) -> Callable[[dict[str, Result], Edition], dict[str, pd.DataFrame]]:
    """The door, and after it the reason why something is not told."""
    told = carried(plan, "exact")

    def telling(found: dict[str, Result], edition: Edition) -> dict[str, pd.DataFrame]:
        shown = through_the_door(found, plan, cohort, edition)
        return {name: marked(frame, told[name]) for name, frame in shown.items()}

    return telling


def _asked_of_rounded(plan: Plan, one: Counted) -> Plan:
    """What rounded counts are asked: of arms as a whole, those who were eligible where they were counted; compared where both may be told."""
    there = plan.comparison is not None and set(plan.arms) <= set(one.people["arm"])
    comparison = plan.comparison.model_copy(update={"covariates": ()}) if there else None
    return plan.model_copy(update={"eligibility": None, "subgroups": (), "comparison": comparison})


def _answers(
    cohort: Cohort,
    paired: Cohort | None,
    plan: Plan,
    told: Mapping[str, frozenset[str]],
    tell: Callable[[str], None],
) -> dict[str, Result]:
    """What each analysis that is told finds in the sums, and where pairs of scores tell more, in these."""
    found = {}
    for name, module in analyses().items():
        if name in told and module.wanted(plan):
            tell(name)
            answer = module.run(cohort, plan)
            if paired is not None and name in PAIRED:
                answer = with_pairs(answer, module.run(paired, plan), PAIRED[name])
            found[name] = without_others(answer, told[name])
    return found


def _declared(aggregate: Aggregate) -> dict[str, Instrument]:
    """The instruments that the registry has not, or has otherwise."""
    return {name: instrument for name, instrument in aggregate.instruments.items() if registry().get(name) != instrument}


def _as_submission(aggregate: Aggregate, number: int) -> Submission:
    """A submission as the record names it: what it says of itself, and of its people nothing."""
    own = aggregate.submissions[number]
    told = {
        "contract": CONTRACT_VERSION,
        "name": own.name,
        "title": None if own.title is None else own.title.model_dump(),
        # the hash of exact sums would confirm a guess at them
        "source": f"{own.source} (aggregate{f' {aggregate.sha256[:12]}' * (aggregate.form == 'rounded')}, {aggregate.form})".strip(),
        "nature": own.nature,
        "labels": {name: label.model_dump() for name, label in aggregate.labels.items()},
        "instruments": _declared(aggregate),
    }
    try:
        manifest = Manifest.model_validate(told)
    except ValidationError:
        raise CannotRead(_NO_MANIFEST.fill(name=own.name)) from None
    tables = {name: pd.DataFrame(index=range(rows)) for name, rows in own.rows.items()}
    return Submission(manifest, tables, aggregate.sha256, own.warnings)
