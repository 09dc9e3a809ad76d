"""What can stand in a plan: the kinds of values, and the refusal of one that no single key can explain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from data_schemas.words import Words, unseen


class PlanRefused(ValueError):
    """What no single key of a plan can say is wrong, in both languages, with an example."""

    def __init__(self, nl: str, en: str, example: str = "") -> None:
        super().__init__(en)
        self.words, self.example = Words(nl, en), example


def _readable(text: str) -> str:
    """Text that people can read as it stands: not blank, and no signs that one cannot see or that turn the direction of writing."""
    if not text.strip():
        raise PlanRefused("vul een tekst in", "fill in a text")
    if unseen(text):
        raise PlanRefused(
            "er staan onzichtbare tekens in; typ de tekst opnieuw", "it holds invisible signs; type the text anew"
        )
    return text


def _each_once(values: tuple) -> tuple:
    if len(set(values)) != len(values):
        raise PlanRefused("noem elke waarde één keer", "name each value once")
    return values


Text = Annotated[str, AfterValidator(_readable)]
Once = AfterValidator(_each_once)
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Whole = Annotated[int, Field(strict=True)]
Decimal = Annotated[float, Field(strict=True, allow_inf_nan=False)]
YesOrNo = Annotated[bool, Field(strict=True)]
Week = Annotated[Whole, Field(ge=1, le=1040)]
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
Trait = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A descriptor of the contract, or a covariate of the provider's own by the name that its submission declares."""
Covariate = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}(:(self|parent|professional|clinician|unknown))?$")]
Codes = Annotated[tuple[Name, ...], Once]
Period = Annotated[str, Field(pattern=r"^(?:19|20)[0-9]{2}-[12]$")]
