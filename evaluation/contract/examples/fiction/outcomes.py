"""How treatment of a fictional young person went: contacts, integrity, goals, satisfaction, living and daytime before and after."""

from __future__ import annotations

from evaluation.contract.examples.fiction.draws import Draws
from evaluation.contract.examples.fiction.people import PROGRAMME, Person

OUTCOMES = (
    "sessions_planned",
    "sessions_attended",
    "modules_attended",
    "integrity",
    "goal_attainment",
    "satisfaction",
    "continues_without_help",
    "housing_start",
    "housing_end",
    "daytime_start",
    "daytime_end",
    "police_report",
)
_HOUSING = {
    "with_family": 0.38,
    "residential": 0.40,
    "foster_care": 0.08,
    "no_fixed_address": 0.06,
    "shelter": 0.06,
    "other": 0.02,
}
_HOUSING_AFTER = {
    "with_family": 0.40,
    "residential": 0.20,
    "supported": 0.18,
    "foster_care": 0.09,
    "independent": 0.06,
    "no_fixed_address": 0.04,
    "unknown": 0.03,
}
_DAYTIME = {"school": 0.42, "none": 0.40, "day_programme": 0.10, "work": 0.05, "unknown": 0.03}
_DAYTIME_AFTER = {"school": 0.55, "none": 0.18, "work": 0.10, "day_programme": 0.09, "school_and_work": 0.05, "unknown": 0.03}


def outcomes(draws: Draws, person: Person) -> tuple[int | str, ...]:
    """The values of `OUTCOMES`, in their order; empty where treatment has not ended or nobody asked."""
    planned = draws.whole(20, 48)
    share = draws.normal(0.35 if person.dropped_out else 0.82, 0.12)
    attended = max(round(planned * min(share, 1.0)), 1) + (draws.whole(1, 3) if share > 1.05 else 0)
    start = (
        draws.pick(_HOUSING),
        draws.pick(_DAYTIME),
        draws.pick({"yes": 0.28, "no": 0.60, "unknown": 0.12}),
    )
    after = _after(draws, person)
    integrity = _within(draws.normal(78 if person.arm == PROGRAMME else 61, 10)) if draws.chance(0.85) else ""
    modules = round(8 * attended / planned) if person.arm == PROGRAMME else ""
    goals, mark, without_help, housing, daytime = after
    return planned, attended, modules, integrity, goals, mark, without_help, start[0], housing, start[1], daytime, start[2]


def _after(draws: Draws, person: Person) -> tuple[int | str, ...]:
    if person.treatment_weeks is None:
        return "", "", "", "", ""
    early = person.dropped_out
    goals = round(_within(draws.normal(38 if early else 66, 18)) / 10) * 10 if draws.chance(0.55 if early else 0.9) else ""
    mark = min(max(round(draws.normal(6.2 if early else 7.6, 1.3)), 1), 10) if draws.chance(0.35 if early else 0.75) else ""
    alone = draws.pick({"yes": 0.15, "no": 0.65, "unknown": 0.20} if early else {"yes": 0.48, "no": 0.42, "unknown": 0.10})
    return (
        goals,
        mark,
        alone,
        draws.pick(_HOUSING if early else _HOUSING_AFTER),
        draws.pick(_DAYTIME if early else _DAYTIME_AFTER),
    )


def _within(share: float) -> int:
    return min(max(round(share), 0), 100)
