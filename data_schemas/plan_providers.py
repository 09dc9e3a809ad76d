"""The part of a plan about several providers."""

from __future__ import annotations

from pydantic import Field

from data_schemas.plan_arms import Section
from data_schemas.plan_values import YesOrNo


class Providers(Section):
    """How results tell of several providers."""

    named: YesOrNo = Field(
        False, description="true when every provider agreed to stand in results under its own name; otherwise they are numbered"
    )
