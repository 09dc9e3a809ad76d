"""The second factor: a code of six digits from an app, that changes every half minute (TOTP, RFC 6238); each code is good once."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import dataclass

import pyotp
import segno

_STEP_SECONDS = 30
# clocks differ: one step to either side
_SLACK = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs: the secret to type, and the same as a picture to scan."""

    secret: str
    picture: str


def new_secret() -> str:
    """160 random bits, in base 32."""
    return pyotp.random_base32()


def enrolment(secret: str, login: str) -> Enrolment:
    """The picture as a data address, for a page that may load nothing from elsewhere."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Evaluatieportaal")
    out = io.BytesIO()
    segno.make(address, micro=False).save(out, kind="png", scale=5, border=4)
    return Enrolment(secret, "data:image/png;base64," + base64.b64encode(out.getvalue()).decode())


def step_of(secret: str, code: str, *, after: int, now: float | None = None) -> int | None:
    """The half minute that a code is of, when it is right and later than the last that was used; None otherwise.

    The first test of RFC 6238 (appendix B), of which the last six digits:

    >>> secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    >>> step_of(secret, "287082", after=0, now=59), step_of(secret, "287082", after=1, now=59)
    (1, None)
    """
    moment = int((time.time() if now is None else now) // _STEP_SECONDS)
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    for slack in _SLACK:
        step = moment + slack
        if step > after and step >= 0 and pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None
