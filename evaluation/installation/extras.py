"""The parts that an installation may do without: checking and anonymising need neither statistics nor a way to make documents.

`pip install intervention-evaluation` gives what a provider needs; `[complete]` gives everything. What is missing is said in one
sentence, by whoever needs it, before any work is done.
"""

from __future__ import annotations

from importlib.util import find_spec

from data_schemas.words import Words
from evaluation.failures import WrongUse

# the extras of pyproject.toml, with the modules by which each is known
EXTRAS = {
    "analyses": ("scipy", "statsmodels", "lifelines"),
    "reports": ("matplotlib", "pypandoc", "typst", "jupytext", "nbclient", "ipykernel"),
    "serve": ("starlette", "jinja2", "uvicorn", "python_multipart"),
    "portal": (
        "sqlalchemy",
        "alembic",
        "psycopg",
        "cryptography",
        "authlib",
        "argon2",
        "pyotp",
        "segno",
        "httpx",
        "itsdangerous",
    ),
    "federation": ("cryptography",),
    "cluster": ("dask", "distributed"),
}
_FOR = {
    "analyses": Words("Voor het rekenen", "Calculating"),
    "reports": Words("Voor rapporten en figuren", "Making reports and figures"),
    "serve": Words("Voor werken in de browser", "Working in the browser"),
    "portal": Words("Voor het portaal", "Keeping the portal"),
    "federation": Words("Voor handtekeningen", "Signing"),
    "cluster": Words("Voor rekenen op meer machines", "Calculating on several machines"),
}
# what does not come with everything, and with what it comes
WITH = {"portal": "portal", "federation": "analyses,federation", "cluster": "complete,cluster"}
_MISSING = Words(
    '{what} is meer nodig dan er is geïnstalleerd: {modules}. Installeer het met:  pip install "intervention-evaluation[{extra}]"',
    '{what} needs more than is installed: {modules}. Install it with:  pip install "intervention-evaluation[{extra}]"',
)


def absent(extra: str) -> tuple[str, ...]:
    """The modules of an extra that are not installed."""
    return tuple(name for name in EXTRAS[extra] if not _found(name))


def needs(*extras: str) -> None:
    """Refuse now what would fail later.

    Raises
    ------
    WrongUse
        A module is not installed; the message says what to install.
    """
    for extra in extras:
        if lacking := absent(extra):
            raise missing(extra, lacking)


def missing(extra: str, modules: tuple[str, ...]) -> WrongUse:
    """The error that says what to install."""
    return WrongUse(_MISSING.fill(what=_FOR[extra], modules=", ".join(modules), extra=WITH.get(extra, "complete")))


def extra_of(module: str | None) -> str | None:
    """The extra that a module comes with; None when it belongs to what is always there."""
    root = (module or "").partition(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if root in modules), None)


def _found(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
