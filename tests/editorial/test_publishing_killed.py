"""Killed at any step of saving, handing in, approving, publishing and withdrawing: nothing is lost, what is left is named, one repeat completes it."""

import datetime
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.content import addresses, writing
from kb.content.case_study import CaseStudy
from kb.content.checks import check_folder
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import drafts, steps
from kb.editorial.db import Database
from kb.editorial.models import Attachment, Draft, Publication, TransitionRow
from kb.editorial.publishing import Publisher

WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
TODAY = datetime.date(2026, 11, 24)
COMMIT = "sqlalchemy.engine.default:DefaultDialect.do_commit"
LEFT = {"unfinished", "uncommitted", "unfinished-write"}

# Each function that changes something, in the order in which publishing a new version at a new address calls them, with
# how many of its calls to die before; the last one also after.
PUBLISH = [
    (COMMIT, 1), ("kb.content.writing:write", 1), ("kb.content.atomic:put", 3), ("kb.content.writing:write_file", 1),
    ("kb.content.writing:remove_other_files", 2), ("kb.content.writing:remove", 1), ("kb.content.writing:update_addresses", 1),
    ("kb.content.repository:Repository.commit", 1), ("kb.content.git:run", 8), (COMMIT, 2),
]  # fmt: skip
WITHDRAW = [
    (COMMIT, 1), ("kb.content.writing:update_addresses", 1), ("kb.content.writing:remove_other_files", 1),
    ("kb.content.writing:remove", 1), ("kb.content.repository:Repository.commit", 1), (COMMIT, 2),
]  # fmt: skip


@pytest.fixture
def at_work():
    """A process that does a job and dies in the middle of it; gives how each child of it ended."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("killed_publishing.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip

    def job(**what):
        process.stdin.write(json.dumps(what) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield job
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()


@pytest.fixture
def draft(publisher, people, approved):
    """An approved new version at a new address, with a picture; the published one has another that goes."""
    id_ = approved("Safer nights", base=True)
    with publisher.database.writing() as session:
        session.get(Draft, id_).slug = "safer-nights"
        session.add(Attachment(
            draft_id=id_, name="chart.png", kind="png", alt="A chart", section="Results", data=b"a picture", metadata_text="",
            added_at=datetime.datetime.now(datetime.UTC), added_by=people[0].id,
        ))  # fmt: skip
    beside = writing.write_file(publisher.folder, "fewer-falls", "old.png", b"an older one")
    publisher.repository.commit([beside], "A picture", publisher.repository.service)
    publisher.database.close()
    return id_


@pytest.fixture
def copy(tmp_path, publisher):
    """A copy of everything, to be killed in; gives its folder and a publisher in it, as another process opens it."""
    count = iter(range(10_000))
    opened = []

    def make():
        publisher.database.close()
        folder = tmp_path / f"copy-{next(count)}"
        folder.mkdir()
        shutil.copytree(publisher.folder.path, folder / "content")
        shutil.copy(tmp_path / "exchange.sqlite", folder)
        content = ContentFolder(folder / "content")
        database = Database(f"sqlite:///{folder}/exchange.sqlite")
        opened.append(database)
        return folder, Publisher(database, content, Repository(content.path), publisher.house)

    yield make
    for database in opened:
        database.close()


def moments(calls):
    before = [(place, "before", nth) for place, most in calls for nth in range(1, most + 1)]
    return [*before, *((place, "after", most) for place, most in calls)]


def left(publisher):
    """The codes of what kb check says about work that was begun."""
    found = [*check_folder(publisher.folder, TODAY).findings, *publisher.unfinished()]
    return {finding.code for finding in found} & LEFT


def commits(publisher):
    log = ["git", "log", "--format=%s"]
    return subprocess.run(
        log, cwd=publisher.folder.path, check=True, capture_output=True, text=True
    ).stdout.splitlines()


def clean(publisher):
    status = ["git", "status", "--porcelain"]
    done = subprocess.run(status, cwd=publisher.folder.path, check=True, capture_output=True, text=True)
    return done.stdout == ""


def rows(publisher):
    """State of the draft, numbers of steps and of publications."""
    with publisher.database.reading() as session:
        row = session.query(Draft).one()
        taken = session.query(TransitionRow).filter(TransitionRow.name.in_(("publish", "withdraw"))).count()
        open_ = session.query(Publication).filter(Publication.finished_at.is_(None)).count()
        return row.state, taken, session.query(Publication).count(), open_


def test_killed_anywhere_while_publishing(at_work, draft, copy, people):
    _, editor = people
    named, whole = set(), set()
    for place, when, nth in moments(PUBLISH):
        where = f"killed {when} call {nth} of {place}"
        folder, publisher = copy()
        ended = at_work(folder=str(folder), do="publish", by=editor.email, draft=draft, at=place, when=when, nth=nth)
        assert ended == -signal.SIGKILL, where
        state, taken, _, open_ = rows(publisher)
        assert (state, taken) in {("approved", 0), ("published", 1)}, where
        with publisher.database.reading() as session:
            text = drafts.open_(session, editor, draft, WORDS).text()
        assert "Safer nights" in text, where
        assert "![A chart](chart.png)" in text, where
        # Either nothing was touched, or everything is done, or what is left is named.
        begun = bool(open_)
        assert bool(publisher.unfinished()) == begun, where
        if not begun:
            assert left(publisher) == set(), where
        (named if begun else whole).add((place, when, nth))
        old, new = (writing.read(publisher.folder, slug) for slug in ("fewer-falls", "safer-nights"))
        assert old or new, where
        done = publisher.publish(editor, draft, WORDS, TODAY)
        assert (done.slug, bool(done.commit)) == ("safer-nights", True), where
        assert rows(publisher) == ("published", 1, 1, 0), where
        assert commits(publisher) == ["Publish safer-nights", "A picture", "Begin"], where
        assert clean(publisher), where
        assert left(publisher) == set(), where
        assert CaseStudy.parse(writing.read(publisher.folder, "safer-nights")).title == "Safer nights", where
        assert writing.read(publisher.folder, "fewer-falls") is None, where
        beside = publisher.folder.case_studies
        assert [path.name for path in beside.iterdir() if path.is_dir()] == ["safer-nights"], where
        assert (beside / "safer-nights" / "chart.png").read_bytes() == b"a picture", where
        assert addresses.load(publisher.folder.path).addresses.resolve("fewer-falls") == "safer-nights", where
    assert {(COMMIT, "before", 1), (COMMIT, "after", 2)} <= whole
    assert len(named) > 15


@pytest.mark.usefixtures("draft")
def test_killed_anywhere_while_withdrawing(at_work, copy, people):
    _, editor = people
    for place, when, nth in moments(WITHDRAW):
        where = f"killed {when} call {nth} of {place}"
        folder, publisher = copy()
        ended = at_work(folder=str(folder), do="withdraw", by=editor.email, draft="", at=place, when=when, nth=nth)
        assert ended == -signal.SIGKILL, where
        open_ = rows(publisher)[3]
        assert bool(publisher.unfinished()) == bool(open_), where
        if open_:
            with publisher.database.reading() as session:
                number = session.query(Publication.id).filter(Publication.finished_at.is_(None)).scalar()
            publisher.resume(number, editor, WORDS, TODAY)
        elif writing.read(publisher.folder, "fewer-falls") is not None:  # it had not begun
            publisher.withdraw(editor, "fewer-falls", "The figures were wrong.", WORDS, TODAY)
        assert commits(publisher) == ["Withdraw fewer-falls", "A picture", "Begin"], where
        assert (clean(publisher), left(publisher), rows(publisher)[3]) == (True, set(), 0), where
        assert writing.read(publisher.folder, "fewer-falls") is None, where
        assert not (publisher.folder.case_studies / "fewer-falls").exists(), where
        reason = addresses.load(publisher.folder.path).addresses.withdrawn["fewer-falls"].reason
        assert reason == "The figures were wrong.", where


@pytest.mark.parametrize("step", ["save", "submit", "approve"])
def test_killed_while_saving_handing_in_or_approving(at_work, publisher, people, copy, step):
    writer, editor = people
    actor = editor if step == "approve" else writer
    with publisher.database.writing() as session:
        id_ = drafts.start(session, writer, "organisation:RWK", {"problem": {"Problem": "Falls."}})
    for name, by in (("submit", writer), ("review", editor)) if step == "approve" else ():
        with publisher.database.writing() as session:
            steps.take(session, by, drafts.open_(session, by, id_, WORDS), name, publisher.house)
    after = {"save": "draft", "submit": "submitted", "approve": "approved"}[step]
    for when in ("before", "after"):
        folder, killed = copy()
        job = {"do": step, "by": actor.email, "draft": id_, "at": COMMIT, "when": when, "nth": 1}
        assert at_work(folder=str(folder), **job) == -signal.SIGKILL
        with killed.database.reading() as session:
            opened = drafts.open_(session, actor, id_, WORDS)
            taken = session.query(TransitionRow).filter_by(name=step).count()
        saved = opened.answer("problem").data["Problem"]
        if step == "save":  # the old text or the new one, whole
            assert (saved, opened.answer("problem").revision) == [("Falls.", 1), ("Typed just now.", 2)][
                when == "after"
            ]
        else:
            assert saved == "Falls."
            assert (opened.row.state == after, taken) == [(False, 0), (True, 1)][when == "after"]
        assert left(killed) == set()
        if when == "before":
            with killed.database.writing() as session:
                opened = drafts.open_(session, actor, id_, WORDS)
                if step == "save":
                    assert drafts.save(session, actor, opened, "problem", {"Problem": "Typed just now."}, 1) == 2
                else:
                    steps.take(session, actor, opened, step, killed.house)
                    assert opened.row.state == after
