"""Owns taking the text of a case study apart by section and putting it together. Never changes the words of a section.

A body is laid out in one way: `## Heading`, a blank line, the text, a blank line. `split` reads any other way of writing
a heading too, and what `join` gives is laid out like that.
"""

import re
from collections.abc import Sequence
from typing import Final

from kb.content import markdown

_BLANK_LINES: Final = re.compile(r"\A(?:[ \t]*\n)*")
_CLOSING: Final = re.compile(r"(?<=\s)(#+)\Z|\A(#+)\Z")  # read as the closing marks of a heading, and so not shown

_NO_COMMENT: Final = r"<\!--"  # shown as <!--


def split(body: str) -> list[tuple[str, str]]:
    """Each level-2 heading with the Markdown under it, in order; what stands before the first one is under "".

    Headings in code, quotes, lists and comments do not split. A heading with one # counts as level 2, as it does on the
    page. For a body laid out as above `join(split(body)) == body`; for any other it is the same page, laid out so.
    """
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    starts = [0]
    for line in text.split("\n"):
        starts.append(min(starts[-1] + len(line) + 1, len(text)))
    comments = list(markdown.comments(text))
    parts: list[tuple[str, str]] = []
    heading, first, position = (
        "",
        "",
        0,
    )  # of the part now open: its heading, comments that stood in it, where it goes on
    for words, begin_line, end_line in markdown.section_headings(text):
        begin, end = starts[begin_line], starts[end_line]
        # A comment is never cut in two: one that reaches into the heading stays before it, one that starts there follows.
        before = max((e for b, e in comments if b < begin < e), default=begin)
        within = [(b, min(e, len(text))) for b, e in comments if begin <= b < end]
        parts.append((heading, _trimmed(first + text[position:before])))
        heading = _one_line(words)
        first = "".join(f"{text[b:e]}\n" for b, e in within)
        position = max([end, *(e for _, e in within)])
    parts.append((heading, _trimmed(first + text[position:])))
    return parts if parts[0][1] or (len(parts) > 1 and not parts[1][0]) else parts[1:]


def join(parts: Sequence[tuple[str, str]]) -> str:
    """The body made of these parts; a first part under "" has no heading.

    Each part stays a section of its own: code or a comment that its text leaves open does not swallow the next.
    """
    made: list[str] = []
    for number, (heading, typed) in enumerate(parts):
        text = _trimmed(typed.replace("\r\n", "\n").replace("\r", "\n"))
        if number + 1 < len(parts):
            later = any("-->" in f"{h}\n{other}" for h, other in parts[number + 1 :])
            text = _closed(text, later)
        if heading or number:
            made.append(f"## {_one_line(heading)}".rstrip())
        if text:
            made.append(text)
    return "\n\n".join(made) + "\n" if made else ""


def _trimmed(text: str) -> str:
    """Without blank lines around it; the indentation of its first line stays, because it may mean code."""
    return _BLANK_LINES.sub("", text, count=1).rstrip(" \t\n")


def _one_line(heading: str) -> str:
    """The heading on one line, without what would be taken for a mark: # at its end, a comment that opens there."""
    words = re.sub(r"[ \t]*\\?[\r\n]+[ \t]*", " ", heading.replace("\0", "\ufffd")).strip(" \t")
    return _CLOSING.sub(lambda found: f"\\{found[0]}", words.replace("<!--", _NO_COMMENT))


def _closed(text: str, comment_may_close: bool) -> str:
    ends = [end for _, end in markdown.comments(text)]
    rest = ends[-1] if ends else 0
    if comment_may_close and "<!--" in text[rest:]:
        text = text[:rest] + text[rest:].replace("<!--", _NO_COMMENT)
    fence = markdown.open_fence(text)
    return f"{text}\n{fence}" if fence else text
