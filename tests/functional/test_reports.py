"""The reports as a reader gets them: both languages, every format, whole in themselves, the same bytes each time."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from evaluation.failures import CannotRead, RenderingFailed, WrongUse
from evaluation.rendering import render

FORMATS = ("html", "pdf", "docx")
VOID = {"source", "meta", "img", "col", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """What a test asks of a page: its elements with their attributes, in order, and whether they are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="session")
def rossi(finished, tmp_path_factory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("rossi-report")
    return dict(zip(FORMATS, render(finished("rossi", False) / "evidence", formats=FORMATS, lang="nl", out=out)))


@pytest.fixture(scope="session")
def fireworks(finished, tmp_path_factory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("fireworks-report")
    return dict(zip(FORMATS, render(finished("fireworks", False) / "evidence", formats=FORMATS, lang="en", out=out)))


@pytest.fixture(params=["rossi", "fireworks"])
def made(request) -> dict[str, Path]:
    return request.getfixturevalue(request.param)


def text_of(page: Path) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>", "", page.read_text(encoding="utf-8")))


def test_files_are_named_by_reader_and_language(rossi, fireworks):
    assert [path.name for path in rossi.values()] == ["committee-nl.html", "committee-nl.pdf", "committee-nl.docx"]
    assert [path.name for path in fireworks.values()] == ["committee-en.html", "committee-en.pdf", "committee-en.docx"]


def test_a_page_asks_nothing_of_the_outside(made):
    text = made["html"].read_text(encoding="utf-8")
    page = Page(text)
    for attributes in [a for _, a in page.elements]:
        for name in ("src", "href", "data", "action", "poster", "srcset"):
            assert attributes.get(name, "#").startswith(("#", "data:image/png;base64,")), attributes[name][:60]
    assert not page.all("script", "iframe", "object", "embed", "link")
    assert not re.search(r"@import|url\((?!#)", text)


def test_a_page_can_be_read_by_everyone(made):
    page = Page(made["html"].read_text(encoding="utf-8"))
    assert page.open == []
    assert page.all("html")[0]["lang"] == made["html"].stem[-2:]
    assert page.all("a")[0]["href"] == "#content" and page.all("main")[0]["id"] == "content"
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.all("img") and all(len(image["alt"].split()) > 8 for image in page.all("img"))
    assert len(page.all("caption")) == len(page.all("table")) >= 5
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    identifiers = [a["id"] for _, a in page.elements if "id" in a]
    assert len(identifiers) == len(set(identifiers))
    assert {a["href"][1:] for a in page.all("a")} <= set(identifiers)


def test_every_reference_found_its_number(made):
    text = text_of(made["html"])
    assert not re.search(r"@(fig|tbl|sec)-|\?@|\{#|\{\{<|:::|\bnan\b|\bNone\b", text)
    assert ("Figuur" if made["html"].stem.endswith("nl") else "Figure") + "\u00a01." in text


def test_the_first_section_says_what_was_found_and_how_sure(rossi, fireworks):
    dutch, english = text_of(rossi["html"]), text_of(fireworks["html"])
    assert (
        dutch.index("wat is er gevonden?")
        < dutch.index("Hoe zeker is dat?")
        < dutch.index("Tekst voor het werkblad", dutch.index("Hoe zeker"))
    )
    assert "Tot en met week 52" in dutch and "zonder aanhouding" in dutch and "geen oordeel" in dutch
    assert "the score went down by" in english and "95% interval" in english and "no verdict" in english


def test_the_languages_do_not_mix(rossi, fireworks):
    dutch, english = text_of(rossi["html"]), text_of(fireworks["html"])
    assert "What was found" not in dutch and "Methods" not in dutch
    assert "wat is er" not in english and "niet getoond" not in english


def test_every_analysis_in_the_evidence_is_in_the_report(finished, made):
    name = "rossi" if made["html"].stem.endswith("nl") else "fireworks"
    text = made["html"].with_name(made["html"].name.replace("committee", "committee-annex")).read_text(encoding="utf-8")
    for file in (finished(name, False) / "evidence" / "results").glob("*.csv"):
        if len(file.read_text(encoding="utf-8").splitlines()) > 1:
            assert f"tbl-methods-{file.stem.replace('_', '-')}" in text, file.stem


def test_a_pdf_is_tagged_and_in_its_language(made):
    pdf = made["pdf"].read_bytes()
    assert pdf.startswith(b"%PDF") and b"/MarkInfo" in pdf and b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    catalog = re.search(rb"<<[^<]*/Type ?/Catalog.*?endobj", pdf, re.S).group(0)
    assert f"/Lang({made['pdf'].stem[-2:]}".encode() in catalog
    if shutil.which("pdfinfo"):
        told = subprocess.run(["pdfinfo", made["pdf"]], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Tagged:\s+yes", told) and re.search(r"Title:\s+\S", told)


def test_a_word_document_keeps_alt_texts_headers_and_no_clock(made):
    with zipfile.ZipFile(io.BytesIO(made["docx"].read_bytes())) as document:
        assert {entry.date_time[0] for entry in document.infolist()} == {1980}
        body = document.read("word/document.xml").decode("utf-8")
        styles = document.read("word/styles.xml").decode("utf-8")
    pictures = len(re.findall(r"<pic:pic[ >]", body))
    assert pictures and len(re.findall(r'<wp:docPr [^>]*descr="[^"]{40,}"', body)) == pictures
    assert body.count("<w:tblHeader") == body.count("<w:tbl>") >= 5
    assert f'w:val="{made["docx"].stem[-2:]}' in re.search(r"<w:lang [^>]*>", styles).group(0)


def test_no_machine_and_no_workplace_in_the_output(made, tmp_path_factory):
    words = [str(Path(sys.executable).parent.parent), str(tmp_path_factory.getbasetemp()), os.environ.get("USER") or "\0"]
    parts = [made["html"].read_bytes(), made["pdf"].read_bytes()]
    with zipfile.ZipFile(made["docx"]) as document:
        parts += [document.read(name) for name in document.namelist()]
    for part in parts:
        assert not [word for word in words if len(word) > 4 and word.encode() in part]
        assert b"/tmp/" not in part


def test_no_count_below_the_threshold_is_shown(made):
    """Counts of people stand in `n (x of y)`, in columns of counts and in alt texts; none of them lies between 1 and 9."""
    text = made["html"].read_text(encoding="utf-8")
    counted = re.findall(r"\((\d+)\u00a0(?:van|of)\u00a0(\d+)\)", text)
    assert all(int(number) >= 10 for pair in counted for number in pair)
    flow = re.search(r'(?s)<table id="tbl-main-flow".*?</table>', text).group(0)
    assert all(int(number) >= 10 for number in re.findall(r"<td[^>]*>(\d+)</td>", flow))
    for image in Page(text).all("img"):
        assert not re.search(r"\bn\s*=\s*[1-9]\b", image["alt"])


def test_the_same_evidence_gives_the_same_bytes_anywhere(finished, rossi, tmp_path):
    """Another folder with a space and an accent, another language of the machine, another working directory, another clock."""
    folder = tmp_path / "map met spaties é"
    shutil.copytree(finished("rossi", False) / "evidence", folder / "bewijs één")
    (folder / "bewijs één" / "secret.csv").write_text("client", encoding="utf-8")
    code = "import sys; from evaluation.rendering import render; render(sys.argv[1], formats=('html','pdf','docx'), out=sys.argv[2])"
    env = {**os.environ, "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONUTF8": "1"}
    subprocess.run([sys.executable, "-c", code, "bewijs één", "uit voer"], cwd=folder, env=env, check=True, capture_output=True)
    for name, path in rossi.items():
        assert (folder / "uit voer" / path.name).read_bytes() == path.read_bytes(), name
    names = [path.name for path in rossi.values()]
    beside = [name.replace("committee", "committee-annex") for name in names]
    assert sorted(entry.name for entry in (folder / "uit voer").iterdir()) == sorted(names + beside)
    for name in beside:
        assert (folder / "uit voer" / name).read_bytes() == (rossi["html"].parent / name).read_bytes(), name


def test_the_provider_reads_the_same_in_half_the_words(finished, rossi, tmp_path):
    (page,) = render(finished("rossi", False) / "evidence", reader="provider", formats=("html",), out=tmp_path)
    short, long = text_of(page), text_of(rossi["html"])
    assert "Tot en met week 52" in short and len(short.split()) < len(long.split()) / 2


def test_what_must_not_leave_is_marked_on_every_page_and_heading(finished, tmp_path):
    """The mark comes from the record: the released folder stands in for an internal one, whose run another test has."""
    evidence = finished("rossi", False) / "evidence"
    hostile = '</title><script>alert(1)</script> *x* $y$ #z @fig-a "q" {{< include x >}}'
    record = (evidence / "evidence.json").read_text(encoding="utf-8")
    title = re.search(r'"title": "(?:[^"\\]|\\.)*",\n\s+"titl|"title": "Nieuwe aanhouding na vrijlating"', record).group(0)
    copy = tmp_path / "evidence"
    shutil.copytree(evidence, copy)
    escaped = hostile.replace('"', '\\"')
    record = record.replace(title, f'"title": "{escaped}"').replace('"geen hulp"', '"geen $x^{ hulp](u) {{"')
    record = record.replace('"edition": "released"', '"edition": "internal"')
    (copy / "evidence.json").write_text(record, encoding="utf-8")
    page, pdf, word, *_ = render(copy, formats=FORMATS, lang="nl", out=tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "geen $x^{ hulp](u) {{" in text.replace("\u00a0", " ")
    assert "<script" not in text and "alert(1)" in text and "include x" in text
    headings = re.findall(r"(?s)<h2.*?</h2>", text)
    assert headings and all("NIET VOOR PUBLICATIE" in heading for heading in headings)
    assert 'class="status"' in text and pdf.stat().st_size > 10_000
    with zipfile.ZipFile(word) as document:
        assert document.read("word/document.xml").decode().count("NIET VOOR PUBLICATIE") >= len(headings)


def test_a_folder_that_is_no_evidence_is_refused_without_its_content(command, tmp_path):
    (tmp_path / "evidence.json").write_text('{"secret": "MARKER"}', encoding="utf-8")
    with pytest.raises(CannotRead):
        render(tmp_path)
    done = command("report", tmp_path)
    assert done.code == 3 and "MARKER" not in done.text and "Traceback" not in done.text
    assert command("report", tmp_path / "nowhere").code == 3


def test_quarto_that_is_not_there_is_said_in_words(command, finished, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    done = command("report", finished("rossi", False) / "evidence", "--engine", "quarto")
    assert done.code == 5 and "Quarto" in done.text and "Traceback" not in done.text


def test_a_cell_that_fails_says_its_kind_only(finished, tmp_path, monkeypatch):
    from evaluation.rendering import executing

    monkeypatch.setattr(executing, "included", lambda place, name: "```{python}\nraise ValueError('MARKER')\n```\n")
    with pytest.raises(RenderingFailed) as failure:
        render(finished("rossi", False) / "evidence", formats=("html",), out=tmp_path)
    assert "ValueError" in str(failure.value) and "MARKER" not in str(failure.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong", [{"reader": "minister"}, {"formats": ("odt",)}, {"lang": "de"}, {"formats": ()}, {"engine": "latex"}]
)
def test_a_choice_that_is_not_there_is_wrong_use(tmp_path, wrong):
    with pytest.raises(WrongUse):
        render(tmp_path, **wrong)


@pytest.mark.parametrize(
    "section", sorted(path.name for path in (Path(__file__).parents[2] / "reports" / "sections").glob("*.qmd"))
)
def test_every_section_stands_in_a_document_and_speaks_both_languages(section):
    reports = Path(__file__).parents[2] / "reports"
    documents = "".join(path.read_text(encoding="utf-8") for path in reports.glob("*.qmd"))
    text = (reports / "sections" / section).read_text(encoding="utf-8")
    assert f"sections/{section}" in documents
    assert text.count("::: {.nl}") == text.count("::: {.en}")


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for Quarto is a shell script")
def test_quarto_renders_the_documents_as_they_stand(finished, tmp_path, monkeypatch):
    """A stand-in writes down how it was called; the real program is not needed."""
    stand_in = tmp_path / "bin" / "quarto"
    stand_in.parent.mkdir()
    stand_in.write_text(
        "#!/bin/sh\n"
        'case "$4" in typst) end=pdf;; *) end=$4;; esac\n'
        '{ echo "$@"; echo "$EVALUATION_LANG $EVALUATION_EVIDENCE $SECRET"; ls; } > "${2%.qmd}.$end"\n'
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SECRET", "MARKER")
    paths = render(finished("rossi", False) / "evidence", formats=("html", "pdf"), lang="en", out=tmp_path / "out")
    html, pdf = (path.read_text(encoding="utf-8") for path in paths[:2])
    assert html.startswith("render committee.qmd --to html -M lang:en") and "en evidence" in html and "MARKER" not in html
    assert pdf.startswith("render committee.qmd --to typst") and paths[1].name == "committee-en.pdf"
    listed = [
        "committee-annex.qmd",
        "committee.html",
        "committee.qmd",
        "evidence",
        "provider.qmd",
        "sections",
        "style",
        "validation.qmd",
    ]
    assert html.splitlines()[2:] == listed
    assert [path.name for path in paths[2:]] == ["committee-annex-en.html", "committee-annex-en.pdf"]
    stand_in.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(RenderingFailed, match="pandoc"):
        render(finished("rossi", False) / "evidence", formats=("html",), out=tmp_path / "out")
