"""The plan: what will be analysed, written and locked before the results are seen. TOML, no paths."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Week = Annotated[int, Field(ge=1, le=1040)]
Moment = Literal["interim", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m", "follow_up_12m"]
Design = Literal["quality", "change", "norm_related_change", "single_case", "quasi_experimental", "experimental"]

EventCode = Literal[
    "sexual_exploitation", "criminal_exploitation", "other_sexual_violence", "other_abuse", "running_away", "new_care", "arrest"
]
Descriptor = Literal[
    "gender",
    "age_group",
    "mild_intellectual_disability",
    "psychiatric_problems",
    "honour_context",
    "victim_status",
    "exploitation_type",
    "setting",
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Estimand(_Section):
    """What exactly is estimated (ICH E9(R1), section A.3): five attributes, in words."""

    population: str = Field(description="for whom the answer holds")
    treatment: str = Field(description="the treatment strategy, and the alternative it is compared with")
    intercurrent_events: str = Field(description="what can intervene (stopping early, moving away), and how it is handled")
    outcome: str = Field(description="the variable, and when it is measured")
    summary: str = Field(description="the summary measure, such as a difference in means")


class Measure(_Section):
    """One outcome measured by a questionnaire."""

    instrument: Name
    informant: Literal["self", "parent", "professional", "clinician", "unknown"]
    moments: tuple[Moment, ...] = Field(min_length=1, description="later moments, compared with the baseline")
    primary: bool = False
    non_inferiority_margin: float | None = Field(
        None, gt=0, description="in points of the score: how much worse the first arm may be and still count as no worse"
    )
    benchmark: Name | None = Field(None, description="published pre/post effect of comparable care to compare with")


class Events(_Section):
    """The outcome of the event analyses: how long until it happens."""

    event: tuple[EventCode, ...] = Field(min_length=1)
    certainty: tuple[Literal["actual", "presumed", "signal"], ...] = ("actual", "presumed")
    time_zero: Literal["start", "end"] = Field("start", description="count from the start or from the end of treatment")
    horizons_weeks: tuple[Week, ...] = Field(min_length=1, description="weeks at which the curve is read")
    restricted_mean_weeks: Week = Field(description="horizon of the restricted mean")
    competing: tuple[Literal["died", "moved_abroad", "came_of_age"] | EventCode, ...] = Field(
        ("died", "moved_abroad", "came_of_age"),
        description="what makes the event impossible: ends of follow-up, or other events",
    )
    censoring_covariates: tuple[Descriptor, ...] = Field(
        (), description="what predicts being lost, for weights by the inverse probability of censoring"
    )
    primary: bool = False

    @model_validator(mode="after")
    def _not_its_own_competitor(self) -> Events:
        if set(self.competing) & set(self.event):
            raise ValueError("competing: an event cannot compete with itself")
        return self


class Comparison(_Section):
    """Which arms are compared; a difference is first minus second."""

    arms: tuple[Name, Name]
    covariates: tuple[Descriptor, ...] = ()

    @model_validator(mode="after")
    def _different(self) -> Comparison:
        if self.arms[0] == self.arms[1]:
            raise ValueError("arms: name two different arms")
        return self


class MissingData(_Section):
    """What is done about measurements that are not there; the answers stand side by side."""

    approaches: tuple[Literal["complete_cases", "mixed_model", "multiple_imputation", "tipping_point", "locf"], ...] = Field(
        ("complete_cases", "mixed_model", "multiple_imputation", "tipping_point"),
        min_length=1,
        description="locf only shows how wrong carrying the last score forward is",
    )
    imputations: int = Field(20, ge=2, le=1000, description="number of imputed data sets")


class OverTime(_Section):
    """A mixed model over all moments."""

    slope: Literal["fixed", "random"] = "random"
    dose: tuple[Literal["treatment_weeks", "sessions_attended", "modules_attended", "integrity"], ...] = Field(
        (), description="what was received, as covariates; they cannot show that more care works better"
    )


class SingleCase(_Section):
    """Repeated measurements per client: baseline phase (week < 1) against treatment phase."""

    instrument: Name
    informant: Literal["self", "parent", "professional", "clinician", "unknown"]
    minimum_baseline: int = Field(3, ge=3, le=50, description="fewest measurements before the start of treatment")
    minimum_treatment: int = Field(3, ge=3, le=50, description="fewest measurements from the start of treatment on")
    permutations: int = Field(10_000, ge=100, le=1_000_000)


class Gates(_Section):
    """Conditions that are checked before an effect is opened; a condition that is not named is not checked."""

    attrition: Literal["cautious", "optimistic"] | None = Field(
        None, description="the What Works Clearinghouse boundary for overall and differential attrition"
    )
    largest_baseline_difference: float | None = Field(
        None, gt=0, le=2, description="largest standardised difference between the arms at baseline"
    )
    smallest_overlap: float | None = Field(
        None, gt=0, le=1, description="smallest share of people whose baseline lies within the range of both arms"
    )
    largest_warning_share: float | None = Field(
        None, gt=0, le=1, description="data quality: largest share of rows that one rule of validation may warn about"
    )
    smallest_measured: float | None = Field(
        None, gt=0, le=1, description="smallest share of eligible people with both measurements, or followed"
    )


class Disclosure(_Section):
    """Disclosure control: the threshold may be raised, never lowered."""

    threshold: int = Field(10, ge=10, le=100)


class Lock(_Section):
    """Written by `evaluation plan lock`: the hash over everything else in the plan, and when."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    locked_at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    contract: Literal["1"]


class Plan(_Section):
    """A plan of analysis.

    `measures` and `events` say what is analysed; at least one of them must be there. `seed` drives every random step.
    """

    contract: Literal["1"]
    title: str = Field(min_length=3, max_length=200)
    question: str = Field(min_length=10, max_length=1000)
    programme: Name
    design: Design
    estimand: Estimand
    measures: tuple[Measure, ...] = ()
    events: Events | None = None
    comparison: Comparison | None = None
    subgroups: tuple[Descriptor, ...] = Field((), max_length=4, description="at most four, named before the results are seen")
    multiplicity: Literal["holm", "none"] = Field("holm", description="correction of p over subgroups and secondary outcomes")
    missing_data: MissingData = MissingData()
    over_time: OverTime | None = None
    single_case: SingleCase | None = None
    gates: Gates = Gates()
    disclosure: Disclosure = Disclosure()
    seed: int = Field(ge=0, lt=2**32)
    lock: Lock | None = None

    @model_validator(mode="after")
    def _has_an_outcome(self) -> Plan:
        if not self.measures and self.events is None and self.single_case is None:
            raise ValueError("name at least one outcome: [[measures]], [events] or [single_case]")
        names = [(m.instrument, m.informant) for m in self.measures]
        if len(set(names)) != len(names):
            raise ValueError("measures: one entry per instrument and informant")
        return self

    def _repr_markdown_(self) -> str:
        """What Jupyter shows: title, question, outcomes, comparison and lock. `evaluation.plan_page` gives everything, in words."""
        outcomes = [f"{m.instrument} ({m.informant}) at {', '.join(m.moments)}" for m in self.measures]
        if self.events is not None:
            weeks = ", ".join(map(str, self.events.horizons_weeks))
            outcomes.append(f"{' or '.join(self.events.event)} up to weeks {weeks}")
        if self.single_case is not None:
            outcomes.append(f"{self.single_case.instrument} ({self.single_case.informant}), repeated")
        parts = {
            "Question": " ".join(self.question.split()),
            "Design": self.design.replace("_", " "),
            "Outcomes": "; ".join(outcomes),
            "Comparison": " against ".join(self.comparison.arms) if self.comparison else "none",
            "Locked": f"{self.lock.locked_at[:10]}, {self.lock.sha256[:12]}" if self.lock else "no",
        }
        lines = [f"**Plan: {' '.join(self.title.split())}**", *(f"- {name}: {text}" for name, text in parts.items())]
        return "\n".join([lines[0], "", *lines[1:]])
