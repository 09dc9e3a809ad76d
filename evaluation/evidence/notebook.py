"""Evidence in a notebook: rows that refuse what is not there, one tidy frame, the report's figures, and the first page as it shows itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data_schemas import evidence as ground
from data_schemas.evidence import Lang, Words
from data_schemas.showing import card, listed, prose
from evaluation.evidence.figure import Figure
from evaluation.failures import CannotRead, WrongUse, no_such
from evaluation.installation.extras import needs
from evaluation.output.files import given_path

Wanted = str | int | Iterable[str | int] | None

_NAMES = {
    "outcome": Words("uitkomst", "outcome"),
    "measure": Words("maat", "measure"),
    "arm": Words("groep", "arm"),
    "subgroup": Words("subgroep", "subgroup"),
    "time": Words("moment", "time"),
    "status": Words("status", "status"),
}
# the columns of which a code has words
_NAMED = ("analysis", "outcome", "measure", "arm", "subgroup", "time")
_ANALYSIS = Words("analyse", "analysis")
_LANG = Words("taal", "language")
_RESULTS = Words("Resultaten", "Results")
_HOW_SURE = Words("**Hoe zeker is dat?**", "**How sure is that?**")
_ANALYSES = Words(
    "Analyses: {names}. Cijfers: rows(...) of tidy(); een figuur: figure(...).",
    "Analyses: {names}. Numbers: rows(...) or tidy(); a figure: figure(...).",
)
# what refers to another part of a report leads nowhere in a notebook
_REFERENCE = re.compile(r"\[[^\[\]]*\]\{\.refers\}")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evidence(ground.Evidence):
    """An evidence folder in memory, for a researcher: what is asked for and is not there is an error, not an empty frame.

    `record` holds the plan, the hashes, the deviations and what was held back; `results` one data frame per analysis.
    """

    def rows(
        self,
        analysis: str,
        *,
        outcome: Wanted = None,
        measure: Wanted = None,
        arm: Wanted = None,
        subgroup: Wanted = None,
        time: Wanted = None,
        status: Wanted = None,
    ) -> pd.DataFrame:
        """The rows of one analysis that have the given values: one value, or several in a list or tuple.

        Raises
        ------
        evaluation.failures.WrongUse
            The analysis was not run, a value does not occur in it, or no row has all of them together. The message names what
            there is.
        """
        if analysis not in self.results:
            raise no_such(_ANALYSIS, analysis, self.results)
        frame = self.results[analysis]
        given = {"outcome": outcome, "measure": measure, "arm": arm, "subgroup": subgroup, "time": time, "status": status}
        asked = {column: _values(wanted) for column, wanted in given.items() if wanted is not None}
        for column, values in asked.items():
            known = frame[column].unique()
            for value in values:
                if value not in known:
                    raise no_such(_NAMES[column], value, known, Words(f" in {analysis}", f" in {analysis}"))
        found = frame
        for column, values in asked.items():
            left = found[found[column].isin(values)]
            if left.empty:
                raise _not_together(column, values, found[column].unique())
            found = left
        return found

    def tidy(self, words: Lang | None = None) -> pd.DataFrame:
        """All analyses under each other in one frame, a row per number.

        Parameters
        ----------
        words
            `"nl"` or `"en"`: also give columns `analysis_words`, `outcome_words`, `measure_words`, `arm_words`, `subgroup_words`
            and `time_words`, as the report calls them.
        """
        frames = [frame for _, frame in sorted(self.results.items()) if len(frame)]
        whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(ground.RESULT_COLUMNS))
        return whole if words is None else whole.assign(**_words(self, whole, _known_lang(words)))

    def figure(self, analysis: str, outcome: str, *, time: str | int | None = None, lang: Lang = "en") -> Figure:
        """The report's figure of one outcome of an analysis; `time` chooses where there is one per moment.

        Raises
        ------
        evaluation.failures.WrongUse
            There is no such analysis or outcome, the analysis has no figure, or too little may be shown to draw one.
        """
        needs("reports")
        from reports.answers import drawable, pictures
        from reports.text.agreeing import agreed

        where = {} if time is None else {"time": time}
        rows = self.rows(analysis, outcome=outcome, **where)
        if analysis not in drawable():
            have = ", ".join(name for name in drawable() if name in self.results)
            raise WrongUse(
                Words(
                    f"Het rapport heeft geen figuur bij {analysis}. Wel bij: {have}.",
                    f"The report has no figure of {analysis}. It has of: {have}.",
                )
            )
        seen = agreed(ground.Evidence(self.record, self.results))
        found = pictures(seen, _known_lang(lang), analysis, outcome, "" if time is None else str(time))
        if not found:
            raise WrongUse(
                Words(
                    f"Van {analysis}, {outcome} is er te weinig om te tekenen: de cijfers zijn achtergehouden of niet te schatten.",
                    f"There is too little to draw of {analysis}, {outcome}: the numbers are held back or not estimable.",
                )
            )
        if len(found) > 1:
            times = ", ".join(dict.fromkeys(rows["time"]))
            raise WrongUse(Words(f"Kies een moment met time: {times}.", f"Choose a moment with time: {times}."))
        drawn = found[0]
        caption, alt = (re.sub(r"\\(.)", r"\1", text) for text in (drawn.caption, drawn.alt))
        return Figure(caption, alt, drawn.png, private=self.record.edition != "released")

    def html(self, lang: Lang = "en") -> str:
        """The first page of the report as HTML for a notebook: the question, what was found, and how sure that is."""
        from reports import first_page
        from reports.text.agreeing import agreed
        from reports.text.vocabulary import analysis_words

        seen = agreed(ground.Evidence(self.record, self.results))
        marks = [first_page.STATUS[name][lang] for name in first_page.statuses(seen)]
        names = ", ".join(
            f"{name} ({analysis_words(name)[lang]})" for name, frame in sorted(self.results.items()) if len(frame)
        )
        return card(
            " · ".join([f"{_RESULTS[lang]}: {' '.join(self.record.plan.title.split())}", *marks]),
            [
                *(prose(_REFERENCE.sub("", first_page.question(seen, lang).markdown())),),
                listed(_REFERENCE.sub("", sentence) for sentence in first_page.findings(seen, lang)),
                prose(_HOW_SURE[lang]),
                listed(_REFERENCE.sub("", sentence) for sentence in first_page.reservations(seen, lang)),
            ],
            note=_ANALYSES.fill(names=names)[lang],
        )

    def __repr__(self) -> str:
        names = ", ".join(name for name, frame in sorted(self.results.items()) if len(frame))
        return f"<Evidence {' '.join(self.record.plan.title.split())!r}, {self.record.edition}: {names}>"

    def _repr_html_(self) -> str:
        return self.html()


def read_evidence(folder: str | Path) -> Evidence:
    """Read an evidence folder.

    Raises
    ------
    evaluation.failures.CannotRead
        It is not there, or a file in it has not the promised form.
    """
    folder = given_path(folder, Words("een map met resultaten", "an evidence folder"))
    try:
        read = ground.read_evidence(folder)
    except (OSError, ValueError):
        name = folder.name
        raise CannotRead(
            Words(
                f"{name} is geen hele map met resultaten. Maak haar met: evaluation run",
                f"{name} is not a whole evidence folder. Make one with: evaluation run",
            )
        ) from None
    return Evidence(read.record, read.results)


def _values(wanted: Wanted) -> list[str]:
    return [str(value) for value in ([wanted] if isinstance(wanted, str | int) else wanted)]


def _not_together(column: str, values: list[str], left: Iterable[str]) -> WrongUse:
    return no_such(
        _NAMES[column],
        ", ".join(values),
        left,
        Words(" bij de andere waarden die u noemt", " with the other values that you name"),
    )


def _known_lang(lang: str) -> Lang:
    if lang not in ground.LANGS:
        raise no_such(_LANG, lang, ground.LANGS)
    return lang


def _words(evidence: ground.Evidence, rows: pd.DataFrame, lang: Lang) -> dict[str, pd.Series]:
    """Each code looked up once."""
    from reports.text import vocabulary

    of = {
        "analysis": vocabulary.analysis_words,
        "outcome": lambda code: vocabulary.outcome_words(evidence, code) if code else Words("", ""),
        "measure": lambda code: vocabulary.measure_words(evidence, code),
        "arm": lambda code: vocabulary.arm_words(evidence, code),
        "time": lambda code: vocabulary.moment_words(code) if code else Words("", ""),
    }
    told = {column: rows[column].map({code: look(code)[lang] for code in rows[column].unique()}) for column, look in of.items()}
    pairs = pd.MultiIndex.from_frame(rows[["outcome", "subgroup"]])
    names = {pair: vocabulary.subgroup_words(*pair)[lang] if pair[1] else "" for pair in pairs.unique()}
    told["subgroup"] = pd.Series(pairs.map(names), index=rows.index, dtype="str")
    return {f"{column}_words": told[column] for column in _NAMED}
