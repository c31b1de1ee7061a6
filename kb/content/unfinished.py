"""Owns naming what is unfinished in a content folder: files that a killed process left, changes that were not committed. Never completes it."""

from pathlib import Path

from kb.content import writing
from kb.content.findings import Finding, Severity
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.errors import RepositoryUnavailable


def findings(folder: ContentFolder) -> list[Finding]:
    """A finding for each; none in a folder that nobody was writing to and that lies in no git repository."""
    found = [
        Finding(
            _file(folder, path), 0, "", Severity.WARNING, "unfinished-write",
            "Writing this file was interrupted. The next time something is published it is taken away; or delete it now.",
        )
        for path in writing.leftovers(folder)
    ]  # fmt: skip
    try:
        uncommitted = Repository(folder.path).uncommitted()
    except RepositoryUnavailable as error:
        message = f"Nobody can tell what was not committed. {error}"
        return [*found, Finding(".", 0, "", Severity.WARNING, "uncommitted-unknown", message)]
    for path in uncommitted:
        happened = "This file was written" if path.exists() else "This file was deleted"
        advice = f"{happened} but not committed. Publish it again on the site, or commit it with git."
        found.append(Finding(_file(folder, path), 0, "", Severity.WARNING, "uncommitted", advice))
    return found


def _file(folder: ContentFolder, path: Path) -> str:
    return path.relative_to(folder.path).as_posix()
