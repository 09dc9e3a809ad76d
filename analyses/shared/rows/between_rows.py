"""Rows about the difference between two arms that take no account of covariates: standardised, by means, and by ranks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.certainty import certainty
from analyses.shared.recording import fields
from analyses.statistics.change.between_effect import (
    difference_by_pooled_sd,
    difference_by_pooled_sd_exact,
    difference_of_changes,
    difference_of_changes_exact_variance,
    hedges_g_exact,
)
from analyses.statistics.change.hodges_lehmann import shift_between
from analyses.statistics.change.paired_change import paired_moments
from analyses.statistics.change.rank_comparison import cliffs_delta, mann_whitney
from analyses.statistics.change.welch import welch
from data_schemas.result import Declared
from data_schemas.words import Words

BETWEEN_MEASURES = {
    "g_between": Declared("magnitude", Words("verschil tussen de groepen, g", "difference between arms, g"), "effect"),
    "g_between_exact": Declared(
        "magnitude", Words("g tussen groepen, exact interval", "g between arms, exact interval"), "effect"
    ),
    "d_between_exact": Declared(
        "magnitude", Words("d tussen groepen, exact interval", "d between arms, exact interval"), "effect"
    ),
    "d_ppc2": Declared("magnitude", Words("verschil in verandering, d", "difference in change, d"), "effect"),
    "d_ppc2_morris": Declared(
        "magnitude",
        Words("verschil in verandering, d, variantie van Morris", "difference in change, d, Morris' variance"),
        "effect",
    ),
    "change_difference_welch": Declared(
        "model", Words("verschil in verandering, Welch", "difference in change, Welch"), "score"
    ),
    "change_difference_hodges_lehmann": Declared(
        "magnitude", Words("verschuiving van de veranderingen, Hodges-Lehmann", "shift of the changes, Hodges-Lehmann"), "score"
    ),
    "mann_whitney": Declared("test", Words("Mann-Whitneytoets", "Mann-Whitney test"), "statistic"),
    "cliffs_delta": Declared("magnitude", Words("delta van Cliff", "Cliff's delta"), "effect"),
}
G_BY_PROVIDER = {
    "g_between_clustered": Declared(
        "model", Words("verschil tussen de groepen, g, interval per aanbieder", "difference between arms, g, interval by provider"), "effect"
    ),
}  # fmt: skip
_G = "difference of later means / pooled SD, Hedges J(n1 + n2 - 2), + favours the first arm; "
G_CLUSTERED = (
    _G
    + "errors by provider: influences added up by provider, CR2 and t on Satterthwaite's df; simulated with two to thirteen providers of eleven, it "
    "holds the truth in 93 to 98 of 100 studies"
)
_PPC2 = "difference of mean changes / pooled SD at baseline, J(n1 + n2 - 2), + favours the first arm; "
_EFFECTS = (
    ("g_between", difference_by_pooled_sd, _G + "normal interval"),
    ("g_between_exact", hedges_g_exact, _G + "exact interval from the noncentral t, times the same J"),
    (
        "d_between_exact",
        difference_by_pooled_sd_exact,
        "difference of later means / pooled SD, uncorrected, + favours the first arm; its exact interval from the noncentral t",
    ),
    ("d_ppc2", difference_of_changes, _PPC2 + "normal interval (Morris 2008)"),
    (
        "d_ppc2_morris",
        difference_of_changes_exact_variance,
        _PPC2 + "normal interval with Morris' own variance (2008)",
    ),
)
_CHANGES = "changes as scored, first minus second, no covariates; "
_WELCH = _CHANGES + "difference of the means, Welch's t interval and test, which let the spread differ"
_SHIFT = (
    _CHANGES
    + "median difference of all pairs of people (Hodges & Lehmann 1963), limits of the Mann-Whitney test; at least 95 %"
    + certainty("change_difference_hodges_lehmann")
)
_MANN_WHITNEY = (
    "Mann-Whitney test of the changes: pairs of people in which that of the first arm is higher, as scored; p exact with ties up to 100 "
    "people, normal beyond"
)
_DELTA = (
    "share of pairs of people in which the first arm improved more, less the share in which it improved less, 0 is no difference; "
    "asymmetric t interval (Feng & Cliff 2004)"
) + certainty("cliffs_delta")


def between_rows(before: np.ndarray, later: np.ndarray, first: np.ndarray, sign: int) -> Iterator[dict]:
    """All rows of one comparison, `first` boolean per person; arm, outcome, time and n are for the caller to add."""
    groups = [paired_moments(before[who], later[who]) for who in (first, ~first)]
    for name, statistic, method in _EFFECTS:
        yield {"measure": name, "unit": "SD"} | fields(statistic(*groups, sign), method)
    change = later - before
    one, other = change[first], change[~first]
    yield {"measure": "change_difference_welch", "unit": "score"} | fields(welch(one, other), _WELCH)
    yield {"measure": "change_difference_hodges_lehmann", "unit": "score"} | fields(shift_between(one, other), _SHIFT)
    yield {"measure": "mann_whitney", "unit": "pairs"} | fields(mann_whitney(one, other), _MANN_WHITNEY)
    yield {"measure": "cliffs_delta", "unit": "correlation"} | fields(cliffs_delta(one, other, sign), _DELTA)
