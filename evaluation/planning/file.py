"""The plan as a file: read, and written whole or not at all."""

from __future__ import annotations

import json
import tempfile
import tomllib
from pathlib import Path

from pydantic import ValidationError

from data_schemas.plan import Plan
from data_schemas.words import Words
from evaluation.failures import CannotRead, PlanInvalid
from evaluation.output.files import given_path
from evaluation.planning.messages import advices, toml_place


def read_plan(path: str | Path) -> Plan:
    """The plan in a TOML file.

    Raises
    ------
    CannotRead
        No such file, or not text.
    PlanInvalid
        The file is not a plan; the message names each key, what is allowed and an example.
    """
    path = given_path(path, Words("het bestand van een plan", "the file of a plan"))
    return parse_plan(plan_text(path), path.name)


def plan_text(path: Path) -> str:
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


def replace_plan(path: Path, text: str) -> None:
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
