"""The committee's criteria beside what these data can and cannot carry. Never a level, never a verdict."""

from __future__ import annotations

from data_schemas.evidence import CriterionProfile, Evidence, Lang, Words
from reports.text.groups import main_outcomes
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain
from reports.text.vocabulary import short_outcome_words

_CAPTION = Words("Bewijsprofiel: de criteria naast deze gegevens", "Evidence profile: the criteria beside these data")
_HEADS = (
    Words("Criterium", "Criterion"),
    Words("Wat deze gegevens laten zien", "What these data show"),
    Words("Wat zij niet kunnen zeggen", "What they cannot say"),
)
_UNVERIFIED = Words("niet nagezocht in de eigen tekst van de commissie", "not checked in the committee's own text")
_PEOPLE = Words(
    "Deze criteria kunnen alleen mensen beoordelen, aan de hand van de beschrijving: {criteria}",
    "Only people can judge these criteria, from the description: {criteria}",
)
_NOTHING = Words("niets", "nothing")
_MORE = Words("en nog {n}, in de bijlagen", "and {n} more, in the annexes")
_MOST = 5
_NOTE = Words(
    "Versie van de criteria: {version}. Waar het staat, is de tekst {unverified}.",
    "Version of the criteria: {version}. Where said, the text was {unverified}.",
)


def profile(evidence: Evidence, lang: Lang) -> Block:
    """A line per criterion that data can say something about; the others in one sentence."""
    found = evidence.record.profile
    if not found:
        return Text("")
    lines = [
        [_criterion(one, lang), capital(_shows(evidence, one, lang)), plain(one.cannot_show.words[lang])]
        for one in found
        if one.judged_by == "data"
    ]
    human = " ".join(_criterion(one, lang) for one in found if one.judged_by == "people")
    heads = [Column(words[lang], width) for words, width in zip(_HEADS, (1.6, 2.0, 1.4))]
    note = _NOTE.fill(version=plain(evidence.record.criteria), unverified=_UNVERIFIED)[lang]
    table = Table("profile", _CAPTION[lang], heads, lines, [note])
    return Blocks([table, Text(_PEOPLE[lang].format(criteria=human) if human else "")])


def bullets(evidence: Evidence, lang: Lang) -> Block:
    """A line per criterion that data can say something about: what they show and what they cannot say; the others in one sentence."""
    found = evidence.record.profile
    if not found:
        return Text("")
    lines = [
        f"- **{_criterion(one, lang)}** {capital(_shows(evidence, one, lang))}. *{plain(one.cannot_show.words[lang])}*"
        for one in found
        if one.judged_by == "data"
    ]
    human = " ".join(_criterion(one, lang) for one in found if one.judged_by == "people")
    return Blocks([Text("\n".join(lines)), Text(_PEOPLE[lang].format(criteria=human) if human else "")])


def _criterion(one: CriterionProfile, lang: Lang) -> str:
    text = plain(one.criterion.words[lang])
    return text if one.verified else f"{text} *({_UNVERIFIED[lang]})*"


def _shows(evidence: Evidence, one: CriterionProfile, lang: Lang) -> str:
    """What the data show: first of the main outcomes and of none in particular; and how much more there is."""
    outcomes = {short_outcome_words(evidence, code)[lang] for code in _outcomes(evidence)}
    first = {code for rows in evidence.results.values() for code in main_outcomes(evidence, rows)[:1]}
    main = {short_outcome_words(evidence, code)[lang] for code in first}
    texts = list(dict.fromkeys(label.words[lang] for label in one.shows))
    kept = [text for text in texts if not _named(text, outcomes) or _named(text, main)][:_MOST]
    told = [plain(text) for text in kept]
    more = [_MORE.fill(n=len(texts) - len(kept))[lang]] if len(kept) < len(texts) else []
    return "; ".join([*told, *more]) or _NOTHING[lang]


def _outcomes(evidence: Evidence) -> set[str]:
    return {outcome for rows in evidence.results.values() for outcome in rows["outcome"].unique() if outcome}


def _named(text: str, names: set[str]) -> bool:
    return any(name in text for name in names)
