"""Documents of ours that stand on their own: they have their style in themselves, and may load and run nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from html import escape

from data_schemas.words import Lang, Words

OWN_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
CONFIDENTIAL = Words(
    "Vertrouwelijk. Alleen voor u, {name}. Neem niets over en geef niets door.",
    "Confidential. For you only, {name}. Do not copy anything or pass it on.",
)
_BACK = Words("Terug naar het portaal", "Back to the portal")
_LABEL = Words("Vertrouwelijkheid", "Confidentiality")
# the band comes after the link past it, which has to be first for who goes by keyboard
_BODY = re.compile(r'<body[^>]*>(?:\s*<a class="skip"[^>]*>[^<]*</a>)?')
_MOMENT = (1980, 1, 1, 0, 0, 0)


def with_band(page: str, lang: Lang, back: str, name: str | None) -> str:
    """A report with a way back, and, when it is confidential, a band that stays above it and names who reads, also on paper.

    >>> page = with_band('<body><a class="skip" href="#content">x</a><main>y</main></body>', "nl", "/", None)
    >>> page.index("skip") < page.index("aside") < page.index("main")
    True
    """
    said = "" if name is None else f"<strong>{escape(CONFIDENTIAL.fill(name=name)[lang])}</strong> "
    colours = (
        "background:#fff;color:#1a1a1a;border-bottom:2px solid #123f63" if name is None else "background:#8a1f11;color:#fff"
    )
    ink = "#0b5394" if name is None else "#fff"
    label = (_LABEL if name else _BACK)[lang]
    band = (
        f'<aside aria-label="{label}" style="position:sticky;top:0;z-index:9;padding:.5rem 1rem;text-align:center;{colours}">'
        f'{said}<a href="{escape(back)}" style="color:{ink}">{_BACK[lang]}</a></aside>'
    )
    return _BODY.sub(lambda found: found.group() + band, page, count=1)


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files in one archive, the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
