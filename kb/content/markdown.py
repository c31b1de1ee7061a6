"""Owns Markdown: one parse gives both the sections that are searched and the safe HTML that is shown. Never reads files.

Both come from the same tokens, so the anchor of a search result is always the id of a heading on the page.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Ids that the page of a case study gives to its own parts; a heading of the same name gets a number.
RESERVED: Final = frozenset(
    {"maincontent", "summary", "at-a-glance", "figures", "contents", "sources", "related", "cite"}
)

# What a case study may contain on the page. Everything else is dropped, its text kept where it has any.
_TAGS = {
    "a", "abbr", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6",
    "hr", "img", "li", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt", "title", "width", "height", "loading"}, "ol": {"start"},
    "th": {"scope", "class"}, "td": {"class"}, "table": {"class"}, "div": {"class", "tabindex", "role"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or table as plain text, under the nearest heading with that `anchor`."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one level-2 heading; text before the first has an empty heading and anchor."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The section's words, a blank line between blocks, without the heading."""
        return "\n\n".join(block.text for block in self.blocks)


_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Page:
    """Markdown ready to show (`html`, safe) and to search (`sections`, in order)."""

    html: str
    sections: tuple[Section, ...]


def slugify(text: str) -> str:
    """Lower-case words joined by hyphens, safe in an address and as an id; "section" when nothing is left."""
    if len(text) <= 80 and _SLUG.fullmatch(text):  # most names of files are one already, and there are thousands
        return text
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")[:80].strip("-") or "section"


def render(text: str) -> Page:
    """The page and its sections. Raw HTML in the text is shown as text; scripts and unknown tags are dropped."""
    tokens = _parse(text)
    return Page(_html(tokens), _sections(tokens))


def sections(text: str) -> tuple[Section, ...]:
    """Only the sections: what `render` gives, without the cost of the HTML."""
    return _sections(_parse(text))


def headings(text: str) -> list[tuple[int, str, int]]:
    """Each heading as (level as typed, its words, line counted from 0)."""
    tokens = _parser().parse(without_comments(text))
    pairs = itertools.pairwise(tokens)
    return [(int(a.tag[1]), _plain(b), (a.map or [0])[0]) for a, b in pairs if a.type == "heading_open"]


def section_headings(text: str) -> list[tuple[str, int, int]]:
    """Each heading that starts a section, as (its Markdown, its first line, the line after it), lines counted from 0.

    Headings in quotes, lists and code start none.
    """
    tokens = _parser().parse(without_comments(text))
    starts = [pair for pair in itertools.pairwise(tokens) if pair[0].type == "heading_open" and pair[0].level == 0]
    return [(b.content, a.map[0], a.map[1]) for a, b in starts if a.tag in ("h1", "h2") and a.map]


def outermost(text: str) -> list[tuple[int, str, str]]:
    """Each block that stands in no other, as (level of a heading or 0, its words, its Markdown), without comments.

    Lines that belong to no block, such as the address of a link given below, stay with the block before them.
    """
    lines = without_comments(text).split("\n")
    tokens = _parser().parse("\n".join(lines))
    starts = [place for place, token in enumerate(tokens) if token.level == 0 and token.map and token.nesting >= 0]
    found: list[tuple[int, str, str]] = []
    for number, place in enumerate(starts):
        token = tokens[place]
        begin = (token.map or [0])[0] if number else 0
        end = (tokens[starts[number + 1]].map or [0])[0] if number + 1 < len(starts) else len(lines)
        heading = token.type == "heading_open"
        words = _plain(tokens[place + 1]) if token.type in ("heading_open", "paragraph_open") else ""
        last = (token.map or [0, end])[1] if heading else end
        found.append((int(token.tag[1]) if heading else 0, words, "\n".join(lines[begin:last]).strip("\n").rstrip()))
        if rest := "\n".join(lines[last:end]).strip():
            found.append((0, "", rest))
    return found


def open_fence(text: str) -> str:
    """The marks of a code block at the end of the text that nothing closes, which would swallow what follows; else ""."""
    tokens = _parser().parse(without_comments(f"{text}\n\n## end"))
    last = tokens[-1]
    return last.markup if last.type == "fence" and last.level == 0 else ""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def without_comments(text: str) -> str:
    """The text without <!-- comments -->, which are for whoever edits the file; lines keep their numbers."""
    kept: list[str] = []
    position = 0
    for begin, end in comments(text):
        kept += text[position:begin], "\n" * text.count("\n", begin, end)
        position = end
    return "".join([*kept, text[position:]])


def comments(text: str) -> Iterator[tuple[int, int]]:
    """Where each comment begins and ends."""
    position = 0
    # Not a regular expression: for each <!-- that nothing closes it would read to the end of the text.
    while (begin := text.find("<!--", position)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        position = end + 3
        yield begin, position


def _parse(text: str) -> list[Token]:
    """Tokens with ids on the headings and heading levels that fit under the page's own h1."""
    tokens = _parser().parse(without_comments(text))
    used = set(RESERVED)
    for position, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        token.tag = "h2" if token.tag == "h1" else token.tag  # the title is the page's only h1
        if token.type == "heading_open":
            anchor = base = slugify(_plain(tokens[position + 1]))
            number = 2
            while anchor in used:
                anchor, number = f"{base}-{number}", number + 1
            used.add(anchor)
            token.attrSet("id", anchor)
    return tokens


def _plain(token: Token) -> str:
    """The words of an inline token, without marks; a picture gives its alternative text."""
    if token.type == "inline":
        return re.sub(r"\s+", " ", "".join(map(_plain, token.children or ()))).strip()
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return f" {token.content} "
    return token.content


def _sections(tokens: Sequence[Token]) -> tuple[Section, ...]:
    found: list[Section] = []
    heading = section_anchor = anchor = ""
    blocks: list[Block] = []
    words: list[str] = []  # of the block now open: a whole list or table is one block

    def end_section() -> None:
        if heading or blocks:
            found.append(Section(heading, section_anchor, tuple(blocks)))

    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            title = _plain(tokens[position + 1])
            if token.tag == "h2":
                end_section()
                heading, section_anchor, blocks = title, str(token.attrGet("id")), []
            elif title:
                words.append(f"{title}:")  # a smaller heading is context for what follows it
            anchor = str(token.attrGet("id"))
        elif token.type == "inline" and tokens[position - 1].type != "heading_open":
            words.append(_plain(token))
        elif token.type in ("fence", "code_block"):
            words.append(token.content.strip())
        closes = token.level == 0 and token.nesting <= 0 and token.type not in ("heading_close", "inline")
        if closes and any(words):
            blocks.append(Block(_join(words), anchor))
            words = []
    end_section()
    return tuple(found)


def _join(words: Sequence[str]) -> str:
    """Items and cells as one text: a full stop between those that end without one."""
    kept = [word for word in words if word]
    ended = [word if word[-1] in ".:;!?," else f"{word}." for word in kept[:-1]]
    return " ".join([*ended, *kept[-1:]])


def _html(tokens: list[Token]) -> str:
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("class", "nhsuk-table")
        elif token.type in ("th_open", "td_open"):
            right = "right" in str(token.attrGet("style") or "")
            cell = "nhsuk-table__header" if token.type == "th_open" else "nhsuk-table__cell"
            token.attrs = {"class": f"{cell} {cell}--numeric" if right else cell}
            if token.type == "th_open":
                token.attrSet("scope", "col")
        for child in token.children or ():
            if child.type == "image":
                child.attrSet("loading", "lazy")  # charts far down cost nothing until they are near
    html = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
