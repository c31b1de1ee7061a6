"""A published text that was changed while a new version of it was being written: the two are brought together, nothing is lost."""

import io

import pytest
from PIL import Image

from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import answers, attachments, drafts, reconciling, steps
from kb.editorial.models import AuditEntry, Draft
from kb.editorial.workflow import State
from kb.errors import NotAllowed, StepImpossible

HOME = "organisation:RWK"
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
BASE = "---\ntitle: Fewer falls\nsummary: Falls fell.\norganisations: [RWK]\n---\n\n## Problem\n\nFalls.\n\n## Results\n\nFewer.\n"


@pytest.fixture
def versions(publisher, people):
    """`versions(theirs, mine={question: answer})`: a new version of a case study that somebody then changes by hand."""
    writer, _ = people
    place = publisher.folder.case_studies / "fewer-falls.md"

    def make(theirs, mine=None):
        place.write_text(BASE)
        typed, carried = answers.from_case_study(drafts.case_study.CaseStudy.parse(BASE, "fewer-falls"))
        with publisher.database.writing() as session:
            id_ = drafts.start(session, writer, HOME, typed | (mine or {}), carried, ("fewer-falls", BASE))
        place.write_text(theirs) if theirs else place.unlink()
        return id_

    return make


def take(publisher, actor, id_, *names, note=""):
    for name in names:
        with publisher.database.writing() as session:
            opened = drafts.open_(session, actor, id_, WORDS)
            steps.take(session, actor, opened, name, publisher.house, note)


def bring(publisher, actor, id_, choices=None):
    with publisher.database.writing() as session:
        opened = drafts.open_(session, actor, id_, WORDS)
        theirs = reconciling.published_now(publisher.folder, opened.row)
        return reconciling.bring_together(
            session, actor, opened, publisher.folder, theirs, choices or {}, publisher.house
        )


def opened(publisher, actor, id_):
    with publisher.database.reading() as session:
        return drafts.open_(session, actor, id_, WORDS)


def test_a_draft_that_is_behind_nothing_says_so(publisher, people, versions):
    id_ = versions(BASE)
    assert reconciling.published_now(publisher.folder, opened(publisher, people[0], id_).row) is None
    with publisher.database.writing() as session:
        new = drafts.start(session, people[0], HOME, {})
        assert reconciling.published_now(publisher.folder, session.get(Draft, new)) is None


def test_what_one_side_changed_is_taken_and_where_both_did_somebody_chooses(publisher, people, versions):
    writer, _ = people
    id_ = versions(
        BASE.replace("Fewer.", "Half.").replace("Falls.\n", "Falls at night.\n"), {"results": {"Results": "A third."}}
    )
    (part,) = bring(publisher, writer, id_)
    assert (part.key, part.base, part.ours, part.theirs) == ("section:Results", "Fewer.", "A third.", "Half.")
    assert opened(publisher, writer, id_).answer("results").data == {"Results": "A third."}  # nothing was done yet
    assert bring(publisher, writer, id_, {"section:Results": "both"}) == ()
    now = opened(publisher, writer, id_)
    assert now.answer("problem").data == {"Problem": "Falls at night."}
    assert now.answer("results").data == {"Results": "A third.\n\nHalf."}
    assert reconciling.published_now(publisher.folder, now.row) is None
    with publisher.database.reading() as session:
        entry = session.query(AuditEntry).filter_by(action="draft.merge").one()
    assert entry.detail == {"slug": "fewer-falls", "choices": {"section:Results": "both"}}


def test_in_review_a_reviewer_may_and_an_approval_is_taken_back(publisher, people, versions):
    writer, editor = people
    id_ = versions(BASE.replace("Fewer.", "Half."))
    take(publisher, writer, id_, "submit")
    with pytest.raises(StepImpossible, match="Take it back first"):
        bring(publisher, writer, id_)
    with pytest.raises(NotAllowed):
        bring(publisher, editor, id_)
    take(publisher, editor, id_, "review", "approve")
    with pytest.raises(NotAllowed):
        bring(publisher, writer, id_)
    assert bring(publisher, editor, id_) == ()
    assert opened(publisher, editor, id_).state is State.IN_REVIEW
    with publisher.database.reading() as session:
        last = steps.history(session, id_)[0]
    assert (last.words, last.note) == ("took the approval back", reconciling.REOPENED)
    take(publisher, editor, id_, "approve")  # choosing made the editor no author
    assert opened(publisher, editor, id_).answer("results").data == {"Results": "Half."}


def test_pictures_and_tables_that_came_with_the_published_text_come_along(publisher, people, versions):
    writer, editor = people
    theirs = BASE.replace("Fewer.", "![Falls by month](Chart_1.png)").replace(
        "---\n\n## Problem", "data:\n- file: falls.csv\n  title: Falls a month\n---\n\n## Problem"
    )
    id_ = versions(theirs)
    beside = publisher.folder.case_studies / "fewer-falls"
    beside.mkdir()
    made = io.BytesIO()
    Image.new("RGB", (20, 10), "navy").save(made, "PNG")
    (beside / "Chart_1.png").write_bytes(made.getvalue())
    (beside / "falls.csv").write_text("month,falls\n2026-01,11\n")
    (beside / "unused.csv").write_text("month,falls\n2026-01,11\n")
    take(publisher, writer, id_, "submit")
    take(publisher, editor, id_, "review")
    assert bring(publisher, editor, id_) == ()
    now = opened(publisher, writer, id_)
    assert [(file.name, file.alt) for file in now.files] == [
        ("chart-1.png", "Falls by month"),
        ("falls.csv", "Falls a month"),
    ]
    assert now.parsed().case_study.body.count("![Falls by month](chart-1.png)") == 1
    assert [table.file for table in now.parsed().case_study.data] == ["falls.csv"]
    with publisher.database.reading() as session:
        assert attachments.tables(session, id_).keys() == {"falls.csv"}


def test_when_the_published_text_is_gone_the_draft_can_go_on_alone(publisher, people, versions):
    writer, _ = people
    id_ = versions("", {"results": {"Results": "A third."}})
    draft = opened(publisher, writer, id_)
    assert reconciling.published_now(publisher.folder, draft.row) == ""
    with publisher.database.writing() as session:
        reconciling.go_on_as_new(session, writer, drafts.open_(session, writer, id_, WORDS), publisher.house)
    now = opened(publisher, writer, id_)
    assert (now.row.base_slug, now.row.base_text, now.answer("results").data) == ("", "", {"Results": "A third."})
    assert reconciling.published_now(publisher.folder, now.row) is None


def test_whoever_may_not_see_or_change_it_may_not_do_this_either(publisher, people, versions, person):
    writer, editor = people
    id_ = versions(BASE.replace("Fewer.", "Half."))
    take(publisher, writer, id_, "submit")
    take(publisher, editor, id_, "review")
    author = person(f"editor@{HOME}")
    with publisher.database.writing() as session:
        session.get(Draft, id_).owner_id = author.id
    with pytest.raises(NotAllowed):  # the work is their own
        bring(publisher, author, id_)
