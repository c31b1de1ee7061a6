"""Owns the pictures and tables of a draft: taking one in, its words, giving it back. Never keeps a file as it came.

A picture is drawn anew without anything but its points, a table is written anew as plain CSV; both have a safe name.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kb.editorial import audit, drafts
from kb.editorial.answers import File
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.errors import FormInvalid, NotFound, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import Attachment

MOST: Final = 20  # of one draft: a case study with more pictures is a report
MAX_WORDS: Final = 500  # characters of an alternative text or title: a sentence or two


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was made safe: that takes a second or more, so it is done before anything is locked."""

    name: str
    kind: str
    data: bytes = field(repr=False)
    metadata: str = ""


def prepared(data: bytes, name: str) -> Prepared:
    """A picture or table, cleaned, with a safe name.

    Raises:
        DocumentUnreadable: it is neither, or damaged, or too large: its sentence says which.
    """
    from kb.content import data_files, images  # noqa: PLC0415

    if data_files.looks_like_table(data, name):
        table = data_files.read(data, name)
        return Prepared(images.safe_name(name, "csv"), "csv", table.text.encode())
    picture = images.clean(data, name)
    return Prepared(picture.name, picture.kind, picture.data, picture.metadata)


def ready(session: "Session", data: bytes, name: str) -> Prepared:
    """The same of a file that may have been made here before: then it is as it is.

    Raises:
        DocumentUnreadable: as in `prepared`.
    """
    known = _known(session, name, data)
    return Prepared(name, known, data) if known else prepared(data, name)


def add(
    session: "Session", actor: Actor, opened: Opened, data: bytes | Prepared, name: str, words: str, section: str = ""
) -> File:
    """Takes a picture or table in, cleaned, under a name that no other has.

    Args:
        data: as it came, or as `prepared` has made it.
        words: the alternative text of a picture or the title of a table; both are required.
        section: the heading that a picture is shown under.

    Raises:
        DocumentUnreadable: it is neither, or damaged, or too large: its sentence says which.
        FormInvalid: the words are missing or too long, or there are too many already.
        StepImpossible: the draft cannot be changed now.
    """
    _editable(opened)
    if not words.strip():
        raise FormInvalid({"alt": "Say in words what it shows, for people who cannot see it."})
    return keep(session, actor, opened, data, name, words, section)


def keep(
    session: "Session", actor: Actor, opened: Opened, data: bytes | Prepared, name: str, words: str, section: str = ""
) -> File:
    """The same wherever the draft stands, and without words for now: for what comes with a text, not by itself.

    Raises:
        DocumentUnreadable, FormInvalid: as in `add`.
    """
    from kb.editorial.models import Attachment  # noqa: PLC0415

    words = " ".join(words.split())
    if len(words) > MAX_WORDS:
        raise FormInvalid({"alt": f"Keep it to {MAX_WORDS} characters."})
    there = {file.name for file in drafts.files(session, opened.row.id)}
    if len(there) >= MOST:
        raise FormInvalid({"file": f"A case study can have {MOST} files. Delete one first."})
    made = data if isinstance(data, Prepared) else ready(session, data, name)
    row = Attachment(
        draft_id=opened.row.id, name=free(made.name, there), kind=made.kind, alt=words, section=section, data=made.data,
        metadata_text=made.metadata, added_at=datetime.datetime.now(datetime.UTC), added_by=actor.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, actor, "attachment.add", f"draft:{opened.row.id}", name=row.name)
    return File(row.id, row.name, made.kind, words, section, made.metadata)


def describe(session: "Session", actor: Actor, opened: Opened, id_: int, words: str, section: str = "") -> None:
    """Changes the alternative text or title.

    Raises:
        NotFound: there is none with this id.
        FormInvalid: the words are missing or too long.
        StepImpossible: the draft cannot be changed now.
    """
    _editable(opened)
    words = " ".join(words.split())
    if not words or len(words) > MAX_WORDS:
        raise FormInvalid({"alt": f"Say in words what it shows, in at most {MAX_WORDS} characters."})
    row = _row(session, opened, id_)
    row.alt, row.section = words, section or row.section
    audit.record(session, actor, "attachment.describe", f"draft:{opened.row.id}", name=row.name)


def remove(session: "Session", actor: Actor, opened: Opened, id_: int) -> None:
    """Deletes it from the draft; a published version keeps its own."""
    _editable(opened)
    row = _row(session, opened, id_)
    audit.record(session, actor, "attachment.remove", f"draft:{opened.row.id}", name=row.name)
    session.delete(row)


def read(session: "Session", draft_id: str, name: str) -> tuple[str, bytes]:
    """Kind and bytes of the attachment with this name.

    Raises:
        NotFound: there is none.
    """
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Attachment  # noqa: PLC0415

    row = session.scalar(select(Attachment).where(Attachment.draft_id == draft_id, Attachment.name == name))
    if row is None:
        raise NotFound("There is no such file.")
    return row.kind, row.data


def _known(session: "Session", name: str, data: bytes) -> str:
    """The kind of a file that was made here, as when a published case study is copied; "" for any other.

    It is as clean as it was then, and a JPEG would lose a little each time that it is written anew.
    """
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Attachment  # noqa: PLC0415

    kind = session.scalar(select(Attachment.kind).where(Attachment.name == name, Attachment.data == data).limit(1))
    return kind or ""


def tables(session: "Session", draft_id: str) -> dict[str, bytes]:
    """Every table of a draft by name, in one statement however many there are."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Attachment  # noqa: PLC0415

    found = select(Attachment.name, Attachment.data).where(Attachment.draft_id == draft_id, Attachment.kind == "csv")
    return {row[0]: row[1] for row in session.execute(found)}


def _editable(opened: Opened) -> None:
    if not opened.editable:
        raise StepImpossible(
            "This draft cannot be changed at the moment.", "Take it back first if you sent it for review."
        )


def _row(session: "Session", opened: Opened, id_: int) -> "Attachment":
    from kb.editorial.models import Attachment  # noqa: PLC0415

    row = session.get(Attachment, id_)
    if row is None or row.draft_id != opened.row.id:
        raise NotFound("There is no such file.")
    return row


def free(name: str, taken: Collection[str]) -> str:
    """The name itself, or the same with the first number that makes it none of those taken."""
    stem, dot, ending = name.rpartition(".")
    number = 2
    found = name
    while found in taken:
        found, number = f"{stem}-{number}{dot}{ending}", number + 1
    return found
