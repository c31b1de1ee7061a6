"""Owns the versions of every case study as git's log tells them, read once and then only what is new. Never changes anything.

Following one file through a log of 10,000 commits takes git seconds, as long as reading the whole log for all files. So
that is done once a process; later only what was committed since is read.
"""

import datetime
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kb.content import git

_FORMAT: Final = "%H%x00%at%x00%an%x00%s%x00%b%x00%(trailers:key=Version,valueonly,separator=%x1f)%x00%(trailers:key=Reviewed-by,valueonly,separator=%x1f)%x00%(trailers:key=Moved-from,valueonly,separator=%x1f)"
_FIELDS: Final = 8
_TRAILER: Final = re.compile(r"[A-Za-z][A-Za-z-]*: .*")


@dataclass(frozen=True, slots=True)
class Version:
    """What one commit made of a case study. `name` is the file's path in the repository then, `blob` git's id of its text.

    `removed`: the commit took the file away. `number` and `reviewer` are known for what was published through the site.
    """

    commit: str
    when: datetime.datetime
    author: str
    reviewer: str
    number: int | None
    note: str
    name: str
    blob: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class _Commit:
    order: int
    id: str
    when: datetime.datetime
    author: str
    reviewer: str
    number: int | None
    note: str


@dataclass(frozen=True, slots=True)
class _Change:
    """`before` is the name that the file had, when it was renamed; `kind` is git's letter, "r" under the name it left."""

    commit: _Commit
    kind: str
    blob: str
    before: str = ""


@dataclass(slots=True)
class History:
    """The changes of every Markdown file of a repository, by name, oldest first."""

    _head: str = ""
    _count: int = 0
    _changes: dict[str, list[_Change]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, top: Path) -> None:
        """Takes in what was committed since the last time.

        Raises:
            GitFailed, RepositoryUnavailable: the log cannot be read.
        """
        with self._lock:
            head = git.head(top)
            if head == self._head:
                return
            since = self._head
            if since and (not head or git.line(top, "rev-list", "--count", since, f"^{head}") != "0"):
                since = ""  # commits that were read are no longer part of it
            changes = {} if not since else {name: list(found) for name, found in self._changes.items()}
            if head:
                # Not only of the content folder: to look for one makes git compare every pair of commits twice.
                log = git.run(
                    top, "log", "-z", "--raw", "-c", "--find-renames", "--no-abbrev", "--topo-order", f"--format={_FORMAT}",
                    f"{since}..{head}" if since else head, "--",
                )  # fmt: skip
                for entry in reversed(list(_entries(log.decode("utf-8", "replace")))):
                    self._count += 1
                    _take(changes, entry, self._count)
            self._changes, self._head = changes, head

    def versions(self, name: str, limit: int) -> list[Version]:
        """The versions of the file of this name in the repository, newest first, through the names it had before."""
        found: list[Version] = []
        changes = self._changes
        before = self._count + 1
        while name:
            earlier = ""
            for change in reversed(changes.get(name, ())):
                if change.commit.order >= before:
                    continue
                if len(found) == limit or (change.kind == "r" and found):
                    return found  # another file had this name before it
                if change.kind == "r":
                    continue
                commit = change.commit
                found.append(Version(
                    commit.id, commit.when, commit.author, commit.reviewer, commit.number, commit.note, name, change.blob, change.kind == "D",
                ))  # fmt: skip
                if change.before:
                    earlier, before = change.before, commit.order
                    break
            name = earlier
        return found


_File = tuple[str, str, list[str]]  # git's letter, blob, names


@dataclass(frozen=True, slots=True)
class _Entry:
    fields: list[str]
    files: list[_File]


def _entries(log: str) -> Iterator[_Entry]:
    words = log.split("\0")
    at = 0
    while at + _FIELDS <= len(words):
        entry = _Entry(words[at : at + _FIELDS], [])
        at += _FIELDS
        if words[at : at + 1] == [""]:  # git puts one before the files of a merge
            at += 1
        while at < len(words) and words[at].lstrip("\n").startswith(":"):
            raw = words[at].lstrip("\n")
            *_, blob, letters = raw.split(" ")
            combined = raw.startswith("::")  # a merge whose result is that of neither side
            names = 2 if letters[0] in "RC" and not combined else 1
            kind = "M" if combined else letters[0]
            entry.files.append(("D" if set(blob) == {"0"} else kind, blob, words[at + 1 : at + 1 + names]))
            at += 1 + names
        yield entry


def _take(changes: dict[str, list[_Change]], entry: _Entry, order: int) -> None:
    id_, seconds, author, subject, body, number, reviewer, moved_from = entry.fields
    when = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
    digits = number.split("\x1f")[0].strip()
    known = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else None
    commit = _Commit(order, id_, when, author, _name(reviewer), known, _note(subject, body))
    for kind, blob, names in _renamed(entry.files, moved_from):
        if not names[-1].endswith(".md"):
            continue
        renamed = len(names) == 2 and kind == "R"
        if renamed:
            changes.setdefault(names[0], []).append(_Change(commit, "r", blob))
        changes.setdefault(names[-1], []).append(_Change(commit, kind, blob, names[0] if renamed else ""))


def _renamed(files: list[_File], moved_from: str) -> list[_File]:
    """The files with a move that the commit tells of as one: after many changes git alone would not see it."""
    gone = [
        file for file in files if file[0] == "D" and Path(file[2][0]).stem == moved_from and file[2][0].endswith(".md")
    ]
    new = [file for file in files if file[0] == "A" and file[2][0].endswith(".md")]
    if not moved_from or len(gone) != 1 or len(new) != 1:
        return files
    rest = [file for file in files if file not in (gone[0], new[0])]
    return [*rest, ("R", new[0][1], [gone[0][2][0], new[0][2][0]])]


def _name(reviewers: str) -> str:
    """The first reviewer's name, without the address."""
    return re.sub(r"\s*<.*", "", reviewers.partition("\x1f")[0]).strip()


def _note(subject: str, body: str) -> str:
    """What the commit says about the change: its text without the lines for programs at the end, else its first line."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", body.strip())]
    lines = body.strip().rsplit("\n\n", 1)[-1].splitlines()
    if lines and all(_TRAILER.fullmatch(line) for line in lines):
        paragraphs.pop()
    return "\n".join(paragraphs).strip() or subject
