"""The released curve as steps, with its interval as a band."""

from __future__ import annotations

from textwrap import fill

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.drawing import canvas, numbers_on, pen
from reports.text.cells import share_digits
from reports.text.groups import compared
from reports.text.markdown import Block, Picture, Text, plain, slug
from reports.text.numbers import interval, is_number, number
from reports.text.vocabulary import arm_words, outcome_words

_CAPTION = Words(
    "Aandeel zonder {event}, per week; de band is het 95%-interval",
    "Share without {event}, per week; the band is the 95% interval",
)
_LABEL = 32
_WEEKS = Words("weken", "weeks")
_SHARE = Words("zonder {event}", "without {event}")
_ALT = Words("Trapvormige lijn van het aandeel zonder {event}. {parts}", "Step curve of the share without {event}. {parts}")
_ALT_PART = Words("{arm}: {points}.", "{arm}: {points}.")
_ALT_POINT = Words("{share} in week {week}", "{share} in week {week}")
_ALT_LIMITS = Words(" ({interval})", " ({interval})")


def curve_figure(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame, *, height: float = 3.6) -> Block:
    """One step curve per arm; an empty block when none may be shown."""
    survival = rows[(rows["measure"] == "survival") & rows["estimate"].notna()]
    groups = [arm for arm in compared(evidence, rows[rows["measure"] == "survival"]) if (survival["arm"] == arm).any()]
    curves = {arm: _curve(survival[survival["arm"] == arm]) for arm in groups or ["all"]}
    curves = {arm: curve for arm, curve in curves.items() if len(curve) > 1}
    if not curves:
        return Text("")
    event = outcome_words(evidence, outcome)
    named = {arm_words(evidence, arm)[lang]: curve for arm, curve in curves.items()}
    parts = [
        _ALT_PART[lang].format(arm=arm_words(evidence, arm)[lang], points=_points(evidence, lang, c))
        for arm, c in curves.items()
    ]
    alt = _ALT[lang].format(event=event[lang], parts=" ".join(parts))
    return Picture(f"curve-{slug(outcome)}", plain(_CAPTION.fill(event=event)[lang]), alt, _png(lang, event, named, height))


def _curve(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(week=pd.to_numeric(rows["time"])).sort_values("week")


def _png(lang: Lang, event: Words, curves: dict[str, pd.DataFrame], height: float) -> bytes:
    with canvas(height=height) as ((ax,), file):
        for place, (arm, curve) in enumerate(curves.items()):
            style = pen(place)
            ax.step(
                curve["week"],
                curve["estimate"],
                where="post",
                color=style.colour,
                linestyle=style.line,
                marker=style.marker,
                markevery=max(1, len(curve) // 4),
                markersize=6,
                label=arm,
            )
            low, high = curve["ci_low"].fillna(curve["estimate"]), curve["ci_high"].fillna(curve["estimate"])
            ax.fill_between(curve["week"], low, high, step="post", color=style.colour, alpha=0.13, linewidth=0)

        ax.set_ylim(0, 1.01)
        ax.set_xlim(left=0)
        numbers_on(ax.yaxis, "share", lang, 0)
        numbers_on(ax.xaxis, "count", lang)
        ax.set_xlabel(_WEEKS[lang])
        ax.set_ylabel(fill(_SHARE.fill(event=event)[lang], _LABEL))
        if len(curves) > 1:
            ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return file.getvalue()


def _points(evidence: Evidence, lang: Lang, curve: pd.DataFrame) -> str:
    """The curve at the plan's horizons, or at its end, in words."""
    weeks = list(evidence.record.plan.events.horizons_weeks) if evidence.record.plan.events else []
    shown = curve[curve["week"].isin(weeks)]
    texts = []
    for _, row in (shown if len(shown) else curve.tail(1)).iterrows():
        digits = share_digits(row, "share")
        text = number(row["estimate"], "share", lang, digits=digits)
        if is_number(row["ci_low"]):
            text += _ALT_LIMITS[lang].format(interval=interval(row["ci_low"], row["ci_high"], "share", lang, digits=digits))
        texts.append(_ALT_POINT[lang].format(share=text, week=int(row["week"])))
    return ", ".join(texts)
