"""Owns where the reading of a Word file has got to: the paragraph, run and fields that are open, what was written and left out. Never reads XML."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from kb.content.package import Attributes
from kb.content.word_parts.body import Body
from kb.content.word_parts.styles import Styles

# What begins an element gives what ends it; nothing, and the element is left out with all that is in it.
End: TypeAlias = Callable[[], object]
Handler: TypeAlias = Callable[[Attributes], End | None]


@dataclass(slots=True)
class Paragraph:
    """A paragraph that is being read. `marked` of `length` characters stand out; `small` is the least size of any."""

    place: int
    style: str = ""
    outline: str = ""
    numbering: str | None = None
    level: int | None = None
    deleted: bool = False
    length: int = 0
    marked: int = 0
    small: int = 9_999


@dataclass(slots=True)
class Run:
    """Words of one look."""

    place: int
    style: str = ""
    bold: bool | None = None
    italic: bool | None = None
    hidden: bool | None = None
    struck: bool = False
    underlined: bool = False
    capitals: bool = False
    size: int | None = None


@dataclass(slots=True)
class Field:
    """A field that is open: its instruction, and the id of its link once that is known."""

    instruction: str = ""
    link: str = ""


@dataclass(slots=True)
class State:
    """What is open. A text box stands in a run, and has paragraphs and runs of its own."""

    paragraph: Paragraph | None = None
    run: Run | None = None
    fields: list[Field] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """One file while it is read. `given` grows with words and pictures; `counted` is for what people are told."""

    styles: Styles
    body: Body = field(default_factory=Body)
    state: State = field(default_factory=State)
    names: list[str] = field(default_factory=list)  # of the elements that are open, as the file has them
    given: int = 0
    counted: Counter[str] = field(default_factory=Counter)

    def inside(self, name: str) -> bool:
        """Whether what begins now stands directly in an element of this name."""
        return bool(self.names) and self.names[-1] == name

    @property
    def hidden(self) -> bool:
        """Whether words here are hidden in Word: their author does not see them either."""
        run, paragraph = self.state.run, self.state.paragraph
        return bool(run and paragraph and self.told(run.hidden, run.style, "hidden", paragraph.style))

    @property
    def visible(self) -> bool:
        """Whether there is a run for what comes, and it is not hidden."""
        return self.state.run is not None and not self.hidden

    @property
    def bold(self) -> bool:
        """Whether words here are bold."""
        run, paragraph = self.state.run, self.state.paragraph
        return bool(run and paragraph and self.told(run.bold, run.style, "bold", paragraph.style))

    @property
    def italic(self) -> bool:
        """Whether words here are in italics."""
        run, paragraph = self.state.run, self.state.paragraph
        return bool(run and paragraph and self.told(run.italic, run.style, "italic", paragraph.style))

    def told(self, here: bool | None, style: str, name: str, paragraph: str) -> bool:
        """What holds for words: what they say themselves, else their style, else that of their paragraph."""
        own: bool | None = getattr(self.styles.of_words(style), name) if here is None else here
        return bool(getattr(self.styles.named(paragraph), name) if own is None else own)

    def put(self, xml: str) -> None:
        """Writes a sign that is no word, where words may stand."""
        if self.visible:
            self.body.count(1)
            self.body.put(xml)


def nothing() -> None:
    """Ends an element of which only what is in it was written."""
