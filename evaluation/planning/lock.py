"""The lock of a plan: a hash and a time, of which neither can be changed alone."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import tomlkit

from data_schemas.plan import Plan
from data_schemas.submission import CONTRACT_VERSION
from data_schemas.words import Words
from evaluation.failures import PlanInvalid, WrongUse
from evaluation.output.files import mark, untouched
from evaluation.planning.file import plan_text, read_plan, replace_plan

COMPARING = ("quasi_experimental", "experimental")
"""Designs with a comparison group."""
_COMPARES_ALL_THE_SAME = Words(
    '{name} heeft een deel [comparison], maar design = "{design}" is een opzet zonder vergelijkingsgroep: een verschil tussen groepen zou dan '
    'niets zeggen. Kies  design = "quasi_experimental"  (of "experimental" na loting), of haal [comparison] weg.',
    '{name} has a part [comparison], but design = "{design}" has no comparison group: a difference between arms would then say nothing. '
    'Choose  design = "quasi_experimental"  (or "experimental" after a draw), or remove [comparison].',
)


def plan_hash(plan: Plan) -> str:
    """SHA-256 over the canonical form: everything but the lock, sorted keys, no white space.

    The layout and comments of the file do not matter; every value does.
    """
    content = plan.model_dump(mode="json", exclude={"lock"})
    canonical = json.dumps({"contract": CONTRACT_VERSION, "plan": content}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def lock_hash(plan: Plan, locked_at: str) -> str:
    """SHA-256 over the canonical form of the plan and the time of locking: neither can be changed alone."""
    return hashlib.sha256(f"{plan_hash(plan)} {locked_at}".encode()).hexdigest()


def is_locked(plan: Plan) -> bool:
    """Whether the plan has a lock that fits: nothing was changed after it."""
    return plan.lock is not None and plan.lock.sha256 == lock_hash(plan, plan.lock.locked_at)


def lock_plan(path: str | Path, *, at: datetime | None = None) -> Plan:
    """Write the hash, the time and the version of the contract into the plan's file, keeping its layout and comments.

    `at` is the time to write (default: now, or `SOURCE_DATE_EPOCH` when that is set).

    Raises
    ------
    WrongUse
        The plan is locked already: a lock is not renewed in silence.
    PlanInvalid
        A text that `draft_plan` left open is still there, or the design is one without a comparison group and the plan compares.
    """
    plan = read_plan(path)
    path = Path(path)
    if plan.lock is not None:
        check_lock(plan, path.name)
        raise WrongUse(
            Words(
                f"{path.name} is al vergrendeld op {plan.lock.locked_at}.",
                f"{path.name} is locked already, at {plan.lock.locked_at}.",
            )
        )
    open_places = _placeholders(plan.model_dump(mode="json"))
    if open_places:
        places = ", ".join(open_places)
        raise PlanInvalid(
            Words(
                f"{path.name} is nog niet ingevuld: {places}. Vervang elke tekst tussen < en >.",
                f"{path.name} is not filled in yet: {places}. Replace every text between < and >.",
            )
        )
    if plan.comparison is not None and plan.design not in COMPARING:
        raise PlanInvalid(_COMPARES_ALL_THE_SAME.fill(name=path.name, design=plan.design))
    document, moment, ours = tomlkit.parse(plan_text(path)), _moment(at), untouched(path)
    document["lock"] = {"sha256": lock_hash(plan, moment), "locked_at": moment, "contract": CONTRACT_VERSION}
    replace_plan(path, tomlkit.dumps(document))
    if ours:  # the plan of an example that was only locked may be made again
        mark(path)
    return read_plan(path)


def check_lock(plan: Plan, name: str = "plan.toml") -> None:
    """PlanInvalid when the plan is not locked, or was changed after locking."""
    if plan.lock is None:
        raise PlanInvalid(
            Words(
                f"{name} is niet vergrendeld. Vergrendel het plan met  evaluation plan lock {name}  voordat er "
                "resultaten zijn, of gebruik --exploratory.",
                f"{name} is not locked. Lock it with  evaluation plan lock {name}  before there are results, "
                "or use --exploratory.",
            )
        )
    if not is_locked(plan):
        raise PlanInvalid(
            Words(
                f"{name} is na het vergrendelen veranderd. Zet de oude inhoud terug, of haal het deel [lock] weg, "
                "vergrendel opnieuw en leg uit waarom.",
                f"{name} was changed after locking. Restore the old content, or remove the part [lock], lock again "
                "and explain why.",
            )
        )


def _placeholders(content: dict, above: str = "") -> list[str]:
    """Keys of which the text is still `<...>`."""
    found = []
    for key, value in content.items():
        place = f"{above}{key}"
        if isinstance(value, dict):
            found += _placeholders(value, f"{place} > ")
        elif isinstance(value, str) and value.startswith("<") and value.endswith(">"):
            found.append(place)
    return found


def _moment(at: datetime | None) -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        at = at or (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC))
    except (ValueError, OverflowError, OSError):
        raise WrongUse(
            Words(
                "SOURCE_DATE_EPOCH is geen aantal seconden sinds 1970. Haal de omgevingsvariabele weg of geef een geheel getal.",
                "SOURCE_DATE_EPOCH is no number of seconds since 1970. Remove the environment variable, or give a whole number.",
            )
        ) from None
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
