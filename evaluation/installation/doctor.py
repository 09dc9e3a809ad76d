"""Is this installation whole, and is it ours?"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from data_schemas.words import Lang, Words
from evaluation.evidence.provenance import PACKAGES, code_hash, contract_hash, versions
from evaluation.installation.extras import EXTRAS, absent
from intervention_evaluation import HOME, hiding, would_hide

_OURS = Words("van dit pakket", "of this package")
_NOT_OURS = Words(
    "NIET van dit pakket: een map of bestand met deze naam staat ervoor; start het programma in een andere map, "
    "of installeer opnieuw",
    "NOT of this package: a folder or file of this name stands before it; start the program "
    "in another folder, or install again",
)
_HIDES = Words(
    "{path}: VERBERGT iets waar dit programma op staat; geef het een andere naam",
    "{path}: HIDES something that this program stands on; give it another name",
)
_WOULD_HIDE = Words(
    "{path}: verbergt in deze map iets van dit programma voor een notebook en voor python -m; geef het een andere naam",
    "{path}: in this folder it hides something of this program from a notebook and from python -m; give it another name",
)
_PROGRAMS = ("pypandoc_binary", "typst", "jupytext", "nbclient")
_FOUND, _ABSENT = Words("gevonden", "found"), Words("niet gevonden; niet nodig", "not found; not needed")
_EXTRA = {
    "analyses": Words("rekenen (run, power)", "calculating (run, power)"),
    "reports": Words("rapporten en figuren (report)", "reports and figures (report)"),
    "serve": Words("in de browser (serve)", "in the browser (serve)"),
    "portal": Words("het portaal (portal)", "the portal (portal)"),
    "federation": Words(
        "handtekeningen (run --aggregate --key, pool --keys)", "signatures (run --aggregate --key, pool --keys)"
    ),
    "cluster": Words("rekenen op meer machines (run --scheduler)", "calculating on several machines (run --scheduler)"),
}
_WHOLE, _LACKS = Words("compleet", "complete"), Words("niet geïnstalleerd: {modules}", "not installed: {modules}")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found.

    Parameters
    ----------
    versions
        By name of what is installed; empty text for what is not.
    quarto
        Whether it is on the path.
    extras
        By extra the modules that are not installed.
    ours
        By package whether the one in use is ours.
    hiding
        Files that hide ours now.
    would_hide
        Files in the working folder that hide ours from a notebook there.
    """

    versions: dict[str, str]
    quarto: bool
    extras: dict[str, tuple[str, ...]]
    ours: dict[str, bool]
    hiding: tuple[Path, ...]
    would_hide: tuple[Path, ...]
    code: str
    contract: str

    @property
    def sound(self) -> bool:
        """Whether everything in use is ours; what is not installed is no defect."""
        return all(self.ours.values()) and not self.hiding

    def text(self, lang: Lang) -> str:
        """A line per thing."""
        lines = [f"{'Python' if name == 'python' else name} {version or '-'}" for name, version in self.versions.items()]
        lines.append(f"quarto: {(_FOUND if self.quarto else _ABSENT)[lang]}")
        for name, lacking in self.extras.items():
            state = _LACKS.fill(modules=", ".join(lacking)) if lacking else _WHOLE
            lines.append(f"{_EXTRA[name][lang]}: {state[lang]}")
        lines += [f"{name}: {(_OURS if ours else _NOT_OURS)[lang]}" for name, ours in self.ours.items()]
        lines += [_HIDES.fill(path=path)[lang] for path in self.hiding]
        lines += [_WOULD_HIDE.fill(path=path)[lang] for path in self.would_hide]
        return "\n".join([*lines, f"code {self.code[:16]}, contract {self.contract[:16]}"])

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
        return {
            "sound": self.sound,
            "versions": {name: version or None for name, version in self.versions.items()},
            "quarto": self.quarto,
            "extras": {name: {"complete": not lacking, "absent": list(lacking)} for name, lacking in self.extras.items()},
            "ours": self.ours,
            "hiding": [str(path) for path in self.hiding],
            "would_hide": [str(path) for path in self.would_hide],
            "code": self.code,
            "contract": self.contract,
        }


def diagnosis() -> Diagnosis:
    """Look at what is installed, what is in use, and what stands in the way."""
    now = tuple(hiding())
    return Diagnosis(
        versions={"python": sys.version.split()[0], **versions(), **{name: _version(name) for name in _PROGRAMS}},
        quarto=shutil.which("quarto") is not None,
        extras={name: absent(name) for name in EXTRAS},
        ours={package: _is_ours(package) for package in PACKAGES},
        hiding=now,
        would_hide=tuple(path for path in would_hide(Path.cwd()) if path not in now),
        code=code_hash(),
        contract=contract_hash(),
    )


def _is_ours(package: str) -> bool:
    spec = find_spec(package)
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve().parent.parent == HOME


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
