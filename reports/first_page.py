"""What stands first: title, status, what was found and how sure it is. Sentences from released numbers, never a verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from data_schemas.evidence import DESIGN_CARRIES, Evidence, Lang, Words, record_json
from reports.answers import answers, leftovers
from reports.leading import leading
from reports.text.cells import people
from reports.text.markdown import Block, Blocks, Text, plain
from reports.text.providers import by_provider, several_providers

STATUS = {
    "internal": Words("INTERN, NIET VOOR PUBLICATIE", "INTERNAL, NOT FOR PUBLICATION"),
    "committee": Words(
        "VERTROUWELIJK, UITGAVE VOOR DE COMMISSIE, VOOR {readers}, KENMERK {mark}",
        "CONFIDENTIAL, COMMITTEE EDITION, FOR {readers}, COPY {mark}",
    ),
    "exploratory": Words("VERKENNEND, BEVESTIGT NIETS", "EXPLORATORY, CONFIRMS NOTHING"),
    "fictional": Words("VERZONNEN GEGEVENS", "FICTIONAL DATA"),
}
_STATUS_MEANS = {
    "internal": Words(
        "Dit rapport bevat exacte cijfers, ook over kleine groepen. Geef het aan niemand buiten de eigen organisatie.",
        "This report holds exact figures, also on small groups. Give it to nobody outside your own organisation.",
    ),
    "committee": Words(
        "Deze uitgave is alleen voor de lezers die op elke bladzijde staan. Hun geheimhouding: {duty} Goedgekeurd door: {officer}. Geef "
        "haar aan niemand anders; voor anderen is er de openbare uitgave.",
        "This edition is for the readers named on every page only. Their duty of confidentiality: {duty} Approved by: {officer}. Give it to "
        "nobody else; for others there is the public edition.",
    ),
    "exploratory": Words(
        "Dit is geen toets van een vastgelegd plan. De uitkomsten kunnen ideeën geven, maar niets bevestigen.",
        "This is not a test of a locked plan. The results can give ideas, but cannot confirm anything.",
    ),
    "fictional": Words(
        "De gegevens zijn verzonnen om te laten zien hoe een rapport eruitziet. Zij gaan over niemand.",
        "The data were made up to show what a report looks like. They are about nobody.",
    ),
}
_PUBLIC = Words(
    "De gegevens komen uit openbaar onderzoek en dienen hier als voorbeeld.",
    "The data come from public research and serve as an example here.",
)
_INTERVAL = Words(
    "Het 95%-interval achter een getal geeft aan welke waarden goed bij de gegevens passen: hoe breder, hoe minder zeker.",
    "The 95% interval behind a number shows which values fit the data well: the wider, the less sure.",
)
ROUNDED = Words(
    "Alle cijfers zijn afgerond, en die over minder dan {threshold} {people} zijn niet getoond, zodat niemand te herkennen is. "
    "De intervallen zijn daardoor ruimer, soms veel, en een p-waarde is eerder te groot dan te klein.",
    "All figures are rounded, and those about fewer than {threshold} {people} are not shown, so that nobody can be recognised. "
    "The intervals are wider for that reason, sometimes much, and a p-value is too large rather than too small.",
)
DEVIATED = Words(
    "Niet alles ging zoals in het plan staat[; zie @sec-deviations]{.refers}.",
    "Not everything went as planned[; see @sec-deviations]{.refers}.",
)
NOT_BY_PROVIDER = Words(
    "De {people} komen van meer dan één aanbieder. De intervallen doen alsof zij niets met elkaar te maken hebben. Wie bij dezelfde "
    "aanbieder hulp kreeg, lijkt vaak op elkaar: de intervallen zijn dan te smal. Hoeveel te smal is niet berekend.",
    "The {people} come from more than one provider. The intervals act as if they have nothing to do with each other. People with the "
    "same provider often resemble each other: then the intervals are too narrow. By how much was not calculated.",
)
ELSE_NOT_BY_PROVIDER = Words(
    "De {people} komen van meer dan één aanbieder. Waar staat dat per aanbieder is gerekend, houdt het interval daar rekening mee. De "
    "andere intervallen doen dat niet en zijn te smal als {people} van één aanbieder op elkaar lijken.",
    "The {people} come from more than one provider. Where it says that it was calculated by provider, the interval allows for that. The "
    "other intervals do not, and are too narrow when {people} of one provider resemble each other.",
)
_SIDE_BY_SIDE = Words(
    "Groepen zijn naast elkaar gezet, maar het ontwerp in het plan heeft geen vergelijkingsgroep. Een verschil kan ook komen doordat de "
    "groepen al verschilden.",
    "Groups were set side by side, but the design in the plan has no comparison group. A difference can also come from the groups being "
    "different already.",
)
_NOTHING = Words("Er is geen uitkomst die op deze bladzijde past.", "There is no result that fits on this page.")
_QUESTION = Words("**De vraag:** {question}", "**The question:** {question}")
_SUBJECT = Words("Evaluatie", "Evaluation")


class Marks(Block):
    """Title and status for the document, and which analyses it has, in spans that `style/choose.lua` reads and removes."""

    def __init__(self, evidence: Evidence, lang: Lang) -> None:
        self.evidence, self.chosen = evidence, lang

    def markdown(self) -> str:
        """The spans, in one paragraph."""
        record = self.evidence.record
        more = {"others": leftovers(self.evidence), "profile": record.profile, "released": record.edition == "released"}
        names = " ".join(
            [
                *sorted(name for name, rows in self.evidence.results.items() if len(rows)),
                *(name for name, there in more.items() if there),
            ]
        )
        title = f"{_SUBJECT[self.chosen]}: {plain(self.evidence.record.plan.title)}"
        marks = [f'[]{{.present analyses="{names}"}}', f"[{title}]{{.document-title}}"]
        status = " · ".join(_filled(STATUS[name], self.evidence)[self.chosen] for name in statuses(self.evidence))
        return " ".join([*marks, *([f"[{status}]{{.document-status}}"] if status else [])])


def statuses(evidence: Evidence) -> list[str]:
    """Which warnings every page must carry."""
    record = evidence.record
    found = {
        "internal": record.edition == "internal",
        "committee": record.edition == "committee",
        "exploratory": record.exploratory,
        "fictional": any(submission.nature == "fictional" for submission in record.submissions),
    }
    return [name for name, holds in found.items() if holds]


def _filled(words: Words, evidence: Evidence) -> Words:
    """Words with the readers of a confidential edition, their duty, who approved it, and by what this copy is known."""
    named = evidence.record.plan.disclosure.committee
    if named is None:
        return words
    mark = hashlib.sha256(record_json(evidence.record).encode()).hexdigest()[:12]
    officer, duty = plain(named.approved_by), plain(named.confidentiality).rstrip(".") + "."
    return words.fill(readers=plain(", ".join(named.readers)), mark=mark, duty=duty, officer=officer)


def warnings(evidence: Evidence, lang: Lang) -> Block:
    """What each status means, and one line when the data are a public example: the banner on every page has the rest."""
    told = [f"{_filled(_STATUS_MEANS[name], evidence)[lang]}" for name in statuses(evidence)]
    callouts = [Text("::: {.callout-warning}\n" + " ".join(told) + "\n:::")] if told else []
    public = any(submission.nature == "public" for submission in evidence.record.submissions)
    return Blocks([*callouts, Text(f"*{_PUBLIC[lang]}*" if public else "")])


def question(evidence: Evidence, lang: Lang) -> Block:
    """The question of the plan, in its own words."""
    return Text(_QUESTION[lang].format(question=plain(evidence.record.plan.question)))


def found(evidence: Evidence, lang: Lang) -> Block:
    """What each analysis has for the first page."""
    return _list(findings(evidence, lang))


def findings(evidence: Evidence, lang: Lang) -> list[str]:
    """The sentences of `found`, as Markdown."""
    sentences = [
        sentence
        for module in answers()
        if any(name in evidence.results for name in module.ANALYSES)
        for sentence in module.headlines(evidence, lang)
    ]
    return sentences or [_NOTHING[lang]]


def figure(evidence: Evidence, lang: Lang) -> Block:
    """The figure of the main question, when there is enough to draw."""
    lead = leading(evidence)
    if lead is None:
        return Text("")
    (module,) = (module for module in answers() if lead.analysis in module.ANALYSES)
    return module.main_figure(evidence, lang, lead.outcome)


def how_sure(evidence: Evidence, lang: Lang) -> Block:
    """What the design can carry, and what is missing."""
    return _list(list(sure(evidence, lang)))


def reservations(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The sentences of `how_sure` and of how to read the numbers, as Markdown: for whoever has no report around them."""
    yield from sure(evidence, lang)
    yield from reading(evidence, lang)


def sure(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """The sentences of `how_sure`, as Markdown."""
    yield _design(evidence)[lang]
    for module in answers():
        if hasattr(module, "certainty"):
            yield from module.certainty(evidence, lang)
    if several_providers(evidence) and not _counted_by_provider(evidence):
        yield NOT_BY_PROVIDER.fill(people=people(evidence))[lang]
    if any(not deviation.extra for deviation in evidence.record.deviations):
        yield DEVIATED[lang]


def reading(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """What an interval is, and how much the figures were rounded."""
    if any(rows["ci_low"].notna().any() for rows in evidence.results.values()):
        yield _INTERVAL[lang]
    if several_providers(evidence) and _counted_by_provider(evidence):
        yield ELSE_NOT_BY_PROVIDER.fill(people=people(evidence))[lang]
    if evidence.record.edition == "released":
        yield ROUNDED.fill(threshold=evidence.record.release.threshold, people=people(evidence))[lang]


def _counted_by_provider(evidence: Evidence) -> bool:
    """Whether any interval lets people of one provider resemble each other."""
    told = evidence.select("change", measure=("mean_change", "adjusted_difference"))["method"].unique()
    return any(map(by_provider, told))


def _design(evidence: Evidence) -> Words:
    """What the plan's design can carry; one that does not go with the plan's comparison carries neither."""
    plan = evidence.record.plan
    if (plan.design in ("quasi_experimental", "experimental")) == (plan.comparison is not None):
        return DESIGN_CARRIES[plan.design]
    return _SIDE_BY_SIDE if plan.comparison is not None else DESIGN_CARRIES["change"]


def _list(sentences: list[str]) -> Block:
    return Text("\n".join(f"- {sentence}" for sentence in sentences))
