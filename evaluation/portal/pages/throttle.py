"""How often something may be asked, by address or account: a bucket that fills again with time.

Kept in the memory of this process, for as many askers as there is room; the lock-out of an account is in the database.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field


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
