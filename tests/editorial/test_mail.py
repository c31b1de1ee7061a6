"""E-mails through a real mail server: what arrives, what its refusals mean, and that no word can become a header."""

import logging
import socket
import ssl
import subprocess
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st

from kb.editorial.mail import Mailer, compose, from_settings, one_line
from kb.errors import MailRefused, MailUnavailable, SettingsError
from kb.settings import Settings, load

SENDER = "Improvement Exchange <exchange@example.nhs.uk>"


class Post:
    """What a mail server does with an e-mail: keeps it, or answers as told."""

    def __init__(self, answer="250 OK", recipient="250 OK"):
        self.answer, self.recipient, self.kept = answer, recipient, []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, ARG002 - aiosmtpd's name
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002
        if self.answer.startswith("250"):
            self.kept.append(envelope)
        return self.answer


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def serve():
    """`serve(post, **options)`: a mail server with this post; gives a mailer for it."""
    started = []

    def start(post, security="none", user="", password="", **options):
        controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        started.append(controller)
        return Mailer("127.0.0.1", controller.port, user, password, security, SENDER, timeout=2)

    yield start
    for controller in started:
        controller.stop()


def parsed(envelope):
    import email
    from email.policy import default

    return email.message_from_bytes(envelope.content, policy=default)


def test_an_e_mail_arrives_as_plain_text_in_any_language(serve):
    post = Post()
    body = "Dear Siân,\n\n.a line that begins with a dot\nFrom a line that mailboxes split at\n" + "long " * 300 + "\n"
    serve(post).send("sian@example.nhs.uk", "Changes asked for: fewer falls \u2026", body)
    (envelope,) = post.kept
    message = parsed(envelope)
    assert envelope.mail_from == "exchange@example.nhs.uk"
    assert envelope.rcpt_tos == ["sian@example.nhs.uk"]
    assert (message["From"], message["To"]) == (SENDER, "sian@example.nhs.uk")
    assert message["Subject"] == "Changes asked for: fewer falls \u2026"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.nhs.uk>")
    assert message["Date"].datetime is not None
    assert (message.get_content_type(), message.is_multipart()) == ("text/plain", False)
    assert message.get_content().splitlines() == body.rstrip().splitlines()
    assert max(map(len, envelope.content.splitlines())) < 1000  # no line is longer than servers take
    assert envelope.content.isascii()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\0"])
def test_a_subject_cannot_add_a_header(serve, end):
    post = Post()
    serve(post).send("a@example.nhs.uk", f"Falls{end}Bcc: everybody@example.org{end}{end}Buy this", "Body.")
    (envelope,) = post.kept
    message = parsed(envelope)
    assert envelope.rcpt_tos == ["a@example.nhs.uk"]
    assert message["Bcc"] is None
    assert message["Subject"] == "Falls Bcc: everybody@example.org Buy this"
    assert message.get_content() == "Body.\r\n"


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "A <a@example.org>", "a@example.org\r", "",
        "nobody", "a@example.org\0", "a b@example.org>", "<a@example.org>",
    ],
)  # fmt: skip
def test_an_address_is_one_address(serve, to):
    post = Post()
    with pytest.raises(MailRefused, match="no address"):
        serve(post).send(to, "Falls", "Body.")
    assert post.kept == []


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_written_the_headers_are_ours(subject, body):
    made = compose(SENDER, "a@example.nhs.uk", subject, body.encode("utf-8", "replace").decode())
    head = made.as_bytes().partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert sorted(names) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    )  # fmt: skip


def test_a_subject_is_one_line_and_not_too_long():
    assert one_line(" Falls\n\tat  night ") == "Falls at night"
    assert len(one_line("x" * 500)) == 150
    assert one_line("x" * 500).endswith("\u2026")


@pytest.mark.parametrize(
    ("post", "kind"),
    [
        (Post(recipient="550 No such user here"), MailRefused),
        (Post(recipient="450 Mailbox busy"), MailUnavailable),
        (Post(answer="554 Too much of it"), MailRefused),
        (Post(answer="451 Try later"), MailUnavailable),
    ],
    ids=["no mailbox", "busy", "refused", "later"],
)
def test_what_the_server_refuses_for_good_is_told_from_what_may_succeed_later(serve, post, kind):
    with pytest.raises(MailUnavailable) as caught:
        serve(post).send("a@example.nhs.uk", "Falls", "Body.")
    assert type(caught.value) is kind
    answer = post.answer if post.recipient.startswith("250") else post.recipient
    assert answer[4:] in caught.value.message  # in the server's own words, for whoever runs this


def test_a_server_that_is_not_there_is_a_sentence():
    with pytest.raises(MailUnavailable, match=r"cannot be used.*KB_SMTP_HOST"):
        Mailer("127.0.0.1", free_port(), security="none", sender=SENDER).send("a@example.nhs.uk", "Falls", "Body.")


def test_a_server_that_never_answers_is_left(caplog):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        mailer = Mailer("127.0.0.1", listening.getsockname()[1], security="none", sender=SENDER, timeout=0.3)
        with pytest.raises(MailUnavailable, match="timed out"):
            mailer.send("a@example.nhs.uk", "Falls", "Body.")
    assert caplog.text == ""


def test_a_server_that_goes_away_halfway_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            connection, _ = listening.accept()
            connection.sendall(b"220 ready\r\n")
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        mailer = Mailer("127.0.0.1", listening.getsockname()[1], security="none", sender=SENDER, timeout=2)
        with pytest.raises(MailUnavailable, match="cannot be used"):
            mailer.send("a@example.nhs.uk", "Falls", "Body.")
        thread.join()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for localhost that nobody vouches for, as (certificate, key)."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "cert",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert", folder / "key"


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_starttls_with_a_certificate_that_is_vouched_for(serve, tls, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    post = Post()
    seen = []

    def authenticate(server, session, envelope, mechanism, data):  # noqa: ARG001 - aiosmtpd's form
        seen.append((session.ssl is not None, data.login, data.password))
        return AuthResult(success=data.password == b"right")

    options = {"tls_context": tls, "authenticator": authenticate, "auth_required": True}
    mailer = serve(post, "starttls", "exchange", "right", **options)
    mailer.send("a@example.nhs.uk", "Falls", "Body.")
    assert seen == [(True, b"exchange", b"right")]
    assert len(post.kept) == 1
    wrong = serve(post, "starttls", "exchange", "wrong", **options)
    with pytest.raises(MailUnavailable) as caught:
        wrong.send("a@example.nhs.uk", "Falls", "Body.")
    assert type(caught.value) is MailUnavailable  # a setting can be put right, so the e-mail waits
    assert "wrong" not in str(caught.value)
    assert "right" not in repr(mailer)


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_said(serve, tls):
    post = Post()
    with pytest.raises(MailUnavailable, match=r"(?i)certificate"):
        serve(post, "starttls", tls_context=tls).send("a@example.nhs.uk", "Falls", "Body.")
    with pytest.raises(MailUnavailable, match=r"(?i)starttls"):  # a server, or somebody between, without it
        serve(post, "starttls").send("a@example.nhs.uk", "Falls", "Body.")
    with pytest.raises(MailUnavailable, match=r"(?i)certificate|ssl"):
        serve(post, "tls", ssl_context=tls).send("a@example.nhs.uk", "Falls", "Body.")
    assert post.kept == []


def test_tls_from_the_first_byte(serve, tls, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    post = Post()
    serve(post, "tls", ssl_context=tls).send("a@example.nhs.uk", "Falls", "Body.")
    assert len(post.kept) == 1


def test_without_a_server_the_whole_e_mail_is_in_the_log(caplog):
    with caplog.at_level(logging.INFO, "kb"):
        Mailer().send(
            "a@example.nhs.uk", "Set a password\nBcc: b", "Open this link:\nhttps://example.org/invitation/abc"
        )
    assert "KB_SMTP_HOST" in caplog.text
    assert "https://example.org/invitation/abc" in caplog.text
    assert "Subject: Set a password Bcc: b\n" in caplog.text


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
@pytest.mark.usefixtures("plain")
def test_the_settings_make_a_mailer(security, port):
    made = from_settings(Settings(smtp_host="mail.example.nhs.uk", smtp_security=security, mail_from=SENDER))
    assert (made.host, made.port, made.configured) == ("mail.example.nhs.uk", port, True)
    assert not from_settings(Settings()).configured
    assert from_settings(Settings(smtp_host="mail", smtp_port=2525, mail_from=SENDER)).port == 2525


@pytest.mark.parametrize("sender", ["", "nobody", "a@example.org\nBcc: b@example.org"])
@pytest.mark.usefixtures("plain")
def test_a_mail_server_needs_a_sender(sender):
    with pytest.raises(SettingsError, match="KB_MAIL_FROM"):
        load(smtp_host="mail.example.nhs.uk", **({"mail_from": sender} if sender else {}))


@pytest.mark.usefixtures("plain")
def test_a_wrong_setting_never_shows_the_password(monkeypatch):
    monkeypatch.setenv("KB_SMTP_PASSWORD", "hidden-words")
    monkeypatch.setenv("KB_SMTP_PORT", "no")
    with pytest.raises(SettingsError) as caught:
        load()
    assert "hidden-words" not in str(caught.value)
    assert "hidden-words" not in repr(Settings(smtp_port=25))
