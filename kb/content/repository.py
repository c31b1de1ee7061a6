"""Owns the git repository of the content: committing files, their versions, what is not committed. Never writes a file of the content.

A commit is made of exactly the files it is asked for; whatever else a person has changed or staged stays as it was. Why
it runs git itself and how a commit is made: docs/decisions/2026-11-24-commits-by-git-itself.md.
"""

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import filelock

from kb.content import git, working_tree
from kb.content.commit_messages import Author, identity, message
from kb.content.git import GitFailed
from kb.content.history import History, Version
from kb.content.stored_names import file_type
from kb.content.working_tree import IndexHeld, NoRepository, WorkingTree
from kb.errors import NotFound, RepositoryUnavailable

SERVICE: Final = Author("Improvement Exchange", "publishing@localhost")

_WAIT: Final = 30.0  # seconds for other publishers; one commit takes a twentieth of a second
_INDEX_WAIT: Final = 3.0  # seconds that a person's own git may hold the index; `git status` takes less than one
_LOOK: Final = 0.05
_TRIES: Final = 5  # when somebody commits by hand in the same moment

_Entries = dict[str, tuple[str, str]]  # mode and blob by name


class Repository:
    """The repository that a content folder lies in, if it does. Keep it: it remembers the history it has read."""

    def __init__(self, folder: Path, service: Author = SERVICE) -> None:
        """`service` is named as the one who commits what others wrote."""
        self.folder = folder
        self.service = service
        self._history = History()

    def problem(self) -> RepositoryUnavailable | None:
        """Why nothing can be committed at the moment; None when it can."""
        try:
            return working_tree.problem(working_tree.find(self.folder))
        except RepositoryUnavailable as error:
            return error

    def ready(self) -> None:
        """Raises RepositoryUnavailable, with what to do, when nothing can be committed at the moment."""
        _ready(working_tree.find(self.folder))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """The turn of one publisher among those of all processes; who has it may take it again.

        Raises:
            RepositoryUnavailable: there is no repository, or another publisher did not finish in time.
        """
        with _turn(working_tree.find(self.folder)):
            yield

    def commit(
        self,
        paths: Iterable[Path],
        subject: str,
        author: Author,
        trailers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> str:
        """Commits these files as they are on the disk, new, changed or deleted, and nothing else; gives the commit's id.

        When they are as they were committed last, that is not done again: it gives the last commit that changed one of
        them, "" when none ever did.

        Raises:
            RepositoryUnavailable: git cannot take a commit; nothing was committed.
        """
        text = message(subject, body, trailers or {})
        tree = working_tree.find(self.folder)
        names = sorted({tree.name(path) for path in paths})
        _ready(tree)
        with _turn(tree):
            for _ in range(_TRIES):
                try:
                    return self._commit(tree, names, text, author)
                except _Overtaken:
                    continue
                except GitFailed as error:
                    raise working_tree.unavailable(error, tree.top) from error
        raise RepositoryUnavailable("Somebody else keeps committing at the same time.", "Try again in a minute.")

    def history(self, path: Path, limit: int = 1000) -> list[Version]:
        """The versions of a file below the content folder, newest first, through the names it had before.

        Raises:
            RepositoryUnavailable: there is no repository, or it cannot be read.
        """
        tree = working_tree.find(self.folder)
        try:
            self._history.read(tree.top)
        except GitFailed as error:
            raise working_tree.unavailable(error, tree.top) from error
        return self._history.versions(tree.name(path), limit)

    def text_at(self, commit: str, path: Path | str) -> str:
        """The text that a file had in a commit; `path` may be the `name` of a version.

        Raises:
            NotFound: there is no such commit, or no such file in it.
            RepositoryUnavailable: there is no repository, or it cannot be read.
        """
        tree = working_tree.find(self.folder)
        name = path if isinstance(path, str) else tree.name(path)
        if not re.fullmatch(r"[0-9a-f]{7,64}", commit):
            raise NotFound(f"There is no version {commit[:100]!r}.")
        try:
            return git.run(tree.top, "cat-file", "blob", f"{commit}:{name}").decode("utf-8", "replace")
        except GitFailed as error:
            raise NotFound(f"There is no version {commit!r} of this.") from error

    def files_at(self, commit: str, path: Path | str) -> dict[str, bytes]:
        """The pictures and data files, by name, that lay beside a case study in a commit; `path` as for `text_at`.

        Raises:
            NotFound: there is no such commit.
            RepositoryUnavailable: there is no repository, or it cannot be read.
        """
        tree = working_tree.find(self.folder)
        name = path if isinstance(path, str) else tree.name(path)
        if not re.fullmatch(r"[0-9a-f]{7,64}", commit):
            raise NotFound(f"There is no version {commit[:100]!r}.")
        beside = f"{name.removesuffix('.md')}/"
        try:
            listed = os.fsdecode(git.run(tree.top, "ls-tree", "-z", commit, "--", beside))
            names = [entry.partition("\t")[2].rpartition("/")[2] for entry in listed.split("\0")[:-1]]
            return {
                file: git.run(tree.top, "cat-file", "blob", f"{commit}:{beside}{file}")
                for file in names
                if file_type(file)
            }
        except GitFailed as error:
            raise NotFound(f"There is no version {commit!r} of this.") from error

    def uncommitted(self) -> list[Path]:
        """The case studies, files beside them and addresses that differ from what was committed last; deleted ones too.

        Without git there are none: a folder that only serves needs no repository.

        Raises:
            RepositoryUnavailable: there is a repository that cannot be read.
        """
        try:
            tree = working_tree.find(self.folder)
        except NoRepository:
            return []
        start = f"{tree.below}/" if tree.below else ""
        try:
            listed = git.run(
                tree.top, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--",
                f"{start}case_studies", f"{start}addresses.yaml",
            )  # fmt: skip
        except GitFailed as error:
            raise working_tree.unavailable(error, tree.top) from error
        names = [entry[3:] for entry in os.fsdecode(listed).split("\0") if entry]
        seen = [name for name in names if not name.rpartition("/")[2].startswith(".")]
        return sorted(self.folder / name.removeprefix(start) for name in seen)

    def _commit(self, tree: WorkingTree, names: list[str], text: bytes, author: Author) -> str:
        top = tree.top
        head = git.head(top)
        entries = _on_disk(top, names)
        if head and _committed(top, head, names) == entries:
            _stage(tree, names, entries)
            return git.line(top, "log", "-1", "--format=%H", "--", *names)
        # An index of our own, so that what a person has staged is no part of it. Only one publisher is here at a time.
        index = tree.own / "publishing-index"
        for path in (index, tree.own / "publishing-index.lock"):
            path.unlink(missing_ok=True)
        ours = {"GIT_INDEX_FILE": str(index)}
        try:
            if head:
                git.run(top, "read-tree", head, environment=ours)
            git.run(top, "update-index", "-z", "--index-info", data=_index_info(names, entries), environment=ours)
            made_of = git.line(top, "write-tree", environment=ours)
        finally:
            index.unlink(missing_ok=True)
        # The person's index first: killed between the two, the files are staged as they are. The other way round the
        # next commit by hand would take back what was published.
        _stage(tree, names, entries)
        who = identity("AUTHOR", author) | identity("COMMITTER", self.service)
        parents = ["-p", head] if head else []
        made = git.line(top, "commit-tree", made_of, *parents, "-F", "-", data=text, environment=who)
        try:
            git.run(
                top,
                "update-ref",
                "-m",
                f"commit: {text.decode().split(chr(10))[0]}",
                "HEAD",
                made,
                head,
                environment=who,
            )
        except GitFailed as error:
            if git.head(top) != head:
                raise _Overtaken from error
            raise
        with contextlib.suppress(GitFailed, RepositoryUnavailable):
            git.run(top, "gc", "--auto", "--quiet")  # packs what has piled up, in the background
        return made


class _Overtaken(Exception):
    """Somebody committed between the look and the commit."""


@contextlib.contextmanager
def _turn(tree: WorkingTree) -> Iterator[None]:
    turn = filelock.FileLock(tree.shared / "publishing.lock", timeout=_WAIT, is_singleton=True)
    try:
        turn.acquire()
    except filelock.Timeout:
        raise RepositoryUnavailable(
            f"Another publication has not finished for {_WAIT:.0f} seconds.", "Try again in a minute."
        ) from None
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise (working_tree.full(tree.shared) if full else working_tree.read_only(tree.shared)) from error
    try:
        yield
    finally:
        turn.release()


def _ready(tree: WorkingTree) -> None:
    until = time.monotonic() + _INDEX_WAIT
    while (found := working_tree.problem(tree)) is not None:
        if not isinstance(found, IndexHeld) or time.monotonic() >= until:
            raise found
        time.sleep(_LOOK)


def _stage(tree: WorkingTree, names: list[str], entries: _Entries) -> None:
    """Puts the files into the person's index, where the rest stays as it is."""
    listed = os.fsdecode(git.run(tree.top, "ls-files", "--stage", "-z", "--", *names))
    staged = [
        (name, *words.split(" ")) for words, _, name in (entry.partition("\t") for entry in listed.split("\0")[:-1])
    ]
    if staged == sorted((name, mode, blob, "0") for name, (mode, blob) in entries.items()):
        return
    until = time.monotonic() + _INDEX_WAIT
    while True:
        try:
            git.run(tree.top, "update-index", "-z", "--index-info", data=_index_info(names, entries))
        except GitFailed as error:
            if "index.lock" not in error.said:
                raise
            if time.monotonic() >= until:
                raise (working_tree.index_held(tree) or error) from error
            time.sleep(_LOOK)
        else:
            return


def _on_disk(top: Path, names: list[str]) -> _Entries:
    """Each file that is there; its bytes go into the repository as they are."""
    there = [name for name in names if (top / name).is_file()]
    if not there:
        return {}
    listed = git.run(
        top, "hash-object", "-w", "--no-filters", "--stdin-paths", data=os.fsencode("\n".join(there) + "\n")
    )
    modes = ["100755" if (top / name).stat().st_mode & stat.S_IXUSR else "100644" for name in there]
    return dict(zip(there, zip(modes, listed.decode("ascii").split(), strict=True), strict=True))


def _committed(top: Path, head: str, names: list[str]) -> _Entries:
    listed = os.fsdecode(git.run(top, "ls-tree", "-z", head, "--", *names))
    entries = (entry.partition("\t") for entry in listed.split("\0")[:-1])
    return {name: (words.split(" ")[0], words.split(" ")[2]) for words, _, name in entries}


def _index_info(names: list[str], entries: _Entries) -> bytes:
    gone = ("0", "0" * max([40, *(len(blob) for _, blob in entries.values())]))
    lines = (f"{mode} {blob}\t{name}\0" for name in names for mode, blob in (entries.get(name, gone),))
    return os.fsencode("".join(lines))
