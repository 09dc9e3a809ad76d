"""Mail: that there is something, to who asked for it, and never what; tried with a real mail server of our own, over TLS and with a password."""

from __future__ import annotations

import datetime
import ssl
from contextlib import contextmanager
from dataclasses import replace

import pytest

pytest.importorskip("aiosmtpd")

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import select, update

from evaluation.failures import CannotRead, WrongUse
from evaluation.portal.keeping.tables import accounts as account_table
from evaluation.portal.keeping.tables import log, mails
from evaluation.portal.meeting.notifying import tell
from evaluation.portal.meeting.submissions import Verdict, decide
from evaluation.portal.pages.application import portal_application
from evaluation.portal.settings import Settings
from evaluation.portal.work.mailing import ATTEMPTS, SUBJECT, send_one, try_sending
from tests.portal.test_editions import _made, _plan, _run, approve
from tests.portal.test_sending_in import BAD, GOOD
from tests.portal.windows import free_port

NAME, PASSWORD = "portaal", "geheim van de post"


class _Box(Message):
    def __init__(self) -> None:
        super().__init__()
        self.got = []

    def handle_message(self, message) -> None:
        self.got.append(message)

    def to(self) -> list[str]:
        return [message["To"] for message in self.got]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """One for localhost, that nobody else vouches for."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    folder = tmp_path_factory.mktemp("certificate")
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    return folder


@contextmanager
def _server(certificate, **more):
    box, context = _Box(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    def known(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (NAME.encode(), PASSWORD.encode())
        return AuthResult(success=right)

    given = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": known} | more
    controller = Controller(box, hostname="localhost", port=free_port(), **given)
    controller.start()
    try:
        yield controller.port, box
    finally:
        controller.stop()


@pytest.fixture
def post(town, certificate, monkeypatch):
    """A town with a mail server; its certificate is vouched for here."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with _server(certificate) as (port, box):
        mail = {"mail_host": "localhost", "mail_port": port, "mail_user": NAME, "mail_password": PASSWORD}
        settings = replace(town.portal.settings, mail_from="portaal@example.nl", **mail)
        town.portal = replace(town.portal, settings=settings)
        town.app = portal_application(town.portal, working=False, desk=replace(town.desk, portal=town.portal))
        town.box = box
        yield town


def _wants(town, *logins: str) -> None:
    for login in logins:
        browser = town.as_(login)
        browser.get("/account")
        assert browser.post("/account/mail", {"email": f"{login}@example.nl"}).status_code == 200


def _sent(town) -> list[str]:
    town.box.got.clear()
    while send_one(town.portal):
        pass
    return sorted(town.box.to())


def test_who_asked_for_it_hears_that_there_is_something_and_not_what(post, monkeypatch):
    from evaluation.portal.work import running

    monkeypatch.setattr(running, "ask", lambda task, place, bounds, wanted: _made(place, bounds))
    _wants(post, "anna", "rosa", "clara", "petra")
    _plan(post)
    decide(post.portal, post.send("anna", GOOD), Verdict(accepted=True), [])
    decide(post.portal, post.send("bram", BAD), Verdict(accepted=False, errors=3), [])
    assert _sent(post) == ["anna@example.nl"], "bram gave no address"
    message = post.box.got[0]
    told = message.as_string()
    assert message["Subject"] == SUBJECT and "http://127.0.0.1:8100" in told and message["Auto-Submitted"] == "auto-generated"
    for secret in ("Rosa", "onderzoek", "geaccepteerd", "/submissions/", "Anna", "versie"):
        assert secret not in told
    post.work()
    edition = _run(post)
    assert _sent(post) == ["petra@example.nl", "rosa@example.nl"], "there is something to decide about, and to read"
    approve(post, edition["committee"].id)
    assert _sent(post) == ["rosa@example.nl"]
    for kind in ("committee", "public"):
        post.as_("rosa").post(f"/editions/{edition[kind].id}/release")
        assert _sent(post) == (["clara@example.nl"] if kind == "committee" else ["anna@example.nl", "clara@example.nl"])
    post.as_("clara").post(f"/editions/{edition['public'].id}/notes", {"text": "Waarom?"})
    assert _sent(post) == ["rosa@example.nl"]
    post.as_("rosa").post(f"/editions/{edition['public'].id}/notes", {"text": "Daarom."})
    assert _sent(post) == ["clara@example.nl"]


def test_of_several_things_at_once_one_mail_tells(post):
    _wants(post, "anna")
    for _ in range(5):
        with post.portal.writing() as connection:
            tell(post.portal, connection, [post.people["anna"].id])
    assert _sent(post) == ["anna@example.nl"] and _sent(post) == []


def test_an_address_stands_nowhere_in_the_open_and_can_be_taken_back(post):
    _wants(post, "anna")
    post.as_("rosa").get(f"/evaluations/{post.evaluation}")
    form = {"role": "provider", "name": "Nieuw", "address": "nieuw@example.nl"}
    assert post.as_("rosa").post(f"/evaluations/{post.evaluation}/invitations", form).status_code == 200
    with post.portal.reading() as connection:
        for table in account_table.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert "example.nl" not in repr(tuple(row)).replace("127.0.0.1", "") and b"@example" not in b"".join(
                    one for one in row if isinstance(one, bytes)
                )
        assert "mail_set" in set(connection.execute(select(log.c.act)).scalars())
    assert _sent(post) == ["nieuw@example.nl"]
    told = post.box.got[0].get_payload(decode=True).decode()
    assert "/invitation/ ;" in told and "Rosa" not in told
    assert post.as_("anna").post("/account/mail", {"email": ""}).status_code == 200
    with post.portal.writing() as connection:
        tell(post.portal, connection, [post.people["anna"].id])
    assert _sent(post) == []


@pytest.mark.parametrize(
    "address", ["anna", "a@b", "a@b.nl\r\nBcc: x@y.nl", "a@b.nl, c@d.nl", "<a@b.nl>", "é@b.nl", "x" * 200 + "@b.nl"]
)
def test_only_one_plain_address_is_one(post, address):
    browser = post.as_("anna")
    browser.get("/account")
    assert browser.post("/account/mail", {"email": address}).status_code == 422
    form = {"role": "provider", "name": "Nieuw", "address": address}
    assert post.as_("rosa").post(f"/evaluations/{post.evaluation}/invitations", form).status_code == 422


def test_a_server_that_is_away_is_tried_again_later_and_in_the_end_left(post):
    _wants(post, "anna")
    away = replace(post.portal, settings=replace(post.portal.settings, mail_port=free_port()))
    with post.portal.writing() as connection:
        tell(post.portal, connection, [post.people["anna"].id])
    waits = []
    for number in range(ATTEMPTS):
        assert send_one(away) and not send_one(away), "not again at once"
        with away.database.writing() as connection:
            row = connection.execute(select(mails)).first()
            assert (row is None) == (number == ATTEMPTS - 1)
            if row is not None:
                waits.append(row.next_at)
                connection.execute(update(mails).values(next_at=0.0))
    assert waits[0] < waits[1] < waits[2] and not send_one(away)


def test_a_certificate_that_nobody_vouches_for_gets_no_password(post, certificate, monkeypatch, caplog):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(CannotRead):
        try_sending(post.portal.settings, "anna@example.nl")
    with _server(certificate, tls_context=None, require_starttls=False, auth_required=False) as (port, box):
        with pytest.raises(CannotRead):
            try_sending(replace(post.portal.settings, mail_port=port), "anna@example.nl")
        assert not box.got and PASSWORD not in caplog.text


def test_settings_send_no_password_in_the_open():
    good = {"folder": "x", "mail_host": "post.example.nl", "mail_from": "portaal@example.nl"}
    Settings(**good)
    for wrong in ({"mail_tls": "none"}, {"mail_tls": "x"}, {"mail_from": ""}, {"mail_from": "a@b.nl\nBcc: c@d.nl"}):
        with pytest.raises(WrongUse):
            Settings(**(good | wrong))
    assert PASSWORD not in repr(Settings(**good, mail_password=PASSWORD))


def test_without_a_mail_server_nothing_is_asked_or_kept(town):
    assert "e-mail" not in town.as_("anna").get("/account").text.casefold()
    assert town.as_("anna").post("/account/mail", {"email": "anna@example.nl"}).status_code == 404
    decide(town.portal, town.send("anna", GOOD), Verdict(accepted=True), [])
    with town.portal.reading() as connection:
        assert not list(connection.execute(select(mails)))
