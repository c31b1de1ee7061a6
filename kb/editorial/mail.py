"""Owns sending an e-mail: the message, the mail server, what its answers mean. Never keeps one, and never chooses its words."""

import logging
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from typing import Final

from kb.errors import MailRefused, MailUnavailable
from kb.settings import Settings

log = logging.getLogger(__name__)

_TIMEOUT: Final = 20.0  # seconds for each answer of the server: nobody waits for it, but a thread does
_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_SUBJECT: Final = 150  # characters that a list of e-mails shows at most


@dataclass(frozen=True, slots=True)
class Mailer:
    """The mail server and who we are to it. Without a host, e-mails go to the log, whole, for whoever runs this."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    sender: str = ""
    timeout: float = _TIMEOUT

    @property
    def configured(self) -> bool:
        """Whether there is a mail server."""
        return bool(self.host)

    def send(self, to: str, subject: str, body: str) -> None:
        """Hands one e-mail to the server.

        Raises:
            MailUnavailable: the server cannot be reached or takes nothing now; a later try may succeed.
            MailRefused: it will never take this one.
        """
        if not self.configured:
            log.info("No mail server is set (KB_SMTP_HOST). This e-mail was not sent.\nTo: %s\nSubject: %s\n\n%s", one_line(to), one_line(subject), body)  # fmt: skip
            return
        message = compose(self.sender, to, subject, body)
        try:
            with self._connected() as server:
                server.sendmail(parseaddr(self.sender)[1], [to], message.as_bytes())  # send_message puts > before From
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _said(code, said, f"The mail server does not deliver to {one_line(to)}") from None
        except smtplib.SMTPResponseException as error:
            # What it says about signing in or the sender is about our settings, which can be put right.
            ours = isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused))
            raise _said(
                0 if ours else error.smtp_code, error.smtp_error, "The mail server refused the e-mail"
            ) from None
        except (OSError, smtplib.SMTPException) as error:  # ssl.SSLError is an OSError
            raise MailUnavailable(
                f"The mail server {self.host}, port {self.port}, cannot be used: {error}.", "Check KB_SMTP_HOST, KB_SMTP_PORT and KB_SMTP_SECURITY.",
            ) from None  # fmt: skip

    def _connected(self) -> smtplib.SMTP:
        """A connection that is private where the settings say so, and signed in where they say so."""
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def from_settings(settings: Settings) -> Mailer:
    """The mailer that the settings describe."""
    return Mailer(
        settings.smtp_host, settings.smtp_port or _PORTS[settings.smtp_security], settings.smtp_user,
        settings.smtp_password.get_secret_value(), settings.smtp_security, settings.mail_from,
    )  # fmt: skip


def compose(sender: str, to: str, subject: str, body: str) -> EmailMessage:
    """The e-mail as plain text. Nothing in it can add a header: the subject is one line, the addresses are addresses.

    Raises:
        MailRefused: `to` is no single address.
    """
    if parseaddr(to) != ("", to) or "@" not in to or not to.isprintable():
        raise MailRefused(f"{one_line(to)!r} is no address for an e-mail.")
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = one_line(subject)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"  # no holiday answers
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    message.set_content(body.rstrip() + "\n", cte="quoted-printable")  # every server takes it, old ones too
    return message


def one_line(text: str) -> str:
    """The text without line ends and control characters, as long as a list shows."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _SUBJECT else f"{line[: _SUBJECT - 1].rstrip()}\u2026"


def _said(code: int, said: bytes | str, sentence: str) -> MailUnavailable:
    words = one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
    kind = MailRefused if 500 <= code < 600 else MailUnavailable
    return kind(f"{sentence}: {code or ''} {words}".strip() + ".", "Check the address and the mail settings.")
