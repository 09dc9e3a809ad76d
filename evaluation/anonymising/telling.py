"""Whether a header says that its column tells who somebody is."""

from __future__ import annotations

from data_schemas.identifiers import identifiers
from evaluation.privacy.identifying import header_gives_away

# REDCap's own columns: "event name" is not the name of a person.
_OWN = "redcap_"


def tells_who(header: str) -> bool:
    """Whether it is the header of a name, an address, a number of a person.

    >>> tells_who("Achternaam"), tells_who("Totaalscore"), tells_who("redcap_event_name")
    (True, False, False)
    """
    if header.strip().casefold().startswith(_OWN):
        return False
    return any(kind.by_header and header_gives_away(kind, header) for kind in identifiers().values())
