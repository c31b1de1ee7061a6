"""What of a form is kept when a sign-in ran out: every text in order and as it was, no file, within bounds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import FormData

from kb.web import kept

FILES = "/drafts/abcdefgh/files"


@pytest.fixture
def client(fresh):
    return fresh()


def fields(answer, checked):
    form = checked(answer, 401).select_one("form[action='/sign-in']")
    return [(e["name"], e.get("value", "")) for e in form.select("input[name^='kept.']")]


def test_the_words_beside_a_large_picture_are_kept(client, checked):
    answer = client.post(
        FILES, data={"alt": "A run chart", "title": "Falls"}, files={"file": ("chart.png", b"x" * 3_000_000)}
    )
    assert fields(answer, checked) == [("kept.alt", "A run chart"), ("kept.title", "Falls")]
    assert "choose it again" in answer.text


def test_few_large_forms_of_strangers_are_read_at_once(client, checked):
    uploads = client.app.state.uploads
    held = [uploads.place() for _ in range(8)]
    assert all(place.__enter__() for place in held)
    answer = client.post(FILES, data={"alt": "A run chart"}, files={"file": ("chart.png", b"x" * 3_000_000)})
    assert "too long to be kept" in checked(answer, 401).get_text()
    assert fields(client.post(FILES, data={"alt": "A run chart"}), checked) == [("kept.alt", "A run chart")]
    for place in held:
        place.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"), (b"{}", "application/json"), (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"), (b"&".join(b"f%d=x" % n for n in range(500)), "application/x-www-form-urlencoded"),
    ],
    ids=["nothing", "json", "cut off", "no boundary", "many fields"],
)  # fmt: skip
def test_what_is_no_form_still_gets_the_page_to_sign_in(client, checked, body, kind):
    answer = client.post(FILES, content=body, headers={"content-type": kind})
    assert fields(answer, checked) == []


def test_the_same_name_twice_is_kept_twice_in_order(client, checked):
    answer = client.post(
        FILES, content=b"topic=b&topic=a&x=&topic=b", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert fields(answer, checked) == [("kept.topic", "b"), ("kept.topic", "a"), ("kept.x", ""), ("kept.topic", "b")]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=200)), max_size=20))
def test_what_is_kept_comes_back_as_it_was(typed):
    carried = FormData([(f"{kept.PREFIX}{name}", value) for name, value in typed] + [("email", "x"), ("password", "y")])
    found = kept.of_form("/drafts/x", carried)
    assert found.fields == tuple(typed)
    assert (found.to, found.files, found.whole) == ("/drafts/x", False, True)


def test_what_goes_beyond_the_bounds_is_told():
    many = kept.of_form("/x", FormData([("kept.a", "x")] * 201))
    assert (len(many.fields), many.whole) == (200, False)
    long = kept.of_form("/x", FormData([("kept.a", "x" * 700_000), ("kept.b", "y" * 200_000), ("kept.c", "z")]))
    assert [name for name, _ in long.fields] in (["a"], ["a", "c"])
    assert not long.whole
