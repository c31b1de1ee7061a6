"""Owns the blocks of Markdown and of plain text that somebody brings. Never changes what Markdown says, nor places it."""

import re
from html import escape
from typing import Final

from kb.content import markdown, outline
from kb.content.blocks import GUESSED, TEXT, Block, is_heading, run_in

_BOLD: Final = re.compile(r"(\*\*|__)(?!\s)(?:(?!\1).)+\1:?", re.DOTALL)
_MARKED: Final = re.compile(
    r"^(?:#{1,4} \S|[-*] \S.*\n[-*] \S|\*\*\S.*\*\*$|\|.*\|$|!?\[[^\]\n]+\]\([^)\n]+\))", re.MULTILINE
)
_ITEM: Final = re.compile(r"(?:[-*\u2022\u00b7\u25aa\u25e6\u2013]|\d{1,2}[.)])\s+\S")


def of_markdown(text: str) -> list[Block]:
    """The blocks of Markdown, as they were typed; lines that are all bold are headings, too."""
    found: list[Block] = []
    for level, words, source in markdown.outermost(text):
        if level:
            found.append(Block(level, words, source))
        elif (
            words
            and "\n" not in source
            and "](" not in source
            and is_heading(words, stands_out=_BOLD.fullmatch(source) is not None)
        ):
            found.append(Block(GUESSED, words))
        elif words and (told := run_in(words, source)):
            found += told
        else:
            found.append(Block(TEXT, markdown=source))
    return found


def looks_like_markdown(text: str) -> bool:
    """Whether plain text has marks that people only type for Markdown: two headings, or bold lines, links, tables."""
    return len(_MARKED.findall(text[:20_000])) > 1


def html_of_text(text: str) -> str:
    """Plain text as HTML for `word_blocks`: a paragraph for what stands between blank lines, and for each heading."""
    made: list[str] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            made.append(f"<p>{escape(chr(10).join(paragraph))}</p>")
            paragraph.clear()

    for raw in outline.clean(text).split("\n"):
        line = raw.strip()
        heading = is_heading(line, stands_out=False)
        if not line or heading or run_in(line, line) is not None or _ITEM.match(line):
            close()
        if line:
            paragraph.append(line)
        if heading:
            close()
    close()
    return "".join(made)
