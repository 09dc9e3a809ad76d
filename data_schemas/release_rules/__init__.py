"""Rules of disclosure control as data: what is expected, why, what happens, with the source of each.

One TOML file each in `data_schemas/release_rules/`; the code is the file's name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from data_schemas.words import Words


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """One rule of the door.

    Parameters
    ----------
    code
        Stable slug; `evaluation explain CODE` can look it up.
    title, expectation, reason, effect, repair
        Words for people: what should hold, why, what the door does otherwise, what someone can do about it.
    source, verified
        Where the rule comes from, and whether that source was read.
    parameters
        Numbers and lists that the door reads.
    """

    code: str
    title: Words
    expectation: Words
    reason: Words
    effect: Words
    repair: Words
    source: str
    verified: bool
    parameters: Mapping[str, Any] = field(default_factory=dict)


@cache
def release_rules() -> dict[str, ReleaseRule]:
    """All rules by code, in alphabetical order.

    >>> release_rules()["minimum-df"].parameters["minimum"]
    9
    """
    files = (f for f in resources.files("data_schemas.release_rules").iterdir() if f.name.endswith(".toml"))
    found = (_read(f.name.removesuffix(".toml"), f.read_text(encoding="utf-8")) for f in files)
    return dict(sorted((rule.code, rule) for rule in found))


def _read(code: str, text: str) -> ReleaseRule:
    raw = tomllib.loads(text)
    words = {name: Words(raw[name]["nl"], raw[name]["en"]) for name in ("title", "expectation", "reason", "effect", "repair")}
    return ReleaseRule(
        code, **words, source=raw["source"]["text"], verified=raw["source"]["verified"], parameters=raw.get("parameters", {})
    )
