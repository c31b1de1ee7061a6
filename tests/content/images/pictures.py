"""Pictures of every kind, made and taken apart."""

import io
import struct
import zlib

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

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


PNG = saved(chart())


JPEG = saved(chart(), "JPEG")


def tiff(*entries):
    """The beginning of a TIFF of one byte a pixel, with these entries of its directory (tag, kind, count, value)."""
    whole = sorted([*entries, (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)])
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(whole)) + b"".join(struct.pack("<HHII", *e) for e in whole)
