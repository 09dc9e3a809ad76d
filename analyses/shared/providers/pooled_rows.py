"""Rows of one question that was asked of every provider: what they show together, how far they lie apart, and each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analyses.shared.by_provider import FEW
from analyses.shared.providers.effects import SMALLEST, ProviderEffects, fewest_of
from analyses.shared.recording import fields, why
from analyses.statistics.pooling.few_events import PooledCounts, pooled_rate, pooled_rate_ratio, pooled_share
from analyses.statistics.pooling.influence import influence, leave_one_out
from analyses.statistics.pooling.random_effects import Prediction, RandomEffects, prediction_interval, random_effects
from data_schemas.result import WITHHELD, Declared
from data_schemas.words import Words

FEWEST_PROVIDERS = 3
FEWEST_EVENTS = 5
"""Events of a provider below which a normal approximation of their logarithm is not trusted: the likelihood of the counts then."""
MOST_PROVIDERS = 40
"""With more of them no rows stand for each by itself: nobody reads these, and they are many for a release to audit."""
POOLED_MEASURES = {
    "pooled_effect": Declared("model", Words("aanbieders samen", "providers together"), "effect"),
    "pooled_effect_widened": Declared(
        "model", Words("aanbieders samen, voorzichtig interval", "providers together, cautious interval"), "effect"
    ),
    "prediction_interval": Declared("model", Words("te verwachten bij een andere aanbieder", "to expect of another provider"), "effect"),
    "prediction_interval_k2": Declared(
        "model",
        Words("te verwachten bij een andere aanbieder, ruimer interval", "to expect of another provider, wider interval"),
        "effect",
    ),
    "tau2": Declared("model", Words("verschil tussen aanbieders (tau-kwadraat)", "difference between providers (tau squared)"), "effect"),
    "i2": Declared(
        "model",
        Words("deel van de spreiding dat geen toeval is (I-kwadraat, %)", "part of the spread that is not chance (I squared, %)"),
        "statistic",
    ),
    "q": Declared("test", Words("toets of aanbieders verschillen (Q)", "test whether providers differ (Q)"), "statistic"),
    "provider_effect": Declared("model", Words("deze aanbieder", "this provider"), "effect"),
    "pooled_without": Declared("model", Words("alle anderen samen, zonder deze", "all others together, without this one"), "effect"),
    "weight": Declared("internal", Words("gewicht van deze aanbieder", "weight of this provider"), "effect"),
    "cook_distance": Declared("internal", Words("invloed van deze aanbieder (Cook)", "influence of this provider (Cook)"), "effect"),
    "dffits": Declared("internal", Words("invloed van deze aanbieder (dffits)", "influence of this provider (dffits)"), "effect"),
}  # fmt: skip
_EACH = f"providers with {SMALLEST} or more people{{arms}} [here {{k}} of {{all}}]; n: everyone asked"
_RANDOM = "random effects over " + _EACH + "; tau squared by REML, t interval of Hartung & Knapp on k - 1 df"
_NARROW = (
    ", which is narrower than chance allows where providers lie closer together than chance would have them: the cautious interval beside "
    "it never is; simulated with three to thirteen providers of eleven, it holds the truth in 92 to 96 of 100 studies"
)
_WIDENED = "; variance of Hartung & Knapp, at least that of the usual formula"
_EVENTS = (
    f"; with fewer than {FEWEST_EVENTS} events at a provider the likelihood of the counts with normal differences between providers, "
    "t interval on k - 1 df [here {which}]"
)
_PREDICTION = "; limits for the true effect at another provider, t on {df} df; simulated with three to thirteen providers of eleven, {holds}"
_HOLDS_LESS = "they hold it in 85 to 95 of 100 studies: too narrow where providers differ"
_HOLDS_MORE = "they hold it in 86 to 100 of 100 studies: too narrow with six or more that differ"
_TAU2 = "variance of true effects between providers, {scale}; REML, interval by the Q profile; over " + _EACH
_TAU2_OF_FEW = f"; with fewer than {FEWEST_EVENTS} events at a provider by maximum likelihood of the counts [here {{which}}]"
_I2 = "100 tau squared / (tau squared + typical variance), interval from that of tau squared; over " + _EACH
_Q = "Cochran's Q with inverse variances, chi-squared on k - 1 df; over " + _EACH
_OWN = "{question}, of the people of this provider alone"
_WITHOUT = "as pooled, without this provider; n: people of this provider"


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question asked of every provider.

    `base`: outcome, arm and time of the rows. `variant`: empty, or `effect=g`. `words`: what was estimated of each. `asked`: people of
    every provider that had anyone, small ones included. `leaves`: whether rows of single providers may go to disclosure control at all.
    """

    base: dict
    variant: str
    words: str
    effects: ProviderEffects
    labels: tuple[str, ...]
    two_arms: bool = False
    leaves: bool = False
    known_until: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Pooled:
    """Both kinds of pooling with one face, on the scale of pooling."""

    usual: RandomEffects | PooledCounts
    widened: RandomEffects | PooledCounts
    counted: bool


def pooled_rows(asked: Question) -> Iterator[dict]:
    """All rows of a question; below three providers those together have none, and their reason says that they stand side by side."""
    found, k = _pool(asked), int(asked.effects.usable.sum())
    words = {"k": k, "all": int((asked.effects.n > 0).sum()), "arms": " in either arm" if asked.two_arms else ""}
    behind = _behind(asked)
    for record in (*_together(asked, found, words), *_apart(asked, found, words)):
        yield asked.base | behind | {"subgroup": asked.variant} | record
    if len(asked.labels) <= MOST_PROVIDERS:
        yield from _singly(asked, found)


def _pool(asked: Question) -> _Pooled:
    effects = asked.effects
    kept = effects.usable
    counts = _from_counts(asked)
    if counts is not None:
        return _Pooled(counts, counts, counted=True)
    if kept.sum() < FEWEST_PROVIDERS:
        none = RandomEffects(np.nan, reason=_too_few(asked))
        return _Pooled(none, none, counted=False)
    effect, variance = effects.effect[kept], effects.variance[kept]
    return _Pooled(
        random_effects(effect, variance), random_effects(effect, variance, limits_by="hartung_knapp_widened"), counted=False
    )


def _from_counts(asked: Question) -> PooledCounts | None:
    """The likelihood of the counts where events are few; None where they are not, or the question is not one of counts."""
    effects = asked.effects
    if effects.events is None:
        return None
    there = np.isfinite(effects.events) & (effects.n >= SMALLEST)
    smallest = effects.events[there]
    if effects.other_events is not None:
        smallest = np.fmin(smallest, effects.other_events[there])
    if there.sum() < FEWEST_PROVIDERS or (smallest >= FEWEST_EVENTS).all():
        return None
    a = effects.events[there]
    if effects.other_events is not None:
        rest = (effects.other_events[there], effects.other_years[there])
        return _three(asked, pooled_rate_ratio(a, effects.years[there], *rest))
    if effects.years is not None:
        return _three(asked, pooled_rate(a, effects.years[there]))
    if not asked.known_until:
        # people left before the week: their counts are not binomial
        return PooledCounts(np.nan, reason="too_few_events") if not effects.usable[there].all() else None
    return _three(asked, pooled_share(a, effects.n[there]))


def _three(asked: Question, found: PooledCounts) -> PooledCounts:
    return PooledCounts(np.nan, reason=_too_few(asked)) if found.providers < FEWEST_PROVIDERS else found


def _too_few(asked: Question) -> str:
    """How many providers there are is no secret; how many of them have enough people is."""
    return "too_few_providers" if len(asked.labels) < FEWEST_PROVIDERS else "too_few"


def _behind(asked: Question) -> dict:
    """What the door must know: all asked, their events, and what is left beside a mean and a variance of every provider."""
    n = asked.effects.n[asked.effects.n > 0]
    df = np.nan if not len(n) else float(n.min() - 1 if len(n) < FEW else n.sum() - 2 * len(asked.labels))
    return {"n": int(n.sum()), "residual_df": df} | _events(asked, np.ones(len(asked.labels), bool))


def _events(asked: Question, mine: np.ndarray) -> dict:
    effects = asked.effects
    if effects.events is None:
        return {}
    total = np.nansum(effects.events[mine])
    told = {"events": total + (0 if effects.other_events is None else np.nansum(effects.other_events[mine]))}
    return told | {"fewest": fewest_of(effects, mine)}


def _together(asked: Question, found: _Pooled, words: dict) -> Iterator[dict]:
    back = _back(asked, found)
    which = f"{_EVENTS.format(which='so' if found.counted else 'not so')}" if asked.effects.events is not None else ""
    method = f"{asked.words}; {_RANDOM.format(**words)}"
    base = {"unit": asked.effects.unit}
    yield base | {"measure": "pooled_effect"} | fields(_turned(found.usual, back), method + _NARROW + which)
    cautious = fields(_turned(found.widened, back), method + _WIDENED + which)
    yield base | {"measure": "pooled_effect_widened"} | cautious
    for measure, rule, df, holds in (
        ("prediction_interval", "as_interval", "k - 1 (metafor's default)", _HOLDS_LESS),
        ("prediction_interval_k2", "k_minus_2", "k - 2 (Higgins, Thompson & Spiegelhalter 2009)", _HOLDS_MORE),
    ):
        answer = _predicted(found.usual, rule)
        yield (
            base | {"measure": measure} | fields(_turned(answer, back), method + _PREDICTION.format(df=df, holds=holds) + which)
        )


def _predicted(found: RandomEffects | PooledCounts, rule: str) -> Prediction:
    if isinstance(found, PooledCounts):
        if found.reason:
            return Prediction(np.nan, reason=found.reason)
        as_effects = RandomEffects(
            found.estimate, found.std_error, df=found.df, providers=found.providers, between=_only(found.tau2)
        )
        return prediction_interval(as_effects, rule)
    return prediction_interval(found, rule)


def _only(tau2: float):
    from analyses.statistics.pooling.heterogeneity import Heterogeneity

    return Heterogeneity(tau2)


def _apart(asked: Question, found: _Pooled, words: dict) -> Iterator[dict]:
    methods = {
        name: text.format(scale=asked.effects.scale, **words) for name, text in (("tau2", _TAU2), ("i2", _I2), ("q", _Q))
    }
    if asked.effects.events is not None:
        methods["tau2"] += _TAU2_OF_FEW.format(which="so" if found.counted else "not so")
    usual = found.usual
    if usual.reason and usual.reason != "no_variance":
        for name, unit in (("tau2", asked.effects.scale), ("i2", "per cent"), ("q", "chi-squared")):
            yield {"measure": name, "unit": unit, "method": why(methods[name], usual.reason)}
        return
    if isinstance(usual, PooledCounts):
        yield {"measure": "tau2", "unit": asked.effects.scale, "estimate": usual.tau2, "method": methods["tau2"]}
        for name, unit in (("i2", "per cent"), ("q", "chi-squared")):
            yield {"measure": name, "unit": unit, "method": why(methods[name], "too_few_events")}
        return
    between = usual.between
    yield {
        "measure": "tau2",
        "unit": asked.effects.scale,
        "estimate": between.estimate,
        "std_error": between.std_error,
        "ci_low": between.ci_low,
        "ci_high": between.ci_high,
        "least": 0.0,
        "method": methods["tau2"],
    }
    i2 = {"estimate": between.i2, "ci_low": between.i2_ci_low, "ci_high": between.i2_ci_high}
    yield {"measure": "i2", "unit": "per cent", "least": 0.0, "most": 100.0, "method": methods["i2"]} | i2
    q = {"estimate": between.statistic, "df": between.df, "p_value": between.p_value}
    yield {"measure": "q", "unit": "chi-squared", "method": methods["q"]} | q


def _singly(asked: Question, found: _Pooled) -> Iterator[dict]:
    """A row per provider with its own answer, one with the others together, and its influence.

    They leave together or not at all: what all others leave of everybody is one of them, so the smallest must be large enough for its own.
    """
    effects = asked.effects
    there = effects.n[effects.n > 0]
    base = asked.base | {"residual_df": float(there.min() - 1) if len(there) else np.nan}
    base |= {} if asked.leaves else {"population": WITHHELD}
    kept, back = np.flatnonzero(effects.usable), _back(asked, found)
    others: dict[int, RandomEffects] = {}
    if len(kept) > FEWEST_PROVIDERS and not found.counted:
        others = dict(zip(kept.tolist(), leave_one_out(effects.effect[kept], effects.variance[kept])))
    few = RandomEffects(np.nan, reason=_too_few(asked) if not found.counted else "too_few_events")
    for place, label in enumerate(asked.labels):
        mine = np.arange(len(asked.labels)) == place
        one = base | {"subgroup": ";".join(filter(None, (f"provider={label}", asked.variant))), "n": int(effects.n[place])}
        one |= _events(asked, mine)
        own = fields(effects.answers[place], _OWN.format(question=asked.words))
        yield one | {"measure": "provider_effect", "unit": effects.unit} | own
        without = fields(_turned(others.get(place, few), back), _WITHOUT)
        yield one | {"measure": "pooled_without", "unit": effects.unit} | without
    yield from _influence(asked, base, kept, tuple(others.values())) if not found.counted else ()


def _influence(asked: Question, base: dict, kept: np.ndarray, others: tuple[RandomEffects, ...]) -> Iterator[dict]:
    effects = asked.effects
    found = influence(effects.effect[kept], effects.variance[kept], others=others) if len(kept) > 1 else None
    for measure, name in (("weight", "hat"), ("cook_distance", "cook_distance"), ("dffits", "dffits")):
        for place, k in enumerate(kept):
            subgroup = ";".join(filter(None, (f"provider={asked.labels[k]}", asked.variant)))
            row = base | {"measure": measure, "subgroup": subgroup, "n": int(asked.effects.n[k]), "unit": "influence"}
            reason = _too_few(asked) if found is None or len(kept) < FEWEST_PROVIDERS else found.reason
            value = np.nan if reason else float(getattr(found, name)[place])
            # without this provider all others are alike: there is no error to measure by
            reason = reason or (None if np.isfinite(value) else "no_variance")
            yield row | {
                "estimate": np.nan if reason else value,
                "method": why("as R's metafor (Viechtbauer & Cheung 2010)", reason),
            }


def _back(asked: Question, found: _Pooled) -> Callable[[float], float]:
    if isinstance(found.usual, PooledCounts) and asked.effects.unit == "share":
        return lambda value: 1 / (1 + np.exp(-value))
    return asked.effects.back


def _turned(answer: Any, back: Callable[[float], float]) -> Any:
    """An answer on the scale of its row; where that is not the scale of pooling its error is left to the interval."""
    if answer.reason or back(1.0) == 1.0 == back(2.0) / 2:
        return answer
    limits = sorted((float(back(answer.ci_low)), float(back(answer.ci_high))))
    return replace(
        answer, estimate=float(back(answer.estimate)), std_error=np.nan, ci_low=limits[0], ci_high=limits[1],
        **({"p_value": np.nan} if hasattr(answer, "p_value") else {}),
    )  # fmt: skip
