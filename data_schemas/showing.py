"""How an object shows itself in a notebook: one card of HTML that loads nothing, holds no script and escapes every text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

_FRAME = "border-left:4px solid #1f4e79;padding:.2rem .9rem;margin:.3rem 0;max-width:60rem;line-height:1.45"
_QUIET = "color:#555"
_MARK = re.compile(r"\\(.)|`([^`]+)`|(\*\*|\*)|(  \n)", re.DOTALL)


def card(title: str, parts: Iterable[str], *, note: str = "") -> str:
    """A title, parts that are HTML already (`prose`, `listed`), and a note in grey.

    >>> "&lt;b&gt;" in card("<b>", []) and "<script" not in card("<script>", [])
    True
    """
    below = f'<p style="{_QUIET}">{escape(note)}</p>' if note else ""
    return f'<div style="{_FRAME}"><p><strong>{escape(title)}</strong></p>{"".join(parts)}{below}</div>'


def prose(markdown: str) -> str:
    """A paragraph of Markdown without links: emphasis, code, ends of lines, and signs that a backslash makes literal.

    >>> prose("**a** \\\\*b\\\\* `<c>`")
    '<p><strong>a</strong> *b* <code>&lt;c&gt;</code></p>'
    """
    return f"<p>{_inline(markdown)}</p>"


def facts(named: Mapping[str, str]) -> str:
    """Plain texts by their names, one under the other."""
    return "<ul>" + "".join(f"<li>{escape(name)}: {escape(text)}</li>" for name, text in named.items()) + "</ul>"


def listed(markdown: Iterable[str]) -> str:
    """A list, each entry as `prose` would show it; lines that start with four spaces and a dash are a list within it."""
    return "<ul>" + "".join(f"<li>{_nested(entry)}</li>" for entry in markdown) + "</ul>"


def _nested(entry: str) -> str:
    head, *below = entry.split("\n    - ")
    return _inline(head) + (listed(below) if below else "")


def _inline(markdown: str) -> str:
    parts, opened, at = [], [], 0
    for found in _MARK.finditer(markdown):
        parts.append(escape(markdown[at : found.start()]))
        literal, code, mark, end = found.groups()
        if mark:
            tag = "strong" if mark == "**" else "em"
            closes = tag in opened
            parts.append(f"</{tag}>" if closes else f"<{tag}>")
            opened.remove(tag) if closes else opened.append(tag)
        else:
            parts.append("<br>" if end else f"<code>{escape(code)}</code>" if code else escape(literal))
        at = found.end()
    return "".join([*parts, escape(markdown[at:]), *(f"</{tag}>" for tag in reversed(opened))])
