"""Directories are read in both byte orders, and none can lead outside its bounds."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import exif

HEADS = {"<": b"II*\0", ">": b"MM\0*"}


def made(order, *directories):
    """EXIF of these directories, each a list of (tag, kind, bytes, count); a tag's bytes of None lead to the next one."""
    heads = HEADS[order] + struct.pack(f"{order}I", 8)
    places, position = [], 8
    for entries in directories:
        places.append(position)
        position += 6 + 12 * len(entries) + sum(len(value) for _, _, value, _ in entries if value and len(value) > 4)
    written = heads
    for number, entries in enumerate(directories):
        lines, values = b"", b""
        start = places[number] + 6 + 12 * len(entries)
        for tag, kind, value, count in entries:
            if value is None:
                field = struct.pack(f"{order}I", places[number + count])
            elif len(value) > 4:
                field = struct.pack(f"{order}I", start + len(values))
                values += value
            else:
                field = value.ljust(4, b"\0")
            lines += struct.pack(f"{order}HHI", tag, kind, count if value else 1) + field
        written += struct.pack(f"{order}H", len(entries)) + lines + bytes(4) + values
    return written


@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_words_and_place_are_found(order):
    wide = "utf-16-le" if order == "<" else "utf-16-be"
    comment = b"UNICODE\0" + "Ward 6, café".encode(wide)
    data = made(
        order,
        [(0x010E, 2, b"The ward\0", 9), (0x0110, 2, b"Model 1\0", 8), (0x0112, 3, struct.pack(f"{order}H", 6), 1), (0x8769, 4, None, 1), (0x8825, 4, None, 2), (0xFFF0, 2, b"other", 5)],
        [(0x9286, 7, comment, len(comment))],
        [(0x0002, 5, bytes(24), 3), (0x001C, 7, b"ASCII\0\0\0Leeds", 13)],
    )  # fmt: skip
    found = exif.read(data)
    assert found.orientation == 6
    assert found.located
    assert found.texts == (
        ("description", "The ward"), ("tag 65520", "other"), ("comment", "Ward 6, café"), ("GPS area", "Leeds"),
    )  # fmt: skip


def test_old_letters_are_read_as_windows_wrote_them():
    assert exif.read(made("<", [(0x013B, 2, b"Ren\xe9e\0", 6)])).texts == (("artist", "Renée"),)
    assert exif.read(made("<", [(0x9C9D, 1, "Renée".encode("utf-16-le"), 10)])).texts == (("author", "Renée"),)


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_an_orientation_that_does_not_exist_is_none(value):
    assert exif.read(made(">", [(0x0112, 3, struct.pack(">H", value), 1)])).orientation == 1


def test_what_leads_outside_or_in_a_circle_ends():
    for place in (0, 3, 8, 10**9):
        data = b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x8769, 4, 1, place) + bytes(4)
        assert exif.read(data) == exif.Exif()


def test_a_long_value_is_read_up_to_its_bound():
    data = made("<", [(0x010E, 2, b"a" * 100_000, 100_000)])
    assert exif.read(data).texts == (("description", "a" * exif.MAX_TEXT),)


@given(st.sampled_from([b"II*\0", b"MM\0*", b""]), st.binary(max_size=300))
def test_any_bytes_are_read(head, data):
    found = exif.read(head + data)
    assert 1 <= found.orientation <= 8
    assert all(text and text.isprintable() for _, text in found.texts)
