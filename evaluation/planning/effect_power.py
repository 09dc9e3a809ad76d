"""What a change, a difference of means or of shares can show before it is measured, as `evaluation power --of ...` prints it."""

from __future__ import annotations

import numpy as np

from analyses.statistics.power.effect_power import EffectPlan, SharePlan, change_plan, difference_plan, share_plan
from data_schemas.words import Lang, Words
from evaluation.failures import WrongUse
from evaluation.planning.power import not_possible, number, why_not

_PEOPLE = Words("Mensen met beide metingen: {n}.", "People with both measurements: {n}.")
_GROUPS = Words("Mensen met een latere meting: {first} en {second}.", "People with a later measurement: {first} and {second}.")
_SMALLEST = {
    "change": Words(
        "Kleinste verandering die met {power} kans wordt gevonden (tweezijdig {alpha}): {size} standaarddeviaties (g).",
        "Smallest change found with {power} power (two-sided {alpha}): {size} standard deviations (g).",
    ),
    "difference": Words(
        "Kleinste verschil dat met {power} kans wordt gevonden (tweezijdig {alpha}): {size} standaarddeviaties (g).",
        "Smallest difference found with {power} power (two-sided {alpha}): {size} standard deviations (g).",
    ),
}
_SHARES = Words(
    "Aandelen die met {power} kans van {share} worden onderscheiden (tweezijdig {alpha}): {shares}.",
    "Shares that are told apart from {share} with {power} power (two-sided {alpha}): {shares}.",
)
_LOW, _HIGH, _OR = (
    Words("{share} of minder", "{share} or less"),
    Words("{share} of meer", "{share} or more"),
    Words(" of ", " or "),
)
_NOTHING = {
    "change": Words("Verandert er niets, dan loopt", "If nothing changes, the interval"),
    "difference": Words("Zijn de groepen gelijk, dan loopt", "If the groups are equal, the interval"),
}
_INTERVAL = Words("{nothing} het interval ongeveer van {low} tot {high}.", "{nothing} runs from about {low} to {high}.")
_ASSUMED = Words("Kans om {effect} te vinden: {power}.", "Power to find {effect}: {power}.")
_BASIS = {
    "change": Words(
        "Gepaarde t-toets bij een samenhang van {r} tussen voor en na; hoe sterker die samenhang, hoe kleiner wat wordt gevonden. Een "
        "gevonden verandering is nog geen effect van de behandeling.",
        "Paired t test with a correlation of {r} between before and after; the stronger it is, the smaller what is found. A change that is "
        "found is no effect of treatment yet.",
    ),
    "difference": Words(
        "t-toets voor twee groepen; bij een samenhang van {r} met de score bij de start, waarvoor wordt gecorrigeerd.",
        "t test of two groups; with a correlation of {r} with the score at the start, which is adjusted for.",
    ),
    "unadjusted": Words(
        "t-toets voor twee groepen, zonder correctie voor de score bij de start; met correctie (--correlation) is minder genoeg.",
        "t test of two groups, not adjusted for the score at the start; adjusted (--correlation) less is enough.",
    ),
    "share": Words(
        "Normale toets voor twee aandelen; te gunstig met minder dan ongeveer tien mensen aan elke kant.",
        "Normal test of two shares; too hopeful with fewer than some ten people on either side.",
    ),
}


def planned_effect(
    of: str,
    people: int,
    *,
    share: float | None = None,
    drop_out: float = 0.0,
    first: float = 0.5,
    correlation: float | None = None,
    power: float = 0.8,
    effect: float | None = None,
) -> EffectPlan | SharePlan:
    """The plan of `analyses.statistics.power.effect_power` for those who are left after drop-out.

    Parameters
    ----------
    of
        `change`, `difference` or `share`.
    correlation
        By default 0.5 for a change (g is then the d of the differences) and 0 for a difference.

    Raises
    ------
    WrongUse
        A share outside 0 to 1, a correlation that cannot be, or no share to compare with.
    """
    if not 0 <= drop_out < 1 or not 0 < first < 1:
        raise WrongUse(not_possible("shares must be between 0 and 1"))
    if of == "share" and share is None:
        raise WrongUse(
            Words("Geef ook --share: het aandeel in de tweede groep.", "Give --share too: the share in the second group.")
        )
    left = int(people * (1 - drop_out) + 1e-9)
    groups = (round(left * first), left - round(left * first))
    try:
        if of == "change":
            return change_plan(left, correlation=0.5 if correlation is None else correlation, power=power, assumed=effect)
        if of == "difference":
            return difference_plan(*groups, correlation=correlation or 0.0, power=power, assumed=effect)
        return share_plan(*groups, share, power=power, assumed=effect)
    except ValueError as error:
        raise WrongUse(not_possible(str(error))) from None


def effect_page(
    plan: EffectPlan | SharePlan,
    of: str,
    lang: Lang,
    *,
    people: int,
    share: float | None = None,
    drop_out: float = 0.0,
    first: float = 0.5,
    correlation: float | None = None,
    effect: float | None = None,
) -> str:
    """A few sentences that can stand in a plan."""
    left = int(people * (1 - drop_out) + 1e-9)
    groups = {"first": round(left * first), "second": left - round(left * first)}
    lines = [(_PEOPLE.fill(n=left) if of == "change" else _GROUPS.fill(**groups))[lang]]
    percent = {"power": f"{100 * plan.power:g} %", "alpha": f"{100 * plan.alpha:g} %"}
    if plan.reason:
        lines.append(why_not(plan.reason, lang))
    elif isinstance(plan, SharePlan):
        found = [(plan.lower_share, _LOW), (plan.higher_share, _HIGH)]
        shares = _OR[lang].join(words.fill(share=_percent(at))[lang] for at, words in found if not np.isnan(at))
        lines.append(_SHARES.fill(share=_percent(share), shares=shares, **percent)[lang])
    else:
        lines.append(_SMALLEST[of].fill(size=number(plan.smallest_g, lang), **percent)[lang])
    if effect is not None and not np.isnan(plan.power_at_assumed):
        what = _percent(effect) if of == "share" else f"g = {number(effect, lang)}"
        lines.append(_ASSUMED.fill(effect=what, power=f"{100 * plan.power_at_assumed:.0f} %")[lang])
    if not np.isnan(plan.ci_low):
        ends = {name: number(getattr(plan, f"ci_{name}"), lang) for name in ("low", "high")}
        nothing = _NOTHING["change" if of == "change" else "difference"][lang]
        lines.append(_INTERVAL.fill(nothing=nothing, **ends)[lang])
    basis = "unadjusted" if of == "difference" and not correlation else of
    lines.append(_BASIS[basis].fill(r=number(0.5 if correlation is None else correlation, lang))[lang])
    return "\n".join(lines) + "\n"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
