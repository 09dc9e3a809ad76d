"""Whom a plan is about: the people of all submissions, each once.

A person is known by provider and pseudonym, in every submission. Who is in two of them would count twice, pass the threshold twice, and be
released; so a run is refused, unless the plan orders the submissions. Then the last of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort, pool
from data_schemas.plan import Plan
from data_schemas.submission import Submission
from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.planning.copies import alike
from evaluation.planning.fit import check_fit
from evaluation.planning.scope import beside, only

_COVARIATES_DIFFER = Words(
    "{one} en {other} beschrijven het eigen kenmerk {name} niet hetzelfde (submission.toml, covariates). Maak ze gelijk, of geef een van beide een "
    "andere naam.",
    "{one} and {other} do not declare the own covariate {name} alike (submission.toml, covariates). Make them the same, or give one of them "
    "another name.",
)
_NAMES_TWICE = Words(
    "Twee inzendingen hebben dezelfde naam; iemand zou dubbel tellen.",
    "Two submissions have the same name; someone would count twice.",
)
_INSTRUMENTS_DIFFER = Words(
    "{one} en {other} beschrijven instrument {name} niet hetzelfde (submission.toml, instruments). Welke beschrijving geldt, kan het programma "
    "niet kiezen: een andere richting keert elke uitkomst om. Maak ze gelijk, of geef een van beide een andere naam.",
    "{one} and {other} do not declare instrument {name} alike (submission.toml, instruments). Which declaration holds the program cannot "
    "choose: another direction turns every result round. Make them the same, or give one of them another name.",
)
_TWICE = Words(
    "{one} en {other} bevatten dezelfde jongeren: van {count} zijn aanbieder en pseudoniem gelijk. Zij zouden dubbel tellen. Geef alleen de laatste "
    "inzending. Of laat het plan zeggen dat van iedereen de laatste telt, en vergrendel het opnieuw:  [editions] order = [{order}]",
    "{one} and {other} hold the same young people: {count} have the same provider and pseudonym. They would count twice. Give only the last "
    "submission. Or let the plan say that of everyone the last counts, and lock it again:  [editions] order = [{order}]",
)
_ALIKE = Words(
    "{one} en {other} lijken dezelfde jongeren te bevatten: van {count} zijn alle scores gelijk, onder een ander pseudoniem of een andere "
    "aanbieder. Zij zouden dubbel tellen. Haal hen uit een van beide. Is nagegaan dat het andere jongeren zijn, zet dat dan in het plan:  "
    "[editions] different_people = true",
    "{one} and {other} seem to hold the same young people: of {count} all scores are equal, under another pseudonym or another provider. "
    "They would count twice. Take them out of one of the two. If it was checked that they are different people, say so in the plan:  "
    "[editions] different_people = true",
)


def people(submissions: Sequence[Submission], plan: Plan) -> Cohort:
    """The people of the submissions whom the plan is about, each once, as one cohort.

    Raises
    ------
    evaluation.failures.PlanInvalid
        The plan names what the submissions do not have.
    evaluation.failures.WrongUse
        Two submissions have one name, declare an instrument differently, or hold the same people.
    """
    earlier = check_submissions(submissions, plan)
    return fitting(pool(submissions), plan, np.concatenate(earlier))


def fitting(everyone: Cohort, plan: Plan, earlier: np.ndarray) -> Cohort:
    """Of everybody those whom the plan is about, who are in no later edition too (`earlier`, boolean per person).

    Of the covariates of the providers' own those that the plan names: nothing is said of any other.
    """
    check_fit(plan, everyone)
    everyone = replace(everyone, own={name: one for name, one in everyone.own.items() if name in plan.traits})
    return only(everyone, {"earlier_edition": earlier, **beside(everyone, plan)})


def check_submissions(submissions: Sequence[Submission], plan: Plan) -> list[np.ndarray]:
    """Refuse submissions that cannot be one cohort; per submission who of it is in a later one too."""
    names = [submission.name for submission in submissions]
    if len(set(names)) != len(names):
        raise WrongUse(_NAMES_TWICE)
    _check_instruments(submissions)
    _check_covariates(submissions)
    earlier = _earlier(submissions, plan)
    if plan.editions is None or not plan.editions.different_people:
        _check_copies(submissions, earlier)
    return earlier


def _check_instruments(submissions: Sequence[Submission]) -> None:
    """One instrument, one declaration: the order of the submissions must not choose."""
    declared: dict[str, Submission] = {}
    for submission in submissions:
        for name, instrument in submission.manifest.instruments.items():
            first = declared.setdefault(name, submission)
            if first.manifest.instruments[name] != instrument:
                raise WrongUse(_INSTRUMENTS_DIFFER.fill(one=first.name, other=submission.name, name=name))


def _check_covariates(submissions: Sequence[Submission]) -> None:
    """One own covariate, one declaration: a number of one provider is not the code of another, nor in another unit."""
    declared: dict[str, Submission] = {}
    for submission in submissions:
        for name, covariate in submission.manifest.covariates.items():
            first = declared.setdefault(name, submission)
            if first.manifest.covariates[name] != covariate:
                raise WrongUse(_COVARIATES_DIFFER.fill(one=first.name, other=submission.name, name=name))


def _earlier(submissions: Sequence[Submission], plan: Plan) -> list[np.ndarray]:
    """Per submission who of it is in a later one too."""
    who = [persons(submission) for submission in submissions]
    found = [np.zeros(len(persons), bool) for persons in who]
    order = {name: place for place, name in enumerate(plan.editions.order)} if plan.editions else {}
    for one, other in combinations(range(len(submissions)), 2):
        shared = who[one].isin(who[other])
        if not shared.any():
            continue
        names = [submissions[place].name for place in (one, other)]
        if not set(names) <= set(order):
            shown = ", ".join(f'"{name}"' for name in sorted({*names, *order}, key=lambda name: (order.get(name, 0), name)))
            raise WrongUse(_TWICE.fill(one=names[0], other=names[1], count=int(shared.sum()), order=shown))
        first, last = (one, other) if order[names[0]] < order[names[1]] else (other, one)
        found[first] |= who[first].isin(who[last])
    return found


def persons(submission: Submission) -> pd.Index:
    """Who everybody in a submission is: provider and pseudonym."""
    treatments = submission.tables["treatments"]
    return pd.Index(treatments["provider"].astype(str) + "\0" + treatments["client"].astype(str))


def _check_copies(submissions: Sequence[Submission], earlier: Sequence[np.ndarray]) -> None:
    for one, other, count in _copies(submissions, earlier):
        raise WrongUse(_ALIKE.fill(one=one, other=other, count=count))


def _copies(submissions: Sequence[Submission], earlier: Sequence[np.ndarray]) -> Iterator[tuple[str, str, int]]:
    """Two submissions with more people alike than chance allows, and how many."""
    for one, other in combinations(range(len(submissions)), 2):
        count = alike(*((submissions[place].tables, ~earlier[place]) for place in (one, other)))
        if count:
            yield submissions[one].name, submissions[other].name, count
