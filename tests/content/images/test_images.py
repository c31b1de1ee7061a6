"""Pictures of every kind redrawn: the same to look at, upright, no larger than a page needs."""

import struct

import pytest
from PIL import Image, ImageCms

from kb.content import images
from tests.content.images.pictures import FORMATS, chart, near, opened, saved


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
