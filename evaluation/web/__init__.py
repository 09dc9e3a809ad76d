"""What pages in a browser share, on the own computer (`serving`) and between organisations (the portal).

    guarding.py       who may ask: hosts, origins, the headers that go with every answer
    languages.py      Dutch or English: asked for, chosen before, or what the browser prefers
    pages.py          Jinja2 templates, every value escaped, words always as a pair
    failing.py        pages for what went wrong: never a value of a cell, never a traceback
    uploading.py      files from a form straight to a private file, within a limit
    application.py    the parts in their order
    templates, static the layout and the one style sheet

Nothing is loaded from elsewhere, and no script or style stands in a page itself: the Content-Security-Policy allows neither.
"""
