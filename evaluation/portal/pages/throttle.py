"""How often something may be asked, by address or account: a bucket that fills again with time.

What only keeps the load down is counted in the memory of a process, for as many askers as there is room. Attempts to come in are counted
in the database, for all processes together, as the lock-out of an account is.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from sqlalchemy import delete, select, text, update

from evaluation.portal.keeping.tables import attempts
from evaluation.portal.portal import Portal


@dataclass(slots=True)
class Throttle:
    """At most `burst` at once, and `per_minute` in the long run, of each asker.

    >>> few = Throttle(burst=2, per_minute=60)
    >>> [few.allows("a", now=0.0), few.allows("a", now=0.0), few.allows("a", now=0.0), few.allows("a", now=1.0)]
    [True, True, False, True]
    """

    burst: int
    per_minute: float
    most: int = 50_000
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def allows(self, asker: str, *, now: float | None = None) -> bool:
        """Whether one more is allowed; it is then counted."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            left, since = self._left.pop(asker, (float(self.burst), moment))
            left = min(float(self.burst), left + (moment - since) * self.per_minute / 60)
            allowed = left >= 1
            self._left[asker] = (left - 1 if allowed else left, moment)
            if len(self._left) > self.most:
                self._left.popitem(last=False)
        return allowed


@dataclass(frozen=True, slots=True)
class SharedThrottle:
    """The same, in the database, for all processes of a portal together. An address is there under a key only."""

    portal: Portal = field(repr=False)
    burst: int
    per_minute: float

    def allows(self, asker: str, *, now: float | None = None) -> bool:
        """Whether one more is allowed; it is then counted."""
        moment = time.time() if now is None else now
        key = hmac.new(self.portal.log.key, f"attempts {network(asker)}".encode(), hashlib.sha256).hexdigest()
        with self.portal.database.writing() as connection:
            begun = {"asker": key, "stock": float(self.burst), "at": moment}
            connection.execute(text("INSERT INTO attempts VALUES (:asker, :stock, :at) ON CONFLICT DO NOTHING"), begun)
            row = connection.execute(select(attempts).where(attempts.c.asker == key).with_for_update()).first()
            stock, since = (float(self.burst), moment) if row is None else (row.stock, row.at)  # none: it was swept just now
            left = min(float(self.burst), stock + max(0.0, moment - since) * self.per_minute / 60)
            allowed = left >= 1
            kept = {"stock": left - 1 if allowed else left, "at": moment}
            connection.execute(update(attempts).where(attempts.c.asker == key).values(**kept))
        return allowed


def sweep(portal: Portal, *, older_than: float = 3_600.0) -> None:
    """Forget who has not tried for so long that they may try as often as anybody."""
    with portal.database.writing() as connection:
        connection.execute(delete(attempts).where(attempts.c.at < time.time() - older_than))


def network(address: str) -> str:
    """Whom an address stands for: one household or office has 2^64 of the newer ones.

    >>> network("192.0.2.7"), network("2001:db8::1") == network("2001:db8::ffff:1"), network("::ffff:192.0.2.7"), network("")
    ('192.0.2.7', True, '192.0.2.7', '')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
