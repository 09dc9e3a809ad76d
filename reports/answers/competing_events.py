"""The share with the event when something else can come first: death, moving abroad, coming of age."""

from __future__ import annotations

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.drawing import canvas, numbers_on, pen
from reports.others import chosen
from reports.text.groups import by, main_outcomes, records
from reports.text.markdown import Block, Blocks, Picture, Text, plain, slug
from reports.text.numbers import number
from reports.text.vocabulary import outcome_words

ANALYSES = ("competing_events",)
SHOWN = frozenset(("cumulative_incidence", "one_minus_survival", "cumulative_incidence_difference"))
PLACE = 45

_CAPTION = Words(
    "Aandeel met {event}, alle deelnemers samen: met en zonder rekening te houden met wat voorging",
    "Share with {event}, all participants together: with and without allowing for what came first",
)
_CAN_COME_FIRST = Words(
    "Wie overlijdt, naar het buitenland gaat of achttien wordt, kan de gebeurtenis niet meer meemaken, of is niet meer te volgen. Er is ook "
    "gerekend met die mogelijkheid erbij.",
    "Whoever dies, moves abroad or turns eighteen can no longer have the event, or can no longer be followed. It was also calculated with "
    "that taken into account.",
)
_SEE = Words("[Zie @sec-competing.]{.refers .elsewhere}", "[See @sec-competing.]{.refers .elsewhere}")
_NOTHING_FIRST = Words(
    "Het plan noemt niets dat kan voorgaan. Deze aandelen zijn dus 100% min het aandeel zonder gebeurtenis.",
    "The plan names nothing that can come first. So these shares are 100% minus the share without an event.",
)
LOWER = Words(
    "Het aandeel met een gebeurtenis is dan lager, op zijn meest {size} procentpunten.",
    "The share with an event is then lower, by {size} percentage points at most.",
)
_SAME = Words(
    "In deze gegevens maakt dat, na afronding, geen verschil.",
    "In these data that makes no difference after rounding.",
)
_LINES = {
    "cumulative_incidence": Words("rekening gehouden met wat voorging", "allowing for what came first"),
    "one_minus_survival": Words("alsof niets voorging (1 − Kaplan-Meier)", "as if nothing came first (1 − Kaplan-Meier)"),
}
_WEEKS, _SHARE = Words("weken", "weeks"), Words("aandeel met de gebeurtenis", "share with the event")
_STEPS = Words("Trapvormige lijn met losse punten.", "Step line with separate dots.")
_ALT = Words("{line}: {points}.", "{line}: {points}.")
_POINT = Words("{share} in week {week}", "{share} in week {week}")


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: the first page tells the share without an event already."""
    return []


def figure(evidence: Evidence, lang: Lang) -> Block:
    """Cumulative incidence as steps, and one minus the Kaplan-Meier curve at the weeks of the plan, of all together."""
    events = evidence.record.plan.events
    if events is not None and not events.competing:
        return Text(_NOTHING_FIRST[lang])
    rows = evidence.select("competing_events", arm="all", subgroup="", measure=tuple(_LINES))
    rows = rows[rows["estimate"].notna()].assign(week=lambda found: pd.to_numeric(found["time"]))
    return Blocks(
        [
            part
            for outcome in main_outcomes(evidence, rows)
            for mine in [rows[rows["outcome"] == outcome]]
            for part in (Text(_lower(evidence, lang, mine)), _drawn(evidence, lang, outcome, mine))
        ]
    )


def _lower(evidence: Evidence, lang: Lang, rows: pd.DataFrame) -> str:
    """By how much the share is lower at the weeks of the plan, as far as the printed shares show it."""
    places = 0 if evidence.record.edition == "released" else 1
    found = {key: round(row["estimate"] * 100, places) for key, row in by(records(rows), "measure", "time").items()}
    weeks = [time for measure, time in found if measure == "one_minus_survival" and ("cumulative_incidence", time) in found]
    if not weeks:
        return ""
    most = max(found["one_minus_survival", week] - found["cumulative_incidence", week] for week in weeks)
    return LOWER[lang].format(size=number(most, "score", lang, digits=places)) if most > 0 else _SAME[lang]


def brief(evidence: Evidence, lang: Lang) -> Block:
    """In two sentences whether it matters that something else can come first; nothing when the plan names nothing that can."""
    events = evidence.record.plan.events
    if events is None or not events.competing:
        return Text("")
    rows = evidence.select("competing_events", arm="all", subgroup="", measure=tuple(_LINES))
    rows = rows[rows["estimate"].notna()]
    told = [_lower(evidence, lang, rows[rows["outcome"] == outcome]) for outcome in main_outcomes(evidence, rows)]
    return Text(f"{_CAN_COME_FIRST[lang]} {told[0]} {_SEE[lang]}" if told and told[0] else "")


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """Cumulative incidence of one outcome."""
    return figure(evidence, lang)


def tables(evidence: Evidence, lang: Lang) -> Block:
    """Cumulative incidence beside one minus the Kaplan-Meier curve, at the weeks of the plan."""
    return chosen(evidence, lang, "competing_events", SHOWN)


def _drawn(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    lines = {measure: rows[rows["measure"] == measure].sort_values("week") for measure in _LINES}
    if any(len(line) < least for line, least in zip(lines.values(), (2, 1))):
        return Text("")
    caption = _CAPTION.fill(event=outcome_words(evidence, outcome))[lang]
    weeks = set(lines["one_minus_survival"]["week"])
    told = []
    for measure, line in lines.items():
        points = [
            _POINT[lang].format(share=number(row["estimate"], "share", lang, digits=0), week=int(row["week"]))
            for _, row in line[line["week"].isin(weeks)].iterrows()
        ]
        told.append(_ALT[lang].format(line=_LINES[measure][lang], points=", ".join(points)))
    return Picture(f"incidence-{slug(outcome)}", plain(caption), f"{_STEPS[lang]} {' '.join(told)}", _png(lang, lines))


def _png(lang: Lang, lines: dict[str, pd.DataFrame]) -> bytes:
    with canvas(height=2.9) as ((ax,), file):
        first, second = lines.values()
        names = [words[lang] for words in _LINES.values()]
        ax.step(first["week"], first["estimate"], where="post", color=pen(0).colour, label=names[0])
        low, high = first["ci_low"].fillna(first["estimate"]), first["ci_high"].fillna(first["estimate"])
        ax.fill_between(first["week"], low, high, step="post", color=pen(0).colour, alpha=0.13, linewidth=0)
        ax.plot(
            second["week"], second["estimate"], linestyle="none", marker="D", markersize=6, color=pen(1).colour, label=names[1]
        )
        ax.set_ylim(0, 1.01)
        ax.set_xlim(left=0)
        numbers_on(ax.yaxis, "share", lang, 0)
        numbers_on(ax.xaxis, "count", lang)
        ax.set_xlabel(_WEEKS[lang])
        ax.set_ylabel(_SHARE[lang])
        ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return file.getvalue()
