"""The form of an aggregate, from its own declaration, and what can be told from one."""

from __future__ import annotations

from analyses import analyses
from data_schemas.aggregate import Aggregate
from evaluation.aggregates.carried import carried
from evaluation.contract.documenting import made
from evaluation.contract.documenting._records import fields
from evaluation.contract.examples import examples
from evaluation.output.pages import Grid, Heading, Text, as_markdown
from evaluation.planning.file import parse_plan

_ABOUT = (
    "`evaluation run SUBMISSION --plan FILE --aggregate --out FILE.json` writes counts and sums in place of evidence; `evaluation pool` makes "
    "evidence of those of several providers. The file is JSON; its form stands as JSON Schema in `data_schemas/aggregate.schema.json`. How to "
    "pool, and what that discloses: [pooling by file](federation.md)."
)
_TOLD = (
    "Measures that are the same for all people with the same counts and sums. Any other measure of these analyses keeps its row, without a "
    "number, with the reason `not_in_aggregates`; analyses that are not named here are not run. With a plan that uses the whole form:"
)


def pages() -> dict[str, str]:
    """One page, in English as the keys are."""
    rows = [
        (key, form, field.description or "")
        for key, form, field in fields(Aggregate, depth=2)
        if not key.startswith("`instruments.")
    ]
    plan = parse_plan(examples()["consortium"].plan("en"))
    blocks = [
        Heading(1, "An aggregate"),
        Text(_ABOUT),
        Grid("", ["Key", "Form", "Meaning"], rows),
        Heading(2, "What can be told from it"),
        Text(_TOLD),
        *(Grid(form, ["Analysis", "Measures"], _measures(carried(plan, form))) for form in ("exact", "rounded")),
        made("en"),
    ]
    return {"aggregate.md": as_markdown(blocks)}


def _measures(told) -> list[tuple[str, str]]:
    return [
        (
            f"`{name}`",
            ", ".join(f"`{one}`" for one in analyses()[name].MEASURES if one in told[name]),
        )
        for name in sorted(told)
    ]
