"""Pages keep what they are given: no text becomes markup, no cell is lost."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.output.pages import Code, Grid, Heading, Items, Text, as_html, as_markdown, as_text

TEXT = st.text(st.characters(exclude_characters="`", exclude_categories=("Cs", "Cc")), max_size=40)
CELLS = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(TEXT, min_size=width, max_size=width),
        st.lists(st.lists(TEXT, min_size=width, max_size=width), max_size=4),
    )
)


class _Words(HTMLParser):
    """Tags met, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words += data


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, CELLS)
def test_html_holds_the_same_words_and_no_other_tags(title, text, cells):
    header, rows = cells
    page = _Words(as_html([Heading(1, title), Text(text), Grid(title, header, rows), Items([text]), Code(text)], "nl"))
    assert page.words.count(text.strip()) >= 1 and title in page.words
    assert page.tags.count("td") + page.tags.count("th") == len(header) * (len(rows) + 1)
    assert set(page.tags) <= {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "p", "div", "table", "caption", "thead", "tbody"),
        *("tr", "th", "td", "ul", "li", "pre", "code"),
    }


@settings(max_examples=60, deadline=None)
@given(CELLS)
def test_a_markdown_table_has_its_cells(cells):
    header, rows = cells
    lines = as_markdown([Grid("", header, rows)]).strip("\n").split("\n")
    assert len(lines) == len(rows) + 2
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {len(header) + 1}


@settings(max_examples=60, deadline=None)
@given(TEXT, CELLS)
def test_plain_text_holds_every_word(text, cells):
    header, rows = cells
    page = as_text([Text(text), Grid("", header, rows), Items([text])])
    for cell in (text, *(row[0] for row in rows)):
        assert all(word in page.replace("\n", "") for word in re.findall(r"\w{1,8}", cell)[:1])


def test_code_stays_code_in_every_form():
    blocks = [Heading(1, "A"), Text("run `a_b | c` now")]
    assert "`a_b | c`" in as_markdown(blocks)
    assert "<code>a_b | c</code>" in as_html(blocks, "en")
    assert "run a_b | c now" in as_text(blocks)
