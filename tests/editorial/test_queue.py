"""What waits for reviewers: theirs and nobody else's, the oldest first, in as many statements for one as for many."""

import datetime

import pytest
from sqlalchemy import event

from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import drafts, steps
from kb.editorial.models import Draft
from kb.editorial.queue import PAGE, queue
from kb.editorial.steps import House
from kb.editorial.workflow import State

HOUSE = House("https://exchange.example.nhs.uk", "Improvement Exchange")
WORDS = Vocabulary(
    organisations={
        "RWK": Organisation("RWK", "East Trust"),
        "RXX": Organisation("RXX", "West Trust"),
        "OLD": Organisation("OLD", "Former East Trust", successors=("RWK",)),
    },
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def submitted(database, person):
    """`submitted(title, home, days)`: a draft handed in so many days ago; gives its id and its writer."""

    def make(title, home="organisation:RWK", days=0, then=(), writer=None):
        writer = writer or person(f"contributor@{home}")
        with database.writing() as session:
            id_ = drafts.start(session, writer, home, {"what-you-improved": {"title": title}})
        for actor, step in ((writer, "submit"), *then):
            with database.writing() as session:
                steps.take(session, actor, drafts.open_(session, actor, id_, WORDS), step, HOUSE, "Because.")
        with database.writing() as session:
            row = session.get(Draft, id_)
            row.submitted_at = NOW - datetime.timedelta(days=days)
            row.promised_on = row.submitted_at.date() + datetime.timedelta(days=14)
        return id_, writer

    return make


@pytest.fixture
def waiting(database):
    """`waiting(actor)`: everything on the first page of their queue."""

    def look(actor, page=1):
        with database.reading() as session:
            return queue(session, actor, WORDS, page)

    return look


def titles(found):
    return [one.title for one in found.waiting]


def test_reviewers_see_what_waits_within_their_reach_the_longest_wait_first(person, submitted, waiting):
    submitted("Young", days=1)
    submitted("Old", days=9)
    submitted("Elsewhere", "organisation:RXX", days=5)
    submitted("Before the merger", "organisation:OLD", days=3)
    assert titles(waiting(person("reviewer@organisation:RWK"))) == ["Old", "Before the merger", "Young"]
    assert titles(waiting(person("editor@collaborative:impact"))) == ["Old", "Before the merger", "Young"]
    assert titles(waiting(person("reviewer@organisation:RXX"))) == ["Elsewhere"]
    assert titles(waiting(person("reviewer"))) == ["Old", "Elsewhere", "Before the merger", "Young"]
    assert titles(waiting(person("contributor"))) == []


def test_only_what_waits_is_there(person, submitted, waiting, database):
    reviewer = person("editor", name="Rita")
    writer = person("contributor@organisation:RWK", name="Wanda")
    submitted("Asked to change", then=[(reviewer, "review"), (reviewer, "request")])
    submitted("Declined", then=[(reviewer, "decline")])
    approved, _ = submitted("Approved", days=2, then=[(reviewer, "review"), (reviewer, "approve")], writer=writer)
    with database.writing() as session:
        drafts.start(session, writer, "organisation:RWK", {"what-you-improved": {"title": "Still written"}})
    (found,) = waiting(reviewer).waiting
    assert (found.id, found.title, found.state) == (approved, "Approved", State.APPROVED)
    assert (found.writer, found.reviewer, found.own, found.new_version, found.begun) == ("Wanda", "Rita", *[False] * 3)


def test_an_answer_that_was_promised_for_yesterday_is_overdue(person, submitted, waiting):
    submitted("Late", days=15)
    submitted("Due today", days=14)
    found = waiting(person("reviewer")).waiting
    assert [one.overdue(NOW.date()) for one in found] == [True, False]


def test_own_work_is_marked(person, submitted, waiting):
    both = person("reviewer@organisation:RWK")
    submitted("Mine", writer=both)
    submitted("Not mine")
    assert {one.title: one.own for one in waiting(both).waiting} == {"Mine": True, "Not mine": False}


def test_a_page_at_a_time(person, submitted, waiting):
    writer, reviewer = person("contributor@organisation:RWK"), person("reviewer")
    for number in range(PAGE + 2):
        submitted(f"Number {number}", days=100 - number, writer=writer)
    assert titles(waiting(reviewer))[0] == "Number 0"
    assert titles(waiting(reviewer, 2)) == [f"Number {PAGE}", f"Number {PAGE + 1}"]
    assert (waiting(reviewer).total, titles(waiting(reviewer, 3))) == (PAGE + 2, [])


def test_the_number_of_statements_does_not_grow(person, submitted, database):
    reviewer = person("reviewer")

    def statements():
        counted = []
        event.listen(database.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
        with database.reading() as session:
            queue(session, reviewer, WORDS)
        return len([sql for sql in counted if sql.startswith("SELECT")])

    submitted("One")
    one = statements()
    for home in ("organisation:RWK", "organisation:RXX", "organisation:OLD", "collaborative:impact"):
        submitted(home, home)
    assert statements() == one == 3
