"""Plans: read, draft, lock, and show for a supervisor."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import tomlkit
from pydantic import ValidationError

from data_schemas.plan import Plan
from data_schemas.submission import CONTRACT_VERSION, Submission
from data_schemas.words import Words
from evaluation.failures import CannotRead, PlanInvalid, WrongUse
from evaluation.plan_messages import advices, toml_place


def read_plan(path: str | Path) -> Plan:
    """The plan in a TOML file.

    Raises
    ------
    CannotRead
        No such file, or not text.
    PlanInvalid
        The file is not a plan; the message names each key, what is allowed and an example.
    """
    path = Path(path)
    return parse_plan(_text(path), path.name)


def _text(path: Path) -> str:
    """The text of a plan's file; some editors put a mark of the encoding before it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise CannotRead(
            Words(
                f"Het plan {path.name} kan niet worden gelezen. Controleer de naam, en of het een tekstbestand in UTF-8 is.",
                f"The plan {path.name} cannot be read. Check its name, and that it is a text file in UTF-8.",
            )
        ) from None


def parse_plan(text: str, name: str = "plan.toml") -> Plan:
    """The plan in a TOML text; PlanInvalid when it is none."""
    try:
        return Plan(**tomllib.loads(text))
    except ValidationError as errors:
        lines = advices(errors.errors(include_url=False))
        raise PlanInvalid(
            Words(
                *(
                    "\n".join([head, *(f"- {line[lang]}" for line in lines)])
                    for lang, head in (("nl", f"{name} is geen geldig plan:"), ("en", f"{name} is not a valid plan:"))
                )
            )
        ) from None
    except (ValueError, RecursionError) as error:  # no TOML; a number of thousands of digits; brackets in brackets without end
        place = toml_place(error)
        raise PlanInvalid(
            Words(
                f"{name} is geen geldige TOML{place.nl}. Elke regel is  sleutel = waarde, tekst tussen rechte aanhalingstekens. "
                'Voorbeeld:  title = "Veilig verder"',
                f"{name} is not valid TOML{place.en}. Each line is  key = value, text in straight quotation marks. "
                'Example:  title = "Safe again"',
            )
        ) from None


def plan_schema() -> str:
    """The JSON Schema of a plan, as it stands in `data_schemas/plan.schema.json`: every key, what is allowed, what it means."""
    return json.dumps(Plan.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


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
        A text that `draft_plan` left open is still there.
    """
    path = Path(path)
    plan = read_plan(path)
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
    document, moment = tomlkit.parse(_text(path)), _moment(at)
    document["lock"] = {"sha256": lock_hash(plan, moment), "locked_at": moment, "contract": CONTRACT_VERSION}
    _replace(path, tomlkit.dumps(document))
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


def draft_plan(submission: Submission) -> str:
    """A plan to fill in, drafted from a submission's shape: which arms, instruments and moments there are, never an outcome."""
    treatments, measurements = submission.tables["treatments"], submission.tables["measurements"]
    arms = [str(arm) for arm in treatments["arm"].cat.categories]
    document = tomlkit.document()
    document.add(tomlkit.comment("Fill in every line that holds <...>, then:  evaluation plan lock plan.toml"))
    document.update(
        {
            "contract": CONTRACT_VERSION,
            "title": "<short title>",
            "question": "<the question, as one sentence>",
            "programme": str(treatments["programme"].cat.categories[0]),
            "design": "change",
            "seed": 0,
        }
    )
    document["estimand"] = {
        "population": "<for whom the answer holds>",
        "treatment": "<the treatment, against what>",
        "intercurrent_events": "<what can intervene, and how it is handled>",
        "outcome": "<the variable, and when it is measured>",
        "summary": "<the summary measure, such as the mean change>",
    }
    if len(arms) > 1:
        document["comparison"] = {"arms": arms[:2]}
    measures = _measures_present(measurements)
    if measures:
        document["measures"] = measures
    if treatments["follow_up_weeks"].notna().any():
        events = {
            "event": ["sexual_exploitation", "criminal_exploitation"],
            "certainty": ["actual", "presumed"],
            "time_zero": "start",
            "horizons_weeks": [26, 52],
            "restricted_mean_weeks": 52,
        }
        document["events"] = events
    document["gates"] = {"smallest_measured": 0.6} | ({"attrition": "cautious"} if len(arms) > 1 else {})
    document["disclosure"] = {"threshold": 10}
    # from the shape alone: the hash of a submission would let every score choose the seed
    document["seed"] = int(hashlib.sha256((submission.name + tomlkit.dumps(document)).encode()).hexdigest()[:6], 16)
    return tomlkit.dumps(document)


def _measures_present(measurements) -> list[dict]:
    later = measurements[
        measurements["moment"].isin(["interim", "end", "follow_up_1m", "follow_up_3m", "follow_up_6m", "follow_up_12m"])
    ]
    moments = list(measurements["moment"].cat.categories)
    groups = later.groupby(["instrument", "informant"], observed=True)["moment"].unique()
    return [
        {
            "instrument": str(instrument),
            "informant": str(informant),
            "moments": sorted((str(moment) for moment in present), key=moments.index),
        }
        for (instrument, informant), present in groups.items()
    ]


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


def _replace(path: Path, text: str) -> None:
    """Write beside the file, then move over it; a link to a file stays a link."""
    path = path.resolve()
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as beside:
            fresh = Path(beside) / path.name
            fresh.write_bytes(text.encode())
            fresh.chmod(path.stat().st_mode)
            fresh.replace(path)
    except OSError:
        raise CannotRead(
            Words(
                f"In de map van {path.name} kan niet worden geschreven; het plan is niet vergrendeld.",
                f"The folder of {path.name} cannot be written; the plan is not locked.",
            )
        ) from None
