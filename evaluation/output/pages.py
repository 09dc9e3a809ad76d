"""Pages made of a few kinds of blocks, written as text, as Markdown or as one self-contained, accessible HTML file.

Text may hold `code` between backticks; every other sign stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill, indent

from data_schemas.words import Lang, Words

_CODE = re.compile(r"`([^`]+)`")
# < and > would be markup, * and _ emphasis, | the end of a cell
_SPECIAL = re.compile(r"([\\*_<>|\[\]])")
_CONTENTS = Words("Inhoud", "Contents")
_LINE = 96
_STYLE = """
body { font: 1rem/1.55 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 84rem; margin: 0 auto; padding: 1rem; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.5rem; border-bottom: 2px solid #1f4e79; }
a { color: #1f4e79; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top; }
thead th { background: #dce6f1; }
code, pre { font-family: ui-monospace, monospace; background: #f2f2f2; }
code { padding: 0 .2em; }
pre { padding: .7rem; overflow-x: auto; }
@media print {
  body { max-width: none; font-size: 10pt; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4, with the name by which it can be linked to."""

    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short texts."""

    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be shown as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of each row is its header."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Text | Items | Code | Grid


def as_markdown(blocks: Sequence[Block]) -> str:
    """The page as Markdown.

    >>> print(as_markdown([Heading(1, "A*"), Grid("", ["x"], [["`a`|b"]])]))
    # A\\*
    <BLANKLINE>
    | x |
    |---|
    | `a`\\|b |
    <BLANKLINE>
    """
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def as_text(blocks: Sequence[Block]) -> str:
    """The page for a terminal: no markup, lines of at most 96 signs."""
    return "\n\n".join(_plain(block) for block in blocks) + "\n"


def as_parts(blocks: Sequence[Block]) -> str:
    """The blocks as HTML without a page around them.

    >>> as_parts([Heading(1, "A & B"), Text("`x` < 1")])
    '<h1>A &amp; B</h1>\\n<p><code>x</code> &lt; 1</p>'
    """
    return "\n".join(_html(block) for block in blocks)


def as_html(blocks: Sequence[Block], lang: Lang) -> str:
    """The page as one HTML file that loads nothing from outside; its title is the first heading."""
    title = next(block.text for block in blocks if isinstance(block, Heading))
    chapters = [block for block in blocks if isinstance(block, Heading) and block.level == 2 and block.anchor]
    links = "".join(f'<li><a href="#{escape(head.anchor)}">{_inline(head.text)}</a></li>' for head in chapters)
    contents = f'<nav aria-label="{_CONTENTS[lang]}"><ul>{links}</ul></nav>' if links else ""
    first, *rest = blocks
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{_html(first)}\n{contents}\n"
        + "\n".join(_html(block) for block in rest)
        + "\n</main>\n</body>\n</html>\n"
    )


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text, _):
            return f"{'#' * level} {_literal(text)}"
        case Text(text):
            return _literal(text)
        case Items(texts):
            return "\n".join(f"- {_literal(text)}" for text in texts)
        case Code(text):
            return f"```\n{text.strip()}\n```"
        case Grid(caption, header, rows):
            lines = [header, ["---"] * len(header), *rows]
            grid = "\n".join("|---" * len(line) + "|" if line[0] == "---" else _row(line) for line in lines)
            return f"{_literal(caption)}:\n\n{grid}" if caption else grid
    raise TypeError(type(block).__name__)


def _plain(block: Block) -> str:
    match block:
        case Heading(level, text, _):
            return f"{text}\n{('=' if level <= 2 else '-') * len(text)}"
        case Text(text):
            return fill(text.replace("`", ""), _LINE)
        case Items(texts):
            return "\n".join(fill(text.replace("`", ""), _LINE, initial_indent="- ", subsequent_indent="  ") for text in texts)
        case Code(text):
            return indent(text.strip(), "    ")
        case Grid(caption, header, rows):
            lines = [
                f"- {row[0].rstrip('.')}: " + "; ".join(f"{name} {cell}" for name, cell in zip(header[1:], row[1:]) if cell)
                for row in rows
            ]
            body = "\n".join(fill(line.replace("`", ""), _LINE, subsequent_indent="  ") for line in lines)
            return f"{caption}:\n{body}" if caption else body
    raise TypeError(type(block).__name__)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_literal(" ".join(cell.split())) for cell in cells) + " |"


def _literal(text: str) -> str:
    """Text with its markup made literal, outside of code.

    >>> _literal("a_b `c_d`")
    'a\\\\_b `c_d`'
    """
    parts = _CODE.split(text)
    return "".join(f"`{part}`" if place % 2 else _SPECIAL.sub(r"\\\1", part) for place, part in enumerate(parts))


def _html(block: Block) -> str:
    match block:
        case Heading(level, text, anchor):
            name = f' id="{escape(anchor)}"' if anchor else ""
            return f"<h{level}{name}>{_inline(text)}</h{level}>"
        case Text(text):
            return f"<p>{_inline(text)}</p>"
        case Items(texts):
            return "<ul>" + "".join(f"<li>{_inline(text)}</li>" for text in texts) + "</ul>"
        case Code(text):
            return f'<pre tabindex="0"><code>{escape(text.strip())}</code></pre>'
        case Grid(caption, header, rows):
            head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in header)
            body = "\n".join(_html_row(row) for row in rows)
            said = f"<caption>{_inline(caption)}</caption>" if caption else ""
            named = f' role="region" aria-label="{escape(caption, quote=True)}"' if caption else ""
            return (
                f'<div class="table" tabindex="0"{named}><table>{said}<thead><tr>{head}</tr></thead>\n'
                f"<tbody>\n{body}\n</tbody></table></div>"
            )
    raise TypeError(type(block).__name__)


def _html_row(cells: Sequence[str]) -> str:
    first, *rest = (_inline(cell) for cell in cells)
    return f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"


def _inline(text: str) -> str:
    parts = _CODE.split(text)
    return "".join(f"<code>{escape(part)}</code>" if place % 2 else escape(part) for place, part in enumerate(parts))
