"""The parts of a plan about arms, providers and readers: who is compared and made alike, what must hold before an effect is opened, what may leave."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from data_schemas.plan_values import (
    Codes,
    Covariate,
    Decimal,
    Descriptor,
    EventCode,
    Name,
    Once,
    Period,
    PlanRefused,
    Text,
    Trait,
    Whole,
    YesOrNo,
)
from data_schemas.tables import tables


class Section(BaseModel):
    """A part of a plan. `later`: keys that came after plans had been locked."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    later: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _as_it_was_locked(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """A key that came later is not there when it was not given: hashes stay what they were."""
        return {key: value for key, value in write(self).items() if key not in self.later or value not in (None, (), [])}


class Comparison(Section):
    """Which arms are compared; a difference is first minus second."""

    arms: tuple[Name, Name]
    covariates: Annotated[tuple[Trait, ...], Once] = Field(
        (), description="what the difference is adjusted for: descriptors, and the provider's own in codes or in numbers"
    )

    @model_validator(mode="after")
    def _different(self) -> Comparison:
        if self.arms[0] == self.arms[1]:
            raise PlanRefused(
                "arms: noem twee verschillende groepen", "arms: name two different arms", 'arms = ["new", "usual"]'
            )
        return self


class Providers(Section):
    """How results tell of several providers."""

    named: YesOrNo = Field(
        False, description="true when every provider agreed to stand in results under its own name; otherwise they are numbered"
    )


class Eligibility(Section):
    """Whom the question is about, by what was known at the start; who lacks what is asked for is not eligible. Nobody else is analysed."""

    gender: Codes = ()
    age_group: Codes = ()
    mild_intellectual_disability: Codes = ()
    psychiatric_problems: Codes = ()
    honour_context: Codes = ()
    victim_status: Codes = ()
    exploitation_type: Codes = ()
    setting: Codes = ()
    start_from: Period | None = Field(None, description="first half-year in which treatment may have begun")
    start_until: Period | None = Field(None, description="last half-year in which treatment may have begun")

    @property
    def asked(self) -> dict[str, tuple[str, ...]]:
        """The categories that are eligible, by descriptor."""
        return {name: getattr(self, name) for name in get_args(Descriptor) if getattr(self, name)}

    @model_validator(mode="after")
    def _known(self) -> Eligibility:
        columns = tables()["treatments"]
        for name, codes in self.asked.items():
            if not set(codes) <= set(columns.column(name).codes.values):
                known = ", ".join(columns.column(name).codes.values)
                raise PlanRefused(f"{name}: kies uit {known}", f"{name}: choose from {known}")
        if not self.asked and self.start_from is None and self.start_until is None:
            raise PlanRefused(
                "eligibility: zeg voor wie het plan is", "eligibility: say whom the plan is about", 'gender = ["girl"]'
            )
        return self


class Weighting(Section):
    """Arms that were not made by lot, made alike by weights before their outcomes are compared."""

    estimand: Literal["overlap", "ate", "att"] = Field(
        "overlap",
        description="for whom the difference is: those who could have come into either arm, everyone, or people like those in the first arm",
    )
    method: Literal["propensity", "entropy"] = Field(
        "propensity", description="weights from the probability of the own arm, or by entropy balancing (for ate and att)"
    )
    covariates: Annotated[tuple[Covariate, ...], Once] = Field(
        (),
        description="descriptors, start_period (calendar time), baseline scores as instrument:informant, and the provider's own; those of the "
        "comparison when none is given. The outcome's own baseline is always one of them",
    )
    arms: Annotated[tuple[Name, ...], Once] = Field(
        (), max_length=6, description="all arms that are weighted together, when more than the two of the comparison"
    )
    resamples: Whole = Field(999, ge=199, le=9999, description="draws of people in which the weights are estimated anew")
    negative_control: EventCode | None = Field(
        None, description="an event that no arm can change: a difference in it says that the arms are not alike"
    )

    @model_validator(mode="after")
    def _can_balance(self) -> Weighting:
        if self.method == "entropy" and self.estimand == "overlap":
            raise PlanRefused(
                "estimand: entropie-balancering is voor att of ate; met overlap zijn de gemiddelden al precies gelijk",
                "estimand: entropy balancing is for att or ate; with overlap the means are exactly equal already",
                'estimand = "att"',
            )
        return self


class Gates(Section):
    """Conditions that are checked before an effect is opened; a condition that is not named is not checked."""

    later: ClassVar = ("largest_weighted_difference", "smallest_preference_overlap")
    attrition: Literal["cautious", "optimistic"] | None = Field(
        None, description="the What Works Clearinghouse boundary for overall and differential attrition"
    )
    largest_baseline_difference: Decimal | None = Field(
        None, gt=0, le=2, description="largest standardised difference between the arms at baseline"
    )
    smallest_overlap: Decimal | None = Field(
        None, gt=0, le=1, description="smallest share of people whose baseline lies within the range of both arms"
    )
    largest_warning_share: Decimal | None = Field(
        None,
        ge=0.01,
        le=1,
        description="data quality: largest share of rows that one rule of validation may warn about; for internal runs: a release tells no counts of "
        "rows, so that the condition cannot be told in it and effects stay closed",
    )
    smallest_measured: Decimal | None = Field(
        None,
        gt=0,
        le=0.95,
        description="smallest share of eligible people with both measurements, or followed; a larger one would ask about single people",
    )
    largest_weighted_difference: Decimal | None = Field(
        None,
        gt=0,
        le=0.25,
        description="largest standardised difference between the arms after weighting (0.05 is alike; with [weighting] 0.25 when not given)",
    )
    smallest_preference_overlap: Decimal | None = Field(
        None, gt=0, le=1, description="smallest share of each arm whose preference for it lies between 0.3 and 0.7"
    )


def check_weighting(weighting: Weighting, comparison: Comparison | None) -> None:
    if comparison is None or not set(comparison.arms) <= set(weighting.arms or comparison.arms):
        raise PlanRefused(
            "weighting: noem in [comparison] twee van de groepen die gewogen worden",
            "weighting: name in [comparison] two of the arms that are weighted",
            'arms = ["new", "usual"]',
        )


class Committee(Section):
    """Who may read the confidential edition, under which duty, and who approved that; without it there is no such edition."""

    readers: Annotated[tuple[Text, ...], Once] = Field(min_length=1, description="the readers, by name or office")
    confidentiality: Text = Field(description="the duty of confidentiality that they are under")
    approved_by: Text = Field(description="the privacy officer who approved it")
    threshold: Whole = Field(5, ge=5, le=100, description="smallest count in that edition; may be raised")


class Disclosure(Section):
    """Disclosure control: thresholds may be raised, never lowered."""

    later: ClassVar = ("committee",)
    threshold: Whole = Field(10, ge=10, le=100)
    committee: Committee | None = None

    @model_validator(mode="after")
    def _committee_reads_no_less(self) -> Disclosure:
        """Else of 10, which the one tells as 10 to 19 and the other not, both together would tell all."""
        if self.committee is not None and self.committee.threshold > self.threshold:
            raise PlanRefused(
                "committee.threshold: niet hoger dan threshold; wat de commissie niet leest, leest iedereen anders in de openbare uitgave",
                "committee.threshold: not above threshold; what the committee does not read, everybody else would read in the public edition",
                "threshold = 5",
            )
        return self
