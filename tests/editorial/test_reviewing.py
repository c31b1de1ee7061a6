"""What a reviewer may open, and that what holds a patient's detail is never approved."""

import datetime

import pytest

from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import answers, drafts, reviewing, steps
from kb.editorial.models import Draft
from kb.errors import NotFound, StepImpossible

HOME = "organisation:RWK"
TODAY = datetime.date(2026, 11, 24)
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)


@pytest.fixture
def submitted(publisher, people):
    """`submitted(body)`: a draft in review with this text."""

    def make(body, fields=None):
        writer, editor = people
        typed, carried = answers.from_case_study(CaseStudy(title="Safer nights", body=body, **(fields or {})))
        with publisher.database.writing() as session:
            id_ = drafts.start(session, writer, HOME, typed, carried)
        for actor, step in ((writer, "submit"), (editor, "review")):
            with publisher.database.writing() as session:
                steps.take(session, actor, drafts.open_(session, actor, id_, WORDS), step, publisher.house)
        return id_

    return make


def decide(publisher, actor, id_, step, note=""):
    with publisher.database.writing() as session:
        opened = reviewing.open_(session, actor, id_, WORDS)
        reviewing.decide(session, actor, opened, step, publisher.house, note, WORDS, TODAY)


def state(publisher, id_):
    with publisher.database.reading() as session:
        return session.get(Draft, id_).state


def test_only_what_was_handed_in_is_opened_and_only_by_its_reviewers(publisher, people, person, submitted):
    writer, editor = people
    with publisher.database.writing() as session:
        own = drafts.start(session, editor, "collaborative:impact", {})
    handed_in = submitted("## Results\n\nFewer fell.\n")
    with publisher.database.reading() as session:
        assert reviewing.open_(session, editor, handed_in, WORDS).row.title == "Safer nights"
        for actor, id_ in (
            (writer, handed_in),
            (person("editor@organisation:RXX"), handed_in),
            (editor, own),
            (editor, "no"),
        ):
            with pytest.raises(NotFound, match="There is no such draft"):
                reviewing.open_(session, actor, id_, WORDS)


def test_a_patients_detail_is_never_approved_but_may_be_sent_back(publisher, people, submitted):
    id_ = submitted("## Results\n\nThe person with NHS number 943 476 5919 fell less.\n")
    with pytest.raises(StepImpossible, match="patient"):
        decide(publisher, people[1], id_, "approve")
    assert state(publisher, id_) == "in-review"
    decide(publisher, people[1], id_, "request", "Take the number out.")
    assert state(publisher, id_) == "changes-requested"


def test_what_cannot_be_read_is_never_approved(publisher, people, submitted):
    id_ = submitted("## Results\n\nFewer fell.\n")
    with publisher.database.writing() as session:
        session.get(Draft, id_).carried = {"published": "yesterday"}
    with pytest.raises(StepImpossible, match="published cannot be read"):
        decide(publisher, people[1], id_, "approve")


def test_what_is_in_order_is_approved(publisher, people, submitted):
    id_ = submitted("## Results\n\nFewer fell.\n")
    decide(publisher, people[1], id_, "approve")
    assert state(publisher, id_) == "approved"
