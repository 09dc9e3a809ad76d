"""Estimates of providers against their errors, with the limits between which chance alone would put 95 of 100 of them."""

from __future__ import annotations

from collections.abc import Sequence

from data_schemas.evidence import Lang, Words
from reports.figures.drawing import canvas, numbers_on, pen
from reports.figures.forest import Axis, Line
from reports.text.markdown import Block, Picture, Text, plain
from reports.text.numbers import is_number, number

_NORMAL, _STEPS = 1.959963984540054, 60
FEWEST = 5
"""With fewer points there is no shape to see."""
_ERROR = Words("standaardfout (klein = veel mensen)", "standard error (small = many people)")
_ALT = Words(
    "Trechterfiguur met {n} aanbieders rond {middle}. {outside}", "Funnel figure with {n} providers around {middle}. {outside}"
)
_OUTSIDE = {
    True: Words("Eén daarvan ligt buiten de grenzen van het toeval.", "One of them lies outside the limits of chance."),
    False: Words("{n} daarvan liggen buiten de grenzen van het toeval.", "{n} of them lie outside the limits of chance."),
}


def funnel(label: str, caption: str, lines: Sequence[Line], middle: float, axis: Axis, lang: Lang) -> Block:
    """A dot per provider; an empty block when there are too few. `caption` is plain text."""
    shown = [line for line in lines if is_number(line.row["estimate"]) and is_number(line.row["std_error"])]
    if len(shown) < FEWEST or not is_number(middle):
        return Text("")
    points = [(line.row["estimate"], line.row["std_error"]) for line in shown]
    outside = sum(abs(estimate - middle) > _NORMAL * error for estimate, error in points)
    told = _ALT[lang].format(
        n=len(points), middle=number(middle, axis.kind, lang), outside=_OUTSIDE[outside == 1][lang].format(n=outside)
    )
    return Picture(label, plain(caption), told, _png(points, middle, axis, lang))


def _png(points: Sequence[tuple[float, float]], middle: float, axis: Axis, lang: Lang) -> bytes:
    most = 1.15 * max(error for _, error in points)
    errors = [most * step / _STEPS for step in range(_STEPS + 1)]
    style = pen(0)
    with canvas(height=3.2) as ((ax,), file):
        ax.fill_betweenx(
            errors, [middle - _NORMAL * e for e in errors], [middle + _NORMAL * e for e in errors], color="#eeeeee", linewidth=0
        )
        for side in (-1, 1):
            ax.plot(
                [middle + side * _NORMAL * e for e in errors], errors, color="#777777", linewidth=0.9, linestyle=(0, (4, 3))
            )
        ax.axvline(middle, color="#444444", linewidth=0.9)
        ax.plot(*zip(*points), linestyle="none", marker=style.marker, color=style.colour, markersize=6)
        ax.set_ylim(most, 0)
        ax.grid(visible=True, axis="x")
        numbers_on(ax.xaxis, axis.kind, lang)
        numbers_on(ax.yaxis, axis.kind, lang)
        ax.set_xlabel(axis.words)
        ax.set_ylabel(_ERROR[lang])
    return file.getvalue()
