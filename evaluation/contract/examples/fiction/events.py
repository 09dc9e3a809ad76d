"""What happened to the fictional young people while they were followed."""

from __future__ import annotations

from collections.abc import Iterator

from evaluation.contract.examples.fiction.draws import Draws
from evaluation.contract.examples.fiction.people import PROGRAMME, Person

Event = tuple[str, str, int, int, str, str]

# Weibull, shape .44 and scale 16.1 years: 1 - exp(-(t / 16.1)^.44), through the published 45 % at 5 and 50 % at 7 years
_WEEKS = (0, 1, 4, 13, 26, 52, 104, 156, 260, 364)
_REACHED = (0.0, 0.0504, 0.0908, 0.1494, 0.1972, 0.2577, 0.3324, 0.3832, 0.4534, 0.5035)
_CERTAINTY = {"actual": 0.50, "presumed": 0.38, "signal": 0.12}
_SOURCES = {"professional": 0.40, "self_report": 0.25, "police": 0.15, "case_file": 0.12, "comensha": 0.08}


def events(draws: Draws, person: Person) -> list[Event]:
    """Everything that was noticed of one person, each event once per source and within follow-up."""
    entry = person.follow_up_from_week or 0
    found = [
        (event, max(start, entry + 1), end, sure, source)
        for event, start, end, sure, source in (
            *_exploitation(draws, person),
            *_running_away(draws, person),
            *_other(draws, person),
        )
        if end > entry
    ]
    seen = {(event, start, end, source): (event, start, end, sure, source) for event, start, end, sure, source in found}
    return [(person.client, *row) for row in sorted(seen.values(), key=lambda row: (row[1], row[2], row[0], row[4]))]


def _exploitation(draws: Draws, person: Person) -> Iterator[tuple]:
    """The first time by the published curve, again sooner than that; brought forward by severity, held back by secure care."""
    speed = 0.80 if person.arm == PROGRAMME else 1.15
    speed *= 0.80 if person.setting == "closed" else 1.10
    speed *= 1.3 if person.severity > 1 else 1.0
    week = draws.from_curve(_WEEKS, _REACHED, speed)
    kind = "criminal_exploitation" if person.exploitation_type == "criminal" else "sexual_exploitation"
    while week is not None and week < person.follow_up_weeks:
        if person.exploitation_type == "sexual_and_criminal" and draws.chance(0.4):
            kind = "criminal_exploitation"
        yield from _noticed(draws, person, kind, int(week) + 1, 0.30, draws.pick(_CERTAINTY))
        gap = draws.from_curve(_WEEKS, _REACHED, 1.2 * speed)
        week = None if gap is None else week + 4 + gap


def _running_away(draws: Draws, person: Person) -> Iterator[tuple]:
    """Episodes by the week, more of them early on and outside secure care; some never run away."""
    if draws.chance(0.18):
        return
    often = max(draws.normal(0.045, 0.02), 0.008) * (0.35 if person.setting == "closed" else 1.0)
    for week in range(1, person.follow_up_weeks + 1):
        if draws.chance(often * (1.6 if week <= 12 else 0.7 if week <= 52 else 0.25)):
            yield from _noticed(draws, person, "running_away", week, 0.05, "actual")


def _other(draws: Draws, person: Person) -> Iterator[tuple]:
    last = person.follow_up_weeks
    for kind, probability in (("other_sexual_violence", 0.07), ("other_abuse", 0.05), ("arrest", 0.06)):
        if draws.chance(probability):
            yield from _noticed(draws, person, kind, draws.whole(1, last), 0.25, draws.pick(_CERTAINTY))
    if person.treatment_weeks is not None and person.treatment_weeks < last and draws.chance(0.28):
        yield from _noticed(draws, person, "new_care", draws.whole(person.treatment_weeks + 1, last), 0.0, "actual")


def _noticed(
    draws: Draws, person: Person, kind: str, week: int, in_range: float, certainty: str
) -> Iterator[tuple[str, int, int, str, str]]:
    """An event as it is registered: often a range of weeks, now and then twice by different sources."""
    first = max(week - draws.whole(0, 6), 1) if draws.chance(in_range) else week
    last = min(week + draws.whole(1, 7), person.follow_up_weeks) if first < week else week
    source = draws.pick(_SOURCES)
    yield kind, first, last, certainty, source
    if draws.chance(0.05):
        yield kind, first, last, certainty, "unknown" if source == "case_file" else "case_file"
