"""Owns making a stranger's picture safe to publish: decoded, made small enough and written anew. Never keeps the file it came in.

Nothing of the original survives but what the eye sees: no metadata, no thumbnail, nothing after the end, no colour
under what is transparent. The same picture gives the same bytes.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from kb.content import exif, picture_metadata
from kb.content.file_names import safe_name
from kb.content.picture_files import PictureFile, damaged, read
from kb.errors import DocumentTooLarge, DocumentUnreadable

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MAX_BYTES", "MAX_SIDE", "Picture", "clean", "safe_name"]

MAX_BYTES: Final = 10_000_000  # of a file as it comes: a telephone's photograph has 3 to 8 MB
MAX_PIXELS: Final = (
    25_000_000  # an A3 poster at 300 dots an inch has 17; unpacking a WebP of 25 takes 390 MB, a PNG 240
)
MAX_PIXELS_JPEG: Final = 60_000_000  # a plain JPEG is unpacked at half, a quarter or an eighth of its size
MAX_INPUT_SIDE: Final = 20_000
MAX_SIDE: Final = 2_000  # of what is published: sharp over a whole page, and in print
MAX_OUTPUT: Final = 600_000  # bytes: three seconds on a slow connection

# A progressive JPEG goes over the whole picture again and again, and its file may be tiny.
_MAX_SCANS: Final = 100
_MAX_SCANNED_PIXELS: Final = 500_000_000  # scans by pixels: 20 scans of 25 million

# Of a JPEG written; 85 looks like the original, 60 is where edges begin to fray.
_QUALITIES: Final = (85, 75, 65)
_SHRINK: Final = 0.8

_SMALLER: Final = "Make it smaller, for example by sending it to yourself by e-mail, and try again."


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be published. `metadata` is what was written beside the pixels before it was taken out."""

    data: bytes
    kind: Literal["png", "jpeg"]
    name: str
    width: int
    height: int
    metadata: str


def clean(data: bytes, name: str) -> Picture:
    """The picture in a file (PNG, JPEG, WebP, GIF, BMP or TIFF; of several the first), safe to publish.

    Raises:
        DocumentTooLarge: too many bytes or pixels.
        DocumentUnreadable: it is no picture, of a kind that is not taken, or damaged.
    """
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge(
            f"This picture has {len(data) / 1e6:.1f} MB; at most {MAX_BYTES // 1_000_000} MB can be read.", _SMALLER
        )
    found = read(data)
    _check_size(found)
    said = exif.read(found.exif)
    metadata = picture_metadata.words(said, found.xmp, found.iptc, tuple(found.comments))
    try:
        shown = _upright(_in_srgb(_decoded(found), found.profile), said.orientation)
        written, kind, size = _written(shown)
    except DocumentUnreadable:
        raise
    except Exception as error:  # whatever the libraries stumble over, it is about the file, and never a fault of ours
        raise damaged() from error
    return Picture(written, kind, safe_name(name, {"png": "png", "jpeg": "jpg"}[kind]), *size, metadata)


def _check_size(found: PictureFile) -> None:
    width, height = found.width, found.height
    if width < 1 or height < 1:
        raise damaged()
    most = MAX_PIXELS_JPEG if found.format == "JPEG" and found.scans == 1 else MAX_PIXELS
    if width * height > most or max(width, height) > MAX_INPUT_SIDE:
        raise DocumentTooLarge(
            f"This picture has {width:,} by {height:,} pixels; at most {most // 1_000_000} million can be read.",
            _SMALLER,
        )
    if found.scans > _MAX_SCANS or found.scans * width * height > _MAX_SCANNED_PIXELS:
        raise damaged()


def _decoded(found: PictureFile) -> "Image":
    """The pixels, as grey, RGB, RGBA or CMYK, no larger than is published."""
    from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: PLC0415 - only for a picture

    # Not Image.open, which would try every format there is, and warn in its own way.
    readers: dict[str, Any] = {
        "PNG": PngImagePlugin.PngImageFile, "JPEG": JpegImagePlugin.JpegImageFile, "WEBP": WebPImagePlugin.WebPImageFile,
        "GIF": GifImagePlugin.GifImageFile, "BMP": BmpImagePlugin.BmpImageFile, "TIFF": TiffImagePlugin.TiffImageFile,
    }  # fmt: skip
    opened = readers[found.format](io.BytesIO(found.picture))
    if opened.size != (found.width, found.height):  # else the limits were checked for another picture
        raise damaged()
    if found.format == "JPEG":
        opened.draft(None, (MAX_SIDE, MAX_SIDE))
    opened.load()
    return _shrunk(_plain_mode(opened), MAX_SIDE)


def _plain_mode(image: "Image") -> "Image":
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return image if _range(image.getchannel("A"))[0] < 255 else image.convert("RGB")
    if image.mode.startswith(("I", "F")):  # more than 8 bits for each pixel
        low, high = (0, 65_535) if image.mode.startswith("I;16") else _range(image)
        scale = 255 / max(high - low, 1e-9)
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _range(image: "Image") -> tuple[float, float]:
    """The lowest and highest value of the only channel."""
    found: Any = image.getextrema()
    return found[0], found[1]


def _shrunk(image: "Image", most: int) -> "Image":
    from PIL.Image import Resampling  # noqa: PLC0415 - only for a picture

    longer = max(image.size)
    if longer <= most:
        return image
    width, height = (max(1, round(side * most / longer)) for side in image.size)
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(image: "Image", profile: bytes) -> "Image":
    """The colours as every screen shows them; a profile that does not fit is left aside."""
    from PIL import ImageCms  # noqa: PLC0415 - only for a picture

    if profile:
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        colours = image.convert("RGB") if alpha else image
        try:
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            if alpha:
                converted.putalpha(alpha)
            return converted
    return image.convert("RGB") if image.mode == "CMYK" else image


def _upright(image: "Image", orientation: int) -> "Image":
    from PIL.Image import Transpose  # noqa: PLC0415 - only for a picture

    turn = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90,
    }.get(orientation)  # fmt: skip
    return image if turn is None else image.transpose(turn)


def _written(image: "Image") -> tuple[bytes, Literal["png", "jpeg"], tuple[int, int]]:
    """PNG where there is transparency or it is the smaller (drawings, charts), else JPEG; at most MAX_OUTPUT bytes."""
    image = _bare(image)
    png = _encoded(image, "PNG")
    if image.mode == "RGBA":
        while len(png) > MAX_OUTPUT:
            image = _shrunk(image, int(max(image.size) * _SHRINK))
            png = _encoded(image, "PNG")
        return png, "png", image.size
    jpeg = _jpeg(image, _QUALITIES[0])
    if len(png) <= min(len(jpeg), MAX_OUTPUT):
        return png, "png", image.size
    while True:
        for quality in _QUALITIES:
            jpeg = _jpeg(image, quality)
            if len(jpeg) <= MAX_OUTPUT:
                return jpeg, "jpeg", image.size
        image = _shrunk(image, int(max(image.size) * _SHRINK))


def _jpeg(image: "Image", quality: int) -> bytes:
    return _encoded(image, "JPEG", quality=quality, subsampling=0, optimize=True, progressive=True)


def _bare(image: "Image") -> "Image":
    """The pixels alone, and black where nothing is seen of them."""
    from PIL import Image  # noqa: PLC0415 - only for a picture

    if image.mode == "RGBA":
        seen = image.getchannel("A").point(lambda value: 255 if value else 0)
        image = Image.composite(image, Image.new("RGBA", image.size), seen)
    return Image.frombytes(image.mode, image.size, image.tobytes())


def _encoded(image: "Image", kind: str, **options: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()
