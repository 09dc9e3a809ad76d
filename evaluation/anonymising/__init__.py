"""From a raw export with names and dates to a submission, at the provider's own computer.

    raw.py            the export as tables of text
    recipe.py         what becomes what: a TOML file that the provider writes once
    draft.py          a recipe to fill in, drafted from the headers
    pseudonyms.py     identities to keyed pseudonyms; the key stays at the provider
    values.py         dates to weeks, birth dates to age groups, own codes to the contract's
    coarsening.py     rare combinations made less precise until each holds k people
    anonymise.py      the whole
    account.py        what was done to what, for the privacy officer

Only what a recipe names gets through: every other column is dropped.
"""
