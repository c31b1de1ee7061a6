"""Remarks on a draft: answers, dealt with, e-mails, and a number of statements that does not grow."""

import pytest
from sqlalchemy import event

from kb.content.vocabulary import Organisation, Vocabulary
from kb.editorial import comments, drafts, steps
from kb.editorial.models import Message
from kb.editorial.steps import House
from kb.errors import FormInvalid, NotFound, StepImpossible

HOME = "organisation:RWK"
HOUSE = House("https://exchange.example.nhs.uk", "Improvement Exchange")
WORDS = Vocabulary(organisations={"RWK": Organisation("RWK", "East Trust")})


@pytest.fixture
def reviewed(database, person):
    """A draft in review with its writer and reviewer."""
    writer = person(f"contributor@{HOME}", name="Wanda", email="wanda@example.nhs.uk")
    reviewer = person(f"reviewer@{HOME}", name="Rita", email="rita@example.nhs.uk")
    with database.writing() as session:
        id_ = drafts.start(session, writer, HOME, {"what-you-improved": {"title": "Fewer falls"}})
    for actor, step in ((writer, "submit"), (reviewer, "review")):
        with database.writing() as session:
            steps.take(session, actor, drafts.open_(session, actor, id_, WORDS), step, HOUSE)
    return writer, reviewer, id_


@pytest.fixture
def say(database):
    def add(actor, id_, question, text, parent=None):
        with database.writing() as session:
            return comments.add(session, actor, drafts.open_(session, actor, id_, WORDS), question, text, HOUSE, parent)

    return add


def test_a_remark_is_answered_and_dealt_with(database, reviewed, say):
    writer, reviewer, id_ = reviewed
    first = say(reviewer, id_, "results", "How many beds?")
    say(writer, id_, "", "Twelve.", parent=first)
    say(reviewer, id_, comments.WHOLE, "Well told.")
    with database.writing() as session:
        comments.resolve(session, writer, drafts.open_(session, writer, id_, WORDS), first)
    with database.reading() as session:
        found = comments.of_draft(session, id_)
    assert [(r.question, r.who, r.text, r.resolved_by) for r in found] == [
        ("results", "Rita", "How many beds?", "Wanda"),
        ("whole", "Rita", "Well told.", ""),
    ]
    assert [(r.question, r.who, r.text) for r in found[0].replies] == [("results", "Wanda", "Twelve.")]


def test_the_other_side_is_told(database, reviewed, say):
    writer, reviewer, id_ = reviewed
    first = say(reviewer, id_, "results", "How many beds?")
    say(writer, id_, "", "Twelve.", parent=first)
    with database.reading() as session:
        told = [(m.to, m.body) for m in session.query(Message).filter(Message.subject.startswith("Comment on"))]
    assert [to for to, _ in told] == ["wanda@example.nhs.uk", "rita@example.nhs.uk"]
    assert "How many beds?" in told[0][1]
    assert f"/drafts/{id_}" in told[0][1]
    assert f"/reviews/{id_}" in told[1][1]


def test_what_cannot_be_said(reviewed, say, person):
    writer, reviewer, id_ = reviewed
    with pytest.raises(FormInvalid, match="Write your comment"):
        say(reviewer, id_, "results", " \n ")
    with pytest.raises(FormInvalid, match="5,000"):
        say(reviewer, id_, "results", "a" * 5_001)
    with pytest.raises(NotFound):
        say(reviewer, id_, "shoe-size", "What?")
    first = say(reviewer, id_, "results", "How many beds?")
    answer = say(writer, id_, "", "Twelve.", parent=first)
    for parent in (answer, 999):
        with pytest.raises(NotFound):
            say(reviewer, id_, "", "Thanks.", parent=parent)
    stranger = person("reviewer@organisation:RXX")
    with pytest.raises(NotFound):
        say(stranger, id_, "results", "Let me see.")


@pytest.mark.parametrize("many", [1, 40])
def test_two_statements_however_many_there_are(database, reviewed, say, many):
    _, reviewer, id_ = reviewed
    for number in range(many):
        say(reviewer, id_, "results", f"Remark {number}")
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    with database.reading() as session:
        assert len(comments.of_draft(session, id_)) == many
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 2


def test_what_is_closed_takes_no_more_remarks(database, reviewed, say):
    writer, reviewer, id_ = reviewed
    with database.writing() as session:
        steps.take(session, reviewer, drafts.open_(session, reviewer, id_, WORDS), "decline", HOUSE, "Told before.")
    with pytest.raises(StepImpossible, match="closed"):
        say(writer, id_, comments.WHOLE, "Why?")
