"""A recipe as a file, drafted from an export: what is sure is filled in, what only the owner knows stands between < and >."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

from data_schemas.instruments import registry
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.anonymising.drafting.guessing import guessed
from evaluation.anonymising.drafting.pointing import Pointing
from evaluation.anonymising.drafting.writing import recipe_content
from evaluation.anonymising.raw import RawTable

_TOP = Words(
    "Recept: wat van de uitdraai wat van de inzending wordt. Wat hier niet staat, wordt weggelaten.\n"
    "Kijk elke regel na. Vul in wat tussen < en > staat: {open} plaatsen.",
    "Recipe: what of the export becomes what of the submission. What does not stand here is left out.\n"
    "Look at every line. Fill in what stands between < and >: {open} places.",
)
_ABOUT = {
    "dates": Words("dmy: dag eerst; ymd: jaar eerst; mdy: maand eerst", "dmy: day first; ymd: year first; mdy: month first"),
    "which": Words(
        "van wie meer rijen heeft telt: first (eerste start), last (laatste start), filled (per kolom wat is ingevuld)",
        "of who has several rows counts: first (earliest start), last (latest start), filled (per column what is filled in)",
    ),
    "follow_up_weeks": Words(
        "tot wanneer is bijgehouden of er iets gebeurde? hier: tot het einde van de behandeling",
        "up to when is known whether anything happened? here: up to the end of treatment",
    ),
    "moment": Words("klopt het meetmoment? kies uit: {choices}", "is the moment right? choose from: {choices}"),
    "informant": Words("wie vulde in? kies uit: {choices}", "who filled it in? choose from: {choices}"),
    "instrument": Words(
        "welke vragenlijst is dit? bijvoorbeeld: {choices}", "which questionnaire is this? for example: {choices}"
    ),
    "codes": Words("kies uit: {choices}", "choose from: {choices}"),
    "unused": Words("Niet gebruikt van {table}: {headers}", "Not used of {table}: {headers}"),
}


def draft_recipe(raw: Mapping[str, RawTable], lang: Lang = "nl", pointing: Pointing | None = None) -> str:
    """TOML text with remarks, from the export itself or from what was pointed at."""
    pointing = pointing or guessed(raw)
    content = recipe_content(pointing)
    document = tomlkit.document()
    for line in _TOP.fill(open=str(content).count("'<"))[lang].split("\n"):
        document.add(tomlkit.comment(line))
    document["name"] = content["name"]
    privacy = tomlkit.table()
    privacy.update(content["privacy"])
    privacy["dates"].comment(_ABOUT["dates"][lang])
    document["privacy"] = privacy
    document["treatments"] = _part("treatments", content["treatments"], lang)
    for table in ("measurements", "events"):
        if table in content:
            document[table] = tomlkit.aot()
            for part in content[table]:
                document[table].append(_part(table, part, lang))
    text = tomlkit.dumps(document)
    return text + _unused(pointing, lang)


def _part(table: str, part: Mapping[str, Any], lang: Lang) -> tomlkit.items.Table:
    made = tomlkit.table()
    for key, value in part.items():
        if key != "columns":
            made[key] = _inline(value)
    if "which" in part:
        made["which"].comment(_ABOUT["which"][lang])
    columns = tomlkit.table()
    for name, origin in part["columns"].items():
        columns[name] = _inline(origin)
        if about := _remark(table, name, origin, origin == part["columns"].get("treatment_weeks")):
            columns[name].comment(about[lang])
    columns.add(tomlkit.nl())
    made["columns"] = columns
    return made


def _inline(value: Any) -> Any:
    if isinstance(value, dict):
        made = tomlkit.inline_table()
        made.update({key: _inline(one) for key, one in value.items()})
        return made
    return tomlkit.item(value)


def _remark(table: str, name: str, origin: Mapping[str, Any], followed: bool) -> Words | None:
    """What to look at, and from what can be chosen."""
    column = tables()[table].column(name)
    if name == "follow_up_weeks":
        return _ABOUT[name] if followed else None
    if name == "instrument" and "value" in origin and origin["value"].startswith("<"):
        return _ABOUT["instrument"].fill(choices=", ".join(list(registry())[:8]))
    if not column.codes or ("codes" not in origin and "value" not in origin):
        return None
    return _ABOUT[name if name in ("moment", "informant") else "codes"].fill(choices=", ".join(column.codes.values))


def _unused(pointing: Pointing, lang: Lang) -> str:
    """Which columns are left out, so that a forgotten one is seen."""
    lines = []
    for block in pointing.blocks:
        headers = [header for header, meaning in block.meanings.items() if not meaning.what]
        if headers:
            said = _ABOUT["unused"].fill(table=block.title, headers=", ".join(headers))[lang]
            lines.append("# " + " ".join(said.split()))
    return "\n" + "\n".join(lines) + "\n" if lines else ""
