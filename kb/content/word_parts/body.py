"""Owns the main part of a Word file written anew: what Mammoth is given, and how much of it. Never reads the stranger's own.

Whatever comes in, Mammoth gets few elements, not nested deep, with attributes of ours and text that is escaped.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from kb.content.package import PREFIXES, too_long
from kb.errors import DocumentUnreadable

MAX_TEXT: Final = 1_000_000  # characters: about 400 pages
MAX_KEPT: Final = 50_000  # elements handed to Mammoth, which takes about 30 microseconds for each
MAX_KEPT_DEPTH: Final = 64  # of those; a text box in a table in a table has about 20

# Elements that mean something without content; others are left out when they have none, as Word's empty paragraphs.
_EMPTY: Final = frozenset(("w:document", "w:body", "w:tc", "w:b", "w:tab", "w:br", "w:noBreakHyphen"))
_URIS: Final = {prefix: uri for uri, prefix in reversed(PREFIXES.items())}
_HEAD: Final = "<w:document " + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _URIS.items()) + ">"


class Body:
    """XML that grows element by element, within the limits."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._open: list[tuple[str, int]] = []  # with where it begins
        self._kept = self._length = 0

    @property
    def inside(self) -> str:
        """The element that is open; empty when none is."""
        return self._open[-1][0] if self._open else ""

    @property
    def xml(self) -> str:
        """All that was written."""
        return "".join(self._made)

    def open(self, name: str, attributes: str = "") -> None:
        """Begins an element; the first is the root.

        Raises:
            DocumentTooLarge: there are more than MAX_KEPT.
            DocumentUnreadable: they are nested deeper than MAX_KEPT_DEPTH.
        """
        self.count(1)
        if len(self._open) >= MAX_KEPT_DEPTH:
            raise DocumentUnreadable(
                "This Word file has tables inside tables, deeper than can be read.",
                "Copy the part that matters and paste it.",
            )
        self._made.append(f"<{name}{attributes}>" if self._open else _HEAD)
        self._open.append((name, len(self._made)))

    def close(self) -> bool:
        """Ends the element that is open, and takes it out again when there is nothing in it. Whether it is there."""
        name, begin = self._open.pop()
        if name in _EMPTY or any(self._made[place] for place in range(begin, len(self._made))):
            self._made.append(f"</{name}>")
            return True
        del self._made[begin - 1 :]
        self._kept -= 1
        return False

    def put(self, xml: str) -> None:
        """Writes elements of ours as they are."""
        self._made.append(xml)

    def place(self) -> int:
        """Keeps a place here for what is only known later; see `fill`."""
        self._made.append("")
        return len(self._made) - 1

    def fill(self, place: int, xml: str) -> None:
        """Writes elements of ours at a place that was kept, in an element that is open or was not taken out."""
        self._made[place] = xml

    def count(self, elements: int, characters: int = 0) -> None:
        """Counts what is written by `put`, or elsewhere because of it.

        Raises:
            DocumentTooLarge: there is more than MAX_KEPT or MAX_TEXT allows.
        """
        self._kept += elements
        self._length += characters
        if self._kept > MAX_KEPT or self._length > MAX_TEXT:
            raise too_long()

    def text(self, text: str) -> None:
        """Writes words.

        Raises:
            DocumentTooLarge: there are more than MAX_TEXT characters.
        """
        self.count(0, len(text))
        self._made.append(escape(text))


def html(xml: str, styles: str, parts: Mapping[str, str] | None = None, **options: Any) -> str:
    """What Mammoth makes of the XML, with a style map and other parts that were written here; nothing else is read."""
    import mammoth  # noqa: PLC0415 - only for those who bring a Word file

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in {"word/document.xml": xml, **(parts or {})}.items():
            archive.writestr(name, content)
    made.seek(0)
    result = mammoth.convert_to_html(
        made,
        style_map=styles,
        include_default_style_map=False,
        include_embedded_style_map=False,
        external_file_access=False,
        **{"convert_image": lambda _: [], **options},
    )
    return str(result.value)
