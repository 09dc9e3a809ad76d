"""Each person's class of change on one measure: which reliability, which cut-off, which method, and why not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.shared.cohort import Cohort
from analyses.shared.recording import share
from analyses.statistics.change.change_indices import INDICES
from analyses.statistics.change.clinical_cutoff import criterion_a, criterion_b, criterion_c
from analyses.statistics.change.reliable_change import CLASSES, change_classes, classes_by_index, difference_error
from data_schemas.instruments import Instrument, Norm, Reliability
from data_schemas.plan import Measure

NEEDS_CUTOFF = ("recovered", "never_clinical")
_NO_RELIABILITY = "Jacobson-Truax; no reliability of this instrument and informant was verified"
_ALL_PAIRS = "of all pairs at baseline"
_FORMULAS = {
    "edwards_nunnally": "Edwards-Nunnally: change from the estimated true score, beyond 2 standard errors of measurement",
    "gulliksen_lord_novick": "Gulliksen-Lord-Novick: later score against the one predicted from baseline, beyond 1.96 errors of prediction",
    "hsu_linn_lord": "Hsu-Linn-Lord: as Gulliksen-Lord-Novick around the later mean, so change beyond that of the group",
    "nunnally_kotsch": "Nunnally-Kotsch: change from the estimated true score, beyond 1.96 errors of both scores",
    "hageman_arrindell": "Hageman-Arrindell: change shrunk to that of the group by the reliability of the differences, beyond 1.65",
}


@dataclass(frozen=True, slots=True, eq=False)
class Cutoffs:
    """Cut-offs of one measure by criterion, those that can be had, and which of them lie outside the scale of the instrument.

    `sources` names all that the instrument has, whoever was measured.
    `used` names the first of published, c and a for which there is a source; that depends on the instrument alone, so that the words say
    nothing about these people.
    """

    values: dict[str, float]
    outside: frozenset[str]
    used: str
    words: str
    sources: frozenset[str]

    @property
    def value(self) -> float | None:
        """The cut-off in use; None when it lies outside the scale, where nobody could be, or needs scores that differ."""
        return None if self.used in self.outside else self.values.get(self.used)


@dataclass(frozen=True, slots=True, eq=False)
class Classified:
    """The class of each person as a number in `CLASSES`, the method in words, and the reason when nobody can be classed."""

    classes: np.ndarray
    method: str
    reason: str | None
    cutoffs: Cutoffs

    def told(self, name: str) -> tuple[str | None, str]:
        """Reason and method of one class."""
        if self.reason is None and name in NEEDS_CUTOFF and self.cutoffs.value is None:
            return "cutoff_outside_scale", self.method
        return self.reason, self.method


def cutoffs(instrument: Instrument, informant: str, before: np.ndarray) -> Cutoffs:
    """Published, else criterion c (norm and these young people), else a (these young people alone); b (norm alone) stands beside them.

    A published cut-off or a norm that lies outside the scale is passed over; criterion a can lie there whatever the instrument.
    """
    published, norm = instrument.cutoff(informant), instrument.norm(informant)
    better = instrument.higher_is_better
    spread = float(before.std(ddof=1)) if len(before) > 1 else 0.0
    values, words = {}, {}
    if published is not None:
        values["published"] = published.value
        words["published"] = f"published cut-off {published.value:g} ({published.source})"
    if norm is not None:
        words["c"] = f"criterion c between these young people at baseline and the norm ({_group(norm)})"
        values["b"] = criterion_b(norm.mean, norm.sd, better)
    if norm is not None and spread > 0:
        values["c"] = criterion_c(float(before.mean()), spread, norm.mean, norm.sd)
    if spread > 0:
        values["a"] = criterion_a(float(before.mean()), spread, better)
    words["a"] = "criterion a, two SDs beyond the mean of these young people at baseline, where that lies within the scale"
    outside = frozenset(name for name, value in values.items() if not _in_scale(instrument, value))
    sources = {"published": published is not None, "c": norm is not None and _in_scale(instrument, norm.mean)}
    used = next((name for name, given in sources.items() if given and name not in outside), "a")
    return Cutoffs(values, outside, used, words[used], frozenset(words) | ({"b"} if norm is not None else set()))


def _in_scale(instrument: Instrument, score: float) -> bool:
    low, high = instrument.minimum, instrument.maximum
    return (low is None or score >= low) and (high is None or score <= high)


def classify(cohort: Cohort, measure: Measure, before: np.ndarray, later: np.ndarray) -> Classified:
    """Jacobson and Truax; `reason` when no reliability was verified or the baseline does not vary."""
    instrument, limits, reliability, reason = _inputs(cohort, measure, before)
    unchanged = np.full(len(before), CLASSES.index("unchanged"))
    if reliability is None:
        return Classified(unchanged, _NO_RELIABILITY, reason, limits)
    method = (
        f"Jacobson-Truax 1991, |change| > 1.96 sqrt(2) SD sqrt(1 - r), SD {_ALL_PAIRS}, {_told(reliability)}; {limits.words}; "
        "exact interval"
    )
    if reason:
        return Classified(unchanged, method, reason, limits)
    error = difference_error(float(before.std(ddof=1)), reliability.value)
    classes = change_classes(before, later, error, limits.value, instrument.higher_is_better)
    return Classified(classes, method, None, limits)


def classify_by(cohort: Cohort, measure: Measure, name: str, before: np.ndarray, later: np.ndarray) -> Classified:
    """Another index of reliable change by its name in `INDICES`, with the same reliability and cut-off."""
    instrument, limits, reliability, reason = _inputs(cohort, measure, before)
    unchanged = np.full(len(before), CLASSES.index("unchanged"))
    if reliability is None:
        return Classified(unchanged, _FORMULAS[name], reason, limits)
    method = f"{_FORMULAS[name]}; SD {_ALL_PAIRS}, {_told(reliability)}; {limits.words}; exact interval"
    index = INDICES[name](before, later, reliability.value)
    if index.reason:
        return Classified(unchanged, method, index.reason, limits)
    classes = classes_by_index(index.statistic, before, later, limits.value, instrument.higher_is_better, index.critical)
    return Classified(classes, method, None, limits)


def clinical(limits: Cutoffs, instrument: Instrument, score: np.ndarray) -> np.ndarray:
    """Who is in the clinical range; nobody when there is no cut-off."""
    if limits.value is None:
        return np.zeros(len(score), bool)
    return score <= limits.value if instrument.higher_is_better else score >= limits.value


def class_share(found: Classified, name: str, count: float, total: float) -> dict:
    """The columns of a share of one class that `told` decides: nothing but the reason when it cannot be told."""
    reason, method = found.told(name)
    return share(count, total, f"of people with both scores; {method}", reason)


def _inputs(cohort: Cohort, measure: Measure, before: np.ndarray) -> tuple[Instrument, Cutoffs, Reliability | None, str | None]:
    instrument = cohort.instruments[measure.instrument]
    limits = cutoffs(instrument, measure.informant, before)
    reliability = instrument.reliability(measure.informant)
    if reliability is None:
        return instrument, limits, None, "no_verified_source"
    if len(before) < 2:
        return instrument, limits, reliability, "too_few" if len(before) else "empty_group"
    return instrument, limits, reliability, None if np.ptp(before) > 0 else "no_variance"


def _told(reliability: Reliability) -> str:
    return f"r = {reliability.value:g} ({reliability.kind}; {reliability.source})"


def _group(norm: Norm) -> str:
    return f"{norm.group}; {norm.source}" if norm.group else norm.source
