"""Random searches: no exception but QueryError, and no more work than the words typed. Run for minutes by
tests/benchmarks/fuzz_search.py."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.errors import QueryError
from kb.search import syntax
from kb.search.query import MAX_CHARACTERS, Query, clean
from kb.search.snippets import highlight
from kb.search.understanding import understand, wanted

TYPICAL = """ED DNA RC LD CTO SCR PICU OAPs ctos A&E S136 S37/41 NICE send SLaM slam Mind falls restraint restrant seculsion
dialouge assesment behavioral organizations violence ward the of and what help 1:1 28-day co-production patients' waiting
list Southern Health <script>alert(1)</script> <b> &amp; **bold** `code` [link](http://x) # ## | - * %00 ' " ../../etc
'; DROP TABLE"""
ODD = """\u7b49\u5f85 \u0441\u043f\u0438\u0441\u043e\u043a \u0639\u0631\u0628\u064a \u0939\u093f\u0928\u094d\u0926\u0940 children\u2019s
caf\u00e9 e\u0301 \u1e9e \u0130\u0131\u017f\ufb01 \U0001f642 \U0001f468\u200d\U0001f469 \u202eturned \ufeff \x00 \x1b[2J \ud800"""
WORDS = st.sampled_from([*TYPICAL.split(), *ODD.split()])
PREFIXES = st.sampled_from([f"{name}:" for name in (*syntax.PREFIXES, "ORG", "Topic", "\u017fetting", "top\u0131c")])
VALUES = st.sampled_from(["ELFT", "falls", '"Southern Health"', '"', "2023", "improved", "inpatient", "nobody", ""])
MARKS = st.sampled_from(['"', "\u201c", "\u201d", "\u00ab", "-", "\u2212", ":", " ", "  ", "(", ")", '-"', '" "', *string.punctuation])  # fmt: skip
SOUP = st.lists(st.one_of(WORDS, MARKS, st.builds(str.__add__, PREFIXES, VALUES)), max_size=80)
TYPED = st.one_of(
    st.text(st.characters(), max_size=MAX_CHARACTERS),  # every script, control characters, half pairs
    SOUP.map(" ".join),
    SOUP.map("".join),
    st.builds(lambda word, times, between: between.join([word] * times), WORDS, st.integers(1, 300), MARKS),
    st.builds(str.__mul__, st.characters(), st.integers(1, MAX_CHARACTERS)),
    st.builds("{}{}".format, st.text(st.characters(categories=["Mn", "Mc", "Me"]), max_size=200), WORDS),
).map(lambda text: text[:MAX_CHARACTERS])


def check_reading(index, is_word, text):
    """What is typed is taken apart and understood, with no more parts than it has words."""
    words = len(text) + 1
    typed = syntax.read(text)
    assert len(typed.phrases) + len(typed.excluded) + sum(map(len, typed.filters.values())) <= words
    found = understand(text, index.thesaurus, index.lexicon, is_word)
    assert len(found.readings) <= 4
    for reading in found.readings:
        assert len(reading.spans) <= words
        assert len(wanted(reading)) <= len(reading.spans)
    assert len(found.repairs) + len(found.doubts) <= words
    assert "".join(part for part, _ in highlight(text, {"fall", "restraint"}, 10**6)).split() == text.split()


def check_search(searcher, text, exactly):
    """What can be read from an address gets an answer, or a sentence that says why not; the same one twice."""
    try:
        query = Query.from_params([("q", text), ("exactly", "1" if exactly else "")])
        found = searcher.search(query)
    except QueryError as error:
        assert all(error.problems.values())  # noqa: PT017 - to be refused is as good as to be answered
        return
    assert found.verdict in ("strong", "possible", "none")
    assert len(found.hits) <= query.limit
    assert found.total <= searcher.store.current().manifest.case_studies
    assert not found.degraded
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    again = searcher.search(query)
    assert [(hit.case_study.slug, hit.score, hit.passage, hit.why) for hit in again.hits] == [
        (hit.case_study.slug, hit.score, hit.passage, hit.why) for hit in found.hits
    ]


@given(text=TYPED)
@example(text="\u017fetting:ward")
@example(text='"' * MAX_CHARACTERS)
@example(text="ED " * 166)
@example(text="restrant " * 55)
def test_whatever_is_typed_is_read(published, embedder, text):
    check_reading(published.store.current(), embedder.is_word, clean(text))


@settings(max_examples=10)
@given(text=TYPED, exactly=st.booleans())
@example(text='"the of"', exactly=False)
@example(text="-the", exactly=False)
@example(text="x" * MAX_CHARACTERS, exactly=False)
@example(text="\u7b49" * MAX_CHARACTERS, exactly=True)
@example(text="ED RC LD DNA " * 38, exactly=False)
def test_whatever_is_asked_is_answered_or_refused_in_words(published, text, exactly):
    check_search(published, text, exactly)


@pytest.mark.parametrize("unit", ["a ", "ED ", '"', ' "a', "-a ", "org:x ", "restrant ", "'", "\u0301", "\U0001f642"])
def test_ten_times_the_text_is_ten_times_the_parts_at_most(published, embedder, unit):
    index = published.store.current()

    def parts(times):
        found = understand(unit * times, index.thesaurus, index.lexicon, embedder.is_word)
        return (
            sum(len(reading.spans) for reading in found.readings) + len(found.typed.excluded) + len(found.typed.phrases)
        )

    assert parts(2_000) <= 10 * parts(200) + 10
