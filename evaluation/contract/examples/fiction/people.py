"""Six fictional providers and their young people: who they are, how treatment went and how long they were followed."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.contract.examples.fiction.draws import Draws

PROGRAMME, USUAL = "fictional-programme", "usual-care"
# provider -> young people, share of them in the programme, share in secure care
PROVIDERS = {
    "fictional-north": (48, 0.60, 0.35),
    "fictional-east": (41, 0.70, 0.45),
    "fictional-south": (36, 0.55, 0.30),
    "fictional-west": (29, 0.65, 0.50),
    "fictional-middle": (22, 0.75, 0.20),
    "fictional-coast": (8, 1.00, 0.40),
}
PERIODS = {"2022-1": 1.0, "2022-2": 1.1, "2023-1": 1.1, "2023-2": 0.8}
# weeks between the start period and the end of the study, after which nobody was followed
STUDY_WEEKS = {"2022-1": 156, "2022-2": 130, "2023-1": 104, "2023-2": 78}
_AGES = {13: 4, 14: 17, 15: 31, 16: 29, 17: 19}


@dataclass(frozen=True, slots=True)
class Person:
    """One fictional young person; `severity` is what the questionnaires measure, in SDs of this population."""

    client: str
    provider: str
    arm: str
    start_period: str
    age: int
    gender: str
    mild_intellectual_disability: str
    psychiatric_problems: str
    honour_context: str
    victim_status: str
    exploitation_type: str
    setting: str
    severity: float
    ending: str
    treatment_weeks: int | None
    follow_up_from_week: int | None
    follow_up_weeks: int
    follow_up_end: str

    @property
    def dropped_out(self) -> bool:
        """Whether one side ended treatment early."""
        return self.ending in ("stopped_by_client", "stopped_by_provider")

    @property
    def age_group(self) -> str:
        """The contract's age group at the start."""
        return {12: "12_13", 13: "12_13", 14: "14_15", 15: "14_15"}.get(self.age, "16_17")

    def of_age_in(self, week: int) -> bool:
        """Whether the person is 18 or older in that week; birthdays fall halfway through the year."""
        return self.age + 0.5 + week / 52 >= 18


def people(draws: Draws) -> list[Person]:
    """Everyone, by provider."""
    return [
        _person(draws, f"{provider.removeprefix('fictional-')[0].upper()}-{number:03d}", provider)
        for provider, (size, _, _) in PROVIDERS.items()
        for number in range(1, size + 1)
    ]


def _person(draws: Draws, client: str, provider: str) -> Person:
    _, in_programme, secure = PROVIDERS[provider]
    arm = PROGRAMME if draws.chance(in_programme) else USUAL
    setting = draws.pick({"closed": secure, "open": 0.85 - secure, "crisis": 0.10, "outpatient": 0.05})
    disability = draws.pick({"yes": 0.30, "no": 0.62, "unknown": 0.08})
    psychiatric = draws.pick({"yes": 0.68, "no": 0.25, "unknown": 0.07})
    severity = draws.normal(0.0, 1.0) + (0.25 if psychiatric == "yes" else 0.0) + (0.10 if arm == PROGRAMME else 0.0)
    period, age = draws.pick(PERIODS), draws.pick(_AGES)
    ending = _ending(draws, arm, severity, period)
    return Person(
        client=client,
        provider=provider,
        arm=arm,
        start_period=period,
        age=age,
        gender=draws.pick({"girl": 0.945, "boy": 0.042, "other": 0.013}),
        mild_intellectual_disability=disability,
        psychiatric_problems=psychiatric,
        honour_context=draws.pick({"yes": 0.14, "no": 0.70, "unknown": 0.16}),
        victim_status=draws.pick({"actual": 0.52, "presumed": 0.36, "potential": 0.09, "unknown": 0.03}),
        exploitation_type=draws.pick(
            {"sexual": 0.66, "sexual_and_criminal": 0.18, "criminal": 0.10, "other": 0.03, "unknown": 0.03}
        ),
        setting=setting,
        severity=severity,
        ending=ending,
        treatment_weeks=_treatment_weeks(draws, ending, setting),
        **_follow_up(draws, age, period),
    )


def _ending(draws: Draws, arm: str, severity: float, period: str) -> str:
    """Those with most problems stop most often: what is missing later is not missing at random."""
    stops = min(max(0.22 + 0.07 * severity + (0.03 if arm == USUAL else 0.0), 0.05), 0.6)
    return draws.pick(
        {
            "completed": max(0.78 - stops, 0.1),
            "stopped_by_client": stops * 0.75,
            "stopped_by_provider": stops * 0.45,
            "by_agreement": 0.05,
            "external": 0.04,
            "ongoing": 0.10 if period == "2023-2" else 0.0,
            "unknown": 0.01,
        }
    )


def _treatment_weeks(draws: Draws, ending: str, setting: str) -> int | None:
    if ending in ("ongoing", "unknown"):
        return None
    low, high = {"crisis": (4, 12), "outpatient": (20, 60)}.get(setting, (22, 52))
    return draws.whole(2, low + 4) if ending.startswith("stopped") else draws.whole(low, high)


def _follow_up(draws: Draws, age: int, period: str) -> dict:
    """The first of: lost, abroad, died, consent withdrawn, came of age, end of the study."""
    ends = {"end_of_study": STUDY_WEEKS[period] - draws.whole(0, 25)}
    if age == 17 or draws.chance(0.02):
        ends["came_of_age"] = draws.whole(26, 78)
    for reason, probability in (("lost", 0.20), ("withdrawn", 0.03), ("moved_abroad", 0.03), ("died", 0.006)):
        if draws.chance(probability):
            ends[reason] = draws.whole(4, 104)
    reason = min(ends, key=lambda end: (ends[end], end))
    late = draws.whole(1, 3) if draws.chance(0.05) else None
    return {"follow_up_from_week": late, "follow_up_weeks": ends[reason], "follow_up_end": reason}
