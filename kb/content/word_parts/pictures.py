"""Owns the pictures of a Word file: which are taken, their names, their bytes and alternative texts. Never opens or changes one."""

from dataclasses import dataclass
from typing import Final

from kb.content.package import Package, Relationship

MAX_PICTURES: Final = 20  # a case study with more is an album
MAX_BYTES: Final = 10_000_000  # of one picture: a photograph from a telephone has about 4 MB
MAX_ALL: Final = 40_000_000  # bytes of all of them when unpacked
MAX_ALT: Final = 300  # characters of an alternative text; Word itself makes up long ones

# How pictures begin that can be drawn anew, with the ending that belongs to them.
_KINDS: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"), (b"BM", "bmp"),
    (b"II*\x00", "tif"), (b"MM\x00*", "tif"), (b"RIFF", "webp"),
)  # fmt: skip
# What Word writes as a description when nobody wrote one: it helps no reader.
_MADE_UP: Final = ("description automatically generated", "ai-generated content may be incorrect")


@dataclass(frozen=True, slots=True)
class ImportedPicture:
    """A picture as it lay in the file, not yet cleaned. `name` is how the Markdown refers to it; `alt` may be empty."""

    name: str
    data: bytes
    alt: str


class Pictures:
    """Takes the pictures that are referred to, each once, and counts those that are not taken."""

    def __init__(self, package: Package, relationships: dict[str, Relationship]) -> None:
        self._package = package
        self._relationships = relationships
        self._names: dict[str, str] = {}  # by part; empty for one that is not taken
        self._taken: dict[str, tuple[bytes, str]] = {}
        self.too_many = self.too_large = self.other_kinds = self.outside = 0

    def take(self, id_: str, alt: str) -> str:
        """The name of the picture with this relationship's id; empty when it is not taken.

        Raises:
            DocumentTooLarge: it unpacks to more than any part may.
        """
        found = self._relationships.get(id_)
        if found is None or found.external or found.kind != "image":
            self.outside += found is not None and found.external
            return ""
        if found.target not in self._names:
            self._names[found.target] = self._read(found.target, _without_made_up(alt))
        return self._names[found.target]

    @property
    def taken(self) -> tuple[ImportedPicture, ...]:
        """The pictures in the order in which they stand in the text."""
        return tuple(ImportedPicture(name, data, alt) for name, (data, alt) in self._taken.items())

    def alt(self, name: str) -> str:
        """The alternative text of a picture that was taken."""
        return self._taken[name][1]

    def _read(self, part: str, alt: str) -> str:
        if len(self._taken) >= MAX_PICTURES:
            self.too_many += 1
            return ""
        size = self._package.size(part)
        if size > MAX_BYTES or size + sum(len(data) for data, _ in self._taken.values()) > MAX_ALL:
            self.too_large += 1
            return ""
        data = self._package.part(part) or b""
        kind = next((kind for start, kind in _KINDS if data.startswith(start)), "")
        if not kind:
            self.other_kinds += 1
            return ""
        name = f"picture-{len(self._taken) + 1}.{kind}"
        self._taken[name] = (data, alt)
        return name


def _without_made_up(alt: str) -> str:
    """The alternative text on one line; empty when only a program wrote it, or it is only a file's name."""
    words = " ".join(alt.split())
    made_up = any(sign in words.lower() for sign in _MADE_UP)
    file_name = " " not in words and words.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp"))
    return "" if made_up or file_name else words[:MAX_ALT].rstrip()
