"""Owns the blocks of the HTML that a Word file or plain text gives: headings, lists that were typed, tables that are forms. Never places them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from kb.content import form_tables
from kb.content.blocks import FORM, GUESSED, TEXT, Block, is_heading, run_in
from kb.content.heading_words import meaning
from kb.content.markdown_writer import write
from kb.content.word_parts.drawings import BOX
from kb.content.word_parts.paragraphs import LARGEST, LINE
from kb.content.word_parts.styles import TITLE

_BULLET: Final = re.compile(
    r"\s*(?:[\u2022\u00b7\u25aa\u25e6\u2023\u25cf\u25cb\u25a0\uf0b7\u2043]\s*|[-\u2013*o]\s{1,8}(?=\S))"
)
_NUMBERED: Final = re.compile(r"\s*(\d{1,2})[.)]\s+(?=\S)")
_SPACES: Final = re.compile(r"[ \t\r\n]{2,}")
_LINES: Final = 300  # of one paragraph that are looked at for typed bullets
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
# Signs that are spaces or hyphens to a reader, and signs that nobody sees.
_SIGNS: Final = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2011": "-", "\u00ad": None, "\u200b": None, "\ufeff": None}
)


def of_html(html: str) -> list[Block]:
    """The blocks in reading order."""
    # Runs of spaces first: Markdownify takes time with the square of their length.
    soup = BeautifulSoup(_SPACES.sub(" ", html.translate(_SIGNS)), "html.parser")
    for items in soup.find_all(["ol", "ul"]):
        _lay_out(items)
    return list(_blocks(soup, soup))


def _blocks(parent: Tag, soup: BeautifulSoup) -> Iterator[Block]:
    """The blocks of the children of an element."""
    _gather_typed_lists(parent, soup)
    children = [child for child in parent.children if isinstance(child, Tag)]
    for position, child in enumerate(children):
        following = children[position + 1] if position + 1 < len(children) else None
        if child.name in _HEADINGS:
            yield from _heading(child, int(child.name[1]), TITLE in (child.get("class") or []))
        elif child.name == "table":
            yield from _table(child, soup)
        elif BOX in (child.get("class") or []):
            yield Block(GUESSED)
        elif child.name in ("ol", "ul"):
            yield from _list(child, following)
        else:
            yield from _paragraph(child, following)


def _heading(element: Tag, level: float, title: bool = False) -> Iterator[Block]:
    """A heading; a picture in it follows it."""
    pictures = [picture.extract() for picture in element.find_all("img")]
    if words := _words(element):
        yield Block(level, words, title=title)
    yield from (Block(TEXT, markdown=write(picture)) for picture in pictures)


def _paragraph(element: Tag, following: Tag | None) -> Iterator[Block]:
    words = _words(element)
    classes: Sequence[str] = element.get("class") or []
    stands_out = LINE in classes or LARGEST in classes
    leads_in = words.endswith(":") and following is not None and following.name in ("ol", "ul")
    if is_heading(words, stands_out) and not (leads_in and not meaning(words)) and not element.find(["img", "br"]):
        yield Block(GUESSED, words, title=LARGEST in classes and len(words.split()) > 2 and not meaning(words))
        return
    if not (markdown := write(element)):
        return
    yield from run_in(words, markdown) or (Block(TEXT, markdown=markdown),)


def _list(element: Tag, following: Tag | None) -> Iterator[Block]:
    """A list; a single numbered line before text that names a part, or is all bold, is a heading with a number."""
    items = element.find_all("li")
    if (
        len(items) == 1
        and following is not None
        and following.name != element.name
        and not items[0].find(["img", "br"])
    ):
        words = _words(items[0])
        bold = items[0].find("strong", recursive=False)
        if is_heading(words, stands_out=bold is not None and _words(bold) == words):
            yield Block(GUESSED, words)
            return
    if markdown := write(element):
        yield Block(TEXT, markdown=markdown)


def _table(table: Tag, soup: BeautifulSoup) -> Iterator[Block]:
    """A table as it is; the rows of a form as headings with their text, the cells of a layout one after the other."""
    kind = form_tables.kind(table)
    if kind == form_tables.TABLE:
        form_tables.even(table, soup)
        if markdown := write(table):
            yield Block(TEXT, markdown=markdown)
    elif kind == form_tables.LAYOUT:
        for cell in form_tables.cells(table):
            yield from _blocks(cell, soup)
    else:
        for label, answers in form_tables.answers(table, by_column=kind == form_tables.COLUMNS):
            if label is not None:
                yield from _heading(label, FORM)
            for answer in answers:
                yield from _blocks(answer, soup)
        yield Block(FORM)


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" " if element.name in ("td", "th") else "").split())


def _lay_out(items: Tag) -> None:
    """Gives each item of a numbered list its number: to count them one by one takes long in a long list."""
    start = str(items.get("start") or "1")
    for position, item in enumerate(items.find_all("li", recursive=False)):
        if items.name == "ol":
            item["value"] = str(int(start) + position)


def _gather_typed_lists(parent: Tag, soup: BeautifulSoup) -> None:
    """Makes lists of paragraphs that begin with a typed bullet, or with typed numbers that follow each other."""
    for paragraph in parent.find_all("p", recursive=False):
        _split_lines(paragraph, soup)
    paragraphs = parent.find_all("p", recursive=False)
    numbers = [_number(one) for one in paragraphs]
    for position, paragraph in enumerate(paragraphs):
        first = next(
            (node for node in paragraph.descendants if isinstance(node, NavigableString) and node.strip()), None
        )
        if first is None or paragraph.find("img"):
            continue
        counted = numbers[position] is not None and any(
            0 <= beside < len(numbers) and numbers[beside] == numbers[position] + step  # type: ignore[operator] # it is a number
            for beside, step in ((position - 1, -1), (position + 1, 1))
        )
        mark = _BULLET.match(first) or (_NUMBERED.match(first) if counted else None)
        if (
            mark is None
            or not paragraph.get_text()[mark.end() :].strip()
            or is_heading(_words(paragraph), LINE in (paragraph.get("class") or []))
        ):
            continue
        first.replace_with(str(first)[mark.end() :])
        name = "ol" if mark.re is _NUMBERED else "ul"
        paragraph.name = "li"
        del paragraph["class"]
        before = _before(paragraph)
        if before is not None and before.name == name and (name == "ul" or before.get("typed")):
            before.append(paragraph.extract())
        else:
            items = paragraph.wrap(soup.new_tag(name))
            items["typed"] = "yes"
            if name == "ol":
                items["start"] = mark[1]
        if name == "ol":
            paragraph["value"] = mark[1]


def _number(paragraph: Tag) -> int | None:
    found = _NUMBERED.match(paragraph.get_text())
    return int(found[1]) if found else None


def _before(element: Tag) -> Tag | None:
    """The element before it; nothing when words stand between."""
    node: Any = element.previous_sibling
    while isinstance(node, NavigableString) and not node.strip():
        node = node.previous_sibling
    return node if isinstance(node, Tag) else None


def _split_lines(paragraph: Tag, soup: BeautifulSoup) -> None:
    """Makes a paragraph of each line when several of them begin with a typed bullet."""
    if not 0 < len(paragraph.find_all("br", recursive=False, limit=_LINES + 1)) <= _LINES:
        return
    lines: list[list[Any]] = [[]]
    for node in list(paragraph.children):
        if isinstance(node, Tag) and node.name == "br":
            lines.append([])
        else:
            lines[-1].append(node)
    texts = ["".join(node.get_text() for node in line) for line in lines]
    if sum(_BULLET.match(text) is not None for text in texts) < 2:
        return
    for line in lines:
        made = soup.new_tag("p")
        for node in line:
            made.append(node.extract())
        paragraph.insert_before(made)
    paragraph.decompose()
