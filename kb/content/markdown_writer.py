"""Owns writing Markdown from the HTML that an import makes: clean CommonMark that `markdown.py` shows with the same words. Never fetches.

Markdownify does the blocks. Escaping is done here, and sparingly, because people read this Markdown in a form: only what
would be read as a mark is escaped. Every piece of emphasis is tried, and left away where it would not be read as such.
"""

import re
from typing import Any, Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from markdownify import ATX, SPACES, MarkdownConverter

from kb.content import markdown

_INLINE: Final = frozenset(("strong", "em", "s", "a"))
_PUNCTUATION: Final = r"!-/:-@\[-`{-~"
_MARKS: Final = (
    (re.compile(rf"\\(?=[{_PUNCTUATION}\s]|$)"), r"\\\\"),
    (re.compile(r"((?<! )\*|\*(?! )|`)"), r"\\\1"),  # a star between spaces is no mark
    (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), r"\\_"),  # inside a word it is no mark
    (re.compile(r"<(?=[A-Za-z/?])"), r"\\<"),
    (re.compile(r"<!"), r"<\\!"),  # a comment is taken out before anything is parsed
    (re.compile(r"&(?=#?\w{1,31};)"), r"\\&"),
)
_TILDES: Final = re.compile(r"~(?=~)|(?<=~)~"), re.compile("~")  # elsewhere, and in words struck out
_BRACKETS: Final = re.compile(r"(\])(?=[(\[:])"), re.compile(r"([\[\]])")  # elsewhere, and in the words of a link
# What is a mark at the beginning of a line only.
_STARTS: Final = (
    (re.compile(r"^( *)(#{1,6})(?=\s|$)", re.MULTILINE), r"\1\\\2"),
    (re.compile(r"^( *)([-+])(?=\s|$)", re.MULTILINE), r"\1\\\2"),
    (re.compile(r"^( *)([-=:|])(?=[-=:| ]*$)", re.MULTILINE), r"\1\\\2"),
    (re.compile(r"^( *)>", re.MULTILINE), r"\1\\>"),
    (re.compile(r"^( *\d{1,9})([.)])(?=\s|$)", re.MULTILINE), r"\1\\\2"),
)
_CLOSING: Final = re.compile(r"(^|\s)(#+)$")  # read as the closing marks of a heading, and so not shown
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_EDGE: Final = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)
_MOVED: Final = re.compile(r"(?<!\\)[.,:;?!]+$")  # stands behind the end of emphasis as well as before it


def escape(text: str) -> str:
    """Plain words on one line as Markdown."""
    return _CLOSING.sub(r"\1\\\2", _starts(_marks(text)))


def write(element: Tag) -> str:
    """A block of HTML as Markdown without blank lines around it."""
    made = _written(element)
    if "*" in made or "~~" in made:
        words = _letters(element.get_text())
        if _letters(BeautifulSoup(markdown.render(made).html, "html.parser").get_text()) != words:
            made = _written(element, emphasis=False)
    return made


def write_inline(element: Tag) -> str:
    """The words of a heading as Markdown on one line, without emphasis."""
    made = _written(element, emphasis=False)
    return _CLOSING.sub(r"\1\\\2", " ".join(made.lstrip("#").split()))


def _written(element: Tag, emphasis: bool = True) -> str:
    return _tidy(str(_Converter(emphasis).process_tag(element, set())))


def _letters(text: str) -> str:
    return "".join(text.split())


def _tidy(text: str) -> str:
    """No spaces at the end of a line but the two of a line break, no more than one blank line in a row."""
    lines = [line.rstrip() + ("  " if line.endswith("  ") and line.strip() else "") for line in text.split("\n")]
    return re.sub(r"(?: {2})?\n{2,}", "\n\n", "\n".join(lines)).strip("\n").rstrip()


class _Converter(MarkdownConverter):  # type: ignore[misc] # it has no types
    """Markdownify with our escaping, and with what it leaves to chance decided."""

    def __init__(self, emphasis: bool = True) -> None:
        super().__init__(bullets="-", heading_style=ATX, newline_style=SPACES, table_infer_header=True)
        self._emphasis = emphasis
        self._begins = self._before_link = False

    def process_text(self, el: NavigableString, parent_tags: set[str]) -> str:
        """The text of a node, escaped for where it stands."""
        self._begins = "_inline" not in parent_tags and _begins_line(el)
        self._before_link = _before_link(el)
        return str(super().process_text(el, parent_tags))

    def escape(self, text: str, parent_tags: set[str]) -> str:
        exclaims = self._before_link and text.endswith("!")  # which would make a picture of the link
        text = _marks(text.removesuffix("!") if exclaims else text, "a" in parent_tags, "s" in parent_tags)
        text += "\\!" if exclaims else ""
        if parent_tags & {"td", "th"}:
            text = text.replace("|", "\\|")
        return _starts(text) if self._begins else text

    def _emphasised(self, el: Tag, text: str, mark: str) -> str:
        lead, words, trail = _EDGE.fullmatch(text).groups()  # type: ignore[union-attr] # it matches anything
        lead, trail = _gap(lead), _gap(trail)
        if not words or not self._emphasis or "\n\n" in re.sub(" +", "", words) or words.startswith("~~"):
            return f"{lead}{self._unmarked(el, words)}{trail}"
        after = _outside(el, before=False) if not trail else " "
        if after.isalnum() and (moved := _MOVED.search(words)):
            words, trail = words[: moved.start()], moved[0] + trail
            after = moved[0][0]
        before = _outside(el, before=True) if not lead else " "
        opens = not before.isalnum() or words[:1].isalnum()
        closes = not after.isalnum() or words[-1:].isalnum()
        return (
            f"{lead}{mark}{words}{mark}{trail}"
            if words and opens and closes
            else f"{lead}{self._unmarked(el, words)}{trail}"
        )

    @staticmethod
    def _unmarked(el: Tag, words: str) -> str:
        return _starts(words) if _begins_line(el) else words

    def convert_strong(self, el: Tag, text: str, **_: object) -> str:
        return self._emphasised(el, text, "**")

    def convert_em(self, el: Tag, text: str, **_: object) -> str:
        return self._emphasised(el, text, "*")

    def convert_s(self, el: Tag, text: str, **_: object) -> str:
        return self._emphasised(el, text, "~~")

    def convert_a(self, el: Tag, text: str, **_: object) -> str:
        lead, words, trail = _EDGE.fullmatch(text).groups()  # type: ignore[union-attr] # it matches anything
        address, plain = str(el.get("href") or ""), el.get_text().strip()
        if not words or not address:
            return text
        words = re.sub(r"\s+", " ", words)
        if plain == address or (f"mailto:{plain}".lower() == address.lower() and _MAIL.fullmatch(plain)):
            linked = f"<{plain}>"
        else:
            linked = f"[{words}]({address.replace('(', '%28').replace(')', '%29')})"
        return f"{_gap(lead)}{linked}{_gap(trail)}"

    def convert_img(self, el: Tag, _text: str, **_: object) -> str:
        alt = _marks(" ".join(str(el.get("alt") or "").split()), linked=True).replace("|", "\\|")
        return f"![{alt}]({el.get('src')})"

    def convert_br(self, _el: Tag, _text: str, parent_tags: set[str]) -> str:
        return " " if "_inline" in parent_tags else "  \n"

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip()
        if not text:
            return ""
        if "_inline" in parent_tags:
            return f"{text}; "
        bullet = f"{el['value']}. " if el.get("value") else "- "
        indented = "\n".join(f"{' ' * len(bullet)}{line}" if line.strip() else "" for line in text.split("\n"))
        return f"{bullet}{indented.lstrip()}\n"

    def convert_ul(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_inline" in parent_tags:
            return f" {text.strip().removesuffix(';')} "
        # A list that does not begin with 1 is only one after a blank line.
        gap = "\n\n" if "li" not in parent_tags or str(el.get("start") or "1") != "1" else "\n"
        return f"{gap}{text.rstrip()}\n\n" if "li" not in parent_tags else f"{gap}{text.rstrip()}\n"

    convert_ol = convert_ul

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802 - Markdownify's name
        if "_inline" in parent_tags:
            return f" {text} "
        return str(super().convert_hN(n, el, _CLOSING.sub(r"\1\\\2", text.strip()), parent_tags))

    def convert_table(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return f" {text.strip().removesuffix(';')} " if "_inline" in parent_tags else f"\n\n{text.strip()}\n\n"

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_inline" in parent_tags:  # a table in a cell: its words stay, its columns cannot
            return f"{text.strip().removesuffix(',')}; "
        cells = el.find_all(["td", "th"], recursive=False)
        width = sum(int(span) if (span := str(cell.get("colspan") or 1)).isdigit() else 1 for cell in cells)
        table = el.find_parent("table")
        rule = f"| {' | '.join(['---'] * width)} |\n" if table is not None and table.find("tr") is el else ""
        return f"|{text}\n{rule}"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_inline" in parent_tags:
            return f"{text.strip()}, " if text.strip() else ""
        return str(super().convert_td(el, re.sub(r"\s+", " ", text), parent_tags))

    convert_th = convert_td


def _marks(text: str, linked: bool = False, struck: bool = False) -> str:
    for pattern, by in _MARKS:
        text = pattern.sub(by, text)
    return _BRACKETS[linked].sub(r"\\\1", _TILDES[struck].sub(r"\\~", text))


def _starts(text: str) -> str:
    for pattern, by in _STARTS:
        text = pattern.sub(by, text)
    return text


def _gap(space: str) -> str:
    return "  \n" if "\n" in space and "  \n" in space else " " if space else ""


def _begins_line(el: Tag | NavigableString) -> bool:
    """Whether nothing stands before it on its line."""
    before = el.previous_sibling
    while isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    if before is None:
        return not (el.parent and el.parent.name in _INLINE)
    return isinstance(before, Tag) and before.name not in _INLINE and before.name != "img"


def _before_link(el: Tag | NavigableString) -> bool:
    """Whether a link follows at once, in the same emphasis or outside it."""
    node: Any = el
    while node.next_sibling is None and node.parent is not None and node.parent.name in _INLINE:
        node = node.parent
    following = node.next_sibling
    while isinstance(following, Tag) and following.name != "a" and following.name in _INLINE:
        following = next(iter(following.children), None)
    return isinstance(following, Tag) and following.name == "a"


def _outside(el: Tag, before: bool) -> str:
    """The character that stands before or after it in its block; a space at the block's edge."""
    node: Any = el
    while True:
        beside = node.previous_sibling if before else node.next_sibling
        if isinstance(beside, Tag) and beside.name in ("br", "ul", "ol", "table", "p"):
            return " "
        if beside is not None:
            if text := beside.get_text():
                return str(text[-1] if before else text[0])
            if isinstance(beside, Tag) and beside.name == "img":
                return "!" if not before else ")"
            node = beside
        elif node.parent is not None and node.parent.name in _INLINE:
            node = node.parent
        else:
            return " "
