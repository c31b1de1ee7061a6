"""E-mails that wait: queued with what they tell of, sent once by whoever comes first, tried again, given up with a reason."""

import datetime
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import select, update

from kb.editorial import mail, notices
from kb.editorial.db import Database
from kb.editorial.models import Message
from kb.editorial.notices import PAUSES, Delivery, deliver, queue
from kb.errors import DatabaseUnavailable, MailRefused, MailUnavailable
from kb.settings import Settings

NOW = datetime.datetime.now(datetime.UTC)


class Post:
    """Stands where the mailer does, keeps what it is given, and answers as told: an error for each call, or None."""

    configured = True

    def __init__(self, *answers):
        self.sent, self.answers = [], list(answers)

    def send(self, to, subject, body):
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        self.sent.append((to, subject, body))


def put(database, *subjects):
    with database.writing() as session:
        for subject in subjects:
            queue(session, "ada@example.nhs.uk", subject, f"About {subject}")


def rows(database):
    with database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def problems(database):
    with database.reading() as session:
        return notices.problems(session)


def make_due(database):
    with database.writing() as session:
        session.execute(update(Message).where(Message.due_at.is_not(None)).values(due_at=NOW))


def test_what_is_queued_is_sent_once_in_order(database):
    post = Post()
    put(database, "One", "Two\nBcc: x@example.org")
    assert deliver(database, post) == 2
    assert post.sent == [
        ("ada@example.nhs.uk", "One", "About One"),
        ("ada@example.nhs.uk", "Two Bcc: x@example.org", "About Two\nBcc: x@example.org"),
    ]
    assert deliver(database, post) == 0
    assert all(row.sent_at and row.due_at is None and row.tries == 1 and row.problem == "" for row in rows(database))
    assert problems(database) == 0


def test_nothing_is_sent_of_what_did_not_happen(database):
    def fail():
        with database.writing() as session:
            queue(session, "ada@example.nhs.uk", "One", "")
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert deliver(database, Post()) == 0


def test_a_server_that_is_down_is_tried_again_after_growing_pauses_until_it_is_given_up(database):
    put(database, "One", "Two")
    post = Post(*[MailUnavailable("It is down.") for _ in range(len(PAUSES) + 1)])
    waits = []
    for number in range(len(PAUSES)):
        with database.writing() as session:  # only the first is due
            session.execute(update(Message).where(Message.id == 1).values(due_at=NOW))
            session.execute(update(Message).where(Message.id == 2).values(due_at=NOW + datetime.timedelta(days=9)))
        assert deliver(database, post) == 0
        row = rows(database)[0]
        assert (row.tries, row.problem, row.sent_at) == (number + 1, "It is down.", None)
        waits.append(row.due_at - datetime.datetime.now(datetime.UTC))
    for pause, wait in zip(PAUSES, waits, strict=True):
        assert abs(pause - wait) < datetime.timedelta(seconds=30)
    assert sorted(PAUSES) == list(PAUSES)
    assert sum(PAUSES, datetime.timedelta()) > datetime.timedelta(days=2)  # a weekend without a mail server
    make_due(database)
    assert deliver(database, post) == 0  # the first is given up
    assert deliver(database, post) == 1
    first, second = rows(database)
    assert (first.due_at, first.sent_at, first.problem) == (None, None, "It is down.")
    assert second.sent_at
    assert problems(database) == 1


def test_the_first_that_fails_does_not_make_all_others_wait_for_the_server_again(database):
    put(database, "One", "Two", "Three")
    post = Post(MailUnavailable("It is down."), None, None)
    assert deliver(database, post) == 0
    assert [row.tries for row in rows(database)] == [1, 0, 0]
    assert deliver(database, post) == 2
    assert problems(database) == 1
    make_due(database)
    assert deliver(database, post) == 1
    assert problems(database) == 0


def test_an_address_that_nobody_has_is_given_up_at_once_and_keeps_nobody_waiting(database, caplog):
    put(database, "One", "Two")
    assert deliver(database, Post(MailRefused("There is no such mailbox."))) == 1
    first, second = rows(database)
    assert (first.due_at, first.problem, first.tries) == (None, "There is no such mailbox.", 1)
    assert second.sent_at
    assert "given up" in caplog.text


def test_several_that_send_at_once_send_each_e_mail_once(database):
    subjects = [f"Number {number}" for number in range(12)]
    put(database, *subjects)
    post = Post()
    others = [Database(database.url, wait=20_000) for _ in range(3)]
    threads = [threading.Thread(target=deliver, args=(other, post)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(subject for _, subject, _ in post.sent) == sorted(subjects)
    for other in others:
        other.close()


KILLED = """
import os, signal, sys
from kb.editorial.db import Database
from kb.editorial import notices

class Post:
    configured = True
    def send(self, *message):
        os.kill(os.getpid(), signal.SIGKILL)

notices.deliver(Database(sys.argv[1]), Post())
"""


def test_an_e_mail_whose_sender_was_killed_is_sent_later_by_another(database):
    put(database, "One")
    done = subprocess.run([sys.executable, "-c", KILLED, database.url], check=False, timeout=60)
    assert done.returncode == -9
    post = Post()
    assert deliver(database, post) == 0  # the other may still be at it
    with database.writing() as session:
        session.execute(update(Message).values(due_at=Message.due_at))
        row = session.scalars(select(Message)).one()
        assert datetime.timedelta(minutes=9) < row.due_at - datetime.datetime.now(datetime.UTC)
        row.due_at = NOW
    assert deliver(database, post) == 1


def test_what_was_sent_long_ago_is_dropped(database):
    put(database, "Old")
    deliver(database, Post())
    with database.writing() as session:
        session.execute(update(Message).values(sent_at=NOW - datetime.timedelta(days=91)))
    put(database, "New")
    deliver(database, Post())
    assert [row.subject for row in rows(database)] == ["New"]


def test_the_thread_sends_through_a_real_server_and_survives_what_goes_wrong(database, mailbox, monkeypatch, caplog):
    failing = [DatabaseUnavailable("It is away."), DatabaseUnavailable("It is away.")]
    real = notices.deliver

    def sometimes(*arguments):
        if failing:
            raise failing.pop()
        return real(*arguments)

    monkeypatch.setattr(notices, "deliver", sometimes)
    delivery = Delivery(database, mail.from_settings(Settings(**mailbox.settings)), look=0.02)
    delivery.start()
    time.sleep(0.1)
    assert not database.exists()  # a site that is only read gets no database from this
    assert len(failing) == 2
    put(database, "One")
    assert mailbox.wait()["Subject"] == "One"
    put(database, "Two")
    assert mailbox.wait(2)["Subject"] == "Two"
    delivery.stop()
    put(database, "Three")
    time.sleep(0.1)
    assert len(mailbox.messages) == 2
    assert caplog.text.count("It is away.") == 1  # said once, not every few seconds
