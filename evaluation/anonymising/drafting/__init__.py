"""What the columns of a foreign export probably mean, so that its owner only has to correct.

    looks.py       what stands in a column: dates, numbers, few distinct texts
    words.py       what headers are called, in Dutch and English
    spellings.py   own codes (V, M, 1, 2) to the contract's
    moments.py     T0, voormeting, cries_t1: which questionnaire, which moment
    pointing.py    what each column becomes: what a page shows, and what is pointed at
    guessing.py    the first proposal: tables, people, start
    assigning.py   and then column by column
    writing.py     from there to a recipe
    draft.py       the recipe as a file, with remarks

Cells are looked at, and only codes that several rows share get into a recipe.
"""
