"""Whatever is brought, a picture comes out that shows the same and carries nothing else, or a sentence says why not."""

import contextlib
import io
import re
import struct
import time
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from kb.content import images
from kb.errors import DocumentTooLarge, DocumentUnreadable

WRITTEN = "Mabel Smith of 4 Elm Road"
FORMATS = {
    "PNG": {}, "JPEG": {"quality": 95}, "WEBP": {"lossless": True}, "GIF": {}, "BMP": {}, "TIFF": {},
    "TIFF lzw": {"compression": "tiff_lzw"}, "TIFF deflate": {"compression": "tiff_adobe_deflate"},
}  # fmt: skip


def saved(image, kind="PNG", **options):
    made = io.BytesIO()
    image.save(made, kind.partition(" ")[0], **{**FORMATS.get(kind, {}), **options})
    return made.getvalue()


def chart(size=(120, 80)):
    """White with a red corner at the top left and a blue line: whichever way it is turned, one can tell."""
    made = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, 0, size[0] // 3, size[1] // 3), fill="red")
    draw.line((0, size[1] - 1, size[0], size[1] - 1), fill="blue", width=6)
    return made


def opened(picture):
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    assert image.size == (picture.width, picture.height)
    assert image.format.lower() == picture.kind
    return image


def near(colour, other):
    return all(abs(a - b) < 40 for a, b in zip(colour[:3], other, strict=True))


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks(data):
    found, position = [], 8
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        found.append(kind)
        position += 12 + length
    return found


def segments(data):
    found, position = [], 2
    while data[position + 1] != 0xDA:
        found.append(data[position + 1])
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return found


def exif(gps=True, **tags):
    made = Image.Exif()
    made[0x010E] = f"{WRITTEN} on the ward"
    made[0x010F] = "Camera maker"
    made[0x9C9C] = "A note".encode("utf-16-le") + b"\0\0"
    for tag, value in tags.items():
        made[int(tag.removeprefix("t"))] = value
    made.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + b"Taken at home"
    made.get_ifd(0x8769)[0xA431] = "4857773456"  # a serial number, which would look like an NHS number
    if gps:
        made.get_ifd(0x8825).update({1: "N", 2: (52.0, 37.0, 11.0), 3: "W", 4: (1.0, 8.0, 2.0)})
    return made


@pytest.mark.parametrize("kind", FORMATS)
def test_each_kind_shows_the_same(kind):
    picture = images.clean(saved(chart(), kind), "chart")
    shown = opened(picture).convert("RGB")
    assert shown.size == (120, 80)
    assert near(shown.getpixel((10, 10)), (255, 0, 0))
    assert near(shown.getpixel((60, 78)), (0, 0, 255))
    assert near(shown.getpixel((100, 30)), (255, 255, 255))
    assert picture.kind == "png" or kind == "JPEG"
    assert picture.metadata == ""


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_picture_gives_the_same_bytes_whatever_it_is_called(kind):
    data = saved(chart(), kind)
    one, two = images.clean(data, "a.png"), images.clean(bytes(data), "b.tiff")
    assert one.data == two.data
    again = images.clean(one.data, "c")
    assert (again.width, again.height) == (one.width, one.height)
    if one.kind == "png":
        assert again.data == one.data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I", "F", "CMYK"])
def test_pictures_of_every_depth_are_taken(mode):
    grey = Image.linear_gradient("L")
    if mode == "I;16":
        made = Image.frombytes("I;16", (256, 256), b"".join(struct.pack("<H", v * 257) for v in grey.tobytes()))
    else:
        made = grey.convert(mode)
    picture = images.clean(saved(made, "TIFF" if mode in ("F", "CMYK", "I") else "PNG"), "x")
    shown = opened(picture).convert("L")
    assert shown.getpixel((9, 5)) < 60
    assert shown.getpixel((9, 250)) > 195


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_stands_upright(kind, orientation):
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # of each orientation, the turn that a camera would have made
    stored = chart()
    if orientation > 1:
        stored = stored.transpose(Image.Transpose(back[orientation]))
    made = Image.Exif()
    made[0x0112] = orientation
    shown = opened(images.clean(saved(stored, kind, exif=made), "x")).convert("RGB")
    assert shown.size == (120, 80)
    assert near(shown.getpixel((10, 10)), (255, 0, 0))
    assert near(shown.getpixel((60, 78)), (0, 0, 255))


def iptc(text):
    record = b"\x1c\x02\x78" + struct.pack(">H", len(text)) + text
    stamp = b"\x1c\x02\x37" + struct.pack(">H", 8) + b"20240102"
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(stamp + record)) + stamp + record
    return b"\xff\xed" + struct.pack(">H", len(block) + 16) + b"Photoshop 3.0\0" + block


XMP = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description rdf:about="" xmpMM:DocumentID="uuid:4857773456"
 photoshop:City="Leeds &amp; York" tiff:Model="Nine 4857773456"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">{WRITTEN}</rdf:li></rdf:Alt>
</dc:description><mwg-rs:Regions><rdf:li><rdf:Description mwg-rs:Name="Jane Face" mwg-rs:Type="Face"/> </rdf:li></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()  # fmt: skip


def with_everything(kind):
    """A picture with words in every place that its format has for them."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", f"plain {WRITTEN}")
        info.add_text("Author", f"packed {WRITTEN}", zip=True)
        info.add_itxt("Title", f"wide {WRITTEN}", zip=True)
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        info.add_text("Raw profile type exif", "\nexif\n8\n4857773456")
        made = saved(chart(), "PNG", pnginfo=info, exif=exif(), icc_profile=profile)
        return made + png_chunk(b"tEXt", b"Late\0" + WRITTEN.encode()) + WRITTEN.encode()
    if kind == "JPEG":
        made = saved(chart(), "JPEG", exif=exif(), xmp=XMP, comment=f"a comment by {WRITTEN}", icc_profile=profile)
        return made[:2] + iptc(f"a caption on {WRITTEN}".encode()) + made[2:] + WRITTEN.encode()
    if kind == "GIF":
        return saved(chart(), "GIF", comment=f"a comment by {WRITTEN}") + WRITTEN.encode()
    if kind == "WEBP":
        return saved(chart(), "WEBP", exif=exif(), xmp=XMP, icc_profile=profile)
    described = exif()
    described[700] = XMP
    return saved(chart(), "TIFF", exif=described, icc_profile=profile)


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


def test_colours_are_those_that_were_meant():
    """In a profile whose red and green are swapped, what is stored as red is shown as green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    for kind in ("PNG", "JPEG", "WEBP", "TIFF"):
        shown = opened(images.clean(saved(chart(), kind, icc_profile=bytes(profile)), "x")).convert("RGB")
        assert near(shown.getpixel((10, 10)), (0, 255, 0)), kind
    clear = chart().convert("RGBA")
    clear.putpixel((119, 0), (0, 0, 0, 0))
    shown = opened(images.clean(saved(clear, icc_profile=bytes(profile)), "x"))
    assert near(shown.getpixel((10, 10)), (0, 255, 0))
    assert shown.getpixel((119, 0))[3] == 0


@pytest.mark.parametrize(
    "profile", [b"nonsense", b"\0" * 500, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_a_profile_that_does_not_fit_is_left_aside(profile):
    shown = opened(images.clean(saved(chart(), "JPEG", icc_profile=profile), "x"))
    assert near(shown.getpixel((10, 10)), (255, 0, 0))


def test_transparency_stays_and_hides_nothing():
    made = chart().convert("RGBA")
    secret = Image.new("RGBA", (40, 40), (12, 34, 56, 0))
    made.paste(secret, (60, 20))
    picture = images.clean(saved(made, "WEBP", exact=True), "x")
    shown = opened(picture)
    assert picture.kind == "png"
    assert shown.mode == "RGBA"
    assert shown.getpixel((70, 30)) == (0, 0, 0, 0)
    assert shown.getpixel((10, 10)) == (255, 0, 0, 255)
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([9, 9, 9, 0, 0, 255])
    palette.putpixel((0, 0), 1)
    shown = opened(images.clean(saved(palette, "GIF", transparency=0), "x"))
    assert shown.getpixel((0, 0)) == (0, 0, 255, 255)
    assert shown.getpixel((2, 2)) == (0, 0, 0, 0)


def test_a_picture_that_only_could_be_transparent_is_not():
    assert opened(images.clean(saved(chart().convert("RGBA")), "x")).mode == "RGB"


def test_of_an_animation_the_first_frame_is_shown():
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        assert near(opened(images.clean(data, "x")).convert("RGB").getpixel((3, 3)), (255, 0, 0)), kind
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert near(opened(images.clean(data, "x")).convert("RGB").getpixel((3, 3)), (255, 0, 0))


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "CMYK")])
def test_a_large_picture_is_made_smaller(kind, mode):
    noise = Image.effect_noise((1_200, 500), 80).resize((4_800, 2_000)).convert(mode)
    if mode == "RGBA":
        noise.putalpha(Image.effect_noise((1_200, 500), 80).resize((4_800, 2_000)))
    data = saved(noise, kind, **({"quality": 60} if kind == "JPEG" else {"compress_level": 1}))
    if len(data) > images.MAX_BYTES:
        data = saved(noise.resize((2_400, 1_000)), kind)
    picture = images.clean(data, "x")
    assert max(picture.width, picture.height) <= images.MAX_SIDE
    assert abs(picture.width / picture.height - 2.4) < 0.02
    assert len(picture.data) <= images.MAX_OUTPUT
    assert opened(picture).mode == ("RGBA" if mode == "RGBA" else "RGB")


def test_a_thin_picture_keeps_a_pixel():
    picture = images.clean(saved(Image.new("L", (1, 15_000))), "x")
    assert (picture.width, picture.height) == (1, 2_000)


# Files that try something


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


PNG, JPEG, PROGRESSIVE = saved(chart()), saved(chart(), "JPEG"), saved(chart((2_000, 2_000)), "JPEG", progressive=True)
GIF_HEAD = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0)


def in_png(kind, data, times=1):
    return PNG[:33] + png_chunk(kind, data) * times + PNG[33:]


def tiff(*entries):
    """The beginning of a TIFF of one byte a pixel, with these entries of its directory (tag, kind, count, value)."""
    whole = sorted([*entries, (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)])
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(whole)) + b"".join(struct.pack("<HHII", *e) for e in whole)


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
