"""Moments, sizes and states in words, for the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

from babel.dates import format_datetime, get_timezone
from babel.numbers import format_decimal
from markupsafe import Markup

from data_schemas.showing import listed, prose
from data_schemas.words import Lang, Words
from evaluation.portal.meeting import editions, submissions
from evaluation.portal.people.person import ROLE_WORDS

_ZONE = get_timezone("Europe/Amsterdam")
_FORM = {"nl": "d MMMM y, HH:mm", "en": "d MMMM y, HH:mm"}


def telling(lang: Lang) -> SimpleNamespace:
    """What the templates may call, in one language."""
    return SimpleNamespace(
        when=lambda at: moment(at, lang),
        stamp=lambda text: moment(datetime.fromisoformat(text).timestamp(), lang),
        size=lambda count: size(count, lang),
        role=lambda name: ROLE_WORDS[name][lang],
        submission=lambda name: submissions.STATES[name][lang],
        edition=lambda name: editions.STATES[name][lang],
        kind=lambda name: editions.KINDS[name][lang],
        why=lambda row: Words(row.why_nl, row.why_en)[lang] if row.why_nl else "",
        markdown=markdown,
    )


def moment(at: float | None, lang: Lang) -> str:
    """A moment as people in the Netherlands say it.

    >>> moment(0, "nl")
    '1 januari 1970, 01:00'
    """
    return "" if at is None else format_datetime(datetime.fromtimestamp(at, UTC), _FORM[lang], tzinfo=_ZONE, locale=lang)


def size(count: int, lang: Lang) -> str:
    """A number of bytes.

    >>> size(950, "nl"), size(12_340_000, "nl")
    ('1 kB', '12,3 MB')
    """
    for least, name in ((1e9, "GB"), (1e6, "MB")):
        if count >= least:
            return f"{format_decimal(count / least, '0.#', locale=lang)} {name}"
    return f"{max(1, round(count / 1e3))} kB"


def markdown(text: str, skip_title: bool = True) -> Markup:
    """A page of plain Markdown: headings, paragraphs and lists; everything else is escaped."""
    return Markup("".join(_blocks(text, skip_title)))


def _blocks(text: str, skip_title: bool) -> Iterator[str]:
    items: list[str] = []
    make: dict[str, Callable[[str], str]] = {"## ": lambda line: f"<h3>{prose(line)[3:-4]}</h3>"}
    for line in [*text.splitlines(), ""]:
        if line.startswith("- "):
            items.append(line[2:])
            continue
        if items:
            yield listed(items)
            items = []
        if line.startswith("# "):
            yield "" if skip_title else f"<h2>{prose(line[2:])[3:-4]}</h2>"
        elif line[:3] in make:
            yield make[line[:3]](line[3:])
        elif line.strip():
            yield prose(line)
