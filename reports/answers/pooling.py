"""Several providers: what they show together, how far they lie apart, and what to expect of another one."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.forest import Axis, Line, forest
from reports.figures.funnel import funnel
from reports.text.cells import people
from reports.text.groups import Row, arms, main_outcomes, moments, planned_arms, records
from reports.text.markdown import Block, Blocks, Text, capital, plain, slug
from reports.text.numbers import interval, is_number, number
from reports.text.vocabulary import arm_words, moment_words, short_outcome_words

ANALYSES = ("pooling",)
SHOWN = frozenset(("pooled_effect", "prediction_interval"))
PLACE = 75

TOGETHER = Words(
    "{outcome}, {moment} ({arm}): over de aanbieders samen is de verandering {value} punten (95%-interval {limits}).",
    "{outcome}, {moment} ({arm}): over the providers together the change is {value} points (95% interval {limits}).",
)
NEXT = Words(
    " Bij een andere aanbieder is een verandering van {limits} punten te verwachten, als die op deze lijkt.",
    " At another provider a change of {limits} points is to be expected, if it is like these.",
)
ELSEWHERE = Words(
    "{outcome}, {moment} ({arm}): bij een andere aanbieder is een verandering van {limits} punten te verwachten, als die op deze lijkt.",
    "{outcome}, {moment} ({arm}): at another provider a change of {limits} points is to be expected, if it is like these.",
)
APART = Words(
    " Van de spreiding tussen aanbieders is {i2}% geen toeval (I², interval {limits}%).",
    " Of the spread between providers {i2}% is not chance (I², interval {limits}%).",
)
_SIDE_BY_SIDE = Words(
    "Er zijn minder dan drie aanbieders. Hun uitkomsten staan naast elkaar en worden niet samengenomen: uit twee aanbieders blijkt niet hoe "
    "aanbieders verschillen.",
    "There are fewer than three providers. Their results stand side by side and are not pooled: two providers do not show how providers "
    "differ.",
)
_HELD = Words(
    "Aanbieders apart worden niet getoond. Dat kan alleen van alle {people} samen, en als er bij elke aanbieder genoeg zijn (niet n \\< "
    "{threshold}): wie ontbreekt, zou uit de anderen af te leiden zijn.",
    "Single providers are not shown. That can only be done of all {people} together, and when every provider has enough of them (not n \\< "
    "{threshold}): one that is left out would follow from the others.",
)
_CAPTION = Words(
    "{outcome}, {moment} ({arm}): verandering bij elke aanbieder en samen, met 95%-interval. Onderaan: te verwachten bij een andere aanbieder",
    "{outcome}, {moment} ({arm}): change at each provider and together, with 95% interval. At the bottom: to be expected of another provider",
)
_FUNNEL = Words(
    "{outcome}, {moment} ({arm}): aanbieders naar hun standaardfout. Buiten de lijnen ligt meer dan toeval verklaart",
    "{outcome}, {moment} ({arm}): providers by their standard error. Outside the lines lies more than chance explains",
)
_POINTS = Words("verandering in punten", "change in points")
_NUMBERED = Words("aanbieder {n}", "provider {n}")
_POOLED, _ANOTHER = Words("aanbieders samen", "providers together"), Words("een andere aanbieder", "another provider")


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: what everyone shows is told by its own question."""
    return []


def certainty(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """What to expect elsewhere, of the first main outcome: the mean over providers has another weight than that over people, and stays away."""
    for outcome, time, arm in _asked(evidence)[:1]:
        expected = _one(evidence, "prediction_interval", outcome, time, arm)
        if is_number(expected["ci_low"]):
            named = {name: plain(words[lang]) for name, words in _named(evidence, outcome, time, arm).items()}
            limits = interval(expected["ci_low"], expected["ci_high"], "score", lang)
            yield capital(ELSEWHERE[lang].format(**named, limits=limits))


def brief(evidence: Evidence, lang: Lang) -> Block:
    """Of the main outcomes, at their first moment with numbers: a sentence, and the providers in a figure."""
    asked = _asked(evidence)
    if not asked:
        few = evidence.select("pooling", measure="pooled_effect")["method"].str.startswith("too_few_providers").any()
        return Text(_SIDE_BY_SIDE[lang]) if few else Text("")
    parts: list[Block] = []
    for at in asked:
        parts += [Text(" ".join(_sentence(evidence, lang, *at))), *_figures(evidence, lang, *at)]
    return Blocks(parts)


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The providers of one outcome."""
    return Blocks([block for at in _asked(evidence, (outcome,)) for block in _figures(evidence, lang, *at)])


def _asked(evidence: Evidence, wanted: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """Outcome, moment and arm: each main questionnaire at its first moment with a pooled number, of the treated arm or of everyone."""
    rows = evidence.select("pooling", measure="pooled_effect", subgroup="")
    rows = rows[rows["estimate"].notna() & rows["outcome"].str.contains(":", regex=False)]
    found = []
    for outcome in wanted or (main_outcomes(evidence, rows) if len(rows) else ()):
        mine = rows[(rows["outcome"] == outcome) & ~rows["arm"].str.contains(" - ", regex=False)]
        known = [*(arm for arm in planned_arms(evidence)[:1] if arm in set(mine["arm"])), *arms(evidence, mine)]
        if known:
            found.append((outcome, moments(mine.loc[mine["arm"] == known[0], "time"])[0], known[0]))
    return found


def _named(evidence: Evidence, outcome: str, time: str, arm: str) -> dict[str, Words]:
    return {
        "outcome": short_outcome_words(evidence, outcome),
        "moment": moment_words(time),
        "arm": arm_words(evidence, arm),
    }


def _one(evidence: Evidence, measure: str, outcome: str, time: str, arm: str) -> Row:
    found = records(evidence.select("pooling", measure=measure, subgroup="", outcome=outcome, time=time, arm=arm))
    return found[0] if found else {"estimate": None, "ci_low": None, "ci_high": None}


def _sentence(evidence: Evidence, lang: Lang, outcome: str, time: str, arm: str) -> Iterator[str]:
    pooled, expected, i2 = (_one(evidence, name, outcome, time, arm) for name in ("pooled_effect", "prediction_interval", "i2"))
    named = {name: plain(words[lang]) for name, words in _named(evidence, outcome, time, arm).items()}
    if not is_number(pooled["ci_low"]):
        return
    value = number(pooled["estimate"], "score", lang)
    text = TOGETHER[lang].format(**named, value=value, limits=interval(pooled["ci_low"], pooled["ci_high"], "score", lang))
    if is_number(expected["ci_low"]):
        text += NEXT[lang].format(limits=interval(expected["ci_low"], expected["ci_high"], "score", lang))
    if is_number(i2["ci_low"]):
        limits = interval(i2["ci_low"], i2["ci_high"], "count", lang)
        text += APART[lang].format(i2=number(i2["estimate"], "count", lang), limits=limits)
    yield capital(text)


def _figures(evidence: Evidence, lang: Lang, outcome: str, time: str, arm: str) -> Iterator[Block]:
    pooled, expected = (_one(evidence, name, outcome, time, arm) for name in ("pooled_effect", "prediction_interval"))
    each = evidence.select("pooling", measure="provider_effect", outcome=outcome, time=time, arm=arm)
    each = each[~each["subgroup"].str.contains(";", regex=False)]
    lines = [Line(_provider(evidence, lang, row), row) for row in records(each)]
    shown = [line for line in lines if is_number(line.row["estimate"])]
    words = _named(evidence, outcome, time, arm)
    axis = Axis(_POINTS[lang], "score")
    # rounded by itself, its middle need not be that of the pooled effect
    both = [Line(_POOLED[lang], pooled), Line(_ANOTHER[lang], {**expected, "estimate": pooled["estimate"]})]
    both = both if is_number(expected["ci_low"]) else both[:1]
    label = f"{slug(outcome)}-{slug(time)}-{slug(arm)}"
    yield forest(f"providers-{label}", _CAPTION.fill(**words)[lang], [*shown, *both], axis, lang)
    if lines and not shown:
        yield Text(_HELD.fill(people=people(evidence), threshold=evidence.record.release.threshold)[lang])
    yield funnel(f"funnel-{label}", _FUNNEL.fill(**words)[lang], shown, pooled["estimate"], axis, lang)


def _provider(evidence: Evidence, lang: Lang, row: Row) -> str:
    """A number, or the name that the submission gives a provider."""
    name = row["subgroup"].partition("=")[2]
    return _NUMBERED[lang].format(n=name) if name.isdigit() else arm_words(evidence, name)[lang]


PARTS = {"providers": brief}
