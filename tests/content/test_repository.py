"""Commits by a real git, whatever a person has set up, staged or left behind; killed at any step, one repeat completes it."""

import contextlib
import datetime
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kb.content import git, repository, writing
from kb.content.folder import ContentFolder
from kb.content.repository import Author, Repository
from kb.errors import ContentUnreadable, NotFound, RepositoryUnavailable

ANNA = Author("Anna Ölund", "anna@example.nhs.uk")


def run(folder, *arguments, check=True, **more):
    """A person's own git, with a name and nothing else set up."""
    who = ["-c", "user.name=A person", "-c", "user.email=person@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=check, capture_output=True, text=True, **more)
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """No name, no address and no setting of git's on this computer."""
    (tmp_path / "home").mkdir()
    for name in [name for name in os.environ if name.startswith(("GIT_", "EMAIL", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


BOTH = pytest.mark.parametrize(
    "folder", ["content", "."], indirect=True
)  # below another folder, or a repository itself


@pytest.fixture
def folder(request, tmp_path):
    """A content folder with one committed case study, good.md, in a repository."""
    top = tmp_path / "repository"
    made = ContentFolder(top / getattr(request, "param", "content"))
    made.case_studies.mkdir(parents=True)
    (made.case_studies / "good.md").write_text("good\n", "utf-8")
    run(top, "init", "-q")
    run(top, "add", ".")
    run(top, "commit", "-q", "-m", "First")
    return made


@pytest.fixture
def top(tmp_path):
    return tmp_path / "repository"


@pytest.fixture
def repo(folder):
    return Repository(folder.path)


def put(folder, slug, text):
    path = folder.case_studies / f"{slug}.md"
    path.write_text(text, "utf-8")
    return path


@BOTH
def test_new_changed_and_deleted_files_are_committed_with_their_author(folder, top, repo):
    before = run(top, "rev-parse", "HEAD")
    paths = [put(folder, "new", "new\n"), put(folder, "good", "better\r\n")]
    paths.append(writing.write_file(folder, "good", "chart.png", b"\x89PNG\r\n"))
    made = repo.commit(
        paths, "Publish two", ANNA, {"Version": "2", "Reviewed-by": "Bo <bo@example.org>"}, "Clearer.\n\nNew figure."
    )
    assert made == run(top, "rev-parse", "HEAD")
    assert run(top, "rev-parse", "HEAD^") == before
    assert (
        run(top, "log", "-1", "--format=%an <%ae> %cn <%ce>")
        == "Anna Ölund <anna@example.nhs.uk> Improvement Exchange <publishing@localhost>"
    )
    assert (
        run(top, "log", "-1", "--format=%B")
        == "Publish two\n\nClearer.\n\nNew figure.\n\nVersion: 2\nReviewed-by: Bo <bo@example.org>"
    )
    assert run(top, "status", "--porcelain") == ""
    assert repo.text_at(made, paths[1]) == "better\r\n"
    second = repo.commit([writing.remove(folder, "good", writing.blob("better\r\n")), paths[2]], "Withdraw it", ANNA)
    assert run(top, "show", "--format=", "--name-status", "HEAD").split("\t")[0] == "D"
    assert run(top, "rev-parse", "HEAD") == second
    assert run(top, "status", "--porcelain") == ""
    assert run(top, "fsck", "--strict") == ""


@BOTH
def test_what_a_person_has_staged_and_changed_stays_as_it_was(folder, top, repo):
    put(folder, "staged", "staged\n")
    put(folder, "good", "half done\n")
    (top / "notes.txt").write_text("notes", "utf-8")
    run(top, "add", str(folder.case_studies / "staged.md"))
    put(folder, "staged", "and changed again\n")
    before = run(top, "status", "--porcelain").splitlines()
    diff = run(top, "diff", "--cached")
    repo.commit([put(folder, "new", "new\n")], "Publish", ANNA)
    assert run(top, "status", "--porcelain").splitlines() == before
    assert run(top, "diff", "--cached") == diff
    assert run(top, "show", "--format=", "--name-only", "HEAD").endswith("case_studies/new.md")
    assert len(run(top, "show", "--format=", "--name-only", "HEAD").splitlines()) == 1
    # What was staged of a file that is published now is what was published.
    repo.commit([folder.case_studies / "staged.md"], "Publish", ANNA)
    assert (
        run(top, "show", "HEAD:./" + str((folder.case_studies / "staged.md").relative_to(top))) == "and changed again"
    )
    assert run(top, "diff", "--cached") == ""


def test_nothing_to_commit_gives_the_last_commit_of_these_files(folder, top, repo):
    first = repo.commit([put(folder, "a", "a\n")], "A", ANNA)
    repo.commit([put(folder, "b", "b\n")], "B", ANNA)
    assert repo.commit([folder.case_studies / "a.md"], "A again", ANNA) == first
    assert repo.commit([folder.case_studies / "never.md"], "Never", ANNA) == ""
    assert run(top, "rev-list", "--count", "HEAD") == "3"


def test_the_first_commit_of_all(tmp_path):
    folder = ContentFolder(tmp_path / "empty")
    folder.case_studies.mkdir(parents=True)
    run(folder.path, "init", "-q")
    repo = Repository(folder.path)
    assert repo.history(put(folder, "a", "a\n")) == []
    assert repo.uncommitted() == [folder.case_studies / "a.md"]
    made = repo.commit([folder.case_studies / "a.md"], "First", ANNA)
    assert run(folder.path, "rev-list", "HEAD") == made
    assert run(folder.path, "status", "--porcelain") == ""
    assert [version.commit for version in repo.history(folder.case_studies / "a.md")] == [made]


@BOTH
def test_paths_may_be_relative_and_the_folder_a_link(folder, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(folder.path)
    monkeypatch.chdir(tmp_path)
    linked = ContentFolder(Path("link"))
    repo = Repository(linked.path)
    made = repo.commit([writing.write(linked, "a", "a\n", "")], "A", ANNA)
    assert [version.commit for version in repo.history(Path("link/case_studies/a.md"))] == [made]
    assert repo.uncommitted() == []
    with pytest.raises(RepositoryUnavailable, match="outside"):
        repo.commit([tmp_path / "elsewhere.md"], "Elsewhere", ANNA)


HOSTILE = [
    "Eve <eve@evil>\nReviewed-by: Boss", "\n\nReviewed-by: Boss <boss@example.org>", "Eve\r\nauthor Boss <boss@example.org> 1 +0000", "<>", "", "\x00\x1b[31m", "\ud800",
    "--amend", "$(touch pwned)", "Eve\u2028Reviewed-by: Boss", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_or_text_forges_a_header_or_trailer(folder, top, repo, text):
    path = put(folder, "a", "a\n")
    repo.commit([path], text, Author(text, text), {"Version": "7", "Note": text}, f"{text}\n\n{text}")
    raw = run(top, "cat-file", "commit", "HEAD")
    head, _, message = raw.partition("\n\n")
    assert [line.split(" ")[0] for line in head.splitlines()] == ["tree", "parent", "author", "committer"]
    assert "committer Improvement Exchange <publishing@localhost>" in head
    assert run(top, "log", "-1", "--format=%(trailers:key=Reviewed-by)") == ""
    assert run(top, "log", "-1", "--format=%(trailers:key=Version,valueonly)") == "7"
    assert max(map(len, message.splitlines())) < 5_010
    (version,) = repo.history(path)
    assert (version.reviewer, version.number) == ("", 7)
    assert version.author
    put(folder, "a", "b\n")
    repo.commit([path], text, ANNA, {}, f"First.\n\n{text}")  # with nothing after it
    assert run(top, "log", "-1", "--format=%(trailers)") == ""
    assert repo.history(path)[0].reviewer == ""
    assert not (top / "pwned").exists()


def test_a_reviewer_s_name_cannot_name_two(folder, top, repo):
    path = put(folder, "a", "a\n")
    repo.commit([path], "A", ANNA, {"Reviewed-by": "Bo> <x\nReviewed-by: Boss <bo@example.org>"})
    assert run(top, "log", "-1", "--format=%(trailers)") == "Reviewed-by: Bo x Reviewed-by: Boss <bo@example.org>"
    with pytest.raises(ValueError, match="trailer"):
        repo.commit([path], "A", ANNA, {"Reviewed-by: Boss\nX": "y"})


def test_the_settings_of_a_person_keep_nothing_up(folder, top, tmp_path):
    for name, value in {
        "commit.gpgSign": "true", "gpg.program": "/bin/false", "core.hooksPath": str(tmp_path / "hooks"), "core.pager": "sleep 100", "core.editor": "sleep 100",
        "core.autocrlf": "true", "commit.template": "/nowhere", "user.useConfigOnly": "true", "core.fsmonitor": "/bin/false", "log.showSignature": "true", "color.ui": "always",
        "diff.noprefix": "true", "diff.renames": "false", "log.follow": "true", "core.quotePath": "true", "i18n.logOutputEncoding": "latin1", "trailer.separators": "%",
    }.items():  # fmt: skip
        run(top, "config", name, value)
    (tmp_path / "hooks").mkdir()
    for folder_of in (tmp_path / "hooks", top / ".git" / "hooks"):
        folder_of.mkdir(exist_ok=True)
        for name in (
            "pre-commit",
            "commit-msg",
            "post-commit",
            "prepare-commit-msg",
            "reference-transaction",
            "post-index-change",
        ):
            (folder_of / name).write_text("#!/bin/sh\nexit 1\n", "utf-8")
            (folder_of / name).chmod(0o755)
    (top / ".gitattributes").write_text("*.md filter=never text eol=crlf\n", "utf-8")
    run(top, "config", "filter.never.clean", "/bin/false")
    repo = Repository(folder.path)
    path = put(folder, "a", "a\nÖ\n")
    made = repo.commit([path], "A", ANNA, {"Version": "1"})
    assert repo.text_at(made, path) == "a\nÖ\n"
    (version,) = repo.history(path)
    assert (version.author, version.number) == ("Anna Ölund", 1)


def test_another_git_around_it_does_not_lead_it_astray(folder, top, tmp_path, monkeypatch):
    run(tmp_path, "init", "-q", "other")
    for name, value in (
        ("GIT_DIR", tmp_path / "other" / ".git"),
        ("GIT_INDEX_FILE", tmp_path / "other-index"),
        ("GIT_WORK_TREE", tmp_path / "other"),
    ):
        monkeypatch.setenv(name, str(value))
    made = Repository(folder.path).commit([put(folder, "a", "a\n")], "A", ANNA)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name)
    assert run(top, "rev-parse", "HEAD") == made
    assert not (tmp_path / "other-index").exists()


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


@BOTH
def test_only_content_counts_as_not_committed(folder, top, repo):
    assert repo.uncommitted() == []
    (top / "notes.txt").write_text("notes", "utf-8")
    (folder.case_studies / ".writing-x").write_text("x", "utf-8")
    (folder.path / "vocabulary").mkdir()
    (folder.path / "vocabulary" / "topics.yaml").write_text("x", "utf-8")
    assert repo.uncommitted() == []
    changed = [put(folder, "Ö new", "x"), writing.write_file(folder, "good", "a.csv", b"x")]
    addresses = folder.path / "addresses.yaml"
    addresses.write_text("x", "utf-8")
    (folder.case_studies / "good.md").unlink()
    assert repo.uncommitted() == sorted([*changed, addresses, folder.case_studies / "good.md"])
    repo.commit([*changed, addresses, folder.case_studies / "good.md"], "All", ANNA)
    assert repo.uncommitted() == []


def test_a_folder_without_git_is_fine_for_reading(tmp_path):
    folder = ContentFolder(tmp_path / "plain")
    folder.case_studies.mkdir(parents=True)
    repo = Repository(folder.path)
    assert repo.uncommitted() == []
    assert "git -C" in str(repo.problem())
    with pytest.raises(RepositoryUnavailable, match="no git repository"):
        repo.history(put(folder, "a", "a"))
    assert Repository(tmp_path / "nowhere").uncommitted() == []


@pytest.mark.parametrize(
    "commit", ["", "HEAD", "main", "--all", "zzzzzzz", "0" * 40, "abc", "HEAD:x", "a" * 65, "12345678\n"]
)
def test_only_a_commit_s_id_names_a_version(folder, repo, commit):
    with pytest.raises(NotFound):
        repo.text_at(commit, folder.case_studies / "good.md")


def test_an_author_may_have_the_time_zone_of_the_server(folder, repo):
    path = put(folder, "a", "a\n")
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    repo.commit([path], "A", ANNA)
    (version,) = repo.history(path)
    assert version.when.tzinfo is not None
    assert before <= version.when <= datetime.datetime.now(datetime.UTC)


def test_what_lay_beside_a_case_study_in_a_version(folder, repo):
    path = put(folder, "a", "a\n")
    first = repo.commit([path, writing.write_file(folder, "a", "chart.png", b"one")], "A", ANNA)
    changed = [writing.write_file(folder, "a", "chart.png", b"two"), writing.write_file(folder, "a", "b.csv", b"x")]
    second = repo.commit(changed, "B", ANNA)
    assert repo.files_at(first, path) == {"chart.png": b"one"}
    assert repo.files_at(second, path) == {"chart.png": b"two", "b.csv": b"x"}
    assert repo.files_at(first, repo.history(path)[0].name) == {"chart.png": b"one"}
    assert repo.files_at(first, folder.case_studies / "good.md") == {}
    for commit in ("0" * 40, "HEAD", "--all"):
        with pytest.raises(NotFound):
            repo.files_at(commit, path)
