"""What is published without anybody standing by: on its day, and what a killed process left."""

import datetime

import pytest

from kb.content import writing
from kb.content.case_study import CaseStudy
from kb.content.repository import Repository
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import accounts, unattended
from kb.editorial.audit import Operator
from kb.editorial.models import AuditEntry, Draft, Message, Publication
from kb.editorial.roles import Role, Scoped
from kb.errors import EditConflict, NotAllowed, RepositoryUnavailable

TODAY = datetime.date(2026, 11, 24)
LATER = TODAY + datetime.timedelta(days=3)
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)


@pytest.fixture
def scheduled(publisher, people, approved):
    """`scheduled(...)`: an approved draft that an editor has told to publish itself in three days."""

    def make(title="Safer nights", base=False):
        id_ = approved(title, base, publish_on=LATER)
        assert publisher.publish(people[1], id_, WORDS, TODAY).on == LATER
        return id_

    return make


def draft(publisher, id_):
    with publisher.database.reading() as session:
        return session.get(Draft, id_)


def due(publisher, day):
    return list(unattended.publish_due(publisher, WORDS, day))


def test_on_a_date_it_waits_and_then_publishes_itself(publisher, scheduled):
    id_ = scheduled()
    assert due(publisher, LATER - datetime.timedelta(days=1)) == []
    assert draft(publisher, id_).state == "approved"
    (outcome,) = due(publisher, LATER)
    assert (outcome.title, outcome.done.slug, outcome.problem) == ("Safer nights", "safer-nights", None)
    assert due(publisher, LATER) == []
    assert draft(publisher, id_).state == "published"
    assert CaseStudy.parse(writing.read(publisher.folder, "safer-nights")).published == LATER


def test_what_nobody_scheduled_is_not_published(publisher, approved):
    id_ = approved(publish_on=TODAY)
    assert due(publisher, LATER) == []
    assert draft(publisher, id_).state == "approved"


def test_one_that_cannot_be_published_stops_no_other_and_whoever_scheduled_it_is_told_once(publisher, scheduled):
    stuck, fine = scheduled("Fewer falls at night", base=True), scheduled()
    by_hand = publisher.folder.case_studies / "fewer-falls.md"
    by_hand.write_text(by_hand.read_text("utf-8") + "\nPut right by hand.\n", "utf-8")
    first, second = due(publisher, LATER)
    assert (first.title, type(first.problem)) == ("Fewer falls at night", EditConflict)
    assert second.done.slug == "safer-nights"
    assert due(publisher, LATER) == []
    assert (draft(publisher, stuck).state, draft(publisher, stuck).scheduled_by) == ("approved", None)
    assert draft(publisher, fine).state == "published"
    with publisher.database.reading() as session:
        (told,) = session.query(Message).filter(Message.subject.startswith("Not published")).all()
        assert session.query(AuditEntry).filter_by(action="draft.unschedule").one().object == f"draft:{stuck}"
    assert told.to == "edith@example.nhs.uk"
    assert f"https://exchange.example.nhs.uk/reviews/{stuck}" in told.body
    assert "changed elsewhere" in told.body


def test_what_passes_by_waiting_is_tried_again(publisher, scheduled):
    id_ = scheduled()
    lock = publisher.folder.path / ".git" / "index.lock"
    lock.touch()
    (outcome,) = due(publisher, LATER)
    assert isinstance(outcome.problem, RepositoryUnavailable)
    lock.unlink()
    assert [one.done.slug for one in due(publisher, LATER)] == ["safer-nights"]
    assert draft(publisher, id_).state == "published"


def test_whoever_scheduled_it_needs_the_role_on_the_day(publisher, people, scheduled):
    scheduled()
    with publisher.database.writing() as session:
        user = accounts.found(session, people[1].email)
        accounts.change_grants(
            session, Operator("tests"), user,
            [Scoped(Role.REVIEWER, "collaborative:impact")], [Scoped(Role.EDITOR, "collaborative:impact")],
        )  # fmt: skip
    (outcome,) = due(publisher, LATER)
    assert isinstance(outcome.problem, NotAllowed)
    assert writing.read(publisher.folder, "safer-nights") is None


@pytest.fixture
def left(publisher, people, approved, monkeypatch):
    """A publication that was noted and went no further, as when a process is killed."""
    id_ = approved()

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "lock", killed)
        with pytest.raises(KeyboardInterrupt):
            publisher.publish(people[1], id_, WORDS, TODAY)
    assert draft(publisher, id_).state == "approved"
    assert len(publisher.unfinished()) == 1
    return id_


def complete(publisher, seconds):
    before = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return list(unattended.complete(publisher, WORDS, TODAY, before))


def test_what_was_begun_and_did_not_end_is_completed(publisher, left, git):
    assert complete(publisher, -60) == []  # somebody may be at it this minute
    (outcome,) = complete(publisher, 60)
    assert (outcome.title, outcome.done.slug) == ("Safer nights", "safer-nights")
    assert complete(publisher, 60) == []
    assert draft(publisher, left).state == "published"
    assert publisher.unfinished() == []
    assert git(publisher.folder.path, "log", "--format=%s").splitlines() == ["Publish safer-nights", "Begin"]


def test_it_is_completed_even_when_roles_have_changed_meanwhile(publisher, people, left):
    with publisher.database.writing() as session:
        user = accounts.found(session, people[1].email)
        accounts.change_grants(
            session, Operator("tests"), user,
            [Scoped(Role.CONTRIBUTOR, "organisation:RXX")], [Scoped(Role.EDITOR, "collaborative:impact")],
        )  # fmt: skip
    assert [one.done.slug for one in complete(publisher, 60)] == ["safer-nights"]
    assert draft(publisher, left).state == "published"


def test_a_failure_is_given_and_left_for_the_next_time(publisher, left):
    lock = publisher.folder.path / ".git" / "index.lock"
    lock.touch()
    (outcome,) = complete(publisher, 60)
    assert isinstance(outcome.problem, RepositoryUnavailable)
    lock.unlink()
    assert len(complete(publisher, 60)) == 1
    with publisher.database.reading() as session:
        assert session.query(Publication).filter(Publication.finished_at.is_(None)).count() == 0
    assert draft(publisher, left).state == "published"
