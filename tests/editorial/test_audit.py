"""The audit: every row names who did it, and is there exactly when what it tells of is."""

import datetime

import pytest
from sqlalchemy import select

from kb.editorial import audit
from kb.editorial.audit import Operator
from kb.editorial.models import AuditEntry


def rows(database):
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_a_row_says_who_did_what_to_what_and_when(database, person):
    ada = person("reviewer@organisation:RWK", name="Ada Love", email="ada@example.nhs.uk")
    with database.writing() as session:
        audit.record(session, ada, "draft.approve", "draft:k3x9", note="Clear", again=[1, 2])
    row = rows(database)[-1]
    assert (row.user_id, row.actor) == (ada.id, "Ada Love <ada@example.nhs.uk>")
    assert (row.action, row.object, row.detail) == ("draft.approve", "draft:k3x9", {"note": "Clear", "again": [1, 2]})
    assert abs(datetime.datetime.now(datetime.UTC) - row.at) < datetime.timedelta(minutes=1)


def test_whoever_runs_the_command_line_is_named_too(database):
    with database.writing() as session:
        audit.record(session, Operator("jo"), "user.add", "user:1")
    (row,) = rows(database)
    assert (row.user_id, row.actor, row.detail) == (None, "jo (command line)", {})


@pytest.mark.parametrize("name", ["", "  "])
def test_nobody_is_nobody(database, name):
    with pytest.raises(ValueError, match="needs the name"), database.writing() as session:
        audit.record(session, Operator(name), "user.add", "user:1")
    assert rows(database) == []


def test_a_row_goes_with_what_it_tells_of(database):
    def fail():
        with database.writing() as session:
            audit.record(session, Operator("jo"), "user.add", "user:1")
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows(database) == []
