"""The web application. Every route is a `Door` (`doors.py`), which says who may come through; there is no other way in.

doors.py       a door: path, method, who; what a request brings; the session and the form's token are looked after here
throttle.py    how often
coming_in.py   signing in and out, second factor, invitations
openid.py      signing in elsewhere
own_account.py second factor, password, tokens
home.py        the first page, by role
handing_in.py  a provider: upload, receipt, findings, withdrawal
researching.py a researcher: evaluation, invitations, plan, run, release
reading.py     an edition: notice, report, notes, downloads
overseeing.py  the privacy officer: the log
api.py         the same for programs, as JSON, with a token
application.py all doors in one application
"""
