"""Owns the git working tree that content lies in: where it is, and what keeps it from taking a commit. Never changes it."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb.content import git
from kb.content.git import GitFailed
from kb.errors import RepositoryUnavailable

# What git leaves in its folder while a person is in the middle of something, and how they call it.
_UNDER_WAY: Final = {
    "MERGE_HEAD": "merge", "rebase-merge": "rebase", "rebase-apply": "rebase", "CHERRY_PICK_HEAD": "cherry-pick", "REVERT_HEAD": "revert",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """Its folder, its own git folder, the one that all working trees share, and where in it the content lies."""

    top: Path
    own: Path
    shared: Path
    content: Path
    below: str

    def name(self, path: Path) -> str:
        """A file's path in the repository.

        Raises:
            RepositoryUnavailable: the file lies outside it.
        """
        real = Path(os.path.abspath(path))  # noqa: PTH100 - the file itself may be gone, or be a link
        try:
            name = (real.parent.resolve() / real.name).relative_to(self.top.resolve()).as_posix()
        except ValueError:
            name = ""
        if not name or "\n" in name or "\0" in name:
            raise RepositoryUnavailable(
                f"{path} lies outside the repository {self.top}.", "Keep the content in one repository."
            )
        return name


class NoRepository(RepositoryUnavailable):
    """There is none."""


class IndexHeld(RepositoryUnavailable):
    """Another git holds the index, or was killed while it did."""


def find(content: Path) -> WorkingTree:
    """The working tree that the content folder lies in.

    Raises:
        NoRepository: it lies in none.
        RepositoryUnavailable: git does not touch it.
    """
    try:
        said = git.run(
            content, "rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir", "--show-prefix"
        )
        # A line each; a folder whose name has a line end is nowhere to publish from.
        top, own, shared, below = os.fsdecode(said).removesuffix("\n").split("\n")
    except (GitFailed, ValueError) as error:
        raise unavailable(error, content) from error
    return WorkingTree(Path(top), Path(own), (content / shared).resolve(), content, below.rstrip("/"))


def problem(tree: WorkingTree) -> RepositoryUnavailable | None:
    """Why it cannot take a commit at the moment; None when it can."""
    try:
        git.run(tree.top, "symbolic-ref", "--quiet", "HEAD")
    except GitFailed:
        return RepositoryUnavailable(
            f"The repository {tree.top} is on no branch, so that what is committed would be lost.",
            "Switch to the branch that is published, such as: git switch main",
        )
    for mark, words in _UNDER_WAY.items():
        if (tree.own / mark).exists():
            return RepositoryUnavailable(
                f"A {words} is under way in {tree.top}.", f"Finish it, or stop it with: git {words} --abort"
            )
    for needed in (tree.own, tree.shared / "objects", tree.shared / "refs"):
        if needed.exists() and not os.access(needed, os.W_OK | os.X_OK):
            return read_only(needed)
    with contextlib.suppress(GitFailed):  # it fails when nothing is ignored
        as_pattern = {"GIT_LITERAL_PATHSPECS": "0"}  # this command knows no other
        git.run(tree.content, "check-ignore", "--quiet", "--", "case_studies", environment=as_pattern)
        return RepositoryUnavailable(
            f"Git is told to ignore {tree.content}, so that it is no part of the repository {tree.top}.",
            "Make the content folder a repository of its own with git init, or take the line out of .gitignore.",
        )
    return index_held(tree)


def index_held(tree: WorkingTree) -> IndexHeld | None:
    """The problem that another git holds the index, if one does."""
    lock = tree.own / "index.lock"
    if not lock.exists():
        return None
    return IndexHeld(
        f"Another git is at work in {tree.top}, or one was killed and has left {lock}.",
        f"Wait for it to finish. If no git is running, delete {lock}.",
    )


def read_only(path: Path) -> RepositoryUnavailable:
    """The problem that a folder of git cannot be written."""
    return RepositoryUnavailable(f"{path} cannot be written.", "Give the account that runs this write access to it.")


def full(path: Path) -> RepositoryUnavailable:
    """The problem that there is no room."""
    return RepositoryUnavailable(f"The disk that holds {path} is full.", "Make room, then try again.")


def unavailable(error: Exception, folder: Path) -> RepositoryUnavailable:
    """What git said, as a sentence with what to do."""
    said = error.said if isinstance(error, GitFailed) else ""
    low = said.lower()
    if "dubious ownership" in low:
        return RepositoryUnavailable(
            f"The repository of {folder} belongs to another account, so that git does not touch it.",
            f"Run this as the account that owns it, or allow it with: git config --global --add safe.directory {folder.resolve()}",
        )
    if "not a git repository" in low or "must be run in a work tree" in low or "there is no folder" in low:
        return NoRepository(
            f"{folder} lies in no git repository.", f"Make it one with: git -C {folder} init, and commit what is there."
        )
    if "permission denied" in low or "read-only" in low or "insufficient permission" in low:
        return read_only(folder)
    if "no space left" in low:
        return full(folder)
    lines = [line for line in said.splitlines() if line.strip()]
    first = next(
        (line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "no reason given"
    )
    return RepositoryUnavailable(
        f"Git could not work in {folder}: {first}",
        "Look at the repository with git status, put it right, then try again.",
    )
