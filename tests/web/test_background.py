"""The thread that publishes by itself: starts with the site, does its work, says what went wrong once, ends with the site."""

import datetime
import logging
import threading
import time
from dataclasses import dataclass

import pytest

from kb.content.vocabulary import Vocabulary
from kb.editorial import unattended
from kb.editorial.publishing import Published
from kb.errors import DatabaseBusy, RepositoryUnavailable
from kb.web.background import Background

NOW = datetime.datetime(2026, 11, 24, 13, 5, tzinfo=datetime.UTC)


@dataclass
class _Database:
    there: bool = True

    def exists(self):
        return self.there


@dataclass
class _Publisher:
    database: _Database


@pytest.fixture
def asked(monkeypatch):
    """What it asks to be done, and what comes of it: `asked.due` is the list of outcomes."""

    class Asked:
        due: list = []  # noqa: RUF012
        calls: list = []  # noqa: RUF012
        problem = None

    def publish_due(_publisher, _vocabulary, today):
        Asked.calls.append(("due", today))
        if Asked.problem:
            raise Asked.problem
        yield from Asked.due

    def complete(_publisher, _vocabulary, today, before):
        Asked.calls.append(("complete", today, before))
        return iter(())

    Asked.due, Asked.calls, Asked.problem = [], [], None
    monkeypatch.setattr(unattended, "publish_due", publish_due)
    monkeypatch.setattr(unattended, "complete", complete)
    return Asked


@pytest.fixture
def background():
    return Background(_Publisher(_Database()), Vocabulary, look=0.01, first=0.01)


def errors(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_it_asks_for_what_is_due_today_and_what_was_begun_more_than_a_minute_ago(background, asked):
    background.once(NOW)
    assert asked.calls == [
        ("complete", NOW.date(), NOW - datetime.timedelta(minutes=1)),
        ("due", NOW.date()),
    ]


def test_a_site_that_is_only_read_makes_no_database(asked):
    Background(_Publisher(_Database(there=False)), Vocabulary).once(NOW)
    assert asked.calls == []


def test_a_problem_is_said_once_until_it_changes(background, asked, caplog):
    asked.due = [unattended.Outcome("Safer nights", problem=RepositoryUnavailable("Git is held.", "Wait."))]
    background.once(NOW)
    background.once(NOW)
    assert errors(caplog) == ["Safer nights could not be published on its day: Git is held. Wait."]
    asked.due = [unattended.Outcome("Safer nights", Published("safer-nights", 1, "abc"))]
    background.once(NOW)
    asked.due = [unattended.Outcome("Safer nights", problem=RepositoryUnavailable("Git is held.", "Wait."))]
    background.once(NOW)
    assert len(errors(caplog)) == 2


def test_a_database_that_cannot_be_used_is_said_once(background, asked, caplog):
    asked.problem = DatabaseBusy("Somebody else is saving.", "Try again.")
    background.once(NOW)
    background.once(NOW)
    assert errors(caplog) == ["Nothing is published by itself: Somebody else is saving. Try again."]


def test_it_goes_on_after_a_fault_of_ours_and_stops_when_told(background, asked, caplog):
    asked.problem = ZeroDivisionError("a mistake")
    before = threading.enumerate()  # sites of other tests may have such a thread, too
    background.start()
    until = time.monotonic() + 60
    while len(asked.calls) < 6 and time.monotonic() < until:
        time.sleep(0.01)
    background.stop()
    assert len(asked.calls) >= 6
    assert "Publishing in the background failed" in errors(caplog)
    assert "publishing" not in [thread.name for thread in threading.enumerate() if thread not in before]
