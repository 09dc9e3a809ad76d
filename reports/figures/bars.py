"""Shares as bars with their intervals: a group of bars per line, one per arm."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from data_schemas.evidence import Lang, Words
from reports.figures.drawing import canvas, numbers_on, pen
from reports.figures.forest import Line
from reports.text.markdown import Block, Picture, Text, capital, plain
from reports.text.numbers import is_number, with_interval

_LABEL, _THICK, _AROUND = 34, 0.24, 1.0
_HATCHES = ("", "///", "...", "xx")
_ALT = Words("Balken met intervallen. {told}", "Bars with intervals. {told}")
_PART = Words("{name}: {value}.", "{name}: {value}.")


def share_bars(label: str, caption: str, lines: Sequence[Line], lang: Lang) -> Block:
    """An empty block when no line has a number; `caption` is plain text."""
    shown = [line for line in lines if is_number(line.row["estimate"])]
    if not shown:
        return Text("")
    told = " ".join(_PART[lang].format(name=capital(line.whole_name), value=_value(line, lang)) for line in shown)
    return Picture(label, plain(caption), _ALT[lang].format(told=told), _png(shown, lang))


def _value(line: Line, lang: Lang) -> str:
    return with_interval(line.row, "share", lang, digits=0)


def _png(lines: Sequence[Line], lang: Lang) -> bytes:
    names = list(dict.fromkeys(line.name for line in lines))
    series = len({line.place for line in lines})
    thick = 0.8 / series
    with canvas(height=_AROUND + len(names) * (0.16 + _THICK * series)) as ((ax,), file):
        for line in lines:
            at = names.index(line.name) + thick * (line.place - (series - 1) / 2)
            style, row = pen(line.place), line.row
            ax.barh(
                at,
                row["estimate"],
                thick * 0.92,
                color=style.colour,
                alpha=0.75,
                hatch=_HATCHES[line.place % len(_HATCHES)],
                edgecolor="white",
                linewidth=0,
                label=capital(line.series),
            )
            if is_number(row["ci_low"]) and is_number(row["ci_high"]):
                ax.plot([row["ci_low"], row["ci_high"]], [at, at], color="#1a1a1a", linewidth=1.2)
        ax.set_yticks(range(len(names)), [fill(capital(name), _LABEL) for name in names])
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.set_xlim(0, 1)
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.grid(visible=True, axis="x")
        numbers_on(ax.xaxis, "share", lang, 0)
        if series > 1:
            handles = dict(zip(*reversed(ax.get_legend_handles_labels())))
            ax.figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=4)
    return file.getvalue()
