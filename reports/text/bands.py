"""What an effect size is called, in the one classification of which the source was read."""

from __future__ import annotations

from collections.abc import Sequence

from data_schemas.evidence import Words

# Cohen (1988), as the documentation of the R package effectsize gives it (interpret_cohens_d, rules "cohen1988"); read there
SOURCE = Words("Cohen (1988)", "Cohen (1988)")
LIMITS = (0.2, 0.5, 0.8)
_NAMES: Sequence[tuple[float, Words]] = (
    (0.8, Words("groot", "large")),
    (0.5, Words("middelmatig", "medium")),
    (0.2, Words("klein", "small")),
    (0.0, Words("zeer klein", "very small")),
)
_BEFORE_A_NOUN = {"groot": "grote", "middelmatig": "middelmatige", "klein": "kleine", "zeer klein": "zeer kleine"}
_FROM_TO = Words("{a} tot {b}", "{a} to {b}")
_BOTH_WAYS = Words("van een {a} achteruitgang tot een {b} vooruitgang", "from a {a} deterioration to a {b} improvement")
_WORSE = Words("een {a} achteruitgang", "a {a} deterioration")


def band(low: float, high: float) -> Words:
    """What the interval of an effect size runs through, an effect size above zero being improvement.

    >>> band(0.55, 1.05).en, band(0.2, 0.49).en, band(-0.3, 0.9).en, band(-0.6, -0.2).en
    ('medium to large', 'small', 'from a small deterioration to a large improvement', 'a small to medium deterioration')
    """
    a, b = _name(low), _name(high)
    if low < 0:
        a, b = _inflected(a), _inflected(b)
    if low < 0 < high:
        return _BOTH_WAYS.fill(a=a, b=b)
    smaller, larger = (a, b) if low >= 0 else (b, a)
    text = a if a == b else _FROM_TO.fill(a=smaller, b=larger)
    return text if low >= 0 else _WORSE.fill(a=text)


def _name(size: float) -> Words:
    return next(name for limit, name in _NAMES if abs(size) >= limit)


def _inflected(name: Words) -> Words:
    return Words(_BEFORE_A_NOUN[name.nl], name.en)
