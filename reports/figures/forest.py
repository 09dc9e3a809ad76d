"""Estimates with their intervals under each other, one figure for every comparison of that kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from data_schemas.evidence import Lang, NumberKind, Words
from reports.figures.drawing import BESIDE, canvas, numbers_on, pen
from reports.text.groups import Row
from reports.text.markdown import Block, Picture, Text, capital, plain
from reports.text.numbers import digits_of, is_number, number, with_interval

_LABEL, _LINE_HEIGHT, _MORE_LINES, _AROUND, _APART = 44, 0.3, 0.11, 0.9, 0.2
# an alt text with more parts than this is no longer listened to: then the extremes are told, and the table has the rest
_MOST_TOLD = 8
# the caption stands beside the figure and is not repeated here: it would be read out twice
_ALT = Words("Punten met intervallen. {told}", "Dots with intervals. {told}")
_PART = Words("{name}: {value}.", "{name}: {value}.")
_COUNTED = Words(
    "{n} schattingen: {above} met het hele interval boven {zero}, {below} eronder, {across} met {zero} erbinnen. "
    "De laagste is {low}; de hoogste is {high}. De tabel bij dit onderdeel of in de bijlage geeft alle getallen.",
    "{n} estimates: {above} with the whole interval above {zero}, {below} below it, {across} with {zero} within. "
    "The lowest is {low}; the highest is {high}. The table with this part or in the annex gives all numbers.",
)
_NAMED = Words("{name} ({value})", "{name} ({value})")


@dataclass(frozen=True)
class Line:
    """One estimate: the name of its line, its row, and which of the series on that line it is."""

    name: str
    row: Row
    series: str = ""
    place: int = 0

    @property
    def whole_name(self) -> str:
        """The name with that of its series."""
        return f"{self.name}, {self.series}" if self.series else self.name


@dataclass(frozen=True)
class Axis:
    """What is measured along the figure: its words, how its numbers are written, and the value that means no difference."""

    words: str
    kind: NumberKind
    zero: float | None = 0.0


def forest(label: str, caption: str, lines: Sequence[Line], axis: Axis, lang: Lang) -> Block:
    """A dot and a bar per line; an empty block when no line has a number. `caption` is plain text."""
    shown = [line for line in lines if is_number(line.row["estimate"])]
    if not shown:
        return Text("")
    return Picture(label, plain(caption), _ALT[lang].format(told=_told(shown, axis, lang)), _png(shown, axis, lang))


def _png(lines: Sequence[Line], axis: Axis, lang: Lang) -> bytes:
    names = list(dict.fromkeys(line.name for line in lines))
    series = dict.fromkeys((line.series, line.place) for line in lines)
    labels = [fill(capital(name), _LABEL) for name in names]
    each = _LINE_HEIGHT + _MORE_LINES * max(label.count("\n") for label in labels)
    with canvas(height=_AROUND + each * len(names) + 0.3 * (len(series) > 1)) as ((ax,), file):
        for line in sorted(lines, key=lambda line: line.place):
            _draw(ax, line, names.index(line.name) + (len(series) > 1) * _APART * (2 * line.place - len(series) + 1) / 2)
        if len(series) == 1:
            _values_beside(ax, lines, names, axis, lang)
        if axis.zero is not None:
            ax.axvline(axis.zero, color="#444444", linewidth=0.9, linestyle=(0, (4, 3)))
        ax.set_yticks(range(len(names)), labels)
        ax.set_ylim(len(names) - 0.45, -0.55)
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.grid(visible=True, axis="x")
        ax.spines["left"].set_visible(False)
        if axis.kind == "share":
            ax.set_xlim(0, 1)
        numbers_on(ax.xaxis, axis.kind, lang, 0 if axis.kind == "share" else None)
        ax.set_xlabel(axis.words)
        if len(series) > 1:
            handles = dict(zip(*reversed(ax.get_legend_handles_labels())))
            ax.figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=4)
    return file.getvalue()


def _draw(ax, line: Line, at: float) -> None:
    style, row = pen(line.place), line.row
    if is_number(row["ci_low"]) and is_number(row["ci_high"]):
        ax.plot([row["ci_low"], row["ci_high"]], [at, at], color=style.colour, linewidth=1.6, solid_capstyle="butt")
    ax.plot(
        row["estimate"], at, linestyle="none", marker=style.marker, color=style.colour, markersize=6, label=capital(line.series)
    )


def _values_beside(ax, lines: Sequence[Line], names: list[str], axis: Axis, lang: Lang) -> None:
    for line in lines:
        place = names.index(line.name)
        ax.text(
            1.02, place, _value(line, axis, lang), transform=ax.get_yaxis_transform(), va="center", fontsize=8.5, gid=BESIDE
        )


def _value(line: Line, axis: Axis, lang: Lang) -> str:
    numbers = [line.row[column] for column in ("estimate", "ci_low", "ci_high")]
    return with_interval(line.row, axis.kind, lang, digits=digits_of(numbers, axis.kind) if axis.kind != "share" else 0)


def _told(lines: Sequence[Line], axis: Axis, lang: Lang) -> str:
    if len(lines) <= _MOST_TOLD or axis.zero is None:
        return " ".join(_PART[lang].format(name=capital(line.whole_name), value=_value(line, axis, lang)) for line in lines)
    above = sum(is_number(line.row["ci_low"]) and line.row["ci_low"] > axis.zero for line in lines)
    below = sum(is_number(line.row["ci_high"]) and line.row["ci_high"] < axis.zero for line in lines)
    ends = (choose(lines, key=lambda line: line.row["estimate"]) for choose in (min, max))
    low, high = (_NAMED[lang].format(name=line.whole_name, value=_value(line, axis, lang)) for line in ends)
    return _COUNTED[lang].format(
        n=len(lines),
        above=above,
        below=below,
        across=len(lines) - above - below,
        zero=number(axis.zero, "count", lang),
        low=low,
        high=high,
    )
