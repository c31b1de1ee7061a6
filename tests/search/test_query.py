import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.errors import QueryError
from kb.search.facets import BY_NAME
from kb.search.query import MAX_CHARACTERS, MAX_FILTERS, MAX_OFFSET, Query, clean


def problems(*params, strict=False):
    with pytest.raises(QueryError) as caught:
        Query.from_params(params, strict=strict)
    return caught.value.problems


def test_nothing_asked_is_everything():
    assert Query.from_params([]) == Query()
    assert Query.from_params([("q", ""), ("sort", ""), ("topic", " ")]) == Query()


def test_a_query_is_read_from_an_address():
    asked = [("q", " falls "), ("topic", "falls"), ("topic", "access"), ("topic", "falls"), ("setting", " inpatient"), ("sort", "newest"), ("page", "3")]  # fmt: skip
    query = Query.from_params(asked)
    assert query == Query("falls", {"topic": ("falls", "access"), "setting": ("inpatient",)}, "newest", 20, 40)
    assert query.page == 3


@pytest.mark.parametrize(
    ("value", "exactly"), [("1", True), ("yes", True), (" TRUE ", True), ("on", True), ("0", False), ("", False), ("no", False)]
)  # fmt: skip
def test_words_can_be_taken_exactly_as_typed(value, exactly):
    assert Query.from_params([("q", "falls"), ("exactly", value)], strict=True) == Query("falls", exactly=exactly)


def test_programs_say_limit_and_offset():
    query = Query.from_params([("limit", "5"), ("offset", "7")])
    assert (query.limit, query.offset, query.page) == (5, 7, 2)
    assert Query.from_params([("limit", "5"), ("page", "3")]).offset == 10


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  waits \t\n for\r\nADHD  ", "waits for ADHD"),
        ("a\x00b\x07c", "a b c"),
        ("cafe\u0301", "caf\u00e9"),
        ("zero\u200bwidth\u202eturned\ufeff", "zerowidthturned"),
        ("no\u00a0break\u2028line", "no break line"),
        ("half \ud800 a pair", "half a pair"),
        ("\x00\x1b\u200b", ""),
    ],
)
def test_typed_text_is_cleaned(typed, text):
    assert clean(typed) == text
    assert Query.from_params([("q", typed)]).text == text


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE case_study; --",
        "<script>alert(1)</script>",
        '"missed appointments" AND (DNA OR -text:*) NOT ^2 ~3 [a TO b]',
        "100%",
        "falls 😀 ward",
        "%00%zz",
        "jeûne été 等待",
        "é" * MAX_CHARACTERS,
    ],
)
def test_what_looks_dangerous_is_only_words(typed):
    assert Query.from_params([("q", typed)]).text == typed


@pytest.mark.parametrize("typed", ["?!...", "😀", "()", "___", "- -", "\u0301", '""', "—"])
def test_a_search_without_words_says_what_to_type(typed):
    assert "no words" in problems(("q", typed))["q"]


@pytest.mark.parametrize(("length", "said"), [(501, "501"), (10_000, "10,000")])
def test_a_search_that_is_too_long_says_how_long_it_may_be(length, said):
    found = problems(("q", "x" * length))["q"]
    assert said in found
    assert "500" in found


def test_the_limit_counts_what_is_left_after_cleaning():
    assert len(Query.from_params([("q", " " * 5_000 + "x" * MAX_CHARACTERS)]).text) == MAX_CHARACTERS


@pytest.mark.parametrize("page", ["-1", "0", "1000000000", "10" * 5_000, "1.5", "", "²", "٣", "1e3", "+1", "x"])
def test_a_page_that_cannot_be_is_a_problem(page):
    found = problems(("page", page))["page"]
    assert "whole number from 1 to 500" in found
    assert len(found) < 200


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "101"), ("offset", "-1"), ("offset", "10001")])
def test_a_limit_or_offset_that_cannot_be_is_a_problem(name, value):
    assert name in problems((name, value))


def test_every_problem_is_said_at_once():
    found = problems(("q", "?"), ("sort", "oldest" * 1_000), ("page", "-1"), ("limit", "x"), *[("topic", str(n)) for n in range(MAX_FILTERS + 1)])  # fmt: skip
    assert sorted(found) == ["filters", "limit", "page", "q", "sort"]
    assert all(len(sentence) < 250 for sentence in found.values())


def test_unknown_names_are_passed_over_in_an_address_and_refused_to_programs():
    assert Query.from_params([("utm_source", "mail"), ("q", "falls")]) == Query("falls")
    found = problems(("utm_source" * 100, "mail"), strict=True)
    assert "topic" in next(iter(found.values()))


NAMES = st.one_of(st.sampled_from(["q", "exactly", "sort", "page", "limit", "offset", *BY_NAME]), st.text(max_size=8))
VALUES = st.one_of(st.text(st.characters()), st.integers().map(str), st.sampled_from(["newest", "relevance"]))


@given(st.lists(st.tuples(NAMES, VALUES)), st.booleans())
@example([("q", "\ud800")], False)
def test_whatever_is_typed_gives_a_query_within_limits_or_a_query_error(params, strict):
    try:
        query = Query.from_params(params, strict=strict)
    except QueryError as refused:
        query, said = None, refused.problems
    if query is None:
        assert said
        assert all(said.values())
        return
    assert len(query.text) <= MAX_CHARACTERS
    assert query.text == clean(query.text)
    assert 1 <= query.limit <= 100
    assert 0 <= query.offset <= MAX_OFFSET * 5  # the last page of the longest pages
    assert set(query.filters) <= set(BY_NAME)
    assert query.page == query.offset // query.limit + 1
