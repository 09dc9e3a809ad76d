"""Numbers as people read them: Dutch with a decimal comma, English with a point, never more digits than were released."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from numbers import Real
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from data_schemas.evidence import Lang, NumberKind, Words

_DIGITS: dict[NumberKind, int] = {"count": 0, "share": 0, "score": 1, "effect": 2, "weeks": 1, "statistic": 2, "ratio": 2}
_TO = Words("tot", "to")
# keeps the parts of one number on one line
NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: float, kind: NumberKind, lang: Lang, *, digits: int | None = None) -> str:
    """One number.

    >>> number(0.25, "share", "nl"), number(-3.456, "score", "nl"), number(1234, "count", "en")
    ('25%', '−3,5', '1,234')
    """
    places = digits_of([value], kind) if digits is None else digits
    scaled = value * 100 if kind == "share" else value
    rounded = round(scaled, places) + 0.0
    text = format_decimal(rounded, format="#,##0." + "0" * places if places else "#,##0", locale=lang).replace("-", "−")
    return f"{text}%" if kind == "share" else text


def digits_of(values: Iterable[float], kind: NumberKind) -> int:
    """How many decimals to print: as many as the values have, at most what fits their kind.

    A released value is rounded already; printing more decimals than it has would claim a precision that was taken out.

    >>> digits_of([0.5, 1.25], "score"), digits_of([12.0, 14.0], "score")
    (1, 0)
    """
    scale = 100 if kind == "share" else 1
    found = [_decimals(value * scale) for value in values if is_number(value)]
    return min(_DIGITS[kind], max(found, default=0))


def interval(low: float, high: float, kind: NumberKind, lang: Lang, *, digits: int | None = None) -> str:
    """Two limits in words, so that no comma or dash can be misread.

    >>> interval(-0.1, 0.42, "effect", "nl")
    '−0,10 tot 0,42'
    """
    places = digits_of([low, high], kind) if digits is None else digits
    return f"{number(low, kind, lang, digits=places)} {_TO[lang]} {number(high, kind, lang, digits=places)}"


def with_interval(row: Mapping[str, Any], kind: NumberKind, lang: Lang, *, digits: int | None = None) -> str:
    """The estimate of a row, with its 95 % interval in brackets where it has one."""
    places = digits_of([row["estimate"], row["ci_low"], row["ci_high"]], kind) if digits is None else digits
    text = number(row["estimate"], kind, lang, digits=places)
    if is_number(row["ci_low"]) and is_number(row["ci_high"]):
        limits = interval(row["ci_low"], row["ci_high"], kind, lang, digits=places)
        text += f" ({limits.replace(' ', NO_BREAK)})"
    return text


def side_of(first: float, second: float) -> int | None:
    """On which side of zero an interval lies: 1 above, -1 below, 0 when zero is within it, None when it ends there.

    >>> side_of(1, 2), side_of(-0.5, -2), side_of(-1, 3), side_of(0, 4)
    (1, -1, 0, None)
    """
    low, high = sorted((first, second))
    return 1 if low > 0 else -1 if high < 0 else None if 0 in (low, high) else 0


def p_value(value: float, lang: Lang) -> str:
    """A p-value with three decimals, or that it is smaller than can be shown so.

    >>> p_value(0.0004, "nl"), p_value(0.049, "en"), p_value(0.3, "en")
    ('< 0,001', '0.049', '0.30')
    """
    if value < 0.001:
        return "< " + number(0.001, "statistic", lang, digits=3)
    return number(value, "statistic", lang, digits=3 if value < 0.1 else 2)


def day(moment: str, lang: Lang) -> str:
    """A day as people write it, from a moment in ISO form.

    >>> day("2023-11-14T22:13:20Z", "nl"), day("2023-11-14", "en")
    ('14 november 2023', '14 November 2023')
    """
    return format_date(date.fromisoformat(moment[:10]), format="d MMMM y", locale=lang)


def is_number(value: object) -> bool:
    """Whether there is a number at all."""
    return isinstance(value, Real) and math.isfinite(value)


def _decimals(value: float) -> int:
    text = repr(round(float(value), 9))
    return 0 if text.endswith(".0") else len(text.partition(".")[2]) if "e" not in text else 9
