"""The flow of participants as boxes, as CONSORT and TREND ask for: received, in the groups, counted at each moment, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.drawing import canvas
from reports.text.groups import Row, arms, by, grouped, moments, records
from reports.text.markdown import Block, Picture, Text, capital, plain, slug
from reports.text.numbers import is_number, number
from reports.text.vocabulary import arm_words, measure_words, moment_words, short_outcome_words

_CAPTION = Words(
    "Stroomschema voor {outcome}: wie er was, wie meetelt en waarom anderen niet. {rounded}",
    "Flow diagram for {outcome}: who there was, who counts and why others do not. {rounded}",
)
_ROUNDED = Words(
    "Aantallen zijn afgerond; redenen bij te weinig mensen staan er niet in.",
    "Counts are rounded; reasons with too few people are left out.",
)
_COUNTS = Words("{n} tellen mee", "{n} count")
_HIDDEN = Words("aantal niet getoond", "number not shown")
_NOT = Words("Niet: {reasons}", "Not: {reasons}")
_ALT = Words("Stroomschema van boven naar beneden. {parts}", "Flow diagram from top to bottom. {parts}")
_WIDTH, _LINE, _PADDING, _GAP = 6.6, 0.165, 0.16, 0.24
_CHARACTERS = 92


@dataclass(frozen=True)
class _Box:
    """A box: its text as paragraphs, and its place as a column of so many."""

    paragraphs: tuple[str, ...]
    column: int = 0
    columns: int = 1

    @property
    def lines(self) -> list[str]:
        """The text broken to the width of the box."""
        width = max(16, (_CHARACTERS - 6 * self.columns) // self.columns)
        return [line for paragraph in self.paragraphs for line in wrap(paragraph, width)]

    @property
    def height(self) -> float:
        """In inches."""
        return len(self.lines) * _LINE + _PADDING


def flow_figure(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    """The flow of one outcome; an empty block when no number of those who count may be shown."""
    if not rows.loc[rows["measure"] == "analysed", "estimate"].notna().any():
        return Text("")
    levels = _levels(evidence, lang, rows)
    rounded = _ROUNDED[lang] if evidence.record.edition == "released" else ""
    caption = plain(_CAPTION[lang].format(outcome=short_outcome_words(evidence, outcome)[lang], rounded=rounded).strip())
    told = " ".join(f"{'. '.join(box.paragraphs)}." for level in levels for box in level)
    return Picture(f"flow-{slug(outcome)}", caption, _ALT[lang].format(parts=told), _png(levels))


def _levels(evidence: Evidence, lang: Lang, rows: pd.DataFrame) -> list[list[_Box]]:
    """The boxes of each level, from top to bottom."""
    found = by(records(rows), "measure", "time", "arm")
    times = moments(rows.loc[rows["measure"] == "analysed", "time"])
    groups = [arm for arm in arms(evidence, rows) if arm != "all"]
    levels = [
        [_Box((f"{capital(measure_words(evidence, step)[lang])}: {_number(found.get((step, times[0], 'all')), lang)}",))]
        for step in ("received", "eligible")
        if (step, times[0], "all") in found
    ]
    shown = groups if 1 < len(groups) <= 4 else ["all"]
    if len(shown) > 1:
        levels.append(
            [
                _Box(
                    (capital(arm_words(evidence, arm)[lang]), _number(found.get(("eligible", times[0], arm)), lang)),
                    at,
                    len(shown),
                )
                for at, arm in enumerate(shown)
            ]
        )
    lost = grouped([row for row in records(rows) if row["measure"].startswith("lost_")], "time", "arm")
    for time in times:
        levels.append(
            [
                _Box(
                    _moment(evidence, lang, time, found.get(("analysed", time, arm)), lost.get((time, arm), [])), at, len(shown)
                )
                for at, arm in enumerate(shown)
            ]
        )
    return levels


def _moment(evidence: Evidence, lang: Lang, time: str, counted: Row | None, lost: list[Row]) -> tuple[str, ...]:
    """When, how many count, and the reasons that may be told, the largest first."""
    there = sorted(
        (row for row in lost if is_number(row["estimate"]) and row["estimate"] > 0), key=lambda row: -row["estimate"]
    )
    reasons = "; ".join(f"{measure_words(evidence, row['measure'])[lang]} {_number(row, lang)}" for row in there)
    counts = _COUNTS[lang].format(n=_number(counted, lang)) if _told(counted) else _HIDDEN[lang]
    first = f"{capital(moment_words(time)[lang])}: {counts}" if time else capital(counts)
    return (first, _NOT[lang].format(reasons=reasons)) if reasons else (first,)


def _told(row: Row | None) -> bool:
    return row is not None and is_number(row["estimate"])


def _number(row: Row | None, lang: Lang) -> str:
    return number(row["estimate"], "count", lang) if row is not None and _told(row) else _HIDDEN[lang]


def _png(levels: list[list[_Box]]) -> bytes:
    heights = [max(box.height for box in level) for level in levels]
    total = sum(heights) + _GAP * (len(levels) - 1) + 0.1
    with canvas(_WIDTH, total, small=False) as ((ax,), file):
        ax.set_axis_off()
        ax.set_xlim(0, _WIDTH)
        ax.set_ylim(total, 0)
        top = 0.05
        for place, (level, height) in enumerate(zip(levels, heights)):
            for box in level:
                _draw(ax, box, top, height)
            if place:
                _join(ax, levels[place - 1], level, top)
            top += height + _GAP
    return file.getvalue()


def _draw(ax, box: _Box, top: float, height: float) -> None:
    width = _WIDTH / box.columns - 0.2
    left = _WIDTH / box.columns * box.column + 0.1
    if box.columns == 1:
        width, left = width * 0.8, left + width * 0.1
    ax.fill(
        [left, left + width, left + width, left], [top, top, top + height, top + height], fc="#f3f6f9", ec="#123f63", lw=0.9
    )
    ax.text(left + width / 2, top + height / 2, "\n".join(box.lines), ha="center", va="center", fontsize=8.5, linespacing=1.25)


def _join(ax, above: list[_Box], below: list[_Box], top: float) -> None:
    """An arrow from the box above to each box below it."""
    for box in below:
        end = _WIDTH / box.columns * (box.column + 0.5)
        start = end if len(above) == len(below) else _WIDTH / 2
        half = top - _GAP / 2
        ax.plot([start, start, end], [top - _GAP, half, half], color="#444444", linewidth=0.9)
        ax.annotate(
            "",
            (end, top),
            (end, half),
            arrowprops={"arrowstyle": "-|>", "color": "#444444", "lw": 0.9, "shrinkA": 0, "shrinkB": 0},
        )
