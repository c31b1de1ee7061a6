"""Files that are no pictures, too large, damaged, or made to do harm: a sentence, quickly."""

import contextlib
import re
import struct
import time
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from kb.content import images
from kb.errors import DocumentTooLarge, DocumentUnreadable
from tests.content.images.pictures import (
    FORMATS,
    JPEG,
    PNG,
    chart,
    opened,
    png_chunk,
    saved,
    tiff,
    with_everything,
)


def bomb(kind, width, height):
    """A small file that says it is very large."""
    if kind == "PNG":
        head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", zlib.compress(bytes(1_000))) + png_chunk(b"IEND", b"")
    if kind == "GIF":
        return (
            b"GIF89a"
            + struct.pack("<HHBBB", 1, 1, 0, 0, 0)
            + b","
            + struct.pack("<HHHHB", 0, 0, width, height, 0)
            + b"\x02\x02\x4c\x01\x00;"
        )
    if kind == "WEBP":
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size
    if kind == "BMP":
        return (
            b"BM"
            + struct.pack("<IIIIiiHHIIiiII", 1_000, 0, 54, 40, width, -height, 1, 24, 0, 0, 0, 0, 0, 0)
            + bytes(900)
        )
    if kind == "JPEG":
        data = saved(chart(), "JPEG")
        place = data.index(b"\xff\xc0")
        return data[: place + 5] + struct.pack(">HH", height, width) + data[place + 9 :]
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 9),
    ]
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 7) + b"".join(struct.pack("<HHII", *e) for e in entries) + bytes(4)


@pytest.mark.parametrize(
    ("kind", "width", "height"),
    [("PNG", 100_000, 100_000), ("GIF", 65_000, 65_000), ("WEBP", 16_384, 16_384), ("BMP", 90_000, 90_000), ("JPEG", 65_000, 65_000), ("TIFF", 100_000, 100_000), ("PNG", 1_000_000, 1)],
)  # fmt: skip
@pytest.mark.usefixtures("never_hangs")
def test_a_picture_that_would_be_huge_is_refused_before_it_is_unpacked(kind, width, height):
    with pytest.raises(DocumentTooLarge, match=f"{width:,} by {height:,} pixels") as caught:
        images.clean(bomb(kind, width, height), "x")
    assert "smaller" in caught.value.cure


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "JPEG", "TIFF"])
def test_a_picture_of_no_size_is_refused(kind):
    with pytest.raises(DocumentUnreadable):
        images.clean(bomb(kind, 1, 0) if kind != "WEBP" else bomb(kind, 1, 1), "x")


def test_a_file_of_too_many_bytes_is_refused():
    with pytest.raises(DocumentTooLarge, match=r"10\.0 MB; at most 10 MB"):
        images.clean(b"\xff\xd8\xff" + bytes(images.MAX_BYTES), "x")


PROGRESSIVE = saved(chart((2000, 2000)), "JPEG", progressive=True)


GIF_HEAD = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0)


def in_png(kind, data, times=1):
    return PNG[:33] + png_chunk(kind, data) * times + PNG[33:]


def directory():
    """59,999 values, each of which is the same nine megabytes."""
    many = b"".join(struct.pack("<HHII", tag, 2, 9_000_000, 8) for tag in range(1, 60_000))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 59_999) + many + bytes(9_000_000)


def in_segments(data):
    cut = [b"Exif\0\0" + data[start : start + 65_000] for start in range(0, 9_000_000, 65_000)]
    return b"".join(b"\xff\xe1" + struct.pack(">H", len(one) + 2) + one for one in cut)


# Files that would keep the image library busy or make it take gigabytes
SLOW = {
    "scans": lambda: PROGRESSIVE[:-2] + PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") :][:20] * 100_000 + PROGRESSIVE[-2:],
    "scans within bounds": lambda: PROGRESSIVE[:-2] + PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2] * 85 + PROGRESSIVE[-2:],
    "junk": lambda: JPEG[:2] + bytes(9_000_000) + JPEG[2:],
    "fills": lambda: JPEG[:2] + b"\xff" * 9_000_000 + JPEG[2:],
    "comments": lambda: JPEG[:2] + b"\xff\xfe\0\x02" * 2_000_000 + JPEG[2:],
    "jpeg exif": lambda: JPEG[:2] + in_segments(directory()) + JPEG[2:],
    "chunks": lambda: in_png(b"tEXt", b"a\0b", 600_000),
    "packed words": lambda: in_png(b"zTXt", b"a\0\0" + zlib.compress(bytes(900_000), 9), 8_000),
    "packed xmp": lambda: in_png(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(9_000_000), 9), 900),
    "profile": lambda: in_png(b"iCCP", b"a\0\0" + zlib.compress(bytes(90_000_000), 9), 100),
    "exif": lambda: in_png(b"eXIf", directory()),
    "tiff values": directory,
    "tiff strips": lambda: tiff((256, 4, 1, 99), (257, 4, 1, 99), (273, 4, 2_000_000, 8), (278, 4, 1, 98)) + bytes(9_000_000),
    "tiff strips of the whole": lambda: tiff((256, 4, 1, 4_999), (257, 4, 1, 4_999), (273, 4, 49_999, 8), (278, 4, 1, 4_998)) + bytes(9_000_000),
    "tiff tiles": lambda: tiff((256, 4, 1, 4_999), (257, 4, 1, 4_999), (322, 4, 1, 4_096), (323, 4, 1, 4_096), (324, 4, 49_999, 8)) + bytes(9_000_000),
    "gif comments": lambda: GIF_HEAD + b"!\xfe" + b"\x01a" * 4_000_000 + b"\0;",
    "gif extensions": lambda: GIF_HEAD + b"!\xfe\x01a\0" * 1_800_000 + b";",
    "gif blocks": lambda: GIF_HEAD + b",\0\0\0\0\x01\0\x01\0\0\x02" + b"\x01a" * 4_000_000 + b"\0;",
    "bmp runs": lambda: bomb("BMP", 5_000, 5_000)[:30] + b"\x01" + bomb("BMP", 5_000, 5_000)[31:] + b"\x01a" * 4_000_000,
    "xmp": lambda: in_png(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<a:b c:d=\"" * 400_000),
    "xmp names": lambda: in_png(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b" a" * 2_000_000),
    "iptc": lambda: JPEG[:2] + b"\xff\xed\xff\xf0Photoshop 3.0\0" + b"8BIM\x04\x05\0\0\0\0\0\0" * 5_460 + bytes(4) + JPEG[2:],
}  # fmt: skip


@pytest.mark.parametrize("what", SLOW)
def test_a_file_made_to_take_long_does_not(what):
    data = SLOW[what]()
    assert len(data) <= images.MAX_BYTES
    begun = time.perf_counter()
    with contextlib.suppress(DocumentUnreadable):
        images.clean(data, "x")
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><svg onload='alert(1)'/>", "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "web page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypavif", "AVIF"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04word/document.xml", "Office"),
        (b"RIFF\0\0\0\0WAVEfmt ", "not a picture"),
        (b"alert(1)//", "not a picture"),
        (b"\0\0\1\0\1\0", "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (b"GIF89a", "damaged"),
        (b"BM", "damaged"),
        (b"II*\0", "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(data, words):
    with pytest.raises(DocumentUnreadable) as caught:
        images.clean(data, "holiday.png")
    assert words in caught.value.message
    assert re.search(r"[Ss]av|[Cc]hoose", caught.value.cure)


def test_a_file_that_is_a_picture_and_something_else_becomes_a_picture_only():
    script = b"=1;/*<!DOCTYPE html><script>alert(document.domain)</script><?php system('x'); ?>*/"
    gif = saved(chart(), "GIF")
    jpeg = saved(chart(), "JPEG", comment=script)
    for data in (
        gif[:-1] + b"!\xfe" + bytes([len(script)]) + script + b"\0;",
        gif + script,
        jpeg + script,
        saved(chart()) + b"PK\x03\x04" + script,
        saved(chart(), "BMP") + script,
    ):
        picture = images.clean(data, "x.html")
        for word in (b"script", b"php", b"PK\x03\x04", b"html"):
            assert word not in picture.data
        assert picture.name in ("x.png", "x.jpg")


SAMPLES = [saved(chart((24, 16)), kind) for kind in FORMATS] + [with_everything("JPEG"), with_everything("PNG"), with_everything("TIFF"), with_everything("WEBP"), with_everything("GIF")]  # fmt: skip


@pytest.mark.filterwarnings("ignore")  # of the image library, about the files
@settings(max_examples=300)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6),
    st.integers(0, 10_000) | st.none(),
)
@example(SAMPLES[0], [], 60)
def test_a_damaged_file_is_a_picture_or_a_sentence(data, changes, length):
    changed = bytearray(data)
    for place, value in changes:
        changed[place % len(changed)] = value
    with contextlib.suppress(DocumentUnreadable):
        opened(images.clean(bytes(changed[:length]), "x"))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_cut_short_is_refused(kind):
    data = saved(Image.effect_noise((64, 64), 80).convert("RGB"), kind)
    for length in (1, 4, 11, 30, len(data) // 2, len(data) - 40):
        with pytest.raises(DocumentUnreadable):
            images.clean(data[:length], "x")
