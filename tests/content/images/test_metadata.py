"""What was written beside the pixels: told, and gone."""

import struct

import pytest
from PIL import PngImagePlugin

from kb.content import images
from tests.content.images.pictures import WRITTEN, chart, chunks, near, opened, saved, with_everything


def segments(data):
    found, position = [], 2
    while data[position + 1] != 0xDA:
        found.append(data[position + 1])
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return found


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF"])
def test_nothing_that_was_written_beside_the_pixels_survives(kind):
    data = with_everything(kind)
    assert b"Mabel" in data
    picture = images.clean(data, f"{WRITTEN}.png")
    if picture.kind == "png":
        assert set(chunks(picture.data)) == {b"IHDR", b"IDAT", b"IEND"}
    else:
        assert set(segments(picture.data)) <= {0xE0, 0xDB, 0xC2, 0xC4}
        assert picture.data.endswith(b"\xff\xd9")
    shown = opened(picture)
    assert not shown.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & shown.info.keys()
    assert b"Mabel" not in picture.data
    assert near(shown.convert("RGB").getpixel((10, 10)), (255, 0, 0))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("PNG", ["Comment: plain", "Author: packed", "Title: wide", "EXIF description", "XMP: Jane Face", "XMP: Leeds & York", "GPS: "]),
        ("JPEG", ["comment: a comment by", "IPTC: a caption on", "EXIF description", "EXIF comment: Taken at home", "EXIF comment: A note", "XMP: Jane Face", "GPS: "]),
        ("GIF", ["comment: a comment by"]),
        ("WEBP", ["EXIF description", "XMP: Jane Face", "GPS: "]),
        ("TIFF", ["EXIF description", "XMP: Jane Face"]),
    ],
)  # fmt: skip
def test_what_was_written_beside_the_pixels_is_told(kind, words):
    told = images.clean(with_everything(kind), "x").metadata
    assert [word for word in words if word not in told] == []
    assert WRITTEN in told
    for untyped in ("4857773456", "Camera maker", "20240102", "x-default", "Face\n"):
        assert untyped not in f"{told}\n".replace("Jane Face\n", ""), untyped


def test_words_beside_the_pixels_are_told_up_to_a_bound():
    info = PngImagePlugin.PngInfo()
    for number in range(150):
        info.add_text("Comment", f"{number} " + "long " * 1_000)
    told = images.clean(saved(chart(), pnginfo=info), "x").metadata
    assert "Comment: 0 long" in told
    assert len(told) <= 10_000
