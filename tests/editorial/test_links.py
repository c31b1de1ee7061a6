"""Links that let somebody in: once, for a while, replaced by newer ones, and not used up by being looked at."""

import datetime

import pytest
from sqlalchemy import select

from kb.editorial import accounts, links, tokens
from kb.editorial.audit import Operator
from kb.editorial.links import INVITATION, RESET
from kb.editorial.models import Link

HASHED = "$argon2id$some-hash"


@pytest.fixture
def ada(person):
    return person("contributor@organisation:RWK", name="Ada Love")


@pytest.fixture
def make(database, ada):
    def link(purpose=RESET, who=ada):
        with database.writing() as session:
            return links.make(session, accounts.found(session, who.email), purpose)

    return link


def holder(database, token, purpose=RESET):
    with database.reading() as session:
        user = links.holder(session, token, purpose)
        return user and user.id


def use(database, token, purpose=RESET):
    with database.writing() as session:
        user = links.use(session, token, purpose, HASHED)
        return user and user.id


@pytest.mark.parametrize("purpose", [INVITATION, RESET])
def test_a_link_works_once_however_often_it_was_looked_at(database, ada, make, purpose):
    token = make(purpose)
    for _ in range(3):
        assert holder(database, token, purpose) == ada.id
    assert use(database, token, purpose) == ada.id
    assert use(database, token, purpose) is None
    assert holder(database, token, purpose) is None
    with database.reading() as session:
        assert accounts.found(session, ada.email).password == HASHED


def test_a_link_is_for_its_purpose_and_nothing_else_opens_it(database, make):
    token = make(RESET)
    assert holder(database, token, INVITATION) is None
    for wrong in ("", "x", token[:-1], tokens.digest(token)):
        assert use(database, wrong) is None


@pytest.mark.parametrize(
    ("purpose", "lasts"), [(INVITATION, datetime.timedelta(days=7)), (RESET, datetime.timedelta(hours=1))]
)
def test_a_link_lasts_a_week_or_an_hour(database, ada, make, purpose, lasts):
    minute = datetime.timedelta(minutes=1)
    for age, there in ((lasts - minute, True), (lasts, False)):
        token = make(purpose)
        with database.writing() as session:
            link = session.get(Link, tokens.digest(token))
            link.expires_at -= age
        assert holder(database, token, purpose) == (ada.id if there else None)


def test_a_newer_link_replaces_every_earlier_one_of_this_person(database, ada, make, person):
    ben = person("contributor@organisation:RWK")
    invitation, his = make(INVITATION), make(RESET, ben)
    reset = make(RESET)
    assert holder(database, invitation, INVITATION) is None
    newest = make(RESET)
    assert holder(database, reset) is None
    assert holder(database, newest) == ada.id
    assert holder(database, his) == ben.id


def test_a_link_of_a_closed_account_opens_nothing(database, ada, make):
    token = make()
    with database.writing() as session:
        accounts.disable(session, Operator("jo"), accounts.found(session, ada.email))
    assert use(database, token) is None


def test_only_the_digest_is_stored_and_old_ones_are_dropped(database, make):
    token = make()
    with database.writing() as session:
        (link,) = session.scalars(select(Link))
        assert token not in str(vars(link))
        link.expires_at -= datetime.timedelta(days=31)
    make()
    with database.reading() as session:
        assert len(session.scalars(select(Link)).all()) == 1


@pytest.mark.parametrize("purpose", [INVITATION, RESET])
def test_the_letter_has_the_link_and_who_it_is_for(purpose):
    subject, body = links.letter("https://exchange.example", "Improvement Exchange", "Ada", purpose, "abc")
    assert "Improvement Exchange" in subject
    assert body.startswith("Hello Ada,")
    assert f"\nhttps://exchange.example/{purpose}/abc\n" in body
    assert "works once" in body
