"""From which band of scores to which: people before and after, and how other ways of calculating class them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.drawing import canvas
from reports.others import tables as all_tables
from reports.text.cells import people
from reports.text.groups import main_outcomes, moments, records
from reports.text.markdown import Block, Blocks, Picture, Text, capital, plain, slug
from reports.text.numbers import is_number, number
from reports.text.vocabulary import analysis_words, moment_words, short_outcome_words

ANALYSES = ("individual_change",)
SHOWN: frozenset[str] = frozenset()
PLACE = 35

_BANDS = 4
# with fewer squares than this the figure shows little but what may not be shown
_FEWEST = 3
_CAPTION = Words(
    "{outcome}, {moment}: aantal {people} per vak. Het bereik van de vragenlijst is in vier gelijke delen verdeeld. "
    "Boven de stippellijn is vooruitgang; in gearceerde vakken zijn te weinig {people} om te tonen, of niemand",
    "{outcome}, {moment}: number of {people} per square. The range of the questionnaire is split into four equal parts. "
    "Above the dashed line is improvement; hatched squares hold too few {people} to show, or nobody",
)
_SQUARES = Words("Vlak van vier bij vier vakken.", "Four by four squares.")
_ALT = Words("{from_} bij de start, {to} later: {n}.", "{from_} at the start, {to} later: {n}.")
_HELD = Words("De andere {n} vakken zijn niet getoond.", "The other {n} squares are not shown.")
_NAMES = (
    Words("slechtst", "worst"),
    Words("minder goed", "less good"),
    Words("redelijk", "fair"),
    Words("best", "best"),
)
_BEFORE, _LATER = Words("bij de start", "at the start"), Words("later", "later")
_TOO_FEW = Words(
    "{outcome}, {moment}: te weinig {people} per vak om te laten zien van welk deel van de schaal naar welk deel zij gingen.",
    "{outcome}, {moment}: too few {people} per square to show from which part of the scale to which part they went.",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: the classes of the main method are told with the change."""
    return []


def figures(evidence: Evidence, lang: Lang) -> Block:
    """A square per band before and band after, for the main outcomes at each moment."""
    rows = evidence.select("individual_change", measure="before_after", arm="all")
    rows = rows[rows["status"] != "not_estimable"]
    return Blocks(
        [
            _figure(evidence, lang, outcome, time, mine[mine["time"] == time])
            for outcome in main_outcomes(evidence, rows)
            for mine in [rows[rows["outcome"] == outcome]]
            for time in moments(mine["time"])
        ]
    )


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The squares of one outcome, a figure per moment."""
    return figures(evidence, lang)


def tables(evidence: Evidence, lang: Lang) -> Block:
    """Everything else of this analysis, for the main outcomes."""
    rows = evidence.select("individual_change")
    rows = rows[rows["measure"] != "before_after"]
    rows = rows[rows["outcome"].isin(main_outcomes(evidence, rows))]
    return all_tables(evidence, lang, "individual_change", rows, analysis_words("individual_change")[lang])


def _figure(evidence: Evidence, lang: Lang, outcome: str, time: str, rows: pd.DataFrame) -> Block:
    squares = dict(_squares(rows))
    told = {place: count for place, count in squares.items() if is_number(count)}
    named = {"outcome": short_outcome_words(evidence, outcome), "moment": moment_words(time), "people": people(evidence)}
    if not any(told.values()):
        return Text("" if told else plain(_TOO_FEW.fill(**named)[lang]))
    if len(told) < _FEWEST:
        return Text(plain(_TOO_FEW.fill(**named)[lang]))
    caption = capital(_CAPTION.fill(**named)[lang])
    parts = [
        _ALT[lang].format(from_=capital(_NAMES[before - 1][lang]), to=_NAMES[later - 1][lang], n=number(count, "count", lang))
        for (before, later), count in told.items()
    ]
    held = _HELD[lang].format(n=len(squares) - len(told))
    alt = f"{_SQUARES[lang]} {' '.join(parts)} {held}"
    return Picture(f"before-after-{slug(outcome)}-{slug(time)}", plain(caption), alt, _png(lang, squares), "62%")


def _squares(rows: pd.DataFrame) -> Iterator[tuple[tuple[int, int], float]]:
    for row in records(rows):
        before, _, later = row["subgroup"].partition(";")
        yield (int(before.partition("=")[2]), int(later.partition("=")[2])), row["estimate"]


def _png(lang: Lang, squares: dict[tuple[int, int], float]) -> bytes:
    most = max(count for count in squares.values() if is_number(count))
    names = [name[lang] for name in _NAMES]
    with canvas(4.6, 3.3) as ((ax,), file):
        for (before, later), count in squares.items():
            corner = {"xy": (before - 0.5, later - 0.5), "width": 1, "height": 1}
            _square(ax, corner, count / most if is_number(count) else None)
            if is_number(count):
                dark = count / most > 0.6
                ax.text(
                    before, later, number(count, "count", lang), ha="center", va="center", color="white" if dark else "#1a1a1a"
                )
        ax.plot([0.5, _BANDS + 0.5], [0.5, _BANDS + 0.5], color="#444444", linewidth=0.9, linestyle=(0, (4, 3)))
        ax.set_xlim(0.5, _BANDS + 0.5)
        ax.set_ylim(0.5, _BANDS + 0.5)
        ax.set_xticks(range(1, _BANDS + 1), names)
        ax.set_yticks(range(1, _BANDS + 1), names)
        ax.tick_params(length=0)
        ax.grid(visible=False)
        ax.set_xlabel(_BEFORE[lang])
        ax.set_ylabel(_LATER[lang])
    return file.getvalue()


def _square(ax, corner: dict, share: float | None) -> None:
    """Darker where there are more people; hatched where none may be told."""
    from matplotlib.patches import Rectangle

    if share is None:
        ax.add_patch(Rectangle(**corner, facecolor="#f4f4f4", edgecolor="#c9ced3", hatch="////", linewidth=0.6))
        return
    shade = tuple(1 - share * (1 - part) for part in (0.07, 0.25, 0.39))
    ax.add_patch(Rectangle(**corner, facecolor=shade, edgecolor="white", linewidth=1.2))
