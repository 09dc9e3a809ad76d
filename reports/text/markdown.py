"""Pieces of a document as Markdown that Quarto and pandoc both read: a text, a table, a picture.

A table is never HTML and a formula never TeX: both make a report load scripts from outside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.text.setting import figures_folder

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$@:\"'/&=%])")
_LINE = 100


def plain(text: str) -> str:
    """Text from data or a plan as literal Markdown: no sign of it can start markup, a link or a reference.

    >>> plain("*a* [b](c)")
    '\\\\*a\\\\* \\\\[b\\\\]\\\\(c\\\\)'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


_MANY = {"jongeren": "jongere", "deelnemers": "deelnemer", "regels": "regel", "young people": "young person", "rows": "row"}
_MANY |= {"participants": "participant"}
_ONE = rf"(?<![\w.,−-])(\**)1(\**) ({'|'.join(_MANY)})\b"
_VERBS = {"tellen": "telt", "waren er nog": "was er nog", "were": "was", "count": "counts"}


def singular(text: str) -> str:
    """What is said of one of them, with its verb where that stands beside it.

    >>> singular("Met 1 jongeren en 11 jongeren; er tellen **1** jongeren mee; 0,1 jongeren")
    'Met 1 jongere en 11 jongeren; er telt **1** jongere mee; 0,1 jongeren'
    >>> singular("1 young people were followed, 1 young people count, 21 rows and (1 rows)")
    '1 young person was followed, 1 young person counts, 21 rows and (1 row)'
    """
    text = re.sub(r"\b(tellen|waren er nog) (?=\**1\** (?:jongeren|deelnemers)\b)", lambda found: f"{_VERBS[found[1]]} ", text)
    text = re.sub(rf"{_ONE} (were|count)\b", lambda found: f"{found[1]}1{found[2]} {_MANY[found[3]]} {_VERBS[found[4]]}", text)
    return re.sub(_ONE, lambda found: f"{found[1]}1{found[2]} {_MANY[found[3]]}", text)


class Block:
    """Something that a cell of a document can show."""

    def markdown(self) -> str:
        """This block as Markdown."""
        raise NotImplementedError

    def _repr_markdown_(self) -> str:
        return self.markdown() + "\n"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@dataclass(frozen=True, repr=False)
class Text(Block):
    """Markdown prose."""

    text: str

    def markdown(self) -> str:
        """The text, of one in the singular."""
        return singular(self.text)


@dataclass(frozen=True, repr=False)
class Blocks(Block):
    """Blocks one after another; none is an empty text."""

    parts: Sequence[Block]

    def markdown(self) -> str:
        """The parts with an empty line between them."""
        return "\n\n".join(text for part in self.parts if (text := part.markdown()))


@dataclass(frozen=True)
class Column:
    """Heading, alignment and relative width of a table column."""

    heading: str
    width: float = 1.0
    numeric: bool = False


@dataclass(frozen=True, repr=False)
class Table(Block):
    """A pipe table with a caption, a label for references, and notes under it.

    Parameters
    ----------
    label
        Without `tbl-`.
    columns
        The first column names its row.
    rows
        Cells as Markdown (see `plain`).
    """

    label: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """The table; its separator line carries the widths, and is long enough for pandoc to heed them."""
        if not self.rows:
            return ""
        total = sum(column.width for column in self.columns)
        marks = ["-" * max(3, round(_LINE * column.width / total)) for column in self.columns]
        rule = [mark[:-1] + ":" if column.numeric else ":" + mark[1:] for mark, column in zip(marks, self.columns)]
        lines = [[column.heading for column in self.columns], rule, *self.rows]
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        notes = f"\n\n::: {{.table-note}}\n{' '.join(self.notes)}\n:::" if self.notes else ""
        return f"{table}\n\n: {self.caption} {{#tbl-{self.label}}}{notes}"


@dataclass(frozen=True, repr=False)
class Picture(Block):
    """A raster figure. `alt` says in words what it shows, from the same numbers; without it there is no picture.

    Raster only: the coordinates in a vector file would give the data away.
    """

    label: str
    caption: str
    alt: str
    png: bytes
    width: str = "100%"

    def __post_init__(self) -> None:
        if len(self.alt.split()) < 5:
            raise ValueError("a picture needs an alt text: a sentence or more that says what it shows")

    def markdown(self) -> str:
        """The picture, written beside the document."""
        file = figures_folder() / f"{self.label}.png"
        file.write_bytes(self.png)
        small = ""
        if narrow := getattr(self.png, "small", b""):
            beside = file.with_name(f"{self.label}-small.png")
            beside.write_bytes(narrow)
            small = f' small="{beside.as_posix()}"'
        alt = " ".join(self.alt.replace("\\", "").replace('"', "'").replace("&", "&amp;").split())
        return f'![{self.caption}]({file.as_posix()}){{#fig-{self.label} fig-alt="{alt}" width="{self.width}"{small}}}'


def slug(text: str) -> str:
    """A text as part of a label.

    >>> slug("crops:self")
    'crops-self'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def capital(text: str) -> str:
    """A text with a capital at the start, the rest as it is.

    A symbol keeps its own letter: g is no G.

    >>> capital("nameting EMDR"), capital("g, bootstrapinterval")
    ('Nameting EMDR', 'g, bootstrapinterval')
    """
    return text if re.match(r"[a-z]\\?(?:\W|$)", text) else text[:1].upper() + text[1:]


def lower_word(text: str) -> str:
    """A name in the middle of a sentence: with a small letter at the start, unless it is an abbreviation.

    >>> lower_word("Soort hulp"), lower_word("LVB")
    ('soort hulp', 'LVB')
    """
    return text if text[1:2].isupper() else lower(text)


def lower(text: str) -> str:
    """A text with a small letter at the start, the rest as it is: for a sentence that goes on after a colon.

    >>> lower("De score CRIES")
    'de score CRIES'
    """
    return text[:1].lower() + text[1:]
