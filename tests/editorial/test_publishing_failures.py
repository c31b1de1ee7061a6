"""Git that fails, a database that is held, a disk that is full: a sentence, nothing lost, and one repeat completes it."""

import contextlib
import datetime
import shutil
import sqlite3
import subprocess

import pytest

from kb.content import repository, writing
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import drafts, placing
from kb.editorial.db import Database
from kb.editorial.models import Draft, Publication
from kb.editorial.publishing import Publisher
from kb.errors import ContentUnreadable, DatabaseBusy, DatabaseUnavailable, KbError, RepositoryUnavailable

TODAY = datetime.date(2026, 11, 24)
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(repository, "_INDEX_WAIT", 0.1)


def state(publisher, id_):
    with publisher.database.reading() as session:
        return session.get(Draft, id_).state


def begun(publisher):
    with publisher.database.reading() as session:
        return session.query(Publication).filter(Publication.finished_at.is_(None)).count()


def completes(publisher, editor, id_, git):
    """One repeat, and it is as if nothing had happened."""
    done = publisher.publish(editor, id_, WORDS, TODAY)
    assert (done.slug, state(publisher, id_), publisher.unfinished()) == ("safer-nights", "published", [])
    assert git(publisher.folder.path, "log", "--format=%s").splitlines() == ["Publish safer-nights", "Begin"]
    assert git(publisher.folder.path, "status", "--porcelain") == ""


@contextlib.contextmanager
def held_index(top, git):  # noqa: ARG001
    lock = top / ".git" / "index.lock"
    lock.touch()
    yield
    lock.unlink()


@contextlib.contextmanager
def detached(top, git):
    git(top, "checkout", "-q", "--detach")
    yield
    git(top, "switch", "-q", "main")


@contextlib.contextmanager
def merging(top, git):  # noqa: ARG001
    mark = top / ".git" / "MERGE_HEAD"
    mark.write_text("0" * 40, "utf-8")
    yield
    mark.unlink()


TROUBLE = pytest.mark.parametrize("trouble", [held_index, detached, merging])


@TROUBLE
def test_git_that_cannot_take_a_commit_is_said_before_anything_is_written(publisher, people, approved, git, trouble):
    id_ = approved()
    with trouble(publisher.folder.path, git):
        with pytest.raises(RepositoryUnavailable) as caught:
            publisher.publish(people[1], id_, WORDS, TODAY)
        assert caught.value.cure
        assert (state(publisher, id_), begun(publisher)) == ("approved", 0)
        assert writing.read(publisher.folder, "safer-nights") is None
    completes(publisher, people[1], id_, git)


@TROUBLE
def test_git_that_fails_when_the_file_is_written_leaves_a_publication_to_complete(
    publisher, people, approved, git, trouble, monkeypatch
):
    id_ = approved()
    put = placing.put
    with contextlib.ExitStack() as later:

        def put_and_fail(*arguments):
            done = put(*arguments)
            later.enter_context(trouble(publisher.folder.path, git))
            return done

        with monkeypatch.context() as patched:
            patched.setattr(placing, "put", put_and_fail)
            with pytest.raises(RepositoryUnavailable):
                publisher.publish(people[1], id_, WORDS, TODAY)
        assert (state(publisher, id_), begun(publisher)) == ("approved", 1)
        (finding,) = publisher.unfinished()
        assert (finding.code, finding.file) == ("unfinished", "case_studies/safer-nights.md")
    completes(publisher, people[1], id_, git)


def test_nobody_has_told_git_who_they_are(publisher, people, approved, git, monkeypatch, tmp_path):
    (tmp_path / "home").mkdir()
    for name, value in {"HOME": str(tmp_path / "home"), "GIT_CONFIG_NOSYSTEM": "1", "EMAIL": ""}.items():
        monkeypatch.setenv(name, value)
    completes(publisher, people[1], approved(), git)


@contextlib.contextmanager
def held_database(path):
    """Somebody who writes and does not finish."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_a_database_that_is_held_at_the_beginning_changes_nothing(publisher, people, approved, git, tmp_path):
    id_ = approved()
    with held_database(tmp_path / "exchange.sqlite"):
        with pytest.raises(DatabaseBusy):
            publisher.publish(people[1], id_, WORDS, TODAY)
        assert (state(publisher, id_), begun(publisher)) == ("approved", 0)
    completes(publisher, people[1], id_, git)


def test_a_database_that_is_held_at_the_end_leaves_a_publication_to_complete(
    publisher, people, approved, git, tmp_path, monkeypatch
):
    id_ = approved()
    put = placing.put
    with contextlib.ExitStack() as later:

        def put_and_hold(*arguments):
            later.enter_context(held_database(tmp_path / "exchange.sqlite"))
            return put(*arguments)

        with monkeypatch.context() as patched:
            patched.setattr(placing, "put", put_and_hold)
            with pytest.raises(DatabaseBusy):
                publisher.publish(people[1], id_, WORDS, TODAY)
        assert (state(publisher, id_), begun(publisher)) == ("approved", 1)
    completes(publisher, people[1], id_, git)


def test_a_held_database_loses_nothing_that_is_typed(publisher, people, tmp_path):
    writer = people[0]
    with publisher.database.writing() as session:
        id_ = drafts.start(session, writer, "organisation:RWK", {"problem": {"Problem": "Falls."}})

    def save():
        with publisher.database.writing() as session:
            opened = drafts.open_(session, writer, id_, WORDS)
            return drafts.save(session, writer, opened, "problem", {"Problem": "Falls at night."}, 1)

    with held_database(tmp_path / "exchange.sqlite"), pytest.raises(DatabaseBusy):
        save()
    assert save() == 2


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own. `disk.fill()` leaves no room on it, `disk.free()` makes some."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a small disk cannot be mounted by this account")

    class Disk:
        path = place

        def fill(self):
            with contextlib.suppress(OSError), (place / "filler").open("ab", buffering=0) as filler:
                while True:
                    filler.write(b"x" * 4096)
            with contextlib.suppress(OSError), (place / "rest").open("ab", buffering=0) as filler:
                while True:
                    filler.write(b"x")

        def free(self):
            for name in ("filler", "rest"):
                (place / name).unlink(missing_ok=True)

    yield Disk()
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def on_disk(publisher, disk, tmp_path):
    """The publisher with content, or database, or both on the small disk."""
    opened = []

    def make(content, rows):
        publisher.database.close()
        folder, file = publisher.folder.path, tmp_path / "exchange.sqlite"
        if content:
            folder = shutil.copytree(folder, disk.path / "content")
        if rows:
            file = shutil.copy(file, disk.path / "exchange.sqlite")
        opened.append(Database(f"sqlite:///{file}", wait=300))
        return Publisher(opened[-1], ContentFolder(folder), Repository(folder), publisher.house)

    yield make
    for one in opened:
        one.close()


@pytest.mark.parametrize(("content", "rows"), [(True, False), (False, True), (True, True)])
def test_a_full_disk_is_said_and_loses_nothing(disk, on_disk, people, approved, git, content, rows):
    id_ = approved()
    moved = on_disk(content, rows)
    assert state(moved, id_) == "approved"
    disk.fill()
    with pytest.raises((ContentUnreadable, RepositoryUnavailable, DatabaseUnavailable)) as caught:
        moved.publish(people[1], id_, WORDS, TODAY)
    assert "disk" in str(caught.value).lower() or "space" in str(caught.value).lower(), str(caught.value)
    assert state(moved, id_) == "approved"
    assert (writing.read(moved.folder, "safer-nights") is None) or begun(moved)
    disk.free()
    completes(moved, people[1], id_, git)


def test_a_full_disk_keeps_what_was_saved_before(disk, on_disk, people, approved):
    writer = people[0]
    approved()  # so that there is a database
    moved = on_disk(content=False, rows=True)
    with moved.database.writing() as session:
        id_ = drafts.start(session, writer, "organisation:RWK", {"problem": {"Problem": "Falls."}})

    def save(text):
        with moved.database.writing() as session:
            opened = drafts.open_(session, writer, id_, WORDS)
            return drafts.save(session, writer, opened, "problem", {"Problem": text}, 1)

    disk.fill()
    with pytest.raises(KbError) as caught:
        save("Falls at night. " * 10_000)
    assert isinstance(caught.value, DatabaseUnavailable)
    with moved.database.reading() as session:
        assert drafts.open_(session, writer, id_, WORDS).answer("problem").data == {"Problem": "Falls."}
    disk.free()
    assert save("Falls at night.") == 2
