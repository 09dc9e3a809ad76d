"""The groups of the plan beside each other: every difference that may be given, and why the others may not."""

from __future__ import annotations

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.answers import placed
from reports.answers.revictimisation import difference_table
from reports.closed import why_not_given
from reports.tables.overview import between_table
from reports.text.cells import hidden
from reports.text.groups import outcomes, planned_arms, records
from reports.text.markdown import Block, Blocks, Text, capital, plain
from reports.text.vocabulary import moment_words, short_outcome_words

_CLOSED = Words("Niet gegeven: het verschil op {what}: {why}.", "Not given: the difference on {what}: {why}.")


def compared(evidence: Evidence, lang: Lang) -> Block:
    """The adjusted differences in scores, those in events, what other analyses add, and what is not given with the reason."""
    pair = " - ".join(planned_arms(evidence))
    if not pair:
        return Text("")
    change = evidence.select("change", measure="adjusted_difference", arm=pair, subgroup="")
    events = evidence.select("revictimisation", subgroup="")
    apart = events[(events["measure"] == "survival_difference") & (events["arm"] == pair)]
    told = set(apart.loc[apart["estimate"].notna(), "outcome"])
    tables = [
        difference_table(evidence, lang, outcome, events[events["outcome"] == outcome], "main-difference")
        for outcome in outcomes(evidence, events)
        if outcome in told
    ]
    return Blocks(
        [
            between_table(evidence, lang),
            *tables,
            _closed(evidence, lang, pd.concat([change, apart])),
            placed(evidence, lang, "comparison"),
        ]
    )


def _closed(evidence: Evidence, lang: Lang, rows: pd.DataFrame) -> Block:
    """Which differences are not given, those with the same reason together."""
    together: dict[str, dict[str, list[str]]] = {}
    for row in records(rows[rows["estimate"].isna()]):
        reason = why_not_given(evidence, row) if row["status"] == "not_estimable" else None
        why = (reason or Words(*map(plain, hidden(evidence))))[lang]
        name = plain(short_outcome_words(evidence, row["outcome"])[lang])
        together.setdefault(why, {}).setdefault(name, []).append(moment_words(row["time"])[lang])
    lines = [
        _CLOSED[lang].format(
            what="; ".join(f"{name} ({', '.join(dict.fromkeys(times))})" for name, times in names.items()), why=why
        )
        for why, names in together.items()
    ]
    return Text("\n".join(f"- {capital(line)}" for line in lines))
