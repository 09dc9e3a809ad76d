"""What was done to what, for the privacy officer: headers and counts, no cell and never the key."""

from __future__ import annotations

from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.anonymising.anonymise import Anonymised
from evaluation.anonymising.recipe import Origin, Recipe

_TITLE = Words("Anonimiseren: wat er met de gegevens is gedaan", "Anonymising: what was done to the data")
_LEAD = Words(
    "Alleen kolommen die het recept noemt, zijn gebruikt. Al het andere is weggelaten. De sleutel staat niet in deze map; "
    "wie hem niet heeft, kan niet nagaan of een bekende in de gegevens voorkomt. Met de sleutel zijn het nog steeds persoonsgegevens.",
    "Only columns that the recipe names were used. Everything else was left out. The key is not in this folder; without it nobody can "
    "tell whether a known person is in the data. To whoever has the key they still are personal data.",
)
_HEADS = {
    "people": Words("Mensen", "People"),
    "columns": Words("Kolommen", "Columns"),
    "dropped": Words("Weggelaten", "Left out"),
    "coarse": Words("Minder precies gemaakt", "Made less precise"),
    "unread": Words("Niet te lezen", "Could not be read"),
    "sign": Words("Akkoord van de functionaris gegevensbescherming", "Approval by the data protection officer"),
}
_IDENTITY = Words(
    "{table}: de identiteit ({columns}) werd een pseudoniem, HMAC-SHA256 met de sleutel van de aanbieder",
    "{table}: the identity ({columns}) became a pseudonym, HMAC-SHA256 under the provider's key",
)
_HOW = {
    "text": Words("overgenomen als code of korte naam", "taken over as a code or short name"),
    "number": Words("overgenomen als getal", "taken over as a number"),
    "week": Words("datum werd week vanaf de start", "date became week from the start"),
    "age_group": Words("geboortedatum werd leeftijdsgroep bij de start", "birth date became age group at the start"),
    "age": Words("leeftijd werd leeftijdsgroep", "age became age group"),
    "half_year": Words("datum werd half jaar", "date became half-year"),
}
_CONSTANT = Words("overal dezelfde waarde, uit het recept", "the same value everywhere, from the recipe")
_NOTHING = Words("niets", "nothing")
_WITHOUT = Words(
    "{table}: {count} rijen zonder identiteit zijn weggelaten", "{table}: {count} rows without an identity were left out"
)
_CELLS = Words(
    "{column}: in {count} rijen onbekend gemaakt, omdat de combinatie te zeldzaam was",
    "{column}: made unknown in {count} rows, because the combination was too rare",
)
_SMALLEST = Words(
    "De kleinste combinatie van {columns} telde vooraf {before} en nu {after} mensen; gevraagd waren er {k}.",
    "The smallest combination of {columns} held {before} people before and {after} now; {k} were asked for.",
)
_FEW = Words(
    "Dat is niet gehaald: er zijn te weinig mensen, of het recept laat niet toe dat deze kolommen minder precies worden (coarsen). "
    "Voeg inzendingen samen, pas het recept aan, of overleg met de functionaris.",
    "That was not reached: there are too few people, or the recipe does not let these columns be made less precise (coarsen). "
    "Combine deliveries, change the recipe, or consult the officer.",
)
_BLANKED = Words(
    "{column}: {count} van de {rows} cellen onbekend gemaakt, omdat de combinatie te zeldzaam was",
    "{column}: {count} of the {rows} cells made unknown, because the combination was too rare",
)
_UNREAD = Words(
    "{count} cellen leeg gelaten, omdat ze niet te lezen waren", "{count} cells left empty, because they could not be read"
)
_LEFT = Words(
    "{count} rijen weggelaten, omdat niet te zien is over wie ze gaan",
    "{count} rows left out, because nobody can be told from them",
)
_FREE = Words("geen enkele cel is leeggemaakt", "not a single cell was emptied")
_SIGNATURE = Words("Naam, datum en handtekening:", "Name, date and signature:")


def account(anonymised: Anonymised, recipe: Recipe, lang: Lang) -> str:
    """Markdown, one part per heading."""
    parts = [
        f"# {_TITLE[lang]}",
        _LEAD[lang],
        f"## {_HEADS['people'][lang]}",
        _list(_people(anonymised, recipe), lang),
        f"## {_HEADS['columns'][lang]}",
        _list(
            [line for table, parts in recipe.parts().items() for part in parts for line in _columns(table, part.columns)], lang
        ),
        f"## {_HEADS['dropped'][lang]}",
        _list(
            [Words(*(f"{table}: {', '.join(headers)}",) * 2) for table, headers in anonymised.dropped.items() if headers], lang
        ),
        f"## {_HEADS['coarse'][lang]}",
        _list(_coarse(anonymised, recipe), lang),
        f"## {_HEADS['unread'][lang]}",
        _list([problem.words for problem in anonymised.problems], lang),
        f"## {_HEADS['sign'][lang]}",
        _SIGNATURE[lang],
    ]
    return "\n\n".join(parts) + "\n"


def cost(anonymised: Anonymised) -> list[Words]:
    """What the submission has less than the export: cells made unknown, cells that could not be read, rows of nobody."""
    rows = len(anonymised.tables["treatments"])
    labels = {column.name: column.label for column in tables()["treatments"].columns}
    blanked = {labels[name]: count for name, count in anonymised.coarsened.cells.items() if count}
    lines = [_BLANKED.fill(column=label, count=count, rows=rows) for label, count in blanked.items()]
    unread = sum(len(problem.lines) for problem in anonymised.problems)
    left = sum(anonymised.without_identity.values())
    return [
        *lines,
        *([_UNREAD.fill(count=unread)] if unread else []),
        *([_LEFT.fill(count=left)] if left else []),
        *([] if lines or unread or left else [_FREE]),
    ]


def _list(lines: list[Words], lang: Lang) -> str:
    return "\n".join(f"- {line[lang]}" for line in lines) or f"- {_NOTHING[lang]}"


def _people(anonymised: Anonymised, recipe: Recipe) -> list[Words]:
    sources = {(part.source, ", ".join(part.identity)) for parts in recipe.parts().values() for part in parts}
    lines = [_IDENTITY.fill(table=table, columns=columns) for table, columns in sorted(sources)]
    return lines + [_WITHOUT.fill(table=table, count=count) for table, count in anonymised.without_identity.items() if count]


def _columns(table: str, columns: dict[str, Origin]) -> list[Words]:
    return [
        Words(
            *(
                f"{table}.{name}: {_CONSTANT[lang] if origin.source is None else f'{origin.source}, {_HOW[origin.conversion][lang]}'}"
                for lang in ("nl", "en")
            )
        )
        for name, origin in columns.items()
    ]


def _coarse(anonymised: Anonymised, recipe: Recipe) -> list[Words]:
    done = anonymised.coarsened
    lines = [_CELLS.fill(column=column, count=count) for column, count in done.cells.items() if count]
    columns = ", ".join(done.counted)
    lines.append(_SMALLEST.fill(columns=columns, before=done.smallest_before, after=done.smallest_after, k=recipe.privacy.k))
    return lines + ([_FEW] if done.smallest_after < recipe.privacy.k else [])
