import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.search.facets import BY_NAME
from kb.search.syntax import Typed, read


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ('"waiting list"', Typed("waiting list", ("waiting list",))),
        ('falls "waiting list" ward', Typed("falls waiting list ward", ("waiting list",))),
        ('"a b" "c d"', Typed("a b c d", ("a b", "c d"))),
        ('"waiting list", "length of stay".', Typed("waiting list, length of stay.", ("waiting list", "length of stay"))),
        ("\u201cwaiting list\u201d", Typed("waiting list", ("waiting list",))),
        ("\u201ewaiting list\u201c \u00abtwo words\u00bb", Typed("waiting list two words", ("waiting list", "two words"))),
        ('" waiting list "', Typed("waiting list", ("waiting list",))),
        ("falls -ward", Typed("falls", (), ("ward",))),
        ("-ward falls", Typed("falls", (), ("ward",))),
        ("falls \u2212ward", Typed("falls", (), ("ward",))),
        ('falls -"older people"', Typed("falls", (), ("older people",))),
        ("falls -self-harm", Typed("falls", (), ("self-harm",))),
        ("-ward", Typed("", (), ("ward",))),
    ],
)  # fmt: skip
def test_quotes_ask_for_a_phrase_and_a_minus_leaves_out(text, typed):
    assert read(text) == typed


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("org:ELFT falls", "falls", {"organisation": ("ELFT",)}),
        ("falls ORG:ELFT", "falls", {"organisation": ("ELFT",)}),
        ("trust:SLaM", "", {"organisation": ("SLaM",)}),
        ('org:"Southern Health" falls', "falls", {"organisation": ("Southern Health",)}),
        ("org:\u201cSouthern Health\u201d", "", {"organisation": ("Southern Health",)}),
        ("topic:falls topic:access topic:falls", "", {"topic": ("falls", "access")}),
        ('setting:"older people\'s ward" year:2023', "", {"setting": ("older people's ward",), "year": ("2023",)}),
        ('topic:" "', "", {}),
    ],
)
def test_a_prefix_makes_a_filter_of_what_follows(text, words, filters):
    found = read(text)
    assert (found.words, found.filters) == (words, filters)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_facet_can_be_typed(name):
    assert read(f'{name}:one {name}:"two words"') == Typed("", filters={name: ("one", "two words")})


@pytest.mark.parametrize(
    "text",
    [
        "1:1 observations",
        "note: staff were late",
        "org: ELFT",
        "re:falls",
        "subtopic:falls",
        "self-harm",
        "co-production",
        "-5 days",
        "28-day target",
        "waits - and why",
        'a stray " quote',
        'one"word"only',
        '"',
        '""',
        '"!?"',
        "-",
        "- -",
        "org:",
        'org:"',
        "https://example.org:80/topic:falls",
        # letters that only look like those of a prefix in some case
        "\u017fetting:ward",
        "sett\u0131ng:ward",
        "sett\u0130ng:ward",
        "top\u0131c:falls",
    ],
)
def test_all_else_is_ordinary_text(text):
    assert read(text) == Typed(text)


MARKS = st.sampled_from(
    ["org:", "topic:", "Setting:", "year:", '"', "\u201c", "\u201d", "-", "\u2212", " ", "  ", "a", "7", "ward", "\u0130", "\u017f"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(MARKS).map("".join)))
@example("\u017fetting:x")
@example('"' * 501)
def test_nothing_is_invented_whatever_is_typed(text):
    found = read(text)
    parts = [found.words, *found.phrases, *found.excluded, *(v for values in found.filters.values() for v in values)]
    letters = [c for c in text if c.isalnum()]
    assert all(c in letters for part in parts for c in part if c.isalnum())
    assert found.words == " ".join(found.words.split())
    assert all(any(map(str.isalnum, part)) for part in (*found.phrases, *found.excluded))
    assert all(part in text.translate(dict.fromkeys(map(ord, "\u201c\u201d\u201e"), '"')) for part in found.phrases)
    assert set(found.filters) <= set(BY_NAME)
    assert all(values and all(values) for values in found.filters.values())


@given(st.lists(st.sampled_from(["falls", "self-harm", "1:1", "-5", "A&E", "note:"])))
def test_ordinary_words_stay_in_their_order(words):
    assert read(" ".join(words)) == Typed(" ".join(words))
