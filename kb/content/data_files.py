"""Owns tables as CSV: reading what a spreadsheet saves, and writing every CSV that the site gives. Never reads a workbook.

What is read is text, rectangular and within bounds; what is written cannot run in a spreadsheet.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kb.content.file_names import safe_name
from kb.errors import DocumentTooLarge, DocumentUnreadable

MAX_BYTES: Final = 2_000_000  # of a file as it comes
MAX_ROWS: Final = 10_000  # daily figures for 27 years
MAX_COLUMNS: Final = 100
MAX_CELL: Final = 1_000  # characters: a note of two paragraphs
MAX_FINDINGS: Final = 20

_SAVE_AS: Final = "In Excel choose File, Save As and the type CSV UTF-8 (Comma delimited), then try again."
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHERS: Final = (
    (b"PK\x03\x04", "an Excel workbook or another Office file"), (b"\xd0\xcf\x11\xe0", "an old Excel workbook or Office file"),
    (b"%PDF-", "a PDF"), (b"{\\rtf", "a rich text file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
)  # fmt: skip
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_TABLE_ENDINGS: Final = ("csv", "tsv", "txt", "tab", "xls", "xlsx", "xlsm", "xlsb", "ods", "numbers")

_DELIMITERS: Final = "\t;,"  # in the order of trust: commas are in words and German numbers, tabs in nothing else
_SEPARATOR_LINE: Final = re.compile(r"sep=([,;\t])\r?\n")  # Excel's own first line
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# A cell that begins so is a formula to a spreadsheet, and a formula can call programs and addresses. Wide forms are
# read as the plain ones by some. OWASP's "CSV injection" advises the apostrophe.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
# Digits with their signs and separators can name no cell and call nothing; a dash stands for "no figure".
_NUMBER: Final = re.compile(r"[+-]?\s?[£$€]?[\d., ]*\d(?:[eE][+-]?\d{1,3})?\s?%?|-{1,3}")


@dataclass(frozen=True, slots=True)
class _Record:
    """A line of the table: where it begins, how many cells it was typed with, and those up to the last that is filled."""

    line: int
    width: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A table. Every row has as many cells as there are columns; `findings` are sentences about what to look at."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    findings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The table as it is published: UTF-8 once encoded, commas, LF."""
        return export((self.columns, *self.rows))


def read(data: bytes, name: str) -> DataFile:
    """The table in a CSV file, whatever separates its cells and whichever letters it is in.

    Raises:
        DocumentTooLarge: too many bytes, rows or columns, or a cell is too long.
        DocumentUnreadable: it is no CSV, or has no rows.
    """
    records, findings = _records(_text(data))
    if len(records) < 2:
        told = "There is one line only." if records else "There is no table in this file."
        raise DocumentUnreadable(told, "Give the names of the columns in the first line and the figures below it.")
    wide = max(len(record.cells) for record in records)
    findings += _about_columns(records[0].cells, wide)
    findings += _about_rows(records)
    columns, *rows = (record.cells + ("",) * (wide - len(record.cells)) for record in records)
    return DataFile(safe_name(name, "csv"), columns, tuple(rows), _bounded(findings))


def looks_like_table(data: bytes, name: str) -> bool:
    """Whether somebody who brings this file means a table, so that `read` can give it or say what is wrong with it."""
    if data.startswith(_PICTURES):
        return False
    if name.rpartition(".")[2].lower() in _TABLE_ENDINGS:
        return True
    try:
        return data.lstrip()[:1] != b"<" and len(read(data, name).columns) > 1
    except DocumentUnreadable:
        return False


def export(rows: Iterable[Sequence[object]]) -> str:
    """CSV of any rows, with commas and LF: no cell can run in a spreadsheet, and numbers stay numbers."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([_safe(value) for value in row] for row in rows)
    return made.getvalue()


def _safe(value: object) -> str:
    text = "" if value is None else str(value)
    text = text.replace("\r\n", "\n").replace("\0", "") if isinstance(value, str) else text
    begins = unicodedata.normalize("NFKC", text.lstrip(" \xa0\ufeff\u200b")[:1] or text[:1])
    if begins.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    return text.replace("\r", "\n")


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge(
            f"This file has {len(data) / 1e6:.1f} MB; at most {MAX_BYTES // 1_000_000} MB can be read.",
            "Keep the rows and columns that matter.",
        )
    for start, kind in _OTHERS:
        if data.startswith(start):
            raise DocumentUnreadable(f"This is {kind}, not a CSV file.", _SAVE_AS)
    try:
        text = _decoded(data).removesuffix("\x1a")  # how old programs end a file
    except UnicodeDecodeError as error:
        raise DocumentUnreadable("Some letters in this file cannot be read.", _SAVE_AS) from error
    if "\0" in text or len(_CONTROLS.findall(text)) > len(text) / 100:
        raise DocumentUnreadable("This file is not text.", _SAVE_AS)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<svg", "<table")):
        raise DocumentUnreadable("This is a web page or XML, not a CSV file.", _SAVE_AS)
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    begin = data[:1_000]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # without its mark: every other byte is nought
        if begin[first::2].count(0) > len(begin) * 0.4:
            return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252")  # what Excel calls CSV without more


def _records(text: str) -> tuple[list[_Record], list[str]]:
    """Every record that is not empty, and what was found on the way."""
    said = _SEPARATOR_LINE.match(text)
    body = text[said.end() :] if said else text
    records: list[_Record] = []
    findings: list[str] = []
    for number, raw in _parsed(body, said[1] if said else _delimiter(body)):
        line = number + (1 if said else 0)
        filled = max((place for place, value in enumerate(raw, 1) if value.strip()), default=0)
        if filled > MAX_COLUMNS:
            raise DocumentTooLarge(
                f"Line {line} has {filled:,} cells; at most {MAX_COLUMNS} columns can be read.",
                "Keep the columns that matter and try again.",
            )
        if filled:
            cells = tuple(_cell(value, line, findings) for value in raw[:filled])
            records.append(_Record(line, len(raw), cells))
        if len(records) > MAX_ROWS + 1:
            raise DocumentTooLarge(
                f"This table has more than {MAX_ROWS:,} rows.", "Add them up, for example by month, and try again."
            )
    return records, findings


def _parsed(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise _too_long(line) from error
            raise DocumentUnreadable(
                f"A quotation mark in line {line} is not closed, or something stands right behind one.",
                "Correct it, or open the file in a spreadsheet and save it as CSV again.",
            ) from error
        yield line, record
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """What cuts the first lines into the same number of cells most often."""
    begin = text[:20_000]

    def score(delimiter: str) -> tuple[float, int]:
        widths: list[int] = []
        try:
            for _, record in _parsed(begin, delimiter):
                widths += [len(record)] if any(record) else []
                if len(widths) == 50:
                    break
        except DocumentUnreadable:
            widths = widths[:-1]  # the beginning of a text may end inside a quotation
        usual = max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 1
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)

    return max(_DELIMITERS, key=score) if any(score(one)[1] for one in _DELIMITERS) else ","


def _cell(value: str, line: int, findings: list[str]) -> str:
    if _CONTROLS.search(value):
        findings.append(f"Line {line} held a character that cannot be shown. It was left out.")
        value = _CONTROLS.sub(" ", value)
    value = value.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\xa0\ufeff")
    if len(value) > MAX_CELL:
        raise _too_long(line)
    return value


def _too_long(line: int) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"A cell in line {line} has more than {MAX_CELL:,} characters.", "Shorten it and try again."
    )


def _about_columns(names: tuple[str, ...], wide: int) -> Iterator[str]:
    places: dict[str, list[int]] = {}
    for number, name in enumerate(names + ("",) * (wide - len(names)), 1):
        places.setdefault(name.casefold(), []).append(number)
    for number in places.pop("", []):
        yield f"Column {number} has no name. Give it one in the first line."
    for numbers in places.values():
        if len(numbers) > 1:
            listed = ", ".join(map(str, numbers[:-1]))
            yield f"Columns {listed} and {numbers[-1]} are called {names[numbers[0] - 1]}. Give each a name of its own."


def _about_rows(records: list[_Record]) -> Iterator[str]:
    usual = records[0].width
    for record in records[1:]:
        if record.width != usual:
            yield f"Line {record.line} has {record.width} cells, and the first line has {usual}."


def _bounded(findings: list[str]) -> tuple[str, ...]:
    if len(findings) <= MAX_FINDINGS:
        return tuple(findings)
    return (*findings[:MAX_FINDINGS], f"There are {len(findings) - MAX_FINDINGS} more such lines.")
