import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.search.lexical import terms
from kb.search.snippets import highlight


def joined(parts):
    return "".join(words for words, _ in parts)


def marks(parts):
    return [words for words, matched in parts if matched]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("The waits fell.", "waiting", ["waits"]),
        ("Waiting list and lists", "waiting lists", ["Waiting list", "lists"]),
        ("A&E and older-people's wards", "a&e older", ["A&E", "older-people's"]),
        ("Nothing here", "falls", []),
        ("<script>falls</script>", "falls", ["falls"]),
        ("", "falls", []),
    ],
)
def test_words_that_match_are_marked(text, query, found):
    parts = highlight(text, query)
    assert joined(parts) == text
    assert marks(parts) == found


def test_of_a_long_text_the_best_stretch_is_shown():
    text = f"{'Opening words go on. ' * 40}Here falls on wards were counted. {'And so it goes. ' * 40}"
    parts = highlight(text, "falls wards")
    assert marks(parts) == ["falls", "wards"]
    assert joined(parts).startswith("… ")
    assert joined(parts).endswith(" …")
    assert len(joined(parts)) < 280


@given(st.text(), st.text(), st.integers(1, 300))
@example(f"short {'x' * 500} falls on wards {'y' * 400} end", "falls", 100)
@example("a\u2003b\x0bc", "b", 50)
def test_highlighted_parts_join_to_a_stretch_of_the_text(text, query, characters):
    parts = highlight(text, query, characters)
    assert all(words for words, _ in parts)
    words = text.split()
    shown = joined(parts)
    inside = shown.removeprefix("… ") if not " ".join(words).startswith(shown.removesuffix(" …")) else shown
    inside = inside if " ".join(words).endswith(inside) else inside.removesuffix(" …")
    assert inside in " ".join(words)
    assert bool(inside) == bool(words)
    wanted = set(terms(query))
    assert all(wanted & set(terms(marked)) for marked in marks(parts))
    assert not any(parts[i][1] and parts[i + 1][1] for i in range(len(parts) - 1))
