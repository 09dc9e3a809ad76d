"""How to read the figures: what holds for every table and figure of a report, said once."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports import first_page
from reports.text.agreeing import CLASSES
from reports.text.bands import LIMITS, SOURCE
from reports.text.cells import people
from reports.text.markdown import Block, Text
from reports.text.numbers import number

_SHOWN = Words(
    "*Niet getoond*: minder dan {threshold} {people}, in deze groep of in de rest. *Niet te schatten*: de gegevens laten de berekening niet "
    "toe; waarom, staat onder de tabel. Een streepje: hier niet berekend.",
    "*Not shown*: fewer than {threshold} {people}, in this group or in the others. *Not estimable*: the data do not allow the "
    "calculation; why stands under the table. A dash: not calculated here.",
)
_COUNTS = Words(
    "Aantallen zijn afgerond in klassen van {threshold} breed. Optellingen kunnen daardoor afwijken. Aandelen zijn samen zo afgerond dat "
    "zij nooit meer dan 100% zijn. Een verschil is apart afgerond: het hoeft niet precies het verschil van de getallen ernaast te zijn.",
    "Counts are rounded in bands of {threshold} wide. Sums can differ for that reason. Shares were rounded together so that they are never "
    "more than 100%. A difference was rounded by itself: it need not be exactly that of the numbers beside it.",
)
_DECIMALS = Words(
    "Per kolom staan er evenveel cijfers achter de komma. Die zeggen niet hoe precies een getal is.",
    "Within a column all numbers have the same number of decimals. These do not say how precise a number is.",
)
_G = Words(
    "**Effectgrootte g**: de verandering gedeeld door de spreiding van de scores bij de start. Een plusteken is verbetering. *Klein* "
    "(vanaf {small}), *middelmatig* (vanaf {medium}) en *groot* (vanaf {large}) is de indeling van {source}. Die zegt niet of een verandering "
    "genoeg is.",
    "**Effect size g**: the change divided by the spread of the scores at the start. A plus sign is improvement. *Small* (from {small}), "
    "*medium* (from {medium}) and *large* (from {large}) are the classes of {source}. They do not say whether a change is enough.",
)
_CLASSES = Words(
    "*Hersteld*: duidelijk beter, en nu buiten het klinische gebied. *Verbeterd*: duidelijk beter. *Onveranderd*: het verschil kan toeval "
    "zijn. *Verslechterd*: duidelijk slechter. *Nooit klinisch*: al bij de start buiten het klinische gebied. “Duidelijk” betekent: meer "
    "dan de meetfout van de vragenlijst kan verklaren.",
    "*Recovered*: clearly better, and now outside the clinical range. *Improved*: clearly better. *Unchanged*: the difference may be "
    "chance. *Deteriorated*: clearly worse. *Never clinical*: outside the clinical range at the start already. “Clearly” means: more than "
    "the measurement error of the questionnaire can explain.",
)
_P = Words(
    "**p**: de kans op een uitkomst die minstens zo ver van nul ligt, als er geen verschil is. Met een ≤ ervoor is door de afronding alleen "
    "bekend dat p hoogstens zo groot is; ≤ 1 zegt dus niets.",
    "**p**: the chance of a result at least as far from zero when there is no difference. With a ≤ before it, rounding leaves only that p is "
    "at most so large; ≤ 1 says nothing, then.",
)
_EXACT_P = Words(
    "**p**: de kans op een uitkomst die minstens zo ver van nul ligt, als er geen verschil is. Achter p staan de vrijheidsgraden (df).",
    "**p**: the chance of a result at least as far from zero when there is no difference. Behind p are the degrees of freedom (df).",
)


def guide(evidence: Evidence, lang: Lang) -> Block:
    """A list of what the reader must know of all tables and figures."""
    return Text("\n".join(f"- {sentence}" for sentence in _guide(evidence, lang)))


def _guide(evidence: Evidence, lang: Lang) -> Iterator[str]:
    released = evidence.record.edition == "released"
    named = {"people": people(evidence), "threshold": evidence.record.release.threshold}
    yield from first_page.reading(evidence, lang)
    if released:
        yield _SHOWN.fill(**named)[lang]
        yield _COUNTS.fill(**named)[lang]
    yield _DECIMALS[lang]
    change = evidence.select("change", subgroup="")
    told = set(change.loc[change["estimate"].notna(), "measure"])
    if "g" in told:
        limits = [Words(*(number(limit, "effect", each) for each in ("nl", "en"))) for limit in LIMITS]
        yield _G.fill(source=SOURCE, **dict(zip(("small", "medium", "large"), limits)))[lang]
    if told & set(CLASSES):
        yield _CLASSES[lang]
    if any(rows["p_value"].notna().any() for rows in evidence.results.values()):
        yield (_P if released else _EXACT_P)[lang]
