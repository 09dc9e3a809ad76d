"""Balance before and after weighting: a line per trait, an open mark before and a filled one after, with the marks of what is alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from data_schemas.evidence import Lang, Words
from reports.figures.drawing import canvas, numbers_on, pen
from reports.text.markdown import Block, Picture, Text, capital, plain
from reports.text.numbers import is_number, number

ALIKE, TOO_FAR = 0.05, 0.25
_LABEL, _LINE_HEIGHT, _MORE_LINES, _AROUND = 40, 0.3, 0.11, 1.1
_BEFORE = Words("voor weging", "before weighting")
_AFTER = Words("na weging", "after weighting")
_AXIS = Words("verschil tussen de groepen, in standaarddeviaties", "difference between the groups, in standard deviations")
_ALT = Words(
    "Punten per kenmerk, voor en na weging, met lijnen bij 0,05 en 0,25. {told}",
    "Dots per trait, before and after weighting, with lines at 0.05 and 0.25. {told}",
)
_BOTH = Words("{name}: {before} voor, {after} na.", "{name}: {before} before, {after} after.")
_ONE = Words("{name}: {after} na weging.", "{name}: {after} after weighting.")


@dataclass(frozen=True)
class Balance:
    """A trait with the size of its difference before and after; NaN where it may not be told."""

    name: str
    before: float
    after: float


def love_plot(label: str, caption: str, lines: Sequence[Balance], lang: Lang) -> Block:
    """An empty block when nothing after weighting can be told; `caption` is plain text."""
    shown = [line for line in lines if is_number(line.after)]
    if not shown:
        return Text("")
    told = " ".join(_told(line, lang) for line in shown)
    return Picture(label, plain(caption), _ALT[lang].format(told=told), _png(shown, lang))


def _told(line: Balance, lang: Lang) -> str:
    words = _BOTH if is_number(line.before) else _ONE
    before = number(line.before, "effect", lang) if is_number(line.before) else ""
    return words[lang].format(name=capital(line.name), before=before, after=number(line.after, "effect", lang))


def _png(lines: Sequence[Balance], lang: Lang) -> bytes:
    labels = [fill(capital(line.name), _LABEL) for line in lines]
    each = _LINE_HEIGHT + _MORE_LINES * max(label.count("\n") for label in labels)
    with canvas(height=_AROUND + each * len(lines)) as ((ax,), file):
        first, second = pen(1), pen(0)
        for place, line in enumerate(lines):
            if is_number(line.before):
                ax.plot([line.before, line.after], [place, place], color="#bbbbbb", linewidth=1.2, zorder=1)
        before = [(line.before, place) for place, line in enumerate(lines) if is_number(line.before)]
        if before:
            ax.plot(
                *zip(*before),
                linestyle="none",
                marker=first.marker,
                markersize=6,
                markerfacecolor="white",
                color=first.colour,
                label=_BEFORE[lang],
            )
        ax.plot(
            [line.after for line in lines],
            range(len(lines)),
            linestyle="none",
            marker=second.marker,
            markersize=6,
            color=second.colour,
            label=_AFTER[lang],
        )
        for mark, style in ((ALIKE, (0, (1, 1.5))), (TOO_FAR, (0, (4, 3)))):
            ax.axvline(mark, color="#444444", linewidth=0.9, linestyle=style)
        ax.set_yticks(range(len(lines)), labels)
        ax.set_ylim(len(lines) - 0.45, -0.55)
        farthest = max(0.3, *(value for line in lines for value in (line.before, line.after) if is_number(value)))
        ax.set_xlim(-0.02 * farthest, 1.08 * farthest)
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False, axis="y")
        ax.grid(visible=True, axis="x")
        ax.spines["left"].set_visible(False)
        numbers_on(ax.xaxis, "effect", lang)
        ax.set_xlabel(_AXIS[lang])
        ax.figure.legend(loc="outside lower center", ncols=2)
    return file.getvalue()
