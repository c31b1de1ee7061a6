"""Owns putting together the pages of a draft's pictures and tables: each with its words and a look at it, and a place for one more. Never saves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kb.content.case_study import SECTIONS
from kb.editorial import attachments
from kb.editorial.answers import File
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.errors import DocumentUnreadable
from kb.web import file_words
from kb.web.answer_saving import question_of
from kb.web.pages import Page
from kb.web.question_page import Around, around

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

QUESTIONS: Final = ("pictures", "data")  # those that files answer
_ROWS: Final = 5  # of a table, to see whether it was read as it was meant
_COLUMNS: Final = 12
_SECTION: Final = "Results"  # where a picture is shown unless somebody says otherwise


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a table; `rows` has `columns` cells each, `total` is how many rows there are."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A picture or table with its words as they stand on the page."""

    file: File
    words: str
    section: str
    problem: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class FilesPage(Page):
    """The pictures or the tables of a draft, and a place for one more with what was typed there."""

    template = "questions/files.html"
    around: Around
    files: tuple[ShownFile, ...]
    pictures: bool
    room: int
    sections: tuple[str, ...]
    new_words: str = ""
    new_section: str = _SECTION
    new_problems: tuple[str, str] = ("", "")  # of the file and of its words
    problems: tuple[tuple[str, str], ...] = ()
    notice: tuple[str, str] = ("", "")
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form brings to the page: its fields, what is wrong with them by control, and what stopped a save."""

    fields: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    notice: tuple[str, str] = ("", "")


def page(session: "Session", actor: Actor, opened: Opened, id_: str, sent: Sent) -> FilesPage:
    """The page of the draft's pictures or tables.

    Raises:
        NotFound: this kind of case study is not asked for them.
    """
    question = question_of(opened, id_)
    shown = tuple(_shown(session, opened, file, sent) for file in file_words.of(opened, id_))
    wrong, room = sent.problems, attachments.MOST - len(opened.files)
    control = (
        {} if room > 0 and opened.editable else {"file": "new", "alt": "new"}
    )  # where there is no place for one more
    return FilesPage(
        question.title, around(session, actor, opened, question), shown, id_ == "pictures", room, SECTIONS,
        sent.fields.get("alt", ""), sent.fields.get("section", _SECTION), (wrong.get("file", ""), wrong.get("alt", "")),
        tuple((control.get(name, name), told) for name, told in wrong.items()), sent.notice, not opened.editable,
    )  # fmt: skip


def _shown(session: "Session", opened: Opened, file: File, sent: Sent) -> ShownFile:
    words = sent.fields.get(f"alt-{file.id}", file.alt)
    section = sent.fields.get(f"section-{file.id}", file.section) or _SECTION
    table = None if file.is_picture else _table(attachments.read(session, opened.row.id, file.name)[1], file.name)
    return ShownFile(file, words, section, sent.problems.get(f"alt-{file.id}", ""), table)


def _table(data: bytes, name: str) -> Table | None:
    from kb.content import data_files  # noqa: PLC0415 - only for a table

    try:
        read = data_files.read(data, name)
    except DocumentUnreadable:  # what was written by us can be read by us; if not, it is still there to fetch
        return None
    return Table(read.columns[:_COLUMNS], tuple(row[:_COLUMNS] for row in read.rows[:_ROWS]), len(read.rows))
