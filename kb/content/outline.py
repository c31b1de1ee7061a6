"""Owns the outline of a text: which of its lines are headings, and what is a paragraph. Never reads a file or keeps order of sections.

Three sources give the same blocks: pasted text, Markdown, and the HTML made from a Word file. People rarely use heading
styles: they type "Problem", "What we did:", "**Results**" or fill a table with those words in its first column.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from kb.content import markdown, section_words
from kb.content.section_words import MAX_LENGTH

TEXT: Final = 0  # the level of a block that is no heading
SECTION: Final = 2  # of a word that names a part of a case study, as in our own files
GUESSED: Final = 7  # of a line that only looks like a heading: below all that are marked as such

HEADING_WORDS: Final = 8  # of such a line
FORM_WORDS: Final = 4  # in a table row after "Problem" that is a form to fill in, not figures

_ITEM: Final = re.compile(r"(?:[-*+•·▪◦‣\u2013]|[0-9]{1,3}[.)]|[a-z][.)])[ \t]+")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,1000}\)")
_UNDERLINE: Final = re.compile(r"={2,}|-{3,}")
_MARKS: Final = re.compile(r"\*\*|__|`")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS: Final = {
    code: None for code in (*range(32), *range(0x7F, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF) if code not in (9, 10)
}


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` 1 to 7) or a paragraph (`level` 0)."""

    level: int
    text: str


def of_text(text: str) -> list[Block]:
    """The blocks of pasted text or Markdown, in time that grows with its length only. Never raises."""
    lines = markdown.without_comments(clean(text)).split("\n")
    blocks = list(_front_matter(lines))
    paragraph: list[str] = []
    fenced = False

    def close() -> None:
        if paragraph:
            blocks.append(Block(TEXT, "\n".join(paragraph)))
            paragraph.clear()

    for position, raw in enumerate(lines):
        line = raw.strip()
        if line.startswith(("```", "~~~")):
            close()
            fenced = not fenced
        elif not line:
            close()
        elif fenced:
            paragraph.append(line)
        elif len(paragraph) == 1 and len(paragraph[0]) <= 2 * MAX_LENGTH and _UNDERLINE.fullmatch(line):
            blocks.append(Block(1 if line[0] == "=" else 2, paragraph.pop()))
        elif not line.strip("-=_*# \t"):
            close()  # a rule, or a heading without words
        elif (found := _heading_or_row(line, lines[position + 1 : position + 3])) is not None:
            close()
            blocks.extend(found)
        elif item := _ITEM.match(line):
            close()
            paragraph.append(_plain(line[item.end() :]))
        else:
            paragraph.append(_plain(line))
    close()
    return [block for block in blocks if block.text.strip()]


def of_html(html: str) -> list[Block]:
    """The blocks of the HTML that `word.to_html` makes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.blocks


def clean(text: str) -> str:
    """Lines that end in a newline, and no characters that cannot be seen or stored."""
    text = _LINE_ENDS.sub("\n", text).translate(_CONTROLS)
    return text.encode("utf-8", "ignore").decode()  # half of a character pair is none


def _heading_or_row(line: str, following: list[str]) -> list[Block] | None:
    """What a line is when it is no common text: a heading, a heading with its text, a row of a table."""
    if line.startswith("#"):
        words = line.lstrip("#")
        level = len(line) - len(words)
        if level <= 6 and words[:1] in (" ", "\t"):
            return [Block(level, _plain(words.strip().rstrip("#").strip()))]
    if line.startswith("|") or "\t" in line:
        return list(_row([_plain(cell) for cell in line.strip("|").split("|" if line.startswith("|") else "\t")]))
    if named := _named(line):
        return [Block(block.level, _plain(block.text)) for block in named]
    if _looks_like_heading(line, following):
        return [Block(GUESSED, _plain(line).rstrip(": "))]
    return None


def _named(text: str) -> list[Block]:
    """A heading when the text names a part; two blocks for "Aim: to halve falls"; else none."""
    if named := section_words.heading(text):
        return [Block(SECTION, named)]
    before, _, after = text.partition(":")
    if (after := after.strip(" \t*_")) and (named := section_words.heading(before)):
        return [Block(SECTION, named), Block(TEXT, after)]
    return []


def _looks_like_heading(line: str, following: list[str]) -> bool:
    """A short line that ends with a colon or is all bold; not the start of a list."""
    if len(line) > MAX_LENGTH or len(line.split()) > HEADING_WORDS or not line.lstrip("*_")[:1].isupper():
        return False
    if line.startswith(("**", "__")) and line.endswith(line[:2]):
        return len(line) > 4 and line[2:-2].find(line[:2]) < 0
    after = next((text.strip() for text in following if text.strip()), "")
    return line.endswith(":") and not _ITEM.match(after)


def _row(cells: Iterable[str]) -> Iterator[Block]:
    """A row of a table: "a, b"; a form's "Problem | We had ..." is a heading and its text."""
    filled = [cell for cell in cells if cell.strip("-: ")]
    form = len(filled) == 1 or len(" ".join(filled[1:]).split()) >= FORM_WORDS
    if filled and form and (named := section_words.heading(filled[0])):
        yield Block(SECTION, named)
        filled = filled[1:]
    if filled:
        yield Block(TEXT, ", ".join(filled))


def _plain(line: str) -> str:
    """A line of Markdown without marks for bold, code and links."""
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    return " ".join(_MARKS.sub("", line).split())


def _front_matter(lines: list[str]) -> Iterator[Block]:
    """The title and summary in the head of a case study's file; the head itself is taken out of the lines."""
    if lines[0].rstrip() != "---" or "---" not in (ends := [line.rstrip() for line in lines[1:200]]):
        return
    head = ends[: ends.index("---")]
    del lines[: len(head) + 2]
    for field, level in (("title:", 1), ("summary:", TEXT)):
        found = next((line.removeprefix(field).strip(" \"'") for line in head if line.startswith(field)), "")
        if found:
            yield Block(level, found)


class _Reader(HTMLParser):
    """Collects blocks; a cell's paragraphs belong to its row, and an inner table to the cell around it."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._level = TEXT
        self._words: list[str] = []
        self._plain_words = self._bold = False
        self._rows: list[list[str]] = []  # of the outermost table only
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "br":
            self._words.append("\n")
        elif tag == "strong":
            self._bold = True
        elif tag == "table":
            if not self._tables:
                self.end_block()
            self._tables += 1
        elif self._tables:
            if tag in ("td", "th", "tr") and self._tables == 1:
                self._end_cell(new_row=tag == "tr")
            self._words.append(" ")
        else:
            self.end_block()
            self._level = int(tag[1]) if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else TEXT

    def handle_endtag(self, tag: str) -> None:
        if tag == "strong":
            self._bold = False
        elif tag == "table":
            self._tables -= 1
            if not self._tables:
                self._end_cell()
                for cells in self._rows:
                    self.blocks.extend(_row(cells))
                self._rows = []
        elif not self._tables and tag != "br":
            self.end_block()

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        self._plain_words = self._plain_words or not (self._bold or data.isspace())

    def end_block(self) -> None:
        """Closes the paragraph or heading that is open."""
        lines = ("".join(self._words)).split("\n")
        text = "\n".join(words for line in lines if (words := " ".join(line.split())))
        level, bold = self._level, not self._plain_words
        self._words, self._plain_words, self._level = [], False, TEXT
        if not text:
            return
        if level != TEXT:
            self.blocks.append(Block(level, " ".join(text.split())))
        elif named := _named(text):
            self.blocks.extend(named)
        elif _looks_like_heading(f"**{text}**" if bold else text, []):
            self.blocks.append(Block(GUESSED, text.rstrip(": ")))
        else:
            self.blocks.append(Block(TEXT, text))

    def _end_cell(self, new_row: bool = False) -> None:
        text = " ".join("".join(self._words).split())
        self._words, self._plain_words = [], False
        if text and self._rows:
            self._rows[-1].append(text)
        if new_row:
            self._rows.append([])
