"""Drafts: who may see and change them, and two windows that save the same answer."""

import pytest

from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import drafts
from kb.editorial.models import AuditEntry, Draft
from kb.errors import FormInvalid, NotAllowed, NotFound, SavedElsewhere, StepImpossible

HOME = "organisation:RWK"
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)


@pytest.fixture
def begun(database, person):
    """A draft with a title, and whoever wrote it."""
    writer = person(f"contributor@{HOME}", name="Wanda Writer")
    with database.writing() as session:
        id_ = drafts.start(session, writer, HOME, {"what-you-improved": {"title": "Fewer falls"}})
    return writer, id_


def opened(database, actor, id_):
    with database.reading() as session:
        return drafts.open_(session, actor, id_, WORDS)


def test_a_draft_belongs_to_those_who_write_for_its_organisation(database, person, begun):
    writer, id_ = begun
    assert opened(database, writer, id_).part == drafts.Part(writer=True, author=True)
    colleague = person(f"contributor@{HOME}")
    assert opened(database, colleague, id_).part == drafts.Part(writer=True, author=False)
    for grants in (
        ["contributor@organisation:RXX"],
        ["editor@organisation:RXX"],
        ["reviewer@collaborative:impact"],
    ):
        with pytest.raises(NotFound, match=r"^There is no such draft\.$"):
            opened(database, person(*grants), id_)


def test_reviewers_of_its_alliance_see_it_once_it_was_handed_in(database, person, begun):
    _, id_ = begun
    reviewer = person("reviewer@collaborative:impact")
    with database.writing() as session:
        draft = session.get(Draft, id_)
        draft.submitted_at = draft.created_at
    assert opened(database, reviewer, id_).part == drafts.Part(writer=False, author=False)
    with pytest.raises(NotFound):
        opened(database, person("reviewer@organisation:RXX"), id_)


def test_nobody_starts_one_for_another_organisation(database, person):
    stranger = person("contributor@organisation:RXX")
    with pytest.raises(NotAllowed), database.writing() as session:
        drafts.start(session, stranger, HOME)
    with database.reading() as session:
        assert session.query(Draft).count() == 0


def test_save_counts_and_keeps_what_was_typed(database, begun):
    writer, id_ = begun
    for revision, text in enumerate(["Falls.", "Falls at night."]):
        with database.writing() as session:
            count = drafts.save(
                session, writer, drafts.open_(session, writer, id_, WORDS), "problem", {"Problem": text}, revision
            )
        assert count == revision + 1
    saved = opened(database, writer, id_).answer("problem")
    assert (saved.data, saved.revision, saved.by) == ({"Problem": "Falls at night."}, 2, writer.id)


def test_the_title_of_the_draft_follows_the_answer(database, begun):
    writer, id_ = begun
    with database.writing() as session:
        drafts.save(
            session,
            writer,
            drafts.open_(session, writer, id_, WORDS),
            "what-you-improved",
            {"title": " Safer nights "},
            1,
        )
    assert opened(database, writer, id_).row.title == "Safer nights"


def test_two_windows_notice_each_other(database, person, begun):
    writer, id_ = begun
    colleague = person(f"contributor@{HOME}")

    def save(actor, text, revision):
        with database.writing() as session:
            return drafts.save(session, actor, drafts.open_(session, actor, id_, WORDS), "aim", {"Aim": text}, revision)

    assert save(writer, "To halve falls.", 0) == 1
    with pytest.raises(SavedElsewhere) as caught:
        save(colleague, "To stop falls.", 0)
    assert caught.value.theirs == {"data": {"Aim": "To halve falls."}, "revision": 1}
    assert opened(database, writer, id_).answer("aim").data == {"Aim": "To halve falls."}
    assert save(colleague, "To halve falls.", 0) == 1  # the same words are no conflict
    assert save(colleague, "To stop falls.", 1) == 2


@pytest.mark.parametrize("state", ["submitted", "in-review", "approved", "published", "withdrawn", "superseded"])
def test_a_draft_that_was_handed_in_is_not_changed(database, begun, state):
    writer, id_ = begun
    with database.writing() as session:
        session.get(Draft, id_).state = state
    with pytest.raises(StepImpossible, match="cannot be changed"), database.writing() as session:
        drafts.save(session, writer, drafts.open_(session, writer, id_, WORDS), "aim", {"Aim": "To halve falls."}, 0)
    assert opened(database, writer, id_).answer("aim").revision == 0


def test_what_is_no_question_or_too_long_is_refused(database, begun):
    writer, id_ = begun
    with pytest.raises(NotFound), database.writing() as session:
        drafts.save(session, writer, drafts.open_(session, writer, id_, WORDS), "shoe-size", {"a": "b"}, 0)
    with pytest.raises(FormInvalid, match="too long"), database.writing() as session:
        drafts.save(session, writer, drafts.open_(session, writer, id_, WORDS), "aim", {"Aim": "a" * 300_000}, 0)


def test_starting_is_audited_without_the_text(database, begun):
    writer, id_ = begun
    with database.reading() as session:
        row = session.query(AuditEntry).filter_by(object=f"draft:{id_}").one()
    assert (row.action, row.user_id, row.actor) == ("draft.start", writer.id, f"Wanda Writer <{writer.email}>")
    assert "falls" not in str(row.detail).lower()


@pytest.mark.parametrize("title", ["", "   ", "Falls " * 100])
def test_a_draft_without_a_title_that_can_be_used_is_a_case_study_all_the_same(database, begun, title):
    writer, id_ = begun
    data = {"title": title, "summary": "Fewer people fell."}
    with database.writing() as session:
        drafts.save(session, writer, drafts.open_(session, writer, id_, WORDS), "what-you-improved", data, 1)
    found = opened(database, writer, id_).parsed()
    assert (found.case_study.title, found.case_study.summary) == ("Untitled case study", "Fewer people fell.")
    assert ("title" in {finding.field for finding in found.findings}) == bool(title.strip())


def test_a_form_that_is_sent_twice_begins_one_draft(database, person):
    writer, other = person(f"contributor@{HOME}"), person(f"contributor@{HOME}")
    with database.writing() as session:
        assert drafts.begun_by(session, writer, "abc") == ""
        id_ = drafts.start(session, writer, HOME, origin={"form": "abc"})
        drafts.start(session, writer, HOME)
    with database.reading() as session:
        assert drafts.begun_by(session, writer, "abc") == id_
        assert drafts.begun_by(session, writer, "abd") == ""
        assert drafts.begun_by(session, writer, "") == ""
        assert drafts.begun_by(session, other, "abc") == ""


def test_another_base_changes_nothing_that_was_typed(database, begun):
    writer, id_ = begun
    before = opened(database, writer, id_)
    with database.writing() as session:
        drafts.rebase(session, drafts.open_(session, writer, id_, WORDS), ("fewer-falls", "the text"))
    now = opened(database, writer, id_)
    assert (now.row.base_slug, now.row.base_text, now.answers) == ("fewer-falls", "the text", before.answers)
