"""Handles and pages on social media: by these, traffickers find victims again."""

from __future__ import annotations

import numpy as np

from data_schemas.identifier import Identifier, Texts
from data_schemas.words import Words

HANDLE = r"(?:^|[\s,;:(])@[A-Za-z][A-Za-z0-9._]{2,29}(?:$|[\s,;:.)])"
PAGE = (
    r"(?i)(?:instagram|snapchat|tiktok|facebook|twitter|linkedin|telegram|youtube|discord|onlyfans)\.(?:com|me|gg)/"
    r"|(?:^|[^a-z])(?:t\.me|wa\.me|fb\.com|x\.com)/"
)
NAMED = (
    r"(?i)(?:^|[^a-z])(?:insta|instagram|snap|snapchat|tiktok|telegram|discord|onlyfans|signal)"
    r"\s*[:=@]\s*[a-z0-9._]{3,}"
)


# Its name and then something that no word looks like: with a point, a low line or a digit in it.
BESIDE = (
    r"(?i)(?:^|[^a-z])(?:ig|insta|instagram|snap|snapchat|tiktok|telegram|discord|onlyfans|signal)(?:[ -]?(?:naam|account|name|id))?"
    r"(?: is| heet)?(?: ?: ?| |@)@?[a-z0-9]*(?:[a-z][0-9_.]|[0-9_][a-z])[a-z0-9._]{2,}"
)


def detect(texts: Texts) -> np.ndarray:
    """Texts with a handle or a page in them.

    >>> detect(Texts.of(["@sanne_03", "snap: sannetje", "instagram.com/sanne", "a@b.nl", "snapt het"])).tolist()
    [True, True, True, False, False]

    After the name of a platform comes a sign or a space: a random code can begin with the same letters.

    >>> detect(Texts.of(["ig sanne_03", "K-IGUSBVR7M5QA"])).tolist()
    [True, False]
    """
    return (
        texts.matching(HANDLE, texts.at_sign)
        | texts.matching(PAGE, texts.letters)
        | texts.matching(f"{NAMED}|{BESIDE}", texts.letters)
    )


IDENTIFIER = Identifier(
    "social_media",
    Words("namen op sociale media", "social media handles"),
    Words(
        "eigen regel: vormen die de platforms voor namen en pagina's gebruiken",
        "own rule: forms that the platforms use for handles and pages",
    ),
    detect,
    strong=detect,
    headers="instagram insta snapchat snap tiktok facebook telegram socialmedia socials gebruikersnaam "
    "username handle onlyfans discord",
)
