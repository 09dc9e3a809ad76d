"""The codebook in its four formats: complete, and of the form that its reader demands."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from data_schemas.codelists import code_list
from data_schemas.instruments import registry
from data_schemas.tables import tables
from data_schemas.words import LANGS
from evaluation.contract.codebook import formats
from evaluation.contract.synthesising import synthetic

# Frictionless Table Schema, version 1: the properties of a field, and which constraints go with which type
FIELD = {"name", "title", "description", "type", "format", "constraints", "rdfType"}
OURS = {"unit", "labels"}
CONSTRAINTS = {
    "string": {"required", "unique", "pattern", "enum", "minLength", "maxLength"},
    "integer": {"required", "unique", "minimum", "maximum", "enum"},
    "number": {"required", "unique", "minimum", "maximum", "enum"},
}


@pytest.fixture(params=LANGS)
def lang(request):
    return request.param


def _written(name: str, lang: str) -> str:
    return formats()[name].codebook(lang)


@pytest.mark.parametrize("name", ["html", "md"])
def test_every_column_code_and_questionnaire_is_in_it(name, lang):
    text = _written(name, lang)
    for table in tables().values():
        assert table.label[lang] in text
        for column in table.columns:
            assert column.name in text and column.description[lang].replace("'", "&#x27;" if name == "html" else "'") in text
            for entry in column.codes.codes if column.codes else ():
                assert entry.code in text
    assert all(instrument in text for instrument in registry())


class _Outline(HTMLParser):
    """Tags, whether they close in order, and what a reader with a screen reader needs."""

    VOID = ("meta", "br", "img", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_sound_and_loads_nothing(lang):
    page = _Outline(_written("html", lang))
    assert page.open == [] and ("html", {"lang": lang}) in page.tags
    assert page.levels[0] == 1 and page.levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(page.levels, page.levels[1:]))
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.tags if tag == "th")
    outside = [attributes for _, attributes in page.tags if "src" in attributes or "://" in attributes.get("href", "")]
    assert outside == [] and not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe")]
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {attributes["href"][1:] for tag, attributes in page.tags if tag == "a"} <= anchors


def test_the_table_schema_keeps_its_specification(lang):
    package = json.loads(_written("frictionless", lang))
    assert re.fullmatch(r"[a-z0-9._/-]+", package["name"]) and package["resources"]
    names = {resource["name"] for resource in package["resources"]}
    assert names == set(tables())
    for resource in package["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"]) and resource["path"] == f"{resource['name']}.csv"
        schema = resource["schema"]
        fields = [field["name"] for field in schema["fields"]]
        assert len(set(fields)) == len(fields)
        for field in schema["fields"]:
            assert set(field) <= FIELD | OURS
            assert set(field["constraints"]) <= CONSTRAINTS[field["type"]]
            if "pattern" in field["constraints"]:
                re.compile(field["constraints"]["pattern"])
        assert set(schema.get("primaryKey", [])) <= set(fields)
        for key in schema.get("foreignKeys", []):
            assert key["reference"]["resource"] in names and set(key["fields"]) <= set(fields)


def test_the_table_schema_accepts_what_we_accept():
    """Every value of a synthetic submission keeps every constraint, judged here by the specification's own words."""
    package = json.loads(_written("frictionless", "en"))
    for resource in package["resources"]:
        frame = synthetic(300, 12)[resource["name"]]
        assert [field["name"] for field in resource["schema"]["fields"]] == list(frame.columns)
        for field in resource["schema"]["fields"]:
            values, rules = frame[field["name"]], field["constraints"]
            assert not (rules["required"] and values.isna().any())
            present = values.dropna()
            assert not rules.get("unique") or present.is_unique
            assert "enum" not in rules or set(present.astype(str)) <= set(rules["enum"])
            assert "pattern" not in rules or present.astype(str).str.fullmatch(rules["pattern"]).all()
            if field["type"] != "string":
                numbers = pd.to_numeric(present).astype(float)
                assert (numbers >= rules.get("minimum", float("-inf"))).all()
                assert (numbers <= rules.get("maximum", float("inf"))).all()


def test_redcap_can_import_it(lang):
    """REDCap's rules: 18 columns, names once and in small letters, record id first, choices as `code, label | ...`."""
    lines = list(csv.DictReader(io.StringIO(_written("redcap", lang))))
    assert len(lines[0]) == 18
    names = [line["Variable / Field Name"] for line in lines]
    assert names[0] == "client" and len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name) and "__" not in name for name in names)
    forms = [line["Form Name"] for line in lines]
    assert set(forms) == set(tables()) and forms == sorted(forms, key=forms.index)
    assert forms == [form for form in dict.fromkeys(forms) for _ in range(forms.count(form))]  # no form in two pieces
    for line in lines:
        choices = line["Choices, Calculations, OR Slider Labels"]
        assert (line["Field Type"] == "dropdown") == bool(choices)
        for choice in choices.split(" | ") if choices else ():
            assert re.fullmatch(r"[A-Za-z0-9_]+, [^|]+", choice)
        validation = line["Text Validation Type OR Show Slider Number"]
        assert validation in ("", "integer", "number") and not (validation and choices)
        assert validation or not (line["Text Validation Min"] or line["Text Validation Max"])
        assert line["Identifier?"] in ("", "y") and line["Required Field?"] in ("", "y")
    repeats = [line["Form Name"] for line in lines if line["Section Header"]]
    assert set(repeats) == {name for name, table in tables().items() if not table.needed}


def test_redcap_choices_are_the_code_lists():
    lines = {line["Variable / Field Name"]: line for line in csv.DictReader(io.StringIO(_written("redcap", "nl")))}
    assert (
        lines["gender"]["Choices, Calculations, OR Slider Labels"]
        == "girl, meisje | boy, jongen | other, anders | unknown, onbekend"
    )
    moments = lines["moment"]["Choices, Calculations, OR Slider Labels"].split(" | ")
    assert [choice.split(", ")[0] for choice in moments] == list(code_list("moment").values)


@pytest.mark.parametrize("name", list(formats()))
def test_the_command_writes_each_format(name, tmp_path, command):
    done = command("codebook", "--format", name, "--out", tmp_path / "boek", "--lang", "en")
    assert done.code == 0
    assert (tmp_path / "boek").read_text(encoding="utf-8") == _written(name, "en")
    assert command("codebook", "--format", name, "--out", tmp_path).code == 0
    assert (tmp_path / f"codebook{formats()[name].ENDING}").is_file()
