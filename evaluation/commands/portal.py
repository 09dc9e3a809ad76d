"""`evaluation portal`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_schemas.words import Words
from evaluation.commands._options import Json, Lang, LangChoice, for_people, write_json
from evaluation.failures import WrongUse
from evaluation.installation.extras import needs
from evaluation.output.screen import say, steps

if TYPE_CHECKING:
    from evaluation.portal.portal import Portal

PLACE = 96
GROUP = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Keep a portal where providers, researchers and reviewers meet."
)
Settings = Annotated[
    Path | None,
    typer.Option("--settings", help="The settings (TOML); EVALUATION_PORTAL_... in the environment goes before them."),
]
_OPEN = Words("Het portaal staat open op {address}. Stoppen met Ctrl+C.", "The portal is open at {address}. Stop with Ctrl+C.")
_ACCOUNTS = Words("Accounts om te proberen (naam, wachtwoord, rol):", "Accounts to try (name, password, role):")
_AGAIN = Words(
    "Dit portaal is er al; de wachtwoorden staan in {file}.", "This portal is there already; the passwords are in {file}."
)
_KEY = Words(
    "Sleutel gemaakt: {file}. Bewaar een kopie op een andere plaats: zonder sleutel zijn de bestanden niet te openen.",
    "Key made: {file}. Keep a copy in another place: without the key the files cannot be opened.",
)
_THERE = Words(
    "{file} is er al. Een nieuwe sleutel neemt u in gebruik met  evaluation portal rotate-key",
    "{file} is there already. Take a new key into use with  evaluation portal rotate-key",
)
_ROTATED = Words(
    "Nieuwe sleutel in gebruik: {name}. Opnieuw verzegeld: {count} bestanden. De oudere sleutels kunnen nu weg uit {file}.",
    "New key in use: {name}. Sealed again: {count} files. The older keys can now be removed from {file}.",
)
_SOUND = Words(
    "In orde: {count} regels, en elke is zoals hij is geschreven.", "All is well: {count} lines, and each is as it was written."
)
_MADE = Words("Account gemaakt: {login}.", "Account made: {login}.")
_RENEWED = Words(
    "Het wachtwoord en de tweede stap van {login} gelden niet meer, en al het aanmelden is beëindigd.",
    "The password and the second step of {login} are no longer good, and all sessions have ended.",
)
_LINK = Words(
    "Met deze link kiest {login} een wachtwoord. Geef hem door langs een weg die u vertrouwt; hij werkt één keer, {hours} uur lang:\n  {link}",
    "By this link {login} chooses a password. Pass it on in a way that you trust; it works once, for {hours} hours:\n  {link}",
)
_SENT = Words("Verstuurd. Kijk of het is aangekomen.", "Sent. See whether it has arrived.")
_NO_MAIL = Words(
    "In de instellingen staat geen mail_host, of dit is geen e-mailadres.",
    "The settings have no mail_host, or this is no e-mail address.",
)
_CLOSED = Words("Account gesloten: {login}.", "Account closed: {login}.")
_RECEIPT = Words("Geef een bewijs als  nummer:zegel .", "Give a receipt as  number:seal .")


@GROUP.callback()
def _group() -> None:
    """Keep a portal where providers, researchers and reviewers meet."""


@GROUP.command("try")
def portal_try(
    out: Annotated[Path, typer.Option("--out", help="Folder of the portal; made when it is not there.")] = Path("portal"),
    port: Annotated[int, typer.Option("--port", help="Where it listens, on this computer only.")] = 8100,
    only_make: Annotated[bool, typer.Option("--only-make", help="Make it and stop.")] = False,
    without_run: Annotated[bool, typer.Option("--without-run", help="Without editions: quicker.")] = False,
    lang: Lang = LangChoice.nl,
) -> None:
    """Start a portal with the fictional consortium, to try it in all four roles."""
    needs("serve", "portal", "analyses", "reports")
    from evaluation.portal.trying import told, try_out, where

    with steps(lang.value) as step:
        portal, accounts = try_out(where(out, port), lang.value, step, with_run=not without_run)
    say(_ACCOUNTS if accounts else _AGAIN.fill(file=out / "accounts.txt"), lang.value)
    for line in told(out, accounts, lang.value):
        print(f"  {line}")
    if only_make:
        portal.close()
        return
    _serve(portal, lang.value, trial=True)


@GROUP.command("serve")
def portal_serve(settings: Settings = None, lang: Lang = LangChoice.nl) -> None:
    """Open the portal; behind a server that speaks TLS."""
    needs("serve", "portal", "analyses", "reports")
    from evaluation.portal.settings import SETTINGS_VARIABLE

    if settings is not None:
        os.environ[SETTINGS_VARIABLE] = str(settings.resolve())  # for the other processes, when there are more
    _serve(_opened(settings), lang.value)


@GROUP.command("new-key")
def portal_new_key(settings: Settings = None, lang: Lang = LangChoice.nl) -> None:
    """Make the first key, under which everything is sealed."""
    needs("portal")
    from evaluation.portal.files.keys import new_key
    from evaluation.portal.settings import read_settings

    file = read_settings(settings).key_file
    if file.exists():
        raise WrongUse(_THERE.fill(file=file))
    new_key(file)
    say(_KEY.fill(file=file), lang.value)


@GROUP.command("rotate-key")
def portal_rotate_key(
    settings: Settings = None,
    reseal: Annotated[
        bool, typer.Option("--reseal", help="Make no key: seal everything under the first that is there.")
    ] = False,
    lang: Lang = LangChoice.nl,
) -> None:
    """Take a new key into use and seal everything under it; stop the portal first."""
    needs("portal")
    from evaluation.portal.keeping import rotating

    portal = _opened(settings)
    name, count = (portal.keys.newest, rotating.reseal(portal, portal.keys)) if reseal else rotating.rotate(portal)
    say(_ROTATED.fill(name=name, count=count, file=portal.settings.key_file), lang.value)


@GROUP.command("account")
def portal_account(
    login: Annotated[str, typer.Argument(help="The login name.")],
    role: Annotated[
        str, typer.Option("--role", help="provider, researcher, reviewer or privacy_officer; makes the account.")
    ] = "",
    name: Annotated[str, typer.Option("--name", help="The name that others see; of a provider its organisation's.")] = "",
    openid: Annotated[
        str, typer.Option("--openid", help="Signs in elsewhere: the name (sub) by which it is known there.")
    ] = "",
    renew: Annotated[
        bool, typer.Option("--renew", help="A link to choose a new password by; the second factor is set up again.")
    ] = False,
    close: Annotated[bool, typer.Option("--close", help="Nobody comes in with it any more.")] = False,
    settings: Settings = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Make, renew or close an account."""
    needs("portal")
    from evaluation.portal.people.keeping import close_account, make_account, renew_account

    portal = _opened(settings)
    if close:
        close_account(portal, login)
        say(_CLOSED.fill(login=login), lang.value)
    elif renew:
        _link(portal, login, renew_account(portal, login), _RENEWED, lang.value)
    else:
        _link(portal, login, make_account(portal, login, role, name or login, openid), _MADE, lang.value)


def _link(portal: Portal, login: str, token: str, done: Words, lang: str) -> None:
    from evaluation.portal.people.renewing import HOURS

    say(done.fill(login=login), lang)
    if token:
        say(_LINK.fill(login=login, hours=HOURS, link=f"{portal.settings.origin}/renewal/{token}"), lang)


@GROUP.command("try-mail")
def portal_try_mail(
    address: Annotated[str, typer.Argument(help="Where to.")], settings: Settings = None, lang: Lang = LangChoice.nl
) -> None:
    """Send one message now, to see whether the settings of the mail are right."""
    needs("portal")
    from evaluation.portal.settings import is_address, read_settings
    from evaluation.portal.work.mailing import try_sending

    found = read_settings(settings)
    if not found.mail_host or not is_address(address):
        raise WrongUse(_NO_MAIL)
    try_sending(found, address)
    say(_SENT, lang.value)


@GROUP.command("verify-log")
def portal_verify_log(
    receipts: Annotated[
        list[str] | None, typer.Option("--receipt", help="Line and seal of a receipt that somebody kept, as number:seal.")
    ] = None,
    settings: Settings = None,
    json_file: Json = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """See whether the log is still what was written; exit code 1 when it is not."""
    needs("portal")
    from evaluation.portal.keeping.audit import FIRST, entries

    kept = [one.partition(":") for one in receipts or ()]
    if not all(number.isdecimal() and len(seal) == len(FIRST) for number, _, seal in kept):
        raise WrongUse(_RECEIPT)
    portal = _opened(settings)
    with portal.reading() as connection:
        problems = list(portal.log.problems(connection, [(int(number), seal) for number, _, seal in kept]))
        count = sum(1 for _ in entries(connection))
    if for_people(json_file):
        for problem in problems or [_SOUND.fill(count=count)]:
            print(problem[lang.value])
    write_json(json_file, {"sound": not problems, "entries": count, "problems": [one._asdict() for one in problems]})
    raise typer.Exit(1 if problems else 0)


def _opened(settings: Path | None) -> Portal:
    from evaluation.portal.portal import open_portal
    from evaluation.portal.settings import read_settings

    return open_portal(read_settings(settings))


def _serve(portal: Portal, lang: str, *, trial: bool = False) -> None:
    import uvicorn

    from evaluation.portal.pages.application import portal_application

    said, settings = _OPEN.fill(address=portal.settings.address), portal.settings
    say(said, lang)
    sys.stdout.flush()  # into a journal it would else come when all is over
    several = settings.processes > 1 and not trial
    uvicorn.run(
        "evaluation.portal.pages.application:from_settings" if several else portal_application(portal, trial=trial),
        factory=several,
        workers=settings.processes if several else None,
        host=settings.listen_host,
        port=settings.listen_port,
        # a line for each request would tell who was looking at what, outside of the log
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=500,
    )
