"""`evaluation serve` with an export: columns are pointed at, and a submission comes out with its account, recipe and key."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from tests.exports import NAMES, electronic_record, people, redcap_repeated, spss_wide
from tests.functional.test_serve import client, desk, helper, visit  # noqa: F401  fixtures

MADE = {"ecd": electronic_record, "rom.sav": spss_wide, "redcap.csv": redcap_repeated}


def _drop(client, export: Path) -> str:  # noqa: F811
    files = sorted(export.iterdir()) if export.is_dir() else [export]
    sent = [("files", (one.name, one.read_bytes())) for one in files]
    answer = client.post("/works", files=sent, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _post(client, place: str, fields: dict[str, str], **files: bytes):  # noqa: F811
    parts = [(name, (None, value)) for name, value in fields.items()]
    parts += [(name, (f"{name}.file", content)) for name, content in files.items()]
    return client.post(f"{place}/columns", files=parts, follow_redirects=False)


def _answers(page: str) -> dict[str, str]:
    """What only the owner knows, for every question that the page asks."""
    found = {name: "zorg noord" for name in re.findall(r'name="(fixed:\d+:treatments\.\w+)"', page)}
    found |= {name: "actual" for name in re.findall(r'name="(fixed:\d+:events\.certainty)"', page)}
    sexes = re.findall(r'name="(code:\d+:\d+:\d+)" aria-label="sex: (\d)"', page)
    return found | {name: {"1": "boy", "2": "girl"}[text] for name, text in sexes} | {"do": "make"}


@pytest.fixture
def made(client, tmp_path):  # noqa: F811
    """From the name of an export: the addresses of the export and of the submission."""

    def make(name: str, **files: bytes) -> tuple[str, str]:
        export = tmp_path / name if (tmp_path / name).exists() else MADE[name](tmp_path / name)
        place = _drop(client, export)
        page = client.get(place).text
        assert "wat betekent elke kolom?" in page
        done = _post(client, place, _answers(page), **files)
        assert done.status_code == 303, re.findall(r"<li>(.*?)</li>", done.text)
        return place, done.headers["location"]

    return make


@pytest.mark.parametrize("name", MADE)
def test_an_export_becomes_an_accepted_submission_by_pointing(client, made, name):  # noqa: F811
    _, place = made(name)
    page = client.get(place).text
    assert "Geaccepteerd" in page and "Niet geaccepteerd" not in page and "wat het kostte" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{place}/download/workbook").content))
    assert book["Behandelingen"].max_row >= 3 + len(list(people()))
    text = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)
    account = client.get(f"{place}/download/account").text
    assert not [part for person in NAMES for part in person.split() if len(part) > 3 and part in text + account]
    recipe = client.get(f"{place}/download/recipe")
    assert 'filename="recept.toml"' in recipe.headers["content-disposition"] and "[treatments]" in recipe.text
    key = client.get(f"{place}/download/key")
    assert re.fullmatch(r"[0-9a-f]{64}\n", key.text) and key.text.strip() not in text + account + recipe.text


def test_the_same_key_gives_the_same_codes_and_a_recipe_works_again(client, made, tmp_path):  # noqa: F811
    export, first = made("redcap.csv")
    key = client.get(f"{first}/download/key").content
    recipe = client.get(f"{first}/download/recipe").content
    _, second = made("redcap.csv", key=key)
    done = _post(client, export, {"do": "make"}, key=key, recipe=recipe)
    assert done.status_code == 303
    _, other = made("redcap.csv")
    codes = []
    for place in (first, second, done.headers["location"], other):
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{place}/download/workbook").content))
        sheet = book["Behandelingen"]
        codes.append([sheet.cell(row, 1).value for row in range(4, 28)])
    assert codes[0] == codes[1] == codes[2] != codes[3]


def test_what_is_missing_is_said_and_what_was_chosen_stays(client, tmp_path):  # noqa: F811
    place = _drop(client, redcap_repeated(tmp_path / "redcap.csv"))
    asked = _post(client, place, {"do": "make", "name": "Zorg Noord 2026", "k": "3"})
    assert asked.status_code == 422 and "Er ontbreekt nog iets" in asked.text and "kolom sex" in asked.text
    page = client.get(f"{place}/columns").text
    assert 'value="zorg-noord-2026"' in page and 'id="k" name="k" min="2" max="100" value="3"' in page


def test_another_choice_brings_the_questions_that_go_with_it(client, tmp_path):  # noqa: F811
    place = _drop(client, spss_wide(tmp_path / "rom.sav"))
    page = client.get(f"{place}/columns").text
    headers = re.findall(r'<th scope="row">(.*?)</th>', page)
    at = headers.index("cries13_t1")
    done = _post(client, place, {f"what:0:{at}": "treatments.gender", "do": "block-0"})
    assert done.headers["location"].endswith("/columns#block-0")
    assert f'name="code:0:{at}:0"' in client.get(f"{place}/columns").text
    _post(client, place, {f"what:0:{at}": "score", "do": "block-0"})
    assert f'name="instrument:0:{at}"' in client.get(f"{place}/columns").text


@pytest.mark.parametrize(
    "fields",
    [
        {"what:0:0": "treatments.nothing", "do": "make"},
        {"what:9:9": "identity", "k": "99999999999999999999", "order": "x", "which": "x", "do": "make"},
        {"fixed:0:treatments.provider": "<script>" * 100, "do": "block-<script>"},
        {"name": "../../x", "do": "block-../../x"},
    ],
)
def test_foreign_answers_change_nothing_that_is_not_asked(client, tmp_path, fields):  # noqa: F811
    place = _drop(client, redcap_repeated(tmp_path / "redcap.csv"))
    answer = _post(client, place, fields)
    assert answer.status_code in (303, 422) and "<script>" not in answer.text + answer.headers.get("location", "")
    assert "<script>" not in re.sub(r'<script src="/static/serve.js" defer></script>', "", client.get(f"{place}/columns").text)


def test_columns_that_are_not_used_stand_apart_in_a_wide_export(client, tmp_path):  # noqa: F811
    header = ["clientnr", "startdatum", "einddatum", *(f"v{number}" for number in range(300))]
    lines = [";".join([f"{row}", "01-02-2024", "01-05-2024", *(["x"] * 300)]) for row in range(20)]
    (tmp_path / "breed.csv").write_text("\n".join([";".join(header), *lines]), encoding="utf-8")
    place = _drop(client, tmp_path / "breed.csv")
    page = client.get(place).text
    first, _, hidden = page.partition("<details>")
    assert "startdatum" in first and "v299" not in first and "v299" in hidden and "300</summary>" in page
    done = _post(client, place, _answers(page))
    assert done.status_code == 303


@pytest.mark.parametrize("recipe", [b"\xff\xfe", b"[" * 100_000, b"a = " + b"[" * 100_000, b"", b"name = 1"])
def test_a_file_that_is_no_recipe_is_refused(client, tmp_path, recipe):  # noqa: F811
    place = _drop(client, redcap_repeated(tmp_path / "redcap.csv"))
    answer = _post(client, place, {"do": "make"}, recipe=recipe)
    assert answer.status_code == 422 and "recept" in answer.text


@pytest.mark.parametrize("key", [b"", b"not a key", b"00" * 8, bytes(range(256))])
def test_a_key_that_is_none_is_refused(client, tmp_path, key):  # noqa: F811
    place = _drop(client, redcap_repeated(tmp_path / "redcap.csv"))
    answers = _answers(client.get(f"{place}/columns").text)
    answer = _post(client, place, answers, key=key)
    assert answer.status_code == 422 and "sleutel" in answer.text


def test_a_recipe_with_a_mistake_is_named_by_its_line(client, made):  # noqa: F811
    export, place = made("redcap.csv")
    recipe = client.get(f"{place}/download/recipe").text.replace('start = "start_date"', 'start = "no_such"')
    answer = _post(client, export, {"do": "make"}, recipe=recipe.encode())
    assert answer.status_code == 422 and "van het recept" in answer.text and "no_such" in answer.text


def test_its_owner_may_say_that_it_is_no_export(client, tmp_path):  # noqa: F811
    place = _drop(client, redcap_repeated(tmp_path / "redcap.csv"))
    assert client.get(f"{place}/download/marked").status_code == 404
    other = client.post(f"{place}/kind")
    assert other.status_code == 422 and "tabel" in other.text
