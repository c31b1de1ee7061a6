import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content import front_matter
from kb.content.front_matter import FrontMatterError

SCALARS = st.text() | st.sampled_from(
    [
        "no",
        "1e5",
        "008",
        "2020-02-30",
        "~",
        "null",
        "",
        "- a",
        "{x}",
        "[",
        "&a",
        "*a",
        "a: b",
        "# c",
        "---",
        "...",
        "a\n---\nb",
        "'",
        '"',
        "| x",
    ]
)
VALUES = st.recursive(
    SCALARS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=8,
)


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.dictionaries(SCALARS, VALUES, max_size=5), SCALARS)
def test_what_is_written_is_read_back(values, body):
    found = front_matter.read(front_matter.write(values, body))
    assert found.values == values
    assert found.body == (f"\n{unix(body)}" if body else "")


@given(st.text() | st.text(alphabet="-:[]{}&*?!|>'\"#%@ \n\r\tab\ufeff\x00\u2028"))
def test_no_head_raises_anything_but_a_front_matter_error_inside_the_file(text):
    file = f"---\n{text}\n---\nBody\n"
    try:
        found = front_matter.read(file)
    except FrontMatterError as error:
        line, code, rest = error.line, error.code, "Body\n"
    else:
        line, code, rest = found.body_line, "front-matter-", found.body
    assert 1 <= line <= len(file.splitlines()) + 1
    assert code.startswith("front-matter-")
    assert rest.endswith("Body\n")


@given(st.text())
@example("\ufeff")
@example("--")
def test_a_text_without_a_head_is_all_body(text):
    found = front_matter.read(f"x{text}")
    assert (found.values, found.body, found.body_line) == ({}, unix(f"x{text}"), 1)


@pytest.mark.parametrize(
    "typed", ["008", "no", "yes", "1e5", "2020-01-01", "12:30:00", "0x1F", "1_000", "NULL", ".inf", "="]
)
def test_every_value_stays_the_text_that_was_typed(typed):
    assert front_matter.read(f"---\na: {typed}\nb: [{typed}]\n---\n").values == {"a": typed, "b": [typed]}


@pytest.mark.parametrize(
    ("typed", "value"), [("", None), ("~", None), ("null", None), ("''", ""), ("'null'", "null"), ('"~"', "~")]
)
def test_only_a_plain_empty_value_is_none(typed, value):
    assert front_matter.read(f"---\na: {typed}\n---\n").values == {"a": value}


def test_lines_are_those_of_the_file():
    found = front_matter.read(
        "---\ntitle: x\nmeasures:\n- name: a\n  unit: '%'\n- name: b\ntopics: [p,\n  q]\n---\n\nBody\n"
    )
    wanted = {
        "title": 2,
        "measures": 3,
        "measures.0.name": 4,
        "measures.0.unit": 5,
        "measures.1.name": 6,
        "topics.0": 7,
        "topics.1": 8,
    }
    assert {key: found.lines[key] for key in wanted} == wanted
    assert (found.body, found.body_line) == ("\nBody\n", 10)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff---\na: b\n---\nBody\n",
        "---\r\na: b\r\n---\r\nBody\r\n",
        "---\ra: b\r---\rBody\r",
        "--- \na: b\n---\t\nBody\n",
    ],
)
def test_byte_order_marks_foreign_line_ends_and_trailing_blanks_make_no_difference(text):
    found = front_matter.read(text)
    assert (found.values, found.body, found.body_line) == ({"a": "b"}, "Body\n", 4)


@pytest.mark.parametrize("text", ["---\n---\nBody", "---\n\n# only a comment\n---\nBody"])
def test_a_head_may_be_empty(text):
    found = front_matter.read(text)
    assert (found.values, found.body) == ({}, "Body")


LAUGHS = "a: &a [x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("---", 1, "front-matter-open"),
        ("---\ntitle: x\n", 1, "front-matter-open"),
        ("---\ntitle: x\n ---\n", 1, "front-matter-open"),
        ("---\ntitle: x\nsummary: a: b\n---\n", 3, "front-matter-yaml"),
        ("---\ntitle: x\n\ttopics: y\n---\n", 3, "front-matter-yaml"),
        ("---\ntitle: [x\n---\n", 3, "front-matter-yaml"),
        ("---\n- x\n---\n", 2, "front-matter-yaml"),
        ("---\njust words\n---\n", 2, "front-matter-yaml"),
        ("---\ntitle: x\n? [a, b]\n: c\n---\n", 3, "front-matter-yaml"),
        ("---\ntitle: x\x00\n---\n", 1, "front-matter-yaml"),
        ("---\ntitle: x\n--- two\n---\n", 3, "front-matter-yaml"),
        ("---\ntitle: x\nmeasures:\n- name: a\n  name: b\n---\n", 5, "front-matter-duplicate"),
        ("---\ntitle: x\nkind: y\ntitle: z\n---\n", 4, "front-matter-duplicate"),
        ("---\ntitle: &t x\nsummary: *t\n---\n", 2, "front-matter-alias"),
        ("---\ntitle: x\nself: &s [*s]\n---\n", 3, "front-matter-alias"),
        (f"---\n{LAUGHS}---\n", 2, "front-matter-alias"),
    ],
)
def test_a_head_that_cannot_be_read_says_where_and_why(text, line, code):
    with pytest.raises(FrontMatterError) as caught:
        front_matter.read(text)
    assert (caught.value.line, caught.value.code) == (line, code)


@pytest.mark.parametrize("deep", ["[" * 50_000, "[" * 50_000 + "]" * 50_000, "{a: " * 50_000, "&a [*a, " * 10_000])
def test_deep_nesting_is_refused_before_it_can_end_the_process(deep):
    with pytest.raises(FrontMatterError, match="nested too deep") as caught:
        front_matter.read(f"---\ntitle: x\nsummary: {deep}\n---\n")
    assert (caught.value.line, caught.value.code) == (3, "front-matter-yaml")


def test_twenty_levels_are_still_read_and_the_next_is_refused():
    front_matter.refuse_depth("[" * 20 + "]" * 20)
    with pytest.raises(yaml.YAMLError):
        front_matter.refuse_depth("[" * 21 + "]" * 21)


def test_values_used_twice_are_written_out_twice():
    words = ["a", "b"]
    assert front_matter.write({"one": words, "two": words}, "") == "---\none: [a, b]\ntwo: [a, b]\n---\n"


def test_short_lists_stand_on_one_line_and_long_ones_do_not():
    text = front_matter.write({"a": ["x", "y"], "b": ["long " * 9, "y"], "c": [{"d": "e"}]}, "Body\n")
    assert text == f"---\na: [x, y]\nb:\n- '{'long ' * 9}'\n- y\nc:\n- d: e\n---\n\nBody\n"
