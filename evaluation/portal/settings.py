"""Where the portal keeps everything, and its limits: from a TOML file, or from the environment in a container."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse

PREFIX = "EVALUATION_PORTAL_"
KEYS_VARIABLE = f"{PREFIX}KEYS"
SETTINGS_VARIABLE = f"{PREFIX}SETTINGS"
MOST_PROCESSES = 8
MEGABYTE = 1_000_000
_UNKNOWN = Words(
    "{file}: onbekende instelling {name}. Er zijn: {known}.", "{file}: unknown setting {name}. There are: {known}."
)
_KIND = Words("{file}: {name} moet {kind} zijn.", "{file}: {name} must be {kind}.")
_KINDS = {"int": Words("een geheel getal", "a whole number"), "bool": Words("true of false", "true or false")}
_UNREADABLE = Words(
    "{file} kan niet worden gelezen. Controleer de naam, en of het geldige TOML is.",
    "{file} cannot be read. Check its name, and that it is valid TOML.",
)
_ADDRESS = Words(
    "address moet het adres zijn waarop mensen het portaal openen, zoals https://portaal.example.nl. Zonder https alleen op deze computer zelf.",
    "address must be the address at which people open the portal, such as https://portal.example.org. Without https only on this computer itself.",
)
_PROCESSES = Words("processes moet van 1 tot {most} zijn.", "processes must be from 1 to {most}.")
_MAIL = Words(
    'Met mail_host hoort mail_from een e-mailadres te zijn, en mail_tls "starttls" of "tls"; "none" alleen naar deze computer zelf.',
    'With mail_host, mail_from must be an e-mail address, and mail_tls "starttls" or "tls"; "none" to this computer itself only.',
)
_MAILBOX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a portal is told.

    Parameters
    ----------
    folder
        Where the sealed files and, with SQLite, the database are.
    database
        An address as SQLAlchemy knows it: `postgresql+psycopg://...`; SQLite in the folder when empty.
    keys
        The key file; the keys can be in the environment variable instead.
    address
        Where people open the portal; its host and origin are the only ones that are answered.
    listen_host, listen_port
        Where this process listens, behind the server that speaks TLS.
    processes
        How many processes answer, each with a worker beside it.
    second_factor
        Whether a local account needs a second factor before it can do anything.
    work
        Where a submission lies unsealed while it is checked or counted: memory (`/dev/shm`) when there is, and the folder otherwise.
    upload_bytes, upload_files
        Most bytes and files of one submission.
    check_seconds, check_bytes
        What checking one submission may take.
    run_seconds
        What one run may take.
    mail_host
        The server that sends messages; without it none are sent.
    mail_tls
        "starttls", "tls", or "none" on this computer only.
    """

    folder: Path
    database: str = ""
    keys: Path | None = None
    address: str = "http://127.0.0.1:8100"
    listen_host: str = "127.0.0.1"
    listen_port: int = 8100
    processes: int = 1
    trusted_proxies: str = ""
    second_factor: bool = True
    work: Path | None = None
    upload_bytes: int = 60 * MEGABYTE
    upload_files: int = 12
    check_seconds: int = 180
    check_bytes: int = 2_500 * MEGABYTE
    run_seconds: int = 1_800
    idle_minutes: int = 30
    longest_hours: int = 12
    mail_host: str = ""
    mail_port: int = 587
    mail_tls: str = "starttls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    oidc_name: str = "OpenID Connect"

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or parts.path not in ("", "/") or parts.query:
            raise WrongUse(_ADDRESS)
        if not 1 <= self.processes <= MOST_PROCESSES:
            raise WrongUse(_PROCESSES.fill(most=MOST_PROCESSES))
        open_line = self.mail_tls == "none" and self.mail_host in _LOOPBACK
        if self.mail_host and not (is_address(self.mail_from) and (self.mail_tls in ("starttls", "tls") or open_line)):
            raise WrongUse(_MAIL)

    @property
    def database_address(self) -> str:
        """The database, SQLite in the folder when none is named."""
        return self.database or f"sqlite:///{self.folder / 'portal.sqlite'}"

    @property
    def key_file(self) -> Path:
        """The file with the keys."""
        return self.keys or self.folder / "portal.keys"

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser says them."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """Host and port as a browser says them."""
        return urlsplit(self.address).netloc

    @property
    def secure(self) -> bool:
        """Whether people come by https."""
        return self.address.startswith("https:")


def is_address(text: str) -> bool:
    """Whether a text is one plain e-mail address and nothing more.

    >>> is_address("anna@aanbieder.nl"), is_address("anna@aanbieder.nl\\r\\nBcc: x@y.nl"), is_address("Anna <anna@aanbieder.nl>")
    (True, False, False)
    """
    return len(text) <= 200 and _MAILBOX.fullmatch(text) is not None


def read_settings(path: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a TOML file; the environment (`EVALUATION_PORTAL_FOLDER` and so on) goes before it.

    Raises
    ------
    evaluation.failures.CannotRead
        The file is not there or no TOML.
    evaluation.failures.WrongUse
        A setting is unknown or of the wrong kind.
    """
    name = "portal.toml" if path is None else path.name
    try:
        given = {} if path is None else tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CannotRead(_UNREADABLE.fill(file=name)) from None
    known = {one.name: str(one.type) for one in fields(Settings)}
    for key in given:
        if key not in known:
            raise WrongUse(_UNKNOWN.fill(file=name, name=key, known=", ".join(known)))
    given |= {
        key: environment[f"{PREFIX}{key.upper()}"] for key in known if f"{PREFIX}{key.upper()}" in environment and key != "keys"
    }
    home = Path("." if path is None else path.parent)
    found = {key: _value(name, key, known[key], value, home) for key, value in given.items()}
    return Settings(**({"folder": home / "portal"} | found))


def with_folder(settings: Settings, folder: Path) -> Settings:
    """The same in another folder."""
    return replace(settings, folder=folder)


def _value(file: str, name: str, kind: str, value: object, home: Path) -> object:
    if kind == "int" and isinstance(value, str) and value.isdecimal():
        return int(value)
    if kind == "bool" and value in ("true", "false"):
        return value == "true"
    if kind in _KINDS and type(value).__name__ != kind:
        raise WrongUse(_KIND.fill(file=file, name=name, kind=_KINDS[kind]))
    return home / str(value) if kind.startswith("Path") else value if kind in _KINDS else str(value)
