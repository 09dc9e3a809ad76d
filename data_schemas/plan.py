"""The plan: what will be analysed, written and locked before the results are seen. TOML, no paths."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from data_schemas.designs import DESIGN_CARRIES, DESIGN_NAMES
from data_schemas.plan_arms import Committee as Committee
from data_schemas.plan_arms import Comparison, Disclosure, Eligibility, Gates, Providers, Section, Weighting, check_weighting
from data_schemas.plan_values import (
    Decimal,
    Descriptor,
    Design,
    EventCode,
    Moment,
    Name,
    Once,
    PlanRefused,
    Text,
    Trait,
    Week,
    Whole,
    YesOrNo,
)
from data_schemas.showing import card, facts


class Estimand(Section):
    """What exactly is estimated (ICH E9(R1), section A.3): five attributes, in words."""

    population: Text = Field(description="for whom the answer holds")
    treatment: Text = Field(description="the treatment strategy, and the alternative it is compared with")
    intercurrent_events: Text = Field(description="what can intervene (stopping early, moving away), and how it is handled")
    outcome: Text = Field(description="the variable, and when it is measured")
    summary: Text = Field(description="the summary measure, such as a difference in means")


class Measure(Section):
    """One outcome measured by a questionnaire."""

    instrument: Name
    informant: Literal["self", "parent", "professional", "clinician", "unknown"]
    moments: Annotated[tuple[Moment, ...], Once] = Field(min_length=1, description="later moments, compared with the baseline")
    primary: YesOrNo = False
    non_inferiority_margin: Decimal | None = Field(
        None, gt=0, description="in points of the score: how much worse the first arm may be and still count as no worse"
    )
    benchmark: Name | None = Field(None, description="published pre/post effect of comparable care to compare with")


class Events(Section):
    """The outcome of the event analyses: how long until it happens."""

    later: ClassVar = ("late_entry",)
    event: Annotated[tuple[EventCode, ...], Once] = Field(min_length=1)
    certainty: Annotated[tuple[Literal["actual", "presumed", "signal"], ...], Once] = Field(
        ("actual", "presumed"), min_length=1
    )
    time_zero: Literal["start", "end"] = Field("start", description="count from the start or from the end of treatment")
    horizons_weeks: Annotated[tuple[Week, ...], Once] = Field(min_length=1, description="weeks at which the curve is read")
    restricted_mean_weeks: Week = Field(description="horizon of the restricted mean")
    competing: Annotated[tuple[Literal["died", "moved_abroad", "came_of_age"] | EventCode, ...], Once] = Field(
        ("died", "moved_abroad", "came_of_age"),
        description="what makes the event impossible: ends of follow-up, or other events",
    )
    censoring_covariates: Annotated[tuple[Trait, ...], Once] = Field(
        (),
        description="what predicts being lost, for weights by the inverse probability of censoring; descriptors, and the provider's own in codes",
    )
    late_entry: YesOrNo | None = Field(
        None,
        description="who was followed from a later week counts from then on, which widens intervals of a release; not said: in exact figures always, "
        "in a release from twenty in an arm on",
    )
    primary: YesOrNo = False

    @model_validator(mode="after")
    def _not_its_own_competitor(self) -> Events:
        if set(self.competing) & set(self.event):
            raise PlanRefused(
                "competing: een gebeurtenis kan niet met zichzelf concurreren",
                "competing: an event cannot compete with itself",
                'competing = ["died"]',
            )
        return self


class MissingData(Section):
    """What is done about measurements that are not there; the answers stand side by side."""

    approaches: Annotated[
        tuple[
            Literal[
                "complete_cases",
                "mixed_model",
                "multiple_imputation",
                "tipping_point",
                "best_case",
                "worst_case",
                "baseline_carried_forward",
                "locf",
            ],
            ...,
        ],
        Once,
    ] = Field(
        ("complete_cases", "mixed_model", "multiple_imputation", "tipping_point"),
        min_length=1,
        description="the last four fill in one guess, to see how much depends on it; locf only shows how wrong carrying the last score forward is",
    )
    imputations: Whole = Field(20, ge=2, le=1000, description="number of imputed data sets")


class OverTime(Section):
    """A mixed model over all moments."""

    slope: Literal["fixed", "random"] = "random"
    dose: Annotated[tuple[Literal["treatment_weeks", "sessions_attended", "modules_attended", "integrity"], ...], Once] = Field(
        (), description="what was received, as covariates; they cannot show that more care works better"
    )


class SingleCase(Section):
    """Repeated measurements per client: baseline phase (week < 1) against treatment phase."""

    instrument: Name
    informant: Literal["self", "parent", "professional", "clinician", "unknown"]
    minimum_baseline: Whole = Field(3, ge=3, le=50, description="fewest measurements before the start of treatment")
    minimum_treatment: Whole = Field(3, ge=3, le=50, description="fewest measurements from the start of treatment on")
    permutations: Whole = Field(10_000, ge=100, le=1_000_000)


class Editions(Section):
    """Several submissions in which the same people can be."""

    order: Annotated[tuple[Name, ...], Once] = Field(
        (),
        description="names of the submissions, the oldest first: who is in more of them counts once, as the last of them says; a submission "
        "that is not handed in yet may stand there",
    )
    different_people: YesOrNo = Field(
        False, description="true when it was checked that people with all scores alike in two submissions are different people"
    )


class Account(Section):
    """Who answers for the report; printed in it as it stands here."""

    authors: Annotated[tuple[Text, ...], Once] = Field(
        min_length=1, description="who wrote the plan and the report, by name or office"
    )
    period: Text = Field(description="the period that the data are about, in whole years or half-years")
    version: Text = Field(description="the version of the report")


class Lock(Section):
    """Written by `evaluation plan lock`: when, and the hash over that and everything else in the plan."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    locked_at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    contract: Literal["1"]


class Plan(Section):
    """A plan of analysis.

    `measures` and `events` say what is analysed; at least one of them must be there. `seed` drives every random step.
    """

    later: ClassVar = ("eligibility", "editions", "outcomes_known", "weighting", "providers", "account", "described")
    contract: Literal["1"]
    title: Text = Field(min_length=3, max_length=200)
    question: Text = Field(min_length=10, max_length=1000)
    programme: Name
    design: Design
    estimand: Estimand
    measures: tuple[Measure, ...] = ()
    events: Events | None = None
    eligibility: Eligibility | None = Field(None, description="whom of the programme the plan is about, when not everyone")
    comparison: Comparison | None = None
    weighting: Weighting | None = Field(None, description="when arms that were not made by lot are made alike by weights")
    subgroups: Annotated[tuple[Trait, ...], Once] = Field(
        (),
        max_length=4,
        description="at most four, named before the results are seen: descriptors, and the provider's own in codes",
    )
    described: Annotated[tuple[Trait, ...], Once] = Field(
        (),
        max_length=12,
        description="covariates of the provider's own that are described at the start, beside those that the plan uses",
    )
    multiplicity: Literal["holm", "none"] = Field("holm", description="correction of p over subgroups and secondary outcomes")
    missing_data: MissingData = MissingData()
    over_time: OverTime | None = None
    single_case: SingleCase | None = None
    editions: Editions | None = Field(None, description="when the same people can be in several submissions")
    providers: Providers | None = Field(None, description="when results of several providers may name them")
    gates: Gates = Gates()
    disclosure: Disclosure = Disclosure()
    outcomes_known: Literal["no", "partly", "yes"] | None = Field(
        None,
        description="the researchers' own word: were outcomes known when this plan was written; reports quote it, nothing can check it",
    )
    account: Account | None = Field(None, description="authors, period and version, for the last page of the report")
    seed: Whole = Field(ge=0, lt=2**32)
    lock: Lock | None = None

    @model_validator(mode="after")
    def _has_an_outcome(self) -> Plan:
        if not self.measures and self.events is None and self.single_case is None:
            raise PlanRefused(
                "noem ten minste één uitkomst: [[measures]], [events] of [single_case]",
                "name at least one outcome: [[measures]], [events] or [single_case]",
                "[[measures]] with instrument, informant and moments",
            )
        if self.weighting is not None:
            check_weighting(self.weighting, self.comparison)
        names = [(m.instrument, m.informant) for m in self.measures]
        if len(set(names)) != len(names):
            raise PlanRefused(
                "measures: één deel per vragenlijst en informant, met alle momenten daarin",
                "measures: one entry per instrument and informant, with all its moments",
                'moments = ["end", "follow_up_6m"]',
            )
        return self

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms that are compared, all those weighted together where a plan weights; none without a comparison."""
        if self.comparison is None:
            return ()
        more = self.weighting.arms if self.weighting else ()
        return self.comparison.arms + tuple(arm for arm in more if arm not in self.comparison.arms)

    @property
    def traits(self) -> frozenset[str]:
        """All descriptors and covariates that the plan names."""
        adjusted = self.comparison.covariates if self.comparison else ()
        lost = self.events.censoring_covariates if self.events else ()
        return frozenset((*self.subgroups, *self.described, *adjusted, *lost, *self.weighted_covariates))

    @property
    def own_traits(self) -> list[str]:
        """What the plan names that the contract does not know: a submission must declare it."""
        return sorted(name for name in self.traits - {*get_args(Descriptor), "start_period"} if ":" not in name)

    @property
    def weighted_covariates(self) -> tuple[str, ...]:
        """What the arms are made alike in; empty where a plan does not weight."""
        if self.weighting is None or self.comparison is None:
            return ()
        return self.weighting.covariates or self.comparison.covariates

    def _repr_html_(self) -> str:
        """What Jupyter shows: question, outcomes, what the design can carry, and the lock. `evaluation.plan_page` gives everything."""
        outcomes = [f"{m.instrument} ({m.informant}) at {', '.join(m.moments)}" for m in self.measures]
        if self.events is not None:
            weeks = ", ".join(map(str, self.events.horizons_weeks))
            outcomes.append(f"{' or '.join(self.events.event)} up to weeks {weeks}")
        if self.single_case is not None:
            outcomes.append(f"{self.single_case.instrument} ({self.single_case.informant}), repeated")
        parts = {
            "Question": " ".join(self.question.split()),
            "Outcomes": "; ".join(outcomes),
            "Comparison": " against ".join(self.comparison.arms) if self.comparison else "none",
            "Design": f"{DESIGN_NAMES[self.design].en}. {DESIGN_CARRIES[self.design].en}",
            "Locked": f"{self.lock.locked_at[:10]}, {self.lock.sha256[:12]}" if self.lock else "no: lock it before a run",
        }
        return card(f"Plan: {' '.join(self.title.split())}", [facts(parts)])
