import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.search.lexical import terms
from kb.search.query import Query
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
    parts = highlight(text, frozenset(terms(query)))
    assert joined(parts) == text
    assert marks(parts) == found


def test_of_a_long_text_the_best_stretch_is_shown():
    text = f"{'Opening words go on. ' * 40}Here falls on wards were counted. {'And so it goes. ' * 40}"
    parts = highlight(text, {"fall", "ward"})
    assert marks(parts) == ["falls", "wards"]
    assert joined(parts).startswith("… ")
    assert joined(parts).endswith(" …")
    assert len(joined(parts)) < 280


@given(st.text(), st.text(), st.integers(1, 300))
@example(f"short {'x' * 500} falls on wards {'y' * 400} end", "falls", 100)
@example("a\u2003b\x0bc", "b", 50)
def test_highlighted_parts_join_to_a_stretch_of_the_text(text, query, characters):
    parts = highlight(text, frozenset(terms(query)), characters)
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


@pytest.mark.parametrize(
    "text",
    ["violence on wards", "DNA rates in the CMHT", "people not turning up", "make the team a happier place", "sourdough starter recipe", '"physical health" -prone'],
)  # fmt: skip
def test_every_hit_shows_why_it_was_found(published, text):
    """What is marked are words typed or others for them, else one sentence that says it in other words."""
    found = published.search(Query(text))
    typed = {stem for span in found.reading.spans for stem in terms(span.typed)}
    others = {stem for span in found.reading.spans for other in span.others for stem in terms(other.text)}
    assert found.hits
    for hit in found.hits:
        assert hit.why
        assert marks(hit.passage.parts), hit.case_study.slug
        held = [set(terms(words)) for words in marks(hit.passage.parts)]
        if hit.passage.in_meaning:
            assert len(held) == 1
            assert typed.isdisjoint(held[0])
            assert hit.why == ("Close in meaning: the marked sentence says it in other words",)
        else:
            assert all(row & (typed | others) for row in held)
