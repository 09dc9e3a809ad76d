"""The form of a plan, from its own declaration."""

from __future__ import annotations

from data_schemas.plan import Plan
from evaluation.contract.documenting import made
from evaluation.contract.documenting._records import default, fields
from evaluation.contract.examples import examples
from evaluation.output.pages import Code, Grid, Heading, Text, as_markdown

_ABOUT = (
    "A plan is a TOML file, written and locked before the results are seen. `evaluation plan new FILE --for SUBMISSION` drafts one from "
    "the shape of a submission without looking at an outcome; `evaluation plan lock FILE` writes its checksum and the time into it. "
    "Keys that may be repeated are written as `[[measures]]`; records as `[events]`."
)


def pages() -> dict[str, str]:
    """One page, in English as the keys are."""
    rows = [
        (key, form, default(field), field.description or "")
        for key, form, field in fields(Plan, depth=2)
        if not key.startswith("`lock")
    ]
    blocks = [
        Heading(1, "The plan"),
        Text(_ABOUT),
        Grid("", ["Key", "Form", "When left out", "Meaning"], rows),
        Heading(2, "An example that uses the whole form"),
        Code(examples()["consortium"].plan("en")),
        made("en"),
    ]
    return {"plan.md": as_markdown(blocks)}
