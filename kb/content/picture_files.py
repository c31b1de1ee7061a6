"""Owns taking a stranger's picture file apart: what it is, how large, the part that is only the picture, and what is written beside it. Never decodes a pixel.

What a file is, is decided by its content. What is handed on to the decoder is a file written anew, without metadata,
further frames or anything a hostile file could make it read at length: the image library trusts such parts.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from kb.content import exif
from kb.errors import DocumentUnreadable

Format = Literal["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]

MAX_PIECES: Final = 20_000  # segments, chunks or blocks of one file: an animation of a minute has a few thousand
_MAX_PROFILE: Final = 2_000_000  # bytes of a colour profile: large ones of printers have 1.5 MB
_MAX_COMMENT: Final = 10_000  # bytes of a comment that are read

_SAVE_AS: Final = "Open it in the program that made it and save it as PNG or JPEG."


@dataclass(slots=True)
class PictureFile:
    """A picture file taken apart. `picture` is a file with the pixels only, `scans` how often a JPEG goes over them."""

    format: Format
    width: int
    height: int
    picture: bytes
    scans: int = 1
    profile: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    comments: list[str] = field(default_factory=list)


def damaged() -> DocumentUnreadable:
    """The error for a picture that no program would write."""
    return DocumentUnreadable("This picture is damaged or not complete.", f"{_SAVE_AS} Then try again.")


def read(data: bytes) -> PictureFile:
    """The parts of a picture file, in time that grows with its length only.

    Raises:
        DocumentUnreadable: it is no picture, of a kind that is not taken, or damaged.
    """
    for start, reader in _READERS:
        if data.startswith(start):
            try:
                return reader(data)
            except (struct.error, IndexError, zlib.error) as error:
                raise damaged() from error
    raise _other(data)


def _png(data: bytes) -> PictureFile:
    kept = [data[:8]]
    width, height = struct.unpack_from(">II", data, 16)
    found = PictureFile("PNG", width, height, b"")
    for kind, start, end in _png_chunks(data):
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(data[start - 8 : end + 4])
        elif kind == b"iCCP":
            found.profile = _inflated(data[start:end].partition(b"\0")[2][1:], _MAX_PROFILE)
        elif kind == b"eXIf":
            found.exif = data[start:end]
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            _png_text(found, kind, data[start:end])
    found.picture = b"".join(kept)
    return found


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    position = 8
    for _ in range(MAX_PIECES):
        length, kind = struct.unpack_from(">I4s", data, position)
        start, end = position + 8, position + 8 + length
        if end + 4 > len(data) or (position == 8) != (kind == b"IHDR"):
            raise damaged()
        yield kind, start, end
        if kind == b"IEND":
            return
        position = end + 4
    raise damaged()


def _png_text(found: PictureFile, kind: bytes, chunk: bytes) -> None:
    key, _, text = chunk.partition(b"\0")
    if kind == b"iTXt":
        packed, text = text[:1] == b"\x01", text[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        packed, text = kind == b"zTXt", text[kind == b"zTXt" :]
    if key.startswith((b"Raw profile", b"date:")):  # digits that a program wrote
        return
    is_xmp = key == b"XML:com.adobe.xmp"
    if len(found.comments) < 100 or is_xmp:
        limit = 600_000 if is_xmp else _MAX_COMMENT
        text = _inflated(text, limit) if packed else text[:limit]
        if is_xmp:
            found.xmp = text
        else:
            found.comments.append(f"{exif.decoded(key[:80])}: {exif.decoded(text)}")


def _inflated(packed: bytes, limit: int) -> bytes:
    """What was packed, up to the limit; nothing when it cannot be unpacked."""
    try:
        return zlib.decompressobj().decompress(packed, limit)
    except zlib.error:
        return b""


def _jpeg(data: bytes) -> PictureFile:
    found = PictureFile("JPEG", 0, 0, b"")
    kept, profile = [data[:2]], list[bytes]()
    position, marker = 2, 0
    for _ in range(MAX_PIECES):
        if data[position] != 0xFF:
            raise damaged()
        marker = data[position + 1]
        if marker == 0xFF:  # fills up to the next marker
            position += 1
            continue
        length = struct.unpack_from(">H", data, position + 2)[0]
        if marker == 0xDA:
            break
        segment = data[position + 4 : position + 2 + length]
        if length < 2 or position + 2 + length > len(data):
            raise damaged()
        if marker in _FRAMES:
            found.height, found.width = struct.unpack_from(">HH", segment, 1)
        if marker in _NEEDED or (marker == 0xEE and segment.startswith(b"Adobe")):
            kept.append(data[position : position + 2 + length])
        else:
            _jpeg_segment(found, marker, segment, profile)
        position += 2 + length
    if marker != 0xDA:
        raise damaged()
    scans = data[position:]
    found.scans = scans.count(b"\xff\xda")
    found.profile = b"".join(profile)[:_MAX_PROFILE]
    found.picture = b"".join([*kept, scans])
    return found


# Start of frame: of all but 4, 8 and 12, which say something else. The decoder needs these, tables, and restarts.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NEEDED: Final = frozenset((*range(0xC0, 0xD0), 0xDB, 0xDD, 0xE0))


def _jpeg_segment(found: PictureFile, marker: int, segment: bytes, profile: list[bytes]) -> None:
    if marker == 0xFE and len(found.comments) < 100:
        found.comments.append(exif.decoded(segment[:_MAX_COMMENT]))
    elif marker == 0xE1 and segment.startswith(b"Exif\0\0"):
        found.exif = found.exif or segment[6:]
    elif marker == 0xE1 and segment.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
        found.xmp = found.xmp or segment[29:]
    elif marker == 0xE2 and segment.startswith(b"ICC_PROFILE\0"):
        profile.append(segment[14:])
    elif marker == 0xED and segment.startswith(b"Photoshop 3.0\0"):
        found.iptc = found.iptc or segment[14:]


def _gif(data: bytes) -> PictureFile:
    """The first frame only, at its place on the screen."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    found = PictureFile("GIF", width, height, b"")
    kept = [data[:position]]
    for _ in range(MAX_PIECES):
        start = position
        if data[position] == 0x2C:
            left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, position + 1)
            found.width, found.height = max(width, left + wide), max(height, top + high)
            position += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            _, position = _gif_blocks(data, position)
            found.picture = b"".join([*kept, data[start:position], b";"])
            return found
        if data[position] != 0x21:
            break
        label = data[position + 1]
        blocks, position = _gif_blocks(data, position + 2)
        if label == 0xF9:
            kept.append(data[start:position])
        elif label == 0xFE and len(found.comments) < 100:
            found.comments.append(exif.decoded(b"".join(blocks[:100])[:_MAX_COMMENT]))
        elif blocks[:1] == [b"XMP DataXMP"]:
            found.xmp = data[start + 14 : position]
    raise damaged()


def _gif_blocks(data: bytes, position: int) -> tuple[list[bytes], int]:
    """The blocks from here on, and where they end."""
    blocks: list[bytes] = []
    while size := data[position]:
        blocks.append(data[position + 1 : position + 1 + size])
        position += 1 + size
        if len(blocks) > MAX_PIECES * 10:
            raise damaged()
    return blocks, position + 1


def _webp(data: bytes) -> PictureFile:
    if data[8:12] != b"WEBP":
        raise _other(data)
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[place : place + 3], "little") + 1 for place in (24, 27))
    elif kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", data, 26))
    else:
        raise damaged()
    found = PictureFile("WEBP", width, height, data)  # the decoder skips what it does not know, and does so quickly
    position = 12
    for _ in range(MAX_PIECES):
        if position + 8 > len(data):
            break
        kind, length = struct.unpack_from("<4sI", data, position)
        chunk = data[position + 8 : position + 8 + length]
        if kind == b"ICCP":
            found.profile = chunk[:_MAX_PROFILE]
        elif kind == b"EXIF":
            found.exif = chunk.removeprefix(b"Exif\0\0")
        elif kind == b"XMP ":
            found.xmp = chunk
        position += 8 + length + length % 2
    return found


def _bmp(data: bytes) -> PictureFile:
    old = struct.unpack_from("<I", data, 14)[0] == 12
    width, height = struct.unpack_from("<HH" if old else "<ii", data, 18)
    packing = 0 if old else struct.unpack_from("<I", data, 30)[0]
    if packing not in (0, 3, 6):  # run lengths: slow to unpack, and no program of today writes them
        raise DocumentUnreadable("This bitmap is packed in a way that cannot be read here.", _SAVE_AS)
    return PictureFile("BMP", width, abs(height), data)


# Of a TIFF's directory: sizes, samples, packing, colours, strips and tiles, with the most values that are honest. The
# decoder would make a thing of each strip.
_TIFF_NEEDED: Final = {
    256: 1, 257: 1, 258: 8, 259: 1, 262: 1, 266: 1, 273: 50_000, 277: 1, 278: 1, 279: 50_000, 284: 1, 292: 1, 293: 1, 317: 1,
    320: 768, 322: 1, 323: 1, 324: 50_000, 325: 50_000, 338: 8, 339: 8,
}  # fmt: skip
_TIFF_PACKINGS: Final = (1, 2, 3, 4, 5, 8, 32773, 32946)  # none, fax, LZW, deflate, PackBits
_MAX_TILE: Final = 4_096  # pixels across


def _tiff(data: bytes) -> PictureFile:
    """The first page; its directory is written anew in its place, so that the places it names are still right."""
    entries = exif.directory(data)
    kept = sorted((entry for entry in entries if entry.tag in _TIFF_NEEDED), key=lambda entry: entry.tag)
    numbers = {entry.tag: entry.number for entry in kept}
    if len(numbers) != len(kept) or any(entry.count > _TIFF_NEEDED[entry.tag] for entry in kept):
        raise damaged()
    if numbers.get(259, 1) not in _TIFF_PACKINGS or max(numbers.get(322, 0), numbers.get(323, 0)) > _MAX_TILE:
        raise DocumentUnreadable("This TIFF is packed in a way that cannot be read here.", _SAVE_AS)
    found = PictureFile("TIFF", numbers.get(256, 0), numbers.get(257, 0), b"", exif=data)
    sign = exif.order(data)
    written = struct.pack(f"{sign}H", len(kept)) + b"".join(entry.raw for entry in kept) + bytes(4)
    place = struct.unpack_from(f"{sign}I", data, 4)[0]
    found.picture = data[:place] + written + data[place + len(written) :]
    for entry in entries:
        start = struct.unpack_from(f"{sign}I", entry.raw, 8)[0]
        if entry.tag == 34675:
            found.profile = data[start : start + min(entry.size, _MAX_PROFILE)]
        elif entry.tag == 700:
            found.xmp = data[start : start + entry.size]
        elif entry.tag == 33723:
            found.iptc = data[start : start + entry.size]
    return found


_READERS: Final[tuple[tuple[bytes, Callable[[bytes], PictureFile]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", _png), (b"\xff\xd8\xff", _jpeg), (b"GIF87a", _gif), (b"GIF89a", _gif), (b"RIFF", _webp),
    (b"BM", _bmp), (b"II*\0", _tiff), (b"MM\0*", _tiff),
)  # fmt: skip


def _other(data: bytes) -> DocumentUnreadable:
    """The error for a file of another kind, with what to do about it."""
    begin = data[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not data:
        return DocumentUnreadable("This file is empty.", "Choose a picture.")
    if b"<svg" in begin:
        advice = "Open it in the program that made it and save it as PNG."
        return DocumentUnreadable("This is an SVG drawing, which can hold programs and is not taken.", advice)
    if begin.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return DocumentUnreadable(
            "This is a web page or XML, not a picture.", "Save the picture itself as PNG or JPEG."
        )
    if data[4:8] == b"ftyp":
        return DocumentUnreadable(
            "This is a picture of a kind that some telephones make (HEIC or AVIF), or a film.",
            "Save or send it as JPEG. On an iPhone: Settings, Camera, Formats, Most Compatible.",
        )
    if data.startswith(b"%PDF-"):
        return DocumentUnreadable("This is a PDF, not a picture.", "Save the page as PNG or JPEG.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        advice = "In Office, click the chart or picture with the right button and choose Save as Picture."
        return DocumentUnreadable("This is an Office file or an archive, not a picture.", advice)
    return DocumentUnreadable("This is not a picture that can be read here.", _SAVE_AS)
