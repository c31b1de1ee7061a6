import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import stored_names
from kb.content.markdown import slugify


@given(st.text())
def test_the_address_made_of_any_title_is_a_slug_unless_it_is_a_device(title):
    slug = slugify(title)
    assert stored_names.is_slug(slug) or slug in stored_names._DEVICES | {"readme"}


@pytest.mark.parametrize(
    ("slug", "good"),
    [
        ("fewer-falls", True),
        ("2024", True),
        ("a" * 80, True),
        ("a" * 81, False),
        ("aux", False),
        ("a.b", False),
        ("Readme", False),
    ],
)
def test_slugs(slug, good):
    assert stored_names.is_slug(slug) is good


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("chart.png", "image/png"), ("Chart_2.JPG", "image/jpeg"), ("a-b.jpeg", "image/jpeg"), ("a.webp", "image/webp"), ("figures.csv", "text/csv; charset=utf-8"),
        ("a.svg", ""), ("a.gif", ""), ("a.html", ""), ("nul.png", ""), ("a.b.png", ""), (".png", ""), ("a" * 96 + ".png", "image/png"), ("a" * 97 + ".png", ""), ("a\u0661.png", ""),
    ],
)  # fmt: skip
def test_types_of_files(name, type_):
    assert stored_names.file_type(name) == type_


@given(st.text())
def test_a_name_that_is_taken_has_no_folder_in_it(name):
    if stored_names.file_type(name):
        assert not set(name) & set('/\\:*?"<>|\0\r\n ')
        assert name.count(".") == 1
