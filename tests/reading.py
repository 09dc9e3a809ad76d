"""A rendered page read as a person reads it: headings, sentences, tables by cell and pictures by what they say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from data_schemas.evidence import Lang, Words

_NUMBER = r"−?\d[\d.,]*%?"
_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "caption", "figcaption")


@dataclass
class Table:
    """A table: its identifier, and its cells by line, headings first."""

    label: str
    lines: list[list[str]] = field(default_factory=list)


@dataclass
class Page(HTMLParser):
    """What stands on a page, in order: prose under its heading, tables, and the alt texts of pictures."""

    prose: list[tuple[str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)

    def followed_by(self, other: Page) -> Page:
        """This page and another, as one."""
        self.prose, self.tables, self.alts = self.prose + other.prose, self.tables + other.tables, self.alts + other.alts
        return self

    def __post_init__(self) -> None:
        super().__init__()
        self.section, self.open, self.text, self.skip = "", [], "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("style", "nav"):
            self.skip += 1
        elif tag == "img":
            self.alts.append(given["alt"] or "")
        elif tag == "table":
            self.tables.append(Table(given.get("id") or ""))
        elif tag == "tr":
            self.tables[-1].lines.append([])
        elif tag in _BLOCKS:
            self._close()
        elif tag in ("td", "th"):
            self.text = ""
        if tag == "h2":
            self.section = given.get("id") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "nav"):
            self.skip -= 1
        elif tag in ("td", "th"):
            self.tables[-1].lines[-1].append(" ".join(self.text.split()))
            self.text = ""
        elif tag in _BLOCKS or tag == "ul":
            self._close()

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.text += data

    def _close(self) -> None:
        text = " ".join(self.text.split())
        if text:
            self.prose.append((self.section, text))
        self.text = ""


def page_of(html: bytes) -> Page:
    """A page as it is read."""
    page = Page()
    page.feed(html.decode("utf-8"))
    return page


def template(words: Words, lang: Lang, **fields: str) -> re.Pattern[str]:
    """The sentences that a template makes; a field is a number unless its pattern is given."""
    text = re.sub(r"\[[^\[\]]*\]\{+\.refers[^{}]*\}+", "\0", words[lang]).replace("*", "").strip().removesuffix(".")
    parts, known, made = re.split(r"\{(\w+)\}", text), set(), ""
    for place, part in enumerate(parts):
        if place % 2 == 0:
            made += re.escape(part)
        else:
            made += f"(?P<{part}>{fields.get(part, _NUMBER)})" if part not in known else f"(?:{fields.get(part, _NUMBER)})"
            known.add(part)
    return re.compile(made.replace(re.escape("\0"), r"(?:; (?:zie|see) [^.;]+)?").replace(r"\ ", r"\s"), re.IGNORECASE)


def value(text: str, lang: Lang) -> float:
    """The number that a reader reads; a share as a part of one."""
    plain = text.replace("−", "-").strip().rstrip(".,")
    plain = plain.replace(".", "").replace(",", ".") if lang == "nl" else plain.replace(",", "")
    return float(plain.rstrip("%")) / (100 if plain.endswith("%") else 1)


def rounds_to(text: str, exact: float, lang: Lang, *, units: float = 0.5) -> bool:
    """Whether a printed number is the given one, rounded to the decimals that are printed."""
    digits = re.search(r"[.,](\d+)%?$", text.strip()) if lang == "nl" or "." in text else None
    scale = 100 if text.endswith("%") else 1
    step = 10.0 ** -(len(digits.group(1)) if digits and not _thousands(text, lang) else 0)
    return math.isfinite(exact) and abs(value(text, lang) - exact) * scale <= step * units + 1e-6


def _thousands(text: str, lang: Lang) -> bool:
    return bool(re.fullmatch(r"−?\d{1,3}(?:[.]\d{3})+" if lang == "nl" else r"−?\d{1,3}(?:,\d{3})+", text.strip()))


def intervals(text: str) -> Iterator[tuple[str, str, str]]:
    """Every number with its interval in brackets: estimate, low, high."""
    for found in re.finditer(rf"({_NUMBER})\s\(({_NUMBER})\s(?:tot|to)\s({_NUMBER})\)", text):
        yield found.group(1), found.group(2), found.group(3)
