"""Several who commit at once, and one who is killed at any step: nothing is lost, one repeat completes it."""

import multiprocessing
import signal
import subprocess
import sys
import threading

import pytest

from kb.content import git, repository, writing
from kb.content.folder import ContentFolder
from kb.content.repository import Author, Repository
from kb.errors import RepositoryUnavailable
from tests.content.repository.by_hand import ANNA, put, run

KILLED = """
import os, signal, sys
from pathlib import Path
from kb.content import git, writing
from kb.content.folder import ContentFolder
from kb.content.repository import Author, Repository

step, after = sys.argv[2], sys.argv[3] == "after"
true = git.run

def run(folder, *arguments, **more):
    if arguments[0] == step and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    done = true(folder, *arguments, **more)
    if arguments[0] == step:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

git.run = run
folder = ContentFolder(Path(sys.argv[1]))
paths = [writing.write(folder, "good", "better", sys.argv[4]), writing.write(folder, "new", "new", "")]
print(Repository(folder.path).commit(paths, "Publish", Author("A", "a@b"), {"Version": "2"}))
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "step", ["hash-object", "read-tree", "update-index", "write-tree", "ls-files", "commit-tree", "update-ref", "gc"]
)
def test_killed_at_any_step_everything_is_named_and_one_repeat_completes_it(folder, top, step, when):
    arguments = [sys.executable, "-c", KILLED, str(folder.path), step, when, writing.blob("good\n")]
    assert subprocess.run(arguments, check=False).returncode == -signal.SIGKILL
    committed = (step, when) in {("update-ref", "after"), ("gc", "before"), ("gc", "after")}
    repo = Repository(folder.path)
    assert len(repo.uncommitted()) == (0 if committed else 2)
    assert repo.problem() is None
    # A person's commit in between takes nothing back.
    (top / "notes.txt").write_text("notes", "utf-8")
    run(top, "add", "notes.txt")
    run(top, "commit", "-q", "-m", "By hand", "--", "notes.txt")
    repeat = subprocess.run([*arguments[:4], "none", *arguments[5:]], check=True, capture_output=True, text=True)
    assert repo.uncommitted() == []
    assert run(top, "status", "--porcelain") == ""
    below = folder.case_studies.relative_to(top)
    assert run(top, "log", "--format=%H", "--", str(below / "new.md")) == repeat.stdout.strip()
    assert run(top, "show", f"HEAD:{below}/good.md") == "better"
    assert run(top, "rev-list", "--count", "HEAD") == "3"
    assert run(top, "fsck", "--strict", "--no-dangling") == ""
    assert not list((top / ".git").glob("publishing-index*"))


def publish(path, number):
    folder = ContentFolder(path)
    repo = Repository(folder.path)
    for turn in range(5):
        slug = f"slug-{number}-{turn}"
        with repo.lock():
            repo.commit([writing.write(folder, slug, slug, "")], f"Publish {slug}", Author(f"P{number}", "p@b"))


def test_several_publishers_at_once_lose_nothing(folder, top):
    context = multiprocessing.get_context("fork")
    publishers = [context.Process(target=publish, args=(folder.path, number)) for number in range(3)]
    for publisher in publishers:
        publisher.start()
    for publisher in publishers:
        publisher.join()
    assert [publisher.exitcode for publisher in publishers] == [0, 0, 0]
    assert run(top, "rev-list", "--count", "HEAD") == "16"
    assert run(top, "status", "--porcelain") == ""
    assert len(folder.listing().entries) == 16


def test_threads_of_one_process_take_turns(folder, top, repo):
    failed = []

    def work(number):
        try:
            for turn in range(4):
                repo.commit([put(folder, f"t-{number}-{turn}", "x")], "T", ANNA)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert run(top, "rev-list", "--count", "HEAD") == "13"


def test_one_who_never_finishes_does_not_keep_others_for_ever(folder, repo, monkeypatch):
    monkeypatch.setattr(repository, "_WAIT", 0.2)
    caught = []

    def other():
        try:
            Repository(folder.path).commit([put(folder, "a", "a\n")], "A", ANNA)
        except RepositoryUnavailable as error:
            caught.append(error.message)

    with repo.lock():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(caught) == 1
    assert "Another publication" in caught[0]


def test_somebody_who_commits_by_hand_in_the_same_moment_is_not_overwritten(folder, top, repo, monkeypatch):
    true, done = git.run, []

    def meanwhile(where, *arguments, **more):
        if arguments[0] == "update-ref" and not done:
            done.append(1)
            (top / "notes.txt").write_text("notes", "utf-8")
            run(top, "add", "notes.txt")
            run(top, "commit", "-q", "-m", "By hand", "--", "notes.txt")
        return true(where, *arguments, **more)

    monkeypatch.setattr(git, "run", meanwhile)
    repo.commit([put(folder, "a", "a\n")], "A", ANNA)
    assert run(top, "log", "--format=%s").splitlines() == ["A", "By hand", "First"]
    assert run(top, "status", "--porcelain") == ""
    assert run(top, "show", "HEAD:notes.txt") == "notes"
