"""Owns the links of a Word file: which addresses are kept, and how Mammoth is told of them. Never opens one."""

import re
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from kb.content.package import Relationship

MAX_ADDRESS: Final = 2_000  # characters: browsers and servers take no longer ones for granted

_KEPT: Final = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f<>\"`{}|\\^]+", re.IGNORECASE)
_FIELD: Final = re.compile(r'\s*HYPERLINK\s+"([^"]*)"')
_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def safe(address: str) -> str:
    """The address when it is one of https, http or mailto that can be written in Markdown; else nothing."""
    address = address.strip().replace(" ", "%20")
    return address if len(address) <= MAX_ADDRESS and _KEPT.fullmatch(address) else ""


class Links:
    """Gives each address an id, whatever id the file has for it."""

    def __init__(self, relationships: dict[str, Relationship]) -> None:
        self._relationships = relationships
        self._ids: dict[str, str] = {}
        self.left_out = 0  # addresses of another kind, such as of a file on somebody's computer

    def of_relationship(self, id_: str, anchor: str) -> tuple[str, str]:
        """The id and address of a link by its relationship's id; empty when there is none to keep."""
        found = self._relationships.get(id_)
        if found is None or not found.external or found.kind != "hyperlink":
            return "", ""
        target = f"{found.target}#{quote(anchor)}" if anchor and "#" not in found.target else found.target
        return self._known(target)

    def of_field(self, instruction: str) -> tuple[str, str]:
        """The same for the instruction of a field; empty for fields that are no link to an address."""
        found = _FIELD.match(instruction)
        return self._known(found[1]) if found else ("", "")

    def relationships(self, media: dict[str, str]) -> str:
        """The XML that tells Mammoth of the links, and of pictures by id and part."""
        rows = [
            *(f'<Relationship Id="{id_}" Type="{_TYPES}/hyperlink" Target={quoteattr(address)}/>' for address, id_ in self._ids.items()),
            *(f'<Relationship Id="{id_}" Type="{_TYPES}/image" Target="{part}"/>' for id_, part in media.items()),
        ]  # fmt: skip
        return f'<Relationships xmlns="{_NAMESPACE}">{"".join(rows)}</Relationships>'

    def _known(self, address: str) -> tuple[str, str]:
        kept = safe(address)
        if not kept:
            self.left_out += 1
            return "", ""
        return self._ids.setdefault(kept, f"link{len(self._ids)}"), kept
