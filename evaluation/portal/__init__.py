"""The portal: where providers, researchers and reviewers meet, each seeing what is theirs.

    settings.py   where everything is, and the limits
    keeping/      the database: tables, migrations, transactions, and the log that cannot be rewritten unnoticed
    files/        files encrypted at rest: keys, the sealed form, the store
    people/       accounts, sessions, second factor, invitations, who sees what
    work/         what takes longer: jobs with a lease, in bounded processes that hold no key
    pages/        the web application

A submission goes one way: received (a receipt), checked in quarantine, accepted or refused, used in a run, released as an edition.
No table of the database and no log holds a cell of a submission; the files that do are encrypted, and are destroyed as soon as nothing needs them.
"""
