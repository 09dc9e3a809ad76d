"""Sends the mails that wait, one at a time; what cannot be sent is tried again, later each time, and in the end left."""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from sqlalchemy import delete, select, update

from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.portal.keeping.tables import accounts, mails
from evaluation.portal.meeting.notifying import ADDRESS, EMAIL
from evaluation.portal.portal import Portal
from evaluation.portal.settings import Settings

LOG = logging.getLogger("evaluation.portal")
ATTEMPTS, _FIRST_WAIT, _LONGEST_WAIT, _PATIENCE = 10, 60.0, 6 * 3600.0, 30
SUBJECT = "Evaluatieportaal: er staat iets voor u klaar"
_READY = """Er staat iets voor u klaar in het evaluatieportaal.
Meld u aan om het te lezen: {origin}

Dit bericht zegt met opzet niet waar het over gaat. Het portaal mailt nooit een
wachtwoord, een code of een link die iets opent, en vraagt er ook niet om.

--

Something is ready for you in the evaluation portal.
Sign in to read it: {origin}

This message leaves out on purpose what it is about. The portal never mails a
password, a code or a link that opens something, and never asks for one.
"""
_INVITED = """U wordt uitgenodigd in het evaluatieportaal: {origin}

De link krijgt u van wie u uitnodigt, langs een andere weg. Hij begint met
{origin}/invitation/ ; open geen andere.

--

You are being invited to the evaluation portal: {origin}

The link will come from whoever invites you, in another way. It begins with
{origin}/invitation/ ; open no other.
"""
_NOT_SENT = Words(
    "Het bericht kon niet worden verstuurd ({error}). Controleer mail_host, mail_port, mail_tls, mail_user en mail_password.",
    "The message could not be sent ({error}). Check mail_host, mail_port, mail_tls, mail_user and mail_password.",
)


def send_one(portal: Portal) -> bool:
    """Send the mail that waits longest; False when none does."""
    now = time.time()
    with portal.database.writing() as connection:
        waiting = select(mails).where(mails.c.next_at <= now).order_by(mails.c.next_at).limit(1)
        row = connection.execute(waiting.with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        # before it is sent: when this process dies meanwhile it is sent twice at most, and never at every look
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 4**row.attempts)
        connection.execute(update(mails).where(mails.c.id == row.id).values(attempts=row.attempts + 1, next_at=now + wait))
        held = None
        if row.account_id is not None:
            mine = (accounts.c.id == row.account_id) & ~accounts.c.closed
            held = connection.execute(select(accounts.c.email).where(mine)).scalar()
    address = _opened(portal, row.address, ADDRESS) or _opened(portal, held, EMAIL)
    sent = address == ""
    if address:
        try:
            send(portal.settings, address, _INVITED if row.address is not None else _READY)
            sent = True
        except (OSError, smtplib.SMTPException) as error:
            LOG.warning("mail %s", type(error).__name__)  # its text can hold the address
    if sent or row.attempts + 1 >= ATTEMPTS:
        with portal.database.writing() as connection:
            connection.execute(delete(mails).where(mails.c.id == row.id))
    return True


def send(settings: Settings, address: str, text: str = _READY) -> None:
    """Send one mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, address, SUBJECT
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.format(origin=settings.origin))
    kind = smtplib.SMTP_SSL if settings.mail_tls == "tls" else smtplib.SMTP
    more = {"context": ssl.create_default_context()} if settings.mail_tls == "tls" else {}
    with kind(settings.mail_host, settings.mail_port, timeout=_PATIENCE, **more) as server:
        if settings.mail_tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        server.send_message(message)


def try_sending(settings: Settings, address: str) -> None:
    """Send one now, for whoever keeps the portal.

    Raises
    ------
    CannotRead
        It could not be sent.
    """
    try:
        send(settings, address)
    except (OSError, smtplib.SMTPException) as error:
        raise CannotRead(_NOT_SENT.fill(error=type(error).__name__)) from None


def _opened(portal: Portal, sealed: bytes | None, purpose: str) -> str:
    return "" if sealed is None else portal.keys.unseal(sealed, purpose).decode()
