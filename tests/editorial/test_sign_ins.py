"""Browsers that are signed in: how long, how they end, what is stored; and browsers that somebody used before."""

import datetime

import pytest
from sqlalchemy import select, update

from kb.editorial import sign_ins, tokens
from kb.editorial.models import Device, SignIn
from kb.editorial.sign_ins import Lifetimes, Visitor

HOUR = datetime.timedelta(hours=1)
DAY = Lifetimes(12 * HOUR, 3 * HOUR)


@pytest.fixture
def ada(person):
    return person("contributor@organisation:RWK")


@pytest.fixture
def begin(database, ada):
    def start(who=ada, browser="Firefox on Windows", **more):
        with database.writing() as session:
            return sign_ins.begin(session, who.id, browser, DAY, **more)

    return start


def rows(database, table=SignIn):
    with database.reading() as session:
        return list(session.scalars(select(table)))


def age(database, **columns):
    """Moves the moments of every sign-in into the past."""
    with database.writing() as session:
        for row in session.scalars(select(SignIn)):
            for name, by in columns.items():
                setattr(row, name, getattr(row, name) - by)


def test_a_token_opens_what_it_was_made_for_and_only_its_digest_is_stored(database, ada, begin):
    token = begin()
    visitor = sign_ins.look_up(database, token, DAY)
    assert (visitor.actor, visitor.sign_in, visitor.ended) == (ada, tokens.digest(token), None)
    (row,) = rows(database)
    assert token not in str(vars(row))
    assert len(token) == 43
    assert begin() != token
    for wrong in ("", "x", token[:-1], token + "a", tokens.digest(token), token.upper()):
        assert sign_ins.look_up(database, wrong, DAY) == Visitor()


@pytest.mark.parametrize(
    ("moved", "there"),
    [
        ({"expires_at": 12 * HOUR - HOUR / 60}, True), ({"expires_at": 12 * HOUR}, False),
        ({"seen_at": 3 * HOUR - HOUR / 60}, True), ({"seen_at": 3 * HOUR}, False),
    ],
)  # fmt: skip
def test_a_sign_in_ends_after_its_whole_time_and_when_it_is_not_used(database, ada, begin, moved, there):
    token = begin()
    age(database, **moved)
    visitor = sign_ins.look_up(database, token, DAY)
    assert visitor.actor == (ada if there else None)
    assert visitor.ended == (None if there else ada.id)  # whose words a page still holds


def test_being_used_keeps_it_alive_but_not_beyond_its_whole_time(database, ada, begin):
    token = begin()
    for _ in range(11):
        age(database, seen_at=HOUR, expires_at=HOUR)
        assert sign_ins.look_up(database, token, DAY).actor == ada
    age(database, seen_at=HOUR, expires_at=HOUR)
    assert sign_ins.look_up(database, token, DAY).actor is None


def test_it_is_noted_at_most_once_a_minute_that_a_browser_was_seen(database, begin):
    token = begin()
    first = rows(database)[0].seen_at
    sign_ins.look_up(database, token, DAY)
    assert rows(database)[0].seen_at == first
    age(database, seen_at=datetime.timedelta(seconds=61))
    sign_ins.look_up(database, token, DAY)
    assert rows(database)[0].seen_at >= first


def test_somebody_else_who_writes_keeps_nobody_out(database, ada, begin):
    token = begin()
    age(database, seen_at=2 * HOUR)
    with database.writing():
        assert sign_ins.look_up(database, token, DAY).actor == ada  # noted with the next page


def test_a_new_sign_in_replaces_what_the_browser_came_with(database, begin):
    planted = begin()
    token = begin(replaces=planted)
    assert sign_ins.look_up(database, planted, DAY) == Visitor()
    assert sign_ins.look_up(database, token, DAY).actor


def test_old_rows_go_with_the_next_sign_in(database, begin):
    begin()
    age(database, expires_at=12 * HOUR + datetime.timedelta(days=8))
    begin()
    assert len(rows(database)) == 1


def test_the_browsers_of_somebody_and_ending_them(database, ada, begin, person):
    ben = person("contributor@organisation:RWK")
    first, second = begin(), begin(browser="Safari on iPhone" * 20)
    his = begin(ben)

    def browsers(this=""):
        with database.reading() as session:
            return sign_ins.browsers(session, ada.id, this, DAY)

    found = browsers(tokens.digest(first))
    assert [browser.this for browser in found] == [True, False]
    assert found[0].words == "Firefox on Windows"
    assert len(found[1].words) == 60
    with database.writing() as session:
        sign_ins.end(session, ada.id, tokens.digest(his))  # not hers: nothing happens
        sign_ins.end(session, ada.id, tokens.digest(second))
    assert sign_ins.look_up(database, his, DAY).actor == ben
    assert sign_ins.look_up(database, second, DAY) == Visitor()
    begin()
    with database.writing() as session:
        sign_ins.end_all(session, ada.id)
    assert browsers() == []
    assert sign_ins.look_up(database, his, DAY).actor == ben
    age(database, seen_at=4 * HOUR)
    with database.reading() as session:
        assert sign_ins.browsers(session, ben.id, "", DAY) == []  # what has run out is not shown


def test_a_browser_that_was_used_before_is_known_for_those_who_used_it(database, ada, person):
    ben = person("contributor@organisation:RWK")

    def remember(who, token):
        with database.writing() as session:
            return sign_ins.remember_device(session, who.id, token)

    def knows(who, token):
        with database.reading() as session:
            return sign_ins.knows_device(session, who.id, token)

    token = remember(ada, "")
    assert knows(ada, token)
    assert not knows(ben, token)
    assert remember(ben, token) == token  # a computer that both use
    assert knows(ada, token)
    assert knows(ben, token)
    planted = tokens.new()
    assert remember(ada, planted) != planted  # one that we never made is not taken over
    assert not knows(ada, planted)
    assert not knows(ada, "")
    assert token not in str([vars(row) for row in rows(database, Device)])
    with database.writing() as session:
        session.execute(update(Device).values(seen_at=datetime.datetime.now(datetime.UTC) - sign_ins.DEVICE - HOUR))
        sign_ins.begin(session, ada.id, "A browser", DAY)
    assert not knows(ada, token)
