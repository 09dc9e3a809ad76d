"""The designs that a plan can have: what each is called, and what it can and cannot carry, in a sentence for every reader."""

from __future__ import annotations

from data_schemas.words import Words

DESIGN_NAMES = {
    "quality": Words("kwaliteitsonderzoek", "quality study"),
    "change": Words("veranderingsonderzoek", "change study"),
    "norm_related_change": Words("normgerelateerd veranderingsonderzoek", "norm-related change study"),
    "single_case": Words("n=1-onderzoek", "single-case study"),
    "quasi_experimental": Words("quasi-experimenteel onderzoek", "quasi-experimental study"),
    "experimental": Words("experimenteel onderzoek", "experimental study"),
}
DESIGN_CARRIES = {
    "quality": Words(
        "Er is niet vergeleken met een andere groep en er is geen verandering gemeten. Over de werking zegt dit niets.",
        "There was no comparison with another group and no change was measured. This says nothing about the effect.",
    ),
    "change": Words(
        "Er is geen groep om mee te vergelijken. Een verandering kan ook komen door tijd, groei of andere hulp.",
        "There is no group to compare with. A change can also come from time, growing up or other help.",
    ),
    "norm_related_change": Words(
        "Er is alleen vergeleken met een norm, niet met een groep zonder deze behandeling. Een verandering kan ook een andere oorzaak hebben.",
        "The comparison is with a norm, not with a group without this treatment. A change can also have another cause.",
    ),
    "single_case": Words(
        "Het gaat om losse gevallen. Wat bij hen gebeurde, hoeft niet voor anderen te gelden.",
        "These are single cases. What happened to them need not hold for others.",
    ),
    "quasi_experimental": Words(
        "De groepen zijn niet door loting gemaakt. Een verschil kan ook komen doordat de groepen al verschilden.",
        "The groups were not made by lot. A difference can also come from the groups being different already.",
    ),
    "experimental": Words(
        "Volgens het plan bepaalde het lot wie welke hulp kreeg. Dat maakt een eerlijke vergelijking mogelijk, als er weinig uitval is.",
        "According to the plan, who received which help was decided by lot. That allows a fair comparison, when few dropped out.",
    ),
}
