"""Does treatment of young victims of exploitation work? The whole road, as functions for a notebook.

    import evaluation

    validation = evaluation.validate("submission")          # findings, and the submission when accepted
    plan = evaluation.read_plan("plan.toml")                # a locked plan
    evidence = evaluation.run("submission", plan, ledger="ledger.json")   # through disclosure control
    evaluation.write_evidence(evidence, "evidence")
    evaluation.report("evidence", formats=("html",))

Each does what the command of the same name does, and raises `evaluation.UserError` where the command exits with a code.
Names are loaded when they are first used: importing this package only sees whether a file of the user's own hides something of ours.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from intervention_evaluation import refuse_hidden

if TYPE_CHECKING:
    from data_schemas.plan import Plan as Plan
    from data_schemas.submission import Submission as Submission
    from evaluation.contract.examples import write_example as write_example
    from evaluation.contract.explaining import explanation as explanation
    from evaluation.evidence.figure import Figure as Figure
    from evaluation.evidence.folder import write_evidence as write_evidence
    from evaluation.evidence.notebook import Evidence as Evidence
    from evaluation.evidence.notebook import read_evidence as read_evidence
    from evaluation.failures import Note as Note
    from evaluation.failures import UserError as UserError
    from evaluation.planning.file import read_plan as read_plan
    from evaluation.planning.lock import lock_plan as lock_plan
    from evaluation.planning.page import plan_page as plan_page
    from evaluation.road import draft_plan as draft_plan
    from evaluation.road import from_frame as from_frame
    from evaluation.road import report as report
    from evaluation.road import run as run
    from evaluation.validation.validating import validate as validate
    from evaluation.validation.validation import Validation as Validation

# the same names for the interpreter, each with the module that is loaded when it is first used; a test holds the two together
_HOMES = {
    "validate": "evaluation.validation.validating",
    "Validation": "evaluation.validation.validation",
    "Submission": "data_schemas.submission",
    "Plan": "data_schemas.plan",
    "Evidence": "evaluation.evidence.notebook",
    "Figure": "evaluation.evidence.figure",
    "read_evidence": "evaluation.evidence.notebook",
    "read_plan": "evaluation.planning.file",
    "lock_plan": "evaluation.planning.lock",
    "draft_plan": "evaluation.road",
    "from_frame": "evaluation.road",
    "plan_page": "evaluation.planning.page",
    "run": "evaluation.road",
    "report": "evaluation.road",
    "write_evidence": "evaluation.evidence.folder",
    "write_example": "evaluation.contract.examples",
    "explanation": "evaluation.contract.explaining",
    "UserError": "evaluation.failures",
    "Note": "evaluation.failures",
}
__all__ = sorted(_HOMES)


if sys.argv[:1] != ["-m"]:  # python -m evaluation says it without a traceback
    refuse_hidden()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        from difflib import get_close_matches

        near = "".join(f". Did you mean {one!r}?" for one in get_close_matches(name, _HOMES, n=1))
        raise AttributeError(f"module 'evaluation' has no attribute {name!r}{near}", name=name)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__name__"]
