"""The two editions: how small a count may be, and how finely it is told.

*Public*: counts in bands as wide as the threshold, which is ten or more. *Committee*: for named readers under a duty of confidentiality, in a
place that a privacy officer approved (safe people, safe setting: two of the Five Safes); counts exact from a threshold of five.
What happens over time is told in steps of the threshold, or exactly at weeks when enough accumulated (`counts/given_weeks.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data_schemas.plan import Plan
from data_schemas.words import Words
from evaluation.failures import PlanInvalid

Name = Literal["public", "committee"]


@dataclass(frozen=True, slots=True)
class Edition:
    """Smallest count, and the width of the bands in which counts from there on are told; one is exact."""

    name: Name
    threshold: int
    width: int

    def low(self, count: int) -> int:
        """The least that a count can be by what is told of it."""
        above = count - self.threshold
        return 0 if above < 0 else self.threshold + above // self.width * self.width

    def high(self, count: int) -> int:
        """The most that it can be.

        >>> public(12).high(30), committee(5).high(30), committee(5).high(3)
        (35, 30, 4)
        """
        return self.threshold - 1 if count < self.threshold else self.low(count) + self.width - 1

    def middle(self, count: int) -> int:
        """The number that stands for it on the page; 0 for all below the threshold, nobody included.

        >>> [public(10).middle(count) for count in (0, 9, 10, 19)], committee(5).middle(7)
        ([0, 0, 15, 15], 7)
        """
        return 0 if count < self.threshold else self.low(count) + self.width // 2

    def need(self, count: int, *, sensitive: bool = True) -> int:
        """How many values a count must be able to take after everything was told.

        Exact ones say what they are, so only those below the threshold are to be guarded, and of these not how many filled in a list.
        """
        if self.width > 1:
            return self.width
        return self.threshold if sensitive and count < self.threshold else 1

    def least(self, *, sensitive: bool) -> int:
        """The smallest count that is told: exact ones of who filled in a list have none.

        >>> committee(5).least(sensitive=False), public(10).least(sensitive=False)
        (0, 10)
        """
        return self.threshold if sensitive or not self.exact else 0

    @property
    def exact(self) -> bool:
        """Whether counts from the threshold on are told as they are."""
        return self.width == 1


def edition_of(plan: Plan, name: Name) -> Edition:
    """The edition that a plan allows.

    Raises
    ------
    PlanInvalid
        The committee's, and the plan names no readers for it.
    """
    if name == "public":
        return public(plan.disclosure.threshold)
    if plan.disclosure.committee is None:
        raise PlanInvalid(
            Words(
                "Het plan heeft geen deel [disclosure.committee]. Noem daarin readers (wie mag lezen), confidentiality (hun geheimhouding) en "
                "approved_by (de privacyfunctionaris die het goedkeurde), en vergrendel het plan opnieuw.",
                "The plan has no part [disclosure.committee]. Name in it readers (who may read), confidentiality (their duty) and approved_by "
                "(the privacy officer who approved it), and lock the plan again.",
            )
        )
    return committee(plan.disclosure.committee.threshold)


def public(threshold: int = 10) -> Edition:
    """The edition for everybody."""
    return Edition("public", threshold, threshold)


def committee(threshold: int = 5) -> Edition:
    """The edition for named readers."""
    return Edition("committee", threshold, 1)
