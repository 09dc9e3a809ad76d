"""Reports of submissions as small, as empty or as uniform as they come: every reader, language and format, and no loose end."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from evaluation.rendering import DOCUMENTS
from evaluation.rendering.pandoc import tree as tree_of
from evaluation.rendering.pandoc import written
from evaluation.rendering.parting import parted
from reports.figures import drawing
from tests.documents import assembled, elements, filled, text_of
from tests.small_cases import CASES, evidence_of

FORMATS = ("html", "pdf", "docx")
LOOSE = re.compile(
    r"\*\*|@(?:fig|tbl|sec)-|\?@|\{#|\{\{|:::|\]\{|\bnan\b|\bNone\b|\binf\b|: ?\.|\( ?\)| \.(?!\d)|, ?,|;\.|\.\.|[,;:]$|\n\s*[.;,]"
)
OTHERS = [("committee", "en"), ("provider", "nl"), ("provider", "en")]


@pytest.mark.parametrize("internal", [False, True], ids=["released", "internal"])
@pytest.mark.parametrize("case", CASES)
def test_a_report_of_a_small_submission_is_whole(case, internal, tmp_path, monkeypatch):
    """The committee's Dutch edition goes through every writer; the others are trees of the same kind in other words."""
    monkeypatch.setattr(drawing, "_DOTS_PER_INCH", 30)
    evidence = evidence_of(CASES[case], tmp_path, internal=internal)
    place = filled(tmp_path / "place", evidence)
    drawn = assembled(place, "committee", "nl")
    tree = tree_of(place, "nl", drawn)
    made = written(place, parted(tree, "nl"), FORMATS, "nl")
    for name in DOCUMENTS["committee"]:
        assert b"</main>" in made[name, "html"] and made[name, "pdf"].startswith(b"%PDF")
        assert "word/document.xml" in zipfile.ZipFile(BytesIO(made[name, "docx"])).namelist()
    holds_together(json.loads(tree))
    monkeypatch.setattr(Figure, "savefig", lambda figure, file, **options: file.write(b"not drawn"))
    for reader, lang in OTHERS:
        holds_together(json.loads(tree_of(place, lang, assembled(place, reader, lang))))


def holds_together(tree: dict) -> None:
    """Every reference has its number and its place, every table and figure its caption, every heading something under it."""
    found = list(elements(tree["blocks"]))
    labels = Counter(label for node in found if (label := _label(node)))
    assert [label for label, times in labels.items() if times > 1] == []
    assert [text_of(node) for node in found if node["t"] in ("Cite", "RawInline", "RawBlock")] == []
    targets = [node["c"][2][0] for node in found if node["t"] == "Link" and node["c"][2][0].startswith("#")]
    assert [target for target in targets if target[1:] not in labels] == []
    blocks = [node["t"] for node in tree["blocks"]]
    levels = [node["c"][0] if node["t"] == "Header" else 9 for node in tree["blocks"]]
    bare = [place for place, level in enumerate(levels) if level < 9 and [*levels, 0][place + 1] <= level]
    assert bare == [], [text_of(tree["blocks"][place]) for place in bare]
    assert blocks[0] != "Header" or levels[0] == 1
    loose = [(match.group(), text) for node in tree["blocks"] if (match := LOOSE.search(text := text_of(node)))]
    assert loose == []
    ones = re.compile(
        r"(?<![\w.,−-])1 (jongeren|deelnemers|young people|participants)\b|\b0 (jongeren|deelnemers) (mee\. Met zo|in beeld)"
    )
    assert [text for text in map(text_of, tree["blocks"]) if ones.search(text)] == []
    said = [text_of(node) if node["t"] == "Para" else "" for node in tree["blocks"]]
    assert [text for text, after in pairwise(said) if text and text == after] == []


def _label(node: dict) -> str:
    """What a reference can point at."""
    place = {"Header": 1, "Table": 0, "Figure": 0, "Div": 0, "Span": 0}.get(node["t"])
    return "" if place is None else node["c"][place][0]


def test_a_sentence_goes_with_what_it_refers_to_and_a_heading_with_what_it_holds(finished, tmp_path):
    """The two rules of the assembled document, on a document of their own."""
    place = filled(tmp_path / "place", finished("fireworks", False) / "evidence")
    markdown = (
        "# First {#sec-first}\n\n[See @tbl-x.]{.refers} Told[; see @sec-last and @sec-first]{.refers}. [In @sec-first.]{.refers}\n\n"
        "# Bare {#sec-bare}\n\n## Barer {#sec-barer}\n\n# Last {#sec-last}\n\n::: {.en}\nGone\n:::\n\n[Only @fig-y]{.refers}\n"
    )
    blocks = json.loads(tree_of(place, "nl", markdown))["blocks"]
    assert text_of(blocks).split("\n") == ["", "1 First", " Told. In paragraaf\u00a01."]


def test_every_reference_in_the_sources_may_go():
    """Outside of a `.refers` span a reference to what is not shown would stop a report."""
    reports = Path(__file__).parents[2] / "reports"
    sources = [*reports.rglob("*.qmd"), *reports.rglob("*.py")]
    texts = {path.name: path.read_text(encoding="utf-8").replace("{{", "{").replace("}}", "}") for path in sources}
    held = {name: re.sub(r"(?s)\[[^\[\]]*\]\{\.refers[^}]*\}", "", text) for name, text in texts.items()}
    assert [name for name, text in held.items() if re.search(r"@(?:fig|tbl|sec)-", text)] == []
    assert sum("{.refers" in text for text in texts.values()) > 5
