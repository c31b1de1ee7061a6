"""Where and when a draft is to be published: what may be chosen, by whom, and what comes of it."""

import datetime

import pytest

from kb.content import addresses, writing
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import destination, drafts, steps
from kb.editorial.models import AuditEntry, Draft
from kb.errors import FormInvalid, NotAllowed, StepImpossible

TODAY = datetime.date(2026, 11, 24)
LATER = TODAY + datetime.timedelta(days=9)
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)


@pytest.fixture
def choose(publisher, people):
    """`choose(id_, slug, on)`, as the editor unless somebody else is given."""

    def make(id_, slug="", on=None, actor=people[1]):
        with publisher.database.writing() as session:
            opened = drafts.open_(session, actor, id_, WORDS)
            destination.choose(session, actor, opened, publisher.folder, slug, on, TODAY)

    return make


def draft(publisher, id_):
    with publisher.database.reading() as session:
        return session.get(Draft, id_)


def test_an_address_and_a_day_are_noted_and_used(publisher, people, approved, choose):
    id_ = approved()
    choose(id_, "nights", LATER)
    assert (draft(publisher, id_).slug, draft(publisher, id_).publish_on) == ("nights", LATER)
    assert publisher.publish(people[1], id_, WORDS, TODAY).on == LATER
    assert publisher.publish(people[1], id_, WORDS, LATER).slug == "nights"
    with publisher.database.reading() as session:
        assert session.query(AuditEntry).filter_by(action="draft.destination").one().detail == {
            "slug": "nights", "on": "2026-12-03",
        }  # fmt: skip


def test_without_a_choice_the_address_is_that_of_the_title_or_the_one_it_has(publisher, approved):
    assert destination.address(draft(publisher, approved("Quieter nights"))) == "quieter-nights"
    assert destination.address(draft(publisher, approved("Quieter nights", base=True))) == "fewer-falls"


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("Fewer Falls", "Use small letters"),
        ("../secret", "Use small letters"),
        ("con", "Use small letters"),
        ("a" * 300, "Use small letters"),
        ("fewer-falls", "Another case study has this address"),
        ("older", "still leads to it"),
        ("gone", "was withdrawn"),
    ],
)
def test_an_address_that_is_none_or_was_anothers_is_refused(publisher, approved, choose, slug, sentence):
    known = addresses.Addresses().with_move("older", "fewer-falls")
    known = known.with_withdrawn("gone", addresses.Withdrawn("Gone", TODAY))
    writing.update_addresses(publisher.folder, lambda _: known)
    id_ = approved()
    with pytest.raises(FormInvalid, match=sentence) as caught:
        choose(id_, slug)
    assert list(caught.value.problems) == ["slug"]
    assert draft(publisher, id_).slug == ""


def test_a_new_version_may_keep_its_address_or_go_back_to_one_it_had(publisher, approved, choose):
    writing.update_addresses(publisher.folder, lambda found: found.with_move("older", "fewer-falls"))
    id_ = approved(base=True)
    for slug in ("fewer-falls", "older", ""):
        choose(id_, slug)
        assert draft(publisher, id_).slug == slug


def test_a_day_that_is_over_is_refused_but_one_that_was_chosen_before_may_stay(publisher, approved, choose):
    with pytest.raises(FormInvalid, match="over"):
        choose(approved(), on=TODAY - datetime.timedelta(days=1))
    past = TODAY - datetime.timedelta(days=2)
    id_ = approved("Another", publish_on=past)
    choose(id_, "another-address", past)
    assert draft(publisher, id_).slug == "another-address"


def test_without_a_day_it_no_longer_publishes_itself(publisher, people, approved, choose):
    id_ = approved(publish_on=LATER)
    publisher.publish(people[1], id_, WORDS, TODAY)
    choose(id_, on=LATER + datetime.timedelta(days=1))
    assert draft(publisher, id_).scheduled_by == people[1].id
    choose(id_)
    assert (draft(publisher, id_).scheduled_by, draft(publisher, id_).publish_on) == (None, None)


def test_it_takes_a_reviewer_and_a_case_study_that_waits(publisher, people, approved, choose):
    id_ = approved()
    with pytest.raises(NotAllowed):
        choose(id_, "nights", actor=people[0])
    with publisher.database.writing() as session:
        opened = drafts.open_(session, people[1], id_, WORDS)
        steps.take(session, people[1], opened, "decline", publisher.house, "Not for us.")
    with pytest.raises(StepImpossible):
        choose(id_, "nights")
