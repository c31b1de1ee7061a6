"""Owns the e-mails that wait to be sent: queued with what they tell of, sent by a thread, tried again. Never holds a link that lets somebody in.

An e-mail is queued in the transaction of what it tells of, so that neither is ever there without the other. Of several
processes one sends it. It is sent twice only when a process dies between the server's answer and noting it.
"""

import datetime
import logging
import threading
from typing import TYPE_CHECKING, Final

from kb.editorial.db import Database
from kb.editorial.mail import Mailer, one_line
from kb.errors import DatabaseBusy, DatabaseUnavailable, MailRefused, MailUnavailable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import Message

log = logging.getLogger(__name__)

# Before the second, third, ... try: a restart of the server, a morning without it, a weekend without it.
PAUSES: Final = tuple(datetime.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 720, 720, 720, 720))
_CLAIM: Final = datetime.timedelta(minutes=10)  # longer than one e-mail can take with a server that answers slowly
_KEPT: Final = datetime.timedelta(days=90)  # what was sent, for questions about it
_LOOK: Final = 5.0  # seconds between looks for new ones


def queue(session: "Session", to: str, subject: str, body: str) -> None:
    """Queues an e-mail in the caller's transaction."""
    from kb.editorial.models import Message  # noqa: PLC0415 - SQLAlchemy is loaded by those who write

    now = datetime.datetime.now(datetime.UTC)
    session.add(Message(to=to, subject=one_line(subject), body=body, created_at=now, due_at=now, tries=0, problem=""))


def deliver(database: Database, mailer: Mailer) -> int:
    """Sends what is due, the oldest first; gives how many were sent. Stops at the first that must wait for the server.

    Raises:
        DatabaseUnavailable: the database cannot be used.
    """
    sent = 0
    while (message := _claim(database)) is not None:
        try:
            mailer.send(message.to, message.subject, message.body)
        except MailRefused as error:
            log.error("An e-mail to %s is given up: %s", message.to, error)
            _settle(database, message, None, error.message)
        except MailUnavailable as error:
            pause = PAUSES[message.tries - 1] if message.tries <= len(PAUSES) else None
            log.warning("An e-mail to %s has to wait: %s", message.to, error)
            _settle(database, message, pause, error.message)
            return sent
        else:
            sent += 1
            _settle(database, message, None, "")
    return sent


def problems(session: "Session") -> int:
    """How many e-mails wait after a failure or were given up."""
    from sqlalchemy import func, select  # noqa: PLC0415

    from kb.editorial.models import Message  # noqa: PLC0415

    failed = select(func.count()).select_from(Message).where(Message.problem != "", Message.sent_at.is_(None))
    return session.scalar(failed) or 0


def _claim(database: Database) -> "Message | None":
    """The next e-mail that is due, ours for a while."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Message  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    due = select(Message).where(Message.due_at <= now).order_by(Message.due_at, Message.id).limit(1)
    with database.reading() as session:
        if session.scalar(due) is None:
            return None  # most looks end here, without keeping anybody from writing
    with database.writing() as session:
        message = session.scalar(due)
        if message is not None:
            message.due_at = now + _CLAIM
            message.tries += 1
    return message


def _settle(database: Database, message: "Message", pause: datetime.timedelta | None, problem: str) -> None:
    """Notes what became of an e-mail: sent, to be tried after a pause, or given up."""
    from sqlalchemy import delete, update  # noqa: PLC0415

    from kb.editorial.models import Message  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    values = {"due_at": now + pause if pause else None, "sent_at": None if problem else now, "problem": problem}
    for patience in (5, 4, 3, 2, 1):
        try:
            with database.writing() as session:
                session.execute(update(Message).where(Message.id == message.id).values(values))
                session.execute(delete(Message).where(Message.sent_at < now - _KEPT))
        except DatabaseBusy:  # an e-mail that was sent and is not noted as sent would be sent again
            if patience == 1:
                raise
        else:
            return


class Delivery:
    """A thread that sends what is queued, for as long as the site runs."""

    def __init__(self, database: Database, mailer: Mailer, look: float = _LOOK) -> None:
        self._database, self._mailer, self._look = database, mailer, look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends it; an e-mail under way is given a moment."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        said = ""
        while not self._stop.wait(self._look):
            try:
                if self._database.exists():
                    deliver(self._database, self._mailer)
                said = ""
            except DatabaseUnavailable as error:
                if str(error) != said:  # once, not every few seconds
                    log.error("No e-mails are sent: %s", error)
                said = str(error)
            except Exception:
                log.exception("An e-mail failed")
                self._stop.wait(60)
