"""The sentences of a report that hold numbers, each with what recomputes it from the evidence as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from data_schemas.evidence import Evidence, Lang, Words
from reports import closed, conditions, first_page
from reports.answers import baseline, competing_events, flow, missing_data, pooling, revictimisation
from reports.parts import advice
from reports.sentences import answers, change, curve
from reports.text.vocabulary import arm_words, moment_words
from tests.reading import Page, rounds_to, template, value

ANY, NUMBER = ".+?", r"−?\d[\d.,]*%?"


@dataclass(frozen=True)
class Read:
    """A report and the evidence that it was made from."""

    evidence: Evidence = field(repr=False)
    lang: Lang
    page: Page = field(repr=False)
    pdf: bytes = field(repr=False)
    least: int

    def row(self, analysis: str, **where: str) -> dict:
        """The one row that answers to a name."""
        (row,) = self.evidence.select(analysis, **({"subgroup": ""} | where)).to_dict("records")
        return row

    def rows(self, analysis: str, **where: str) -> list[dict]:
        """The row that answers to a name, and that by provider, whose interval may lead."""
        clustered = {**where, "measure": f"{where['measure']}_clustered"}
        return [self.row(analysis, **where), *self.evidence.select(analysis, subgroup="", **clustered).to_dict("records")]

    def arm(self, words: str) -> str:
        """The arm that is called so in a sentence."""
        codes = {code for frame in self.evidence.results.values() for code in frame["arm"].unique()}
        both = {"beide groepen samen": "all", "both groups together": "all"}
        found = {arm_words(self.evidence, code)[self.lang].casefold(): code for code in codes} | both
        return found[words.casefold()]

    def moment(self, words: str) -> str:
        """The moment that is called so."""
        codes = {code for frame in self.evidence.results.values() for code in frame["time"].unique() if code}
        return {moment_words(code)[self.lang].casefold(): code for code in codes}[words.casefold()]

    def is_(self, text: str, number: float) -> bool:
        """Whether a printed number is this one, rounded."""
        return rounds_to(text, number, self.lang)


Check = Callable[[Read, dict[str, str], str], None]


def received(read: Read, said: dict[str, str], _: str) -> None:
    outcome = read.evidence.select("flow", measure="analysed", arm="all").iloc[0]["outcome"]
    moment = re.search(r"\((.+)\)", said["when"])
    time = read.moment(moment.group(1)) if moment else ""
    for name in ("received", "analysed"):
        assert read.is_(
            said[name], read.row("flow", measure=name, arm="all", outcome=main(read, outcome), time=time)["estimate"]
        )


def missing(read: Read, said: dict[str, str], _: str) -> None:
    at = {"outcome": main(read), "time": read.moment(said["moment"]), "arm": "all"}
    assert read.is_(said["missing"], lost(read, at))


def lost(read: Read, at: dict[str, str]) -> float:
    """The share that does not count: as the analysis of drop-out has it, otherwise as the counts of the flow do."""
    told = read.row("attrition", measure="attrition_overall", **at)["estimate"]
    if told == told:
        return told
    analysed, eligible = (read.row("flow", measure=measure, **at)["estimate"] for measure in ("analysed", "eligible"))
    return 1 - analysed / eligible


def smallest(read: Read, said: dict[str, str], _: str) -> None:
    rows = read.evidence.select("flow", measure="analysed", outcome=main(read), time=read.moment(said["moment"]))
    sizes = rows[rows["arm"] != "all"]["estimate"].dropna() if len(rows) > 1 else rows["estimate"]
    assert read.is_(said["n"], sizes.min())


def changed(read: Read, said: dict[str, str], context: str) -> None:
    """One group: size, direction and limits of the change, and g; by provider where that is said."""
    clustered = "provider" in said["rest"] or "aanbieder" in said["rest"]
    pairs = re.search(r"; (?:ongeveer |about )?([\d.,]+) ", said["rest"])
    assert pairs is None or read.is_(pairs.group(1), counted(read, said, context))
    at = {"arm": read.arm(said["arm"]), "outcome": main(read), "time": read.moment(context.partition(":")[0])}
    row = read.row("change", measure="mean_change_clustered" if clustered else "mean_change", **at)
    fell = said["way"] in ("omlaag", "down")
    sign = -1 if fell else 1
    assert read.is_(said["size"], sign * row["estimate"]) and (not said["way"] or sign * row["estimate"] > 0)
    limits = sorted((sign * row["ci_low"], sign * row["ci_high"]))
    assert read.is_(said["low"], limits[0]) and read.is_(said["high"], limits[1])
    assert bool(said["way"]) == (limits[0] > 0)
    g = read.row("change", measure="g_clustered" if clustered else "g", **at)
    assert all(
        read.is_(said[name], g[column]) for name, column in (("g", "estimate"), ("g_low", "ci_low"), ("g_high", "ci_high"))
    )


def counted(read: Read, said: dict[str, str], context: str) -> float:
    """How many have both measurements, as the response counts them."""
    at = {"arm": read.arm(said["arm"]), "outcome": main(read), "time": read.moment(context.partition(":")[0])}
    flow_rows = read.evidence.select("flow", measure="analysed", **at).to_dict("records")
    number = flow_rows[0]["estimate"] if flow_rows else float("nan")
    return number if number == number else read.row("change", measure="n_pairs", **at)["estimate"]


def fared(read: Read, said: dict[str, str], context: str) -> None:
    """Recovered and deteriorated, which may be rounded together with the other classes."""
    group = re.search(r"(?:[Bb]ij|[Ww]ith) (.+?) (?:ging|veranderde|the score)", context).group(1)
    whole = ("alle jongeren samen", "alle deelnemers samen", "all young people together", "all participants together")
    arm = "all" if group in whole else read.arm(group)
    at = {"arm": arm, "outcome": main(read), "time": read.moment(context.partition(":")[0])}
    for name in {"recovered", "deteriorated"} & set(said):
        assert abs(value(said[name], read.lang) - read.row("change", measure=name, **at)["estimate"]) <= 0.121


def pooled(read: Read, said: dict[str, str], _: str) -> None:
    """Over the providers together, at another one, and how much of the spread is no chance; each at the first moment with a number."""
    lead = read.evidence.record.plan.comparison
    rows = read.evidence.select("pooling", outcome=main(read), subgroup="", arm=lead.arms[0] if lead else "all")
    asked = {"value": "pooled_effect", "i2": "i2"}
    for name, measure in asked.items():
        assert name not in said or any(read.is_(said[name], value) for value in rows[rows["measure"] == measure]["estimate"])
    low, high = re.findall(NUMBER, said["limits"])
    assert any(read.is_(low, row["ci_low"]) and read.is_(high, row["ci_high"]) for row in rows.to_dict("records"))


def stopped(read: Read, said: dict[str, str], _: str) -> None:
    """Which share of each group stopped early."""
    for part in said["parts"].split("; "):
        arm, share, low, high = re.fullmatch(rf"(.+?) ({NUMBER}) \(({NUMBER}) (?:tot|to) ({NUMBER})\)", part).groups()
        rows = read.rows("indicators", measure="dropped_out", arm=read.arm(arm), time="")
        assert read.is_(share, rows[0]["estimate"])
        assert any(read.is_(low, row["ci_low"]) and read.is_(high, row["ci_high"]) for row in rows)


def followed(read: Read, said: dict[str, str], _: str) -> None:
    assert read.is_(said["n"], read.row("flow", measure="analysed", arm="all", outcome=event(read), time="")["estimate"])


def advised_missing(read: Read, said: dict[str, str], _: str) -> None:
    times = read.evidence.select("flow", measure="analysed", arm="all", outcome=main(read))["time"].unique()
    assert read.is_(said["missing"], max(lost(read, {"outcome": main(read), "time": time, "arm": "all"}) for time in times))


def advised_small(read: Read, said: dict[str, str], _: str) -> None:
    rows = read.evidence.select("flow", measure="analysed")
    comparison = read.evidence.record.plan.comparison
    rows = rows[(rows["outcome"] == main(read)) & rows["arm"].isin(comparison.arms if comparison else ("all",))]
    assert read.is_(said["n"], rows["estimate"].min())


def advised_unknown(read: Read, said: dict[str, str], _: str) -> None:
    rows = read.evidence.select("baseline", measure="share", arm="all", subgroup=("unknown", "missing"))
    assert abs(value(said["share"], read.lang) - rows.groupby("outcome")["estimate"].sum().max()) <= 0.121


def repairs(read: Read, said: dict[str, str], _: str) -> None:
    """How many rows stand behind what is asked to prevent."""
    found = read.evidence.record.findings
    for part in said["titles"].split("; "):
        title, rows = re.fullmatch(rf"(.+) \(({NUMBER}) (?:regels|rows)\)", part).groups()
        mine = [one.rows or 0 for one in found if one.title.words[read.lang].casefold() == title.casefold()]
        assert read.is_(rows, sum(mine))


def least_asked(read: Read, said: dict[str, str], _: str) -> None:
    assert read.is_(said["least"], float(read.evidence.record.plan.gates.smallest_measured))


def gate_told(read: Read, said: dict[str, str], _: str) -> None:
    """What was found and allowed stands so in a condition that did not hold."""
    gates = [gate for gate in read.evidence.record.gates if not gate.open and gate.found is not None]
    assert any(
        read.is_(said["found"], found) and ("allowed" not in said or read.is_(said["allowed"], gate.allowed))
        for gate in gates
        for found in {gate.found, *([1 - dropped_out(read, gate)] if gate.name == "smallest_measured" else [])}
    )


def _without_found(words: Words) -> Words:
    """As it stands for several lines of a table at once."""
    return Words(*(re.sub(r"\([^();]*; ", "(", words[lang]) for lang in ("nl", "en")))


def gate_asked(read: Read, said: dict[str, str], _: str) -> None:
    if "allowed" in said and "found" not in said:
        assert any(gate.allowed is not None and read.is_(said["allowed"], gate.allowed) for gate in read.evidence.record.gates)


def dropped_out(read: Read, gate) -> float:
    at = {"outcome": gate.outcome, "time": gate.time, "arm": "all"}
    return read.row("attrition", measure="attrition_overall", **at)["estimate"]


def apart(read: Read, said: dict[str, str], context: str) -> None:
    pair = f"{read.arm(said['a'])} - {read.arm(said['b'])}"
    at = {"arm": pair, "outcome": main(read), "time": read.moment(context.partition(":")[0])}
    row = read.row("change", measure="adjusted_difference", **at)
    sign = -1 if said["way"] in ("lager", "lower") else 1
    assert read.is_(said.get("size", "0"), sign * row["estimate"])
    limits = sorted((sign * row["ci_low"], sign * row["ci_high"]))
    assert read.is_(said["low"], limits[0]) and read.is_(said["high"], limits[1])


def without(read: Read, said: dict[str, str], _: str) -> None:
    """The share without an event of each group; the second may be brought to the first minus their difference."""
    at = {"measure": "survival", "time": said["week"], "outcome": event(read)}
    named = re.findall(rf"(?:bij|with) (.+?) ({NUMBER}) \(({NUMBER}) (?:tot|to) ({NUMBER})\)", said["arms"])
    assert [read.arm(arm) for arm, *_ in named] == list(read.evidence.record.plan.comparison.arms)
    for arm, share, low, high in named:
        rows = read.rows("revictimisation", arm=read.arm(arm), **at)
        assert rounds_to(share, rows[0]["estimate"], read.lang, units=1 + 1e-6)
        assert any(read.is_(low, row["ci_low"]) and read.is_(high, row["ci_high"]) for row in rows)


def points(read: Read, said: dict[str, str], context: str) -> None:
    """A difference of shares, and that it is the difference of the two that are printed beside it."""
    week = re.search(r"week (\d+)", context).group(1)
    pair = f"{read.arm(said['a'])} - {read.arm(said['b'])}"
    row = read.row("revictimisation", measure="survival_difference", arm=pair, time=week, outcome=event(read))
    sign = 1 if re.search("hoger|higher", said["said"]) else -1
    assert read.is_(said["size"], sign * row["estimate"] * 100)
    first, second = (value(found, read.lang) for found in re.findall(rf"({NUMBER}%) \(", context)[:2])
    assert round(100 * (first - second)) == sign * round(value(said["size"], read.lang))


def still_followed(read: Read, said: dict[str, str], _: str) -> None:
    at = {"measure": "at_risk", "arm": "all", "time": said["week"], "outcome": event(read)}
    assert read.is_(said["n"], read.row("revictimisation", **at)["estimate"])


def gates_counted(read: Read, said: dict[str, str], _: str) -> None:
    gates = read.evidence.record.gates
    assert int(said["n"]) == len(gates)
    if "k" in said:
        assert int(said["k"]) == sum(not gate.open for gate in gates)


def ways_of_missing(read: Read, said: dict[str, str], _: str) -> None:
    moment = read.moment(said["moment"])
    rows = read.evidence.select("missing_data", time=moment, outcome=main(read))
    rows = rows[
        rows["measure"].str.endswith("_change")
        & rows["subgroup"].isin(["complete cases", "mixed model", "multiple imputation"])
    ]
    pairs = rows[rows["arm"].str.contains(" - ")]
    found = (pairs if len(pairs) else rows[rows["arm"] == "all"])["estimate"].dropna()
    assert int(said["n"]) == len(found)
    assert read.is_(said["low"], found.min()) and read.is_(said.get("high", said["low"]), found.max())


def largest_at_start(read: Read, said: dict[str, str], _: str) -> None:
    rows = read.evidence.select("baseline", measure="smd_baseline").dropna(subset="estimate")
    assert int(said["n"]) == len(rows) and read.is_(said["size"], rows["estimate"].abs().max())


def lower_by(read: Read, said: dict[str, str], _: str) -> None:
    rows = read.evidence.select("competing_events", arm="all", outcome=event(read), subgroup="").dropna(subset="estimate")
    found = {(row["measure"], row["time"]): 100 * row["estimate"] for row in rows.to_dict("records")}
    weeks = [week for measure, week in found if measure == "one_minus_survival" and ("cumulative_incidence", week) in found]
    most = max(found["one_minus_survival", week] - found["cumulative_incidence", week] for week in weeks)
    # one of both is printed as what the curve leaves, whose bands are others
    assert abs(value(said["size"], read.lang) - most) <= 2


def threshold(read: Read, said: dict[str, str], _: str) -> None:
    assert int(said["threshold"]) == read.evidence.record.release.threshold


def sentences(lang: Lang) -> list[tuple[re.Pattern[str], Check]]:
    """Every sentence with numbers that a report can have, and who recomputes it."""
    group = r"(?P<arm>(?!alle )[^.:]+?)"
    whose = rf"(?:bij|with) {group}"
    moved = {"nl": rf"{whose} (?:ging|veranderde) de score gemiddeld (?P<size>{NUMBER}) punten ?(?P<way>omhoog|omlaag|)"}
    moved["en"] = rf"{whose} the score (?:went|changed) ?(?P<way>up|down|) by (?P<size>{NUMBER}) points on average"
    limits = rf" \(95%.interval (?P<low>{NUMBER}) (?:tot|to) (?P<high>{NUMBER})"
    effect = rf"(?P<rest>.*?) g = (?P<g>{NUMBER}) \((?P<g_low>{NUMBER}) (?:tot|to) (?P<g_high>{NUMBER})\)"
    size = {"size": NUMBER, "way": ANY, "a": ANY, "b": ANY}
    people = {"people": ANY, "about": "ongeveer |about |"}
    limits_of = rf"{NUMBER} (?:tot|to) {NUMBER}"
    told = {"found": NUMBER, "allowed": NUMBER, "on": r"[^()]*?", "people": r"[a-z ]+?"}
    return [
        (template(flow.FOUND, lang, when=r"[^.]*" if lang == "en" else ".*?", **people), received),
        (template(flow.MISSING, lang, moment=ANY, **people), missing),
        (template(flow.SMALL, lang, moment=ANY, **people), smallest),
        (template(flow.SMALL_WHOLE, lang, moment=ANY, **people), smallest),
        (re.compile(moved[lang] + limits + effect, re.I), changed),
        (re.compile(template(change.BETWEEN, lang, **size).pattern + limits, re.I), apart),
        (re.compile(template(change.EQUAL, lang, a=ANY, b=ANY).pattern + limits, re.I), apart),
        (template(answers.FARED, lang), fared),
        (template(answers.RECOVERED, lang), fared),
        (template(answers.DETERIORATED, lang), fared),
        *[
            (template(words, lang, outcome=ANY, moment=ANY, arm=ANY, limits=limits_of), pooled)
            for words in (pooling.TOGETHER, pooling.ELSEWHERE, pooling.NEXT, pooling.APART)
        ],
        (template(flow.ENDED, lang, parts=r"[^.]*"), stopped),
        (template(curve.FOLLOWED, lang, **people), followed),
        (template(advice.MEASURE, lang, outcome=ANY, moment=ANY, **people), advised_missing),
        (template(advice.REPAIR, lang, titles=r"[^.]*"), repairs),
        (template(advice.ASKED, lang), least_asked),
        (template(advice.SMALL, lang, **people), advised_small),
        (template(advice.UNKNOWN, lang, what=ANY, about="ongeveer |about |"), advised_unknown),
        *[(template(words, lang, **told), gate_told) for words in closed.FAILS.values()],
        *[(template(_without_found(words), lang, **told), gate_asked) for words in closed.FAILS.values()],
        (template(curve.AT_OF_ARMS, lang, week=r"\d+", event=ANY, arms=ANY + r"\)(?=\.)"), without),
        *[
            (
                re.compile(
                    template(curve.MORE[more], lang, a=ANY, b=ANY, size=NUMBER).pattern + r" \(95%.interval [^)]+\)", re.I
                ),
                points,
            )
            for more in (True, False)
        ],
        (template(revictimisation.LEFT, lang, week=r"\d+", n=NUMBER, **people), still_followed),
        (template(revictimisation.FLAT, lang, threshold=r"\d+"), threshold),
        *[
            (template(words, lang, n=r"\d+", k=r"\d+", untold=".*?"), gates_counted)
            for words in (conditions.ALL_HELD, conditions.SOME)
        ],
        *[
            (template(words, lang, n=r"\d+", what=ANY, outcome=ANY, moment=r"[^()]+"), ways_of_missing)
            for words in (missing_data.RANGE, missing_data.SAME)
        ],
        (template(baseline.LARGEST, lang, n=r"\d+", what=ANY), largest_at_start),
        (template(competing_events.LOWER, lang), lower_by),
        (template(first_page.ROUNDED, lang, threshold=r"\d+", people=ANY), threshold),
        (re.compile(r"(?:minder dan|fewer than) (?P<threshold>\d+)"), threshold),
    ]


def main(read: Read, otherwise: str = "") -> str:
    """The plan's primary outcome."""
    plan = read.evidence.record.plan
    primary = [f"{measure.instrument}:{measure.informant}" for measure in plan.measures if measure.primary]
    return primary[0] if primary else otherwise or event(read)


def event(read: Read) -> str:
    return "+".join(read.evidence.record.plan.events.event)
