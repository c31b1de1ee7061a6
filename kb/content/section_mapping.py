"""Owns which section each part of a document goes to: by its headings, in the order in which it was told. Never drops or rewrites a word.

What no heading places stays together under its own heading, for the person to place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from kb.content.blocks import FORM, GUESSED, RUN_IN, TEXT, Block
from kb.content.case_study import SECTIONS
from kb.content.documents import Part
from kb.content.heading_words import CYCLE, TITLE, Meaning, meaning

MAX_TITLE: Final = 200  # characters, as a case study's title may have
_TITLE_WORDS: Final = 25  # of a first line that is taken as the title though nothing marks it as one
_SUMMARY: Final = "Summary"
# What stands over forms and pages of a series, and is the title of none of them.
_BANNER: Final = re.compile(
    r"\W{0,5}(?:\w+\W{1,3}){0,7}(?:template|pro ?forma|form|report|story|case study|poster|charter|abstract)\W{0,5}",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"\*\*[^*\n]{2,60}:\*\*\s*\S")
# What the letters of a Plan-Do-Study-Act form mean when there is one cycle; of several each is told as a whole.
_ONE_CYCLE: Final = {"Plan": "What was done", "Do": "What was done", "Study": "Results", "Act": "What was learned"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A document by section. `unplaced` has the rest in order, each under its own heading."""

    title: str
    sections: dict[str, str]
    unplaced: tuple[Part, ...]
    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the document's own, by section


@dataclass(slots=True)
class _Piece:
    """What stands under one heading that names a part, or under none. `items` are headings (depth, words) and texts."""

    part: str = ""
    heading: str = ""
    exact: bool = True
    items: list[tuple[int, str]] = field(default_factory=list)

    def markdown(self, level: int) -> str:
        """The piece with its smaller headings from this level on."""
        return "\n\n".join(
            text if depth < 0 else f"{'#' * min(level + depth, 6)} {_escaped(text)}" for depth, text in self.items
        )


def place(blocks: Iterable[Block]) -> Placed:
    """The blocks by section."""
    blocks = list(blocks)
    title, rest = _title(blocks)
    pieces = _pieces(rest)
    asked = next((piece for piece in pieces if piece.part == TITLE and piece.items), None)
    if asked and len(asked.items[0][1]) <= MAX_TITLE and not (title and any(one.title for one in blocks)):
        # What stands above a form is more often the form's own title.
        pieces = _pieces(blocks)
        asked = next(piece for piece in pieces if piece.part == TITLE and piece.items)
        title = _plain(asked.items.pop(0)[1])
    sections: dict[str, str] = {}
    headings: dict[str, tuple[str, ...]] = {}
    for section in SECTIONS:
        told = [piece for piece in pieces if piece.part == section and piece.items]
        if told:
            sections[section] = _joined(section, told)
            headings[section] = tuple(dict.fromkeys(piece.heading for piece in told))
    unplaced = tuple(
        Part(piece.heading, piece.markdown(3))
        for piece in pieces
        if (piece.part not in SECTIONS and (piece.items or (piece.heading and not piece.part)))
        or (piece.part in SECTIONS and not piece.items and not piece.exact)
    )
    return Placed(title, sections, unplaced, headings)


def _title(blocks: list[Block]) -> tuple[str, list[Block]]:
    """The title and the other blocks."""
    may_be = [place for place, one in enumerate(blocks) if not _BANNER.fullmatch(one.words or one.markdown)]
    marked = next((place for place in may_be if blocks[place].title and not meaning(blocks[place].words)), None)
    first = next(
        (place for place in may_be if blocks[place].words or not blocks[place].markdown.startswith("![")), None
    )
    if marked is None and first is not None and not meaning(blocks[first].words) and _may_be_title(blocks, first):
        marked = first
    if marked is None:
        return "", blocks
    end = marked + 1
    while end < len(blocks) and blocks[end].title and blocks[end].level == 1 and not meaning(blocks[end].words):
        end += 1  # a title on several lines
    words = " ".join(one.words or _plain(one.markdown) for one in blocks[marked:end])
    return (words, blocks[:marked] + blocks[end:]) if len(words) <= MAX_TITLE else ("", blocks)


def _may_be_title(blocks: Sequence[Block], place: int) -> bool:
    """Whether the first block is the title: the main heading, or a short line before the first heading."""
    one = blocks[place]
    if one.level == 1:
        return True
    following = blocks[place + 1] if place + 1 < len(blocks) else None
    if one.level == GUESSED and one.words:
        return len(one.words.split()) > 1
    text = one.markdown
    short = one.level == TEXT and "\n" not in text and text[-1:] not in ".:;,|" and text[:2] not in ("- ", "| ")
    return (
        short
        and 2 < len(text.split()) <= _TITLE_WORDS
        and following is not None
        and (following.level != TEXT or len(following.markdown.split()) > len(text.split()))
    )


def _pieces(blocks: Sequence[Block]) -> list[_Piece]:
    """The pieces in reading order: headings of one level begin pieces, smaller ones stay in theirs unless they name a part."""
    cycles = sum(
        one.level != TEXT and (found := meaning(one.words)) is not None and found.part == "Study" for one in blocks
    )
    abstracts = _abstracts(blocks)
    current = _Piece()
    pieces = [current]
    open_: list[tuple[float, _Piece]] = []
    prefix = ""  # a word before a colon that turned out to be no heading
    for position, block in enumerate(blocks):
        if block.level == TEXT:
            if not prefix and open_ and open_[-1][0] == RUN_IN and current.items and _LABEL.match(block.markdown):
                open_.pop()  # the next question of a form, one that we do not know
                current = _Piece()
                pieces.append(current)
            current.items.append((-1, f"{prefix} {block.markdown}" if prefix else block.markdown))
            prefix = ""
            continue
        if not block.words and block.level == GUESSED and not current.items:
            continue  # the heading of a poster often has a text box of its own
        while open_ and open_[-1][0] >= block.level:
            open_.pop()
        above = open_[-1][1] if open_ else None
        found = _resolved(meaning(block.words) if block.words else None, above, cycles)
        run_in = block.level == RUN_IN and bool(open_) and open_[-1][0] <= FORM
        stays = found is None or _stays(found, above, position in abstracts, run_in)
        if block.level == RUN_IN and stays and above is not None and above.part:
            current, prefix = above, block.markdown
            continue
        if found and not stays:
            current = _Piece(found.part, block.words, found.exact)
            pieces.append(current)
        elif above is not None:
            current = above
            if block.words:
                depth = sum(piece is above for _, piece in open_) - 1
                current.items.append((depth, block.words))
        else:
            current = _Piece("", block.words)
            pieces.append(current)
        if block.words:
            open_.append((block.level, current))
    return pieces


def _resolved(found: Meaning | None, above: _Piece | None, cycles: int) -> Meaning | None:
    """What Plan, Do, Study and Act mean here; nothing inside a part, where they are its own steps."""
    if found is None or found.part not in CYCLE:
        return found
    if above is not None and above.part:
        return None
    # The wording stays: "Do" alone would not be understood as what was done.
    return Meaning(_ONE_CYCLE[found.part] if cycles <= 1 else "What was done", exact=False)


def _stays(found: Meaning, above: _Piece | None, in_abstract: bool, run_in: bool) -> bool:
    """Whether a heading that names a part stays in the piece that it stands in."""
    if above is None or not above.part:
        return False
    if above.part == _SUMMARY:
        return in_abstract
    # Fields are told in passing; and within a part a word before a colon is no heading.
    return found.part == above.part or found.part not in SECTIONS or (run_in and above.part in SECTIONS)


def _abstracts(blocks: Sequence[Block]) -> set[int]:
    """The places of headings in an abstract: a summary with parts of its own, before the parts themselves."""
    told = [meaning(one.words) if one.level != TEXT and one.words else None for one in blocks]
    last_part = max((place for place, one in enumerate(told) if one and one.part in SECTIONS), default=-1)
    found: set[int] = set()
    end = 0
    for place, one in enumerate(told):
        if one and one.part == _SUMMARY and place >= end:
            level = blocks[place].level
            end = next((n for n in range(place + 1, len(blocks)) if 0 < blocks[n].level <= level), len(blocks))
            if last_part >= end:
                found.update(range(place + 1, end))
    return found


def _joined(section: str, pieces: Sequence[_Piece]) -> str:
    """The pieces of one section; their own headings are kept where they say more than the section's name does."""
    alone = len({piece.heading.lower() for piece in pieces}) == 1
    texts: list[str] = []
    said = section.lower()
    for piece in pieces:
        wording = piece.heading.strip(" .:")
        own = piece.exact and piece.items[0][0] >= 0  # nothing stands between it and a smaller heading that says more
        if (alone and piece.exact) or own or (wording.lower() == said and (piece.exact or not texts)):
            texts.append(piece.markdown(3))
        else:
            texts.append(f"### {_escaped(wording)}\n\n{piece.markdown(4)}")
        said = wording.lower()
    return "\n\n".join(texts)


def _escaped(words: str) -> str:
    from kb.content.markdown_writer import escape  # noqa: PLC0415 - its libraries are only for those who bring a file

    return escape(words)


def _plain(markdown: str) -> str:
    """The words of a line of Markdown."""
    from kb.content.markdown import sections  # noqa: PLC0415 - only for a title that nothing marks

    return " ".join(section.text for section in sections(markdown)).strip()
