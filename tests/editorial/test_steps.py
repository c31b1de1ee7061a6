"""Steps of the workflow with their history, audit and e-mails."""

import datetime

import pytest

from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import drafts, steps
from kb.editorial.models import AuditEntry, Draft, Message, TransitionRow
from kb.editorial.steps import House
from kb.errors import NotAllowed, StepImpossible

HOME = "organisation:RWK"
HOUSE = House("https://exchange.example.nhs.uk", "Improvement Exchange", 14)
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)


@pytest.fixture
def begun(database, person):
    writer = person(f"contributor@{HOME}", name="Wanda Writer", email="wanda@example.nhs.uk")
    with database.writing() as session:
        id_ = drafts.start(session, writer, HOME, {"what-you-improved": {"title": "Fewer falls"}})
    return writer, id_


@pytest.fixture
def take(database):
    def step(actor, id_, name, note=""):
        with database.writing() as session:
            steps.take(session, actor, drafts.open_(session, actor, id_, WORDS), name, HOUSE, note)

    return step


def messages(database):
    with database.reading() as session:
        return {(m.to, m.subject): m.body for m in session.query(Message).order_by(Message.id)}


def test_the_whole_way_with_its_history(database, person, begun, take):
    writer, id_ = begun
    reviewer = person("reviewer@collaborative:impact", name="Rita Reviewer", email="rita@example.nhs.uk")
    take(writer, id_, "submit", "First version.")
    take(reviewer, id_, "review")
    take(reviewer, id_, "request", "Please say how many beds.")
    take(writer, id_, "submit")
    take(reviewer, id_, "review")
    take(reviewer, id_, "approve")
    with database.reading() as session:
        draft = session.get(Draft, id_)
        assert (draft.state, draft.reviewer_id) == ("approved", reviewer.id)
        assert draft.promised_on == datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=14)
        told = [(event.who, event.words, event.note) for event in steps.history(session, id_)]
        actions = [row.action for row in session.query(AuditEntry).filter_by(object=f"draft:{id_}")]
    assert told[-1] == ("Wanda Writer", "sent it for review", "First version.")
    assert told[-3] == ("Rita Reviewer", "asked for changes", "Please say how many beds.")
    assert len(told) == 6
    assert actions[1:] == [
        "draft.submit",
        "draft.review",
        "draft.request",
        "draft.submit",
        "draft.review",
        "draft.approve",
    ]


def test_everybody_concerned_is_told_and_nobody_else(database, person, begun, take):
    writer, id_ = begun
    rita = person("reviewer@collaborative:impact", name="Rita", email="rita@example.nhs.uk")
    person("editor", email="ed@example.nhs.uk")
    person("reviewer@organisation:RXX", email="other@example.nhs.uk")
    person(f"contributor@{HOME}", email="colleague@example.nhs.uk")
    take(writer, id_, "submit")
    assert {to for to, _ in messages(database)} == {"rita@example.nhs.uk", "ed@example.nhs.uk", "wanda@example.nhs.uk"}
    take(rita, id_, "review")
    take(rita, id_, "request", "Say how many beds.\nAnd when.")
    body = messages(database)["wanda@example.nhs.uk", "Changes requested: Fewer falls"]
    assert "Say how many beds.\nAnd when." in body
    assert f"https://exchange.example.nhs.uk/drafts/{id_}" in body
    before = len(messages(database))
    take(writer, id_, "submit")  # now only the one who has begun
    assert {to for to, _ in list(messages(database))[before:]} <= {"rita@example.nhs.uk", "wanda@example.nhs.uk"}


def test_a_step_that_is_refused_leaves_no_trace(database, person, begun, take):
    writer, id_ = begun
    own = person(f"reviewer@{HOME}", name="Omar Own")
    with database.writing() as session:  # a reviewer who wrote a part of it
        drafts.save(session, own, drafts.open_(session, own, id_, WORDS), "aim", {"Aim": "To halve falls."}, 0)
    take(writer, id_, "submit")
    sent = len(messages(database))
    with pytest.raises(NotAllowed, match="your own work"):
        take(own, id_, "review")
    with pytest.raises(StepImpossible, match="Waiting for review"):
        take(writer, id_, "submit")
    reviewer = person("reviewer@collaborative:impact")
    take(reviewer, id_, "review")
    with pytest.raises(StepImpossible, match="A reason is missing"):
        take(reviewer, id_, "request", "  ")
    with database.reading() as session:
        assert session.query(TransitionRow).filter_by(draft_id=id_).count() == 2
        assert session.get(Draft, id_).state == "in-review"
    assert len(messages(database)) == sent + 1
