"""Does treatment of young victims of exploitation work? The whole road, as functions for a notebook.

    import evaluation

    validation = evaluation.validate("submission")          # findings, and the submission when accepted
    plan = evaluation.read_plan("plan.toml")                # a locked plan
    evidence = evaluation.run("submission", plan)           # through disclosure control
    evaluation.write_evidence(evidence, "evidence")
    evaluation.report("evidence", formats=("html",))

Each does what the command of the same name does, and raises `evaluation.UserError` where the command exits with a code.
Names are loaded when they are first used: importing this package imports nothing else.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "validate": "evaluation.validation.validating",
    "Validation": "evaluation.validation.validation",
    "Submission": "data_schemas.submission",
    "Plan": "data_schemas.plan",
    "Evidence": "evaluation.evidence.notebook",
    "read_evidence": "evaluation.evidence.notebook",
    "read_plan": "evaluation.planning.file",
    "lock_plan": "evaluation.planning.lock",
    "draft_plan": "evaluation.planning.draft",
    "plan_page": "evaluation.planning.page",
    "run": "evaluation.road",
    "report": "evaluation.road",
    "write_evidence": "evaluation.evidence.folder",
    "write_example": "evaluation.contract.examples",
    "explanation": "evaluation.contract.explaining",
    "UserError": "evaluation.failures",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'evaluation' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__name__"]
