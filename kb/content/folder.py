"""Owns reading the content folder on disk: which files are case studies, and their text. Never parses or changes them.

A link that leaves the folder is not followed: what the site publishes is what lies in the folder.
"""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kb.content.findings import Finding, Severity
from kb.content.markdown import slugify
from kb.errors import ContentFolderMissing, ContentUnreadable

MAX_BYTES: Final = 1_000_000  # a long case study is 30 kB; a megabyte of text is a mistake, such as a pasted picture


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `file` is its path below the content folder with /; `stamp` changes when the file does, at `changed`.

    `changed` is in nanoseconds; a file edited twice within one tick of the disk's clock may keep its stamp.
    """

    slug: str
    file: str
    path: Path
    stamp: str
    changed: int


@dataclass(slots=True)
class Listing:
    """The case studies of a folder, in order of file name, and what is wrong with files that are left out."""

    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ContentFolder:
    """The folder that holds `case_studies/` and `vocabulary/`."""

    path: Path

    @property
    def case_studies(self) -> Path:
        """Where the case studies lie."""
        return self.path / "case_studies"

    @property
    def vocabulary(self) -> Path:
        """Where the vocabulary lies; it may be missing."""
        return self.path / "vocabulary"

    def listing(self) -> Listing:
        """Every Markdown file, sub-folders included.

        Raises:
            ContentFolderMissing: there is no `case_studies` folder.
            ContentUnreadable: it cannot be listed.
        """
        if not self.case_studies.is_dir():
            raise ContentFolderMissing(
                f"There is no folder {self.case_studies}.",
                'Give the folder that holds case_studies/ with --content or KB_CONTENT, or start one with: kb new "Title of the work"',
            )
        if not os.access(self.case_studies, os.R_OK | os.X_OK):
            raise ContentUnreadable(
                f"The folder {self.case_studies} cannot be read.", "Give the account that runs this read access to it."
            )
        found = Listing()
        root = self.case_studies.resolve()
        by_slug: dict[str, str] = {}
        for path in sorted(self._walk(found)):
            file = path.relative_to(self.path).as_posix()

            def leave_out(code: str, message: str, file: str = file) -> None:
                found.findings.append(Finding(file, 0, "", Severity.ERROR, code, message))

            try:
                if not path.resolve(strict=True).is_relative_to(root):
                    leave_out(
                        "link-outside",
                        "This link leads out of the content folder, so it is not read. Put the file itself here.",
                    )
                    continue
                stat = path.stat()
            except (OSError, RuntimeError):
                leave_out(
                    "unreadable",
                    "This file cannot be read: the link is broken or access is denied. Repair or delete it.",
                )
                continue
            if not path.is_file():
                continue
            if stat.st_size > MAX_BYTES:
                leave_out(
                    "too-large",
                    f"This file has {stat.st_size / 1e6:.1f} MB; a case study may have 1 MB. Take out what is not text.",
                )
                continue
            slug = slugify(path.stem)
            if slug in by_slug:
                leave_out(
                    "duplicate-slug",
                    f"Its address, {slug}, is already used by {by_slug[slug]}. Rename one of the two files.",
                )
                continue
            by_slug[slug] = file
            # The time of change too: a tool that copies or restores a file may set the time of writing back.
            stamp = f"{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ctime_ns}-{stat.st_ino}"
            found.entries.append(Entry(slug, file, path, stamp, max(stat.st_mtime_ns, stat.st_ctime_ns)))
        return found

    def find(self, slug: str) -> Path | None:
        """The file that this is the address of, the one that `listing` takes; no file is opened."""
        found = [
            Path(top, name)
            for top, folders, names in os.walk(self.case_studies)
            for name in names
            if _is_case_study(name) and not _prune(folders) and slugify(name[:-3]) == slug
        ]
        return min(found, default=None)

    def _walk(self, found: Listing) -> list[Path]:
        def complain(error: OSError) -> None:
            name = Path(error.filename or self.case_studies)
            file = name.relative_to(self.path).as_posix() if name.is_relative_to(self.path) else str(name)
            found.findings.append(
                Finding(
                    file,
                    0,
                    "",
                    Severity.ERROR,
                    "unreadable",
                    "This folder cannot be read. Give the account that runs this read access to it.",
                )
            )

        walked = os.walk(self.case_studies, onerror=complain)
        return [
            Path(top, name)
            for top, folders, names in walked
            for name in names
            if _is_case_study(name) and not _prune(folders)
        ]


def read_text(entry: Entry) -> tuple[str | None, str, Finding | None]:
    """A file's text, the SHA-256 of its bytes, and why there is no text when there is none."""
    try:
        data = entry.path.read_bytes()
    except OSError as error:
        return (
            None,
            "",
            Finding(
                entry.file,
                0,
                "",
                Severity.ERROR,
                "unreadable",
                f"This file cannot be read ({error.strerror}). Check its permissions.",
            ),
        )
    digest = hashlib.sha256(data).hexdigest()
    try:
        return data.decode("utf-8"), digest, None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return (
            None,
            digest,
            Finding(
                entry.file,
                line,
                "",
                Severity.ERROR,
                "not-utf-8",
                "This file is not UTF-8 text from here on. Save it again with the encoding UTF-8.",
            ),
        )


def _is_case_study(name: str) -> bool:
    return name.endswith(".md") and not name.startswith(".") and name.lower() != "readme.md"


def _prune(folders: list[str]) -> bool:
    """Keeps hidden folders out of the walk."""
    folders[:] = sorted(name for name in folders if not name.startswith("."))
    return False
