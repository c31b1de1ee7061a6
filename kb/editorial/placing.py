"""Owns the files of a publication: each put in its place in the content folder or taken away, however often it is repeated. Never commits."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kb.content import addresses, writing
from kb.content.addresses import Addresses, Withdrawn
from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.errors import EditConflict

if TYPE_CHECKING:
    from kb.editorial.models import Publication


def put(folder: ContentFolder, row: "Publication", before: str, files: Mapping[str, bytes]) -> list[Path]:
    """Puts everything in place and gives what is to be committed.

    The text comes first: it may have been changed elsewhere, and then nothing is touched.

    Args:
        before: the published text that the draft started from, "" for a new case study.
        files: pictures and tables by name; others beside it are taken away.

    Raises:
        EditConflict: a file is no longer what the draft started from.
        ContentUnreadable: the folder cannot be written.
    """
    if row.old_slug:
        there = writing.read(folder, row.old_slug)
        if there is not None and writing.blob(there) != writing.blob(before):
            raise changed(there)
    paths = [writing.write(folder, row.slug, row.text, row.expected)]
    paths += [writing.write_file(folder, row.slug, name, data) for name, data in files.items()]
    paths += writing.remove_other_files(folder, row.slug, files)
    if row.old_slug:
        paths += writing.remove_other_files(folder, row.old_slug, ())
        paths.append(writing.remove(folder, row.old_slug, writing.blob(before)))
    known = addresses.load(folder.path).addresses
    wanted = _with(known, row)
    place = folder.path / addresses.FILE
    if wanted != known:
        writing.update_addresses(folder, lambda found: _with(found, row))
    return [*paths, place] if place.exists() else paths  # it may have been written by a process that was killed


def take_out(folder: ContentFolder, row: "Publication", today: datetime.date) -> list[Path]:
    """Takes it away, after noting what readers are told at its address; gives what is to be committed.

    Raises:
        EditConflict: it is no longer what was to be taken away; nothing was touched.
        ContentUnreadable: the folder cannot be written.
    """
    text = writing.read(folder, row.slug)
    paths = []
    if text is not None and writing.blob(text) != row.expected:
        raise changed(text)
    if text is not None:  # the page that stays is there before the case study goes
        left = Withdrawn(CaseStudy.parse(text, row.slug).title, today, row.note)
        paths.append(writing.update_addresses(folder, lambda found: found.with_withdrawn(row.slug, left)))
    else:
        paths.append(folder.path / addresses.FILE)
    paths += writing.remove_other_files(folder, row.slug, ())
    return [*paths, writing.remove(folder, row.slug, row.expected)]


def changed(there: str) -> EditConflict:
    """The error for a published text that somebody changed since the draft began."""
    return EditConflict(
        "The published case study was changed elsewhere since this draft began.", "Bring the two together first.", there
    )


def _with(known: Addresses, row: "Publication") -> Addresses:
    """The list of addresses when this is published: its own is in use, and the one it had leads to it."""
    known = known.with_page(row.slug)
    return known.with_move(row.old_slug, row.slug) if row.old_slug else known
