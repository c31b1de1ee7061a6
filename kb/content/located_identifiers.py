"""Owns where patients' details stand: in the fields and sections of a case study, in a table's cells, in files beside it. Never decides what is one.

Sources name authors, and a DOI is no telephone number: what stands in `sources` is only looked at for what is certain.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kb.content import exif, markdown, picture_files, picture_metadata
from kb.content.case_study import CaseStudy, Parsed
from kb.content.findings import Finding, Severity
from kb.content.patient_identifiers import find, in_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.stored_names import file_type
from kb.errors import DocumentUnreadable

CODE: Final = "patient-identifier"  # the codes of all findings begin with it
MAX_FILE: Final = 10_000_000  # bytes of a file beside a case study that is looked into
MAX_FOUND: Final = 50  # in one file: nobody reads more, and all of them have one cause
_AROUND: Final = 60  # characters shown on either side
_REFERENCES: Final = ("sources", "source_licence", "editors_note")
# Heads of columns that hold one person in each row, whatever stands in them.
_COLUMNS: Final = {
    "nhs-number": ("nhs number", "nhs no", "nhs no.", "nhs_number", "nhsnumber"),
    "date-of-birth": ("dob", "date of birth", "birth date", "date_of_birth", "d.o.b.", "d.o.b"),
    "name": ("patient name", "name of patient", "forename", "surname", "first name", "last name", "patient"),
    "hospital-number": ("hospital number", "hospital no", "mrn", "rio number", "rio id", "patient id", "unit number"),
    "postcode": ("postcode", "post code"),
}  # fmt: skip
_KIND_OF: Final = {head: kind for kind, heads in _COLUMNS.items() for head in heads}


@dataclass(frozen=True, slots=True)
class Located:
    """An identifier with its place: field, heading of its section, line of the body from 0, the words and those around."""

    field: str
    section: str
    line: int
    words: str
    excerpt: str
    identifier: Identifier


@dataclass(frozen=True, slots=True)
class Cell:
    """An identifier in a table: its row from 1, the head, and column from 0, with the words."""

    row: int
    column: int
    words: str
    identifier: Identifier


def in_case_study(case_study: CaseStudy) -> list[Located]:
    """Every identifier in the fields and the body, in the order of the file."""
    values = case_study.model_dump(mode="python", exclude_defaults=True, exclude={"body", "slug"})
    found = []
    for field, text in _texts(values, ""):
        references = field.split(".", maxsplit=1)[0] in _REFERENCES
        for one in find(text):
            if one.certain or not references:
                found.append(Located(field, "", 0, text[one.start : one.end], _around(text, one), one))
    body = case_study.body
    headings = [(line, words) for words, line, _ in markdown.section_headings(body)]
    for one in find(body):
        line = body.count("\n", 0, one.start)
        section = next((words for begin, words in reversed(headings) if begin <= line), "")
        found.append(Located("body", section, line, body[one.start : one.end], _around(body, one), one))
    return found


def in_cells(rows: Iterable[Sequence[str]]) -> list[Cell]:
    """Every identifier in the cells of a table, and every column whose head says that it holds one for each person."""
    found: list[Cell] = []
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            kind = _KIND_OF.get(" ".join(cell.lower().split())) if number == 1 else None
            seen = [identifier(kind, 0, len(cell), True)] if kind else find(cell)
            found += (Cell(number, column, cell[one.start : one.end], one) for one in seen)
            if len(found) >= MAX_FOUND:
                return found
    return found


def findings(parsed: Parsed, file: str) -> list[Finding]:
    """What `kb check` says about one file that could be read: certain ones are errors, likely ones warnings."""
    if parsed.case_study is None:
        return []
    made: dict[tuple[int, str, str], Finding] = {}
    for one in in_case_study(parsed.case_study):
        if one.field == "body":
            line = parsed.body_line + one.line
        else:
            # A field that could not be read is kept in `extra`, under its own name.
            field = one.field.removeprefix("extra.")
            line = parsed.lines.get(field) or parsed.lines.get(field.split(".", maxsplit=1)[0]) or 1
        place = f" in \u201c{one.section}\u201d" if one.section else ""
        finding = _finding(file, line, one.field.removeprefix("extra."), one.words, one.identifier, place)
        made.setdefault((line, one.identifier.kind, one.words), finding)
    return list(made.values())[:MAX_FOUND]


def findings_beside(folder: Path, file: str) -> list[Finding]:
    """What `kb check` says about the pictures and tables in a folder beside a case study: names, cells, metadata.

    Args:
        folder: the folder, which may be missing.
        file: its path below the content folder, with /.
    """
    made: list[Finding] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.is_file() or path.is_symlink():
            continue
        name = f"{file}/{path.name}"
        made += (_finding(name, 0, "", path.name, one, " in its name") for one in in_name(path.name))
        if file_type(path.name) and path.stat().st_size <= MAX_FILE:
            made += _inside(path, name)
    return made


def _inside(path: Path, name: str) -> Iterator[Finding]:
    try:
        data = path.read_bytes()
    except OSError:
        return  # said elsewhere, with what to do
    if path.suffix == ".csv":
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace").replace("\0", "")))
        for cell in in_cells(rows):
            yield _finding(name, cell.row, f"column {cell.column + 1}", cell.words, cell.identifier, "")
        return
    try:
        picture = picture_files.read(data)
    except DocumentUnreadable:
        return
    words = picture_metadata.words(exif.read(picture.exif), picture.xmp, picture.iptc, tuple(picture.comments))
    for one in find(words):
        yield _finding(name, 0, "", words[one.start : one.end], one, " in what the picture's file says about itself")


def _finding(file: str, line: int, field: str, words: str, one: Identifier, place: str) -> Finding:
    severity = Severity.ERROR if one.certain else Severity.WARNING
    shown = " ".join(words.split())
    return Finding(file, line, field, severity, f"{CODE}-{one.kind}", f"\u201c{shown[:80]}\u201d{place}: {one.reason}")


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}.{number}")


def _around(text: str, one: Identifier) -> str:
    return " ".join(text[max(0, one.start - _AROUND) : one.end + _AROUND].split())
