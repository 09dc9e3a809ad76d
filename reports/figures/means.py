"""Means at baseline and, a mean change further, at each later moment; per arm, with the interval of the change."""

from __future__ import annotations

from textwrap import fill

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.drawing import canvas, numbers_on, pen
from reports.text.groups import compared, moments
from reports.text.markdown import Block, Picture, Text, capital, plain, slug
from reports.text.numbers import is_number, number, with_interval
from reports.text.vocabulary import arm_words, moment_words, short_outcome_words

_CAPTION = Words(
    "{outcome}: gemiddelde bij de start, en hoeveel dat later is veranderd, met het 95%-interval van de verandering; van wie beide "
    "metingen heeft.{direction}",
    "{outcome}: mean at the start, and how much it changed later, with the 95% interval of the change; of those who have both "
    "measurements.{direction}",
)
_DIRECTION = {
    True: Words(" Een hogere score is beter.", " A higher score is better."),
    False: Words(" Een lagere score is beter.", " A lower score is better."),
}
_START = Words("start", "start")
_SCORE = Words("gemiddelde score", "mean score")
_ALT = Words("Lijnfiguur van {outcome}. {parts}", "Line chart of {outcome}. {parts}")
ALT_PART = Words(
    "{moment}, {arm}: {before} bij de start; verandering {change}.",
    "{moment}, {arm}: {before} at the start; change {change}.",
)
_APART = 0.07
_LABEL = 14


def means_figure(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame, *, height: float = 3.5) -> Block:
    """A panel per later moment; an empty block when no arm has both means."""
    lines = [line for time in moments(rows["time"]) for line in _lines(evidence, rows, time)]
    if not lines:
        return Text("")
    name = short_outcome_words(evidence, outcome)
    instrument = evidence.record.instruments.get(outcome.partition(":")[0])
    direction = _DIRECTION[instrument.higher_is_better] if instrument else ""
    caption = plain(_CAPTION.fill(outcome=name, direction=direction)[lang])
    alt = _ALT[lang].format(outcome=name[lang], parts=" ".join(_alt(evidence, lang, line) for line in lines))
    return Picture(f"change-{slug(outcome)}", caption, alt, _png(evidence, lang, outcome, lines, height))


def _lines(evidence: Evidence, rows: pd.DataFrame, time: str):
    """(moment, arm, its place, baseline row, row of the change) for each arm with both."""
    for place, arm in enumerate(compared(evidence, rows)):
        mine = rows[(rows["time"] == time) & (rows["arm"] == arm)]
        ends = [mine[mine["measure"] == measure] for measure in ("mean_baseline", "mean_change")]
        if all(len(end) and is_number(end.iloc[0]["estimate"]) for end in ends):
            yield time, arm, place, ends[0].iloc[0], ends[1].iloc[0]


def _png(evidence: Evidence, lang: Lang, outcome: str, lines: list, height: float) -> bytes:
    times = list(dict.fromkeys(line[0] for line in lines))
    with canvas(height=height, panels=len(times)) as (axes, file):
        for ax, time in zip(axes, times):
            for _, arm, place, before, change in (line for line in lines if line[0] == time):
                _draw(ax, place, arm_words(evidence, arm)[lang], before["estimate"], change)
            ax.set_xticks([0, 1], [_START[lang], fill(moment_words(time)[lang], _LABEL)])
            ax.set_xlim(-0.35, 1.35)
        _within_the_scale(evidence, outcome, axes[0])
        numbers_on(axes[0].yaxis, "score", lang)
        axes[0].set_ylabel(_SCORE[lang])
        if len({line[1] for line in lines}) > 1:
            axes[0].figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return file.getvalue()


def _within_the_scale(evidence: Evidence, outcome: str, ax) -> None:
    """No interval is drawn beyond what the questionnaire can give: it would press the rest flat."""
    instrument = evidence.record.instruments.get(outcome.partition(":")[0])
    low, high = ax.get_ylim()
    if instrument is not None and instrument.minimum is not None:
        low = max(low, instrument.minimum)
    if instrument is not None and instrument.maximum is not None:
        high = min(high, instrument.maximum)
    ax.set_ylim(low, high)


def _draw(ax, place: int, name: str, start: float, change: pd.Series) -> None:
    style = pen(place)
    x = [0 + place * _APART, 1 + place * _APART]
    y = [start, start + change["estimate"]]
    ax.plot(x, y, color=style.colour, linestyle=style.line, marker=style.marker, markersize=6, label=name)
    if is_number(change["ci_low"]):
        low, high = start + change["ci_low"], start + change["ci_high"]
        ax.vlines(x[1], low, high, color=style.colour, linewidth=1.1)
        ax.plot([x[1], x[1]], [low, high], linestyle="none", marker="_", color=style.colour, markersize=6)


def _alt(evidence: Evidence, lang: Lang, line: tuple) -> str:
    time, arm, _, before, change = line
    return ALT_PART[lang].format(
        moment=capital(moment_words(time)[lang]),
        arm=arm_words(evidence, arm)[lang],
        before=number(before["estimate"], "score", lang),
        change=with_interval(change, "score", lang),
    )
