"""Any name becomes one that is safe in a folder and in an address."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content.file_names import MAX_LENGTH, safe_name


@pytest.mark.parametrize(
    ("name", "ending", "safe"),
    [
        ("Falls per month (2).PNG", "png", "falls-per-month-2.png"),
        ("photo.jpeg", ".JPG", "photo.jpg"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("C:\\Users\\Ann\\Desktop\\Ward 6.tiff", "png", "ward-6.png"),
        ("..", "png", "picture.png"),
        (".htaccess", "png", "htaccess.png"),
        ("", "csv", "data.csv"),
        ("???.csv", "csv", "data.csv"),
        ("CON.png", "png", "picture-con.png"),
        ("com1", "csv", "data-com1.csv"),
        ("Lpt9.PNG", "jpg", "picture-lpt9.jpg"),
        ("Übersicht der Stürze.png", "png", "ubersicht-der-sturze.png"),
        ("ward's.png", "png", "wards.png"),
        ("日本.png", "png", "picture.png"),
        ("a\0b\r\nc.png", "png", "a-b-c.png"),
        ("script.svg.png", "png", "script-svg.png"),
        ("1.2 falls per 1,000 bed days", "csv", "1-2-falls-per-1-000-bed-days.csv"),
        ("x" * 300 + ".png", "png", "x" * 60 + ".png"),
    ],
)
def test_a_name_becomes_a_safe_one(name, ending, safe):
    assert safe_name(name, ending) == safe


@given(st.text(max_size=300), st.sampled_from(["png", "jpg", "csv"]))
@example("-" * 100, "png")
@example("nul.", "csv")
def test_every_name_is_safe_and_stays_as_it_is_afterwards(name, ending):
    safe = safe_name(name, ending)
    assert re.fullmatch(rf"[a-z0-9]([a-z0-9-]*[a-z0-9])?\.{ending}", safe)
    assert len(safe) <= MAX_LENGTH + len("picture-con9.") + len(ending)
    assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)\.", safe)
    assert safe_name(safe, ending) == safe
