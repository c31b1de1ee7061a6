"""Owns reading directories as TIFF and EXIF have them: which way up a picture is, and what somebody wrote in it. Never writes one.

The image library reads every value of a directory, and a directory may point a thousand times at the same megabytes.
This reads what is asked for, within limits.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_ENTRIES: Final = 500  # of one directory: cameras write about 60
MAX_TEXT: Final = 2_000  # bytes of a value that are read

_ORDERS: Final = {b"II*\0": "<", b"MM\0*": ">"}
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 129: 1}
_BYTE, _ASCII, _SHORT, _LONG, _UNDEFINED, _UTF8 = 1, 2, 3, 4, 7, 129

_ORIENTATION, _EXIF, _GPS = 0x0112, 0x8769, 0x8825
_NAMES: Final = {
    0x010D: "document name", 0x010E: "description", 0x011D: "page name", 0x013B: "artist", 0x013C: "computer", 0x8298: "copyright",
    0x9286: "comment", 0x9C9B: "title", 0x9C9C: "comment", 0x9C9D: "author", 0x9C9E: "keywords", 0x9C9F: "subject",
    0xA430: "owner of the camera", 0xA436: "title", 0xA437: "photographer", 0xA438: "editor",
}  # fmt: skip
_WINDOWS: Final = range(0x9C9B, 0x9CA0)  # written by Windows, in UTF-16
# Makers, models, dates, serial numbers: nobody typed them, and their digits look like somebody's number.
_UNTYPED: Final = frozenset(
    (0x000B, 0x010F, 0x0110, 0x0131, 0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292, 0xA420, 0xA431,
     0xA432, 0xA433, 0xA434, 0xA435, 0xC614, 0xC615, 0xC62F, 0xC6F3, 0xC6F4)
)  # fmt: skip
_GPS_WORDS: Final = {0x1B: "method", 0x1C: "area"}
_GPS_PLACES: Final = frozenset((0x02, 0x04))  # latitude and longitude


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a directory, as written (`raw`, 12 bytes) and with the beginning of its value."""

    tag: int
    kind: int
    count: int
    value: bytes
    raw: bytes
    order: str

    @property
    def size(self) -> int:
        """The bytes that its value takes up; 0 for a kind that nobody knows."""
        return self.count * _SIZES.get(self.kind, 0)

    @property
    def number(self) -> int:
        """The first number of its value; 0 when it has none."""
        if self.kind not in (_SHORT, _LONG) or not self.count:
            return 0
        size = _SIZES[self.kind]
        return int.from_bytes(self.value[:size], "little" if self.order == "<" else "big")


@dataclass(frozen=True, slots=True)
class Exif:
    """What a picture's directories say: `orientation` 1 to 8, (name, text) pairs, and whether a place on earth is given."""

    orientation: int = 1
    texts: tuple[tuple[str, str], ...] = ()
    located: bool = False


def order(data: bytes) -> str:
    """ "<" or ">" when the data begins as TIFF and EXIF do, else nothing."""
    return _ORDERS.get(data[:4], "")


def directory(data: bytes, place: int | None = None) -> list[Entry]:
    """The entries of the first directory, or of the one at a place; none when there is none, at most MAX_ENTRIES."""
    sign = order(data)
    if not sign or len(data) < 8:
        return []
    if place is None:
        place = struct.unpack_from(f"{sign}I", data, 4)[0]
    if not 8 <= place <= len(data) - 2:
        return []
    count = min(struct.unpack_from(f"{sign}H", data, place)[0], MAX_ENTRIES, (len(data) - place - 2) // 12)
    return [_entry(data, place + 2 + 12 * number, sign) for number in range(count)]


def read(data: bytes) -> Exif:
    """What the EXIF, or the TIFF file, says. Never raises."""
    main = directory(data)
    orientation = next((entry.number for entry in main if entry.tag == _ORIENTATION), 1)
    texts = list(_texts(main))
    located = False
    for entry in main:
        if entry.tag == _EXIF:
            texts += _texts(directory(data, entry.number))
        elif entry.tag == _GPS:
            places = directory(data, entry.number)
            located = located or any(place.tag in _GPS_PLACES for place in places)
            texts += ((f"GPS {_GPS_WORDS[place.tag]}", _text(place)) for place in places if place.tag in _GPS_WORDS)
    return Exif(orientation if orientation in range(1, 9) else 1, tuple(pair for pair in texts if pair[1]), located)


def _entry(data: bytes, place: int, sign: str) -> Entry:
    raw = data[place : place + 12]
    tag, kind, count = struct.unpack_from(f"{sign}HHI", raw)
    size = count * _SIZES.get(kind, 0)
    start = place + 8 if size <= 4 else struct.unpack_from(f"{sign}I", raw, 8)[0]
    return Entry(tag, kind, count, data[start : start + min(size, MAX_TEXT)], raw, sign)


def _texts(entries: list[Entry]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        typed = entry.kind in (_ASCII, _UTF8) or entry.tag in _NAMES
        if typed and entry.tag not in _UNTYPED:
            yield _NAMES.get(entry.tag, f"tag {entry.tag}"), _text(entry)


def _text(entry: Entry) -> str:
    value = entry.value
    if entry.tag in _WINDOWS:
        return decoded(value, "utf-16-le")
    if (
        entry.kind in (_BYTE, _UNDEFINED)
        and len(value) >= 8
        and value[:8].rstrip(b"\0 ") in (b"ASCII", b"UNICODE", b"JIS", b"")
    ):
        wide = value.startswith(b"UNICODE")
        return decoded(value[8:], ("utf-16-le" if entry.order == "<" else "utf-16-be") if wide else "")
    return decoded(value)


def decoded(value: bytes, encoding: str = "") -> str:
    """The text in some bytes, on one line; UTF-8, else Windows' letters, when no encoding is named. Never raises."""
    if encoding:
        text = value.decode(encoding, "replace")
    else:
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = value.decode("windows-1252", "replace")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
