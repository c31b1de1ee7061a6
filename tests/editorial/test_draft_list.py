"""What somebody writes, in a number of statements that does not grow with it."""

import datetime

import pytest
from sqlalchemy import event

from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import comments, draft_list, drafts, steps
from kb.editorial.draft_list import MOST_ENDED
from kb.editorial.models import Draft
from kb.editorial.steps import House
from kb.editorial.workflow import State

HOME = "organisation:RWK"
VOCABULARY = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
HOUSE = House("https://exchange.example.nhs.uk", "Improvement Exchange")


@pytest.fixture
def begin(database):
    """`begin(actor, title, home=HOME, **columns)`: a draft with this title."""

    def make(actor, title, home=HOME, **columns):
        with database.writing() as session:
            id_ = drafts.start(session, actor, home, {"what-you-improved": {"title": title}})
            for name, value in columns.items():
                setattr(session.get(Draft, id_), name, value)
        return id_

    return make


def of(database, actor):
    with database.reading() as session:
        return draft_list.of_writer(session, actor)


def test_own_drafts_come_first_then_those_of_the_organisation_and_nobody_elses(database, person, begin):
    me, colleague = person(f"contributor@{HOME}", name="Wanda Writer"), person(f"contributor@{HOME}", name="Colin")
    begin(person("contributor@organisation:RXX"), "Of another trust", "organisation:RXX")
    now = datetime.datetime.now(datetime.UTC)
    begin(me, "Mine, older", changed_at=now - datetime.timedelta(days=9))
    begin(colleague, "A colleague's")
    begin(me, "Mine, newer")
    found = of(database, me)
    assert [(one.title, one.own, one.owner) for one in found.open] == [
        ("Mine, newer", True, "Wanda Writer"), ("Mine, older", True, "Wanda Writer"), ("A colleague's", False, "Colin"),
    ]  # fmt: skip
    assert (found.ended, found.more) == ((), 0)


def test_whoever_writes_for_all_is_shown_what_they_began(database, person, begin):
    everywhere, other = person("contributor"), person(f"contributor@{HOME}")
    begin(other, "Of a trust")
    begin(everywhere, "My own")
    assert [one.title for one in of(database, everywhere).open] == ["My own"]


def test_what_was_begun_and_what_was_remarked_is_counted_without_loading_an_answer(database, person, begin):
    me = person(f"contributor@{HOME}")
    id_ = begin(me, "Fewer falls")
    with database.writing() as session:
        opened = drafts.open_(session, me, id_, VOCABULARY)
        drafts.save(session, me, opened, "problem", {"Problem": "Falls."}, 0)
        drafts.save(session, me, opened, "cost", {"Cost and resources": "Little."}, 0)  # nobody must answer it
        drafts.save(session, me, opened, "aim", {"Aim": "Fewer."}, 0)
        drafts.save(session, me, drafts.open_(session, me, id_, VOCABULARY), "aim", {}, 1)
        first = comments.add(session, me, opened, "aim", "What for?", HOUSE)
        comments.add(session, me, opened, "aim", "For fewer falls.", HOUSE, first)
        done = comments.add(session, me, opened, "problem", "Where?", HOUSE)
        comments.resolve(session, me, opened, done)
    (found,) = of(database, me).open
    assert (found.begun, found.asked, found.remarks) == (2, 12, 1)


def test_a_signpost_is_asked_less(database, person, begin):
    me = person(f"contributor@{HOME}")
    begin(me, "A summary", carried={"kind": "signpost", "order": []})
    (found,) = of(database, me).open
    assert (found.begun, found.asked) == (1, 7)


def test_whom_it_waits_for_and_since_when(database, person, begin):
    me, reviewer = person(f"contributor@{HOME}"), person("reviewer@collaborative:impact", name="Rita Reviewer")
    id_ = begin(me, "Fewer falls")
    for actor, step in ((me, "submit"), (reviewer, "review")):
        with database.writing() as session:
            steps.take(session, actor, drafts.open_(session, actor, id_, VOCABULARY), step, HOUSE)
    (found,) = of(database, me).open
    assert (found.state, found.reviewer) == (State.IN_REVIEW, "Rita Reviewer")
    assert found.promised_on == found.submitted_at.date() + datetime.timedelta(days=14)
    assert found.changed_at > found.submitted_at


def test_the_ended_stand_apart_the_latest_first_and_old_ones_are_counted(database, person, begin):
    me = person(f"contributor@{HOME}")
    now = datetime.datetime.now(datetime.UTC)
    for number in range(MOST_ENDED + 3):
        begin(me, f"Given up {number}", state=State.WITHDRAWN, changed_at=now - datetime.timedelta(days=number + 1))
    begin(me, "Published", state=State.PUBLISHED, slug="published", changed_at=now)
    found = of(database, me)
    assert [one.title for one in found.ended[:2]] == ["Published", "Given up 0"]
    assert (len(found.ended), found.more, found.open) == (MOST_ENDED, 4, ())


def test_the_number_of_statements_does_not_grow(database, person, begin):
    me = person(f"contributor@{HOME}")
    said = []
    counted = event.listens_for(database.engine, "before_cursor_execute")(lambda *told: said.append(told[2]))
    counts = []
    for _ in range(2):
        for _ in range(10):
            begin(me, "A draft")
            begin(me, "An ended one", state=State.PUBLISHED)
        said.clear()
        of(database, me)
        counts.append(len(said))
    event.remove(database.engine, "before_cursor_execute", counted)
    assert counts[0] == counts[1] <= 6, said  # four, and those around the transaction
    assert not any("answers.data," in statement for statement in said)
