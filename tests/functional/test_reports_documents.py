"""Word, the provider's two pages, the privacy officer's edition, and a project for Quarto: what each must be besides true."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest

from evaluation.failures import WrongUse
from evaluation.rendering import DOCUMENTS, render
from evaluation.rendering.ejecting import eject
from evaluation.rendering.executing import included

# the width of a letter in a table, in twentieths of a point: Arial of 8 points
_LETTER = 84


@pytest.fixture(scope="module")
def made(finished, tmp_path_factory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("documents")
    paths = render(finished("consortium", False) / "evidence", formats=("pdf", "docx"), out=out)
    return {path.name: path for path in paths}


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as document:
        return document.read(name).decode("utf-8")


@pytest.mark.parametrize("name", ["committee-nl.docx", "committee-annex-nl.docx"])
def test_no_word_or_number_of_a_table_breaks_in_word(made, name):
    """Every part that cannot be broken fits its column; a table too wide for that stands on a page that lies on its side."""
    body = part(made[name], "word/document.xml")
    tables = re.findall(r"(?s)<w:tbl>.*?</w:tbl>", body)
    assert len(tables) >= 5
    for table in tables:
        widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', table)]
        lying = 'w:orient="landscape"' in body[body.index(table) + len(table) :][:800]
        scale = (9400 if not lying else 14300) / sum(widths)
        for row in re.findall(r"(?s)<w:tr>.*?</w:tr>", table):
            cells = re.findall(r"(?s)<w:tc>.*?</w:tc>", row)
            for width, cell in zip(widths, cells, strict=True):
                text = "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", cell))
                longest = max((len(word) for word in re.split(r"[ \-]", text)), default=0)
                assert longest * _LETTER <= width * scale, (text, width)


def test_word_has_pages_headers_and_captions_that_count(made):
    for name in ("committee-nl.docx", "committee-annex-nl.docx"):
        body = part(made[name], "word/document.xml")
        tables = body.count("<w:tbl>")
        assert len(re.findall(r'w:instr=" SEQ Tabel', body)) == tables
        footers = [entry for entry in zipfile.ZipFile(made[name]).namelist() if re.fullmatch(r"word/footer\d*\.xml", entry)]
        headers = [entry for entry in zipfile.ZipFile(made[name]).namelist() if re.fullmatch(r"word/header\d*\.xml", entry)]
        assert "NUMPAGES" in part(made[name], footers[0]) and "VERZONNEN GEGEVENS" in part(made[name], headers[0])
        assert body.count("headerReference") == body.count("<w:sectPr") and 'w:h="16838"' in body


@pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdfinfo") is None, reason="LibreOffice is not on this computer"
)
def test_libreoffice_opens_the_word_file_and_it_is_about_as_long_as_the_pdf(made, tmp_path):
    for name in ("committee-nl", "committee-annex-nl"):
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", tmp_path, made[f"{name}.docx"]], check=True, capture_output=True, timeout=240)
        word, pdf = (_pages(path) for path in (tmp_path / f"{name}.pdf", made[f"{name}.pdf"]))
        assert pdf / 1.3 <= word <= pdf * 1.3, (word, pdf)


def _pages(path: Path) -> int:
    told = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"Pages:\s+(\d+)", told).group(1))


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not on this computer")
def test_the_provider_has_two_pages(finished, tmp_path):
    (path,) = render(finished("consortium", False) / "evidence", reader="provider", formats=("pdf",), out=tmp_path)
    assert _pages(path) == 2


def test_all_counts_are_only_for_the_privacy_officer(finished, tmp_path):
    """Made of exact results only, its owner's alone, with a place to sign."""
    with pytest.raises(WrongUse, match="--internal"):
        render(finished("fireworks", False) / "evidence", reader="validation", formats=("html",), out=tmp_path)
    assert list(tmp_path.iterdir()) == []
    (page,) = render(finished("fireworks", True) / "evidence", reader="validation", formats=("html",), out=tmp_path)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
    assert "NIET VOOR PUBLICATIE" in text and "Handtekening" in text and "Kenmerk van dit verslag" in text
    assert re.search(r"\b52\b", text) and "niet getoond" not in text


def test_a_project_for_quarto_is_whole_and_keeps_its_secret(command, finished, tmp_path):
    done = command("report", finished("fireworks", False) / "evidence", "--eject", tmp_path / "project", "--lang", "en")
    assert done.code == 0 and done.out.strip() == str(tmp_path / "project")
    names = {path.name for path in (tmp_path / "project").iterdir()}
    assert {
        "_quarto.yml",
        "_environment",
        "committee.qmd",
        "committee-annex.qmd",
        "sections",
        "style",
        "evidence",
        "README.md",
    } <= names
    assert "EVALUATION_LANG=en" in (tmp_path / "project" / "_environment").read_text(encoding="utf-8")
    private = eject(finished("fireworks", True) / "evidence", tmp_path / "private", DOCUMENTS["committee"], "nl")
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in private.rglob("*") if path.is_file()} == {0o600}
    assert "Confidential" in (private / "README.md").read_text(encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").write_text("x", encoding="utf-8")
    with pytest.raises(WrongUse):
        eject(finished("fireworks", False) / "evidence", tmp_path / "mine", DOCUMENTS["committee"], "nl")


def test_documents_keep_to_what_quarto_and_pandoc_both_understand(finished, tmp_path):
    """Read as Quarto does: front matter as metadata, cells by jupytext, the rest as Markdown; each within the shared subset."""
    import json

    import pypandoc
    import yaml
    from jupytext import reads

    place = eject(finished("fireworks", False) / "evidence", tmp_path / "project", DOCUMENTS["committee"], "nl")
    listed = yaml.safe_load((place / "_quarto.yml").read_text(encoding="utf-8"))["project"]["render"]
    assert listed == ["committee.qmd", "committee-annex.qmd"]
    for document in sorted(place.glob("*.qmd")):
        text = included(place, document.name)
        front = yaml.safe_load(text.split("---")[1])
        assert (
            front["jupyter"] == "python3" and front["filters"] == ["style/choose.lua"] and front["execute"] == {"echo": False}
        )
        assert set(front["format"]) == {"html", "typst", "docx"} and front["format"]["typst"]["pdf-standard"] == "ua-1"
        assert (place / front["format"]["html"]["css"]).is_file()
        cells = reads(text, fmt="Rmd").cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        assert len(code) == text.count("```{python}") and all(source.startswith("#| output: asis\n") for source in code)
        prose = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert not re.search(r"\{\{<|`\{python\}|\$[^ $]+\$|<[a-z/]", prose), document.name
        tree = json.loads(pypandoc.convert_text(prose, "json", format="markdown"))
        found = list(_elements(tree["blocks"]))
        assert {node["t"] for node in found} & {"RawBlock", "RawInline", "Math", "Note", "CodeBlock", "HorizontalRule"} == set()
        classes = {name for node in found if node["t"] == "Div" for name in node["c"][0][1]}
        assert classes <= {"nl", "en", "when", "contents", "page-end", "first-page"}
        cited = {one["citationId"] for node in found if node["t"] == "Cite" for one in node["c"][0]}
        assert all(re.match(r"(?:sec|fig|tbl)-", name) for name in cited)


def _elements(node: object):
    if isinstance(node, dict):
        if "t" in node:
            yield node
        for inner in node.values():
            yield from _elements(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _elements(inner)
