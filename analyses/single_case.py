"""Single-case studies: repeated measurements before and during treatment, client by client, answered for groups only.

Week 1 is the first week of treatment, so the baseline phase is every week before it. Scores are turned: + is improvement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import comb

from analyses.shared.cohort import Cohort
from analyses.shared.recording import UNBOUNDED, fields, share, why, within
from analyses.statistics.change.paired_change import mean_with_interval
from analyses.statistics.single_case.autocorrelation import autocorrelation
from analyses.statistics.single_case.baseline_corrected_tau import CorrectedTau, baseline_corrected_tau
from analyses.statistics.single_case.log_response_ratio import log_response_ratio
from analyses.statistics.single_case.nonoverlap import nonoverlap
from analyses.statistics.single_case.phases import Phases, phases
from analyses.statistics.single_case.piecewise_model import piecewise_model
from analyses.statistics.single_case.randomisation_test import randomisation_test
from analyses.statistics.single_case.tau_u import tau_u
from data_schemas.plan import Plan, SingleCase
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "single_case"
MEASURES = {
    "single_case_analysed": Declared(
        "count", Words("cliënten met genoeg metingen", "clients with enough measurements"), "count"
    ),
    "single_case_too_few_baseline": Declared(
        "count", Words("te weinig metingen voor de start", "too few measurements before the start"), "count"
    ),
    "single_case_too_few_treatment": Declared(
        "count", Words("te weinig metingen na de start", "too few measurements after the start"), "count"
    ),
    "nap": Declared("magnitude", Words("niet-overlap van alle paren (NAP)", "nonoverlap of all pairs (NAP)"), "effect"),
    "tau_u": Declared("magnitude", Words("Tau-U", "Tau-U"), "effect"),
    "tau_baseline_corrected": Declared("magnitude", Words("Tau, gecorrigeerd voor trend", "baseline-corrected Tau"), "effect"),
    "log_response_ratio": Declared("magnitude", Words("log van de verhouding", "log response ratio"), "effect"),
    "autocorrelation": Declared("magnitude", Words("autocorrelatie", "autocorrelation"), "effect"),
    "phase_difference": Declared("magnitude", Words("verschil tussen de fasen", "difference between phases"), "score"),
    "level_change": Declared("model", Words("sprong bij de start", "change in level at the start"), "score"),
    "slope_change": Declared("model", Words("verandering van trend per week", "change in trend per week"), "score"),
    "single_case_responders": Declared("share", Words("aantoonbaar verbeterd", "reliably improved"), "share"),
    "single_case_worsened": Declared("share", Words("aantoonbaar verslechterd", "reliably worsened"), "share"),
    "single_case_undecidable": Declared("share", Words("te kort gemeten om iets aan te tonen", "too short to show"), "share"),
}
_MEAN = "; mean over clients, t interval and test over clients, each client counts once; + is improvement"
_FEWEST = "; clients with at least {before} measurements before and {during} from the start of treatment on"
_NAP = "share of pairs of measurements in which the one during treatment is better, ties half, 0.5 is no effect" + _MEAN
_TAU = "A against B, 2 NAP - 1 (Parker et al. 2011)" + _MEAN
_TAU_TREND = "A against B - trend A, over the number of pairs A x B (Parker et al. 2011)" + _MEAN
_CORRECTED = (
    "Kendall tau-b of score and phase, Theil-Sen line of the baseline taken off when Kendall's test of it has p <= 0.05 (Tarlow "
    "2017)" + _MEAN
)
_RATIO = "log of mean during treatment over mean at baseline, bias-corrected (Pustejovsky 2018)" + _MEAN
_AUTO = (
    "lag 1 of deviations from the mean of the phase; mean over clients, t interval over clients; about -1/n is none; well above "
    "it, tests that take measurements of one client as independent find too much"
)
_RANDOM = (
    "mean during treatment minus mean at baseline, + is improvement; mean over clients; randomisation test over all possible starts, "
    "exact or {permutations} draws with the seed of the plan; valid as a test only where the start was drawn by lot"
)
_PIECEWISE = (
    "multilevel piecewise regression by REML, {random}; + is improvement; t interval and test, Kenward-Roger; errors within "
    "clients taken as independent"
)
_RESPONDERS = (
    "baseline-corrected Tau {sign} 0 with a two-sided p < 0.05 within the client, exact without ties or with at most 16 measurements; "
    "measurements of one client taken as independent; exact interval"
)
_UNDECIDABLE = "clients for whom even a perfect difference between phases would have p >= 0.05; exact interval"
SIGNIFICANCE = 0.05


def wanted(plan: Plan) -> bool:
    """When the plan has a section on single cases."""
    return plan.single_case is not None


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """Everyone measured repeatedly: series, arm per client, and why a client cannot be used (0: can)."""

    given: Phases
    sign: int
    arm: np.ndarray
    loss: np.ndarray


def run(cohort: Cohort, plan: Plan) -> Result:
    """Everyone together and each arm; never a client."""
    asked = plan.single_case
    series = _series(cohort, asked)
    base = {"outcome": f"{asked.instrument}:{asked.informant}"}
    records = []
    for arm, who in _groups(cohort, series):
        part, reason = _usable(series, who)
        records += [base | {"arm": arm} | record for record in _estimates(cohort, plan, series, part, reason)]
    tallies = (_flow_tally(cohort, base, series), _responder_tally(cohort, base, series, asked))
    return Result(NAME, MEASURES, rows(NAME, records), tallies)


def _series(cohort: Cohort, asked: SingleCase) -> _Series:
    table = cohort.measurements
    mine = table[
        (table["instrument"] == asked.instrument) & (table["informant"] == asked.informant) & (table["moment"] == "repeated")
    ]
    week = mine["week"].to_numpy(dtype=float, na_value=np.nan)
    better = cohort.instruments[asked.instrument].higher_is_better
    given = phases(mine["person"].to_numpy(), week, mine["score"].to_numpy(dtype=float), 1.0, better)
    before, during = given.baseline_points, given.treatment_points
    loss = np.select([before < asked.minimum_baseline, during < asked.minimum_treatment], [1, 2], 0)
    return _Series(given, 1 if better else -1, cohort.arm_codes[given.labels.astype(np.int64)], loss)


def _groups(cohort: Cohort, series: _Series) -> Iterator[tuple[str, np.ndarray]]:
    yield "all", np.ones(series.given.clients, bool)
    if len(cohort.arms) > 1:
        for code, arm in enumerate(cohort.arms):
            yield arm, series.arm == code


def _usable(series: _Series, who: np.ndarray) -> tuple[Phases, str | None]:
    """The clients with enough measurements; when there are none, what most of them lack."""
    part = series.given.only(who & (series.loss == 0))
    if part.clients:
        return part, None
    lost = series.loss[who]
    if not len(lost):
        return part, "empty_group"
    return part, "too_few_baseline" if (lost == 1).sum() >= (lost == 2).sum() else "too_few_treatment"


def _estimates(cohort: Cohort, plan: Plan, series: _Series, part: Phases, reason: str | None) -> Iterator[dict]:
    asked = plan.single_case
    fewest = _FEWEST.format(before=asked.minimum_baseline, during=asked.minimum_treatment)
    for measure, subgroup, unit, method, value, tested, scale in _MEANS:
        record = {"measure": measure, "subgroup": subgroup, "unit": unit, "n": part.clients}
        values = value(part) if reason is None else np.empty(0)
        yield record | within(_mean(values, tested, method + fewest, reason), *scale)
    ratio = cohort.instruments[asked.instrument].ratio_scale
    values = _turned_ratio(series, part) if reason is None and ratio else np.empty(0)
    yield {"measure": "log_response_ratio", "unit": "log ratio", "n": part.clients} | _mean(
        values, 0.0, _RATIO + fewest, reason if ratio else "not_ratio_scale"
    )
    yield _phase_difference(plan, part, fewest, reason)
    yield from _piecewise(part, fewest, reason)


def _turned_ratio(series: _Series, part: Phases) -> np.ndarray:
    """Log response ratios of the scores as they are, then turned so that + is improvement."""
    as_scored = Phases(part.client, part.week, series.sign * part.score, part.treated, part.labels)
    return series.sign * log_response_ratio(as_scored).estimate


def _mean(values: np.ndarray, tested: float | None, method: str, reason: str | None) -> dict:
    """Mean over the clients with a value, and a test of what it would be without an effect (None: no test)."""
    null = tested or 0.0
    known = values[~np.isnan(values)] - null
    if reason is None and not len(known):
        reason = "no_variance"
    sd = float(known.std(ddof=1)) if len(known) > 1 and np.ptp(known) > 1e-12 else 0.0
    found = mean_with_interval(float(known.mean()) if len(known) else np.nan, sd, len(known))
    return {
        "estimate": found.estimate + null,
        "std_error": found.std_error,
        "ci_low": found.ci_low + null,
        "ci_high": found.ci_high + null,
        "p_value": np.nan if tested is None else found.p_value,
        "df": found.df,
        "method": why(method, reason or found.reason),
    }


def _phase_difference(plan: Plan, part: Phases, fewest: str, reason: str | None) -> dict:
    asked = plan.single_case
    generator = np.random.default_rng([plan.seed, 1])
    found = randomisation_test(part, asked.minimum_baseline, asked.minimum_treatment, asked.permutations, generator)
    return {
        "measure": "phase_difference",
        "unit": "score",
        "n": part.clients,
        "estimate": found.estimate,
        "std_error": found.std_error,
        "p_value": found.p_value,
        "residual_df": part.clients - 1 if part.clients else np.nan,
        "method": why(_RANDOM.format(permutations=asked.permutations) + fewest, reason or found.reason),
    }


def _piecewise(part: Phases, fewest: str, reason: str | None) -> Iterator[dict]:
    found = piecewise_model(part)
    random = (
        f"random intercept and effect where effects differ [here {'with' if found.varies else 'without'} an effect of each]"
    )
    method = _PIECEWISE.format(random=random) + fewest
    for measure, answer, unit in (("level_change", found.level, "score"), ("slope_change", found.slope, "score per week")):
        record = {"measure": measure, "unit": unit, "n": part.clients} | fields(answer, method)
        yield record | ({"method": why(method, reason)} if reason else {})


def _flow_tally(cohort: Cohort, base: dict, series: _Series) -> Tally:
    names = ("single_case_analysed", "single_case_too_few_baseline", "single_case_too_few_treatment")
    counts = np.bincount(series.arm * 3 + series.loss, minlength=len(cohort.arms) * 3)

    def derive(counts: np.ndarray) -> list[Record]:
        return [
            base | {"measure": name, "arm": arm, "estimate": count, "n": count, "unit": "people", "method": "count"}
            for arm, group in _with_all(cohort.arms, counts.reshape(-1, 3))
            for name, count in zip(names, group)
        ]

    labels = tuple(f"{arm}/{name}" for arm in cohort.arms for name in names)
    return Tally(counts, derive, labels, parts={"single_case": np.tile([True, False, False], len(cohort.arms))})


def _responder_tally(cohort: Cohort, base: dict, series: _Series, asked: SingleCase) -> Tally:
    usable = series.loss == 0
    part = series.given.only(usable)
    kind = _responses(part, baseline_corrected_tau(part)) if part.clients else np.empty(0, np.int64)
    counts = np.bincount(series.arm[usable] * 4 + kind, minlength=len(cohort.arms) * 4)
    fewest = _FEWEST.format(before=asked.minimum_baseline, during=asked.minimum_treatment)
    shares = (
        ("single_case_responders", 0, _RESPONDERS.format(sign="above") + fewest),
        ("single_case_worsened", 1, _RESPONDERS.format(sign="below") + fewest),
        ("single_case_undecidable", 3, _UNDECIDABLE + fewest),
    )

    def derive(counts: np.ndarray) -> list[Record]:
        return [
            base | {"measure": measure, "arm": arm} | share(group[k], group.sum(), method)
            for arm, group in _with_all(cohort.arms, counts.reshape(-1, 4))
            for measure, k, method in shares
        ]

    kinds = ("responders", "worsened", "not_shown", "undecidable")
    return Tally(counts, derive, tuple(f"{arm}/{name}" for arm in cohort.arms for name in kinds), "single_case")


def _responses(part: Phases, found: CorrectedTau) -> np.ndarray:
    """Per client: 0 reliably improved, 1 reliably worsened, 2 not shown, 3 too few measurements to show anything."""
    shown = found.p_value < SIGNIFICANCE
    a, b = part.baseline_points, part.treatment_points
    undecidable = 2 / comb(a + b, a) >= SIGNIFICANCE
    # first: with many ties p is an approximation and could fall below what an exact one can be
    return np.select([undecidable, shown & (found.estimate > 0), shown & (found.estimate < 0)], [3, 0, 1], 2)


def _with_all(arms: tuple[str, ...], counts: np.ndarray) -> list[tuple[str, np.ndarray]]:
    return [("all", counts.sum(axis=0))] + list(zip(arms, counts)) * (len(arms) > 1)


_MEANS: tuple[tuple[str, str, str, str, Callable[[Phases], np.ndarray], float | None, tuple[float, float]], ...] = (
    ("nap", "", "share", _NAP, lambda part: nonoverlap(part).nap, 0.5, (0.0, 1.0)),
    ("tau_u", "without trend correction", "Tau", _TAU, lambda part: nonoverlap(part).tau, 0.0, (-1.0, 1.0)),
    ("tau_u", "with trend correction", "Tau", _TAU_TREND, tau_u, 0.0, UNBOUNDED),
    ("tau_baseline_corrected", "", "Tau", _CORRECTED, lambda part: baseline_corrected_tau(part).estimate, 0.0, (-1.0, 1.0)),
    ("autocorrelation", "", "correlation", _AUTO, autocorrelation, None, (-1.0, 1.0)),
)
