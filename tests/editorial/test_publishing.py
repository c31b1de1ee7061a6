"""Publishing to a real git repository: files, commit, rows; repeated, in parallel, against edits by hand, on a date."""

import datetime
import subprocess
import threading

import pytest

from kb.content import addresses, writing
from kb.content.case_study import CaseStudy
from kb.content.repository import Repository
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import answers, drafts, placing, steps
from kb.editorial.models import Attachment, AuditEntry, Draft, Publication, TransitionRow
from kb.errors import CaseStudyExists, EditConflict, NotAllowed, NotFound, StepImpossible

HOME = "organisation:RWK"
TODAY = datetime.date(2026, 11, 24)
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
OLD = CaseStudy(
    title="Fewer falls", summary="Falls fell.", organisations=("RWK",), published=datetime.date(2025, 1, 2),
    body="## Problem\n\nFalls.\n\n## Results\n\nFewer.\n",
)  # fmt: skip


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def state(publisher, id_):
    with publisher.database.reading() as session:
        return session.get(Draft, id_).state


def commits(publisher):
    return git(publisher.folder.path, "log", "--format=%s").splitlines()


def test_a_new_case_study_is_written_and_committed_with_author_reviewer_and_version(publisher, people, approved):
    id_ = approved()
    done = publisher.publish(people[1], id_, WORDS, TODAY)
    assert (done.slug, done.version) == ("safer-nights", 1)
    found = CaseStudy.parse(writing.read(publisher.folder, "safer-nights"))
    assert (found.title, found.published, found.reviewed) == ("Safer nights", TODAY, TODAY)
    told = git(publisher.folder.path, "log", "-1", "--format=%H|%an <%ae>|%s|%b")
    assert told.startswith(
        f"{done.commit}|Wanda Writer <wanda@example.nhs.uk>|Publish safer-nights|Adds the second year."
    )
    assert "Version: 1" in told
    assert "Reviewed-by: Edith Editor <edith@example.nhs.uk>" in told
    assert state(publisher, id_) == "published"
    assert publisher.unfinished() == []
    assert git(publisher.folder.path, "status", "--porcelain") == ""


def test_a_new_version_replaces_the_old_one_and_keeps_its_first_date(publisher, people, approved):
    first = approved("Fewer falls", base=True)
    assert publisher.publish(people[1], first, WORDS, TODAY).version == 2  # the first was written by hand
    second = approved("Fewer falls at night", base=True)
    done = publisher.publish(people[1], second, WORDS, TODAY)
    assert (done.slug, done.version) == ("fewer-falls", 3)
    found = CaseStudy.parse(writing.read(publisher.folder, "fewer-falls"))
    assert (found.title, found.published) == ("Fewer falls at night", OLD.published)
    assert (state(publisher, first), state(publisher, second)) == ("superseded", "published")


def test_doing_it_again_changes_nothing(publisher, people, approved):
    id_ = approved()
    done = publisher.publish(people[1], id_, WORDS, TODAY)
    assert publisher.publish(people[1], id_, WORDS, TODAY + datetime.timedelta(days=1)) == done
    assert len(commits(publisher)) == 2
    with publisher.database.reading() as session:
        assert session.query(TransitionRow).filter_by(draft_id=id_, name="publish").count() == 1


def test_twenty_at_once_publish_once(publisher, people, approved):
    id_ = approved()
    publisher.database._wait = 20_000
    publisher.database.close()
    came, went_wrong = [], []

    def publish():
        try:
            came.append(publisher.publish(people[1], id_, WORDS, TODAY))
        except Exception as error:
            went_wrong.append(error)

    threads = [threading.Thread(target=publish) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert went_wrong == []
    assert len(set(came)) == 1
    assert len(came) == 20
    assert commits(publisher) == ["Publish safer-nights", "Begin"]
    with publisher.database.reading() as session:
        assert session.query(TransitionRow).filter_by(draft_id=id_, name="publish").count() == 1
        assert session.query(Publication).count() == 1
        assert session.query(AuditEntry).filter_by(action="case-study.publish").count() == 1


def test_an_edit_by_hand_is_never_written_over(publisher, people, approved):
    id_ = approved(base=True)
    by_hand = OLD.model_copy(update={"summary": "Put right by hand."}).dump()
    publisher.folder.case_studies.joinpath("fewer-falls.md").write_text(by_hand, "utf-8")
    with pytest.raises(EditConflict) as caught:
        publisher.publish(people[1], id_, WORDS, TODAY)
    assert caught.value.text == by_hand
    assert writing.read(publisher.folder, "fewer-falls") == by_hand
    assert (state(publisher, id_), publisher.unfinished(), commits(publisher)) == ("approved", [], ["Begin"])


def test_an_edit_by_hand_between_note_and_file_is_not_lost_either(publisher, people, approved, monkeypatch):
    id_ = approved(base=True)
    by_hand = OLD.model_copy(update={"summary": "Put right by hand."}).dump()
    write = writing.write

    def edited_first(folder, slug, text, expected):
        folder.case_studies.joinpath("fewer-falls.md").write_text(by_hand, "utf-8")
        return write(folder, slug, text, expected)

    monkeypatch.setattr(writing, "write", edited_first)
    with pytest.raises(EditConflict):
        publisher.publish(people[1], id_, WORDS, TODAY)
    assert writing.read(publisher.folder, "fewer-falls") == by_hand
    assert (state(publisher, id_), publisher.unfinished()) == ("approved", [])


def test_a_new_address_leaves_the_old_one_leading_to_it(publisher, people, approved):
    id_ = approved("Safer nights", base=True)
    with publisher.database.writing() as session:
        session.get(Draft, id_).slug = "safer-nights"
    publisher.publish(people[1], id_, WORDS, TODAY)
    assert writing.read(publisher.folder, "fewer-falls") is None
    assert addresses.load(publisher.folder.path).addresses.resolve("fewer-falls") == "safer-nights"
    assert git(publisher.folder.path, "status", "--porcelain") == ""
    assert [v.number for v in publisher.repository.history(publisher.folder.case_studies / "safer-nights.md")] == [
        2,
        None,
    ]


def test_an_address_that_is_taken_is_refused(publisher, people, approved):
    id_ = approved("Fewer falls")
    with pytest.raises(CaseStudyExists, match="fewer-falls"):
        publisher.publish(people[1], id_, WORDS, TODAY)
    assert writing.read(publisher.folder, "fewer-falls") == OLD.dump()


def test_pictures_come_along_and_those_no_longer_there_go(publisher, people, approved):
    def attach(id_, *names):
        with publisher.database.writing() as session:
            for name in names:
                row = Attachment(
                    draft_id=id_, name=name, kind="png", alt="A chart", section="Results", data=name.encode(), metadata_text="",
                    added_at=datetime.datetime.now(datetime.UTC), added_by=people[0].id,
                )  # fmt: skip
                session.add(row)

    first = approved(base=True, title="Fewer falls")
    attach(first, "one.png", "two.png")
    publisher.publish(people[1], first, WORDS, TODAY)
    beside = publisher.folder.case_studies / "fewer-falls"
    assert {path.name: path.read_bytes() for path in beside.iterdir()} == {"one.png": b"one.png", "two.png": b"two.png"}
    assert "![A chart](one.png)" in writing.read(publisher.folder, "fewer-falls")
    second = approved(base=True, title="Fewer falls")
    attach(second, "two.png")
    publisher.publish(people[1], second, WORDS, TODAY)
    assert [path.name for path in beside.iterdir()] == ["two.png"]
    assert git(publisher.folder.path, "status", "--porcelain") == ""


def test_who_may_not_publish(publisher, person, people, approved):
    id_ = approved()
    with pytest.raises(NotAllowed):
        publisher.publish(people[0], id_, WORDS, TODAY)
    with pytest.raises(NotAllowed):
        publisher.publish(person(f"reviewer@{HOME}"), id_, WORDS, TODAY)
    with pytest.raises(NotFound):
        publisher.publish(person("editor@organisation:RXX"), id_, WORDS, TODAY)
    assert commits(publisher) == ["Begin"]


def test_only_what_is_approved_is_published(publisher, people):
    writer, editor = people
    with publisher.database.writing() as session:
        id_ = drafts.start(session, writer, HOME, {"what-you-improved": {"title": "Safer nights"}})
    with publisher.database.writing() as session:
        steps.take(session, writer, drafts.open_(session, writer, id_, WORDS), "submit", publisher.house)
    with pytest.raises(StepImpossible, match="Waiting for review"):
        publisher.publish(editor, id_, WORDS, TODAY)


def test_withdrawing_leaves_a_reason_and_publishing_again_takes_it_off(publisher, people, approved):
    _, editor = people
    publisher.withdraw(editor, "fewer-falls", "The figures were wrong.", WORDS, TODAY)
    assert writing.read(publisher.folder, "fewer-falls") is None
    left = addresses.load(publisher.folder.path).addresses.withdrawn["fewer-falls"]
    assert (left.title, left.on, left.reason) == ("Fewer falls", TODAY, "The figures were wrong.")
    assert git(publisher.folder.path, "status", "--porcelain") == ""
    with pytest.raises(NotFound):
        publisher.withdraw(editor, "fewer-falls", "Again.", WORDS, TODAY)
    id_ = approved("Fewer falls")
    publisher.publish(editor, id_, WORDS, TODAY)
    assert addresses.load(publisher.folder.path).addresses.withdrawn == {}
    publisher.withdraw(editor, "fewer-falls", "Still wrong.", WORDS, TODAY)
    assert state(publisher, id_) == "withdrawn"


def test_withdrawing_takes_an_editor_of_those_who_did_the_work_and_a_reason(publisher, person, people):
    for grants in (f"reviewer@{HOME}", "editor@organisation:RXX"):
        with pytest.raises(NotAllowed):
            publisher.withdraw(person(grants), "fewer-falls", "Wrong.", WORDS, TODAY)
    with pytest.raises(StepImpossible, match="reason"):
        publisher.withdraw(people[1], "fewer-falls", " ", WORDS, TODAY)
    assert writing.read(publisher.folder, "fewer-falls") == OLD.dump()


def test_a_new_version_from_another_organisation_replaces_the_one_before(publisher, person, people, approved):
    """Whoever published it may not see the older draft, which is of another organisation."""
    first = approved("Fewer falls", base=True)
    publisher.publish(people[1], first, WORDS, TODAY)
    writer, editor = person("contributor@organisation:RXX"), person("editor@organisation:RXX")
    with publisher.database.writing() as session:
        before = writing.read(publisher.folder, "fewer-falls")
        typed, carried = answers.from_case_study(CaseStudy.parse(before))
        second = drafts.start(session, writer, "organisation:RXX", typed, carried, ("fewer-falls", before))
    for actor, step in ((writer, "submit"), (editor, "review"), (editor, "approve")):
        with publisher.database.writing() as session:
            steps.take(session, actor, drafts.open_(session, actor, second, WORDS), step, publisher.house)
    publisher.publish(editor, second, WORDS, TODAY)
    assert (state(publisher, first), state(publisher, second)) == ("superseded", "published")
    assert publisher.unfinished() == []


def test_an_approval_is_not_taken_back_while_it_is_being_published(publisher, people, approved, monkeypatch):
    id_ = approved()

    def killed(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "lock", killed)
        with pytest.raises(KeyboardInterrupt):
            publisher.publish(people[1], id_, WORDS, TODAY)
    with publisher.database.writing() as session:
        opened = drafts.open_(session, people[1], id_, WORDS)
        for step in ("reopen", "decline"):
            with pytest.raises(StepImpossible, match="was begun"):
                steps.take(session, people[1], opened, step, publisher.house, "Because.")
    publisher.publish(people[1], id_, WORDS, TODAY)
    assert state(publisher, id_) == "published"


def test_an_address_that_leads_on_is_never_taken(publisher, people, approved):
    moved = approved("Safer nights", base=True)
    with publisher.database.writing() as session:
        session.get(Draft, moved).slug = "safer-nights"
    publisher.publish(people[1], moved, WORDS, TODAY)
    with pytest.raises(CaseStudyExists, match="leads to another"):
        publisher.publish(people[1], approved("Fewer falls"), WORDS, TODAY)
    assert addresses.load(publisher.folder.path).addresses.resolve("fewer-falls") == "safer-nights"


def test_an_edit_by_hand_is_not_withdrawn(publisher, people, monkeypatch):
    put = placing.take_out
    by_hand = OLD.model_copy(update={"summary": "Put right by hand."}).dump()

    def edited_first(folder, row, today):
        folder.case_studies.joinpath("fewer-falls.md").write_text(by_hand, "utf-8")
        return put(folder, row, today)

    monkeypatch.setattr(placing, "take_out", edited_first)
    with pytest.raises(EditConflict):
        publisher.withdraw(people[1], "fewer-falls", "Wrong.", WORDS, TODAY)
    assert writing.read(publisher.folder, "fewer-falls") == by_hand
    assert addresses.load(publisher.folder.path).addresses.withdrawn == {}
    assert publisher.unfinished() == []
