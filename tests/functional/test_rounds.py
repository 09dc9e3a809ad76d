"""How many rounds a stranger needs who does literally what the messages say: at most two after the first."""

from __future__ import annotations

import json
import re
import tracemalloc

import pytest

from evaluation.validation.validating import validate
from tests.functional.test_serve import client, desk, drop, helper, visit  # noqa: F401
from tests.messy import IN_CELLS, in_the_template, mended_in_the_template, mended_of_their_own, of_their_own


def _rounds(tmp_path, command, content, mend) -> list[int]:
    """Errors per round, until accepted or five rounds; each is mended in the workbook that the check gave back."""
    found = []
    for number in range(1, 6):
        path, marked = tmp_path / f"ronde-{number}.xlsx", tmp_path / f"nagekeken-{number}.xlsx"
        path.write_bytes(content)
        done = command("validate", path, "--annotate", marked, "--json", tmp_path / f"{number}.json")
        told = json.loads((tmp_path / f"{number}.json").read_text())["findings"]
        found.append(sum(one["severity"] == "error" for one in told))
        if done.code == 0:
            return found
        content = mend(marked.read_bytes(), number)
    return found


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        (in_the_template, lambda marked, _: mended_in_the_template(marked)),
        (of_their_own, mended_of_their_own),
    ],
    ids=["in the template", "of their own"],
)
def test_at_most_two_rounds_after_the_first(command, tmp_path, content, mend):
    found = _rounds(tmp_path, command, content(), mend)
    assert found[-1] == 0 and len(found) <= 3, found


def _told(tmp_path, content) -> dict[str, list]:
    (tmp_path / "inzending.xlsx").write_bytes(content)
    told: dict[str, list] = {}
    for finding in validate(tmp_path / "inzending.xlsx").findings:
        told.setdefault(finding.rule.code, []).append(finding)
    return told


def test_one_cause_is_one_finding(tmp_path):
    told = _told(tmp_path, in_the_template())
    (zeros,) = told["zeros-lost"]
    assert zeros.table == "measurements" and len(zeros.lines) == 48 and "Celeigenschappen" in zeros.repair.nl
    assert "client-unknown" not in told and "cell-empty" not in told
    assert [finding.lines.tolist() for finding in told["row-total"]] == [[30], [53]]
    (half,) = told["row-unfinished"]
    assert half.lines.tolist() == [29]
    assert {"CRIES-13" in finding.expectation.nl for finding in told["known-instrument"]} == {True}
    guessed = [finding.expectation.nl for finding in told["cell-not-in-list"]]
    assert sum("Bedoelt u" in text for text in guessed) >= 10


def test_tables_are_known_by_what_stands_in_them(tmp_path):
    told = _told(tmp_path, of_their_own())
    (beside,) = told["table-beside"]
    assert "Gebeurtenissen" in beside.expectation.nl and beside.letters == ("P",)
    assert {finding.values["label"].nl for finding in told["column-misnamed"]} == {"Behandelduur", "Einde behandeling", "Week"}
    assert all("lijkt erop" in finding.expectation.nl for finding in told["column-missing"])
    assert "column-unknown" not in told and "sheet-unused" not in told and "identifier-possible" not in told
    assert [finding.values["one"].nl for finding in told["columns-swapped"]] == ["Leeftijdsgroep"]


def test_zeros_shown_by_a_format_are_there(tmp_path):
    """What somebody sees is 0007, whatever the cell keeps."""
    assert "zeros-lost" not in _told(tmp_path, mended_in_the_template(in_the_template()))


def test_the_browser_needs_no_more_rounds(client):  # noqa: F811
    """Proposals taken over at once, rows emptied, the other cells typed: accepted in the second check."""
    place = drop(client, in_the_template())
    page = client.get(place).text
    empties = [name for name in re.findall(r'name="take" value="([^"]+)"', page) if name.startswith(("row-total", "row-unfin"))]
    assert len(empties) == 3
    client.post(f"{place}/mend", data={"all": "on", "take": empties}, follow_redirects=True)
    page = client.get(place).text
    from data_schemas.tables import tables

    names = {table.label.nl: table for table in tables().values()}
    answers = {}
    for (sheet, header, row), (_, right) in IN_CELLS.items():
        table = names[sheet]
        column = next(one.name for one in table.columns if one.label.nl == header)
        if f'name="cell:{table.name}:{row}:{column}"' in page:
            answers[f"cell:{table.name}:{row}:{column}"] = "" if right is None else str(right)
    page = client.post(f"{place}/mend", data=answers, follow_redirects=True).text
    assert "Geaccepteerd" in page and "Niet geaccepteerd" not in page, re.findall(r"FOUT</span> [^<]+", page)


def test_a_table_of_their_own_is_mended_in_the_browser(client):  # noqa: F811
    """Headers, swapped columns and totals by proposals; one word is chosen, for every row in which the same stands."""
    place = drop(client, of_their_own())
    page = client.get(place).text
    total = re.search(r'name="take" value="(row-total[^"]+)"', page).group(1)
    page = client.post(f"{place}/mend", data={"all": "on", "take": total}, follow_redirects=True).text
    field = re.search(r'name="(cell:measurements:\d+:moment)"', page).group(1)
    answers = {"all": "on", field: "nameting", "same:measurements:moment": "on"}
    page = client.post(f"{place}/mend", data=answers, follow_redirects=True).text
    assert "Geaccepteerd" in page and "Niet geaccepteerd" not in page, re.findall(r"FOUT</span> [^<]+", page)


def test_as_many_names_of_questionnaires_as_rows_cost_no_memory(tmp_path):
    """A column of mistakes: what is counted by series numbers what is there, not every person times every name."""
    people, folder = 4_000, tmp_path / "inzending"
    folder.mkdir()
    (folder / "submission.toml").write_text('contract = "1"\nname = "proef"\n')
    treated = "".join(f"K-{number:05d},p,q,a\n" for number in range(people))
    (folder / "treatments.csv").write_text("client,provider,programme,arm\n" + treated)
    scores = "".join(f"K-{number:05d},lijst-{number},self,baseline,0,30\n" for number in range(people))
    (folder / "measurements.csv").write_text("client,instrument,informant,moment,week,score\n" + scores)
    tracemalloc.start()
    told = {finding.rule.code: finding for finding in validate(folder).findings}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(told["known-instrument"].lines) and peak < 110_000_000, peak
