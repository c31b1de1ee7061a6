"""Owns the blocks of a document that is brought in: headings and what stands under them, as Markdown. Never says what a heading means.

A heading is one that is marked as such, or a line that only looks like one: people make lines bold rather than use
styles, and fill in forms.
"""

import re
from dataclasses import dataclass
from typing import Final

from kb.content import section_words
from kb.content.heading_words import meaning

TEXT: Final = 0  # the level of a block that is no heading; 1 to 6 are those of marked headings
FORM: Final = 6.5  # of the label of a row in a form
GUESSED: Final = 7  # of a line that only looks like a heading
RUN_IN: Final = 8  # of the word before a colon: "Aim: to halve falls"

MAX_WORDS: Final = 14  # of a line that only looks like a heading
_FIGURE: Final = re.compile(r"(?:figure|fig\.?|table|chart|graph|box|photo|picture|image|appendix)\s*\d", re.IGNORECASE)
_LABEL: Final = re.compile(r"\s*[*_]{0,3}(.{2,60}?)[*_]{0,3}\s*:\s*[*_]{0,3}\s*(?=\S)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`words`, plain, at a `level`) or a piece of text (`markdown`, level TEXT).

    A heading without words ends what a heading of its level began: at FORM that of a form's last row, at GUESSED that of
    a text box, if there is text under it yet. `title` is set on what is marked as the title.
    """

    level: float
    words: str = ""
    markdown: str = ""
    title: bool = False


def is_heading(words: str, stands_out: bool) -> bool:
    """Whether a line is a heading: it names a part, or stands out (bold, large) and is no sentence or caption."""
    plain = words.strip()
    if not plain or len(plain.split()) > MAX_WORDS or plain[-1] in ".;,":
        return False
    if section_words.heading(plain):
        return True
    letters = sum(map(str.isalpha, plain))
    capitals = plain.isupper() and letters >= 4
    if not (stands_out or capitals) or letters < 3 or _FIGURE.match(plain):
        return False
    return not plain[0].islower()


def run_in(words: str, markdown: str) -> tuple[Block, Block] | None:
    """A paragraph such as "Aim: to halve falls" as a heading, whose Markdown is "Aim:", and the rest; else nothing."""
    before, colon, after = words.partition(":")
    if not colon or not after.strip() or not meaning(before) or len(before.split()) > 6:
        return None
    label = _LABEL.match(markdown)
    if label is None or "".join(label[1].split()) != "".join(before.split()):
        return None
    rest = markdown[label.end() :].lstrip()
    if not rest or not _balanced(rest):
        return None
    return Block(RUN_IN, before.strip(), markdown[: label.end()].strip()), Block(TEXT, markdown=rest)


def _balanced(markdown: str) -> bool:
    """Whether no emphasis was cut in two."""
    return markdown.count("**") % 2 == 0 and markdown.replace("**", "").replace("\\*", "").count("*") % 2 == 0
