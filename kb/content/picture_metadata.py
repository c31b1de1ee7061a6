"""Owns the words that a picture file carries beside its pixels: EXIF, XMP, IPTC and comments. Never keeps or judges them.

They are read so that somebody can be told what they say before they are thrown away. Numbers that a camera writes are
left out: they look like a patient's.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from kb.content.exif import Exif, decoded

MAX_WORDS: Final = 10_000  # characters of the whole: more than anybody types into a picture
_MAX_XMP: Final = 300_000  # characters that are looked at; the rest is the history of an editing program
_MAX_PIECES: Final = 300  # values of one kind

# An element with text, or an attribute. The bounds keep it linear.
_XMP_VALUE: Final = re.compile(
    r"<([A-Za-z][\w.-]{0,40}:[\w.-]{1,60})[^<>]{0,500}(?<!/)>\s{0,200}([^<>\s][^<>]{1,2000})</"
    r"|\s([A-Za-z][\w.-]{0,40}:[\w.-]{1,60})\s{0,3}=\s{0,3}[\"']([^\"'<>]{2,2000})[\"']"
)
# What programs and cameras write themselves.
_XMP_UNTYPED: Final = re.compile(
    r"(?:xmlns|xmpMM|stEvt|stRef|stDim|stArea|xmp|xap|exif|exifEX|tiff|aux|crs|x|GPano|GCamera|Camera|HDRGainMap|apple-fi|pdf)"
    r":|rdf:(?!li$)|photoshop:(?:DateCreated|ICCProfile|ColorMode)|dc:format|[\w.-]+:(?:[Dd]ate\w*|Type|\w*ID)$"
)
_XMP_PLACE: Final = re.compile(r"\bexif:GPSLatitude\b")
_WORD: Final = re.compile(r"[^\W\d_]{2}")

# Data sets of IPTC that hold no words: dates, times, versions, the program.
_IPTC_UNTYPED: Final = frozenset((0, 3, 10, 30, 35, 37, 38, 47, 50, 55, 60, 62, 63, 65, 70, 75, 100, 130, 131, 135))
_IPTC_RESOURCE: Final = 0x0404


def words(exif: Exif, xmp: bytes = b"", iptc: bytes = b"", comments: tuple[str, ...] = ()) -> str:
    """What the metadata says, a line for each value with where it stood before a colon; at most MAX_WORDS characters."""
    text = _xmp_text(xmp)
    lines = ["GPS: the place where it was taken"] if exif.located or _XMP_PLACE.search(text) else []
    lines += (f"EXIF {name}: {value}" for name, value in exif.texts)
    lines += (f"comment: {comment}" for comment in comments[:_MAX_PIECES] if comment)
    lines += (f"IPTC: {value}" for value in _iptc_values(iptc))
    lines += (f"XMP: {value}" for value in _xmp_values(text))
    return "\n".join(dict.fromkeys(lines))[:MAX_WORDS]


def _xmp_text(xmp: bytes) -> str:
    wide = xmp[:200].count(b"\0") > 20
    return xmp[: _MAX_XMP * 2].decode("utf-16" if wide else "utf-8", "replace")[:_MAX_XMP]


def _xmp_values(text: str) -> Iterator[str]:
    for number, match in enumerate(_XMP_VALUE.finditer(text)):
        if number >= _MAX_PIECES:
            return
        name, value = (match[1], match[2]) if match[1] else (match[3], match[4])
        value = " ".join(html.unescape(value).split())
        if (
            _WORD.search(value)
            and not _XMP_UNTYPED.match(name)
            and not value.startswith(("uuid:", "http://", "https://"))
        ):
            yield value


def _iptc_values(data: bytes) -> Iterator[str]:
    """The texts of IPTC records, which in a JPEG stand inside a block of Photoshop's resources."""
    records = _iptc_resource(data) if data.startswith(b"8BIM") else data
    position = number = 0
    while records[position : position + 1] == b"\x1c" and position + 5 <= len(records) and number < _MAX_PIECES:
        record, name = records[position + 1], records[position + 2]
        length = int.from_bytes(records[position + 3 : position + 5], "big")
        if length >= 0x8000:  # an extended data set: nothing that is typed is so long
            return
        value = decoded(records[position + 5 : position + 5 + length][:2_000])
        if record == 2 and name not in _IPTC_UNTYPED and value:
            yield value
        position, number = position + 5 + length, number + 1


def _iptc_resource(data: bytes) -> bytes:
    position = 0
    for _ in range(_MAX_PIECES):
        if data[position : position + 4] != b"8BIM" or position + 7 > len(data):
            break
        code, name = int.from_bytes(data[position + 4 : position + 6], "big"), data[position + 6]
        start = position + 7 + name + (name + 1) % 2  # name and length are padded to an even number
        size = int.from_bytes(data[start : start + 4], "big")
        if code == _IPTC_RESOURCE:
            return data[start + 4 : start + 4 + size]
        position = start + 4 + size + size % 2
    return b""
