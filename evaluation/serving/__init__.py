"""`evaluation serve`: checking and anonymising in the browser, on the own computer. Nothing leaves it.

    desk.py        the private folder of one run, and the end of those that were left by a run that was killed
    helper.py      a process of its own that opens files, bounded in memory and time, and clears the desk when this one dies
    tasks.py       what it does: take in, check, mark, mend, point, anonymise
    beside.py      the cells around each finding, for the page only
    mending.py     an answer written into a copy of the workbook
    pointed.py     what was pointed at in an export, between helper, page and form
    exporting.py   from there to a submission with its account, recipe and key
    gate.py        one-time address, cookie, idle time
    works.py       what was dropped, and its versions
    site.py        the routes; those for exports in pointing_site.py
    running.py     the socket, the browser, the end

A page shows cells, for they are the reader's own; messages, logs and errors never do.
"""
