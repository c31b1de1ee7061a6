"""Owns telling tables of figures from forms and from tables that only lay out a page. Never writes their words."""

from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Tag

from kb.content.heading_words import meaning

TABLE, ROWS, COLUMNS, LAYOUT = "table", "rows", "columns", "layout"

FORM_WORDS: Final = 4  # in an answer, or it is a figure
LONG_ANSWER: Final = 12
_CELLS: Final = 40  # of a table that lays out a page; one with more is a table
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_MOST: Final = 200  # columns after a table is made even; Word has 63


def kind(table: Tag) -> str:
    """TABLE; ROWS or COLUMNS of a form; or LAYOUT."""
    rows = [filled for row in _rows(table) if (filled := [cell for cell in row if _filled(cell)])]
    if not rows:
        return TABLE
    if (
        len(rows) == 2
        and len(rows[0]) > 1
        and all(map(_named, rows[0]))
        and any(_length(cell) >= FORM_WORDS for cell in rows[1])
    ):
        return COLUMNS
    if _is_form(rows):
        return ROWS
    cells_ = [cell for row in rows for cell in row]
    one_column = all(len(row) == 1 for row in _rows(table))
    return LAYOUT if one_column or (len(cells_) <= _CELLS and any(map(_is_part, cells_))) else TABLE


def cells(table: Tag) -> Iterator[Tag]:
    """The cells in reading order."""
    yield from (cell for row in _rows(table) for cell in row)


def answers(table: Tag, by_column: bool) -> Iterator[tuple[Tag | None, list[Tag]]]:
    """The label and the answers of each row of a form, or of each column; answers without a label go on with the last."""
    rows = [filled for row in _rows(table) if (filled := [cell for cell in row if _filled(cell)])]
    if by_column:
        whole = _rows(table)
        yield from (
            (label, [row[place] for row in whole[1:] if place < len(row)]) for place, label in enumerate(whole[0])
        )
        return
    for filled in rows:
        if len(filled) > 1 and (_named(filled[0]) or _is_label(filled[0])):
            yield filled[0], filled[1:]
        elif len(filled) == 1 and _named(filled[0]):
            yield filled[0], []
        else:
            yield None, filled


def even(table: Tag, soup: BeautifulSoup) -> None:
    """Takes out rows and columns without words, and gives each row as many cells: Markdown drops what lies outside its head."""
    for empty in table.find_all("tr"):
        if empty.find_parent("table") is table and not _filled(empty):
            empty.decompose()
    rows = [row for row in _rows(table) if row]
    width = min(max((sum(map(_span, row)) for row in rows), default=0), _MOST)
    plain = all(_span(cell) == 1 for row in rows for cell in row)
    for place in reversed(range(width)) if plain else ():
        column = [row[place] for row in rows if place < len(row)]
        if not any(map(_filled, column)):
            width -= 1
            for row in rows:
                if place < len(row):
                    row.pop(place).decompose()
    for row in rows:
        for _ in range(width - sum(map(_span, row))):
            row[-1].insert_after(soup.new_tag(row[-1].name))


def _rows(table: Tag) -> list[list[Tag]]:
    """The cells of each row of this table, not of tables in it."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    return [row.find_all(["td", "th"], recursive=False) for row in rows]


def _filled(cell: Tag) -> bool:
    return bool(cell.get_text(strip=True)) or cell.find("img") is not None


def _length(cell: Tag) -> int:
    return len(cell.get_text(" ").split())


def _words(cell: Tag) -> str:
    return " ".join(cell.get_text(" ").split())


def _named(cell: Tag) -> bool:
    """Whether a cell holds only the name of a part."""
    return meaning(_words(cell)) is not None and cell.find(["img", "ul", "ol", "table"]) is None


def _is_label(cell: Tag) -> bool:
    """Whether a cell of a form may be a question that we do not know."""
    return _length(cell) <= 25 and len(cell.find_all("p")) <= 2 and cell.find(["img", "ul", "ol", "table"]) is None


def _is_form(rows: list[list[Tag]]) -> bool:
    """Whether enough rows begin with the name of a part, and answers follow rather than figures."""
    named, lengths = 0, list[int]()
    for place, row in enumerate(rows):
        if not _named(row[0]):
            continue
        named += 1
        after = row[1:] or (rows[place + 1] if place + 1 < len(rows) and not _named(rows[place + 1][0]) else [])
        lengths.append(sum(map(_length, after)))
    if not named or named * 3 < len(rows) or sum(len(row) <= 2 for row in rows) * 5 < len(rows) * 4:
        return False
    long_enough = sum(length >= FORM_WORDS for length in lengths)
    # A form that is hardly filled in is one all the same; a table of two columns with figures is none.
    return long_enough * 2 >= named or max(lengths) >= LONG_ANSWER or (named >= 4 and not any(lengths))


def _is_part(cell: Tag) -> bool:
    """Whether a cell is a part of a page: a heading of its own with text under it."""
    inside = [child for child in cell.children if isinstance(child, Tag) and child.get_text(strip=True)]
    if len(inside) < 2:
        return False
    return inside[0].name in _HEADINGS or meaning(" ".join(inside[0].get_text().split())) is not None


def _span(cell: Tag) -> int:
    told = str(cell.get("colspan") or "1")
    return int(told) if told.isdigit() and 0 < int(told) <= _MOST else 1
