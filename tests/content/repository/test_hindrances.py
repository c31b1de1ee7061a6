"""What keeps git from a commit: said with what to do, and one repeat completes it."""

import contextlib
import os
import random
import shutil
import subprocess
import threading

import pytest

from kb.content import git, repository, writing
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.errors import ContentUnreadable, RepositoryUnavailable
from tests.content.repository.by_hand import ANNA, put, run


# What keeps git from taking a commit: how it comes about, what is said, what to do, and how it ends.
def no_git(monkeypatch, **_):
    monkeypatch.setenv("PATH", "/nowhere")


def no_repository(top, **_):
    (top / ".git").rename(top.parent / "away")


def detached(top, **_):
    run(top, "checkout", "-q", "--detach")


def merging(top, **_):
    (top / ".git" / "MERGE_HEAD").write_text(f"{run(top, 'rev-parse', 'HEAD')}\n")


def rebasing(top, **_):
    (top / ".git" / "rebase-merge").mkdir()


def index_locked(top, **_):
    (top / ".git" / "index.lock").touch()


def bare(top, **_):
    run(top, "config", "core.bare", "true")


def branch_locked(top, **_):
    (top / ".git" / "refs" / "heads" / "main.lock").touch()


def objects_broken(top, **_):
    shutil.rmtree(top / ".git" / "objects" / "pack")
    (top / ".git" / "objects").rename(top / ".git" / "gone")


@pytest.mark.parametrize(
    ("spoil", "message", "cure"),
    [
        (no_git, "not installed", "Install git"), (no_repository, "no git repository", "init"), (detached, "on no branch", "git switch"),
        (merging, "merge is under way", "merge --abort"), (rebasing, "rebase is under way", "rebase --abort"), (index_locked, "index.lock", "delete"),
        (bare, "no git repository", "init"), (objects_broken, "", ""),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_what_keeps_git_from_a_commit_is_said_with_what_to_do_and_a_repeat_completes_it(
    folder, top, repo, monkeypatch, tmp_path, spoil, message, cure
):
    monkeypatch.setattr(repository, "_INDEX_WAIT", 0.1)
    before = run(top, "rev-parse", "HEAD")
    path = put(folder, "a", "a\n")
    saved = tmp_path / "saved"
    shutil.copytree(top, saved, symlinks=True)
    with monkeypatch.context() as patch:
        spoil(top=top, monkeypatch=patch)
        found = repo.problem()
        assert found is not None
        assert message in found.message
        assert cure in found.cure
        for use in (repo.ready, lambda: repo.commit([path], "A", ANNA)):
            with pytest.raises(RepositoryUnavailable) as caught:
                use()
            assert message in caught.value.message
    assert path.read_text("utf-8") == "a\n"  # the text is there
    shutil.rmtree(top)
    saved.rename(top)
    assert run(top, "rev-parse", "HEAD") == before
    made = repo.commit([path], "A", ANNA)
    assert run(top, "rev-parse", "HEAD") == made
    assert repo.problem() is None


def test_a_folder_that_git_is_told_to_ignore_is_no_part_of_the_repository(tmp_path):
    run(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("data/\n", "utf-8")
    folder = ContentFolder(tmp_path / "data" / "content")
    folder.case_studies.mkdir(parents=True)
    with pytest.raises(RepositoryUnavailable, match="ignore") as caught:
        Repository(folder.path).commit([put(folder, "a", "a\n")], "A", ANNA)
    assert ".gitignore" in caught.value.cure
    assert Repository(folder.path).uncommitted() == []


def test_a_locked_branch_is_waited_for_and_told(folder, top, repo, monkeypatch):
    monkeypatch.setitem(git._SETTINGS, "core.filesRefLockTimeout", "10")
    monkeypatch.setattr(git, "_FIRST", [word for pair in git._SETTINGS.items() for word in ("-c", "=".join(pair))])
    branch_locked(top)
    path = put(folder, "a", "a\n")
    with pytest.raises(RepositoryUnavailable, match=r"main\.lock"):
        repo.commit([path], "A", ANNA)
    assert run(top, "rev-list", "--count", "HEAD") == "1"
    assert repo.uncommitted() == [path]  # staged, and named
    (top / ".git" / "refs" / "heads" / "main.lock").unlink()
    repo.commit([path], "A", ANNA)
    assert repo.uncommitted() == []


def test_a_repository_of_another_account_is_told(folder, tmp_path, monkeypatch):
    # Git takes this variable in its own tests: everything belongs to somebody else.
    real = shutil.which("git")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n', "utf-8")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    repo = Repository(folder.path)
    found = repo.problem()
    assert found is not None
    assert "another account" in found.message
    assert f"safe.directory {folder.path.resolve()}" in found.cure
    with pytest.raises(RepositoryUnavailable, match="another account"):
        repo.commit([put(folder, "a", "a\n")], "A", ANNA)
    with pytest.raises(RepositoryUnavailable, match="another account"):
        repo.uncommitted()


def test_a_repository_that_cannot_be_written_is_told(folder, top, repo):
    """Root writes everywhere, so that a mount that is read-only stands in where permissions mean nothing."""
    path = put(folder, "a", "a\n")
    as_root = os.geteuid() == 0
    if as_root:
        mounted = subprocess.run(
            ["mount", "--bind", "-o", "ro", top / ".git", top / ".git"], check=False, capture_output=True
        )
        if mounted.returncode:
            pytest.skip("root may write everywhere, and nothing can be mounted here")
        subprocess.run(["mount", "-o", "remount,ro,bind", top / ".git"], check=False, capture_output=True)
    else:
        (top / ".git").chmod(0o500)
    try:
        found = repo.problem()
        assert found is not None
        assert "cannot be written" in found.message
        for use in (lambda: repo.commit([path], "A", ANNA), lambda: repo.lock().__enter__()):
            with pytest.raises(RepositoryUnavailable, match="cannot be written"):
                use()
        assert repo.uncommitted() == [path]
        assert len(repo.history(folder.case_studies / "good.md")) == 1
    finally:
        if as_root:
            subprocess.run(["umount", top / ".git"], check=True)
        else:
            (top / ".git").chmod(0o700)
    repo.commit([path], "A", ANNA)


def test_git_that_fails_half_way_commits_nothing_and_says_why(folder, top, tmp_path, monkeypatch):
    real = shutil.which("git")
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "git"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    path = put(folder, "a", "a\n")
    repo = Repository(folder.path)
    for step in ("hash-object", "read-tree", "update-index", "write-tree", "commit-tree", "update-ref"):
        script.write_text(
            f'#!/bin/sh\nfor word in "$@"; do [ "$word" = {step} ] && echo "fatal: write error: No space left on device" >&2 && exit 128; done\nexec {real} "$@"\n', "utf-8",
        )  # fmt: skip
        script.chmod(0o755)
        with pytest.raises(RepositoryUnavailable, match="full") as caught:
            repo.commit([path], "A", ANNA)
        assert "Make room" in caught.value.cure
        assert run(top, "rev-list", "--count", "HEAD") == "1"
        assert repo.uncommitted() == [path]
    script.write_text(
        f'#!/bin/sh\nfor word in "$@"; do [ "$word" = write-tree ] && exec sleep 30; done\nexec {real} "$@"\n', "utf-8"
    )
    monkeypatch.setattr(git, "_TIMEOUT", 0.5)
    with pytest.raises(RepositoryUnavailable, match="did not finish"):
        repo.commit([path], "A", ANNA)
    script.unlink()
    monkeypatch.setattr(git, "_TIMEOUT", 60)
    made = repo.commit([path], "A", ANNA)
    assert run(top, "rev-parse", "HEAD") == made


def fill(path):
    """Takes all the room that is left on a disk."""
    chance = random.Random(1)  # noqa: S311 - bytes that do not get smaller
    with path.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(chance.randbytes(4096)):
            pass


def test_on_a_full_disk_nothing_is_lost_and_a_repeat_completes_it(tmp_path):
    top = tmp_path / "small"
    top.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", top], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk can only be made by root")
    try:
        folder = ContentFolder(top / "content")
        folder.case_studies.mkdir(parents=True)
        run(top, "init", "-q", "--template=")
        repo = Repository(folder.path)
        repo.commit([writing.write(folder, "good", "good\n", "")], "First", ANNA)
        fill(top / "filler")
        with pytest.raises(ContentUnreadable, match="No space left"):
            writing.write(folder, "good", "better\n", writing.blob("good\n"))
        assert (writing.read(folder, "good"), writing.leftovers(folder)) == ("good\n", [])
        (top / "filler").unlink()
        path = writing.write(folder, "good", "better\n", writing.blob("good\n"))
        fill(top / "filler")  # room for the text, but not for the commit
        (top / ".git" / "publishing.lock").unlink()
        with pytest.raises(RepositoryUnavailable, match="full"):
            repo.commit([path], "Publish", ANNA)
        assert repo.uncommitted() == [path]
        (top / "filler").unlink()
        made = repo.commit([path], "Publish", ANNA)
        assert run(top, "log", "--format=%H", "-1") == made
        assert (repo.uncommitted(), path.read_text("utf-8")) == ([], "better\n")
        assert run(top, "fsck", "--strict", "--no-dangling") == ""
    finally:
        subprocess.run(["umount", top], check=True)


def test_a_person_who_holds_the_index_for_a_moment_is_waited_for(folder, top, repo):
    lock = top / ".git" / "index.lock"
    lock.touch()
    threading.Timer(0.3, lock.unlink).start()
    repo.commit([put(folder, "a", "a\n")], "A", ANNA)
    assert run(top, "status", "--porcelain") == ""
