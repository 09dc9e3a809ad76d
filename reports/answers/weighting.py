"""Whether arms that were not made by lot could be made alike, and what differed between them then; balance stands before any outcome."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.bars import share_bars
from reports.figures.forest import Line
from reports.figures.love_plot import Balance, love_plot
from reports.sentences.weighted_limits import control, limits, not_given
from reports.sentences.weighting import answer, last_time
from reports.text.cells import Cells, people
from reports.text.groups import Row, by, grouped, main_outcomes, records
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain, slug
from reports.text.numbers import is_number, number
from reports.text.vocabulary import arm_words, measure_words, moment_words, outcome_words, short_outcome_words, subgroup_words

ANALYSES = ("weighted_comparison",)
SHOWN = frozenset(
    (
        "weighted_survival",
        "risk_difference",
        "risk_difference_clustered",
        "weighted_hazard_ratio",
        "weighted_restricted_mean_difference",
        "weighted_mean_difference",
        "weighted_mean_difference_clustered",
        "weighted_g",
        "aipw_difference",
        "within_provider_difference",
        "effective_n",
        "preference_overlap",
    )
)
PLACE = 45
_LISTED = (
    "weighted_mean_difference", "weighted_mean_difference_clustered", "weighted_g", "weighted_survival", "risk_difference",
    "risk_difference_clustered", "weighted_restricted_mean_difference", "weighted_hazard_ratio", "aipw_difference",
    "within_provider_difference", "between_provider_difference",
)  # fmt: skip

_WORST = Words(
    "{outcome}: na weging is het grootste verschil tussen de groepen bij de start {after} standaarddeviatie{on}{before}.",
    "{outcome}: after weighting the largest difference between the groups at the start is {after} standard deviation{on}{before}.",
)
_ON = Words(", op {trait}", ", on {trait}")
_BEFORE = Words(" (voor weging was het grootste verschil {before})", " (before weighting the largest difference was {before})")
_NONE_LEFT = Words(
    "{outcome}: na weging is er bij de start in de getoonde cijfers geen verschil tussen de groepen meer{before}.",
    "{outcome}: after weighting there is no difference between the groups at the start any more in the figures shown{before}.",
)
_MARKS = Words(
    "Tot 0,05 gelden groepen als gelijk; boven 0,25 liggen zij te ver uit elkaar om hun uitkomsten te vergelijken.",
    "Up to 0.05 groups count as alike; above 0.25 they are too far apart to compare their results.",
)
_TOGETHER = Words(
    "Van kenmerken in categorieën staat na weging alleen het grootste van alle verschillen; apart zou het iets zeggen over wie er zeldzaam is.",
    "Of traits in categories only the largest difference of all traits stands after weighting; each apart would say something of who is rare.",
)
_LARGEST = Words("grootste van alle kenmerken", "largest of all traits")
_EFFECTIVE = Words(
    "Na weging is de groep {arm} evenveel waard als ongeveer {n} {people}[, van {of}].",
    "After weighting the group {arm} is worth as much as about {n} {people}[, of {of}].",
)
_OVERLAP = Words(
    "Van de groep {arm} had {share} evengoed in een andere groep kunnen komen.",
    "Of the group {arm}, {share} could as well have come into another group.",
)
_APART = Words(
    "De groepen lijken te weinig op elkaar om ze gelijk te wegen, of er zijn te weinig {people}. Er is niets gewogen vergeleken.",
    "The groups are too unlike to be made alike by weights, or there are too few {people}. Nothing weighted was compared.",
)
_ONE_PROVIDER = Words(
    "Een van de groepen komt van één aanbieder. Wat aan de hulp ligt en wat aan die aanbieder, is dan niet uit elkaar te houden.",
    "One of the groups comes from one provider. What is due to the treatment and what to that provider can then not be told apart.",
)
_LOVE = Words(
    "{outcome}: verschil tussen de groepen bij de start, voor en na weging",
    "{outcome}: difference between the groups at the start, before and after weighting",
)
_PREFERENCE = Words(
    "{outcome}: hoe zeker bij de start al vaststond in welke groep iemand kwam",
    "{outcome}: how certain it was at the start already into which group someone would come",
)
_BANDS = {
    "preference=0.0-0.3": Words("eerder de andere groep", "rather the other group"),
    "preference=0.3-0.7": Words("beide groepen even goed mogelijk", "either group as well possible"),
    "preference=0.7-1.0": Words("eerder {arm}", "rather {arm}"),
}
_SCORE_BEFORE = Words("{name}, bij de start", "{name}, at the start")
_RESULTS = Words("{outcome}: gewogen vergelijking", "{outcome}: weighted comparison")
_WHAT, _WHOM, _WHEN = Words("Wat", "What"), Words("Groep", "Group"), Words("Wanneer", "When")
_RESULT = Words("Uitkomst", "Result")
_TITLE = Words("## Groepen gelijk gemaakt", "## Groups made alike")
_ALL_OF_IT = Words(
    "[Figuren en getallen: @sec-weighting.]{.refers .elsewhere}", "[Figures and numbers: @sec-weighting.]{.refers .elsewhere}"
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """The weighted difference of each main outcome, at the last week or moment with one."""
    rows = evidence.select("weighted_comparison")
    return [sentence for outcome in main_outcomes(evidence, rows) for sentence in answer(evidence, lang, outcome)[:1]]


def balance(evidence: Evidence, lang: Lang) -> Block:
    """Before any outcome: how alike the groups became, how many people that leaves, and how far they overlap."""
    rows = evidence.select("weighted_comparison")
    blocks: list[Block] = []
    for outcome in main_outcomes(evidence, rows):
        mine = rows[rows["outcome"] == outcome]
        time = last_time(records(mine[mine["measure"] == "smd_largest_after"]))
        found = records(mine[mine["time"] == time])
        name = short_outcome_words(evidence, outcome)
        blocks += [Text(" ".join(_balance_sentences(evidence, lang, name, found)))]
        blocks += [
            love_plot(f"love-{slug(outcome)}", capital(_LOVE.fill(outcome=name)[lang]), _drawn(evidence, lang, found), lang),
            share_bars(
                f"preference-{slug(outcome)}",
                capital(_PREFERENCE.fill(outcome=name)[lang]),
                _preferences(evidence, lang, found),
                lang,
            ),
        ]
    together = [Text(_TOGETHER[lang])] if blocks and evidence.record.edition != "internal" else []
    return Blocks([*blocks, *together, Text(_MARKS[lang])])


def results(evidence: Evidence, lang: Lang) -> Block:
    """What differed between the weighted groups, in sentences and a table, and what was not measured."""
    rows = evidence.select("weighted_comparison")
    blocks: list[Block] = []
    for outcome in main_outcomes(evidence, rows):
        blocks.append(Text(" ".join([*answer(evidence, lang, outcome), *not_given(evidence, lang, outcome)])))
        blocks.append(Text(" ".join(limits(evidence, lang, outcome))))
        blocks.append(_table(evidence, lang, outcome))
    others = [name for name in _planned(evidence) if name not in main_outcomes(evidence, rows)]
    told = [" ".join(said) for name in others if (said := answer(evidence, lang, name) or not_given(evidence, lang, name))]
    blocks += [Text(text) for text in [*told, *control(evidence, lang)]]
    if any("at one provider only" in method for method in set(rows["method"])):
        blocks.append(Text(_ONE_PROVIDER[lang]))
    return Blocks(blocks)


def _planned(evidence: Evidence) -> list[str]:
    """Every outcome of the plan, questionnaires first."""
    plan = evidence.record.plan
    events = ["+".join(plan.events.event)] if plan.events else []
    return [f"{measure.instrument}:{measure.informant}" for measure in plan.measures] + events


def brief(evidence: Evidence, lang: Lang) -> Block:
    """In the report itself: whether the groups became alike, and what differed then, in sentences; the rest is in the annexes."""
    rows = evidence.select("weighted_comparison")
    told: list[str] = []
    for outcome in main_outcomes(evidence, rows):
        mine = rows[rows["outcome"] == outcome]
        time = last_time(records(mine[mine["measure"] == "smd_largest_after"]))
        found, name = records(mine[mine["time"] == time]), short_outcome_words(evidence, outcome)
        said = [*answer(evidence, lang, outcome), *not_given(evidence, lang, outcome)]
        told += [" ".join([*_balance_sentences(evidence, lang, name, found), *said])]
    return Blocks([Text(_TITLE[lang]), *map(Text, told), Text(_ALL_OF_IT[lang])]) if told else Text("")


def _balances(evidence: Evidence, lang: Lang, found: list[Row]) -> list[Balance]:
    """Every trait with its largest difference over the pairs of groups, before and after."""
    of_traits = [row for row in found if row["measure"] in ("smd_before", "smd_after") and ";" not in row["subgroup"]]
    lines = []
    for (trait,), mine in grouped(of_traits, "subgroup").items():
        size = {
            measure: max((abs(row["estimate"]) for row in of if is_number(row["estimate"])), default=float("nan"))
            for (measure,), of in grouped(mine, "measure").items()
        }
        lines.append(
            Balance(_trait(evidence, trait)[lang], size.get("smd_before", float("nan")), size.get("smd_after", float("nan")))
        )
    return lines


def _drawn(evidence: Evidence, lang: Lang, found: list[Row]) -> list[Balance]:
    """The traits, and of a release the largest of all, of which some are not told apart."""
    lines, largest = _balances(evidence, lang, found), _largest(found)
    if largest is None or all(is_number(line.after) for line in lines):
        return lines
    return [*lines, Balance(_LARGEST[lang], float("nan"), largest)]


def _largest(found: list[Row]) -> float | None:
    """The largest difference after weighting of any two arms; None where it is not told."""
    sizes = [row["estimate"] for row in found if row["measure"] == "smd_largest_after"]
    return max(sizes) if sizes and all(map(is_number, sizes)) else None


def _trait(evidence: Evidence, subgroup: str) -> Words:
    """What a trait is called: one of the provider's own by its label, a baseline score by its questionnaire."""
    name = subgroup.removeprefix("covariate=")
    return _SCORE_BEFORE.fill(name=outcome_words(evidence, name)) if ":" in name else subgroup_words("", name, evidence)


def _balance_sentences(evidence: Evidence, lang: Lang, name: Words, found: list[Row]) -> Iterator[str]:
    lines, largest = _balances(evidence, lang, found), _largest(found)
    if largest is None:
        yield _APART.fill(people=people(evidence))[lang]
        return
    worst = max(lines, key=lambda line: line.after) if all(is_number(line.after) for line in lines) else None
    before = [line.before for line in lines if is_number(line.before)]
    told = _BEFORE[lang].format(before=number(max(before), "effect", lang)) if before else ""
    on = _ON[lang].format(trait=plain(worst.name)) if worst else ""
    words = _WORST if float(f"{largest:.2f}") else _NONE_LEFT
    after = number(largest, "effect", lang)
    yield capital(words[lang].format(outcome=plain(name[lang]), on=on, after=after, before=told))
    sizes = by([row for row in found if row["measure"] == "effective_share"], "arm")
    for row in found:
        arm = plain(arm_words(evidence, row["arm"])[lang])
        if row["measure"] == "effective_n" and is_number(row["estimate"]):
            of = sizes.get((row["arm"],), {}).get("n")
            text = (
                _EFFECTIVE[lang].replace("[", "").replace("]", "")
                if is_number(of)
                else _EFFECTIVE[lang].partition("[")[0] + "."
            )
            shown = {"n": number(row["estimate"], "count", lang), "of": number(of, "count", lang) if is_number(of) else ""}
            yield text.format(arm=arm, people=people(evidence)[lang], **shown)
        if row["measure"] == "preference_overlap" and is_number(row["estimate"]):
            yield _OVERLAP[lang].format(arm=arm, share=number(row["estimate"], "share", lang, digits=0))


def _preferences(evidence: Evidence, lang: Lang, found: list[Row]) -> list[Line]:
    arms = list(dict.fromkeys(row["arm"] for row in found if row["measure"] == "preference_share"))
    first = arm_words(evidence, arms[0])[lang] if arms else ""
    return [
        Line(
            _BANDS[row["subgroup"]][lang].format(arm=first), row, arm_words(evidence, row["arm"])[lang], arms.index(row["arm"])
        )
        for row in found
        if row["measure"] == "preference_share"
    ]


def _table(evidence: Evidence, lang: Lang, outcome: str) -> Block:
    rows, cells = records(evidence.select("weighted_comparison", outcome=outcome, subgroup="")), Cells(evidence, lang)
    lines = [
        [
            capital(plain(measure_words(evidence, measure)[lang])),
            plain(arm_words(evidence, row["arm"])[lang]),
            plain(moment_words(row["time"])[lang]) if row["time"] else "",
            cells.value(row),
        ]
        for measure in _LISTED
        for row in rows
        if row["measure"] == measure and is_number(row["estimate"])
    ]
    heads = [
        Column(_WHAT[lang], 2.2),
        Column(_WHOM[lang], 1.8),
        Column(_WHEN[lang], 0.9),
        Column(_RESULT[lang], 1.6, numeric=True),
    ]
    caption = _RESULTS.fill(outcome=short_outcome_words(evidence, outcome))[lang]
    return Table(f"weighting-{slug(outcome)}", capital(plain(caption)), heads, lines, cells.notes())


PARTS = {"comparison": brief}
