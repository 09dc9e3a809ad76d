"""An aggregate as a person reads it before it is handed over: what it is, what stands in it, and about how few people."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.aggregate import Aggregate, CountTable
from data_schemas.words import Words
from evaluation.aggregates.signing import genuine

_HEAD = Words("Telling van {names}, voor plan {plan}", "Aggregate of {names}, for plan {plan}")
_EDITIONS = {
    "public": Words("openbare uitgave", "public edition"),
    "committee": Words("uitgave voor de commissie", "committee's edition"),
}
_ROUNDED = Words(
    "Afgerond naar de regels van de {edition}, drempel {threshold}: mag het huis uit.",
    "Rounded by the rules of the {edition}, threshold {threshold}: may leave the house.",
)
_EXACT = Words(
    "NIET AFGEROND: alleen voor wie onder een eigen afspraak exacte sommen mag zien.",
    "NOT ROUNDED: only for those who may see exact sums, under an agreement of their own.",
)
_KEPT = Words(
    "Vergeleken met eerdere uitgaven, en onthouden in het register van wie haar maakte.",
    "Compared with earlier releases, and remembered in the ledger of whoever made it.",
)
_NOT_KEPT = Words(
    "ZONDER register gemaakt: niet nagegaan is of eerder een uitgave over (bijna) dezelfde jongeren verscheen.",
    "Made WITHOUT a ledger: it was not checked whether a release about (nearly) the same young people appeared before.",
)
_ALONE = Words(
    "{alone} van {rows} regels gaan over één jongere: daar staan diens eigen scores of weken.",
    "{alone} of {rows} rows are about one person: these hold that person's own scores or weeks.",
)
_UNSIGNED = Words("Niet ondertekend.", "Not signed.")
_SIGNED = Words("Ondertekend met sleutel {key}; de handtekening klopt.", "Signed with key {key}; the signature is right.")
_WRONG = Words("De handtekening klopt NIET.", "The signature is NOT right.")
_WHOLE = Words("De hash klopt: {hash}", "The hash is right: {hash}")
_CHANGED = Words("De hash klopt NIET: het bestand is veranderd.", "The hash is NOT right: the file was changed.")
_PEOPLE = Words("Jongeren ({n})", "People ({n})")
_DESCRIBED = Words("Kenmerken en antwoorden, elk op zichzelf", "Descriptors and answers, each by itself")
_EVENTS = Words(
    "Beloop: per regel van hierboven de week van de eerste gebeurtenis (event 1) of van het einde van het volgen",
    "Courses: per row above the week of the first event (event 1) or of the end of follow-up",
)
_SCORES = Words(
    "Scores van {outcome}: per regel van hierboven wie wanneer gemeten is (seen: {moments}), gemiddelden en sommen van kwadraten en producten",
    "Scores of {outcome}: per row above who was measured when (seen: {moments}), means and sums of squares and products",
)
_ROUGH = Words(
    "  low en high: zo weinig en zo veel jongeren kunnen het zijn; off_...: zo ver kan het exacte cijfer van het afgeronde af liggen",
    "  low and high: so few and so many people it can be; off_...: so far the exact number can lie from the rounded one",
)
_BANDS = Words(
    "Banden: zo weinig (low) en zo veel (high) jongeren kunnen er tot en met die week een gebeurtenis hebben gehad (event), of iets dat die "
    "onmogelijk maakt, of zijn niet verder gevolgd (leeg)",
    "Bands: so few (low) and so many (high) people can have had an event by that week (event), or something that makes it impossible, or were not "
    "followed further (empty)",
)
_FLOW = Words(
    "Wie er was (received), wie in aanmerking kwam (eligible) en wie daarvan geanalyseerd is (analysed; 0 staat voor te weinig)",
    "Who was there (received), who was eligible and who of them is analysed (0 stands for too few)",
)
_NOTHING = Words("  (niets)", "  (nothing)")
_PAIRS = Words(
    "Paren van scores van {outcome}: hoeveel jongeren met deze score bij de start en deze later",
    "Pairs of scores of {outcome}: how many with this score at the start and this one later",
)
_HELD = Words("Achtergehouden, omdat er te weinig jongeren achter staan:", "Held back, because too few people stand behind it:")
_MORE = Words("... en nog {rows} regels in het bestand", "... and {rows} more rows in the file")
_SHOWN = 40


def pages(one: Aggregate) -> Iterator[Words | str]:
    """Lines to print: words, or the rows of a table."""
    yield _HEAD.fill(names=", ".join(part.name for part in one.submissions), plan=one.plan[:12])
    if one.form == "rounded":
        yield _ROUNDED.fill(edition=_EDITIONS.get(one.edition, Words(one.edition, one.edition)), threshold=one.threshold)
        yield _KEPT if one.ledger else _NOT_KEPT
    else:
        yield _EXACT
        rows = [
            row
            for table in (one.people, one.events, *one.scores.values(), *one.pairs.values())
            if table
            for row in _counts(table)
        ]
        yield _ALONE.fill(alone=sum(n == 1 for n in rows), rows=len(rows))
    yield _WHOLE.fill(hash=one.sha256[:12]) if one.digest() == one.sha256 else _CHANGED
    if one.signature is None:
        yield _UNSIGNED
    else:
        yield _SIGNED.fill(key=one.signature.public_key[:12]) if genuine(one) else _WRONG
    yield ""
    yield _PEOPLE.fill(n=sum(_counts(one.people)))
    yield from _rows(one.people, numbered=True)
    if one.described.rows:
        yield ""
        yield _DESCRIBED
        yield from _rows(one.described)
    if one.events is not None:
        yield ""
        yield _EVENTS
        yield from _rows(one.events)
    for outcome, table in one.scores.items():
        moments = sum(name.startswith("mean_") for name in table.columns)
        yield ""
        yield _SCORES.fill(outcome=outcome, moments=", ".join(f"{1 << k} = mean_{k}" for k in range(moments)))
        yield from _rows(table)
        if one.form == "rounded" and table.rows:
            yield _ROUGH
    for words, table in ((_BANDS, one.bands), (_FLOW, one.flow)):
        if table is not None and table.rows:
            yield ""
            yield words
            yield from _rows(table)
    for outcome, table in one.pairs.items():
        yield ""
        yield _PAIRS.fill(outcome=outcome)
        yield from _rows(table)
    if one.held_back:
        yield ""
        yield _HELD
        yield from (f"  {name}" for name in one.held_back)


def _counts(table: CountTable) -> list[int]:
    return [row[table.columns.index("n")] for row in table.rows]


def _rows(table: CountTable, numbered: bool = False) -> Iterator[Words | str]:
    """A table in columns of equal width; columns in which nothing stands are left out."""
    if not table.rows:
        yield _NOTHING
        return
    filled = [
        k
        for k, _ in enumerate(table.columns)
        if any(row[k] not in (None, "", 0) for row in table.rows) or table.columns[k] == "cell"
    ]
    head = (["cell"] if numbered else []) + [table.columns[k] for k in filled]
    body = [
        ([str(number)] if numbered else []) + [_text(row[k]) for k in filled] for number, row in enumerate(table.rows[:_SHOWN])
    ]
    widths = [max(map(len, column)) for column in zip(head, *body)]
    for line in (head, *body):
        yield "  " + "  ".join(text.rjust(width) for text, width in zip(line, widths))
    if len(table.rows) > _SHOWN:
        yield _MORE.fill(rows=len(table.rows) - _SHOWN)


def _text(value: object) -> str:
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
