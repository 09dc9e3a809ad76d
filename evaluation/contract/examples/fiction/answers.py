"""What the fictional young people, their parents and professionals filled in: questionnaires at fixed moments, and one every two weeks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.contract.examples.fiction.draws import Draws
from evaluation.contract.examples.fiction.people import PROGRAMME, Person

Measurement = tuple[str, str, str, str, int, float | int | str]
SINGLE_CASE_PROVIDER = "fictional-middle"


@dataclass(frozen=True, slots=True)
class _Questionnaire:
    """Mean and SD at baseline, and by how many of those SDs people improve in the programme and in usual care."""

    instrument: str
    informant: str
    low: int
    high: int
    mean: float
    sd: float
    improves: tuple[float, float]
    better: int = -1
    later: tuple[str, ...] = ("end", "follow_up_6m")


# effects as in published care: PTSD .6-.9 with trauma treatment, internalising .45, externalising .60, self-esteem .3-.4
_QUESTIONNAIRES = (
    _Questionnaire("cries-13", "self", 0, 65, 35.0, 12.5, (0.80, 0.40), later=("end", "follow_up_6m", "follow_up_12m")),
    _Questionnaire("sdq-internalising", "self", 0, 20, 9.5, 3.6, (0.50, 0.30)),
    _Questionnaire("sdq-externalising", "parent", 0, 20, 10.0, 3.9, (0.62, 0.40)),
    _Questionnaire("rses", "self", 10, 40, 23.5, 5.2, (0.38, 0.20), better=1),
)
_AFTER_WEEKS = {"end": 0, "follow_up_6m": 26, "follow_up_12m": 52}
_KEPT = {"end": 1.0, "follow_up_6m": 1.0, "follow_up_12m": 0.85}
_ANSWERS = {"end": 0.93, "follow_up_6m": 0.80, "follow_up_12m": 0.68}


def measurements(draws: Draws, person: Person) -> Iterator[Measurement]:
    """All questionnaires of one person, each moment in its own week."""
    for questionnaire in _QUESTIONNAIRES:
        yield from _filled_in(draws, person, questionnaire)
    if person.provider == SINGLE_CASE_PROVIDER and person.treatment_weeks is not None and person.treatment_weeks >= 16:
        yield from _every_two_weeks(draws, person)


def _filled_in(draws: Draws, person: Person, asked: _Questionnaire) -> Iterator[Measurement]:
    own = 0.8 * person.severity + draws.normal(0.0, 0.6)
    effect = asked.improves[0 if person.arm == PROGRAMME else 1] * (0.35 if person.dropped_out else 1.1)
    answer = (person.client, asked.instrument, asked.informant)
    if draws.chance(0.94 if asked.informant == "self" else 0.72):
        yield (*answer, "baseline", _baseline_week(draws, person), _score(draws, asked, own))
    for moment in asked.later:
        week = max((person.treatment_weeks or 40) + _AFTER_WEEKS[moment] + draws.whole(0, 2), 4)
        level = own - effect * _KEPT[moment] + draws.normal(0.0, 0.55)
        if person.treatment_weeks is None or not _answers(draws, person, asked, moment, level):
            continue
        if asked.instrument == "cries-13" and person.of_age_in(week):
            # at 18 the provider changed to the questionnaire for adults, whose scores are not comparable
            yield (person.client, "ies-r", "self", moment, week, min(max(round(draws.normal(40 + 15 * level, 8)), 0), 88))
        else:
            yield (*answer, moment, week, _score(draws, asked, level))


def _baseline_week(draws: Draws, person: Person) -> int:
    """Around the start, and now and then too late to be a baseline."""
    late = (person.treatment_weeks or 0) >= 16 and draws.chance(0.03)
    return draws.whole(5, 9) if late else draws.whole(-2, 3)


def _answers(draws: Draws, person: Person, asked: _Questionnaire, moment: str, level: float) -> bool:
    """Those who are worse off answer less often, and hardly anyone who stopped early does."""
    probability = _ANSWERS[moment] - 0.08 * level - (0.45 if person.dropped_out else 0.0)
    return draws.chance(min(max(probability * (0.75 if asked.informant == "parent" else 1.0), 0.02), 0.98))


def _score(draws: Draws, asked: _Questionnaire, level: float) -> int | str:
    """The total score; now and then too few items were filled in for one."""
    if draws.chance(0.012):
        return ""
    score = asked.mean - asked.better * asked.sd * (level + draws.normal(0.0, 0.25))
    return min(max(round(score), asked.low), asked.high)


def _every_two_weeks(draws: Draws, person: Person) -> Iterator[Measurement]:
    """The Outcome Rating Scale: four times before the start, then until the end, with a slow rise from the start on."""
    usual = draws.normal(19.0, 4.0)
    gain = draws.normal(0.28, 0.20)  # points per week
    for week in range(-6, person.treatment_weeks + 1, 2):
        if draws.chance(0.88):
            score = draws.normal(usual + gain * max(week, 0), 3.0)
            yield (person.client, "ors", "self", "repeated", week, round(min(max(score, 0.0), 40.0), 1))
