"""Rows about providers in a weighted comparison: intervals that draw them, effects within and between them, and each left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.weighing.draws import Drawn, Key
from data_schemas.result import Declared
from data_schemas.words import Words

CLUSTERED = ("risk_difference", "weighted_mean_difference", "aipw_difference")
INSIDE = "leave_one_provider_out"
OF_PROVIDERS = ", t interval with providers - 1 df; from six providers on"
PROVIDER_MEASURES = {
    **{
        f"{name}_clustered": Declared("model", Words(f"{nl}, aanbieders getrokken", f"{en}, providers drawn"), number)
        for name, nl, en, number in (
            ("risk_difference", "gewogen verschil in risico", "weighted difference in risk", "share"),
            ("weighted_mean_difference", "gewogen verschil in gemiddelde", "weighted difference in mean", "score"),
            ("aipw_difference", "dubbel robuust verschil", "doubly robust difference", "effect"),
            ("weighted_hazard_ratio", "gewogen hazard ratio", "weighted hazard ratio", "ratio"),
        )
    },
    "within_provider_difference": Declared(
        "model", Words("verschil binnen dezelfde aanbieder", "difference within the same provider"), "effect"
    ),
    "between_provider_difference": Declared(
        "model", Words("verschil tussen aanbieders", "difference between providers"), "effect"
    ),
    INSIDE: Declared(
        "internal", Words("verschil zonder een van de aanbieders", "difference without one of the providers"), "effect"
    ),
}


def leave_one_out(done: Drawn, key: Key) -> Iterator[dict]:
    """The estimate without each provider, numbered and not named; it never leaves."""
    method = "the difference without one provider, weights estimated anew; providers in the order of their names"
    for number, value in enumerate(done.left_out(key), start=1):
        known = bool(np.isfinite(value))
        yield {
            "subgroup": f"of={key[0]};without={number}",
            "estimate": float(value),
            "method": ("" if known else "empty_group: ") + method,
        }
