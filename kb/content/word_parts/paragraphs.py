"""Owns the paragraphs of a Word file and the look of their words: headings, list items, bold, and lines that look like headings. Never follows a link."""

from collections import Counter
from functools import partial
from typing import Final

from kb.content.package import Attributes, value
from kb.content.word_parts.lists import Lists
from kb.content.word_parts.page import End, Handler, Page, Paragraph, Run, State, nothing
from kb.content.word_parts.styles import heading, number, on, size

LINE: Final = "line"  # the style of a paragraph that looks like a heading: all of it bold, underlined or large
LARGEST: Final = "largest"  # of the one such paragraph with the largest letters of all

_LARGE: Final = 1.25  # times the usual size: 14 points over 11
_LINE: Final = 120  # characters of a paragraph that may be a heading


class Paragraphs:
    """Handles paragraphs, runs and their properties."""

    def __init__(self, page: Page, lists: Lists) -> None:
        self._page, self._lists = page, lists
        self._sizes: Counter[int] = Counter()
        self._lines: list[Paragraph] = []
        self.prefix = ""  # what the next paragraph begins with

    @property
    def handlers(self) -> dict[str, Handler]:
        """By the names of elements."""
        run = ("w:rStyle", "w:sz", "w:b", "w:i", "w:vanish", "w:strike", "w:dstrike", "w:u", "w:caps")
        paragraph = ("w:pStyle", "w:outlineLvl", "w:numId", "w:ilvl")
        return {
            "w:p": self._paragraph, "w:r": self._run, "w:del": self._deletion, "w:moveFrom": self._deletion, "w:ins": self._insertion,
            **{name: partial(self._of_run, name) for name in run},
            **{name: partial(self._of_paragraph, name) for name in paragraph},
        }  # fmt: skip

    def words(self, text: str) -> None:
        """Writes words, and remembers how they look."""
        page = self._page
        if page.hidden:
            page.counted["hidden"] += bool(text.strip())
            return
        page.body.text(text)
        page.given += bool(text.strip())
        paragraph, run = page.state.paragraph, page.state.run
        if paragraph is None:
            return
        length = len(text) - text.count(" ")
        paragraph.length += length
        paragraph.marked += length if page.bold or (run and (run.underlined or run.capitals)) else 0
        told = (run.size, page.styles.of_words(run.style).size) if run else ()
        letters = next((one for one in (*told, page.styles.named(paragraph.style).size) if one), page.styles.size)
        paragraph.small = min(paragraph.small, letters)
        self._sizes[letters] += length

    def mark_lines(self) -> None:
        """Once all is read and the usual size of letters known: says which paragraphs look like headings."""
        usual = self._sizes.most_common(1)[0][0] if self._sizes else 0
        looking = [one for one in self._lines if one.marked == one.length or one.small >= _LARGE * usual]
        most = max((one.small for one in looking), default=0)
        largest = [one for one in looking if one.small == most and most >= _LARGE * usual]
        for one in looking:
            style = LARGEST if [one] == largest else LINE
            self._page.body.fill(one.place, f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>')

    def _paragraph(self, _: Attributes) -> End:
        body = self._page.body
        body.open("w:p")
        paragraph = Paragraph(body.place())
        self._page.state = State(paragraph, None, self._page.state.fields)
        if self.prefix:
            body.put(f"<w:r><w:t>{self.prefix}</w:t></w:r>")
            self.prefix = ""
        return lambda: self._end_paragraph(paragraph)

    def _end_paragraph(self, paragraph: Paragraph) -> None:
        page = self._page
        page.state.fields[:] = [one for one in page.state.fields if not one.link]  # a link ends with its paragraph
        page.state.paragraph = None
        # Whose mark was deleted is joined to the next paragraph: it has to be there, empty or not.
        mark = "<w:rPr><w:del/></w:rPr>" if paragraph.deleted else ""
        if mark:
            page.body.fill(paragraph.place, f"<w:pPr>{mark}</w:pPr>")
        if not page.body.close():
            return
        style = self._meaning(paragraph) or self._item(paragraph)
        if not style.startswith("list"):
            self._lists.interrupt()
        if style:
            page.body.fill(paragraph.place, f'<w:pPr><w:pStyle w:val="{style}"/>{mark}</w:pPr>')
        elif not mark and 0 < paragraph.length <= _LINE:
            self._lines.append(paragraph)

    def _meaning(self, paragraph: Paragraph) -> str:
        return self._page.styles.named(paragraph.style).meaning or paragraph.outline

    def _item(self, paragraph: Paragraph) -> str:
        """The style of a list when the paragraph is an item of one."""
        style = self._page.styles.named(paragraph.style)
        numbering = style.numbering if paragraph.numbering is None else paragraph.numbering
        level = style.level if paragraph.level is None else paragraph.level
        return self._lists.style(numbering, level or 0) if numbering and numbering != "0" else ""

    def _run(self, _: Attributes) -> End:
        page = self._page
        link = next((one.link for one in reversed(page.state.fields) if one.link), "")
        linked = bool(link) and "w:hyperlink" not in page.names
        if linked:
            page.body.open("w:hyperlink", f' r:id="{link}"')
        page.body.open("w:r")
        run = page.state.run = Run(page.body.place())

        def end() -> None:
            paragraph = page.state.paragraph
            plain = paragraph is None or bool(self._meaning(paragraph))  # a heading is bold as it is
            marks = "" if plain else "<w:b/>" * page.bold + "<w:i/>" * page.italic + "<w:strike/>" * run.struck
            page.state.run = None
            if page.body.close() and marks:
                page.body.fill(run.place, f"<w:rPr>{marks}</w:rPr>")
            if linked:
                page.body.close()

        return end

    def _of_paragraph(self, name: str, attributes: Attributes) -> End:
        paragraph = self._page.state.paragraph
        if paragraph and (self._page.inside("w:pPr") or self._page.inside("w:numPr")):
            if name == "w:pStyle":
                paragraph.style = value(attributes)
            elif name == "w:outlineLvl":
                paragraph.outline = heading(value(attributes))
            elif name == "w:numId":
                paragraph.numbering = value(attributes)
            else:
                paragraph.level = number(value(attributes), 8)
        return nothing

    def _of_run(self, name: str, attributes: Attributes) -> End:
        run = self._page.state.run
        if run and self._page.inside("w:rPr"):
            if name == "w:rStyle":
                run.style = value(attributes)
            elif name == "w:sz":
                run.size = size(attributes)
            elif name == "w:u":
                run.underlined = value(attributes) != "none"
            else:
                told = {"w:b": "bold", "w:i": "italic", "w:vanish": "hidden", "w:caps": "capitals"}
                setattr(run, told.get(name, "struck"), on(attributes))
        return nothing

    def _deletion(self, _: Attributes) -> End | None:
        """A deletion that was tracked, or the mark of one on a paragraph or row."""
        page = self._page
        if page.inside("w:rPr"):
            if page.state.paragraph and page.state.run is None:
                page.state.paragraph.deleted = True
            return nothing
        if page.inside("w:trPr"):
            page.body.put("<w:del/>")
            return nothing
        page.counted["deletions"] += 1
        return None

    def _insertion(self, _: Attributes) -> End:
        self._page.counted["insertions"] += not any(map(self._page.inside, ("w:rPr", "w:trPr", "w:numPr")))
        return nothing
